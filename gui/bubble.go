package gui

import (
	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// bubbleChars is how wide a text may grow before it wraps, in characters.
const bubbleChars = 54

// messageRow is one row of a conversation.
type messageRow struct {
	w       *window
	row     *gtk.ListBoxRow
	now     model.Row
	built   bool
	heading *gtk.Label
	text    *gtk.Label
	time    *gtk.Label
	mark    *gtk.Image
	meta    *gtk.Box
	more    *gtk.Button // opens the menu, where something can be done about the text; nil until it is needed
	menu    *menu       // nil until it is needed
	problem *gtk.Label
	row2    *buttons
	frame   *gtk.Box
}

func newMessageRow(w *window) *messageRow {
	r := &messageRow{w: w, row: must(gtk.ListBoxRowNew())}
	r.row.SetActivatable(false)
	r.row.SetSelectable(false)
	r.row.Connect("key-press-event", r.key)
	r.row.Connect("button-press-event", r.pressed)
	r.row.Connect("popup-menu", func() bool { return r.popup() })
	r.row.Show()
	return r
}

// build makes the widgets for a kind of row. The kind of a row never changes.
func (r *messageRow) build(v model.Row) {
	r.built = true
	r.text = newLabel()
	r.frame = vbox(2)
	switch v.Kind {
	case model.RowDay:
		r.text.SetXAlign(0.5)
		addClass(r.text, "day")
		r.row.Add(r.text)
		return
	case model.RowNote:
		r.buildNote()
	default:
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
	r.frame.PackStart(r.text, false, false, 0)
	place := hbox(6)
	place.SetHAlign(gtk.ALIGN_CENTER)
	r.frame.PackStart(place, false, false, 0)
	r.row2 = newButtons(place, r.w.press)
}

func (r *messageRow) buildBubble(v model.Row) {
	addClass(r.frame, "bubble")
	setClass(r.frame, "mine", v.Mine)
	setClass(r.frame, "theirs", !v.Mine)
	setClass(r.frame, "clear", v.Kind == model.RowClear)
	if v.Mine {
		r.frame.SetHAlign(gtk.ALIGN_END)
		r.frame.SetMarginStart(48)
	} else {
		r.frame.SetHAlign(gtk.ALIGN_START)
		r.frame.SetMarginEnd(48)
	}
	r.heading = newLabel("heading")
	r.text.SetMaxWidthChars(bubbleChars)
	r.text.SetSelectable(true)
	// With the mouse it can be marked and copied; with the keyboard the row is
	// the place to stand on, so that Tab does not stop at every text.
	r.text.SetCanFocus(false)
	r.problem = newLabel("small", "problem-text")
	r.problem.SetMaxWidthChars(bubbleChars)
	meta := hbox(5, "meta")
	meta.SetHAlign(gtk.ALIGN_END)
	r.time = must(gtk.LabelNew(""))
	r.mark = must(gtk.ImageNew())
	r.mark.SetPixelSize(14)
	// Over GTK's own menu for a text, which knows only what is marked.
	r.text.Connect("button-press-event", func(_ *gtk.Label, e *gdk.Event) bool { return r.pressed(r.row, e) })
	meta.PackStart(r.time, false, false, 0)
	meta.PackStart(r.mark, false, false, 0)
	r.meta = meta
	place := hbox(6)
	r.row2 = newButtons(place, r.w.press)
	for _, part := range []gtk.IWidget{r.heading, r.text, r.problem, meta, place} {
		r.frame.PackStart(part, false, false, 0)
	}
}

func (r *messageRow) set(v model.Row) {
	if !r.built {
		r.build(v)
	}
	r.now = v
	say(r.text, v.Text)
	setName(r.row, firstOf(v.Accessible, v.Text))
	defer r.holdFocus()()
	if v.Kind == model.RowDay {
		return
	}
	setStyle(r.frame, v.Style)
	r.row2.set(v.Buttons)
	if v.Kind == model.RowNote {
		return
	}
	say(r.heading, v.Heading)
	say(r.problem, v.Problem)
	say(r.time, v.Time)
	setName(r.text, v.Text)
	showIcon(r.mark, firstOf(v.Mark.Icon, v.Mark.Glyph), gtk.ICON_SIZE_MENU)
	setStyle(r.mark, v.Mark.Style)
	r.mark.SetTooltipText(v.Mark.Label)
	setName(r.mark, v.Mark.Label)
	r.setMore(v.MenuName)
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

// holdFocus keeps the keyboard in the row when the button that has it goes.
func (r *messageRow) holdFocus() (after func()) {
	had := holdsFocus(r.row)
	return func() {
		if had && !holdsFocus(r.row) {
			r.row.GrabFocus()
		}
	}
}

// pressed opens the menu on the right button.
func (r *messageRow) pressed(_ *gtk.ListBoxRow, e *gdk.Event) bool {
	return gdk.EventButtonNewFromEvent(e).Button() == gdk.BUTTON_SECONDARY && r.popup()
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

func (r *messageRow) key(_ *gtk.ListBoxRow, e *gdk.Event) bool {
	k := gdk.EventKeyNewFromEvent(e)
	return r.act(k.KeyVal(), gdk.ModifierType(k.State())&gtk.AcceleratorGetDefaultModMask())
}

// act copies on Ctrl+C: what is marked, else the whole text. Delete discards a
// text that has not gone out.
func (r *messageRow) act(key uint, mods gdk.ModifierType) bool {
	switch {
	case r.now.Kind == model.RowDay:
		return false
	case mods == gdk.CONTROL_MASK && gdk.KeyvalToLower(key) == gdk.KEY_c:
		text := []rune(r.now.Text)
		if from, to, some := r.text.GetSelectionBounds(); some && from >= 0 && to <= len(text) {
			text = text[from:to]
		}
		copyText(string(text))
		return true
	case mods == 0 && (key == gdk.KEY_Delete || key == gdk.KEY_KP_Delete):
		for _, b := range r.now.Menu {
			if b.Destructive {
				r.w.press(b.Action)
				return true
			}
		}
	}
	return false
}
