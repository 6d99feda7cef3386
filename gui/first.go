package gui

import (
	"time"

	"github.com/gotk3/gotk3/glib"

	"hushwing/gui/model"
)

// This file is what lies between the start of the program and its first frame.

// firstWait is how much later than need be the window may come, for its first
// page to be the right one.
const firstWait = 100 * time.Millisecond

// applyFirst waits for the first event, which says what there is on disk, so
// that the first frame is the page that the user is to see. The event was made
// while GTK started, and is here by now. On a disk that is slow the window
// comes without it, and says that it opens.
func applyFirst(m *model.Model, events <-chan model.Event) {
	select {
	case e, ok := <-events:
		if ok {
			m.Apply(e)
		}
	case <-time.After(firstWait):
	}
}

// afterFirstFrame does what had time until there was something to see.
func (w *window) afterFirstFrame() {
	whenIdle(glib.PRIORITY_LOW, func() bool {
		if !w.closed {
			setWindowIcon(w.win)
		}
		giveBack()
		return false
	})
}
