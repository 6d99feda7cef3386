package gui

// #cgo pkg-config: gtk+-3.0
// #include <string.h>
// #include <gtk/gtk.h>
//
// // What a person has to make out: a text or a symbol, with its colour.
// typedef struct {
//   int kind;              // 0: nothing; 1: text; 2: a symbol
//   double r, g, b, a;     // the colour, with what all that it is in lets through
//   int x, y, w, h;        // in the window
//   double points; int bold;
// } hw_mark;
//
// static void hw_mark_of(void *p, void *top, hw_mark *m) {
//   GtkWidget *w = GTK_WIDGET(p), *t = GTK_WIDGET(top);
//   memset(m, 0, sizeof *m);
//   if (!gtk_widget_get_mapped(w) || !gtk_widget_is_sensitive(w)) return;
//   if (GTK_IS_LABEL(w)) {
//     if (*gtk_label_get_text(GTK_LABEL(w))) m->kind = 1;
//   } else if (GTK_IS_ENTRY(w)) {
//     gtk_editable_select_region(GTK_EDITABLE(w), -1, -1); // a selection has colours of its own
//     if (*gtk_entry_get_text(GTK_ENTRY(w))) m->kind = 1;
//   } else if (GTK_IS_TEXT_VIEW(w)) {
//     m->kind = 1;
//   } else if (GTK_IS_IMAGE(w)) {
//     const char *name = NULL;
//     if (gtk_image_get_storage_type(GTK_IMAGE(w)) == GTK_IMAGE_ICON_NAME) gtk_image_get_icon_name(GTK_IMAGE(w), &name, NULL);
//     if (name && g_str_has_suffix(name, "-symbolic")) m->kind = 2;
//   }
//   if (!m->kind) return;
//   GdkRGBA c;
//   GtkStyleContext *s = gtk_widget_get_style_context(w);
//   gtk_style_context_get_color(s, gtk_style_context_get_state(s), &c);
//   m->r = c.red, m->g = c.green, m->b = c.blue, m->a = c.alpha;
//   GdkRectangle rect = {0, 0, gtk_widget_get_allocated_width(w), gtk_widget_get_allocated_height(w)};
//   if (GTK_IS_LABEL(w)) { // where the letters are, not all that the label has
//     GtkAllocation all;
//     gtk_widget_get_allocation(w, &all);
//     gtk_label_get_layout_offsets(GTK_LABEL(w), &rect.x, &rect.y);
//     rect.x -= all.x, rect.y -= all.y;
//     pango_layout_get_pixel_size(gtk_label_get_layout(GTK_LABEL(w)), &rect.width, &rect.height);
//   }
//   gtk_widget_translate_coordinates(w, t, rect.x, rect.y, &rect.x, &rect.y);
//   for (GtkWidget *i = w; i; i = gtk_widget_get_parent(i)) {
//     double o = 1;
//     s = gtk_widget_get_style_context(i);
//     gtk_style_context_get(s, gtk_style_context_get_state(s), "opacity", &o, NULL);
//     m->a *= o * gtk_widget_get_opacity(i);
//     GdkRectangle seen = {0, 0, gtk_widget_get_allocated_width(i), gtk_widget_get_allocated_height(i)};
//     gtk_widget_translate_coordinates(i, t, 0, 0, &seen.x, &seen.y);
//     if (!gdk_rectangle_intersect(&rect, &seen, &rect)) { m->kind = 0; return; }
//   }
//   m->x = rect.x, m->y = rect.y, m->w = rect.width, m->h = rect.height;
//   const PangoFontDescription *f = pango_context_get_font_description(gtk_widget_get_pango_context(w));
//   m->points = (double)pango_font_description_get_size(f) / PANGO_SCALE;
//   if (pango_font_description_get_size_is_absolute(f)) m->points *= 0.75;
//   m->bold = pango_font_description_get_weight(f) >= PANGO_WEIGHT_BOLD;
// }
//
// static void hw_pixels(void *p, unsigned char *out, int w, int h) {
//   cairo_surface_t *s = cairo_image_surface_create_for_data(out, CAIRO_FORMAT_RGB24, w, h, w * 4);
//   cairo_t *cr = cairo_create(s);
//   gtk_widget_draw(GTK_WIDGET(p), cr);
//   cairo_destroy(cr);
//   cairo_surface_finish(s);
//   cairo_surface_destroy(s);
// }
//
// static int hw_has_class(void *p, const char *name) { return gtk_style_context_has_class(gtk_widget_get_style_context(GTK_WIDGET(p)), name); }
// static const char *hw_kind(void *p) { return G_OBJECT_TYPE_NAME(p); }
// static int hw_shows(void *p) { return gtk_revealer_get_child_revealed(GTK_REVEALER(p)); }
// static int hw_is_popover(void *p) { return GTK_IS_POPOVER(p); }
// static char *hw_path(void *p) {
//   return gtk_widget_path_to_string(gtk_widget_get_path(GTK_WIDGET(p)));
// }
// static void hw_take_focus(void *top, void *p, int on) {
//   if (on) {
//     gtk_widget_grab_focus(GTK_WIDGET(p));
//   } else {
//     if (GTK_IS_LABEL(p)) gtk_label_select_region(GTK_LABEL(p), 0, 0);
//     gtk_window_set_focus(GTK_WINDOW(top), NULL);
//   }
//   gtk_window_set_focus_visible(GTK_WINDOW(top), on);
// }
// static int hw_can_take_focus(void *p) {
//   return gtk_widget_get_mapped(GTK_WIDGET(p)) && gtk_widget_get_can_focus(GTK_WIDGET(p)) && gtk_widget_is_sensitive(GTK_WIDGET(p));
// }
// static gint64 hw_frames(void *p) {
//   GdkFrameClock *c = gtk_widget_get_frame_clock(GTK_WIDGET(p));
//   return c ? gdk_frame_clock_get_frame_counter(c) : 0;
// }
// static void hw_place(void *p, void *top, int *x, int *y, int *w, int *h) {
//   gtk_widget_translate_coordinates(GTK_WIDGET(p), GTK_WIDGET(top), 0, 0, x, y);
//   *w = gtk_widget_get_allocated_width(GTK_WIDGET(p));
//   *h = gtk_widget_get_allocated_height(GTK_WIDGET(p));
// }
//
// // An event as the display would send it.
// static int hw_event(void *p, int type, unsigned value) {
//   GdkEvent *e = gdk_event_new(type);
//   GdkSeat *seat = gdk_display_get_default_seat(gtk_widget_get_display(p));
//   e->any.window = g_object_ref(gtk_widget_get_window(p));
//   if (type == GDK_KEY_PRESS) {
//     e->key.keyval = value;
//     gdk_event_set_device(e, gdk_seat_get_keyboard(seat));
//   } else {
//     if (type == GDK_MOTION_NOTIFY) e->motion.state = value;
//     else e->button.button = value;
//     gdk_event_set_device(e, gdk_seat_get_pointer(seat));
//   }
//   int done = gtk_widget_event(p, e);
//   gdk_event_free(e);
//   return done;
// }
import "C"

import (
	"image"
	"strings"
	"unsafe"

	"github.com/gotk3/gotk3/gtk"
)

// This file looks at what was painted, for the tests of contrast and focus. It is
// none of theirs because a test cannot hold C; the program calls none of it, so the
// linker leaves it out. Its pointers are widgets of a window that stands still: all
// of it is called on the main thread, between two frames.

// seenPart is a text or a symbol that a person has to make out.
type seenPart struct {
	what     string // class and words, for the report
	symbol   bool
	large    bool // by WCAG: from 18 points on, bold from 14
	colour   [3]float64
	through  float64 // how much of the colour comes through: 1 is all
	place    image.Rectangle
	selector string // where it is among the widgets
}

// marks lists all that can be seen, of what lies on top alone where something
// covers the window.
func marks(win *gtk.Window) []seenPart {
	top := ptr(win)
	var out []seenPart
	var over image.Rectangle // of the passing line
	each(top, func(p unsafe.Pointer) {
		if C.GoString(C.hw_kind(p)) == "GtkRevealer" && C.hw_shows(p) != 0 {
			over = place(p, top)
		}
	})
	each(onTop(top), func(p unsafe.Pointer) {
		var m C.hw_mark
		C.hw_mark_of(p, top, &m)
		if m.kind == 0 {
			return
		}
		at := image.Rect(int(m.x), int(m.y), int(m.x+m.w), int(m.y+m.h))
		if C.GoString(C.hw_kind(p)) == "GtkEntry" {
			at = at.Inset(4) // its frame is not what is written in it
		}
		if path := selector(p); at.Overlaps(over) && !strings.Contains(path, "revealer") {
			return
		}
		out = append(out, seenPart{
			what: described(p), symbol: m.kind == 2, large: m.points >= 18 || m.bold != 0 && m.points >= 14,
			colour: [3]float64{float64(m.r), float64(m.g), float64(m.b)}, through: float64(m.a),
			place: at, selector: selector(p),
		})
	})
	return out
}

// onTop is the part of a window that lies over all others: a menu, a dialog, or
// the window itself.
func onTop(top unsafe.Pointer) unsafe.Pointer {
	found := top
	scrim := C.CString("scrim")
	defer C.free(unsafe.Pointer(scrim))
	each(top, func(p unsafe.Pointer) {
		if C.hw_is_popover(p) != 0 || C.hw_has_class(p, scrim) != 0 && C.hw_is_popover(found) == 0 {
			found = p
		}
	})
	return found
}

// selector is the path of a widget as style sheets see it.
func selector(p unsafe.Pointer) string {
	c := C.hw_path(p)
	defer C.g_free(C.gpointer(c))
	return C.GoString(c)
}

// painted is a window as it looks now.
func painted(win *gtk.Window) *image.RGBA {
	w, h := win.GetAllocatedWidth(), win.GetAllocatedHeight()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	buf := C.g_malloc0(C.gsize(w * h * 4))
	defer C.g_free(buf)
	C.hw_pixels(ptr(win), (*C.uchar)(buf), C.int(w), C.int(h))
	raw := unsafe.Slice((*byte)(buf), w*h*4)
	for i := 0; i < len(raw); i += 4 { // blue, green, red on this kind of computer
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = raw[i+2], raw[i+1], raw[i], 255
	}
	return img
}

// frameCount is how many frames a window has drawn.
func frameCount(win *gtk.Window) int64 { return int64(C.hw_frames(ptr(win))) }

// focusable is a widget that the keyboard can reach.
type focusable struct {
	p        unsafe.Pointer
	what     string
	selector string
}

// now is where it is in the window, which scrolls to it when it has the keyboard.
func (f focusable) now(win *gtk.Window) image.Rectangle {
	return place(f.p, ptr(win)).Intersect(image.Rect(0, 0, win.GetAllocatedWidth(), win.GetAllocatedHeight()))
}

func place(p, top unsafe.Pointer) image.Rectangle {
	var x, y, w, h C.int
	C.hw_place(p, top, &x, &y, &w, &h)
	return image.Rect(int(x), int(y), int(x+w), int(y+h))
}

// focusables lists what the keyboard can reach of what lies on top.
func focusables(win *gtk.Window) []focusable {
	var out []focusable
	each(onTop(ptr(win)), func(p unsafe.Pointer) {
		if C.hw_can_take_focus(p) != 0 {
			out = append(out, focusable{p, described(p), selector(p)})
		}
	})
	return out
}

// giveFocus gives a widget the keyboard as Tab does, or takes it away.
func giveFocus(win *gtk.Window, f focusable, on bool) { C.hw_take_focus(ptr(win), f.p, cbool(on)) }

// The events that sendEvent sends.
const (
	eventKey     = int(C.GDK_KEY_PRESS)
	eventPress   = int(C.GDK_BUTTON_PRESS)
	eventRelease = int(C.GDK_BUTTON_RELEASE)
	eventMotion  = int(C.GDK_MOTION_NOTIFY)
)

// sendEvent has an event come to a widget, with a key, a button or the buttons that
// are down, and reports whether something was done about it.
func sendEvent(w gtk.IWidget, event int, value uint) bool {
	return C.hw_event(ptr(w), C.int(event), C.uint(value)) != 0
}
