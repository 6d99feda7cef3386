package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// This file is what few rows have: it is made when a row has it, and hidden where
// the next one that the widgets show has not.

// setExtra shows a line that few rows have, or none.
func (r *messageRow) setExtra(l **gtk.Label, which int, text string, classes ...string) {
	switch {
	case *l == nil && text == "":
		return
	case *l == nil:
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
		r.more = newMoreButton()
		r.more.Connect("clicked", func() { r.popup() })
		r.meta.PackStart(r.more, false, false, 0)
	}
	r.more.SetVisible(name != "")
	r.more.SetTooltipText(name)
	setName(r.more, name)
}
