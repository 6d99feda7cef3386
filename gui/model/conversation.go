package model

import (
	"slices"
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// byTime returns messages in the order of their time.
func byTime(in []client.Message) []client.Message {
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b client.Message) int { return a.Time.Compare(b.Time) })
	return out
}

// applyMessage takes a new line.
func (m *Model) applyMessage(msg client.Message) {
	c := m.contacts[msg.Peer]
	if c == nil {
		return
	}
	if c.byID[msg.ID] != nil {
		m.applyMessageChanged(msg)
		return
	}
	l := &line{Message: msg}
	if m.back[msg.ID] {
		c.insert(l)
		if c.Peer == m.selected {
			m.changes.Reveal = msg.ID
		}
	} else if before, _ := c.beside(len(c.rows)); twins(before, l) {
		return
	} else {
		c.add(l)
	}
	if now := m.now(); msg.Note == client.NoNote {
		at := msg.Time
		if at.After(now) {
			at = now // another clock must not hold the top of the list
		}
		if at.After(c.last) {
			c.last = at
		}
	}
	c.shorten()
	m.touch(c)
}

// applyMessageChanged takes a changed mark. A line that was forgotten stays so,
// unless it wants the user's word now.
func (m *Model) applyMessageChanged(msg client.Message) {
	c := m.contacts[msg.Peer]
	if c == nil {
		return
	}
	l := c.byID[msg.ID]
	if l == nil {
		if msg.Mine && (msg.Mark == client.NotSent || msg.Mark == client.OtherKey) {
			m.applyMessage(msg)
		}
		return
	}
	c.change(l, msg)
	m.touch(c)
}

// applyMessageRemoved takes a line away. sent: it was under way once.
func (m *Model) applyMessageRemoved(p Peer, id string, sent bool) {
	c := m.contacts[p]
	if c == nil || c.byID[id] == nil {
		return
	}
	l := c.byID[id]
	m.discarded(l.Message, sent)
	before, after := c.beside(c.index(l))
	c.remove(l)
	if twins(before, after) {
		c.remove(after)
	}
	m.touch(c)
}

// current returns the contact whose conversation is open, or nil.
func (m *Model) current() *contact { return m.contacts[m.selected] }

// Select opens a conversation; the zero Peer closes it.
func (m *Model) Select(p Peer) {
	if m.screen != ScreenMain || p == m.selected {
		return
	}
	if p != (Peer{}) && m.contacts[p] == nil {
		return
	}
	m.deselect()
	m.selected, m.section = p, ""
	if c := m.current(); c != nil {
		c.row = nil // a draft is told of where one does not see it
	}
	if p != (Peer{}) {
		m.do(client.OpenChat{Peer: p})
		m.changes.Focus = FocusComposer
	}
}

// deselect closes the conversation on the screen; the private chat stays.
func (m *Model) deselect() {
	if c := m.current(); c != nil {
		c.journal.all()
		c.row = nil
		m.saveDraft(c)
	}
	m.picked = picked{}
	m.selected = Peer{}
	m.details = false
	m.changes.Conversation, m.changes.Composer = true, true
	m.changes.Check, m.changes.Details = true, true
	m.changes.Rows.Reset = true
	m.changes.List, m.changes.Main = true, true
}

// selectAddress opens the conversation with an address as it was typed.
func (m *Model) selectAddress(account, address string) {
	for p := range m.contacts {
		if p.Account == account && strings.EqualFold(p.Address, address) {
			m.Select(p)
			return
		}
	}
}

// MarkShown says that these rows of the open conversation, or all when none is
// named, are on the screen of a window that is visible and has the focus.
func (m *Model) MarkShown(rows ...string) {
	c := m.current()
	if c == nil || m.screen != ScreenMain || len(m.pages) > 0 || c.newOnes == 0 {
		return
	}
	ids := c.seen(rows)
	if len(ids) > 0 {
		m.touch(c)
		m.do(client.Shown{Peer: c.Peer, Messages: ids})
	}
}

// pressConversation does what is asked for in the conversation.
func (m *Model) pressConversation(a Action) {
	if a.Kind == ActionCloseChat {
		m.Select(Peer{})
		m.changes.Focus = FocusList
		return
	}
	c := m.contacts[a.Peer]
	if c == nil {
		return
	}
	l := c.byID[a.ID]
	switch a.Kind {
	case ActionStartAgain:
		m.do(client.StartAgain{Peer: a.Peer})
	case ActionEndPrivate:
		m.do(client.CloseChat{Peer: a.Peer})
	case ActionSend:
		m.Send()
	case ActionRetryText:
		if l != nil && l.Mine && (l.Mark == client.NotSent || l.Mark == client.OtherKey || l.inDoubt()) {
			m.do(client.ReleaseText{Peer: a.Peer, Message: a.ID})
		}
	case ActionDiscardText:
		if l != nil {
			m.discard(c, l)
		}
	case ActionCopyPicked:
		m.copyPicked(c)
	case ActionCancelAll:
		m.discard(c, c.pendingLines(isWaiting)...)
	case ActionRetryAll:
		for _, l := range c.pendingLines(isNotSent) {
			m.do(client.ReleaseText{Peer: a.Peer, Message: l.ID})
		}
	case ActionShowPending:
		m.showPending(c)
	case ActionCopyText:
		if l != nil {
			m.changes.Clipboard = legible(l.Text) // what was seen, and no more
			m.toast(i18n.T("The message was copied."), Button{})
		}
	case ActionCopyTextLink:
		if l != nil {
			m.copyLink(c, l, a.Index)
		}
	case ActionUnfoldText, ActionFoldText:
		if l != nil {
			m.unfold(c, l, a.Kind == ActionUnfoldText)
		}
	case ActionClear:
		m.clear(c)
	}
}

// Conversation returns the right pane of ScreenMain.
func (m *Model) Conversation() ConversationView {
	c := m.current()
	if c == nil {
		return ConversationView{Empty: i18n.T("Choose a conversation.")}
	}
	name := c.bare()
	return ConversationView{
		Open:     true,
		Peer:     c.Peer,
		Title:    name,
		Sub:      m.whereabouts(c),
		Initials: initials(name),
		Colour:   colour(c.Address),
		Strip:    m.strip(c),
		Menu:     m.menu(c),
		Pending:  m.pending(c),
		Composer: m.composer(c),
	}
}

// whereabouts says whether they are there, and their address. Without a
// connection nothing is known of the first.
func (m *Model) whereabouts(c *contact) string {
	address := clean(c.Address, 200)
	switch {
	case c.Protection == client.NotConnected: // a break that is over in a moment is none
		return address
	case !c.Available:
		return address // the strip says that they are away, and what that means
	case c.Show == "away", c.Show == "xa":
		return i18n.T("stepped away · %s", address)
	case c.Show == "dnd":
		return i18n.T("busy · %s", address)
	}
	return i18n.T("online · %s", address)
}

// menu is what else can be done in a conversation.
func (m *Model) menu(c *contact) []Button {
	check := button(i18n.T("Check who this is…"), Action{Kind: ActionCheck, Peer: c.Peer})
	check.Enabled = c.Protection.Private()
	out := []Button{check}
	if c.Protection.Private() {
		out = append(out, button(i18n.T("Close the private chat"), Action{Kind: ActionEndPrivate, Peer: c.Peer}))
	}
	remove := button(i18n.T("Remove…"), Action{Kind: ActionAskRemove, Peer: c.Peer})
	remove.Destructive = true
	return append(out,
		m.clearButton(c),
		button(i18n.T("Rename…"), Action{Kind: ActionAskRename, Peer: c.Peer}),
		remove,
		button(i18n.T("About this contact…"), Action{Kind: ActionContact, Peer: c.Peer}),
		button(i18n.T("Technical details"), Action{Kind: ActionDetails, Peer: c.Peer}),
	)
}
