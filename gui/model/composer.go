package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// SetDraft takes what stands in the composer, at every change.
func (m *Model) SetDraft(text string) {
	c := m.current()
	if c == nil || text == c.draft {
		return
	}
	could, told := c.canSend(), c.problem != nil || c.room() < roomTold
	c.draft, c.problem = text, nil
	m.draftChanged(c)
	if told || could != c.canSend() || c.room() < roomTold {
		m.changes.Composer = true
	}
}

// roomTold is from when on the composer says how much room is left, in bytes.
const roomTold = 2000

// room is how many bytes still fit into the text.
func (c *contact) room() int { return maxText - len(c.draft) }

// left says how much more can be written, when that is not much.
func (c *contact) left() string {
	switch n := c.room(); {
	case n < 0:
		return i18n.N("Too long by about %d letter", "Too long by about %d letters", -n, -n)
	case n < roomTold:
		return i18n.N("Room for about %d more letter", "Room for about %d more letters", n, n)
	}
	return ""
}

// canSend reports whether there is something to send, and leave to.
func (c *contact) canSend() bool {
	return c.Protection.Open() && strings.TrimSpace(c.draft) != ""
}

// Send sends what stands in the composer (the same as Press(Composer.Send)).
// The composer is empty then; if the text is refused, it comes back.
func (m *Model) Send() {
	c := m.current()
	if c == nil || m.screen != ScreenMain || !c.canSend() {
		return
	}
	m.changes.Composer = true
	m.changes.Focus = FocusComposer
	text := strings.TrimRight(strings.Trim(c.draft, "\r\n"), " \t\r\n")
	if len(text) > maxText {
		c.problem = &client.Problem{Cause: client.TextTooLong}
		return
	}
	c.draft, c.problem = "", nil
	peer := c.Peer
	delete(m.unsaved, peer) // until the text is safe elsewhere, the draft is
	m.do(client.SendText{Peer: peer, Text: text, ID: m.ask(func(p *client.Problem) {
		if p != nil {
			m.textRefused(peer, text, p)
		}
		if c := m.contacts[peer]; c != nil {
			m.saveDraft(c) // only now: until here the text was nowhere else
		}
	})})
}

// textRefused puts a text back into the composer, before what was typed since.
func (m *Model) textRefused(peer Peer, text string, p *client.Problem) {
	c := m.contacts[peer]
	if c == nil {
		return
	}
	if c.draft != "" {
		text += "\n" + c.draft
	}
	c.draft, c.problem = text, p
	m.draftChanged(c)
	if peer == m.selected {
		m.changes.Composer = true
	}
}

// composer returns where one writes.
func (m *Model) composer(c *contact) ComposerView {
	name := c.name()
	v := ComposerView{
		Enabled: c.Protection.Open(),
		Text:    c.draft,
		Name:    i18n.T("Message to %s", name),
		Left:    c.left(),
		Send:    suggested(i18n.T("Send"), Action{Kind: ActionSend, Peer: c.Peer}, c.canSend()),
	}
	v.Send.Name = i18n.T("Send to %s", name)
	switch {
	case !v.Enabled:
		v.Placeholder = i18n.T("Sending is paused")
	case c.Protection.Private():
		v.Placeholder = i18n.T("Write to %s", name)
	default:
		v.Placeholder = i18n.T("Write to %s; it waits here until it can be sent", name)
	}
	if c.problem != nil {
		v.Problem = sentence(*c.problem)
	}
	return v
}
