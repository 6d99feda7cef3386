package model

import (
	"hushwing/i18n"
)

// RowKey names a row of the list whatever its number is: a contact can stand in
// several sections. Without a Peer it is the section's heading.
type RowKey struct {
	Section string
	Peer    Peer
}

// ListRow is a row of the list: a contact, or a heading over some.
type ListRow struct {
	Key     RowKey
	Contact *ContactRow
	Heading *HeadingRow
	// Position is the number of a contact in its section, 1 being the first, and
	// Size how many that has: what a screen reader says beside the name.
	Position, Size int
}

// HeadingRow stands over a section of the list.
type HeadingRow struct {
	Title      string
	Count      int
	Folds      bool // Action hides and shows what is under it
	Folded     bool
	Accessible string // the whole row in one sentence
	Action     Action
	Buttons    []Button
}

// mostBuilt bounds the rows that are kept made: more than a screen shows.
const mostBuilt = 128

// ListLen is how many rows the list has, headings too. Rows are made when they
// are asked for (ListRow): a window asks for those that it shows.
func (m *Model) ListLen() int { return m.list().rows }

// ListHeadings are the numbers of the rows that are headings, in order. The
// slice is only to be read, and only until the next call of a method of m.
func (m *Model) ListHeadings() []int { return m.list().heads }

// ListFind returns the number of a row, or -1 where it is not there or its
// section is folded.
func (m *Model) ListFind(k RowKey) int { return m.list().where(k) }

// ListSelected is the number of the row of the open conversation, or -1.
func (m *Model) ListSelected() int {
	if m.selected == (Peer{}) {
		return -1
	}
	if i := m.list().where(RowKey{Section: m.section, Peer: m.selected}); i >= 0 {
		return i
	}
	return m.list().wherever(m.selected)
}

// ListRow returns a row of the list, 0 being the first. Beyond the end it is
// the zero value.
func (m *Model) ListRow(i int) ListRow {
	l := m.list()
	if i < 0 || i >= l.rows {
		return ListRow{}
	}
	s, c := l.row(i)
	switch {
	case s == nil:
		return ListRow{}
	case c == nil:
		return ListRow{Key: RowKey{Section: s.key}, Heading: m.heading(s)}
	}
	if c.row == nil {
		m.keepRow(c)
	}
	row := *c.row
	row.Selected = c.Peer == m.selected
	row.Action.ID = s.key
	return ListRow{
		Key: RowKey{Section: s.key, Peer: c.Peer}, Contact: &row,
		Position: i - s.at + 1, Size: len(s.people),
	}
}

// keepRow makes the row of a contact, and forgets an old one.
func (m *Model) keepRow(c *contact) {
	l := &m.listing
	if len(l.built) >= mostBuilt {
		l.built[0].row = nil
		l.built = l.built[1:]
	}
	row := m.buildContactRow(c)
	c.row = &row
	l.built = append(l.built, c)
}

// forgetRows has all rows made anew.
func (l *listing) forgetRows() {
	for _, c := range l.built {
		c.row = nil
	}
	l.built = nil
}

func (m *Model) heading(s *section) *HeadingRow {
	n := len(s.people)
	h := &HeadingRow{Count: n, Folds: s.folds, Folded: s.folded}
	switch s.kind {
	case sectionTalks:
		h.Title = i18n.T("Conversations")
	case sectionPeople:
		h.Title = i18n.T("Contacts")
	case sectionNoGroup:
		h.Title = i18n.T("No group")
	default:
		h.Title = clean(s.key[1:], 60)
	}
	h.Accessible = i18n.N("%[2]s: %[1]d contact", "%[2]s: %[1]d contacts", n, n, h.Title)
	if h.Folds {
		h.Action = Action{Kind: ActionFold, ID: s.key}
	}
	return h
}
