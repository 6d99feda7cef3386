package gui

import (
	"fmt"
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// Options say how the window presents itself.
type Options struct {
	Title      string      // in the title bar; empty: the program's name
	Version    string      // shown in "About"
	Open       string      // a link that a person opened ("xmpp:ana@example.org"); empty: none
	Calls      <-chan Call // of later starts on the same profile; may be nil
	FirstFrame func()      // called once, on the main thread, when the first frame is on the screen; may be nil
}

// Run opens the window, shows what m says, feeds m with the events, and
// returns when the window was closed. It must be called on the main goroutine,
// locked to the main thread; m belongs to that goroutine from then on. When
// events is closed, Run goes on with what it has. It returns ErrNoDisplay when
// no display answers.
func Run(m *model.Model, events <-chan model.Event, o Options) error {
	if err := start(); err != nil {
		return err
	}
	m.OpenLink(o.Open)
	applyFirst(m, events)
	w, err := newWindow(m, o)
	if err != nil {
		return fmt.Errorf("open the window: %w", err)
	}
	stop := w.queue.feed(events)
	defer stop()
	w.onFirstFrame(func() {
		if o.FirstFrame != nil {
			o.FirstFrame()
		}
		w.afterFirstFrame()
	})
	w.answer(o.Calls)
	w.win.Show()
	// Not gtk.Main: at its end GTK gives the clipboard to a clipboard manager to
	// keep, and what was copied from a private chat is not to be kept.
	loop := glib.MainContextDefault()
	for !w.closed {
		loop.Iteration(true)
	}
	m.SaveDrafts()
	w.win.Destroy()
	w.desk.settle(200 * time.Millisecond)
	return nil
}

// started says that GTK runs; it can be started only once in a process.
var started bool

// start brings up GTK, libhandy, the look and the icons.
func start() error {
	if started {
		return nil
	}
	if err := Available(); err != nil {
		return err
	}
	glib.FinalizerStrategy = finalizers.add
	glib.SetPrgname("hushwing")
	noOpenGL()
	readFontsAhead()
	if err := gtk.InitCheck(nil); err != nil {
		return fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	initHandy()
	leaveNoTrace()
	noSounds()
	ownIconsAlone()
	setRTL(i18n.Direction() == i18n.RTL)
	if err := loadIcons(); err != nil {
		return err
	}
	if err := loadStyle(); err != nil {
		return err
	}
	started = true
	return nil
}
