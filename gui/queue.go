package gui

import (
	"sync"
	"time"

	"github.com/gotk3/gotk3/glib"

	"hushwing/gui/model"
)

// budget is how long one turn of the main loop may be spent on events: less
// than half a frame, so that typing stays smooth whatever comes in.
const budget = 6 * time.Millisecond

// queue takes events from any goroutine and hands them out on the main thread,
// in order, many at a time. At most one idle callback is under way.
type queue struct {
	apply func(model.Event) // one event, on the main thread
	flush func()            // after a turn: show what changed

	shown time.Time // when flush was called last; on the main thread only
	due   bool      // a timer will call it

	mu      sync.Mutex
	waiting []model.Event
	armed   bool
}

// oftenEnough is how long events that come one by one wait to be shown together:
// nobody sees more than one frame at a time.
const oftenEnough = 16 * time.Millisecond

// show shows what changed, unless that was done just now: then soon.
func (q *queue) show() {
	wait := oftenEnough - time.Since(q.shown)
	switch {
	case q.due:
	case wait <= 0:
		q.shown = time.Now()
		q.flush()
	default:
		q.due = true
		after(uint(wait/time.Millisecond)+1, func() bool {
			q.due = false
			q.shown = time.Now()
			q.flush()
			return false
		})
	}
}

// feed posts what comes out of the channel until it is closed or stop is called.
func (q *queue) feed(events <-chan model.Event) (stop func()) {
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case e, ok := <-events:
				if !ok {
					return
				}
				q.post(e)
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// post adds an event. It never blocks, so a slow window never holds up the client.
func (q *queue) post(e model.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, e)
	if !q.armed {
		q.armed = true
		whenIdle(glib.PRIORITY_DEFAULT_IDLE, q.turn)
	}
}

// take removes what waits; nil disarms.
func (q *queue) take() []model.Event {
	q.mu.Lock()
	defer q.mu.Unlock()
	b := q.waiting
	q.waiting = nil
	if len(b) == 0 {
		q.armed = false
	}
	return b
}

func (q *queue) putBack(b []model.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(b, q.waiting...)
}

// turn hands out events for at most the budget, then shows what changed, once.
func (q *queue) turn() bool {
	began := time.Now()
	for {
		batch := q.take()
		if len(batch) == 0 {
			q.show()
			return false
		}
		for i, e := range batch {
			q.apply(e)
			if i&15 == 15 && time.Since(began) > budget {
				q.putBack(batch[i+1:])
				q.show()
				return true
			}
		}
	}
}

// finalizerQueue gives GTK's objects back on the main thread: freed on the
// collector's thread, they bring the program down.
type finalizerQueue struct {
	mu    sync.Mutex
	dead  []glib.Finalizer
	armed bool
}

var finalizers finalizerQueue

// add is glib.FinalizerStrategy. It runs on the collector's goroutine.
func (q *finalizerQueue) add(f glib.Finalizer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.dead = append(q.dead, f)
	if !q.armed {
		q.armed = true
		whenIdle(glib.PRIORITY_LOW, q.empty)
	}
}

func (q *finalizerQueue) empty() bool {
	q.mu.Lock()
	dead := q.dead
	q.dead = nil
	q.armed = false
	q.mu.Unlock()
	for _, f := range dead {
		f()
	}
	return false
}
