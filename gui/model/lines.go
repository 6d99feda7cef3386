package model

import (
	"cmp"
	"slices"
	"time"

	"hushwing/client"
)

// How much of a conversation stays in memory: as much as somebody may want to
// go back to, and no more than a flood of long texts could fill a small
// computer's memory with. What is not settled, such as a text that waits, stays
// beyond it. Forgetting goes over all lines, so it is done for some at a time.
const (
	maxLines   = 50_000
	maxBytes   = 16 << 20 // of texts
	spareLines = 500
	spareBytes = maxBytes / 50
)

// maxText is the longest text, in bytes, that can be sent at once. The client
// holds to the same; here it is said before anything is asked of it.
const maxText = 40 << 10

// line is a line of a conversation, or the head of a day.
type line struct {
	client.Message
	shown bool // the client was told that it is on the screen
	head  bool // the head of a day, at Time
	noted bool // its change is in the journal
	gone  bool
	steps int   // by which a long text was unfolded
	day   int   // see dayNumber
	at    int64 // grows from row to row
}

// conversation is the lines and the composer of one contact.
type conversation struct {
	rows    []*line // lines, with the heads of days between them
	byID    map[string]*line
	heads   map[int]*line // by day
	next    int64         // at of the next line
	lastDay int           // of the last head
	count   int           // lines without heads
	size    int           // bytes of texts
	tired   int           // below so many lines there is nothing to forget
	last    time.Time
	unseen  []*line // received texts that were not on the screen yet, and some that were
	newOnes int     // those that were not
	held    marks
	journal journal

	draft   string
	kept    draftState
	problem *client.Problem // of the last text
	check   checkState
}

// marks counts texts of ours that wait, failed, or wait for the user's word.
type marks struct{ waiting, failed, other int }

func newConversation() conversation {
	return conversation{byID: map[string]*line{}, heads: map[int]*line{}, journal: journal{reset: true}}
}

// unread is how many received texts were not on the screen yet.
func (v *conversation) unread() int { return v.newOnes }

// settled reports that nothing more need become of a line. Many programs never
// say more than that the server has it.
func (l *line) settled() bool {
	switch {
	case l.Note != client.NoNote:
		return true
	case l.Mine:
		return l.Mark == client.TheyHave || l.Mark == client.ServerHas && !l.inDoubt()
	}
	return l.shown
}

// inDoubt reports that the server had a text of ours, and that nobody knows
// whether it was read.
func (l *line) inDoubt() bool {
	return l.Mine && l.Mark == client.ServerHas && l.Message.Problem != nil
}

// isNew reports a received text that was not on the screen yet.
func (l *line) isNew() bool { return !l.Mine && !l.head && l.Note == client.NoNote && !l.shown }

// tally adds a line to what is counted, or takes it away (n is -1).
func (v *conversation) tally(l *line, n int) {
	v.count += n
	v.size += n * len(l.Text)
	if l.isNew() {
		v.newOnes += n
	}
	if !l.Mine || l.Note != client.NoNote {
		return
	}
	switch {
	case isWaiting(l):
		v.held.waiting += n
	case isNotSent(l):
		v.held.failed += n
	case wantsWord(l):
		v.held.other += n
	}
}

// add puts a line at the end.
func (v *conversation) add(l *line) {
	l.day = dayNumber(l.Time)
	if v.opensDay(l) {
		v.append(newHead(l))
	}
	v.append(l)
	v.enter(l)
}

// newHead makes the head of a line's day.
func newHead(l *line) *line {
	return &line{Message: client.Message{ID: dayID(l.Time), Time: l.Time}, head: true, day: l.day}
}

// opensDay reports whether a line at the end is the first of a day. A late one
// does not open its day again.
func (v *conversation) opensDay(l *line) bool { return l.day > v.lastDay }

func (v *conversation) append(l *line) {
	v.next++
	l.at = v.next
	v.rows = append(v.rows, l)
	v.journal.added()
	if l.head {
		v.lastDay, v.heads[l.day] = l.day, l
	}
}

// enter counts a line that stands among the rows.
func (v *conversation) enter(l *line) {
	v.byID[l.ID] = l
	v.tally(l, 1)
	if l.isNew() {
		v.unseen = append(v.unseen, l)
	}
}

// insert puts a line of ours that comes back where it belongs: before all later
// ones.
func (v *conversation) insert(l *line) {
	i := len(v.rows)
	for i > 0 && l.Mine && v.rows[i-1].Time.After(l.Time) {
		i--
	}
	if i == len(v.rows) {
		v.add(l)
		return
	}
	l.day = dayNumber(l.Time)
	l.at = -1 // in no order: all get new numbers
	v.regroup(slices.Insert(v.lines(), i-v.headsBefore(i), l))
	v.enter(l)
}

func (v *conversation) headsBefore(i int) (n int) {
	for _, l := range v.rows[:i] {
		if l.head {
			n++
		}
	}
	return n
}

// lines returns the lines without the heads, in a slice of its own.
func (v *conversation) lines() []*line {
	out := make([]*line, 0, v.count+1)
	for _, l := range v.rows {
		if !l.head {
			out = append(out, l)
		}
	}
	return out
}

// change replaces what is known of a line.
func (v *conversation) change(l *line, msg client.Message) {
	v.tally(l, -1)
	l.Message = msg
	v.tally(l, 1)
	v.journal.changed(l)
}

// remove takes a line away, and the head of a day that has no other.
func (v *conversation) remove(l *line) {
	i := v.index(l)
	if i < 0 {
		return
	}
	v.leave(l)
	v.rows = slices.Delete(v.rows, i, i+1)
	if i == 0 || !v.rows[i-1].head {
		return
	}
	head := v.rows[i-1]
	switch {
	case i < len(v.rows) && !v.rows[i].head && v.rows[i].day == head.day:
	case i < len(v.rows) && v.rows[i].head:
		v.journal.removed(head)
		delete(v.heads, head.day)
		v.rows = slices.Delete(v.rows, i-1, i)
	default: // at the end, or a late one follows, which opens no day
		v.regroup(v.lines())
	}
}

// leave counts a line out.
func (v *conversation) leave(l *line) {
	delete(v.byID, l.ID)
	v.tally(l, -1)
	v.journal.removed(l)
}

// regroup takes lines in a new order, or fewer of them, and sets the heads of
// the days anew. It goes over all of them.
func (v *conversation) regroup(lines []*line) {
	heads := v.heads
	v.heads = map[int]*line{}
	v.rows, v.lastDay = v.rows[:0], 0
	var before int64
	moved := false
	put := func(l *line) {
		moved = moved || l.at <= before
		before = l.at
		v.rows = append(v.rows, l)
	}
	for _, l := range lines {
		if v.opensDay(l) {
			h := heads[l.day]
			if h == nil {
				h = newHead(l)
			}
			delete(heads, l.day)
			v.lastDay, v.heads[l.day] = l.day, h
			put(h)
		}
		put(l)
	}
	for _, h := range heads {
		v.journal.removed(h)
	}
	if moved {
		v.next = 0
		for _, l := range v.rows {
			v.next++
			l.at = v.next
		}
		v.journal.all()
	}
}

// beside returns the lines before and after the row at i; nil where there is none.
func (v *conversation) beside(i int) (before, after *line) {
	for j := i - 1; j >= 0 && before == nil; j-- {
		if !v.rows[j].head {
			before = v.rows[j]
		}
	}
	for j := i + 1; j < len(v.rows) && after == nil; j++ {
		if !v.rows[j].head {
			after = v.rows[j]
		}
	}
	return before, after
}

// twins reports two lines that say the same of how the chat stands. The client says
// nothing twice in a row, but what stood between the two can be taken away.
func twins(a, b *line) bool {
	return a != nil && b != nil && a.Note == b.Note && (a.Note == client.NoteEnded || a.Note == client.NotePrivate)
}

// index finds a line among the rows; -1 when it is not there.
func (v *conversation) index(l *line) int {
	i, ok := slices.BinarySearchFunc(v.rows, l.at, func(r *line, at int64) int { return cmp.Compare(r.at, at) })
	if !ok || v.rows[i] != l {
		return -1
	}
	return i
}

// find returns where the row with that ID stands; -1 when there is none.
func (v *conversation) find(id string) int {
	if l := v.byID[id]; l != nil {
		return v.index(l)
	}
	for _, h := range v.heads {
		if h.ID == id {
			return v.index(h)
		}
	}
	return -1
}

// shorten forgets the oldest settled lines when there are too many.
func (v *conversation) shorten() {
	if v.count <= maxLines+spareLines && v.size <= maxBytes+spareBytes || v.count < v.tired {
		return
	}
	kept := make([]*line, 0, v.count)
	for _, l := range v.rows {
		switch {
		case l.head:
		case (v.count > maxLines || v.size > maxBytes) && l.settled():
			v.leave(l)
		default:
			kept = append(kept, l)
		}
	}
	v.regroup(kept)
	v.unseen = slices.DeleteFunc(v.unseen, func(l *line) bool { return l.gone || !l.isNew() })
	v.tired = 0
	if v.count > maxLines || v.size > maxBytes { // what is left is not settled
		v.tired = v.count + spareLines
	}
}

// seen notes that received texts were on the screen, all of them when only is
// nil, and returns their IDs.
func (v *conversation) seen(only []string) (ids []string) {
	left := v.unseen[:0]
	for _, l := range v.unseen {
		switch {
		case l.gone || !l.isNew():
		case only != nil && !slices.Contains(only, l.ID):
			left = append(left, l)
		default:
			v.newOnes--
			l.shown = true
			ids = append(ids, l.ID)
		}
	}
	clear(v.unseen[len(left):])
	v.unseen = left
	return ids
}
