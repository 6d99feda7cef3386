package model

import (
	"cmp"
	"slices"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// clearedFor is how long a cleared conversation can be brought back: from memory
// alone, nothing of it is on the disk any more.
const clearedFor = 20 * time.Second

// stays reports a line that a clearing leaves: a text of ours of which something
// has still to become.
func (l *line) stays() bool { return !l.head && l.Mine && !l.settled() }

// clearButton clears a conversation.
func (m *Model) clearButton(c *contact) Button {
	b := button(i18n.T("Clear this conversation"), Action{Kind: ActionClear, Peer: c.Peer})
	b.Enabled = slices.ContainsFunc(c.rows, func(l *line) bool { return !l.head && !l.stays() })
	return b
}

// clear takes the lines of a conversation away. Texts that the client still holds
// because nobody had seen them go from the disk, too.
func (m *Model) clear(c *contact) {
	var kept, gone []*line
	for _, l := range c.lines() {
		if l.stays() {
			kept = append(kept, l)
		} else {
			gone = append(gone, l)
		}
	}
	if len(gone) == 0 {
		return
	}
	if ids := c.seen(nil); len(ids) > 0 {
		m.do(client.Shown{Peer: c.Peer, Messages: ids})
	}
	for _, l := range gone {
		c.leave(l)
	}
	c.regroup(kept)
	c.journal.all()
	m.picked = picked{}
	m.undos = append(m.undos, &undo{peer: c.Peer, cleared: gone, until: m.now().Add(clearedFor)})
	m.undos = m.undos[max(0, len(m.undos)-mostUndo):]
	text := i18n.T("The conversation was cleared.")
	if n := len(kept); n > 0 {
		text = join(text, i18n.N("%d message that was not sent yet stays.", "%d messages that were not sent yet stay.", n, n))
	}
	m.toast(text, named(button(i18n.T("Undo"), Action{Kind: ActionUndo}), i18n.T("Undo: bring the conversation back")))
	m.touch(c)
}

// unclear brings a cleared conversation back.
func (m *Model) unclear(u *undo) {
	c := m.contacts[u.peer]
	if c == nil {
		return
	}
	lines := c.lines()
	for _, l := range u.cleared {
		if c.byID[l.ID] == nil {
			l.gone = false
			c.enter(l)
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b *line) int { return cmp.Compare(a.at, b.at) })
	c.regroup(lines)
	c.journal.all()
	c.shorten()
	m.toast(i18n.T("The conversation is back."), Button{})
	m.touch(c)
}

// hasCleared reports whether there is something to forget soon.
func (m *Model) hasCleared() bool {
	return slices.ContainsFunc(m.undos, func(u *undo) bool { return u.cleared != nil })
}

// dropCleared forgets what can no longer be brought back.
func (m *Model) dropCleared() {
	now := m.now()
	m.undos = slices.DeleteFunc(m.undos, func(u *undo) bool { return u.cleared != nil && now.After(u.until) })
}
