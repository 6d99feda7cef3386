package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
//
// // What a person does in our windows is seen here, at the door of all events, and
// // told to Go by a number that changes, once a second at most. Nothing wakes up for
// // it that was asleep.
// static GtkAdjustment *hw_signs;
// static gint64 hw_last_sign;
// static void hw_event(GdkEvent *e, gpointer unused) {
//   switch (e->type) {
//   case GDK_KEY_PRESS: case GDK_BUTTON_PRESS: case GDK_SCROLL: case GDK_MOTION_NOTIFY: case GDK_TOUCH_BEGIN: case GDK_TOUCH_UPDATE: {
//     gint64 now = g_get_monotonic_time();
//     if (now - hw_last_sign >= G_USEC_PER_SEC) {
//       hw_last_sign = now;
//       gtk_adjustment_set_value(hw_signs, gtk_adjustment_get_value(hw_signs) > 0 ? 0 : 1);
//     }
//     break;
//   }
//   default: break;
//   }
//   gtk_main_do_event(e);
// }
// static void hw_watch(void *adjustment) {
//   hw_signs = GTK_ADJUSTMENT(adjustment);
//   gdk_event_handler_set(hw_event, NULL, NULL);
// }
//
// static void hw_sign(void *w) {
//   GdkEvent *e = gdk_event_new(GDK_MOTION_NOTIFY);
//   e->motion.window = g_object_ref(gtk_widget_get_window(GTK_WIDGET(w)));
//   gdk_event_set_device(e, gdk_seat_get_pointer(gdk_display_get_default_seat(gdk_display_get_default())));
//   hw_event(e, NULL);
//   gdk_event_free(e);
// }
//
// static void hw_present(void *w, const char *token) {
//   if (*token) gtk_window_set_startup_id(GTK_WINDOW(w), token);
//   gtk_window_present(GTK_WINDOW(w));
// }
//
// // The clipboards, where what is in them comes from this program.
// static void hw_clear_clipboards(void) {
//   GdkAtom all[] = { GDK_SELECTION_CLIPBOARD, GDK_SELECTION_PRIMARY };
//   for (int i = 0; i < 2; i++)
//     if (gdk_selection_owner_get(all[i])) gtk_clipboard_clear(gtk_clipboard_get(all[i]));
// }
//
// static void hw_no_sounds(void) {
//   g_object_set(gtk_settings_get_default(), "gtk-enable-event-sounds", FALSE, "gtk-enable-input-feedback-sounds", FALSE, "gtk-error-bell", FALSE, NULL);
// }
import "C"

import (
	"time"
	"unsafe"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// Call is a second start of the program: the user wants to see the window, and
// perhaps opened a link.
type Call struct {
	Token string // of the desktop, to come to the front with; may be empty
	Link  string // may be empty
}

// manners is how the window stands to the desktop and the person before it.
type manners struct {
	signs *gtk.Adjustment // changes when somebody does something
	idle  glib.SourceHandle
	desk  *desktop
	token string // lets the window come to the front, once
}

// noSounds keeps GTK from making any.
func noSounds() { C.hw_no_sounds() }

// sign plays somebody who moves the pointer over a window.
func sign(w gtk.IWidget) { C.hw_sign(ptr(w)) }

// mind begins to look after how the window stands to the world.
func (w *window) mind() {
	w.signs = must(gtk.AdjustmentNew(0, 0, 1, 1, 1, 0))
	w.signs.Connect("value-changed", func() {
		w.m.Acted()
		if w.m.Screen() != model.ScreenMain {
			w.flush()
		}
	})
	// gotk3 gives the pointer as a number, and Go lets none be made of that: it is read
	// as one where it lies. GTK keeps what it points to, and w.signs a reference.
	n := w.signs.Native()
	C.hw_watch(*(*unsafe.Pointer)(unsafe.Pointer(&n)))
	w.win.Connect("notify::is-active", func() {
		w.m.Focused(w.win.IsActive())
		w.markShown(false)
	})
	w.win.Connect("delete-event", func() bool {
		w.m.Close()
		w.flush()
		return true
	})
	w.win.Connect("configure-event", func() bool { w.measured(); return false })
	w.win.Connect("notify::is-maximized", func() { w.measured() })
}

// measured tells the model how large the window is, and where.
func (w *window) measured() {
	if !w.win.GetVisible() {
		return
	}
	p := w.m.Place()
	if p.Maximized = w.win.IsMaximized(); !p.Maximized { // then GTK knows no other size
		p.Width, p.Height = w.win.GetSize()
	}
	switch {
	case !tellsPlace(): // as it was left on a desktop that does
		s := w.m.Settings().Window
		p.X, p.Y, p.Known = s.X, s.Y, s.Known
	case !p.Maximized:
		p.X, p.Y = w.win.GetPosition()
		p.Known = true
	}
	w.m.Placed(p)
}

// behave does what changed in how the window stands to the world.
func (w *window) behave(c model.Changes) {
	if c.Settings || c.Screen {
		w.armIdle()
	}
	if c.Screen && w.m.Screen() == model.ScreenMain {
		w.desktop() // to hear when it is locked
	}
	if c.Forget {
		C.hw_clear_clipboards()
		w.toast.forget()
	}
	if c.Place {
		p := w.m.Settings().Window
		w.win.Resize(p.Width, p.Height)
		if p.Known && tellsPlace() && onScreen(p) {
			w.win.Move(p.X, p.Y)
		}
		if p.Maximized {
			w.win.Maximize()
		}
	}
	if len(c.Notify)+len(c.Withdraw) > 0 {
		d := w.desktop()
		for _, tag := range c.Withdraw {
			d.withdraw(tag)
		}
		for _, n := range c.Notify {
			d.notify(n)
		}
	}
	switch {
	case c.Hide:
		w.win.Hide()
	case c.Present:
		w.present()
	}
}

// present brings the window before the user, who has asked for it.
func (w *window) present() {
	token, free := cstr(w.token)
	defer free()
	w.token = ""
	w.win.Show()
	C.hw_present(ptr(w.win), token)
	w.m.Presented()
}

// armIdle sets the timer by which the model sees that nobody is there.
func (w *window) armIdle() {
	if w.idle != 0 {
		glib.SourceRemove(w.idle)
		w.idle = 0
	}
	in := w.m.LockIn()
	if in <= 0 || w.closed {
		return
	}
	w.idle = after(1000*uint((in+time.Second-1)/time.Second), func() bool {
		w.idle = 0
		w.m.CheckIdle()
		w.flush()
		w.armIdle()
		return false
	})
}

// desktop is the desktop, as soon as Connect has reached it.
func (w *window) desktop() *desktop {
	if w.desk == nil {
		w.desk = newDesktop(reached.session, reached.system, func(e deskEvent) {
			whenIdle(glib.PRIORITY_DEFAULT_IDLE, func() bool { w.deskSaid(e); return false })
		})
	}
	return w.desk
}

// deskSaid takes what the desktop says.
func (w *window) deskSaid(e deskEvent) {
	switch {
	case w.closed:
		return
	case e.lock:
		w.m.SessionLocked()
	case e.clicked:
		w.token = e.token
		w.m.NotificationClicked(e.tag)
	case e.gone:
		w.m.NotificationGone(e.tag)
	}
	w.flush()
}

// answer takes the calls of later starts.
func (w *window) answer(calls <-chan Call) {
	if calls == nil {
		return
	}
	go func() {
		for c := range calls {
			whenIdle(glib.PRIORITY_DEFAULT_IDLE, func() bool {
				if !w.closed {
					w.token = c.Token
					w.m.Called(c.Link)
					w.flush()
				}
				return false
			})
		}
	}()
}
