package gui

import (
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/i18n"
)

// key presses a key as the keyboard would.
func (s *stage) key(key uint, mods gdk.ModifierType) {
	s.t.Helper()
	s.ui(func() { s.w.shortcut(key, mods) })
}

// at returns the name of what has the keyboard.
func (s *stage) at() (name string) {
	s.t.Helper()
	onUI(s.t, func() { name = focused(s.w) })
	return name
}

// TestPageFocus: a page begins at its first control, one that was opened from
// it leads back to the row that opened it, and the last to where one was.
func TestPageFocus(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	onUI(t, func() { s.w.main.right.composer.focus() })
	composer := s.at()
	s.key(gdk.KEY_comma, gdk.CONTROL_MASK)
	if got := s.at(); got != i18n.T("Tell of new messages") {
		t.Errorf("the settings begin at %q", got)
	}
	s.ui(func() {
		for _, sec := range s.w.page.sections.parts {
			for _, r := range sec.rows.parts {
				if r.now.ID == "set-password" {
					r.link.GrabFocus()
					r.link.Clicked()
					return
				}
			}
		}
	})
	if got := s.at(); got != i18n.T("Password until now") {
		t.Errorf("the password begins at %q", got)
	}
	s.key(gdk.KEY_Left, gdk.MOD1_MASK)
	if got := s.at(); got != i18n.T("Change the password") {
		t.Errorf("back, one is at %q", got)
	}
	s.key(gdk.KEY_Escape, 0)
	if got := s.at(); got != composer || s.w.page != nil {
		t.Errorf("after the pages one is at %q, not at %q", got, composer)
	}
	// From a menu, one is back at what opened the menu.
	onUI(t, func() { must(s.w.main.left.menu.popover.GetRelativeTo()).ToWidget().GrabFocus() })
	s.choose(i18n.T("About Hushwing"))
	s.key(gdk.KEY_Escape, 0)
	if got := s.at(); got != i18n.T("Main menu") {
		t.Errorf("after a page from the menu one is at %q", got)
	}
}

// TestPageOverDialog: a dialog that a page opens lies over it, and leads back to
// its row; what lies under a page cannot be reached by its keys.
func TestPageOverDialog(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	s.key(gdk.KEY_comma, gdk.CONTROL_MASK)
	s.ui(func() { s.w.page.focus("set-tor") })
	row := s.at()
	s.press(model.Action{Kind: model.ActionAskTor})
	s.key(gdk.KEY_Escape, 0)
	if got := s.at(); got != row || row == "" || s.w.page == nil {
		t.Errorf("after the dialog one is at %q, not at %q", got, row)
	}
	s.key(gdk.KEY_n, gdk.CONTROL_MASK)
	s.key(gdk.KEY_1, gdk.CONTROL_MASK)
	if s.w.m.Dialog().Open || s.w.m.Conversation().Peer != ana {
		t.Error("a key reached under the page")
	}
}

// TestSettingsByKeyboard walks through the settings with Tab: each row is
// reached, in its order.
func TestSettingsByKeyboard(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.key(gdk.KEY_comma, gdk.CONTROL_MASK)
	var order []string
	onUI(t, func() {
		for range 30 {
			order = append(order, focused(s.w))
			if !focusNext(s.w.win) {
				break
			}
		}
	})
	all, last := strings.Join(order, " | "), -1
	for _, sec := range s.w.m.Page().Sections {
		for _, r := range sec.Rows {
			if !r.Enabled {
				continue
			}
			at := -1
			for i, name := range order {
				if i > last && strings.HasPrefix(name, r.Label) {
					at = i
					break
				}
			}
			if at < 0 {
				t.Fatalf("Tab does not reach %q: %s", r.Label, all)
			}
			last = at
		}
	}
}

// TestSettingsSwitch: what is switched is asked for, and what is refused goes
// back.
func TestSettingsSwitch(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.key(gdk.KEY_comma, gdk.CONTROL_MASK)
	toggle := s.w.page.sections.parts[0].rows.parts[0].toggle
	s.ui(func() { toggle.SetActive(false) })
	got := asked[client.SetSettings](s)
	if len(got) != 1 || !got[0].Settings.NoNotify {
		t.Fatalf("%+v", got)
	}
	s.play(client.Refused{ID: got[0].ID, Problem: client.Problem{Cause: client.DiskFull}})
	onUI(t, func() {
		if !toggle.GetActive() {
			t.Error("the switch shows what was refused")
		}
	})
	if n := len(asked[client.SetSettings](s)); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// TestLanguageAtOnce: the whole window speaks another language, in its direction,
// and one is where one was.
func TestLanguageAtOnce(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	s.key(gdk.KEY_comma, gdk.CONTROL_MASK)
	s.ui(func() { s.w.page.focus(model.FieldIDLanguage) })
	defer onUI(t, func() { i18n.Set(i18n.English); setRTL(false) })
	s.play(client.SettingsChanged{Settings: client.Settings{Language: i18n.PseudoRTL}})
	s.frames()
	if got := s.at(); !i18n.IsMarked(got) || !strings.Contains(got, "Language") {
		t.Errorf("one is at %q", got)
	}
	s.key(gdk.KEY_Escape, 0)
	s.frames()
	onUI(t, func() {
		if !isRTL(s.w.main.right.composer.view) {
			t.Error("the window is not mirrored")
		}
		walk(s.w.win, func(w widgetInfo) {
			if w.Focusable && strings.HasSuffix(w.Type, "Button") && !strings.HasPrefix(w.ID, "titlebar") && !strings.Contains(w.Name, "⟦") && !notOurs[w.Name] {
				t.Errorf("%s %q still says %q", w.Type, w.ID, w.Name)
			}
		})
	})
	s.play(client.ProfileChanged{State: client.ProfileLocked})
	s.frames()
	onUI(t, func() {
		if isRTL(s.w.front.root) {
			t.Error("the locked window shows which language was spoken")
		}
	})
}

// TestTextSize: all text grows at once, and goes back to the system's.
func TestTextSize(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	height := func() (h int) {
		s.frames()
		onUI(t, func() { _, h = s.w.main.right.peer.GetPreferredHeight() })
		return h
	}
	before := height()
	s.play(client.SettingsChanged{Settings: client.Settings{TextScale: 200}})
	if got := height(); got < before*3/2 {
		t.Errorf("a line is %d high, before %d", got, before)
	}
	s.play(client.SettingsChanged{})
	if got := height(); got != before {
		t.Errorf("a line is %d high, before %d", got, before)
	}
}

// TestLockForgets: after Ctrl+L nothing of what was shown is in a widget.
func TestLockForgets(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	seen := 0
	look := func(f func(string)) {
		onUI(t, func() {
			walk(s.w.win, func(w widgetInfo) { f(w.Name) })
		})
	}
	look(func(name string) {
		if strings.Contains(name, "Ana") {
			seen++
		}
	})
	if seen == 0 {
		t.Fatal("there is nothing to forget")
	}
	s.key(gdk.KEY_l, gdk.CONTROL_MASK)
	if len(asked[client.Lock](s)) != 1 || s.w.main != nil {
		t.Error("it is not locked")
	}
	look(func(name string) {
		if strings.Contains(name, "Ana") {
			t.Errorf("%q is still there", name)
		}
	})
	s.play(client.ProfileChanged{State: client.ProfileLocked})
	if got := s.at(); got != i18n.T("Password") {
		t.Errorf("one is at %q", got)
	}
	s.play(opened()...)
	if s.w.main == nil {
		t.Error("it does not open again")
	}
}

// TestDestroyByKeyboard: one key asks, from the locked window too and from one whose
// profile cannot be opened, and the harmless answer is the one that Return gives.
func TestDestroyByKeyboard(t *testing.T) {
	for _, c := range []struct {
		before client.ProfileChanged
		at     string
	}{
		{client.ProfileChanged{State: client.ProfileLocked}, i18n.T("Password")},
		{client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: client.ProfileDamaged}}, i18n.T("Close Hushwing")},
	} {
		s := newStage(t)
		s.play(c.before)
		if got := s.at(); got != c.at {
			t.Errorf("it begins at %q", got)
		}
		destroy := func() { s.key(gdk.KEY_Delete, gdk.CONTROL_MASK|gdk.SHIFT_MASK) }
		destroy()
		if got := s.at(); got != i18n.T("Keep everything") {
			t.Errorf("the question begins at %q", got)
		}
		s.key(gdk.KEY_Escape, 0)
		if got := s.at(); got != c.at || len(asked[client.DestroyProfile](s)) > 0 {
			t.Errorf("after Escape one is at %q", got)
		}
		destroy()
		s.ui(func() { focusNext(s.w.win) })
		if got := s.at(); got != i18n.T("Destroy everything") {
			t.Errorf("Tab leads to %q", got)
		}
		s.ui(func() { s.w.dialog.ok.Clicked() })
		if len(asked[client.DestroyProfile](s)) != 1 {
			t.Error("it is not destroyed")
		}
		s.play(client.ProfileChanged{State: client.ProfileNone})
		if s.w.m.Screen() != model.ScreenFirstRun || s.w.dialog != nil && s.w.dialog.open {
			t.Error("the first run does not follow")
		}
		onUI(t, func() {
			if !s.w.stack.GetSensitive() {
				t.Error("the first run cannot be used")
			}
		})
	}
}
