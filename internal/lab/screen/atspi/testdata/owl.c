/* A window for the driver's own test: an entry, a button that copies its text
 * to a label, a check box, a hidden label and an insensitive button. */
#include <gtk/gtk.h>

static GtkWidget *entry, *said, *late;

static gboolean show_late(gpointer p)
{
	gtk_widget_show(late);
	return G_SOURCE_REMOVE;
}

static void say(GtkButton *b, gpointer p)
{
	gtk_label_set_text(GTK_LABEL(said), gtk_entry_get_text(GTK_ENTRY(entry)));
	g_timeout_add(200, show_late, NULL);
}

static void name(GtkWidget *w, const char *n)
{
	atk_object_set_name(gtk_widget_get_accessible(w), n);
}

int main(int argc, char **argv)
{
	gtk_init(&argc, &argv);
	GtkWidget *win = gtk_window_new(GTK_WINDOW_TOPLEVEL), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6), *w;
	GdkRGBA red = {1, 0, 0, 1};

	gtk_window_set_title(GTK_WINDOW(win), "Owl");
	gtk_window_set_default_size(GTK_WINDOW(win), 300, 200);
	entry = gtk_entry_new();
	name(entry, "Message");
	said = gtk_label_new("nothing yet");
	name(said, "Said");
	late = gtk_label_new("I was hidden");
	GtkWidget *button = gtk_button_new_with_label("Say");
	g_signal_connect(button, "clicked", G_CALLBACK(say), NULL);
	gtk_container_add(GTK_CONTAINER(win), box);
	gtk_container_add(GTK_CONTAINER(box), entry);
	gtk_container_add(GTK_CONTAINER(box), button);
	gtk_container_add(GTK_CONTAINER(box), said);
	gtk_container_add(GTK_CONTAINER(box), gtk_check_button_new_with_label("Loud"));
	w = gtk_button_new_with_label("Forbidden");
	gtk_widget_set_sensitive(w, FALSE);
	gtk_container_add(GTK_CONTAINER(box), w);
	gtk_container_add(GTK_CONTAINER(box), late);
	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	gtk_widget_override_background_color(win, GTK_STATE_FLAG_NORMAL, &red);
	G_GNUC_END_IGNORE_DEPRECATIONS
	g_signal_connect(win, "destroy", G_CALLBACK(gtk_main_quit), NULL);
	gtk_widget_show_all(win);
	gtk_widget_hide(late);
	gtk_main();
	return 0;
}
