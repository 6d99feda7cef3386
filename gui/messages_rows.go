package gui

import (
	"time"

	"github.com/gotk3/gotk3/glib"

	"hushwing/gui/model"
)

// This file is how rows of the model become widgets, and which of them are used
// again: to have one show another text takes a fraction of what it takes to make
// one.

// screenful is how many rows fill what is seen, or some more.
func (l *messageList) screenful() int {
	return min(max(int(l.adj.GetPageSize())/leastHeight+2, 10), restRows)
}

// place shows a row at a place of the list.
func (l *messageList) place(v model.Row, at int) *messageRow {
	r := l.take(v)
	l.bind(r, v)
	l.box.insert(r.row, at)
	return r
}

// take returns a row that was put aside and fits, or else a new one.
func (l *messageList) take(v model.Row) *messageRow {
	best, how := -1, fitsNot
	for i, r := range l.spare {
		if f := r.fits(v); f > how {
			best, how = i, f
		}
	}
	if best < 0 {
		return newMessageRow(l.w)
	}
	r := l.spare[best]
	l.spare[best] = l.spare[len(l.spare)-1]
	l.spare = l.spare[:len(l.spare)-1]
	return r
}

// bind has a row of widgets show a row.
func (l *messageList) bind(r *messageRow, v model.Row) {
	if r.built && r.now.ID != v.ID {
		r.unmark()
		l.letGo(r)
	}
	r.set(v)
	l.byID[v.ID] = r
	r.setPicked(l.isPicked(v.ID))
}

// putAside takes a row out of the list. What it says is taken from it by tidy,
// unless it shows something else by then.
func (l *messageList) putAside(r *messageRow) {
	l.letGo(r)
	if l.byID[r.now.ID] == r {
		delete(l.byID, r.now.ID)
	}
	l.box.aside(r.row)
	l.spare = append(l.spare, r)
}

// tidy keeps nothing of what rows said that show nothing: as soon as the window has
// drawn what is shown.
func (l *messageList) tidy() {
	for _, r := range l.spare {
		if holdsFocus(r.row) {
			l.w.win.SetFocus(nil)
		}
	}
	if l.untidy || len(l.spare) == 0 {
		return
	}
	l.untidy = true
	whenIdle(glib.PRIORITY_LOW, func() bool {
		l.untidy = !l.closed && l.tidySome()
		return l.untidy
	})
}

// tidySome does a part of it and says whether there is more.
func (l *messageList) tidySome() bool {
	for n := len(l.spare); n > spareRows; n-- {
		l.forget(l.spare[n-1])
		remove(l.spare[n-1].row)
		l.spare = l.spare[:n-1]
	}
	left := tidyRows
	for _, r := range l.spare {
		if r.now.ID == "" {
			continue
		}
		if left == 0 {
			return true
		}
		r.blank()
		left--
	}
	return false
}

// forget lets go of a row that goes for good.
func (l *messageList) forget(r *messageRow) {
	l.letGo(r)
	r.gone = true
}

// letGo ends what goes on at a row, which will show another one.
func (l *messageList) letGo(r *messageRow) {
	if l.anchor == r {
		l.anchor = nil
	}
	if l.dragFrom == r {
		l.dragFrom = nil
	}
	if l.lastRow == r {
		l.lastRow = nil
	}
}

// drop takes a row out that the model has no more.
func (l *messageList) drop(id string) {
	r := l.byID[id]
	if r == nil {
		return
	}
	hadFocus := holdsFocus(r.row)
	l.putAside(r)
	for i, s := range l.shown {
		if s == r {
			l.shown = append(l.shown[:i], l.shown[i+1:]...)
			if hadFocus {
				l.focusNear(i)
			}
			break
		}
	}
	l.tidy()
}

// showFrom shows the rows [from, to) and no others. The keyboard stays on its row
// of the screen.
func (l *messageList) showFrom(from, to int) {
	l.cancel()
	focus := l.clearAway()
	l.from = from
	l.downTo(to)
	l.refocus(focus)
	l.tidy()
}

// clearAway puts all rows aside and returns which had the keyboard; -1: none.
func (l *messageList) clearAway() int {
	focus := -1
	for i, r := range l.shown {
		if holdsFocus(r.row) {
			focus = i
		}
		l.putAside(r)
	}
	l.shown = l.shown[:0]
	return focus
}

// refocus puts the keyboard on the row that stands where the one stood that had it.
func (l *messageList) refocus(was int) {
	if was >= 0 && len(l.shown) > 0 {
		l.shown[min(was, len(l.shown)-1)].row.GrabFocus()
	}
}

// downTo makes the rows up to all[end].
func (l *messageList) downTo(end int) {
	for i := l.from + len(l.shown); i < end; i++ {
		l.shown = append(l.shown, l.place(l.w.m.Row(i), -1))
	}
}

// upTo makes the rows from all[start] on.
func (l *messageList) upTo(start int) {
	start = max(0, start)
	if start >= l.from {
		return
	}
	l.keep()
	fresh := make([]*messageRow, 0, l.from-start+len(l.shown))
	for i := start; i < l.from; i++ {
		fresh = append(fresh, l.place(l.w.m.Row(i), i-start))
	}
	l.shown = append(fresh, l.shown...)
	l.from = start
}

// pageUp makes n rows more at the top, of those at the bottom if there are many.
func (l *messageList) pageUp(n int) {
	l.keep()
	l.trimBottom(windowRows - n)
	l.upTo(l.from - n)
	l.tidy()
}

// pageDown makes n rows more at the bottom.
func (l *messageList) pageDown(n int) {
	l.keep()
	l.trimTop(windowRows - n)
	l.downTo(min(l.count, l.from+len(l.shown)+n))
	l.tidy()
}

// trimTop puts the oldest rows aside when there are more than n.
func (l *messageList) trimTop(n int) {
	for len(l.shown) > n && l.shown[0] != l.anchor {
		r := l.shown[0]
		l.shown = l.shown[1:]
		l.from++
		l.putAside(r)
	}
}

// trimBottom puts the newest rows aside when there are more than n.
func (l *messageList) trimBottom(n int) {
	for len(l.shown) > n && l.shown[len(l.shown)-1] != l.anchor {
		last := len(l.shown) - 1
		r := l.shown[last]
		l.shown = l.shown[:last]
		l.putAside(r)
	}
}

// keep remembers where the first row in sight stands, so that what is seen stays
// where it is while rows come and go.
func (l *messageList) keep() {
	if l.anchor != nil || l.stick {
		return
	}
	top := l.adj.GetValue()
	for _, r := range l.shown {
		a := r.row.GetAllocation()
		if y := float64(a.GetY()); y+float64(a.GetHeight()) > top {
			l.anchor, l.offset = r, y-top
			return
		}
	}
}

// settle puts what is seen back where it was, once the rows have their places.
func (l *messageList) settle() {
	if a := l.anchor; a != nil {
		l.anchor = nil
		l.adj.SetValue(float64(a.row.GetAllocation().GetY()) - l.offset)
	}
}

// calm is how long nothing has to come before older rows are made.
const calm = 300 * time.Millisecond

// moreWhenCalm has older rows made once nothing has come for a moment.
func (l *messageList) moreWhenCalm() {
	if l.waits || l.from == 0 || len(l.shown) >= restRows {
		return
	}
	l.waits = true
	after(uint(calm/time.Millisecond), func() bool {
		if l.closed {
			return false
		}
		if time.Since(l.busy) < calm {
			return true
		}
		after(uint(frameTime/time.Millisecond), l.older) // idle moments between two frames are many
		return false
	})
}

// older makes a few older rows and says whether to go on.
func (l *messageList) older() bool {
	if l.closed {
		return false
	}
	l.w.flush() // so that rows have the numbers that the model gives them
	if l.from == 0 || len(l.shown) >= restRows || !l.stick {
		l.waits = false
		return false
	}
	l.upTo(l.from - sliceRows)
	return true
}
