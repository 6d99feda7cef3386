package gui

import (
	"math"
	"slices"
	"sort"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// contactList shows the rows of the model's list. Only those in sight are
// widgets, which are used again as the list scrolls: ten thousand contacts cost
// as much as twenty. A widget stays with its contact while that is in sight, or
// has the keyboard, wherever in the list it goes.
type contactList struct {
	w       *window
	box     *gtk.Layout
	scroll  *gtk.ScrolledWindow
	adj     *gtk.Adjustment
	bound   map[model.RowKey]*listRow
	free    [2][]*listRow // by kindOf
	tall    [2]int        // how high rows are, by kindOf; 0: not measured yet
	heads   []int
	rows    int
	high    uint         // of all rows
	page    float64      // how much of the list is in sight, in pixels
	cursor  int          // the row that Tab goes to and the arrows start from
	at      model.RowKey // its key
	moved   bool         // the cursor was put where it is: it stays with that row
	menu    *menu
	waiting bool // a sync is under way
	made    int  // row widgets, for tests
}

// The kinds of rows, which differ in height.
const (
	kindContact = iota
	kindHeading
)

const (
	rowInset = 6 // pixels between a row and the list's sides
	rowGap   = 1 // pixels above and below a row
	// spare is how many rows are kept ready above and below those in sight.
	spare = 2
	// firstHeight is taken for the list's height until it is known.
	firstHeight = 600
)

func newContactList(w *window, u *ui) *contactList {
	l := &contactList{
		w: w, scroll: get[*gtk.ScrolledWindow](u, "listscroll"),
		bound: map[model.RowKey]*listRow{},
	}
	if u.err != nil {
		return l
	}
	l.box = newRowsBox()
	addClass(l.box, "contacts")
	setName(l.box, i18n.T("Contacts"))
	l.box.Show()
	l.scroll.Add(l.box)
	l.adj = l.scroll.GetVAdjustment()
	l.adj.Connect("value-changed", l.sync)
	l.adj.Connect("changed", func() {
		// Rows made while the list is laid out would be forgotten.
		if page := l.adj.GetPageSize(); page != l.page {
			l.page = page
			l.later()
		}
	})
	l.box.Connect("style-updated", func() { l.tall = [2]int{}; l.later() })
	l.box.Connect("key-press-event", l.key)
	return l
}

// later syncs before the next frame.
func (l *contactList) later() {
	if l.waiting {
		return
	}
	l.waiting = true
	whenIdle(glib.PRIORITY_HIGH, func() bool {
		l.waiting = false
		if !l.w.closed {
			l.sync()
		}
		return false
	})
}

// top is where a row begins, in pixels.
func (l *contactList) top(i int) int {
	heads := sort.SearchInts(l.heads, i)
	return heads*l.tall[kindHeading] + (i-heads)*l.tall[kindContact]
}

// rowAt is the row at a height.
func (l *contactList) rowAt(y int) int {
	return max(sort.Search(l.rows, func(i int) bool { return l.top(i) > y })-1, 0)
}

func (l *contactList) kindOf(i int) int {
	if _, head := slices.BinarySearch(l.heads, i); head {
		return kindHeading
	}
	return kindContact
}

// sync brings the widgets in line with the model's list.
func (l *contactList) sync() {
	m := l.w.m
	l.rows, l.heads = m.ListLen(), append(l.heads[:0], m.ListHeadings()...)
	l.measure()
	l.follow()
	if high := uint(l.top(l.rows)); high != l.high {
		l.high = high
		l.box.SetSize(1, high)
	}
	from, to := 0, -1
	if l.rows > 0 {
		y, height := int(l.adj.GetValue()), int(l.adj.GetPageSize())
		if height <= 1 {
			height = firstHeight
		}
		y = max(min(y, l.top(l.rows)-height), 0)
		from = max(l.rowAt(y)-spare, 0)
		to = min(l.rowAt(y+height)+spare, l.rows-1)
	}
	want := make(map[model.RowKey]model.ListRow, to-from+2)
	index := make(map[model.RowKey]int, to-from+2)
	ask := func(i int) {
		r := m.ListRow(i)
		want[r.Key], index[r.Key] = r, i
	}
	for i := from; i <= to; i++ {
		ask(i)
	}
	if l.rows > 0 && (l.cursor < from || l.cursor > to) {
		ask(l.cursor)
	}
	lost := false
	for key, r := range l.bound {
		if _, ok := want[key]; !ok {
			lost = lost || holdsFocus(r.box)
			l.release(key, r)
		}
	}
	for key, row := range want {
		r := l.bound[key]
		if r == nil {
			r = l.take(l.kindOf(index[key]))
			l.bound[key] = r
		}
		l.place(r, index[key], row)
	}
	l.setCursor(lost)
}

// follow keeps the cursor with its row; where that is gone it stays at its
// height.
func (l *contactList) follow() {
	m := l.w.m
	if !l.moved {
		l.cursor = max(m.ListSelected(), 0)
		if l.rows > 1 && m.ListSelected() < 0 && l.kindOf(0) == kindHeading {
			l.cursor = 1
		}
	} else if i := m.ListFind(l.at); i >= 0 {
		l.cursor = i
	}
	l.cursor = max(min(l.cursor, l.rows-1), 0)
	l.at = m.ListRow(l.cursor).Key
}

func (l *contactList) setCursor(grab bool) {
	r := l.bound[l.at]
	if r == nil {
		setCursor(l.box, nil)
		if grab {
			l.w.main.left.search.GrabFocus()
		}
		return
	}
	setCursor(l.box, r.box)
	if grab {
		r.box.GrabFocus()
	}
}

// measure finds how high rows are: all of a kind alike, so that the place of
// each is known without making it.
func (l *contactList) measure() {
	if l.tall[kindContact] != 0 || l.rows == 0 {
		return
	}
	for kind := range l.tall {
		r := l.take(kind)
		l.tall[kind] = r.measure() + 2*rowGap
		l.giveBack(r)
	}
	for _, r := range l.bound {
		r.index = -1
	}
}

// take returns a row widget that shows nothing at present.
func (l *contactList) take(kind int) *listRow {
	if n := len(l.free[kind]); n > 0 {
		r := l.free[kind][n-1]
		l.free[kind] = l.free[kind][:n-1]
		r.box.Show()
		return r
	}
	l.made++
	r := newListRow(l, kind)
	l.box.Put(r.box, rowInset, 0)
	return r
}

func (l *contactList) giveBack(r *listRow) {
	r.index = -1
	r.box.Hide()
	l.free[r.kind] = append(l.free[r.kind], r)
}

func (l *contactList) release(key model.RowKey, r *listRow) {
	delete(l.bound, key)
	if l.menu != nil && l.menu.popover.IsVisible() && l.menu.over == r.box {
		l.menu.popover.Popdown()
	}
	l.giveBack(r)
}

// place shows a row of the model's where it belongs.
func (l *contactList) place(r *listRow, i int, v model.ListRow) {
	r.set(v)
	p := rowPlace{index: i, position: v.Position, size: v.Size}
	if h := v.Heading; h != nil {
		p.kind = rowHeading
		if h.Folds {
			p.kind, p.expanded = rowFolding, !h.Folded
		}
	}
	if p != r.place {
		placeRow(r.box, p)
		r.place = p
	}
	if r.index != i || r.y != l.top(i) {
		r.index, r.y = i, l.top(i)
		r.box.SetSizeRequest(-1, l.tall[r.kind]-2*rowGap)
		l.box.Move(r.box, rowInset, r.y+rowGap)
	}
}

// goTo puts the keyboard on a row and brings it into sight.
func (l *contactList) goTo(i int) {
	if l.rows == 0 {
		return
	}
	i = max(min(i, l.rows-1), 0)
	l.cursor, l.at, l.moved = i, l.w.m.ListRow(i).Key, true
	l.reveal(i)
	l.sync()
	if r := l.bound[l.at]; r != nil {
		r.box.GrabFocus()
	}
}

// reveal brings a row into sight.
func (l *contactList) reveal(i int) {
	y, page := l.adj.GetValue(), l.adj.GetPageSize()
	top, bottom := float64(l.top(i)), float64(l.top(i+1))
	if slices.Contains(l.heads, i-1) { // with the heading over it
		top = float64(l.top(i - 1))
	}
	l.adj.SetValue(math.Min(math.Max(y, bottom-page), top))
}

// key goes through the list with the keyboard.
func (l *contactList) key(_ any, e *gdk.Event) bool {
	k := gdk.EventKeyNewFromEvent(e)
	if gdk.ModifierType(k.State())&gtk.AcceleratorGetDefaultModMask() != 0 {
		return false
	}
	return l.pressed(k.KeyVal())
}

// pressed does what a key means in the list.
func (l *contactList) pressed(key uint) bool {
	page := max(int(l.adj.GetPageSize())/max(l.tall[kindContact], 1)-1, 1)
	switch key {
	case gdk.KEY_Down, gdk.KEY_KP_Down:
		l.step(1)
	case gdk.KEY_Up, gdk.KEY_KP_Up:
		if !l.step(-1) {
			l.w.main.left.search.GrabFocus()
		}
	case gdk.KEY_Page_Down, gdk.KEY_KP_Page_Down:
		l.step(page)
	case gdk.KEY_Page_Up, gdk.KEY_KP_Page_Up:
		l.step(-page)
	case gdk.KEY_Home, gdk.KEY_KP_Home:
		l.step(-l.rows)
	case gdk.KEY_End, gdk.KEY_KP_End:
		l.step(l.rows)
	case gdk.KEY_Left, gdk.KEY_KP_Left, gdk.KEY_Right, gdk.KEY_KP_Right:
		return l.fold((key == gdk.KEY_Left || key == gdk.KEY_KP_Left) != isRTL(l.box))
	default:
		return false
	}
	return true
}

// step moves the keyboard by n rows, or as far as there are any, and reports
// whether it moved. Headings that do nothing are passed over.
func (l *contactList) step(n int) bool {
	way := 1
	if n < 0 {
		way = -1
	}
	to := max(min(l.cursor+n, l.rows-1), 0)
	for to >= 0 && to < l.rows && !l.reachable(to) {
		to += way
	}
	for (to < 0 || to >= l.rows || !l.reachable(to)) && to != l.cursor {
		to -= way
	}
	if to == l.cursor {
		return false
	}
	l.goTo(to)
	return true
}

// reachable reports whether the keyboard stops at a row.
func (l *contactList) reachable(i int) bool {
	if i < 0 || i >= l.rows {
		return false
	}
	r := l.w.m.ListRow(i)
	return r.Heading == nil || r.Heading.Folds
}

// fold closes or opens the section of the cursor.
func (l *contactList) fold(closed bool) bool {
	r := l.w.m.ListRow(l.cursor)
	if h := r.Heading; h != nil {
		if h.Folds && h.Folded != closed {
			l.w.press(h.Action)
		}
		return true
	}
	if i := l.w.m.ListFind(model.RowKey{Section: r.Key.Section}); closed && i >= 0 && l.reachable(i) {
		l.goTo(i)
		return true
	}
	return false
}

// focus puts the keyboard into the list: at the open conversation, or at the
// first row.
func (l *contactList) focus() {
	i := l.w.m.ListSelected()
	if i < 0 {
		i = l.cursor
	}
	if i >= 0 && !l.reachable(i) {
		i++
	}
	l.goTo(i)
}

// first puts the keyboard at the first row.
func (l *contactList) first() {
	i := 0
	for !l.reachable(i) && i < l.rows-1 {
		i++
	}
	l.goTo(i)
}

// popup opens the menu of a row.
func (l *contactList) popup(r *listRow) {
	items := r.buttons()
	if len(items) == 0 {
		return
	}
	if l.menu == nil {
		l.menu = newMenu(r.box, l.w.press)
		l.menu.popover.SetPosition(gtk.POS_BOTTOM)
	}
	l.menu.show(r.box, items)
}

// rowOf returns the widget of a contact that is in sight, or nil.
func (l *contactList) rowOf(p model.Peer) *listRow {
	for key, r := range l.bound {
		if key.Peer == p {
			return r
		}
	}
	return nil
}
