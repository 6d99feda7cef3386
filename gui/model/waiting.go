package model

import (
	"slices"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// undoFor is how long a discarded text can be brought back: somewhat shorter
// than the client keeps it, so that what is offered is kept.
const undoFor = 50 * time.Second

// mostUndo is how many discardings can be undone, the last one first.
const mostUndo = 20

// undo is what was discarded at once and can be brought back.
type undo struct {
	peer  Peer
	asked map[string]bool // IDs that were asked for and not answered yet
	gone  []client.Message
	sent  bool // one of them was under way once
	until time.Time

	cleared []*line // or a conversation that was cleared
}

// waits counts the texts of ours that have not gone out, without those that only
// wait their turn.
func (c *contact) waits() marks {
	n := c.held
	if c.Protection.Private() && c.Protection.Open() {
		n.waiting = 0
	}
	return n
}

// pending is the line over the composer that says what has not gone out. One
// text speaks for itself.
func (m *Model) pending(c *contact) PendingView {
	n := c.waits()
	waiting, failed, other := n.waiting, n.failed, n.other
	if waiting+failed+other < 2 {
		return PendingView{}
	}
	var said []string
	v := PendingView{Icon: "document-open-recent-symbolic", Style: StyleNeutral}
	if waiting > 0 {
		said = append(said, waitsUntil(c, waiting))
	}
	if other > 0 {
		v.Icon, v.Style = "dialog-question-symbolic", StyleWarn
		said = append(said, i18n.N("%d message waits for your word.", "%d messages wait for your word.", other, other))
	}
	if failed > 0 {
		v.Icon, v.Style = "dialog-error-symbolic", StyleBad
		said = append(said, i18n.N("%d message was not sent.", "%d messages were not sent.", failed, failed))
	}
	slices.Reverse(said) // the worst first
	v.Text = join(said...)
	v.Buttons = []Button{named(button(i18n.T("Show"), Action{Kind: ActionShowPending, Peer: c.Peer}), i18n.T("Show the first of them"))}
	if waiting == 0 && other == 0 {
		v.Buttons = append(v.Buttons, named(button(i18n.T("Retry all"), Action{Kind: ActionRetryAll, Peer: c.Peer}), i18n.T("Try to send all of them again")))
	}
	if failed == 0 && other == 0 {
		v.Buttons = append(v.Buttons, named(button(i18n.T("Cancel all"), Action{Kind: ActionCancelAll, Peer: c.Peer}), i18n.T("Send none of the messages that wait")))
	}
	return v
}

// waitsUntil says for what texts wait.
func waitsUntil(c *contact, n int) string {
	name := c.name()
	switch c.Protection {
	case client.Away:
		return i18n.N("%d message waits here, encrypted, until %s is back.", "%d messages wait here, encrypted, until %s is back.", n, n, name)
	case client.NotConnected:
		return i18n.N("%d message waits here, encrypted, until you are connected.", "%d messages wait here, encrypted, until you are connected.", n, n)
	case client.KeyLocked:
		return i18n.N("%d message waits here, encrypted, until you check again.", "%d messages wait here, encrypted, until you check again.", n, n)
	case client.AskedToAdd:
		return i18n.N("%d message waits here, encrypted, until %s accepts you.", "%d messages wait here, encrypted, until %s accepts you.", n, n, name)
	}
	return i18n.N("%d message waits here, encrypted, until the chat is private.", "%d messages wait here, encrypted, until the chat is private.", n, n)
}

// pendingLines returns the texts of a contact that fit.
func (v *conversation) pendingLines(fits func(*line) bool) (out []*line) {
	for _, l := range v.rows {
		if l.Mine && l.Note == client.NoNote && fits(l) {
			out = append(out, l)
		}
	}
	return out
}

func isWaiting(l *line) bool { return l.Mark == client.Waiting }

func isNotSent(l *line) bool { return l.Mark == client.NotSent }

// wantsWord reports a text of which the user has to decide what becomes of it.
func wantsWord(l *line) bool { return l.Mark == client.OtherKey || l.inDoubt() }

// showPending brings the first text that has not gone out before the user.
func (m *Model) showPending(c *contact) {
	for _, fits := range []func(*line) bool{isNotSent, wantsWord, isWaiting} {
		if lines := c.pendingLines(fits); len(lines) > 0 {
			m.changes.Focus, m.changes.FocusRow = FocusRow, lines[0].ID
			return
		}
	}
}

// discard asks for texts to be forgotten. What went out meanwhile stays.
func (m *Model) discard(c *contact, lines ...*line) {
	u := &undo{peer: c.Peer, asked: map[string]bool{}}
	m.undos = append(m.undos, u)
	m.undos = m.undos[max(0, len(m.undos)-mostUndo):]
	for _, l := range lines {
		if l.Mine && !l.settled() {
			u.asked[l.ID] = true
			m.do(client.DiscardText{Peer: c.Peer, Message: l.ID})
		}
	}
}

// discarded tells that a text is gone, and how it comes back.
func (m *Model) discarded(msg client.Message, sent bool) {
	i := slices.IndexFunc(m.undos, func(u *undo) bool { return u.peer == msg.Peer && u.asked[msg.ID] })
	if i < 0 {
		return
	}
	u := m.undos[i]
	delete(u.asked, msg.ID)
	u.gone = append(u.gone, msg)
	u.sent = u.sent || sent
	u.until = m.now().Add(undoFor)
	n := len(u.gone)
	text := i18n.N("%d message was discarded.", "%d messages were discarded.", n, n)
	if c := m.contacts[u.peer]; c != nil && u.sent {
		text = join(text, i18n.N("It was on its way once, so %s may get it all the same.", "Some were on their way once, so %s may get them all the same.", n, c.name()))
	}
	m.toast(text, named(button(i18n.T("Undo"), Action{Kind: ActionUndo}), i18n.T("Undo: bring back what was discarded")))
}

// takeBack brings back what was discarded last. If that fails the text is not
// lost: it stands in the composer.
func (m *Model) takeBack() {
	for len(m.undos) > 0 {
		last := len(m.undos) - 1
		u := m.undos[last]
		m.undos = m.undos[:last]
		if u.cleared != nil && !m.now().After(u.until) {
			m.unclear(u)
			return
		}
		if len(u.gone) > 0 && !m.now().After(u.until) {
			m.restore(u)
			return
		}
	}
}

func (m *Model) restore(u *undo) {
	for _, msg := range u.gone {
		m.back[msg.ID] = true
		m.do(client.RestoreText{Peer: u.peer, Message: msg.ID, ID: m.ask(func(p *client.Problem) {
			delete(m.back, msg.ID)
			if p != nil {
				m.textRefused(u.peer, msg.Text, p)
			}
		})})
	}
	m.toast(i18n.N("%d message is back.", "%d messages are back.", len(u.gone), len(u.gone)), Button{})
}

// excerpt is the beginning of a text, to tell its buttons from those of others.
func excerpt(text string) string { return clean(text, 30) }
