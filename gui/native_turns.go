package gui

// #cgo pkg-config: gtk+-3.0
// #include <gtk/gtk.h>
//
// extern int hwTurn(unsigned long long id);
// extern void hwTurned(unsigned long long id);
//
// static gboolean hw_turn(gpointer id) { return hwTurn((gsize)id); }
// static void hw_turned(gpointer id) { hwTurned((gsize)id); }
// static guint hw_when_idle(int priority, unsigned long long id) {
//   return g_idle_add_full(priority, hw_turn, GSIZE_TO_POINTER((gsize)id), hw_turned);
// }
// static guint hw_after(int priority, guint ms, unsigned long long id) {
//   return g_timeout_add_full(priority, ms, hw_turn, GSIZE_TO_POINTER((gsize)id), hw_turned);
// }
// static gboolean hw_tick(GtkWidget *w, GdkFrameClock *c, gpointer id) { return hw_turn(id); }
// static void hw_before_frame(void *w, unsigned long long id) {
//   gtk_widget_add_tick_callback(w, hw_tick, GSIZE_TO_POINTER((gsize)id), hw_turned);
// }
import "C"

import (
	"sync"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
)

// This file has functions called by the main loop: later, once or again and again.
// gotk3 has the same (IdleAdd, TimeoutAdd, AddTickCallback), and hands the number of a function to C
// as a pointer: if Go moves the stack at that moment it takes the number for a
// pointer gone wrong and ends the program. Here numbers are numbers.

// turns are the functions that the main loop is to call, by number.
var turns = struct {
	mu   sync.Mutex
	last uint64
	all  map[uint64]func() bool
}{all: map[uint64]func() bool{}}

func newTurn(f func() bool) C.ulonglong {
	turns.mu.Lock()
	defer turns.mu.Unlock()
	turns.last++
	turns.all[turns.last] = f
	return C.ulonglong(turns.last)
}

//export hwTurn
func hwTurn(id C.ulonglong) C.int {
	turns.mu.Lock()
	f := turns.all[uint64(id)]
	turns.mu.Unlock()
	return cbool(f != nil && f())
}

//export hwTurned
func hwTurned(id C.ulonglong) {
	turns.mu.Lock()
	delete(turns.all, uint64(id))
	turns.mu.Unlock()
}

// whenIdle has the main loop call f when nothing of a higher priority is to be
// done, until f returns false. From any goroutine.
func whenIdle(p glib.Priority, f func() bool) glib.SourceHandle {
	return glib.SourceHandle(C.hw_when_idle(C.int(p), newTurn(f)))
}

// after has the main loop call f every so many milliseconds until it returns
// false. From any goroutine.
func after(ms uint, f func() bool) glib.SourceHandle {
	return afterAt(glib.PRIORITY_DEFAULT, ms, f)
}

func afterAt(p glib.Priority, ms uint, f func() bool) glib.SourceHandle {
	return glib.SourceHandle(C.hw_after(C.int(p), C.guint(ms), newTurn(f)))
}

// beforeFrame has f called before each frame that the window draws, until it
// returns false: what it changes is drawn in that frame. On the main thread only.
func beforeFrame(w gtk.IWidget, f func() bool) { C.hw_before_frame(ptr(w), newTurn(f)) }
