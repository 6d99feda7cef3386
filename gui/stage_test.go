package gui

import (
	"sync"
	"testing"
	"time"

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

// frames waits until the window was laid out and drawn twice. It counts the
// frames itself: gotk3 hands the number of a tick's callback to C as a pointer,
// at which Go stops when it comes upon it while it moves a stack.
func (s *stage) frames() {
	s.t.Helper()
	s.framesAfter(3)
}

// framesAfter waits until so many frames were begun: one less was drawn.
func (s *stage) framesAfter(n int64) {
	s.t.Helper()
	var first, now int64
	onUI(s.t, func() { first = frameCount(s.w.win); s.w.win.QueueDraw() })
	for end := time.Now().Add(10 * time.Second); now < first+n; {
		if time.Now().After(end) {
			s.t.Fatal("the window never draws")
		}
		time.Sleep(4 * time.Millisecond)
		onUI(s.t, func() { now = frameCount(s.w.win); s.w.win.QueueDraw() })
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
