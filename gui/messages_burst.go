package gui

import (
	"time"

	"hushwing/gui/model"
)

// When more rows come than can be shown one by one, the newest screenful is made
// out of sight, a row between two frames, and takes the place of what is seen when
// it is whole: so neither is anything seen that was not written so, nor is the
// window held up.

// burst is a screenful in the making.
type burst struct {
	rows  []*messageRow
	end   int // the number of the row after the last of them, when it was begun
	size  int // of them, when it is whole
	whole time.Time
}

const (
	frameTime = 16 * time.Millisecond
	// Nobody reads faster, and what flashes more than three times a second can
	// make people ill (WCAG 2.3.1).
	screenTime = 340 * time.Millisecond
	// How long a screenful waits for a pause between two keys.
	politeTime = 100 * time.Millisecond
)

// begin has the newest rows made, unless that is under way.
func (l *messageList) begin() {
	if l.burst != nil {
		return
	}
	b := &burst{}
	l.burst = b
	after(uint(frameTime/time.Millisecond), func() bool {
		if l.closed || l.burst != b {
			return false
		}
		if b.size == 0 && time.Since(l.turned) < screenTime-time.Duration(l.screenful())*frameTime {
			return true // it would be whole too early
		}
		l.w.flush() // so that rows have the numbers that the model gives them
		return l.burst == b && l.step(b)
	})
}

// step makes a row more and says whether to go on.
func (l *messageList) step(b *burst) bool {
	if b.size == 0 {
		b.end, b.size = l.count, min(l.screenful(), l.count)
	}
	if i := b.end - b.size + len(b.rows); i < b.end && i < l.count {
		b.rows = append(b.rows, l.prepare(l.w.m.Row(i), l.box.GetAllocatedWidth()))
	}
	if len(b.rows) < b.size && b.end <= l.count {
		return true
	}
	b.whole = time.Now()
	beforeFrame(l.box, func() bool {
		if l.closed || l.burst != b {
			return false
		}
		if time.Since(l.w.typed) < frameTime && time.Since(b.whole) < politeTime {
			return true // this frame belongs to a key
		}
		l.w.flush()
		if l.burst == b {
			l.turn(b)
		}
		return false
	})
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
	l.burst, l.turned = nil, time.Now()
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
