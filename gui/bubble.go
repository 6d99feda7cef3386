package gui

import (
	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// bubbleChars is how wide a text may grow before it wraps, in characters.
const bubbleChars = 54

// messageRow is one row of a conversation. What few rows have is made when a row
// has it: a row more is laid out in a fraction of a millisecond, not in several.
type messageRow struct {
	w       *window
	row     *gtk.EventBox
	now     model.Row
	built   bool
	picked  bool
	gone    bool // its widgets are destroyed
	frame   *gtk.Box
	parts   [partCount]gtk.IWidget // of the frame, nil until they are needed
	heading *gtk.Label
	text    *gtk.Label
	rest    []*gtk.Label // of a long text: see longtext.go
	chunks  []chunk
	lined   bool // something of the text is underlined
	fold    *button
	warning *gtk.Label
	problem *gtk.Label
	meta    *gtk.Box
	time    *gtk.Label
	mark    *gtk.Image
	more    *gtk.Button // opens the menu, where something can be done about the text
	menu    *menu
	row2    *buttons
}

// The parts of a row, from top to bottom.
const (
	partHeading = iota
	partText
	partRest
	partFold
	partWarning
	partProblem
	partMeta
	partButtons
	partCount
)

func newMessageRow(w *window) *messageRow {
	r := &messageRow{w: w, row: newMessageBox()}
	r.row.AddEvents(int(gdk.BUTTON1_MOTION_MASK))
	r.row.Connect("key-press-event", r.key)
	r.row.Connect("button-press-event", func(_ any, e *gdk.Event) bool { return r.pressed(e, false) })
	r.row.Connect("button-release-event", func() bool { return r.released() })
	r.row.Connect("motion-notify-event", func(_ any, e *gdk.Event) bool { return r.dragged(e) })
	r.row.Connect("popup-menu", func() bool { return r.popup() })
	r.row.Connect("activate", func() { r.popup() }) // a screen reader's
	r.row.Show()
	return r
}

// put puts a part where it belongs in the frame.
func (r *messageRow) put(which int, w gtk.IWidget) {
	at := 0
	for _, p := range r.parts[:which] {
		if p != nil {
			at++
		}
	}
	r.parts[which] = w
	r.frame.PackStart(w, false, false, 0)
	r.frame.ReorderChild(w, at)
}

// build makes the widgets for a kind of row.
func (r *messageRow) build(v model.Row) {
	r.built = true
	r.text = newLabel()
	if v.Kind == model.RowDay {
		r.text.SetXAlign(0.5)
		addClass(r.text, "day")
		r.row.Add(r.text)
		return
	}
	r.frame = vbox(2)
	r.put(partText, r.text)
	if v.Kind == model.RowNote {
		r.buildNote()
	} else {
		r.buildBubble(v)
	}
	r.row.Add(r.frame)
}

func (r *messageRow) buildNote() {
	addClass(r.frame, "note")
	r.frame.SetHAlign(gtk.ALIGN_CENTER)
	r.frame.SetMarginTop(6)
	r.frame.SetMarginBottom(6)
	r.text.SetXAlign(0.5)
	r.text.SetJustify(gtk.JUSTIFY_CENTER)
	r.text.SetMaxWidthChars(bubbleChars)
}

func (r *messageRow) buildBubble(v model.Row) {
	addClass(r.frame, "bubble")
	r.frame.SetMarginTop(2)
	r.frame.SetMarginBottom(2)
	r.setSide(v)
	r.readable(r.text)
	r.meta = hbox(5, "meta")
	r.meta.SetHAlign(gtk.ALIGN_END)
	r.time = must(gtk.LabelNew(""))
	r.meta.PackStart(r.time, false, false, 0)
	r.put(partMeta, r.meta)
}

// setSide shows whose text it is.
func (r *messageRow) setSide(v model.Row) {
	setClass(r.frame, "mine", v.Mine)
	setClass(r.frame, "theirs", !v.Mine)
	setClass(r.frame, "clear", v.Kind == model.RowClear)
	start, end, place := 0, 48, gtk.ALIGN_START
	if v.Mine {
		start, end, place = 48, 0, gtk.ALIGN_END
	}
	r.frame.SetHAlign(place)
	r.frame.SetMarginStart(start)
	r.frame.SetMarginEnd(end)
}

// How well the widgets of a row can show another one.
const (
	fitsNot = iota
	fits
	fitsWell // and look the same
)

func (r *messageRow) fits(v model.Row) int {
	bubble := func(k model.RowKind) bool { return k == model.RowText || k == model.RowClear }
	switch {
	case r.now.Kind == v.Kind && r.now.Mine == v.Mine && r.now.Style == v.Style:
		return fitsWell
	case r.now.Kind == v.Kind, bubble(r.now.Kind) && bubble(v.Kind):
		return fits
	}
	return fitsNot
}

// readable makes a label one to mark text in.
func (r *messageRow) readable(l *gtk.Label) {
	l.SetMaxWidthChars(bubbleChars)
	l.SetSelectable(true)
	// With the mouse it can be marked and copied; with the keyboard the row is
	// the place to stand on, so that Tab does not stop at every text.
	l.SetCanFocus(false)
	underline(l, nil)
	// Over GTK's own menu for a text, which knows only what is marked.
	l.Connect("button-press-event", func(_ *gtk.Label, e *gdk.Event) bool { return r.pressed(e, true) })
	l.Connect("motion-notify-event", func(_ *gtk.Label, e *gdk.Event) bool { return r.dragged(e) })
	l.ConnectAfter("button-release-event", func(l *gtk.Label, e *gdk.Event) bool { return r.releasedOn(l, e) })
}

// set shows a row. It touches only what is not so already: whatever changes at a
// widget has GTK work out its style or its place anew.
func (r *messageRow) set(v model.Row) {
	fresh := !r.built
	if fresh {
		r.build(v)
	}
	was := r.now
	r.now = v
	if name := firstOf(v.Accessible, v.Text); fresh || name != firstOf(was.Accessible, was.Text) {
		setName(r.row, name)
	}
	if r.frame != nil && v.Style != was.Style {
		setStyle(r.frame, v.Style)
	}
	if v.Kind == model.RowDay || v.Kind == model.RowNote {
		if v.Text != was.Text {
			say(r.text, v.Text)
		}
		return
	}
	defer r.holdFocus()()
	if !fresh && (v.Mine != was.Mine || v.Kind != was.Kind) {
		r.setSide(v)
	}
	if v.Text != was.Text || v.Direction != was.Direction || len(v.Links) > 0 || len(was.Links) > 0 {
		r.setText(v)
	}
	if v.Telling != was.Telling {
		setClass(r.frame, "telling", v.Telling)
	}
	r.setExtra(&r.heading, partHeading, v.Heading, "heading")
	r.setExtra(&r.warning, partWarning, v.Warning, "small", "warning-text")
	r.setExtra(&r.problem, partProblem, v.Problem, "small", "problem-text")
	r.setFold(v.Fold)
	if v.Time != was.Time {
		say(r.time, v.Time)
	}
	if v.Mark != was.Mark {
		r.setMark(v.Mark)
	}
	if v.MenuName != was.MenuName {
		r.setMore(v.MenuName)
	}
	r.setButtons(v.Buttons)
}

// blank takes the texts out of a row that is put aside. What is the same in most
// rows stays as it is.
func (r *messageRow) blank() {
	r.setPicked(false)
	if r.menu != nil {
		r.menu.set(nil)
	}
	r.dropRest()
	r.text.SetText("") // not hidden: it will be needed
	r.now.Text = ""
	r.set(model.Row{Kind: r.now.Kind, Mine: r.now.Mine, Style: r.now.Style, Time: r.now.Time, Mark: r.now.Mark})
}

// setPicked shows whether the row is picked to be copied with others.
func (r *messageRow) setPicked(on bool) {
	if on == r.picked {
		return
	}
	r.picked = on
	setClass(r.row, "picked", on)
	selectRow(r.row, on)
	text := ""
	if on {
		text = i18n.T("Picked")
		r.unmark()
	}
	setDescription(r.row, text)
}

// holdFocus keeps the keyboard in the row when the button that has it goes.
func (r *messageRow) holdFocus() (after func()) {
	had := holdsFocus(r.row)
	return func() {
		if had && !holdsFocus(r.row) {
			r.row.GrabFocus()
		}
	}
}

// popup opens the menu of what can be done with the text.
func (r *messageRow) popup() bool {
	if len(r.now.Menu) == 0 {
		return false
	}
	if r.menu == nil {
		r.menu = newMenu(r.frame, r.w.press)
		r.menu.popover.SetPosition(gtk.POS_BOTTOM)
	}
	if r.more != nil && r.more.GetVisible() {
		r.menu.popover.SetRelativeTo(r.more)
	} else {
		r.menu.popover.SetRelativeTo(r.frame)
	}
	r.menu.set(r.now.Menu)
	r.menu.popover.Popup()
	return true
}
