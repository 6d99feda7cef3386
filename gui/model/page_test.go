package model

import (
	"testing"

	"hushwing/client"
)

// A page lies over what is there and hides nothing for good: Escape and Back
// lead back, a dialog over it is closed first.
func TestPage(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	if d.m.Page().Open {
		t.Fatal("a page is open at the start")
	}
	d.press(d.item("Keyboard shortcuts"))
	v := d.m.Page()
	if !v.Open || v.Kind != ActionShortcuts || v.Depth != 1 || !d.last.Page {
		t.Fatalf("%+v, %v", v, d.last.Page)
	}
	d.m.Press(Action{Kind: ActionAskTor})
	d.step()
	d.m.Escape()
	d.step()
	if d.m.Dialog().Open || !d.m.Page().Open {
		t.Error("Escape does not close the dialog alone")
	}
	d.press(d.m.Page().Back)
	if d.m.Page().Open || !d.last.Page || !d.m.Conversation().Open {
		t.Error("Back does not lead to the conversation")
	}
	d.press(d.item("Keyboard shortcuts"))
	d.m.Escape()
	d.step()
	if d.m.Page().Open || !d.m.Conversation().Open {
		t.Error("Escape does not close the page alone")
	}
	// Twice the same page is one.
	d.press(d.item("Keyboard shortcuts"))
	d.press(d.item("Keyboard shortcuts"))
	if d.m.Page().Depth != 1 || d.last.Page {
		t.Errorf("depth %d, drawn anew: %v", d.m.Page().Depth, d.last.Page)
	}
	// It goes with the profile.
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	if d.m.Page().Open || !d.last.Page {
		t.Error("a page outlives the lock")
	}
}

// What came while a page lies over the conversation has not been seen.
func TestPageHidesMessages(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	d.press(d.item("Keyboard shortcuts"))
	d.hear(ana, "m1", "hello", d.now)
	d.m.MarkShown()
	for _, c := range d.cmds {
		if _, ok := c.(client.Shown); ok {
			t.Error("a text under a page is taken as read")
		}
	}
	d.m.Escape()
	d.m.MarkShown()
	if got := sent[client.Shown](d); len(got.Messages) != 1 {
		t.Errorf("%+v", got)
	}
}
