package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
// #include <gtk/gtk-a11y.h>
//
// // A list of which only the rows in sight are widgets. To screen readers it is a
// // list whose items say which of how many they are.
//
// typedef struct { GtkLayout parent; } HwRows;
// typedef struct { GtkLayoutClass parent; } HwRowsClass;
// G_DEFINE_TYPE(HwRows, hw_rows, GTK_TYPE_LAYOUT)
//
// typedef struct { GtkEventBox parent; int index, position, size, heading, expanded; } HwRow;
// typedef struct { GtkEventBoxClass parent; } HwRowClass;
// G_DEFINE_TYPE(HwRow, hw_row, GTK_TYPE_EVENT_BOX)
//
// static void hw_row_act(AtkActionIface *iface);
// typedef struct { GtkContainerAccessible parent; } HwRowAccessible;
// typedef struct { GtkContainerAccessibleClass parent; } HwRowAccessibleClass;
// G_DEFINE_TYPE_WITH_CODE(HwRowAccessible, hw_row_accessible, GTK_TYPE_CONTAINER_ACCESSIBLE,
//   G_IMPLEMENT_INTERFACE(ATK_TYPE_ACTION, hw_row_act))
//
// // Rows are put in as they are made; they are walked, by Tab and by screen
// // readers, in the order in which they stand.
// static void hw_collect(GtkWidget *w, gpointer out) { g_ptr_array_add((GPtrArray *)out, w); }
// static int hw_by_index(gconstpointer a, gconstpointer b) {
//   return (*(HwRow **)a)->index - (*(HwRow **)b)->index;
// }
// static void hw_rows_forall(GtkContainer *c, gboolean inner, GtkCallback f, gpointer data) {
//   GPtrArray *all = g_ptr_array_new();
//   GTK_CONTAINER_CLASS(hw_rows_parent_class)->forall(c, inner, hw_collect, all);
//   g_ptr_array_sort(all, hw_by_index);
//   for (guint i = 0; i < all->len; i++) f(GTK_WIDGET(g_ptr_array_index(all, i)), data);
//   g_ptr_array_unref(all);
// }
// // Tab goes to the row at which one is, and from there out of the list.
// static gboolean hw_rows_focus(GtkWidget *w, GtkDirectionType dir) {
//   if (dir != GTK_DIR_TAB_FORWARD && dir != GTK_DIR_TAB_BACKWARD) return FALSE;
//   GtkWidget *at = g_object_get_data(G_OBJECT(w), "hw-cursor");
//   if (gtk_container_get_focus_child(GTK_CONTAINER(w)) || !at || !gtk_widget_get_mapped(at)) return FALSE;
//   gtk_widget_grab_focus(at);
//   return TRUE;
// }
// // Rows are as wide as the list.
// static void hw_widen(GtkWidget *row, gpointer width) {
//   GtkAllocation a;
//   gtk_widget_get_allocation(row, &a);
//   a.width = MAX(GPOINTER_TO_INT(width) - 2 * a.x, 1);
//   gtk_widget_size_allocate(row, &a);
// }
// static void hw_rows_allocate(GtkWidget *w, GtkAllocation *a) {
//   GTK_WIDGET_CLASS(hw_rows_parent_class)->size_allocate(w, a);
//   gtk_container_forall(GTK_CONTAINER(w), hw_widen, GINT_TO_POINTER(a->width));
// }
// static void hw_rows_init(HwRows *l) {}
// static void hw_rows_class_init(HwRowsClass *c) {
//   GTK_CONTAINER_CLASS(c)->forall = hw_rows_forall;
//   GTK_WIDGET_CLASS(c)->focus = hw_rows_focus;
//   GTK_WIDGET_CLASS(c)->size_allocate = hw_rows_allocate;
//   gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(c), "list");
//   gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(c), ATK_ROLE_LIST);
// }
// static void *hw_rows_new(void) { return g_object_new(hw_rows_get_type(), NULL); }
// static void hw_rows_cursor(void *l, void *row) { g_object_set_data(G_OBJECT(l), "hw-cursor", row); }
//
// static gboolean hw_row_draw(GtkWidget *w, cairo_t *cr) {
//   GtkStyleContext *s = gtk_widget_get_style_context(w);
//   int ww = gtk_widget_get_allocated_width(w), hh = gtk_widget_get_allocated_height(w);
//   gtk_render_background(s, cr, 0, 0, ww, hh);
//   gtk_render_frame(s, cr, 0, 0, ww, hh);
//   GtkWidget *kid = gtk_bin_get_child(GTK_BIN(w));
//   if (kid) gtk_container_propagate_draw(GTK_CONTAINER(w), kid, cr);
//   if (gtk_widget_has_visible_focus(w)) gtk_render_focus(s, cr, 0, 0, ww, hh);
//   return FALSE;
// }
// static gboolean hw_row_cross(GtkWidget *w, GdkEventCrossing *e) {
//   if (e->detail == GDK_NOTIFY_INFERIOR) return FALSE;
//   if (e->type == GDK_ENTER_NOTIFY) gtk_widget_set_state_flags(w, GTK_STATE_FLAG_PRELIGHT, FALSE);
//   else gtk_widget_unset_state_flags(w, GTK_STATE_FLAG_PRELIGHT);
//   return FALSE;
// }
// static void hw_row_init(HwRow *r) {
//   gtk_event_box_set_visible_window(GTK_EVENT_BOX(r), FALSE);
//   gtk_widget_set_can_focus(GTK_WIDGET(r), TRUE);
//   gtk_widget_add_events(GTK_WIDGET(r), GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK | GDK_BUTTON_PRESS_MASK | GDK_BUTTON_RELEASE_MASK);
// }
// static void hw_row_class_init(HwRowClass *c) {
//   GtkWidgetClass *w = GTK_WIDGET_CLASS(c);
//   w->draw = hw_row_draw;
//   w->enter_notify_event = hw_row_cross;
//   w->leave_notify_event = hw_row_cross;
//   w->activate_signal = g_signal_new("activate", G_OBJECT_CLASS_TYPE(c), G_SIGNAL_RUN_FIRST | G_SIGNAL_ACTION,
//     0, NULL, NULL, NULL, G_TYPE_NONE, 0);
//   gtk_widget_class_set_css_name(w, "row");
//   gtk_widget_class_set_accessible_type(w, hw_row_accessible_get_type());
//   gtk_widget_class_set_accessible_role(w, ATK_ROLE_LIST_ITEM);
// }
// static void *hw_row_new(void) { return g_object_new(hw_row_get_type(), NULL); }
// // heading: 0 no, 1 always open, 2 folds; expanded: of 2.
// static void hw_row_set(void *p, int index, int position, int size, int heading, int expanded) {
//   HwRow *r = p;
//   int was = r->heading == 2 && r->expanded;
//   r->index = index; r->position = position; r->size = size; r->heading = heading; r->expanded = expanded;
//   if (heading == 2 && was != expanded)
//     atk_object_notify_state_change(gtk_widget_get_accessible(p), ATK_STATE_EXPANDED, expanded);
// }
// static void hw_row_select(void *p, int on) {
//   int was = (gtk_widget_get_state_flags(p) & GTK_STATE_FLAG_SELECTED) != 0;
//   if (on == was) return;
//   if (on) gtk_widget_set_state_flags(p, GTK_STATE_FLAG_SELECTED, FALSE);
//   else gtk_widget_unset_state_flags(p, GTK_STATE_FLAG_SELECTED);
//   atk_object_notify_state_change(gtk_widget_get_accessible(p), ATK_STATE_SELECTED, on);
// }
//
// static HwRow *hw_row_of(void *accessible) { return (HwRow *)gtk_accessible_get_widget(GTK_ACCESSIBLE(accessible)); }
// static AtkAttributeSet *hw_attribute(AtkAttributeSet *s, const char *name, int v) {
//   AtkAttribute *a = g_new(AtkAttribute, 1);
//   a->name = g_strdup(name);
//   a->value = g_strdup_printf("%d", v);
//   return g_slist_prepend(s, a);
// }
// static AtkAttributeSet *hw_row_accessible_attributes(AtkObject *o) {
//   AtkAttributeSet *s = ATK_OBJECT_CLASS(hw_row_accessible_parent_class)->get_attributes(o);
//   HwRow *r = hw_row_of(o);
//   if (!r || !r->size) return s;
//   s = hw_attribute(s, "setsize", r->size);
//   return hw_attribute(s, "posinset", r->position);
// }
// static AtkStateSet *hw_row_accessible_states(AtkObject *o) {
//   AtkStateSet *s = ATK_OBJECT_CLASS(hw_row_accessible_parent_class)->ref_state_set(o);
//   HwRow *r = hw_row_of(o);
//   if (!r) return s;
//   if (r->heading == 0) {
//     atk_state_set_add_state(s, ATK_STATE_SELECTABLE);
//     if (gtk_widget_get_state_flags(GTK_WIDGET(r)) & GTK_STATE_FLAG_SELECTED) atk_state_set_add_state(s, ATK_STATE_SELECTED);
//   } else if (r->heading == 2) {
//     atk_state_set_add_state(s, ATK_STATE_EXPANDABLE);
//     if (r->expanded) atk_state_set_add_state(s, ATK_STATE_EXPANDED);
//   }
//   return s;
// }
// static void hw_row_accessible_init(HwRowAccessible *a) {}
// static void hw_row_accessible_class_init(HwRowAccessibleClass *c) {
//   ATK_OBJECT_CLASS(c)->get_attributes = hw_row_accessible_attributes;
//   ATK_OBJECT_CLASS(c)->ref_state_set = hw_row_accessible_states;
// }
// static gint hw_row_actions(AtkAction *a) { return 1; }
// static const gchar *hw_row_action_name(AtkAction *a, gint i) { return "activate"; }
// static gboolean hw_row_action(AtkAction *a, gint i) {
//   HwRow *r = hw_row_of(a);
//   return r && gtk_widget_activate(GTK_WIDGET(r));
// }
// static void hw_row_act(AtkActionIface *f) {
//   f->get_n_actions = hw_row_actions;
//   f->get_name = hw_row_action_name;
//   f->do_action = hw_row_action;
// }
// static char *hw_row_attribute(void *w, const char *name) {
//   AtkAttributeSet *s = atk_object_get_attributes(gtk_widget_get_accessible(GTK_WIDGET(w)));
//   char *v = NULL;
//   for (GSList *l = s; l; l = l->next)
//     if (g_str_equal(((AtkAttribute *)l->data)->name, name)) v = g_strdup(((AtkAttribute *)l->data)->value);
//   atk_attribute_set_free(s);
//   return v;
// }
// static int hw_row_has_state(void *w, int t) {
//   AtkStateSet *s = atk_object_ref_state_set(gtk_widget_get_accessible(GTK_WIDGET(w)));
//   int r = atk_state_set_contains_state(s, t);
//   g_object_unref(s);
//   return r;
// }
// static int hw_row_do(void *w) { return atk_action_do_action(ATK_ACTION(gtk_widget_get_accessible(GTK_WIDGET(w))), 0); }
import "C"

import (
	"unsafe"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
)

// newRowsBox makes the widget that holds the rows in sight.
func newRowsBox() *gtk.Layout {
	return &gtk.Layout{Container: container(C.hw_rows_new())}
}

// newRowBox makes a row for it.
func newRowBox() *gtk.EventBox {
	return &gtk.EventBox{Bin: gtk.Bin{Container: container(C.hw_row_new())}}
}

// wrapRows teaches gotk3 these classes: it meets them as what has the focus.
func wrapRows(cont func(*glib.Object) *gtk.Container) {
	gtk.WrapMap["HwRow"] = func(o *glib.Object) *gtk.EventBox { return &gtk.EventBox{Bin: gtk.Bin{Container: *cont(o)}} }
	gtk.WrapMap["HwRows"] = func(o *glib.Object) *gtk.Layout { return &gtk.Layout{Container: *cont(o)} }
}

// container wraps a new widget of a class that gotk3 does not know. The reference
// that glib.Take has is what keeps it, as with gotk3's own.
func container(p unsafe.Pointer) gtk.Container {
	return gtk.Container{Widget: gtk.Widget{InitiallyUnowned: glib.InitiallyUnowned{Object: glib.Take(p)}}}
}

// setCursor says to which row Tab goes; nil: none.
func setCursor(l *gtk.Layout, row gtk.IWidget) {
	if row == nil {
		C.hw_rows_cursor(ptr(l), nil)
		return
	}
	C.hw_rows_cursor(ptr(l), ptr(row))
}

// The kinds of rows, for screen readers.
const (
	rowItem    = 0
	rowHeading = 1
	rowFolding = 2 // a heading that folds
)

// rowPlace says where in the list a row stands.
type rowPlace struct {
	index          int // among all rows
	position, size int // what a screen reader says: "3 of 12"; 0: nothing
	kind           int
	expanded       bool // of rowFolding
}

func placeRow(row gtk.IWidget, p rowPlace) {
	C.hw_row_set(ptr(row), C.int(p.index), C.int(p.position), C.int(p.size), C.int(p.kind), cbool(p.expanded))
}

// selectRow says whether a row is the selected one.
func selectRow(row gtk.IWidget, on bool) { C.hw_row_select(ptr(row), cbool(on)) }

// rowAttribute returns what a screen reader learns of a row besides its name.
func rowAttribute(row gtk.IWidget, name string) string {
	c, free := cstr(name)
	defer free()
	v := C.hw_row_attribute(ptr(row), c)
	defer C.g_free(C.gpointer(v))
	return C.GoString(v)
}

// The states that a screen reader asks a row for.
const (
	stateSelected = int(C.ATK_STATE_SELECTED)
	stateExpanded = int(C.ATK_STATE_EXPANDED)
	stateFocused  = int(C.ATK_STATE_FOCUSED)
)

func rowState(row gtk.IWidget, state int) bool {
	return C.hw_row_has_state(ptr(row), C.int(state)) != 0
}

// actRow does what a screen reader's "activate" does.
func actRow(row gtk.IWidget) bool { return C.hw_row_do(ptr(row)) != 0 }
