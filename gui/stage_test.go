package gui

import (
	"sync"
	"testing"
	"time"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/client"
	"hushwing/gui/model"
)

// stage is a window on the real model, with the client played by the test.
type stage struct {
	t  testing.TB
	w  *window
	mu sync.Mutex
	// what the window asked of the client
	commands []client.Command
}

// clock is the time on every stage: pictures do not change from day to day.
func clock() time.Time { return time.Date(2026, 3, 14, 9, 45, 0, 0, time.Local) }

// open opens a window on an empty model.
func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t}
	onUI(t, func() {
		m := model.New(s.do, clock)
		w, err := newWindow(m, Options{Version: "1.0"})
		if err != nil {
			panic(err)
		}
		s.w = w
		w.win.Show()
	})
	t.Cleanup(func() { onUI(t, func() { s.w.closed = true; s.w.win.Destroy() }) })
	settle(t)
	return s
}

func (s *stage) do(c client.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, c)
}

// play sends events through the window's queue and waits for the window.
func (s *stage) play(events ...client.Event) {
	s.t.Helper()
	for _, e := range events {
		s.w.queue.post(e)
	}
	s.rest()
}

// rest waits until the queue is empty and the window has drawn.
func (s *stage) rest() {
	s.t.Helper()
	for {
		settle(s.t)
		s.w.queue.mu.Lock()
		n := len(s.w.queue.waiting)
		s.w.queue.mu.Unlock()
		due := false
		onUI(s.t, func() { due = s.w.queue.due })
		if n == 0 && !due {
			return
		}
	}
}

// frames waits until the window was laid out and drawn twice.
func (s *stage) frames() {
	s.t.Helper()
	done := make(chan struct{})
	onUI(s.t, func() {
		n := 0
		s.w.win.AddTickCallback(func(*gtk.Widget, *gdk.FrameClock) bool {
			if n++; n == 3 {
				close(done)
				return false
			}
			return true
		})
		s.w.win.QueueDraw()
	})
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		s.t.Fatal("the window never draws")
	}
	settle(s.t)
}

// ui runs f on the main thread, then lets the window come to rest.
func (s *stage) ui(f func()) {
	s.t.Helper()
	onUI(s.t, f)
	s.rest()
}

// asked returns the commands of one kind, in order.
func asked[C client.Command](s *stage) []C {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []C
	for _, c := range s.commands {
		if v, ok := c.(C); ok {
			out = append(out, v)
		}
	}
	return out
}
