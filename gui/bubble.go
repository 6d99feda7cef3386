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
	problem *gtk.Label
	row2    *buttons
	frame   *gtk.Box
}

func newMessageRow(w *window) *messageRow {
	r := &messageRow{w: w, row: must(gtk.ListBoxRowNew())}
	r.row.SetActivatable(false)
	r.row.SetSelectable(false)
	r.row.Connect("key-press-event", r.key)
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
	meta.PackStart(r.time, false, false, 0)
	meta.PackStart(r.mark, false, false, 0)
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
}

// key copies on Ctrl+C: what is marked, else the whole text.
func (r *messageRow) key(_ *gtk.ListBoxRow, e *gdk.Event) bool {
	k := gdk.EventKeyNewFromEvent(e)
	mods := gdk.ModifierType(k.State()) & gtk.AcceleratorGetDefaultModMask()
	if mods != gdk.CONTROL_MASK || gdk.KeyvalToLower(k.KeyVal()) != gdk.KEY_c || r.now.Kind == model.RowDay {
		return false
	}
	text := []rune(r.now.Text)
	if from, to, some := r.text.GetSelectionBounds(); some && from >= 0 && to <= len(text) {
		text = text[from:to]
	}
	copyText(string(text))
	return true
}
