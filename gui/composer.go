package gui

import (
	"time"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// composer is where one writes: it grows to about six lines. Return sends,
// Shift+Return begins a new line.
type composer struct {
	w       *window
	box     *gtk.Box
	frame   *gtk.Box
	view    *gtk.TextView
	buffer  *gtk.TextBuffer
	hint    *gtk.Label
	problem *gtk.Label
	left    *gtk.Label // how much room is left; nil until that is little
	undo    history
	send    *button
	quiet   bool // the model writes
	turning bool // a change is undone
}

func newComposer(w *window, u *ui) *composer {
	c := &composer{
		w: w, box: get[*gtk.Box](u, "composer"), frame: get[*gtk.Box](u, "writebox"), view: get[*gtk.TextView](u, "write"),
		hint: get[*gtk.Label](u, "writehint"), problem: get[*gtk.Label](u, "writeproblem"),
	}
	send := get[*gtk.Button](u, "send")
	if u.err != nil {
		return c
	}
	c.send = pictured(send, w.press)
	c.buffer = must(c.view.GetBuffer())
	c.buffer.Connect("changed", func() {
		w.typed = time.Now()
		t := c.text()
		c.hint.SetVisible(t == "")
		if c.turning {
			return
		}
		c.undo.note(t, c.quiet)
		if !c.quiet {
			w.m.SetDraft(t)
			w.flush()
		}
	})
	c.view.Connect("key-press-event", c.key)
	c.view.Connect("focus-in-event", func() bool { setClass(c.frame, "focused", true); return false })
	c.view.Connect("focus-out-event", func() bool { setClass(c.frame, "focused", false); return false })
	return c
}

func (c *composer) text() string { return textOf(c.view) }

// key sends on Return, unless an input method still composes.
func (c *composer) key(_ *gtk.TextView, e *gdk.Event) bool {
	k := gdk.EventKeyNewFromEvent(e)
	if !sends(k.KeyVal(), gdk.ModifierType(k.State()), c.w.m.Settings().SendWithCtrlEnter) {
		return false
	}
	if !c.view.ImContextFilterKeypress(k) {
		c.w.m.Send()
		c.w.flush()
	}
	return true
}

// sends reports whether a key means "send": Return alone does, with Shift or
// Control it begins a new line. With control only Control+Return does.
func sends(key uint, mods gdk.ModifierType, control bool) bool {
	switch key {
	case gdk.KEY_Return, gdk.KEY_KP_Enter, gdk.KEY_ISO_Enter:
		mods &= gdk.SHIFT_MASK | gdk.CONTROL_MASK
		if control {
			return mods == gdk.CONTROL_MASK
		}
		return mods == 0
	}
	return false
}

// set shows v; write says whether its text is to be written, too.
func (c *composer) set(v model.ComposerView, write bool) {
	if write && c.text() != v.Text {
		c.quiet = true
		c.buffer.SetText(v.Text)
		c.quiet = false
	}
	c.view.SetSensitive(v.Enabled)
	c.view.SetCursorVisible(v.Enabled)
	setClass(c.frame, "locked", !v.Enabled)
	setText(c.hint, v.Placeholder)
	c.hint.SetVisible(c.text() == "")
	setName(c.view, firstOf(v.Name, v.Placeholder))
	setDescription(c.view, firstOf(v.Problem, v.Left))
	say(c.problem, v.Problem)
	c.setLeft(v.Left)
	c.send.show(v.Send)
}

// setLeft says how much room is left, over the entry.
func (c *composer) setLeft(text string) {
	if c.left == nil {
		if text == "" {
			return
		}
		c.left = newLabel("small", "dim")
		c.left.SetMarginStart(8)
		c.left.SetMarginEnd(8)
		c.box.PackStart(c.left, false, false, 0)
		c.box.ReorderChild(c.left, 1)
	}
	say(c.left, text)
}

func (c *composer) focus() {
	if c.view.GetSensitive() {
		c.view.GrabFocus()
	}
}
