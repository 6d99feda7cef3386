package gui

import (
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/client"
)

// playScene plays one of the scenes on a new stage of a size.
func playScene(t *testing.T, name string, width, height int) *stage {
	t.Helper()
	for _, sc := range scenes() {
		if sc.name == name {
			s := newStage(t)
			s.ui(func() { s.w.win.Resize(width, height) })
			sc.play(s)
			s.frames()
			return s
		}
	}
	t.Fatalf("no scene %q", name)
	return nil
}

// TestStripHeight: what is under the strip does not jump when a button comes or goes.
func TestStripHeight(t *testing.T) {
	s := newStage(t)
	s.ui(func() { s.w.win.Resize(1000, 680) })
	heights := map[int][]client.Protection{}
	chat(s, client.Away, talk())
	for _, p := range []client.Protection{client.Away, client.PrivateUnknown, client.PrivateChecked, client.SettingUp, client.OtherEnded} {
		s.play(protected(p)...)
		s.frames()
		onUI(t, func() {
			h := s.w.main.right.strip.box.GetAllocatedHeight()
			heights[h] = append(heights[h], p)
		})
	}
	if len(heights) != 1 {
		t.Errorf("the strip has several heights: %v", heights)
	}
}

// TestFirstRunFits: at the size that the window opens with, no page of the first
// run has to be scrolled to find its end.
func TestFirstRunFits(t *testing.T) {
	for _, sc := range scenes() {
		if !strings.HasPrefix(sc.name, "first-") {
			continue
		}
		s := playScene(t, sc.name, 1000, 680)
		onUI(t, func() {
			adj := s.w.front.adj
			if adj.GetUpper() > adj.GetPageSize() {
				t.Errorf("%s is %v high and has %v", sc.name, adj.GetUpper(), adj.GetPageSize())
			}
		})
	}
}

// TestLongTexts: what is said of a conversation in the list has two lines, and
// what is cut even so has all of it as a tooltip; what is not cut has none.
func TestLongTexts(t *testing.T) {
	s := playScene(t, "main", 1000, 680)
	hut := contacts()[4]
	onUI(t, func() {
		r := s.w.main.left.list.rowOf(hut.Peer).contact
		if isCut(r.sub) {
			text, _ := r.sub.GetText()
			t.Errorf("%q is cut", text)
		}
		if tip, _ := r.sub.GetTooltipText(); tip != "" {
			t.Errorf("a tooltip repeats what can be read: %q", tip)
		}
	})
	hut.Name = strings.Repeat("A very long name, ", 5)
	s.play(client.ContactChanged{Contact: hut})
	s.frames()
	onUI(t, func() {
		r := s.w.main.left.list.rowOf(hut.Peer).contact
		name, _ := r.name.GetText()
		if tip, _ := r.name.GetTooltipText(); !isCut(r.name) || tip != name {
			t.Errorf("%q is cut, and its tooltip is %q", name, tip)
		}
	})
	s.ui(func() { s.w.m.Select(hut.Peer); s.w.flush() })
	s.ui(func() { s.w.win.Resize(380, 680) })
	s.frames()
	onUI(t, func() {
		title, _ := s.w.main.right.peer.GetText()
		if tip, _ := s.w.main.right.peer.GetTooltipText(); tip != title {
			t.Errorf("the header %q has the tooltip %q", title, tip)
		}
	})
}

// TestNarrowAccounts: the accounts behind the line fit a narrow window.
func TestNarrowAccounts(t *testing.T) {
	s := playScene(t, "main-accounts-online", 380, 680)
	onUI(t, func() {
		parts := s.w.main.left.status.rows.parts[0].row.parts
		if len(parts) < 3 {
			t.Errorf("%d buttons", len(parts))
		}
		for _, b := range parts {
			x, _, err := b.TranslateCoordinates(s.w.win, 0, 0)
			if err != nil || x < 10 || x+b.GetAllocatedWidth() > 380 {
				t.Errorf("%q reaches from %d to %d: %v", b.now.Label, x, x+b.GetAllocatedWidth(), err)
			}
		}
	})
}

// TestFold begins where reading begins, opens by the keyboard, and hides what is
// in it from the keyboard while it is closed.
func TestFold(t *testing.T) {
	for _, rtl := range []bool{false, true} {
		onUI(t, func() { setRTL(rtl) })
		s := playScene(t, "dialog-computer-old", 1000, 680)
		onUI(t, func() {
			f := s.w.dialog.facts.fold
			x, _, err := f.head.TranslateCoordinates(f, 0, 0)
			if err != nil {
				t.Error(err)
			}
			arrow, _ := f.arrow.GetIconName()
			if rtl != (arrow == "pan-start-symbolic") {
				t.Errorf("right to left %v: the arrow is %s", rtl, arrow)
			}
			atEnd := x > f.GetAllocatedWidth()/2
			if atEnd != rtl {
				t.Errorf("right to left %v: it begins at %d of %d", rtl, x, f.GetAllocatedWidth())
			}
			if f.inside.GetMapped() || f.GetExpanded() {
				t.Error("it is open")
			}
			if name := accessibleName(f.head); name != s.w.m.Dialog().FoldLabel || name == "" {
				t.Errorf("it is called %q", name)
			}
		})
		s.ui(func() {
			s.w.dialog.facts.fold.head.GrabFocus()
			s.w.win.ActivateFocus()
		})
		eventually(t, "it opens", func() bool { return s.w.dialog.facts.fold.inside.GetMapped() })
		onUI(t, func() { setRTL(false) })
	}
}

// TestRequestButtons: the two answers to a stranger do not look alike, and none
// of them is offered as the way on.
func TestRequestButtons(t *testing.T) {
	s := playScene(t, "main-requests", 1000, 680)
	onUI(t, func() {
		r := s.w.main.left.tray.requests.parts[0]
		has := func(b *button, class string) bool { return must(b.GetStyleContext()).HasClass(class) }
		if !has(r.accept, "accept") || !has(r.refuse, "refuse") || has(r.accept, "suggested-action") {
			t.Error("they look alike, or one pushes")
		}
		colour := func(b *button) string {
			return must(b.GetStyleContext()).GetColor(gtk.STATE_FLAG_NORMAL).String()
		}
		if colour(r.accept) == colour(r.refuse) {
			t.Errorf("both are %s", colour(r.accept))
		}
		ax, _, _ := r.accept.TranslateCoordinates(r.box, 0, 0)
		rx, _, _ := r.refuse.TranslateCoordinates(r.box, 0, 0)
		if gap := ax - rx - r.refuse.GetAllocatedWidth(); gap < 24 {
			t.Errorf("%d pixels between them", gap)
		}
		if text, _ := r.advice.GetText(); text == "" || !r.advice.GetMapped() {
			t.Error("nothing says when to accept")
		}
	})
}
