package gui

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"
	"github.com/gotk3/gotk3/pango"

	"hushwing/gui/model"
)

// listRow is a row of the list: a contact, or a heading.
type listRow struct {
	l     *contactList
	kind  int
	box   *gtk.EventBox
	index int // -1: nowhere
	y     int
	place rowPlace
	down  bool // the button of the mouse went down on it
	now   model.ListRow

	contact *contactFace
	heading *headingFace
}

// contactFace is what a contact's row shows.
type contactFace struct {
	picture   *avatar
	mark      *mark
	name, sub *gtk.Label
	note      *gtk.Image // what sub is about
	icon      *gtk.Image
	badge     *gtk.Label
}

// headingFace is what a heading shows.
type headingFace struct {
	arrow        *gtk.Image
	title, count *gtk.Label
}

func newListRow(l *contactList, kind int) *listRow {
	r := &listRow{l: l, kind: kind, box: newRowBox(), index: -1}
	line := hbox(10)
	if kind == kindHeading {
		addClass(r.box, "heading")
		r.heading = newHeadingFace(line)
	} else {
		r.contact = newContactFace(line)
	}
	line.SetMarginStart(8)
	line.SetMarginEnd(8)
	r.box.Add(line)
	r.box.Show()
	r.box.Connect("activate", r.activate)
	r.box.Connect("popup-menu", func() bool { l.popup(r); return true })
	r.box.Connect("button-press-event", r.pressed)
	r.box.Connect("button-release-event", r.released)
	r.box.Connect("focus-in-event", func() bool { l.arrived(r); return false })
	return r
}

func newContactFace(line *gtk.Box) *contactFace {
	f := &contactFace{
		picture: newAvatar(), mark: newMark(), name: newOneLine("name"), sub: newOneLine("sub"),
		note: must(gtk.ImageNew()), icon: must(gtk.ImageNew()), badge: must(gtk.LabelNew("")),
	}
	corner := must(gtk.OverlayNew())
	corner.Add(f.picture)
	f.mark.SetHAlign(gtk.ALIGN_END)
	f.mark.SetVAlign(gtk.ALIGN_END)
	corner.AddOverlay(f.mark)
	corner.SetVAlign(gtk.ALIGN_CENTER)
	corner.Show()
	line.PackStart(corner, false, false, 0)
	words := vbox(1)
	words.SetVAlign(gtk.ALIGN_CENTER)
	words.PackStart(f.name, false, false, 0)
	// What it says may be what keeps somebody safe: it is not cut where two lines do.
	f.sub.SetLineWrap(true)
	f.sub.SetLineWrapMode(pango.WRAP_WORD_CHAR)
	f.sub.SetLines(2)
	under := hbox(4)
	f.note.SetPixelSize(12)
	f.note.SetVAlign(gtk.ALIGN_CENTER)
	under.PackStart(f.note, false, false, 0)
	under.PackStart(f.sub, true, true, 0)
	words.PackStart(under, false, false, 0)
	line.PackStart(words, true, true, 0)
	f.icon.SetPixelSize(14)
	line.PackStart(f.icon, false, false, 0)
	addClass(f.badge, "badge")
	f.badge.SetVAlign(gtk.ALIGN_CENTER)
	line.PackStart(f.badge, false, false, 0)
	return f
}

func newHeadingFace(line *gtk.Box) *headingFace {
	f := &headingFace{arrow: must(gtk.ImageNew()), title: newOneLine("caption"), count: newOneLine("small", "dim")}
	line.SetSpacing(6)
	line.SetVAlign(gtk.ALIGN_END)
	line.SetMarginBottom(4)
	line.PackStart(f.title, false, true, 0)
	line.PackStart(f.count, false, false, 0)
	line.PackEnd(f.arrow, false, false, 0)
	f.count.Show()
	return f
}

// measure returns how high a row is that is as full as it can be.
func (r *listRow) measure() int {
	if h := r.heading; h != nil {
		say(h.title, "Xg")
		showIcon(h.arrow, "pan-down-symbolic", gtk.ICON_SIZE_MENU)
	} else {
		c := r.contact
		say(c.name, "Xg")
		c.picture.set("X", 0)
		say(c.sub, strings.Repeat("Xg ", 100))
	}
	_, high := r.box.GetPreferredHeightForWidth(260)
	r.now = model.ListRow{}
	if r.heading != nil {
		return high + 8
	}
	return high + 8
}

// set shows a row of the model's.
func (r *listRow) set(v model.ListRow) {
	if reflect.DeepEqual(v, r.now) {
		return
	}
	switch {
	case v.Contact != nil:
		r.contact.set(v.Contact)
		selectRow(r.box, v.Contact.Selected)
		setName(r.box, firstOf(v.Contact.Accessible, v.Contact.Name))
	case v.Heading != nil:
		r.heading.set(v.Heading, isRTL(r.box))
		setClass(r.box, "folds", v.Heading.Folds)
		setName(r.box, v.Heading.Accessible)
	}
	r.now = v
}

func (f *contactFace) set(v *model.ContactRow) {
	say(f.name, v.Name)
	say(f.sub, v.Sub)
	showIcon(f.note, v.About.Icon, gtk.ICON_SIZE_MENU)
	setStyle(f.note, v.About.Style)
	f.picture.set(v.Initials, v.Colour)
	f.mark.set(v.Mark)
	if out := 4 * min(v.Mark.Number, 1); out != f.picture.GetMarginEnd() {
		f.picture.SetMarginEnd(out) // so that the mark does not cover the letters
	}
	showIcon(f.icon, v.Icon, gtk.ICON_SIZE_MENU)
	setStyle(f.icon, v.Style)
	setName(f.icon, v.IconName)
	f.icon.SetTooltipText(v.IconName)
	setText(f.badge, badgeText(v.Unread))
	f.badge.SetVisible(v.Unread > 0)
	setName(f.badge, v.UnreadText)
}

func (f *headingFace) set(v *model.HeadingRow, rtl bool) {
	say(f.title, v.Title)
	setText(f.count, strconv.Itoa(v.Count))
	arrow := ""
	switch {
	case v.Folds && !v.Folded:
		arrow = "pan-down-symbolic"
	case v.Folds && rtl:
		arrow = "pan-start-symbolic"
	case v.Folds:
		arrow = "pan-end-symbolic"
	}
	showIcon(f.arrow, arrow, gtk.ICON_SIZE_MENU)
}

// action is what pressing the row does.
func (r *listRow) action() model.Action {
	switch v := r.now; {
	case v.Contact != nil:
		return v.Contact.Action
	case v.Heading != nil:
		return v.Heading.Action
	}
	return model.Action{}
}

// buttons are what its menu holds.
func (r *listRow) buttons() []model.Button {
	switch v := r.now; {
	case v.Contact != nil:
		return v.Contact.Buttons
	case v.Heading != nil:
		return v.Heading.Buttons
	}
	return nil
}

func (r *listRow) activate() {
	if a := r.action(); a.Kind != model.ActionNone {
		r.l.w.press(a)
	}
}

// pressed is a button of the mouse going down: the right one opens the menu.
func (r *listRow) pressed(_ any, e *gdk.Event) bool {
	b := gdk.EventButtonNewFromEvent(e)
	switch b.Button() {
	case gdk.BUTTON_SECONDARY:
		r.l.popup(r)
	case gdk.BUTTON_PRIMARY:
		r.down = true
	default:
		return false
	}
	return true
}

func (r *listRow) released(_ any, e *gdk.Event) bool {
	b := gdk.EventButtonNewFromEvent(e)
	if b.Button() != gdk.BUTTON_PRIMARY || !r.down {
		return false
	}
	r.down = false
	inside := b.X() >= 0 && b.Y() >= 0 && int(b.X()) < r.box.GetAllocatedWidth() && int(b.Y()) < r.box.GetAllocatedHeight()
	if inside {
		r.box.GrabFocus()
		r.activate()
	}
	return true
}

// arrived notes that a row has the keyboard.
func (l *contactList) arrived(r *listRow) {
	if r.index >= 0 && r.now.Key != l.at {
		l.cursor, l.at, l.moved = r.index, r.now.Key, true
		setCursor(l.box, r.box)
	}
}
