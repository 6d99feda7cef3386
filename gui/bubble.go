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
	row     *gtk.ListBoxRow
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
	r := &messageRow{w: w, row: must(gtk.ListBoxRowNew())}
	r.row.SetActivatable(false)
	r.row.SetSelectable(false)
	r.row.AddEvents(int(gdk.BUTTON1_MOTION_MASK))
	r.row.Connect("key-press-event", r.key)
	r.row.Connect("button-press-event", func(_ *gtk.ListBoxRow, e *gdk.Event) bool { return r.pressed(e, false) })
	r.row.Connect("button-release-event", func() bool { return r.released() })
	r.row.Connect("motion-notify-event", func(_ *gtk.ListBoxRow, e *gdk.Event) bool { return r.dragged(e) })
	r.row.Connect("popup-menu", func() bool { return r.popup() })
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
	r.frame.SetMarginTop(4)
	r.frame.SetMarginBottom(4)
	r.text.SetXAlign(0.5)
	r.text.SetJustify(gtk.JUSTIFY_CENTER)
	r.text.SetMaxWidthChars(bubbleChars)
}

func (r *messageRow) buildBubble(v model.Row) {
	addClass(r.frame, "bubble")
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

// fits reports whether the widgets can show another row.
func (r *messageRow) fits(v model.Row) bool {
	bubble := func(k model.RowKind) bool { return k == model.RowText || k == model.RowClear }
	return r.built && (r.now.Kind == v.Kind || bubble(r.now.Kind) && bubble(v.Kind))
}

// readable makes a label one to mark text in.
func (r *messageRow) readable(l *gtk.Label) {
	l.SetMaxWidthChars(bubbleChars)
	l.SetSelectable(true)
	// With the mouse it can be marked and copied; with the keyboard the row is
	// the place to stand on, so that Tab does not stop at every text.
	l.SetCanFocus(false)
	// Over GTK's own menu for a text, which knows only what is marked.
	l.Connect("button-press-event", func(_ *gtk.Label, e *gdk.Event) bool { return r.pressed(e, true) })
	l.Connect("motion-notify-event", func(_ *gtk.Label, e *gdk.Event) bool { return r.dragged(e) })
	l.ConnectAfter("button-release-event", func(l *gtk.Label, e *gdk.Event) bool { return r.releasedOn(l, e) })
}

func (r *messageRow) set(v model.Row) {
	if !r.built {
		r.build(v)
	}
	was := r.now
	r.now = v
	setName(r.row, firstOf(v.Accessible, v.Text))
	if v.Kind == model.RowDay || v.Kind == model.RowNote {
		say(r.text, v.Text)
		if r.frame != nil {
			setStyle(r.frame, v.Style)
		}
		return
	}
	defer r.holdFocus()()
	if was.ID != "" && (v.Mine != was.Mine || v.Kind != was.Kind) {
		r.setSide(v)
	}
	if v.Text != was.Text || len(v.Links) > 0 {
		r.setText(v)
	}
	setStyle(r.frame, v.Style)
	setClass(r.frame, "telling", v.Telling)
	r.setExtra(&r.heading, partHeading, v.Heading, "heading")
	r.setExtra(&r.warning, partWarning, v.Warning, "small", "warning-text")
	r.setExtra(&r.problem, partProblem, v.Problem, "small", "problem-text")
	r.setFold(v.Fold)
	say(r.time, v.Time)
	r.setMark(v.Mark)
	r.setMore(v.MenuName)
	r.setButtons(v.Buttons)
}

// setExtra shows a line that few rows have, or none.
func (r *messageRow) setExtra(l **gtk.Label, which int, text string, classes ...string) {
	if *l == nil {
		if text == "" {
			return
		}
		*l = newLabel(classes...)
		(*l).SetMaxWidthChars(bubbleChars)
		r.put(which, *l)
	}
	say(*l, text)
}

// setFold shows what unfolds the text, or none.
func (r *messageRow) setFold(v model.Button) {
	if r.fold == nil {
		if !v.Shown() {
			return
		}
		r.fold = newButton(r.w.press)
		r.fold.SetHAlign(gtk.ALIGN_START)
		r.put(partFold, r.fold)
	}
	r.fold.set(v)
}

func (r *messageRow) setButtons(v []model.Button) {
	if r.row2 == nil {
		if len(v) == 0 {
			return
		}
		place := hbox(6)
		r.put(partButtons, place)
		r.row2 = newButtons(place, r.w.press)
	}
	r.row2.set(v)
}

func (r *messageRow) setMark(v model.MarkView) {
	name := firstOf(v.Icon, v.Glyph)
	if r.mark == nil {
		if name == "" {
			return
		}
		r.mark = must(gtk.ImageNew())
		r.mark.SetPixelSize(14)
		r.meta.PackStart(r.mark, false, false, 0)
		r.meta.ReorderChild(r.mark, 1)
	}
	showIcon(r.mark, name, gtk.ICON_SIZE_MENU)
	setStyle(r.mark, v.Style)
	r.mark.SetTooltipText(v.Label)
	setName(r.mark, v.Label)
}

// setMore shows the button that opens the menu, under a name, or none.
func (r *messageRow) setMore(name string) {
	if r.more == nil {
		if name == "" {
			return
		}
		r.more = must(gtk.ButtonNewFromIconName("view-more-symbolic", gtk.ICON_SIZE_MENU))
		r.more.SetRelief(gtk.RELIEF_NONE)
		addClass(r.more, "more")
		r.more.Connect("clicked", func() { r.popup() })
		r.meta.PackStart(r.more, false, false, 0)
	}
	r.more.SetVisible(name != "")
	r.more.SetTooltipText(name)
	setName(r.more, name)
}

// setPicked shows whether the row is picked to be copied with others.
func (r *messageRow) setPicked(on bool) {
	if on == r.picked {
		return
	}
	r.picked = on
	setClass(r.row, "picked", on)
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
