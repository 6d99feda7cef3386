package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
//
// static void hw_text_scale(int percent) {
//   GtkSettings *s = gtk_settings_get_default();
//   static int before = -2; // the system's: gtk_settings_reset_property does not bring it back
//   if (!s) return;
//   if (before == -2) g_object_get(s, "gtk-xft-dpi", &before, NULL);
//   g_object_set(s, "gtk-xft-dpi", percent > 0 ? 96 * 1024 * percent / 100 : before, NULL);
// }
import "C"

import (
	"hushwing/gui/model"
	"hushwing/i18n"
)

// setTextScale sets the size of all text, in per cent of GTK's normal one; 0:
// as the system has it.
func setTextScale(percent int) {
	textScale = percent
	C.hw_text_scale(C.int(percent))
}

// textScale is what it was set to. On the main thread only.
var textScale int

// obey does what the settings say of the window.
func (w *window) obey(c model.Changes) {
	if c.Settings {
		if scale := w.m.Settings().TextScale; scale != w.scale {
			w.scale = scale
			setTextScale(scale)
		}
	}
	if c.Forget || c.Language {
		w.dropMain()
	}
	if c.Language {
		w.retell()
	}
}

// dropMain takes the main window's widgets away: after the profile was closed
// nothing of it stays in memory, and in another language they are made anew.
func (w *window) dropMain() {
	if p := w.page; p != nil {
		w.page = nil
		remove(p.root)
	}
	if d := w.dialog; d != nil {
		w.dialog = nil
		remove(d.root)
		w.stack.SetSensitive(true)
	}
	if s := w.main; s != nil {
		w.main = nil
		s.close()
		remove(s.leaflet)
	}
}

// retell shows everything in the language of now, in its direction.
func (w *window) retell() {
	setRTL(i18n.Direction() == i18n.RTL)
	old := w.front
	var err error
	if w.front, err = newFront(w); err != nil {
		panic(err) // a fault in an embedded file: the tests open them all
	}
	remove(old.root)
	w.stack.AddNamed(w.front.root, "front")
	w.toast.hide()
}
