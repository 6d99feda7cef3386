package model

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hushwing/client"
	"hushwing/i18n"
)

// contact is a contact with their conversation.
type contact struct {
	client.Contact
	info client.ProtectionInfo
	conversation

	row *ContactRow // while it is made and up to date

	// See listing.
	placed       place // where it stands in the order
	placedGroups []string
	talking      bool // placed.talks() when it was put there
	moved        bool
	gone         bool
	found        string // what a search looks into besides the name; empty: not made yet
}

// groups are the groups that the user put a contact in.
func (c *contact) groups() []string { return c.Groups }

// name is what a contact is called in sentences.
func (c *contact) name() string { return isolated(c.bare()) }

// bare is the name alone.
func (c *contact) bare() string {
	if n := clean(c.Name, 60); n != "" {
		return n
	}
	local, _, _ := strings.Cut(c.Address, "@")
	if n := clean(local, 60); n != "" {
		return n
	}
	return clean(c.Address, 60)
}

// touch says that the row of a contact is out of date.
func (m *Model) touch(c *contact) {
	c.row = nil
	if !slices.Equal(c.placedGroups, c.Groups) {
		c.placedGroups, c.found = c.Groups, ""
		m.listing.stale, m.listing.regroup = true, true
	}
	if p := (place{c.unread() > 0, c.last, c.placed.key}); p != c.placed {
		c.placed = p
		m.listing.move(c)
	}
	m.changes.List, m.changes.Main = true, true
	if c.Peer == m.selected {
		m.changes.Conversation = true
	}
}

// applyContact takes a new or changed contact.
func (m *Model) applyContact(n client.Contact) {
	c := m.contacts[n.Peer]
	if c == nil {
		c = &contact{conversation: newConversation()}
		c.info = client.ProtectionInfo{Peer: n.Peer, Protection: n.Protection}
		m.contacts[n.Peer] = c
		c.Contact = n
		c.placed.key = foldText(c.bare())
		m.listing.move(c)
		m.listing.regroup = true
		m.touch(c)
		return
	}
	renamed := c.Name != n.Name
	locked := c.Protection.Open() != n.Protection.Open()
	c.Contact = n
	if renamed {
		c.placed.key = foldText(c.bare())
		m.listing.move(c)
		m.listing.regroup = true
	}
	if c.info.Protection != n.Protection {
		// What was known of the earlier state does not fit this one.
		c.info.Protection, c.info.Since = n.Protection, time.Time{}
	}
	m.touch(c)
	if renamed {
		c.journal.redraw = true // the name stands in sentences of its rows
	}
	if c.Peer == m.selected {
		m.changes.Conversation = true
		m.changes.Details = true
		m.changes.Check = true
		m.changes.Composer = m.changes.Composer || renamed || locked
	}
}

// applyContactRemoved forgets a contact.
func (m *Model) applyContactRemoved(p Peer) {
	c := m.contacts[p]
	if c == nil {
		return
	}
	m.listing.drop(c)
	delete(m.contacts, p)
	delete(m.checks, p)
	m.changedList()
	if m.dialog.peer == p && m.dialog.kind != ActionAskAdd {
		m.closeDialog()
	}
	if m.selected == p {
		m.deselect()
	}
}

// applyProtection takes how safe a conversation is.
func (m *Model) applyProtection(info client.ProtectionInfo) {
	c := m.contacts[info.Peer]
	if c == nil {
		return
	}
	locked := c.Protection.Open() != info.Protection.Open()
	changed := c.Protection != info.Protection
	if !c.info.Key.IsZero() && !info.Key.IsZero() && c.info.Key != info.Key {
		m.keyChanged(c)
	}
	if info.Key.IsZero() {
		info.Key = c.info.Key // the last one that was in use
	}
	c.info = info
	c.Protection = info.Protection
	m.touch(c)
	if c.Peer == m.selected {
		m.changes.Details, m.changes.Check = true, true
		m.changes.Composer = m.changes.Composer || locked || changed
	}
}

// Main returns the left pane of ScreenMain.
func (m *Model) Main() MainView {
	v := MainView{
		Title:  "Hushwing",
		Status: m.status(),
		Search: Field{
			ID:          FieldIDSearch,
			Label:       i18n.T("Search contacts"),
			Placeholder: i18n.T("Search contacts"),
			Value:       m.search,
			Enabled:     true,
		},
		Add:  named(button(i18n.T("Add a contact"), Action{Kind: ActionAskAdd}), i18n.T("Add a contact")),
		Menu: m.mainMenu(),
	}
	m.viewRequests(&v)
	if m.ListLen() == 0 {
		v.Empty = i18n.T("Nobody is here yet. Add a friend’s address, or give yours to a friend.")
		v.EmptyButton = suggested(v.Add.Label, v.Add.Action, true)
		if len(m.contacts) > 0 {
			v.Empty = i18n.T("Nobody fits what you search for.")
			v.EmptyButton = button(i18n.T("Show everybody"), Action{Kind: ActionClearSearch})
		}
	}
	return v
}

// buildContactRow makes the row of a contact.
func (m *Model) buildContactRow(c *contact) ContactRow {
	name := c.name()
	icon, style := shield(c.Protection)
	row := ContactRow{
		Peer:     c.Peer,
		Action:   Action{Kind: ActionSelect, Peer: c.Peer},
		Name:     c.bare(),
		Initials: initials(c.bare()),
		Colour:   colour(c.Address),
		Mark:     m.mark(c.Account),
		Unread:   c.unread(),
		Icon:     icon,
		IconName: shortState(c.Protection),
		Style:    style,
		Buttons:  rowMenu(c),
	}
	row.Sub, row.About = m.subtitle(c)
	row.Accessible = name
	say := func(words string) {
		if words != "" {
			row.Accessible = i18n.T("%[1]s. %[2]s", row.Accessible, words)
		}
	}
	if row.Unread > 0 {
		row.UnreadText = i18n.N("%d new message", "%d new messages", row.Unread, row.Unread)
	}
	say(row.UnreadText)
	say(row.Sub)
	if row.Sub != row.IconName {
		say(row.IconName)
	}
	say(row.Mark.Name)
	return row
}

// rowMenu is what can be done with a contact from the list.
func rowMenu(c *contact) []Button {
	name, peer := c.name(), c.Peer
	block := named(button(i18n.T("Block"), Action{Kind: ActionBlock, Peer: peer}), i18n.T("Block %s", name))
	if c.Blocked {
		block = named(button(i18n.T("Unblock"), Action{Kind: ActionUnblock, Peer: peer}), i18n.T("Unblock %s", name))
	}
	remove := named(button(i18n.T("Remove…"), Action{Kind: ActionAskRemove, Peer: peer}), i18n.T("Remove %s", name))
	remove.Destructive = true
	return []Button{
		named(button(i18n.T("More and groups…"), Action{Kind: ActionContact, Peer: peer}), i18n.T("More about %s, and groups", name)),
		named(button(i18n.T("Rename…"), Action{Kind: ActionAskRename, Peer: peer}), i18n.T("Rename %s", name)),
		block, remove,
	}
}

// subtitle says in a few words where a conversation stands: first what wants
// something of the user. The mark tells what it is about.
func (m *Model) subtitle(c *contact) (text string, about MarkView) {
	if check := m.checks[c.Peer]; check.Stage == client.CheckQuestion {
		if check.How == client.HowCode {
			return i18n.T("Wants to check by phone"), MarkView{}
		}
		return i18n.T("Asks you a question"), MarkView{}
	}
	n := c.waits()
	waiting, failed, other := n.waiting, n.failed, n.other
	switch {
	case failed > 0:
		return i18n.N("%d message was not sent", "%d messages were not sent", failed, failed), MarkView{Icon: "dialog-error-symbolic", Style: StyleBad}
	case other > 0:
		return i18n.N("%d message waits for your word", "%d messages wait for your word", other, other), MarkView{Icon: "dialog-question-symbolic", Style: StyleWarn}
	case waiting > 0:
		return i18n.N("%d message waits here", "%d messages wait here", waiting, waiting), MarkView{Icon: "document-open-recent-symbolic", Style: StyleNeutral}
	}
	if strings.TrimSpace(c.draft) != "" && c.Peer != m.selected {
		return i18n.T("Draft"), MarkView{}
	}
	return shortState(c.Protection), MarkView{}
}

// shortState says in a few words how safe a conversation is.
func shortState(p client.Protection) string {
	switch p {
	case client.Away:
		return i18n.T("Away")
	case client.NotConnected:
		return i18n.T("Not connected")
	case client.AskedToAdd:
		return i18n.T("Has not accepted you yet")
	case client.SettingUp:
		return i18n.T("Making this private…")
	case client.PrivateUnknown:
		return i18n.T("Private, not checked")
	case client.PrivateNewKey:
		return i18n.T("Private, new key")
	case client.PrivateChecked:
		return i18n.T("Private, checked")
	case client.PrivateInsist:
		return i18n.T("Private, but not the key you checked")
	case client.KeyLocked:
		return i18n.T("Paused: not the key you checked")
	case client.OtherEnded:
		return i18n.T("Closed the private chat")
	case client.TooOld:
		return i18n.T("Their program is too old")
	case client.SetupFailed:
		return i18n.T("Not private yet")
	case client.Blocked:
		return i18n.T("Blocked")
	}
	return ""
}

// initials returns one or two letters for an avatar.
func initials(name string) string {
	var out []rune
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == '-' || r == '_' }) {
		r, _ := utf8.DecodeRuneInString(word)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, unicode.ToUpper(r))
		}
		if len(out) == 2 {
			break
		}
	}
	if len(out) == 0 {
		return "?"
	}
	return string(out)
}

// colour returns the avatar colour of an address: the same one at every start.
func colour(address string) int {
	h := uint32(2166136261) // FNV-1a
	for i := range len(address) {
		h = (h ^ uint32(address[i])) * 16777619
	}
	return int(h % Colours)
}
