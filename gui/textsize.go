package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
//
// // The resolution that the system has fonts drawn for, in 1024ths of a dot per
// // inch: what "larger text" of a desktop changes.
// static int hw_dpi(void) {
//   int dpi = 0;
//   g_object_get(gtk_settings_get_default(), "gtk-xft-dpi", &dpi, NULL);
//   return dpi > 0 ? dpi : 96 * 1024;
// }
// static void hw_set_dpi(int dpi) { g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", dpi, NULL); }
// static void hw_system_dpi(void) { gtk_settings_reset_property(gtk_settings_get_default(), "gtk-xft-dpi"); }
import "C"

// setTextSize draws every text at so many percent of the size that the system
// asks for; 0 is the system's size. Windows that are open follow.
func setTextSize(percent int) {
	C.hw_system_dpi()
	if percent > 0 && percent != 100 {
		C.hw_set_dpi(C.hw_dpi() * C.int(percent) / 100)
	}
}
