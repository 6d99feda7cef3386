package gui

// #cgo pkg-config: gtk+-3.0 libhandy-1
// #define HANDY_USE_UNSTABLE_API
// #include <gtk/gtk.h>
// #include <handy.h>
//
// static void hw_connect(void) {
//   static GDBusConnection *bus; // kept: GIO shares it with all that ask later
//   if (!bus && (bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL))) g_dbus_connection_set_exit_on_close(bus, FALSE);
// }
//
// static void hw_color_scheme(int dark) {
//   hdy_style_manager_set_color_scheme(hdy_style_manager_get_default(),
//     dark == 1 ? HDY_COLOR_SCHEME_FORCE_DARK : dark == 0 ? HDY_COLOR_SCHEME_FORCE_LIGHT : HDY_COLOR_SCHEME_PREFER_LIGHT);
// }
//
// static int hw_wants_dark(void) {
//   GSettingsSchemaSource *src = g_settings_schema_source_get_default();
//   GSettingsSchema *sc = src ? g_settings_schema_source_lookup(src, "org.gnome.desktop.interface", TRUE) : NULL;
//   if (!sc) return 0;
//   int dark = 0;
//   if (g_settings_schema_has_key(sc, "color-scheme")) {
//     GSettings *s = g_settings_new("org.gnome.desktop.interface");
//     char *v = g_settings_get_string(s, "color-scheme");
//     dark = g_str_equal(v, "prefer-dark");
//     g_free(v);
//     g_object_unref(s);
//   }
//   g_settings_schema_unref(sc);
//   return dark;
// }
import "C"

// Connect opens what GTK would open later: the connection to the session bus.
// It is for a program that is about to give up new connections; it must be
// called on the main thread, between Run's first frame and its end.
//
// From here on the window follows the desktop between light and dark. That needs
// the bus, and loads the theme anew, which is not worth 0.5 MB to a program that
// only waits for its password: until then it is as the desktop was at its start.
func Connect() {
	C.hw_connect()
	reachBuses()
	setColorScheme(schemeSystem)
	giveBack()
}

// Schemes of colour.
const (
	schemeSystem = -1
	schemeLight  = 0
	schemeDark   = 1
)

func setColorScheme(s int) { C.hw_color_scheme(C.int(s)) }

// wantsDark reports whether the desktop is set to dark, as far as that can be
// told without asking another process.
func wantsDark() bool { return C.hw_wants_dark() != 0 }
