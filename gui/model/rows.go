package model

import (
	"slices"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// RowCount returns how many rows the open conversation has.
func (m *Model) RowCount() int {
	if c := m.current(); c != nil {
		return len(c.rows)
	}
	return 0
}

// Row returns row i of the open conversation: 0 is the oldest, RowCount()-1 the
// newest. It is made at the call: ask for what is drawn.
func (m *Model) Row(i int) Row {
	c := m.current()
	l := c.rows[i]
	if l.head {
		return dayRow(l.Time, m.now())
	}
	return m.lineRow(c, l)
}

// RowIndex returns where the row with that ID stands, or -1.
func (m *Model) RowIndex(id string) int {
	if c := m.current(); c != nil {
		return c.find(id)
	}
	return -1
}

func dayID(t time.Time) string { return "day:" + t.Local().Format(time.DateOnly) }

// dayNumber numbers the days of this computer's time zone; 0 is no time.
func dayNumber(t time.Time) int {
	if t.IsZero() {
		return 0
	}
	t = t.Local()
	return int(time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// dayRow returns the row between two days.
func dayRow(day, now time.Time) Row {
	r := Row{ID: dayID(day), Kind: RowDay}
	switch dayNumber(now) - dayNumber(day) {
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
	r := Row{ID: l.ID, Kind: RowText, Mine: l.Mine, Time: i18n.Clock(l.Time), Style: StyleNeutral}
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
	links := m.writeText(&r, c, l)
	switch {
	case l.Clear:
		r.Kind, r.Style = RowClear, StyleBad
		r.Heading = i18n.T("Not private")
		r.Accessible = i18n.T("%[1]s, at %[2]s, not private: %[3]s", name, r.Time, r.Text)
	case !l.Mine:
		r.Accessible = i18n.T("%[1]s, at %[2]s: %[3]s", name, r.Time, r.Text)
	default:
		m.ownRow(&r, l, c, copied)
		r.Accessible = i18n.T("You, at %[1]s: %[2]s (%[3]s)", r.Time, r.Text, r.Mark.Label)
	}
	r.Accessible = join(r.Accessible, r.Warning)
	if len(links) > 0 {
		r.Menu = append(slices.Clone(r.Menu), links...)
		if r.MenuName == "" {
			r.MenuName = i18n.T("Links in: %s", short)
		}
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
