package gui

import (
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// How much of a conversation is made into widgets.
const (
	firstRows  = 25  // at once
	sliceRows  = 15  // in each idle moment after that
	restRows   = 100 // until there are this many
	pageRows   = 20  // at a time when scrolled to an end
	windowRows = 200 // never much more than this
)

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
	stick  bool              // at the newest row
	anchor *messageRow       // the row that stays where it is while others come and go
	offset float64           // of the anchor from the top of what is seen
	idle   glib.SourceHandle // makes older rows

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
	if l.idle != 0 {
		glib.SourceRemove(l.idle)
		l.idle = 0
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
	switch {
	case !l.stick || c.Appended == 0 && len(c.Removed) == 0:
	case l.count-l.from-len(l.shown) > firstRows:
		l.reset() // more than can be seen
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
	if l.anchor == r {
		l.anchor = nil
	}
	if l.dragFrom == r {
		l.dragFrom = nil
	}
	if l.lastRow == r {
		l.lastRow = nil
	}
	r.gone = true
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
		l.clear()
		l.from = i
		l.downTo(min(l.count, i+restRows))
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

// reset shows the newest rows, the first of them at once.
func (l *messageList) reset() {
	l.clear()
	l.stick, l.anchor = true, nil
	l.from = max(0, l.count-firstRows)
	l.downTo(l.count)
	l.showNewest()
	if l.from > 0 && l.idle == 0 {
		l.idle = glib.IdleAddPriority(glib.PRIORITY_LOW, l.older)
	}
}

// clear takes all rows away.
func (l *messageList) clear() {
	for _, r := range l.shown {
		l.forget(r)
		remove(r.row)
	}
	l.shown = l.shown[:0]
	clear(l.byID)
}

// older makes a few older rows and says whether to go on.
func (l *messageList) older() bool {
	if l.from == 0 || len(l.shown) >= restRows || !l.stick {
		l.idle = 0
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
	r.set(v)
	l.byID[v.ID] = r
	r.setPicked(l.isPicked(v.ID))
	return r
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
func (l *messageList) trimBottom() {
	for len(l.shown) > windowRows {
		last := len(l.shown) - 1
		r := l.shown[last]
		l.shown = l.shown[:last]
		delete(l.byID, r.now.ID)
		l.forget(r)
		remove(r.row)
	}
}

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
	case value < page/2 && l.from > 0 && !l.stick:
		glib.IdleAdd(func() bool {
			l.upTo(l.from - pageRows)
			l.trimBottom()
			return false
		})
	case bottom && !l.complete():
		glib.IdleAdd(func() bool {
			l.downTo(min(l.count, l.from+len(l.shown)+pageRows))
			return false
		})
	}
	l.showNewest()
}

// showNewest shows the way back to the newest row when that is far away.
func (l *messageList) showNewest() {
	far := l.adj.GetUpper()-l.adj.GetValue()-l.adj.GetPageSize() > l.adj.GetPageSize()/2
	l.newest.SetVisible(!l.stick && (far || !l.complete()))
}
