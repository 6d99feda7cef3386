package gui

import (
	"slices"
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/i18n"
)

// walkTo goes with Tab until what has the keyboard is called name.
func (s *stage) walkTo(name string) {
	s.t.Helper()
	var seen []string
	onUI(s.t, func() {
		for range 12 {
			if len(seen) > 0 && seen[len(seen)-1] == name {
				return
			}
			focusNext(s.w.win)
			seen = append(seen, focused(s.w))
		}
	})
	if !slices.Contains(seen, name) {
		s.t.Fatalf("Tab does not reach %q: %q", name, seen)
	}
}

// openLanguages presses the button that has the keyboard, and waits for its menu.
func (s *stage) openLanguages() {
	s.t.Helper()
	onUI(s.t, func() { s.w.win.ActivateFocus() })
	eventually(s.t, "the menu opens", func() bool { m := s.w.front.language.menu; return m != nil && m.popover.GetMapped() })
}

// takeLanguage presses the one that has the keyboard, and waits until it is spoken.
func (s *stage) takeLanguage(name string) {
	s.t.Helper()
	s.walkTo(i18n.OwnName(name))
	onUI(s.t, func() { s.w.win.ActivateFocus() })
	eventually(s.t, name+" is spoken", func() bool { return i18n.Language() == name })
	s.frames()
}

// TestLanguageByKeyboard chooses a language on the first page by the keyboard
// alone. The page speaks it at once, in its direction; the keyboard is where it was.
func TestLanguageByKeyboard(t *testing.T) {
	defer onUI(t, func() { i18n.Set(i18n.English); setRTL(false) })
	s := newStage(t)
	firstRun(s, model.ActionNone)
	s.frames()
	if got := s.at(); got != "Create a new address" {
		t.Errorf("the page begins at %q", got)
	}
	s.walkTo("Language")
	if s.w.front.language.menu != nil {
		t.Error("the menu is made before anybody asked for it")
	}
	s.openLanguages()
	if got := s.at(); got != "English" {
		t.Errorf("the menu begins at %q", got)
	}
	// Closed again, one is at the button, and nothing is left of it.
	s.ui(func() { s.w.front.language.menu.popover.Popdown() })
	eventually(t, "the menu closes", func() bool { return s.w.front.language.menu == nil })
	if got := s.at(); got != "Language" || i18n.Language() != i18n.English {
		t.Errorf("after Escape one is at %q, in %s", got, i18n.Language())
	}
	s.openLanguages()
	s.takeLanguage("fa")
	if got := s.at(); got != i18n.T("Language") || got == "Language" {
		t.Errorf("then one is at %q", got)
	}
	onUI(t, func() {
		f := s.w.front
		title, _ := f.title.GetText()
		name, _ := f.language.label.GetText()
		if title != i18n.T("Welcome to Hushwing") || strings.Contains(title, "Welcome") || name != "فارسی" {
			t.Errorf("the page says %q, the button %q", title, name)
		}
		if !isRTL(f.root) || !isRTL(f.doors.parts[0]) || !isRTL(f.language) {
			t.Error("the page is not mirrored")
		}
		if f.language.menu != nil {
			t.Error("the menu stays open")
		}
	})
	if n := len(s.commands); n != 0 {
		t.Errorf("%d things are asked of the client", n)
	}
	// And from there back: one is not caught in what one cannot read.
	s.openLanguages()
	s.takeLanguage("en")
	onUI(t, func() {
		if title, _ := s.w.front.title.GetText(); title != "Welcome to Hushwing" || isRTL(s.w.front.root) {
			t.Errorf("back, the page says %q", title)
		}
	})
}

// TestLanguageKeepsWhatIsTyped: before the password, too; and the window that opens
// has no use for the choice any more.
func TestLanguageKeepsWhatIsTyped(t *testing.T) {
	defer onUI(t, func() { i18n.Set(i18n.English); setRTL(false) })
	s := newStage(t)
	s.play(client.ProfileChanged{State: client.ProfileLocked})
	s.ui(func() { s.w.front.fields.parts[0].entry.SetText("half a pass") })
	s.walkTo("Language")
	s.openLanguages()
	s.takeLanguage("de")
	onUI(t, func() {
		e := s.w.front.fields.parts[0].entry
		if got, _ := e.GetText(); got != "half a pass" || !e.IsFocus() || e.GetPosition() != len(got) {
			t.Errorf("%q is left, at %d, with the keyboard %v", got, e.GetPosition(), e.IsFocus())
		}
		if got, _ := s.w.front.inner.GetLabel(); got != i18n.T("Open") || got == "Open" {
			t.Errorf("the button says %q", got)
		}
	})
	s.play(opened()...)
	if s.w.front.language != nil {
		t.Error("it is kept")
	}
	s.key(gdk.KEY_l, gdk.CONTROL_MASK)
	s.play(client.ProfileChanged{State: client.ProfileLocked})
	onUI(t, func() {
		if l := s.w.front.language; l == nil || i18n.Language() != i18n.English {
			t.Errorf("locked again, it speaks %s", i18n.Language())
		}
	})
}
