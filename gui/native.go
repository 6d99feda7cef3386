package gui

// #cgo pkg-config: gtk+-3.0 libhandy-1
// #define HANDY_USE_UNSTABLE_API
// #include <stdlib.h>
// #include <gtk/gtk.h>
// #include <handy.h>
// #ifdef __GLIBC__
// #include <malloc.h>
// #endif
//
// static void hw_fonts(void) { pango_cairo_font_map_get_default(); }
// static void hw_trim(void) {
// #ifdef __GLIBC__
//   malloc_trim(0);
// #endif
// }
// static void hw_no_gl(void) { g_setenv("GDK_GL", "disable", TRUE); }
// static void hw_handy(void) { hdy_init(); }
//
// static AtkObject *hw_acc(void *w) { return gtk_widget_get_accessible(GTK_WIDGET(w)); }
// static void hw_name(void *w, const char *name) { AtkObject *a = hw_acc(w); if (a) atk_object_set_name(a, name); }
// static void hw_description(void *w, const char *d) { AtkObject *a = hw_acc(w); if (a) atk_object_set_description(a, d); }
// static const char *hw_get_name(void *w) { AtkObject *a = hw_acc(w); return a ? atk_object_get_name(a) : NULL; }
// static void hw_role(void *w, int role) { AtkObject *a = hw_acc(w); if (a) atk_object_set_role(a, (AtkRole)role); }
// static int hw_state(AtkObject *a, AtkStateType t) {
//   AtkStateSet *s = atk_object_ref_state_set(a);
//   int r = atk_state_set_contains_state(s, t);
//   g_object_unref(s);
//   return r;
// }
//
// static void hw_dir(void *w, int rtl) { gtk_widget_set_direction(GTK_WIDGET(w), rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR); }
//
// static void hw_underline(void *w, const int *spans, int n) {
//   PangoAttrList *l = pango_attr_list_new();
//   pango_attr_list_insert(l, pango_attr_insert_hyphens_new(FALSE));
//   for (int i = 0; i < n; i++) {
//     PangoAttribute *a = pango_attr_underline_new(PANGO_UNDERLINE_SINGLE);
//     a->start_index = spans[2 * i];
//     a->end_index = spans[2 * i + 1];
//     pango_attr_list_insert(l, a);
//   }
//   gtk_label_set_attributes(GTK_LABEL(w), l);
//   pango_attr_list_unref(l);
// }
//
// // Which byte of its text a label has at a place of its window of events; -1 none.
// static int hw_label_index(void *w, double x, double y) {
//   int lx, ly, at, trailing;
//   GtkAllocation a;
//   gtk_widget_get_allocation(GTK_WIDGET(w), &a);
//   gtk_label_get_layout_offsets(GTK_LABEL(w), &lx, &ly);
//   if (!pango_layout_xy_to_index(gtk_label_get_layout(GTK_LABEL(w)), (x + a.x - lx) * PANGO_SCALE, (y + a.y - ly) * PANGO_SCALE, &at, &trailing)) return -1;
//   return at;
// }
//
// // How far below the top of a widget the pointer is.
// static int hw_pointer_y(void *w) {
//   int y = 0;
//   GdkDevice *d = gdk_seat_get_pointer(gdk_display_get_default_seat(gtk_widget_get_display(GTK_WIDGET(w))));
//   gdk_window_get_device_position(gtk_widget_get_window(GTK_WIDGET(w)), d, NULL, &y, NULL);
//   return y;
// }
//
// static void hw_ltr(void *w) { gtk_widget_set_direction(GTK_WIDGET(w), GTK_TEXT_DIR_LTR); }
//
// static int hw_png(void *w, const char *path) {
//   GtkWidget *g = GTK_WIDGET(w);
//   int sc = gtk_widget_get_scale_factor(g);
//   int ww = gtk_widget_get_allocated_width(g), hh = gtk_widget_get_allocated_height(g);
//   cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, ww * sc, hh * sc);
//   cairo_surface_set_device_scale(s, sc, sc);
//   cairo_t *cr = cairo_create(s);
//   gtk_widget_draw(g, cr);
//   cairo_destroy(cr);
//   int rc = cairo_surface_write_to_png(s, path);
//   cairo_surface_destroy(s);
//   return rc;
// }
//
// static void hw_direction(int rtl) { gtk_widget_set_default_direction(rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR); }
// static int hw_is_rtl(void *w) { return gtk_widget_get_direction(GTK_WIDGET(w)) == GTK_TEXT_DIR_RTL; }
//
// static int hw_resource(const void *data, size_t n, const char *icons) {
//   GBytes *b = g_bytes_new_static(data, n);
//   GResource *r = g_resource_new_from_data(b, NULL);
//   g_bytes_unref(b);
//   if (!r) return 0;
//   g_resources_register(r);
//   g_resource_unref(r);
//   gtk_icon_theme_add_resource_path(gtk_icon_theme_get_default(), icons);
//   return 1;
// }
//
// static void hw_own_icons(void) {
//   g_object_set(gtk_settings_get_default(), "gtk-icon-theme-name", "hicolor", NULL);
//   gtk_icon_theme_set_search_path(gtk_icon_theme_get_default(), NULL, 0);
// }
//
// // Not gtk_window_set_icon_list, which would keep the pictures.
// static void hw_window_icon(void *w, const char *icons, const char *name) {
//   static const int sizes[] = {16, 24, 32, 48, 64, 128};
//   GList *all = NULL;
//   for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
//     char *path = g_strdup_printf("%s/%dx%d/apps/%s.png", icons, sizes[i], sizes[i], name);
//     GdkPixbuf *p = gdk_pixbuf_new_from_resource(path, NULL);
//     if (p) all = g_list_prepend(all, p);
//     g_free(path);
//   }
//   gdk_window_set_icon_list(gtk_widget_get_window(GTK_WIDGET(w)), all);
//   g_list_free_full(all, g_object_unref);
// }
//
// static void hw_forget(void) {
//   GtkSettings *s = gtk_settings_get_default();
//   g_object_set(s, "gtk-recent-files-max-age", 0, "gtk-recent-files-enabled", FALSE, NULL);
// }
//
// // The text as the clipboard hands it out: asked managers to keep it to themselves
// // (x-kde-passwordManagerHint is what Klipper and others look at), and never stored at exit.
// static void hw_clip_get(GtkClipboard *c, GtkSelectionData *d, guint info, gpointer text) {
//   if (info == 1) gtk_selection_data_set(d, gtk_selection_data_get_target(d), 8, (const guchar *)"secret", 6);
//   else gtk_selection_data_set_text(d, (const char *)text, -1);
// }
// static void hw_clip_clear(GtkClipboard *c, gpointer text) { g_free(text); }
// static void hw_copy(const char *text) {
//   GtkClipboard *c = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);
//   GtkTargetList *l = gtk_target_list_new(NULL, 0);
//   gtk_target_list_add_text_targets(l, 0);
//   gtk_target_list_add(l, gdk_atom_intern_static_string("x-kde-passwordManagerHint"), 0, 1);
//   gint n = 0;
//   GtkTargetEntry *t = gtk_target_table_new_from_list(l, &n);
//   char *copy = g_strdup(text);
//   if (!gtk_clipboard_set_with_data(c, t, n, hw_clip_get, hw_clip_clear, copy)) g_free(copy);
//   gtk_target_table_free(t, n);
//   gtk_target_list_unref(l);
// }
//
// static void hw_forall(GtkWidget *w, gpointer out) { g_ptr_array_add((GPtrArray *)out, w); }
// static GPtrArray *hw_children(void *w) {
//   GPtrArray *a = g_ptr_array_new();
//   if (GTK_IS_CONTAINER(w)) gtk_container_forall(GTK_CONTAINER(w), hw_forall, a);
//   return a;
// }
// static void *hw_at(GPtrArray *a, guint i) { return g_ptr_array_index(a, i); }
// static const char *hw_type(void *w) { return G_OBJECT_TYPE_NAME(w); }
// static int hw_focusable(void *w) { return gtk_widget_get_can_focus(GTK_WIDGET(w)); }
// static int hw_mapped(void *w) { return gtk_widget_get_mapped(GTK_WIDGET(w)); }
// static const char *hw_id(void *w) { return GTK_IS_BUILDABLE(w) ? gtk_buildable_get_name(GTK_BUILDABLE(w)) : NULL; }
// static void hw_name_inner(GtkWidget *w, gpointer name) {
//   if (gtk_widget_get_can_focus(w)) hw_name(w, name);
//   if (GTK_IS_CONTAINER(w)) gtk_container_forall(GTK_CONTAINER(w), hw_name_inner, name);
// }
// static int hw_is_cut(void *w) { return pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(w))); }
// static int hw_is_x11(void) { return g_str_equal(G_OBJECT_TYPE_NAME(gdk_display_get_default()), "GdkX11Display"); }
// static int hw_on_monitor(int x, int y) {
//   GdkRectangle r;
//   GdkMonitor *m = gdk_display_get_monitor_at_point(gdk_display_get_default(), x, y); // or else the nearest
//   if (!m) return 0;
//   gdk_monitor_get_workarea(m, &r);
//   return x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height;
// }
// static void hw_names(void *w, const char *name) { hw_name_inner(GTK_WIDGET(w), (gpointer)name); }
//
// static int hw_holds_focus(void *w) {
//   GtkWidget *t = gtk_widget_get_toplevel(GTK_WIDGET(w));
//   GtkWidget *f = GTK_IS_WINDOW(t) ? gtk_window_get_focus(GTK_WINDOW(t)) : NULL;
//   return f && (f == w || gtk_widget_is_ancestor(f, GTK_WIDGET(w)));
// }
// static int hw_focus_next(void *w, int back) { return gtk_widget_child_focus(GTK_WIDGET(w), back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD); }
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// This file holds what gotk3 does not bind: accessibility, libhandy, drawing
// to a picture, direction, resources from memory. It is the only cgo in the
// program besides gotk3 itself.

// ptr turns a widget's address into a pointer without the conversion that vet
// rightly dislikes: the memory is C's and does not move.
func ptr(w gtk.IWidget) unsafe.Pointer {
	n := w.ToWidget().Native()
	return *(*unsafe.Pointer)(unsafe.Pointer(&n))
}

func cstr(s string) (*C.char, func()) {
	c := C.CString(s)
	return c, func() { C.free(unsafe.Pointer(c)) }
}

// setName gives a widget the name that a screen reader says.
func setName(w gtk.IWidget, name string) {
	c, free := cstr(name)
	defer free()
	C.hw_name(ptr(w), c)
}

// setNames names a widget and all that can have the focus inside it.
func setNames(w gtk.IWidget, name string) {
	c, free := cstr(name)
	defer free()
	C.hw_names(ptr(w), c)
}

// setDescription gives a widget the longer text that a screen reader can say.
func setDescription(w gtk.IWidget, text string) {
	c, free := cstr(text)
	defer free()
	C.hw_description(ptr(w), c)
}

// accessibleName returns what setName, the interface file or GTK itself gave.
func accessibleName(w gtk.IWidget) string { return C.GoString(C.hw_get_name(ptr(w))) }

// The roles that widgets of ours take.
const (
	roleStatusBar    = int(C.ATK_ROLE_STATUSBAR)
	roleNotification = int(C.ATK_ROLE_NOTIFICATION)
	roleAlert        = int(C.ATK_ROLE_ALERT)
	roleDialog       = int(C.ATK_ROLE_DIALOG)
	roleGroup        = int(C.ATK_ROLE_GROUPING)
)

func setRole(w gtk.IWidget, role int) { C.hw_role(ptr(w), C.int(role)) }

// noOpenGL keeps GTK from looking for OpenGL at its start, which nothing here
// draws with: without it no graphics driver and no compiler is loaded into the
// program. It is set for C alone, so programs that we start do not inherit it.
func noOpenGL() { C.hw_no_gl() }

// readFontsAhead has the list of fonts read, which Pango does on a thread of its
// own and then waits for: so the wait is over by the time text is laid out.
func readFontsAhead() { C.hw_fonts() }

// giveBack returns to the system what GTK's start took and let go of again,
// most of it while reading the theme.
func giveBack() { C.hw_trim() }

// initHandy starts libhandy and teaches gotk3 its classes. It comes after
// gtk.Init and before any interface with Hdy classes.
func initHandy() {
	C.hw_handy()
	cont := func(o *glib.Object) *gtk.Container {
		return &gtk.Container{Widget: gtk.Widget{InitiallyUnowned: glib.InitiallyUnowned{Object: o}}}
	}
	for _, n := range []string{"HdyLeaflet", "HdyHeaderBar", "HdyClamp", "HdyHeaderGroup"} {
		gtk.WrapMap[n] = cont
	}
	wrapRows(cont)
	wrapTalk(cont)
	gtk.WrapMap["HdyWindow"] = func(o *glib.Object) *gtk.Window {
		return &gtk.Window{Bin: gtk.Bin{Container: *cont(o)}}
	}
}

// isCut reports whether a label has no room for all of its text.
func isCut(l *gtk.Label) bool { return C.hw_is_cut(ptr(l)) != 0 }

// openDesktop reports whether every program with a window can read the keyboard
// and look at the windows of all others: X11 is made so.
func openDesktop() bool { return C.hw_is_x11() != 0 }

// tellsPlace reports whether a program learns here where its windows are.
func tellsPlace() bool { return C.hw_is_x11() != 0 }

// onScreen reports whether a window that is left there can be taken hold of: the
// middle of its upper edge is on a monitor that there is today.
func onScreen(p model.WindowPlace) bool {
	const header = 16
	return C.hw_on_monitor(C.int(p.X+p.Width/2), C.int(p.Y+header)) != 0
}

// setLTR makes one widget read from left to right, whatever the language.
func setLTR(w gtk.IWidget) { C.hw_ltr(ptr(w)) }

// setDirection makes one widget read in a direction, whatever the language.
func setDirection(w gtk.IWidget, rtl bool) { C.hw_dir(ptr(w), cbool(rtl)) }

// underline draws a line under parts of a label's text, and under nothing else.
// Where a word is broken it gets no hyphen, which would read as a part of a link.
func underline(l *gtk.Label, spans []model.Span) {
	at := make([]C.int, 0, 2*len(spans)+2)
	for _, s := range spans {
		at = append(at, C.int(s.From), C.int(s.To))
	}
	// C reads two numbers for each span, which at has, and keeps none of it.
	C.hw_underline(ptr(l), unsafe.SliceData(at), C.int(len(spans)))
}

// labelIndex returns which byte of its text a label has at a place, as events
// have it; -1 where there is none.
func labelIndex(l *gtk.Label, x, y float64) int {
	return int(C.hw_label_index(ptr(l), C.double(x), C.double(y)))
}

// pointerY returns how far below the top of a widget's window the pointer is.
func pointerY(w gtk.IWidget) int { return int(C.hw_pointer_y(ptr(w))) }

// setRTL makes every widget from now on read from right to left, or not.
func setRTL(on bool) { C.hw_direction(cbool(on)) }

func isRTL(w gtk.IWidget) bool { return C.hw_is_rtl(ptr(w)) != 0 }

func cbool(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// registerResource makes a compiled resource known, and the icons in it under
// the path part of the icon theme. Nothing is written anywhere. The data is
// used where it lies, for ever: it must be embedded in the program.
func registerResource(data []byte, icons string) error {
	c, free := cstr(icons)
	defer free()
	if C.hw_resource(unsafe.Pointer(&data[0]), C.size_t(len(data)), c) == 0 {
		return fmt.Errorf("the icons cannot be read")
	}
	return nil
}

// ownIconsAlone takes the desktop's icon theme out of play: what the window
// shows is ours or built into GTK, and a bitmap. Themes are drawings, and the
// library that draws them costs megabytes and parses files that are not ours.
// The folders of icons on disk are not looked at either: GTK would read hundreds
// for the few that have our sizes, and keep what it read. It makes do with its
// own short list of folders, which icons/draw.sh keeps to.
func ownIconsAlone() { C.hw_own_icons() }

// setWindowIcon gives the desktop the pictures that stand for a window, where it
// takes them from the window at all. The window has to be on the screen.
func setWindowIcon(w gtk.IWidget) {
	icons, freeIcons := cstr(iconPath)
	defer freeIcons()
	name, freeName := cstr(appIcon)
	defer freeName()
	C.hw_window_icon(ptr(w), icons, name)
}

// leaveNoTrace turns off what GTK would remember on disk.
func leaveNoTrace() { C.hw_forget() }

// copyText puts a text on the clipboard, with the request not to keep it.
func copyText(text string) {
	c, free := cstr(text)
	defer free()
	C.hw_copy(c)
}

// drawPNG renders a widget with its children into a picture file.
func drawPNG(w gtk.IWidget, path string) error {
	c, free := cstr(path)
	defer free()
	if rc := C.hw_png(ptr(w), c); rc != 0 {
		return fmt.Errorf("cairo status %d", rc)
	}
	return nil
}

// widgetInfo is one widget as walk finds it.
type widgetInfo struct {
	Type      string // class, such as "GtkButton"
	ID        string // from the interface file, may be empty
	Name      string // for screen readers
	Focusable bool
	Role      string
	Showing   bool
	Depth     int
}

// walk visits every widget below w that is on the screen, inner ones too.
func walk(w gtk.IWidget, visit func(widgetInfo)) { walkFrom(ptr(w), 0, visit) }

func walkFrom(p unsafe.Pointer, depth int, visit func(widgetInfo)) {
	if C.hw_mapped(p) == 0 {
		return
	}
	a := C.hw_acc(p)
	info := widgetInfo{
		Type: C.GoString(C.hw_type(p)), ID: C.GoString(C.hw_id(p)),
		Focusable: C.hw_focusable(p) != 0, Depth: depth,
	}
	if a != nil {
		info.Name = C.GoString(C.atk_object_get_name(a))
		info.Role = C.GoString(C.atk_role_get_name(C.atk_object_get_role(a)))
		info.Showing = C.hw_state(a, C.ATK_STATE_SHOWING) != 0
	}
	visit(info)
	kids := C.hw_children(p)
	defer C.g_ptr_array_unref(kids)
	for i := C.guint(0); i < kids.len; i++ {
		walkFrom(C.hw_at(kids, i), depth+1, visit)
	}
}

// holdsFocus reports whether a widget, or one inside it, has the keyboard.
func holdsFocus(w gtk.IWidget) bool { return C.hw_holds_focus(ptr(w)) != 0 }

// focusNext moves the focus as Tab does; false when it came to the end.
func focusNext(w gtk.IWidget) bool { return C.hw_focus_next(ptr(w), 0) != 0 }

// each visits every widget on the screen below p, and p itself.
func each(p unsafe.Pointer, visit func(unsafe.Pointer)) {
	if C.hw_mapped(p) == 0 {
		return
	}
	visit(p)
	kids := C.hw_children(p)
	defer C.g_ptr_array_unref(kids)
	for i := C.guint(0); i < kids.len; i++ {
		each(C.hw_at(kids, i), visit)
	}
}

// described is a widget's class and what a screen reader says of it.
func described(p unsafe.Pointer) string {
	s := C.GoString(C.hw_type(p))
	if a := C.hw_acc(p); a != nil {
		s += " " + C.GoString(C.atk_object_get_name(a))
	}
	return s
}
