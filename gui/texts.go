package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
//
// static void hw_put(GString *out, const char *s) { if (s && *s) { g_string_append(out, s); g_string_append_c(out, '\n'); } }
// static void hw_texts_of(GtkWidget *w, gpointer p) {
//   GString *out = p;
//   if (GTK_IS_LABEL(w)) hw_put(out, gtk_label_get_label(GTK_LABEL(w)));
//   if (GTK_IS_ENTRY(w)) {
//     hw_put(out, gtk_entry_get_text(GTK_ENTRY(w)));
//     hw_put(out, gtk_entry_get_placeholder_text(GTK_ENTRY(w)));
//   }
//   if (GTK_IS_TEXT_VIEW(w)) {
//     GtkTextBuffer *b = gtk_text_view_get_buffer(GTK_TEXT_VIEW(w));
//     GtkTextIter from, to;
//     gtk_text_buffer_get_bounds(b, &from, &to);
//     char *s = gtk_text_buffer_get_text(b, &from, &to, TRUE);
//     hw_put(out, s);
//     g_free(s);
//   }
//   if (GTK_IS_BUTTON(w)) hw_put(out, gtk_button_get_label(GTK_BUTTON(w)));
//   if (GTK_IS_WINDOW(w)) hw_put(out, gtk_window_get_title(GTK_WINDOW(w)));
//   char *tip = gtk_widget_get_tooltip_text(w);
//   hw_put(out, tip);
//   g_free(tip);
//   AtkObject *a = gtk_widget_get_accessible(w);
//   if (a) { hw_put(out, atk_object_get_name(a)); hw_put(out, atk_object_get_description(a)); }
//   if (GTK_IS_CONTAINER(w)) gtk_container_forall(GTK_CONTAINER(w), hw_texts_of, out);
// }
// static char *hw_texts(void) {
//   GString *out = g_string_new(NULL);
//   GList *all = gtk_window_list_toplevels();
//   for (GList *l = all; l; l = l->next) hw_texts_of(l->data, out);
//   g_list_free(all);
//   for (int i = 0; i < 2; i++) {
//     GdkAtom at = i ? GDK_SELECTION_PRIMARY : GDK_SELECTION_CLIPBOARD;
//     if (!gdk_selection_owner_get(at)) continue;
//     char *s = gtk_clipboard_wait_for_text(gtk_clipboard_get(at));
//     hw_put(out, s);
//     g_free(s);
//   }
//   return g_string_free(out, FALSE);
// }
import "C"

import "unsafe"

// texts returns every word that any widget of the program holds, on the screen or
// not, in menus and hidden pages too, and what it has on the clipboards.
func texts() string {
	c := C.hw_texts()
	defer C.g_free(C.gpointer(unsafe.Pointer(c)))
	return C.GoString(c)
}
