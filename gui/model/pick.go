package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// picked is the rows that were picked to be copied together, from one to the
// other. The zero value is none.
type picked struct{ from, to *line }

func (p picked) some() bool { return p.from != nil }

// PickRows picks rows of the open conversation, from one to another and all
// between; from is where the user began.
func (m *Model) PickRows(from, to int) {
	c := m.current()
	if c == nil || len(c.rows) == 0 {
		return
	}
	last := len(c.rows) - 1
	p := picked{c.rows[min(max(from, 0), last)], c.rows[min(max(to, 0), last)]}
	if p != m.picked {
		m.picked = p
		m.changes.Picked = true
	}
}

// PickAll picks all rows.
func (m *Model) PickAll() { m.PickRows(0, m.RowCount()-1) }

// PickMore takes n rows more into what is picked, or fewer, as Shift with an
// arrow does; the row on which the keyboard is begins it.
func (m *Model) PickMore(n int, row string) {
	c := m.current()
	if c == nil {
		return
	}
	from, to, ok := m.pickedRange(c)
	if !ok {
		if from = c.find(row); from < 0 {
			return
		}
		to = from
	}
	to = min(max(to+n, 0), len(c.rows)-1)
	m.PickRows(from, to)
	m.changes.Focus, m.changes.FocusRow = FocusRow, c.rows[to].ID
}

// Unpick picks none.
func (m *Model) Unpick() {
	if m.picked.some() {
		m.picked = picked{}
		m.changes.Picked = true
	}
}

// PickedRows returns the picked rows, all from first to last; ok is false when
// there are none.
func (m *Model) PickedRows() (first, last int, ok bool) {
	c := m.current()
	if c == nil {
		return 0, 0, false
	}
	from, to, ok := m.pickedRange(c)
	return min(from, to), max(from, to), ok
}

// pickedRange returns where it began and where it ends.
func (m *Model) pickedRange(c *contact) (from, to int, ok bool) {
	if !m.picked.some() {
		return 0, 0, false
	}
	from, to = c.index(m.picked.from), c.index(m.picked.to)
	return from, to, from >= 0 && to >= 0 // one of them may have gone
}

// CopyPicked copies what is picked, and reports whether something is: one text
// as it stands, several with who wrote them and when, and the days.
func (m *Model) CopyPicked() bool {
	c := m.current()
	return c != nil && m.copyPicked(c)
}

func (m *Model) copyPicked(c *contact) bool {
	first, last, ok := m.PickedRows()
	if !ok || c.Peer != m.selected {
		return false
	}
	var lines []*line
	for _, l := range c.rows[first : last+1] {
		if l.head || l.Note == client.NoNote {
			lines = append(lines, l)
		}
	}
	n := 0
	var b strings.Builder
	for _, l := range lines {
		switch {
		case l.head:
			b.WriteString(dayRow(l.Time, m.now()).Text)
		case len(lines) == 1:
			b.WriteString(legible(l.Text))
			n++
		default:
			b.WriteString(m.quoted(c, l))
			n++
		}
		if len(lines) > 1 {
			b.WriteByte('\n')
		}
	}
	if n == 0 {
		return false
	}
	m.changes.Clipboard = b.String()
	m.toast(i18n.N("%d message was copied.", "%d messages were copied.", n, n), Button{})
	return true
}

// quoted is a text with who wrote it and when.
func (m *Model) quoted(c *contact, l *line) string {
	text, telling := m.told(c, l)
	text = legible(text)
	if telling {
		return i18n.T("[%[1]s] %[2]s", i18n.Clock(l.Time), text)
	}
	who := c.name()
	if l.Mine {
		who = m.ownName(c.Account)
	}
	if l.Clear {
		return i18n.T("[%[1]s] %[2]s (not private): %[3]s", i18n.Clock(l.Time), who, text)
	}
	return i18n.T("[%[1]s] %[2]s: %[3]s", i18n.Clock(l.Time), who, text)
}
