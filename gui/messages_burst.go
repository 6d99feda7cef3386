package gui

import (
	"hushwing/gui/model"
)

// When more rows come than can be shown one by one, the newest screenful is made
// out of sight, a few rows between two frames, and takes the place of what is seen
// when it is whole: so neither is anything seen that was not written so, nor is
// the window held up.

// burst is a screenful in the making.
type burst struct {
	rows []*messageRow
	end  int // the number of the row after the last of them, when it was begun
	size int // of them, when it is whole
}

const (
	frameTime = 16 // milliseconds
	burstStep = 2  // rows made between two frames
)

// begin has the newest rows made, unless that is under way.
func (l *messageList) begin() {
	if l.burst != nil {
		return
	}
	b := &burst{end: l.count, size: min(l.screenful(), l.count)}
	l.burst = b
	after(frameTime, func() bool {
		if l.closed || l.burst != b {
			return false
		}
		l.w.flush() // so that rows have the numbers that the model gives them
		return l.burst == b && l.step(b)
	})
}

// step makes a few rows more and says whether to go on.
func (l *messageList) step(b *burst) bool {
	width := l.box.GetAllocatedWidth()
	for range burstStep {
		i := b.end - b.size + len(b.rows)
		if i >= b.end || i >= l.count {
			break
		}
		b.rows = append(b.rows, l.prepare(l.w.m.Row(i), width))
	}
	if len(b.rows) < b.size && b.end <= l.count {
		return true
	}
	l.turn(b)
	return false
}

// prepare makes a row out of sight.
func (l *messageList) prepare(v model.Row, width int) *messageRow {
	r := l.take(v)
	r.set(v)
	l.box.prepare(r.row, width)
	return r
}

// cancel gives up what was made out of sight.
func (l *messageList) cancel() {
	if l.burst == nil {
		return
	}
	l.spare = append(l.spare, l.burst.rows...)
	l.burst = nil
}

// turn shows what was made.
func (l *messageList) turn(b *burst) {
	l.burst = nil
	first := -1
	if len(b.rows) > 0 {
		first = l.w.m.RowIndex(b.rows[0].now.ID)
	}
	if first < 0 || first+len(b.rows) > l.count {
		l.spare = append(l.spare, b.rows...)
		l.reset() // some of them are gone
		return
	}
	focus := l.clearAway()
	l.from = first
	for i, r := range b.rows {
		l.bind(r, l.w.m.Row(first+i))
		l.box.insert(r.row, -1)
		l.shown = append(l.shown, r)
	}
	l.refocus(focus)
	if l.count-l.from-len(l.shown) > burstRows {
		l.begin()
	} else {
		l.downTo(l.count)
		l.moreWhenCalm()
	}
	l.tidy()
	l.showNewest()
}
