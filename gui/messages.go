package gui

import (
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// How much of a conversation is made into widgets. A row more takes a millisecond
// or two, and is to be moved whenever those above it change.
const (
	leastHeight = 50 // of a row, about
	sliceRows   = 2  // between two frames, after the first screenful
	restRows    = 50 // until there are this many
	pageRows    = 2  // between two frames, when scrolled near an end
	hurryRows   = 5  // and when that end is about to be reached
	windowRows  = 80 // never much more than this
	spareRows   = 40 // put aside at most
	tidyRows    = 4  // of those emptied at a time
	burstRows   = 4  // more new ones than this, and the rows there are show them
)

// messageList shows a window over the rows of the conversation: rows
// [from, from+len(shown)) of all, which only the model has. It stays at the newest row unless the user
// scrolled away from it.
type messageList struct {
	w      *window
	box    *talkBox
	scroll *gtk.ScrolledWindow
	adj    *gtk.Adjustment
	newest *gtk.Button
	count  int // of all rows
	from   int
	shown  []*messageRow
	spare  []*messageRow // put aside, to show others
	untidy bool          // some of them still hold what they said
	burst  *burst        // the newest rows in the making; nil: none
	turned time.Time     // when a screenful was last shown
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
		w: w, box: newTalkBox(), scroll: get[*gtk.ScrolledWindow](u, "messagescroll"),
		newest: get[*gtk.Button](u, "newest"), byID: map[string]*messageRow{}, stick: true,
	}
	if u.err != nil {
		return l
	}
	addClass(l.box, "messages")
	l.box.SetVAlign(gtk.ALIGN_END)
	l.box.Show()
	get[*gtk.Container](u, "messageclamp").Add(l.box)
	setName(l.box, i18n.T("Messages"))
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
	l.cancel()
	for _, r := range append(l.shown, l.spare...) {
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
	case l.burst != nil:
	case l.count-l.from-len(l.shown) > burstRows && len(l.shown) >= l.screenful():
		l.begin()
	default:
		l.downTo(l.count)
	}
	if l.stick {
		l.trimTop(windowRows)
		l.tidy()
	}
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

// goTo puts the keyboard on a row, or on the last one that there is in that
// direction.
func (l *messageList) goTo(i int) {
	i = min(max(i, 0), l.count-1)
	if i < 0 {
		return
	}
	r := l.byID[l.w.m.Row(i).ID]
	if r == nil || !r.row.GetMapped() {
		l.focus(l.w.m.Row(i).ID)
		return
	}
	r.row.GrabFocus()
	a := r.row.GetAllocation()
	top, page := float64(a.GetY()-4), l.adj.GetPageSize()
	if bottom := float64(a.GetY() + a.GetHeight() + 4); bottom > l.adj.GetValue()+page {
		l.adj.SetValue(bottom - page)
	}
	if top < l.adj.GetValue() {
		l.adj.SetValue(top)
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
	case i >= l.from+len(l.shown):
		l.showFrom(max(0, i+1-l.screenful()), i+1)
	case l.from-i > windowRows/2:
		l.showFrom(i, min(l.count, i+l.screenful()))
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

// reset shows the newest rows, a screenful of them at once.
func (l *messageList) reset() {
	l.count = l.w.m.RowCount()
	l.stick, l.anchor = true, nil
	l.showFrom(max(0, l.count-l.screenful()), l.count)
	l.resized()
	l.showNewest()
	l.moreWhenCalm()
}

// complete reports whether the newest row is made.
func (l *messageList) complete() bool { return l.from+len(l.shown) >= l.count }

// resized stays at the newest row when the height changes, and fills what is seen.
func (l *messageList) resized() {
	if l.stick {
		l.adj.SetValue(l.adj.GetUpper() - l.adj.GetPageSize())
	}
	if l.from > 0 && len(l.shown) > 0 && l.adj.GetUpper() <= l.adj.GetPageSize() {
		l.later(func() { l.upTo(l.from - hurryRows) })
	}
}

// scrolled makes rows ahead of what is seen, a few between two frames.
func (l *messageList) scrolled() {
	value, page, upper := l.adj.GetValue(), l.adj.GetPageSize(), l.adj.GetUpper()
	below := upper - value - page
	l.stick = below <= 24 && (l.complete() || l.stick && l.burst != nil)
	if !l.stick {
		l.cancel() // somebody reads elsewhere
	}
	switch {
	case l.anchor != nil, l.burst != nil:
	case value < 2*page && l.from > 0 && !l.stick:
		l.later(func() { l.pageUp(rowsAhead(value, page)) })
	case below < 2*page && !l.complete():
		l.later(func() { l.pageDown(rowsAhead(below, page)) })
	}
	l.showNewest()
}

// rowsAhead is how many rows are made at a time.
func rowsAhead(left, page float64) int {
	if left < page/2 {
		return hurryRows
	}
	return pageRows
}

// later does something to the rows once the window has drawn, and once only.
func (l *messageList) later(f func()) {
	if l.paging {
		return
	}
	l.paging = true
	whenIdle(glib.PRIORITY_DEFAULT_IDLE, func() bool {
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
