package gui

import (
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/client"
)

func TestHistory(t *testing.T) {
	var h history
	typeIn := func(s string) {
		for _, r := range s {
			h.note(h.now+string(r), false)
		}
	}
	steps := func(get func() (string, bool), want ...string) {
		t.Helper()
		for _, w := range want {
			if got, ok := get(); !ok || got != w {
				t.Errorf("%q, %v; want %q", got, ok, w)
			}
		}
	}
	typeIn("one two né")
	h.note("one two né, and a paste", false)
	steps(h.back, "one two né", "one two ", "one ", "")
	if _, ok := h.back(); ok {
		t.Error("it goes back beyond the beginning")
	}
	steps(h.forth, "one ", "one two ")
	typeIn("x")
	if _, ok := h.forth(); ok {
		t.Error("what was undone comes back after something else was written")
	}
	h.note("another text", true)
	if _, ok := h.back(); ok {
		t.Error("a text of another conversation can be brought here")
	}
	for i := range 100 {
		h.note(strings.Repeat("x", 40000+i%2), false)
	}
	bytes := 0
	for _, s := range h.past {
		bytes += len(s)
	}
	if bytes > historyBytes || len(h.past) == 0 {
		t.Errorf("%d bytes are kept", bytes)
	}
}

// TestUndoTyping: Ctrl+Z in the text is about the text; a discarded message comes
// back by it when there is nothing to undo.
func TestUndoTyping(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	c := s.w.main.right.composer
	s.ui(func() {
		c.view.GrabFocus()
		c.buffer.InsertAtCursor("hello ")
		c.buffer.InsertAtCursor("there")
	})
	for _, step := range []struct {
		key  uint
		mods gdk.ModifierType
		want string
	}{
		{gdk.KEY_z, gdk.CONTROL_MASK, "hello "},
		{gdk.KEY_z, gdk.CONTROL_MASK | gdk.SHIFT_MASK, "hello there"},
		{gdk.KEY_z, gdk.CONTROL_MASK, "hello "},
		{gdk.KEY_y, gdk.CONTROL_MASK, "hello there"},
		{gdk.KEY_z, gdk.CONTROL_MASK, "hello "},
		{gdk.KEY_z, gdk.CONTROL_MASK, ""},
	} {
		s.ui(func() { s.w.shortcut(step.key, step.mods) })
		onUI(t, func() {
			if got := c.text(); got != step.want || s.w.m.Conversation().Composer.Text != got {
				t.Errorf("%q, want %q", got, step.want)
			}
		})
	}
}
