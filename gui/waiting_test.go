package gui

import (
	"strconv"
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/glib"

	"hushwing/client"
	"hushwing/gui/model"
)

// rowOf returns the row of a text in the open conversation.
func (s *stage) rowOf(text string) (row *messageRow) {
	s.t.Helper()
	onUI(s.t, func() {
		for _, r := range s.w.main.right.messages.shown {
			if r.now.Text == text {
				row = r
			}
		}
	})
	if row == nil {
		s.t.Fatalf("no row %q", text)
	}
	return row
}

// gone answers what the window asked to discard, as the client does.
func (s *stage) gone() {
	s.t.Helper()
	for _, c := range asked[client.DiscardText](s) {
		s.play(client.MessageRemoved{Peer: c.Peer, Message: c.Message})
	}
	s.mu.Lock()
	s.commands = nil
	s.mu.Unlock()
}

// TestTakingBack takes texts that wait back: with the mouse, with the keyboard
// and by what screen readers find; and undoes it with each.
func TestTakingBack(t *testing.T) {
	s := newStage(t)
	chat(s, client.Away, waiting())
	s.frames()
	const first, second, third = "I will be late.", "The door code has changed. Ring the bell twice, somebody comes down.", "Bring the keys, please."

	// The mouse: the button of the text, then the menu.
	s.ui(func() { s.rowOfNow(first).more.Clicked() })
	s.ui(func() {
		m := s.rowOfNow(first).menu
		if !m.popover.GetVisible() || len(m.items) != 2 {
			t.Fatalf("the menu has %d items", len(m.items))
		}
		for i, want := range []string{"Copy: " + first, "Cancel sending: " + first} {
			if got := accessibleName(m.items[i]); got != want {
				t.Errorf("item %d is called %q", i, got)
			}
		}
		m.items[1].Clicked()
	})
	got := asked[client.DiscardText](s)
	if len(got) != 1 || got[0].Message != s.rowOf(first).now.ID {
		t.Fatalf("asked to discard %v", got)
	}
	old := mine(4, first, client.Waiting)
	old.ID = got[0].Message
	s.gone()
	s.ui(func() {
		if !s.w.toast.revealer.GetRevealChild() {
			t.Error("nothing says that it is gone")
		}
		s.w.toast.button.Clicked()
	})
	back := asked[client.RestoreText](s)
	if len(back) != 1 || back[0].Message != old.ID {
		t.Fatalf("brought back %v", back)
	}
	s.play(client.MessageAdded{ID: back[0].ID, Message: old})
	onUI(t, func() {
		var order []string
		for _, r := range s.w.main.right.messages.shown {
			order = append(order, r.now.Text)
		}
		if !strings.Contains(strings.Join(order, "|"), first+"|"+second+"|"+third) {
			t.Errorf("it did not come back to its place: %q", order)
		}
	})

	// The keyboard: the row, then Delete; it stays in the list. Then Ctrl+Z.
	s.ui(func() {
		r := s.rowOfNow(second)
		r.row.GrabFocus()
		if !r.act(gdk.KEY_Delete, 0) {
			t.Error("Delete does nothing")
		}
	})
	s.gone()
	onUI(t, func() {
		if r := s.rowOfNow(third); !r.row.IsFocus() {
			t.Errorf("the keyboard went to %q", focused(s.w))
		}
		if !s.w.shortcut(gdk.KEY_z, gdk.CONTROL_MASK) {
			t.Error("Ctrl+Z does nothing")
		}
	})
	if back := asked[client.RestoreText](s); len(back) != 1 {
		t.Fatalf("brought back %v", back)
	}

	// The menu key, on the row.
	s.ui(func() { _, _ = s.rowOfNow(third).row.Emit("popup-menu", glib.TYPE_BOOLEAN) })
	onUI(t, func() {
		if m := s.rowOfNow(third).menu; m == nil || !m.popover.GetVisible() {
			t.Error("the menu key opens nothing")
		}
	})

	// A screen reader finds a button for each, told apart by name.
	names := map[string]int{}
	onUI(t, func() {
		walk(s.w.win, func(w widgetInfo) {
			if w.Focusable && w.Role == "push button" {
				names[w.Name]++
			}
		})
	})
	for _, want := range []string{"Waits here: " + first, "Waits here: " + third} {
		if names[want] != 1 {
			t.Errorf("%d buttons are called %q: %v", names[want], want, names)
		}
	}
}

// rowOfNow is rowOf on the main thread.
func (s *stage) rowOfNow(text string) *messageRow {
	for _, r := range s.w.main.right.messages.shown {
		if r.now.Text == text {
			return r
		}
	}
	s.t.Errorf("no row %q", text)
	return nil
}

// TestRightButton opens the menu of a text over GTK's own, and for a text that
// has arrived too; there is nothing to take back then.
func TestRightButton(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	s.ui(func() {
		r := s.rowOfNow("Done ✅ 😀🎉 looks right on my side")
		if !r.popup() || len(r.menu.items) != 1 || r.more != nil {
			t.Error("a text of somebody else’s has another menu than Copy")
		}
		if r.act(gdk.KEY_Delete, 0) {
			t.Error("Delete does something to it")
		}
	})
	s.ui(func() {
		if r := s.rowOfNow("And this one waits."); r.more == nil || !r.more.GetMapped() {
			t.Error("no button beside a text that waits")
		}
	})
}

// TestShowPending goes from the line over the composer to the first text that
// was not sent, far up in a long conversation.
func TestShowPending(t *testing.T) {
	for _, between := range []int{3, 150, 600} {
		t.Run(strconv.Itoa(between), func(t *testing.T) { showPending(t, between) })
	}
}

func showPending(t *testing.T, between int) {
	s := newStage(t)
	failed := mine(-600, "The first of them", client.NotSent)
	lines := added(failed)
	for i := range between {
		lines = append(lines, client.MessageAdded{Message: theirs(i/60, "line "+strconv.Itoa(i))})
	}
	chat(s, client.PrivateChecked, append(lines, added(mine(9, "The last of them", client.NotSent))...))
	s.frames()
	l := s.w.main.right.pending
	onUI(t, func() {
		if text, _ := l.text.GetText(); text != "2 messages were not sent." || !l.box.GetMapped() {
			t.Errorf("the line says %q", text)
		}
		if got := accessibleName(l.box); got != "2 messages were not sent." {
			t.Errorf("a screen reader hears %q", got)
		}
	})
	s.ui(func() { l.row.parts[0].Clicked() })
	s.frames()
	onUI(t, func() {
		r := s.rowOfNow(failed.Text)
		if r == nil || !r.row.IsFocus() {
			t.Fatalf("the keyboard is on %q", focused(s.w))
		}
		adj := s.w.main.right.messages.adj
		if y := float64(r.row.GetAllocation().GetY()); y < adj.GetValue()-1 || y > adj.GetValue()+adj.GetPageSize() {
			t.Errorf("it is out of sight: at %v of %v", y, adj.GetValue())
		}
	})
	// Retry takes the buttons away: the keyboard stays on the text.
	s.ui(func() { s.rowOfNow(failed.Text).row2.parts[0].GrabFocus() })
	failed.Mark = client.Waiting
	s.play(client.MessageChanged{Message: failed})
	onUI(t, func() {
		if r := s.rowOfNow(failed.Text); !r.row.IsFocus() {
			t.Errorf("the keyboard went to %q", focused(s.w))
		}
		if l.box.GetVisible() {
			t.Error("the line stays")
		}
	})
	if got := asked[client.DiscardText](s); len(got) != 0 {
		t.Errorf("discarded %v", got)
	}
}

// TestUndoStaysInPlace: a text that comes back far up does not carry the reader
// down to the newest one.
func TestUndoStaysInPlace(t *testing.T) {
	s := newStage(t)
	failed := mine(-600, "Far up", client.NotSent)
	lines := added(failed)
	for i := range 300 {
		lines = append(lines, client.MessageAdded{Message: theirs(i/60, "line "+strconv.Itoa(i))})
	}
	chat(s, client.PrivateChecked, lines)
	s.frames()
	s.ui(func() { s.w.m.Press(model.Action{Kind: model.ActionShowPending, Peer: ana}); s.w.flush() })
	s.frames()
	s.ui(func() { s.rowOfNow(failed.Text).row2.parts[2].Clicked() })
	s.gone()
	s.ui(func() { s.w.shortcut(gdk.KEY_z, gdk.CONTROL_MASK) })
	back := asked[client.RestoreText](s)
	if len(back) != 1 {
		t.Fatalf("brought back %v", back)
	}
	s.play(client.MessageAdded{ID: back[0].ID, Message: failed})
	s.frames()
	onUI(t, func() {
		l := s.w.main.right.messages
		r := s.rowOfNow(failed.Text)
		if r == nil {
			return
		}
		if y := float64(r.row.GetAllocation().GetY()); y < l.adj.GetValue()-1 || y > l.adj.GetValue()+l.adj.GetPageSize() {
			t.Errorf("it is out of sight: at %v of %v", y, l.adj.GetValue())
		}
	})
}
