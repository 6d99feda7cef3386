package gui

import (
	"slices"
	"time"

	"hushwing/gui/model"
)

// When more rows come than can be shown one by one, the newest screenful is made
// out of sight, a row between two frames, and takes the place of what is seen when
// it is whole: so neither is anything seen that was not written so, nor is the
// window held up.

// burst is a screenful in the making.
type burst struct {
	rows  []*messageRow // the newest first, until it is whole
	high  int           // how many pixels they are together
	whole time.Time
}

const (
	frameTime = 16 * time.Millisecond
	// Nobody reads faster, and what flashes more than three times a second can
	// make people ill (WCAG 2.3.1).
	screenTime = 340 * time.Millisecond
	// How long a screenful waits for a frame without a key, and how old a key is
	// that the frame before has painted.
	politeTime = 300 * time.Millisecond
	keyTime    = 20 * time.Millisecond
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
		if b.rows == nil && time.Since(l.turned) < screenTime-time.Duration(l.screenful())*frameTime {
			return true // it would be whole too early
		}
		l.w.flush() // so that rows have the numbers that the model gives them
		return l.burst == b && l.step(b)
	})
}

// step makes a row more and says whether to go on: until what is seen is full, and
// no further, as all of it is laid out and drawn in one frame.
func (l *messageList) step(b *burst) bool {
	i := l.count - 1
	if n := len(b.rows); n > 0 { // numbers change while old ones go
		i = l.w.m.RowIndex(b.rows[n-1].now.ID) - 1
	}
	if i >= 0 {
		r, high := l.prepare(l.w.m.Row(i), l.box.GetAllocatedWidth())
		b.rows = append(b.rows, r)
		b.high += high
		// A row more than what is seen: the newest close up to those that come meanwhile.
		if i > 0 && b.high <= int(l.adj.GetPageSize())+leastHeight && len(b.rows) < restRows {
			return true
		}
	}
	slices.Reverse(b.rows)
	b.whole = time.Now()
	beforeFrame(l.box, func() bool {
		if l.closed || l.burst != b {
			return false
		}
		if time.Since(l.turned) < screenTime {
			return true // of high rows it took few
		}
		if time.Since(l.w.typed) < keyTime && time.Since(b.whole) < politeTime {
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
func (l *messageList) prepare(v model.Row, width int) (r *messageRow, height int) {
	r = l.take(v)
	r.set(v)
	return r, l.box.prepare(r.row, width)
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
