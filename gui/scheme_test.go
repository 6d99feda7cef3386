package gui

import (
	"testing"
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
)

// TestFollowsDesktop: from Connect on the window goes light and dark with the
// desktop, and not before.
func TestFollowsDesktop(t *testing.T) {
	newStage(t)
	onUI(t, func() { setColorScheme(schemeLight) })
	desktop := func(scheme string) {
		onUI(t, func() { glib.SettingsNew("org.gnome.desktop.interface").SetString("color-scheme", scheme) })
	}
	dark := func() (is bool) {
		onUI(t, func() {
			s, err := gtk.SettingsGetDefault()
			if err == nil {
				v, _ := s.GetProperty("gtk-application-prefer-dark-theme")
				is, _ = v.(bool)
			}
		})
		return is
	}
	becomes := func(want bool) bool {
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if dark() == want {
				return true
			}
		}
		return false
	}
	t.Cleanup(func() { desktop("default"); becomes(false) })

	desktop("prefer-dark")
	settle(t)
	if dark() {
		t.Error("it is dark before it connects")
	}
	onUI(t, Connect)
	if !becomes(true) {
		t.Error("the desktop is dark, and the window is not")
	}
	desktop("default")
	if !becomes(false) {
		t.Error("the desktop is light, and the window is not")
	}
}
