package model

import (
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// Notification is something for the desktop to show. It never says what was
// written, and who wrote only where the user wants that.
type Notification struct {
	Tag   string // names it for Withdraw, NotificationClicked and NotificationGone
	Title string
	Open  string // the name of the way into the program
}

// notice is a notification that the desktop shows, or has shown.
type notice struct {
	peers []Peer // whose texts it is about, the last one at the end
	at    time.Time
}

// noticePause is how long a notification stands before the same one may come
// anew: a lively talk is one sign, not thirty.
const noticePause = 30 * time.Second

// anyTag is the tag of the notification that names nobody.
const anyTag = "any"

func tagOf(p Peer) string { return p.Account + "\n" + p.Address }

// notify tells the desktop of a text that has come, unless a person has it before
// them.
func (m *Model) notify(msg client.Message) {
	s := m.Settings()
	c := m.contacts[msg.Peer]
	if s.NoNotify || msg.Mine || msg.Note != client.NoNote || c == nil || m.inView(msg.Peer) {
		return
	}
	tag := anyTag
	n := Notification{Title: i18n.T("New message"), Open: i18n.T("Open")}
	if s.NotifyWho {
		tag = tagOf(msg.Peer)
		n.Title = i18n.T("New message from %s", clean(c.name(), 60))
	}
	n.Tag = tag
	shown := m.notices[tag]
	if shown == nil {
		shown = &notice{}
		m.notices[tag] = shown
	}
	shown.peers = append(without(shown.peers, msg.Peer), msg.Peer)
	if now := m.now(); shown.at.IsZero() || now.Sub(shown.at) >= noticePause || now.Before(shown.at) {
		shown.at = now
		m.changes.Notify = append(m.changes.Notify, n)
	}
}

// inView reports whether a person has this conversation before them.
func (m *Model) inView(p Peer) bool {
	return m.focused && !m.hidden && p == m.selected && m.screen == ScreenMain && len(m.pages) == 0
}

// withdrawRead takes back the notifications of which everything was read.
func (m *Model) withdrawRead() {
	for tag, n := range m.notices {
		var unread []Peer
		for _, p := range n.peers {
			if c := m.contacts[p]; c != nil && c.unread() > 0 {
				unread = append(unread, p)
			}
		}
		if n.peers = unread; len(unread) == 0 {
			m.withdraw(tag)
		}
	}
}

func (m *Model) withdraw(tag string) {
	delete(m.notices, tag)
	m.changes.Withdraw = append(m.changes.Withdraw, tag)
}

// withdrawAll takes all of them back.
func (m *Model) withdrawAll() {
	for tag := range m.notices {
		m.withdraw(tag)
	}
}

// NotificationClicked: the user wants to see what it was about.
func (m *Model) NotificationClicked(tag string) {
	m.changes.Present = true
	n := m.notices[tag]
	if n == nil || m.screen != ScreenMain {
		return
	}
	peer := n.peers[len(n.peers)-1]
	m.withdraw(tag)
	if m.dialog.kind == ActionNone {
		m.closePages(0)
		m.Select(peer)
	}
}

// NotificationGone: the desktop does not show it any more.
func (m *Model) NotificationGone(tag string) {
	if n := m.notices[tag]; n != nil {
		n.at = time.Time{} // what comes next is told anew
	}
}

func without(peers []Peer, p Peer) []Peer {
	var out []Peer
	for _, x := range peers {
		if x != p {
			out = append(out, x)
		}
	}
	return out
}
