package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
//
// // The list of a conversation: rows under each other, in an order of its own.
// //
// // GtkListBox keeps the order of its rows for the style sheets as well. If GTK has
// // a row put before others it works out the style of all that is in those anew, 20
// // ms for 60 of them, since a rule could ask for what stands beside a widget. Here
// // whatever comes is the last one to the style sheets, wherever it stands.
//
// // Rows that are put aside stay where they were, out of sight and reach, until they
// // are wanted for something else.
//
// typedef struct { GtkContainer parent; GPtrArray *rows, *aside; } HwTalk;
// typedef struct { GtkContainerClass parent; } HwTalkClass;
// G_DEFINE_TYPE(HwTalk, hw_talk, GTK_TYPE_CONTAINER)
//
// // What changes in a row that is put aside is nothing to the window.
// static void hw_apart(GtkWidget *row, gboolean apart) {
//   G_GNUC_BEGIN_IGNORE_DEPRECATIONS
//   gtk_container_set_resize_mode(GTK_CONTAINER(row), apart ? GTK_RESIZE_QUEUE : GTK_RESIZE_PARENT);
//   G_GNUC_END_IGNORE_DEPRECATIONS
// }
// static void hw_talk_insert(void *p, void *row, int at) {
//   HwTalk *t = p;
//   hw_apart(row, FALSE);
//   g_ptr_array_insert(t->rows, at, row);
//   if (g_ptr_array_remove_fast(t->aside, row)) gtk_widget_queue_resize(p);
//   else gtk_widget_set_parent(row, p);
// }
// static void hw_talk_aside(void *p, void *row) {
//   HwTalk *t = p;
//   if (!g_ptr_array_remove(t->rows, row)) return;
//   g_ptr_array_add(t->aside, row);
//   hw_apart(row, TRUE);
//   gtk_widget_queue_resize(p);
// }
// static void hw_talk_add(GtkContainer *c, GtkWidget *row) { hw_talk_insert(c, row, -1); }
// static void hw_talk_remove(GtkContainer *c, GtkWidget *row) {
//   HwTalk *t = (HwTalk *)c;
//   if (!g_ptr_array_remove(t->rows, row) && !g_ptr_array_remove_fast(t->aside, row)) return;
//   gtk_widget_unparent(row);
//   gtk_widget_queue_resize(GTK_WIDGET(c));
// }
// // What comes is measured out of sight, at the width that it will have.
// static int hw_talk_prepare(void *p, void *row, int width) {
//   HwTalk *t = p;
//   if (gtk_widget_get_parent(row) != p) {
//     gtk_widget_set_child_visible(row, FALSE);
//     hw_apart(row, TRUE);
//     g_ptr_array_add(t->aside, row);
//     gtk_widget_set_parent(row, p);
//   }
//   int h;
//   GtkBorder b;
//   GtkStyleContext *s = gtk_widget_get_style_context(p);
//   gtk_style_context_get_padding(s, gtk_style_context_get_state(s), &b);
//   gtk_widget_get_preferred_width(row, &h, NULL);
//   gtk_widget_get_preferred_height_for_width(row, MAX(width - b.left - b.right, 1), &h, NULL);
//   return h;
// }
// static int hw_talk_index(void *p, void *row) {
//   guint i;
//   return g_ptr_array_find(((HwTalk *)p)->rows, row, &i) ? (int)i : -1;
// }
// static void hw_talk_each(GPtrArray *rows, GtkCallback f, gpointer data) {
//   gpointer *all = g_memdup2(rows->pdata, rows->len * sizeof(gpointer)); // f may take some away
//   guint n = rows->len;
//   for (guint i = 0; i < n; i++) f(all[i], data);
//   g_free(all);
// }
// static void hw_talk_forall(GtkContainer *c, gboolean inner, GtkCallback f, gpointer data) {
//   HwTalk *t = (HwTalk *)c;
//   hw_talk_each(t->rows, f, data);
//   if (inner) hw_talk_each(t->aside, f, data);
// }
// static void hw_talk_destroy(GtkWidget *w) {
//   hw_talk_each(((HwTalk *)w)->aside, (GtkCallback)gtk_widget_destroy, NULL);
//   GTK_WIDGET_CLASS(hw_talk_parent_class)->destroy(w);
// }
//
// static GtkBorder hw_talk_room(GtkWidget *w) {
//   GtkBorder b;
//   GtkStyleContext *s = gtk_widget_get_style_context(w);
//   gtk_style_context_get_padding(s, gtk_style_context_get_state(s), &b);
//   return b;
// }
// static GtkSizeRequestMode hw_talk_mode(GtkWidget *w) { return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH; }
// static void hw_talk_width(GtkWidget *w, int *least, int *best) {
//   GPtrArray *rows = ((HwTalk *)w)->rows;
//   GtkBorder b = hw_talk_room(w);
//   *least = *best = 0;
//   for (guint i = 0; i < rows->len; i++) {
//     int l, n;
//     gtk_widget_get_preferred_width(rows->pdata[i], &l, &n);
//     *least = MAX(*least, l), *best = MAX(*best, n);
//   }
//   *least += b.left + b.right, *best += b.left + b.right;
// }
// static void hw_talk_height_for(GtkWidget *w, int width, int *least, int *best) {
//   GPtrArray *rows = ((HwTalk *)w)->rows;
//   GtkBorder b = hw_talk_room(w);
//   *least = b.top + b.bottom;
//   for (guint i = 0; i < rows->len; i++) {
//     int h;
//     gtk_widget_get_preferred_height_for_width(rows->pdata[i], MAX(width - b.left - b.right, 1), &h, NULL);
//     *least += h;
//   }
//   *best = *least;
// }
// static void hw_talk_height(GtkWidget *w, int *least, int *best) {
//   int l, n;
//   hw_talk_width(w, &l, &n);
//   hw_talk_height_for(w, l, least, best);
// }
// static void hw_talk_allocate(GtkWidget *w, GtkAllocation *a) {
//   GPtrArray *rows = ((HwTalk *)w)->rows;
//   GtkBorder b = hw_talk_room(w);
//   gtk_widget_set_allocation(w, a);
//   GtkAllocation r = {a->x + b.left, a->y + b.top, MAX(a->width - b.left - b.right, 1), 0};
//   GPtrArray *aside = ((HwTalk *)w)->aside;
//   for (guint i = 0; i < aside->len; i++) gtk_widget_set_child_visible(aside->pdata[i], FALSE);
//   for (guint i = 0; i < rows->len; i++) {
//     gtk_widget_get_preferred_height_for_width(rows->pdata[i], r.width, &r.height, NULL);
//     gtk_widget_set_child_visible(rows->pdata[i], TRUE);
//     gtk_widget_size_allocate(rows->pdata[i], &r);
//     r.y += r.height;
//   }
// }
// // Tab goes to the last row, through what is in it, and out of the list: there may
// // be hundreds.
// static gboolean hw_talk_focus(GtkWidget *w, GtkDirectionType dir) {
//   GPtrArray *rows = ((HwTalk *)w)->rows;
//   if (dir != GTK_DIR_TAB_FORWARD && dir != GTK_DIR_TAB_BACKWARD) return FALSE;
//   GtkWidget *at = gtk_container_get_focus_child(GTK_CONTAINER(w));
//   if (at) return gtk_widget_child_focus(at, dir);
//   if (rows->len == 0) return FALSE;
//   gtk_widget_grab_focus(rows->pdata[rows->len - 1]);
//   return TRUE;
// }
// static void hw_talk_finalize(GObject *o) {
//   g_ptr_array_unref(((HwTalk *)o)->rows);
//   g_ptr_array_unref(((HwTalk *)o)->aside);
//   G_OBJECT_CLASS(hw_talk_parent_class)->finalize(o);
// }
// static void hw_talk_init(HwTalk *t) {
//   t->rows = g_ptr_array_new();
//   t->aside = g_ptr_array_new();
//   gtk_widget_set_has_window(GTK_WIDGET(t), FALSE);
// }
// static void hw_talk_class_init(HwTalkClass *c) {
//   GtkContainerClass *k = GTK_CONTAINER_CLASS(c);
//   GtkWidgetClass *w = GTK_WIDGET_CLASS(c);
//   G_OBJECT_CLASS(c)->finalize = hw_talk_finalize;
//   k->add = hw_talk_add, k->remove = hw_talk_remove, k->forall = hw_talk_forall;
//   w->get_request_mode = hw_talk_mode;
//   w->get_preferred_width = hw_talk_width, w->get_preferred_height = hw_talk_height;
//   w->get_preferred_height_for_width = hw_talk_height_for;
//   w->size_allocate = hw_talk_allocate, w->focus = hw_talk_focus, w->destroy = hw_talk_destroy;
//   gtk_widget_class_set_css_name(w, "list");
//   gtk_widget_class_set_accessible_role(w, ATK_ROLE_LIST);
// }
// static void *hw_talk_new(void) { return g_object_new(hw_talk_get_type(), NULL); }
//
// // The rows, and the button of each, have names that no rule of a theme's has: where
// // one asks for what stands beside a widget ("row + row", "button + button"), GTK
// // works out the style of each by itself instead of once for all.
//
// GType hw_row_get_type(void);
// static void hw_message_resize(GtkContainer *c) {} // one that is put aside has no size yet
// static void hw_message_class_init(gpointer c, gpointer data) {
//   GTK_CONTAINER_CLASS(c)->check_resize = hw_message_resize;
//   gtk_widget_class_set_css_name(c, "message");
//   // Nothing changes while the pointer passes over it.
//   GTK_WIDGET_CLASS(c)->enter_notify_event = GTK_WIDGET_CLASS(c)->leave_notify_event = NULL;
// }
// static GType hw_message_type(void) {
//   static GType t = 0;
//   if (!t) {
//     GTypeQuery q;
//     g_type_query(hw_row_get_type(), &q);
//     t = g_type_register_static_simple(hw_row_get_type(), "HwMessage", q.class_size, hw_message_class_init, q.instance_size, NULL, 0);
//   }
//   return t;
// }
// static void *hw_message_new(void) { return g_object_new(hw_message_type(), NULL); }
//
// typedef struct { GtkButton parent; } HwMoreButton;
// typedef struct { GtkButtonClass parent; } HwMoreButtonClass;
// G_DEFINE_TYPE(HwMoreButton, hw_more_button, GTK_TYPE_BUTTON)
// static void hw_more_button_init(HwMoreButton *b) {
//   GtkWidget *i = gtk_image_new_from_icon_name("view-more-symbolic", GTK_ICON_SIZE_MENU);
//   gtk_widget_show(i);
//   gtk_container_add(GTK_CONTAINER(b), i);
// }
// static void hw_more_button_class_init(HwMoreButtonClass *c) { gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(c), "more"); }
// static void *hw_more_button_new(void) { return g_object_new(hw_more_button_get_type(), NULL); }
import "C"

import (
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
)

// talkBox holds the rows of a conversation.
type talkBox struct{ gtk.Container }

func newTalkBox() *talkBox { return &talkBox{container(C.hw_talk_new())} }

// insert puts a row, a new one or one put aside, at a place; -1: at the end.
func (b *talkBox) insert(row gtk.IWidget, at int) { C.hw_talk_insert(ptr(b), ptr(row), C.int(at)) }

// aside takes a row out of the list that will be put in again, by insert, or removed.
func (b *talkBox) aside(row gtk.IWidget) { C.hw_talk_aside(ptr(b), ptr(row)) }

// prepare measures a row that is to be put in, a new one or one put aside, for a
// width of the list, and returns its height.
func (b *talkBox) prepare(row gtk.IWidget, width int) (height int) {
	return int(C.hw_talk_prepare(ptr(b), ptr(row), C.int(width)))
}

// index returns where a row stands; -1: not here.
func (b *talkBox) index(row gtk.IWidget) int { return int(C.hw_talk_index(ptr(b), ptr(row))) }

// newMessageBox makes a row for it.
func newMessageBox() *gtk.EventBox {
	return &gtk.EventBox{Bin: gtk.Bin{Container: container(C.hw_message_new())}}
}

// newMoreButton makes the button that opens the menu of a message.
func newMoreButton() *gtk.Button {
	return &gtk.Button{Bin: gtk.Bin{Container: container(C.hw_more_button_new())}}
}

// wrapTalk teaches gotk3 these classes: it meets them as what has the focus.
func wrapTalk(cont func(*glib.Object) *gtk.Container) {
	gtk.WrapMap["HwTalk"] = cont
	gtk.WrapMap["HwMessage"] = func(o *glib.Object) *gtk.EventBox { return &gtk.EventBox{Bin: gtk.Bin{Container: *cont(o)}} }
	gtk.WrapMap["HwMoreButton"] = func(o *glib.Object) *gtk.Button { return &gtk.Button{Bin: gtk.Bin{Container: *cont(o)}} }
}
