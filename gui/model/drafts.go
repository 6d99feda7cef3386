package model

import (
	"strings"
	"time"

	"hushwing/client"
)

// A text that was begun is kept, encrypted like the rest, when its writer pauses,
// goes elsewhere or leaves: at each key press it would cost a write to the disk.
const (
	draftPause = 2 * time.Second
	draftLate  = 20 * time.Second // also for who never pauses
)

// draftState is what is known of the draft on the disk.
type draftState struct {
	saved string    // what is there
	since time.Time // of the first change that is not; zero: none
	last  time.Time // of the last one
}

// draftChanged notes that the draft is not what is on the disk.
func (m *Model) draftChanged(c *contact) {
	now := m.now()
	d := &c.kept
	if c.draft == d.saved {
		d.since = time.Time{}
	} else if d.since.IsZero() {
		d.since = now
	}
	d.last = now
	if d.since.IsZero() {
		delete(m.unsaved, c.Peer)
	} else {
		m.unsaved[c.Peer] = true
	}
}

// hasUnsaved reports whether a draft waits to be saved.
func (m *Model) hasUnsaved() bool { return len(m.unsaved) > 0 }

// saveDrafts saves the drafts at which nobody writes just now.
func (m *Model) saveDrafts() {
	now := m.now()
	for p := range m.unsaved {
		if c := m.contacts[p]; c == nil {
			delete(m.unsaved, p)
		} else if now.Sub(c.kept.last) >= draftPause || now.Sub(c.kept.since) >= draftLate {
			m.saveDraft(c)
		}
	}
}

// SaveDrafts saves all of them, before the program ends or locks.
func (m *Model) SaveDrafts() {
	for p := range m.unsaved {
		if c := m.contacts[p]; c != nil {
			m.saveDraft(c)
		}
	}
}

// saveDraft saves one, if it is not saved.
func (m *Model) saveDraft(c *contact) {
	delete(m.unsaved, c.Peer)
	text := c.draft
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	c.kept.since = time.Time{}
	if text == c.kept.saved {
		return
	}
	if len(text) > maxText {
		return // it cannot be sent either, and the composer says so
	}
	c.kept.saved = text
	m.do(client.SaveDraft{Peer: c.Peer, Text: text})
}

// applyDraft takes a text that was begun before the program was started.
func (m *Model) applyDraft(d client.Draft) {
	if c := m.contacts[d.Peer]; c != nil {
		c.draft, c.kept.saved = d.Text, d.Text
		m.touch(c)
	}
}
