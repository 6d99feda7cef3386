package gui

import (
	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// This file is what mouse and keyboard do to a row: mark a part of its text, pick
// it with others, open its menu.

// pressed opens the menu on the right button. With the left one a drag begins; on
// a text that is GTK's, until it leaves the row.
func (r *messageRow) pressed(e *gdk.Event, onText bool) bool {
	b := gdk.EventButtonNewFromEvent(e)
	l := r.w.main.right.messages
	switch {
	case b.Button() == gdk.BUTTON_SECONDARY:
		return r.popup()
	case b.Button() == gdk.BUTTON_PRIMARY && gdk.ModifierType(b.State())&gdk.SHIFT_MASK != 0:
		l.pickTo(r)
		return true
	case b.Button() == gdk.BUTTON_PRIMARY:
		l.unpick()
		l.dragFrom, l.lastRow = r, r
		if !onText {
			r.unmark()
		}
	}
	return false
}

// dragged picks all rows between the one where the drag began and the one where
// the pointer is now.
func (r *messageRow) dragged(e *gdk.Event) bool {
	l := r.w.main.right.messages
	if l.dragFrom != r || gdk.ModifierType(gdk.EventMotionNewFromEvent(e).State())&gdk.BUTTON1_MASK == 0 {
		return false
	}
	return l.dragTo(pointerY(l.box))
}

func (r *messageRow) released() bool {
	l := r.w.main.right.messages
	if l.dragFrom != nil && (l.dragFrom.picked || l.dragFrom.marked() != "") {
		l.dragFrom.row.GrabFocus() // Ctrl+C is for what was just chosen
	}
	l.dragFrom = nil
	return false
}

// releasedOn opens the menu when a link was clicked, which is the way that mouse
// and finger have to its Copy.
func (r *messageRow) releasedOn(l *gtk.Label, e *gdk.Event) bool {
	list := r.w.main.right.messages
	dragged := list.dragFrom != r || r.picked
	r.released()
	b := gdk.EventButtonNewFromEvent(e)
	if dragged || b.Button() != gdk.BUTTON_PRIMARY {
		return false
	}
	if _, _, some := l.GetSelectionBounds(); some {
		return false
	}
	return r.onLink(l, labelIndex(l, b.X(), b.Y())) && r.popup()
}

// unmark takes away what is marked in the text.
func (r *messageRow) unmark() {
	for _, l := range r.labels() {
		if _, _, some := l.GetSelectionBounds(); some {
			l.SelectRegion(0, 0)
		}
	}
}

func (r *messageRow) key(_ any, e *gdk.Event) bool {
	k := gdk.EventKeyNewFromEvent(e)
	return r.act(k.KeyVal(), gdk.ModifierType(k.State())&gtk.AcceleratorGetDefaultModMask())
}

// steps is how many rows a key goes on, in a list without end.
func (r *messageRow) steps(key uint) int {
	switch key {
	case gdk.KEY_Up, gdk.KEY_KP_Up:
		return -1
	case gdk.KEY_Down, gdk.KEY_KP_Down:
		return 1
	case gdk.KEY_Page_Up, gdk.KEY_KP_Page_Up:
		return -pageSteps
	case gdk.KEY_Page_Down, gdk.KEY_KP_Page_Down:
		return pageSteps
	case gdk.KEY_Home, gdk.KEY_KP_Home:
		return -r.w.m.RowCount()
	case gdk.KEY_End, gdk.KEY_KP_End:
		return r.w.m.RowCount()
	}
	return 0
}

// pageSteps is how many rows Page Up and Page Down go.
const pageSteps = 8

// act does what a key means on a row: the arrows and their like go to another one; Ctrl+C copies what is picked, or marked, or
// the whole text; Ctrl+A picks all rows, Shift with an arrow one more; Return
// opens the menu; Delete discards a text that has not gone out.
func (r *messageRow) act(key uint, mods gdk.ModifierType) bool {
	lower := gdk.KeyvalToLower(key)
	switch {
	case mods == 0 && r.steps(key) != 0:
		l := r.w.main.right.messages
		l.goTo(r.w.m.RowIndex(r.now.ID) + r.steps(key))
		return true
	case mods == gdk.CONTROL_MASK && (lower == gdk.KEY_c || key == gdk.KEY_Insert):
		return r.copy()
	case mods == gdk.CONTROL_MASK && lower == gdk.KEY_a:
		r.w.m.PickAll()
		r.w.flush()
		return true
	case mods == gdk.SHIFT_MASK && (key == gdk.KEY_Up || key == gdk.KEY_KP_Up):
		r.w.m.PickMore(-1, r.now.ID)
		r.w.flush()
		return true
	case mods == gdk.SHIFT_MASK && (key == gdk.KEY_Down || key == gdk.KEY_KP_Down):
		r.w.m.PickMore(1, r.now.ID)
		r.w.flush()
		return true
	case mods == 0 && (key == gdk.KEY_Return || key == gdk.KEY_KP_Enter) && r.row.IsFocus():
		return r.popup()
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

// copy copies what is picked, else what is marked in this text, else all of it.
func (r *messageRow) copy() bool {
	if r.w.m.CopyPicked() {
		r.w.flush()
		return true
	}
	if text := r.marked(); text != "" {
		copyText(text)
		return true
	}
	if r.now.Kind == model.RowDay {
		return false
	}
	if len(r.now.Menu) == 0 { // a line of the program's own
		copyText(r.now.Text)
		return true
	}
	r.w.press(r.now.Menu[0].Action)
	return true
}
