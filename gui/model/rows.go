package model

import (
	"slices"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// rowVersion is what is remembered of a row that the window has.
type rowVersion struct {
	id      string
	version int
}

// Rows returns the rows of the open conversation, the newest last. The slice
// is only to be read, and only until the next call of a method of m.
func (m *Model) Rows() []Row {
	c := m.current()
	if c == nil {
		return nil
	}
	now := m.now()
	rows := make([]Row, 0, len(c.lines)+8)
	c.eachRow(func(day time.Time, l *line) {
		if l == nil {
			rows = append(rows, dayRow(day, now))
			return
		}
		if !l.built {
			l.row, l.built = m.lineRow(c, l), true
		}
		rows = append(rows, l.row)
	})
	return rows
}

// rowVersions is Rows without making them.
func (m *Model) rowVersions() []rowVersion {
	c := m.current()
	if c == nil {
		return nil
	}
	now := m.now()
	out := make([]rowVersion, 0, len(c.lines)+8)
	c.eachRow(func(day time.Time, l *line) {
		if l == nil {
			out = append(out, rowVersion{dayID(day), min(daysBetween(day, now), 2)})
			return
		}
		out = append(out, rowVersion{l.ID, l.version})
	})
	return out
}

// eachRow walks the lines, with the days between them (l is nil).
func (v *conversation) eachRow(f func(day time.Time, l *line)) {
	seen := ""
	for _, l := range v.lines {
		if id := dayID(l.Time); id != seen && !l.Time.IsZero() {
			if seen == "" || id > seen { // a late one does not open its day again
				f(l.Time, nil)
				seen = id
			}
		}
		f(time.Time{}, l)
	}
}

func dayID(t time.Time) string { return "day:" + t.Local().Format(time.DateOnly) }

// daysBetween returns how many midnights lie between two times.
func daysBetween(t, now time.Time) int {
	a, b := t.Local(), now.Local()
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
	return int(midnight(b).Sub(midnight(a)).Hours() / 24)
}

// dayRow returns the row between two days.
func dayRow(day, now time.Time) Row {
	r := Row{ID: dayID(day), Kind: RowDay}
	switch daysBetween(day, now) {
	case 0:
		r.Text = i18n.T("Today")
	case 1:
		r.Text = i18n.T("Yesterday")
	default:
		r.Text = i18n.Date(day)
	}
	r.Accessible = r.Text
	return r
}

// lineRow returns the row of a line.
func (m *Model) lineRow(c *contact, l *line) Row {
	r := Row{ID: l.ID, Kind: RowText, Mine: l.Mine, Text: l.Text, Time: i18n.Clock(l.Time), Style: StyleNeutral}
	name := c.name()
	if l.Note != client.NoNote {
		r.Kind, r.Mine = RowNote, false
		r.Text = noteText(l, name)
		r.Accessible = r.Text
		return r
	}
	short := excerpt(l.Text)
	copied := named(button(i18n.T("Copy"), Action{Kind: ActionCopyText, Peer: c.Peer, ID: l.ID}), i18n.T("Copy: %s", short))
	r.Menu = []Button{copied}
	switch {
	case l.Clear:
		r.Kind, r.Style = RowClear, StyleBad
		r.Heading = i18n.T("Not private")
		r.Accessible = i18n.T("%[1]s, at %[2]s, not private: %[3]s", name, r.Time, l.Text)
	case !l.Mine:
		r.Accessible = i18n.T("%[1]s, at %[2]s: %[3]s", name, r.Time, l.Text)
	default:
		m.ownRow(&r, l, c, copied)
		r.Accessible = i18n.T("You, at %[1]s: %[2]s (%[3]s)", r.Time, l.Text, r.Mark.Label)
	}
	return r
}

// ownRow adds to a row of a text of ours how far it has come, and what can be
// done about it.
func (m *Model) ownRow(r *Row, l *line, c *contact, copied Button) {
	short := excerpt(l.Text)
	discard := named(button(i18n.T("Discard"), Action{Kind: ActionDiscardText, Peer: c.Peer, ID: l.ID}), i18n.T("Discard: %s", short))
	discard.Destructive = true
	again := Action{Kind: ActionRetryText, Peer: c.Peer, ID: l.ID}
	r.Mark = markView(l)
	switch l.Mark {
	case client.Waiting:
		cancel := discard
		cancel.Label, cancel.Name = i18n.T("Cancel sending"), i18n.T("Cancel sending: %s", short)
		r.Menu, r.MenuName = []Button{copied, cancel}, i18n.T("Waits here: %s", short)
	case client.ServerHas:
		if l.inDoubt() {
			leave := named(button(i18n.T("Leave it"), discard.Action), i18n.T("Leave it as it is: %s", short))
			r.Style, r.Problem = StyleWarn, sentence(*l.Message.Problem)
			r.Buttons = []Button{named(button(i18n.T("Send again"), again), i18n.T("Send again: %s", short)), copied, leave}
			r.Menu = r.Buttons
		}
	case client.OtherKey:
		r.Style = StyleWarn
		r.Heading = i18n.T("Written for %s’s earlier key", c.name())
		if c.toldOtherwise() && len(c.Keys) < 3 {
			r.Heading = i18n.T("Written for the key of %s’s that the link named", c.name())
		}
		r.Buttons = []Button{named(button(i18n.T("Send"), again), i18n.T("Send to the new key: %s", short)), copied, discard}
		r.Menu = r.Buttons
	case client.NotSent:
		r.Style = StyleBad
		var why client.Problem // unknown, where nobody said
		if l.Problem != nil {
			why = *l.Problem
		}
		r.Problem = sentence(why)
		r.Buttons = []Button{named(button(i18n.T("Retry"), again), i18n.T("Send again: %s", short)), copied, discard}
		r.Menu = r.Buttons
	}
}

// markView says how far a text of ours has come, and never more than was
// acknowledged.
func markView(l *line) MarkView {
	switch l.Mark {
	case client.ServerHas:
		if l.inDoubt() {
			return MarkView{Glyph: "✓", Label: i18n.T("the server had it, perhaps unread"), Style: StyleWarn}
		}
		return MarkView{Glyph: "✓", Label: i18n.T("the server has it"), Style: StyleNeutral}
	case client.TheyHave:
		return MarkView{Glyph: "✓✓", Label: i18n.T("their program has it"), Style: StyleGood}
	case client.NotSent:
		v := MarkView{Icon: "dialog-error-symbolic", Label: i18n.T("not sent"), Style: StyleBad}
		if l.Problem != nil {
			v.Label = i18n.T("not sent: %s", explain(l.Problem.Cause).text.Text())
		}
		return v
	case client.OtherKey:
		return MarkView{Icon: "dialog-question-symbolic", Label: i18n.T("waits for your word"), Style: StyleWarn}
	}
	return MarkView{Icon: "document-open-recent-symbolic", Label: i18n.T("waits here"), Style: StyleNeutral}
}

// noteText puts a note into words.
func noteText(l *line, name string) string {
	switch l.Note {
	case client.NoteUnreadable:
		return i18n.T("A message could not be opened because the private chat started anew. Ask %s to send it again.", name)
	case client.NoteAskedAgain:
		return i18n.T("A message could not be opened because the private chat started anew. %s has been asked to send it again.", name)
	case client.NoteErrorNotice:
		return i18n.T("An error notice came in %[1]s’s name, not protected: “%[2]s”", name, clean(l.Text, 300))
	case client.NoteEnded:
		return i18n.T("%s closed the private chat.", name)
	case client.NotePrivate:
		return i18n.T("The chat is private from here on.")
	}
	return ""
}

// diffRows says how the window gets from the rows that it has to the present ones.
func diffRows(have, want []rowVersion) RowChanges {
	at := make(map[string]int, len(have))
	for i, r := range have {
		at[r.id] = i
	}
	var c RowChanges
	next := 0 // have[:next] is settled
	for _, r := range want {
		i, ok := at[r.id]
		switch {
		case !ok:
			c.Appended++
			continue
		case i < next || c.Appended > 0:
			return RowChanges{Reset: true} // not in the order of before
		}
		for ; next < i; next++ {
			c.Removed = append(c.Removed, have[next].id)
		}
		if have[i].version != r.version {
			c.Changed = append(c.Changed, r.id)
		}
		next = i + 1
	}
	for ; next < len(have); next++ {
		c.Removed = append(c.Removed, have[next].id)
	}
	slices.Sort(c.Removed)
	return c
}
