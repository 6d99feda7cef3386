package gui

import (
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// How much of a conversation is made into widgets. Each row more is to be laid
// out again whenever those above it change.
const (
	firstRows  = 25 // at once
	sliceRows  = 5  // in each idle moment after that
	restRows   = 60 // until there are this many
	pageRows   = 6  // at a time when scrolled to an end
	windowRows = 90 // never much more than this
	burstRows  = 4  // more new ones than this, and the rows there are show them
)

// calm is how long nothing has to come before older rows are made.
const calm = 300 * time.Millisecond

// messageList shows a window over the rows of the conversation: rows
// [from, from+len(shown)) of all, which only the model has. It stays at the newest row unless the user
// scrolled away from it.
type messageList struct {
	w      *window
	box    *gtk.ListBox
	scroll *gtk.ScrolledWindow
	adj    *gtk.Adjustment
	newest *gtk.Button
	count  int // of all rows
	from   int
	shown  []*messageRow
	byID   map[string]*messageRow
	stick  bool        // at the newest row
	anchor *messageRow // the row that stays where it is while others come and go
	offset float64     // of the anchor from the top of what is seen
	waits  bool        // older rows are to be made when it is calm
	busy   time.Time   // when rows came last
	paging bool        // rows are about to be made
	closed bool        // nothing is to be made any more

	dragFrom *messageRow // the row on which the mouse button is down
	lastRow  *messageRow // on which it was down last
}

func newMessageList(w *window, u *ui) *messageList {
	l := &messageList{
		w: w, box: get[*gtk.ListBox](u, "messages"), scroll: get[*gtk.ScrolledWindow](u, "messagescroll"),
		newest: get[*gtk.Button](u, "newest"), byID: map[string]*messageRow{}, stick: true,
	}
	if u.err != nil {
		return l
	}
	setName(l.box, i18n.T("Messages"))
	tabOut(l.box, true)
	l.newest.SetLabel(i18n.T("Newest messages"))
	setName(l.newest, i18n.T("Newest messages"))
	l.newest.Connect("clicked", func() { l.reset() })
	l.adj = l.scroll.GetVAdjustment()
	l.adj.Connect("changed", l.resized)
	l.box.ConnectAfter("size-allocate", func() { l.settle() })
	l.adj.Connect("value-changed", l.scrolled)
	return l
}

// close lets nothing be made any more.
func (l *messageList) close() {
	l.closed = true
	for _, r := range l.shown {
		l.forget(r)
	}
}

// change brings the rows in line with the model's.
func (l *messageList) change(c model.RowChanges) {
	l.count = l.w.m.RowCount()
	if c.Reset || len(l.shown) == 0 {
		l.reset()
		return
	}
	for _, id := range c.Removed {
		l.drop(id)
	}
	if len(l.shown) == 0 {
		l.reset()
		return
	}
	l.from = max(0, l.w.m.RowIndex(l.shown[0].now.ID))
	for _, id := range c.Changed {
		l.redraw(l.byID[id])
	}
	if c.Redraw {
		for _, r := range l.shown {
			l.redraw(r)
		}
	}
	if c.Appended > 0 {
		l.busy = time.Now()
	}
	switch {
	case !l.stick || c.Appended == 0 && len(c.Removed) == 0:
	case l.count-l.from-len(l.shown) > burstRows && len(l.shown) >= firstRows:
		l.reset()
		return
	default:
		l.downTo(l.count)
	}
	l.trimTop()
	l.showNewest()
}

// redraw shows what a row reads now; nil is a row that is not made.
func (l *messageList) redraw(r *messageRow) {
	if r == nil {
		return
	}
	if i := l.w.m.RowIndex(r.now.ID); i >= 0 {
		r.set(l.w.m.Row(i))
	}
}

func (l *messageList) drop(id string) {
	r := l.byID[id]
	if r == nil {
		return
	}
	l.forget(r)
	hadFocus := holdsFocus(r.row)
	delete(l.byID, id)
	for i, s := range l.shown {
		if s == r {
			l.shown = append(l.shown[:i], l.shown[i+1:]...)
			if hadFocus {
				l.focusNear(i)
			}
			break
		}
	}
	remove(r.row)
}

// forget lets go of a row that goes.
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

// focusNear puts the keyboard on the row that stands where one has gone.
func (l *messageList) focusNear(i int) {
	if i >= len(l.shown) {
		i = len(l.shown) - 1
	}
	if i >= 0 {
		l.shown[i].row.GrabFocus()
	}
}

// overFocus is how much of what stands before it is shown above a row that is
// brought into sight, in pixels.
const overFocus = 48

// focus brings a row into sight and puts the keyboard on it.
func (l *messageList) focus(id string) {
	l.reveal(id)
	if r := l.byID[id]; r != nil {
		anchor, offset := l.anchor, l.offset
		r.row.GrabFocus() // scrolls as it likes
		l.anchor, l.offset = anchor, offset
	}
}

// reveal brings a row into sight.
func (l *messageList) reveal(id string) {
	i := l.w.m.RowIndex(id)
	if i < 0 {
		return
	}
	made := l.byID[id] != nil
	l.stick = false // scrolled sees whether that is the end
	switch {
	case made:
	case l.count-i > windowRows:
		l.showFrom(i, min(l.count, i+firstRows))
	default:
		l.upTo(i)
	}
	r := l.byID[id]
	if r == nil {
		return
	}
	l.anchor, l.offset = r, overFocus
	if made {
		l.settle() // else once all rows have their places
	}
}

// reset shows the newest rows, the first of them at once, in the rows that there
// are where they are of the same kind: to lay a row out anew takes a fraction of
// what it takes to make one.
func (l *messageList) reset() {
	l.count = l.w.m.RowCount()
	l.stick, l.anchor = true, nil
	l.showFrom(max(0, l.count-firstRows), l.count)
	l.resized()
	l.showNewest()
	l.moreWhenCalm()
}

// showFrom shows the rows [from, to) and no others.
func (l *messageList) showFrom(from, to int) {
	l.dropFrom(to - from)
	l.from = from
	clear(l.byID)
	for i, r := range l.shown {
		v := l.w.m.Row(from + i)
		if r.fits(v) {
			l.bind(r, v)
			continue
		}
		l.forget(r)
		remove(r.row)
		l.shown[i] = l.newRow(v)
		l.box.Insert(l.shown[i].row, i)
	}
	l.downTo(to)
}

// dropFrom takes the rows after the first n away.
func (l *messageList) dropFrom(n int) {
	for len(l.shown) > max(0, n) {
		last := len(l.shown) - 1
		r := l.shown[last]
		l.shown = l.shown[:last]
		delete(l.byID, r.now.ID)
		l.forget(r)
		remove(r.row)
	}
}

// moreWhenCalm has older rows made once nothing has come for a moment.
func (l *messageList) moreWhenCalm() {
	if l.waits || l.from == 0 || len(l.shown) >= restRows {
		return
	}
	l.waits = true
	glib.TimeoutAdd(uint(calm/time.Millisecond), func() bool {
		if l.closed {
			return false
		}
		if time.Since(l.busy) < calm {
			return true
		}
		glib.IdleAddPriority(glib.PRIORITY_LOW, l.older)
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

// downTo makes the rows up to all[end].
func (l *messageList) downTo(end int) {
	for i := l.from + len(l.shown); i < end; i++ {
		r := l.newRow(l.w.m.Row(i))
		l.box.Insert(r.row, -1)
		l.shown = append(l.shown, r)
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
		r := l.newRow(l.w.m.Row(i))
		l.box.Insert(r.row, i-start)
		fresh = append(fresh, r)
	}
	l.shown = append(fresh, l.shown...)
	l.from = start
}

func (l *messageList) newRow(v model.Row) *messageRow {
	r := newMessageRow(l.w)
	l.bind(r, v)
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

// keep remembers where the oldest row stands, so that what is seen stays where it is.
func (l *messageList) keep() {
	if l.anchor == nil && !l.stick && len(l.shown) > 0 {
		l.anchor = l.shown[0]
		l.offset = float64(l.anchor.row.GetAllocation().GetY()) - l.adj.GetValue()
	}
}

// settle puts what is seen back where it was, once the rows have their places.
func (l *messageList) settle() {
	if a := l.anchor; a != nil {
		l.anchor = nil
		l.adj.SetValue(float64(a.row.GetAllocation().GetY()) - l.offset)
	}
}

// trimTop takes away the oldest rows when there are too many, at the bottom only.
func (l *messageList) trimTop() {
	if !l.stick {
		return
	}
	for len(l.shown) > windowRows {
		r := l.shown[0]
		l.shown = l.shown[1:]
		delete(l.byID, r.now.ID)
		l.forget(r)
		remove(r.row)
		l.from++
	}
}

// trimBottom takes away the newest rows when there are too many, at the top only.
func (l *messageList) trimBottom() { l.dropFrom(windowRows) }

// complete reports whether the newest row is made.
func (l *messageList) complete() bool { return l.from+len(l.shown) >= l.count }

// resized stays at the newest row when the height changes.
func (l *messageList) resized() {
	if l.stick {
		l.adj.SetValue(l.adj.GetUpper() - l.adj.GetPageSize())
	}
}

// scrolled pages at both ends.
func (l *messageList) scrolled() {
	value, page, upper := l.adj.GetValue(), l.adj.GetPageSize(), l.adj.GetUpper()
	bottom := value+page >= upper-24
	l.stick = bottom && l.complete()
	switch {
	case l.anchor != nil:
	case value < page && l.from > 0 && !l.stick:
		l.later(func() {
			l.upTo(l.from - pageRows)
			l.trimBottom()
		})
	case value+page >= upper-page && !l.complete():
		l.later(func() { l.downTo(min(l.count, l.from+len(l.shown)+pageRows)) })
	}
	l.showNewest()
}

// later does something to the rows once the window has drawn, and once only.
func (l *messageList) later(f func()) {
	if l.paging {
		return
	}
	l.paging = true
	glib.IdleAdd(func() bool {
		l.paging = false
		if l.closed {
			return false
		}
		l.w.flush() // so that rows have the numbers that the model gives them
		f()
		return false
	})
}

// showNewest shows the way back to the newest row when that is far away.
func (l *messageList) showNewest() {
	far := l.adj.GetUpper()-l.adj.GetValue()-l.adj.GetPageSize() > l.adj.GetPageSize()/2
	l.newest.SetVisible(!l.stick && (far || !l.complete()))
}
