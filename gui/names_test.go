package gui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// unnamed are classes that take the focus only to scroll, or to hold what has
// a name of its own.
var unnamed = map[string]bool{"GtkScrolledWindow": true, "GtkViewport": true}

// unspoken lists what can have the focus and does not say what it is; n is how
// many there are that can. It must be called on the main thread.
func unspoken(win *gtk.Window) (faults []string, n int) {
	walk(win, func(w widgetInfo) {
		if !w.Focusable || unnamed[w.Type] {
			return
		}
		n++
		if strings.TrimSpace(w.Name) == "" {
			faults = append(faults, fmt.Sprintf("a %s (%q) has no name for screen readers", w.Type, w.ID))
		}
	})
	return faults, n
}

// TestNamesFindsFaults shows that the walk sees a widget without a name.
func TestNamesFindsFaults(t *testing.T) {
	s := newStage(t)
	sc := scenes()[2]
	sc.play(s)
	s.frames()
	onUI(t, func() {
		setName(s.w.front.inner, "")
		s.w.front.inner.SetLabel("")
		if faults, _ := unspoken(s.w.win); len(faults) != 1 {
			t.Errorf("a button without a name: %q", faults)
		}
	})
}

// TestEverythingTranslated shows every button in a language in which each
// sentence that went through i18n is marked: one that did not stands out.
func TestEverythingTranslated(t *testing.T) {
	i18n.Set(i18n.Pseudo)
	defer i18n.Set(i18n.English)
	for _, sc := range scenes() {
		// Each in a test of its own, so that its window goes with it.
		t.Run(sc.name, func(t *testing.T) {
			s := newStage(t)
			sc.play(s)
			s.rest()
			onUI(t, func() {
				walk(s.w.win, func(w widgetInfo) {
					if !strings.HasSuffix(w.Type, "Button") && w.Type != "GtkModelButton" || w.ID != "" && strings.HasPrefix(w.ID, "titlebar") {
						return
					}
					if w.Focusable && !strings.Contains(w.Name, "⟦") && !notOurs[w.Name] {
						t.Errorf("%s %q is not translated: %q", w.Type, w.ID, w.Name)
					}
				})
			})
		})
	}
}

// notOurs are the buttons that GTK itself makes and translates, a word of the
// server's in the story, and the languages, which are called what their readers
// call them.
var notOurs = map[string]bool{"Close": true, "Minimize": true, "Maximize": true, "Restore": true, "Kind of account": true}

func init() {
	for _, l := range i18n.Languages() {
		notOurs[i18n.OwnName(l)] = true
	}
}

// TestFocusOrder goes through the main screen with Tab: everything is reached,
// in the order in which it is read.
func TestFocusOrder(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	var order []string
	onUI(t, func() {
		s.w.main.left.add.GrabFocus()
		for range 40 {
			name := focused(s.w)
			if len(order) > 1 && name == order[0] {
				break
			}
			order = append(order, name)
			if !focusNext(s.w.win) {
				break
			}
		}
	})
	all := strings.Join(order, " | ")
	last := -1
	for _, want := range []string{s.w.m.Main().Add.Name, i18n.T("Main menu"), s.w.m.Main().Search.Label, "Ana", s.w.m.Conversation().Composer.Name} {
		at := -1
		for i, name := range order {
			if i > last && strings.Contains(name, want) {
				at = i
				break
			}
		}
		if at < 0 {
			t.Errorf("Tab does not reach %q after %q in: %s", want, order[max(last, 0)], all)
			continue
		}
		last = at
	}
}

func focused(w *window) string {
	f, err := w.win.GetFocus()
	if err != nil || f == nil {
		return ""
	}
	return accessibleName(f)
}

func chatScene(t *testing.T, s *stage) {
	t.Helper()
	for _, sc := range scenes() {
		if sc.name == "chat" {
			sc.play(s)
			s.frames()
			return
		}
	}
	t.Fatal("no such scene")
}

// TestDialogTakesTheKeyboard shows that nothing under an open dialog can be reached.
func TestDialogTakesTheKeyboard(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	s.press(model.Action{Kind: model.ActionAskAdd})
	seen := map[string]bool{}
	onUI(t, func() {
		for range 12 {
			seen[focused(s.w)] = true
			focusNext(s.w.win)
		}
	})
	if seen[s.w.m.Conversation().Composer.Name] {
		t.Error("Tab leaves the dialog for the composer")
	}
	if !seen[s.w.m.Dialog().Fields[0].Label] {
		t.Errorf("the dialog's first field never has the focus: %v", seen)
	}
}
