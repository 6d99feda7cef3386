package xmpp

import "sync"

// Bounds of what waits for whoever takes events.
const (
	queueEvents = 1024
	queueBytes  = 4 << 20
	// While an answer is awaited the queue may grow so much further: the one
	// who asked is often the one who should take the events.
	queueSlack = 4
)

// queue holds events between the reader and the channel. The reader waits in
// put while it is full, which slows the server down.
type queue struct {
	mu     sync.Mutex
	room   *sync.Cond // the reader waits here
	more   chan struct{}
	events []Event
	size   int
	slack  int // requests that wait for an answer
	ended  bool
	paused bool

	// received counts the stanzas that were dealt with (XEP-0198): what makes an
	// event is counted in the moment that the event is sure to be handed out, so
	// that no stanza is ever claimed that would be lost with this stream.
	received count
}

func newQueue() *queue {
	q := &queue{more: make(chan struct{}, 1)}
	q.room = sync.NewCond(&q.mu)
	return q
}

// put adds e, when there is room. Acknowledgements that follow one another are
// one. It returns false when the stream has ended meanwhile.
func (q *queue) put(e Event) bool { return q.add(e, 0) }

// deal adds what a stanza said, and counts the stanza. What comes after the end
// is neither handed out nor counted: the server keeps it.
func (q *queue) deal(e Event) bool { return q.add(e, 1) }

// pass counts a stanza that says nothing to us.
func (q *queue) pass() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.ended {
		q.received++
	}
}

func (q *queue) handled() count {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.received
}

func (q *queue) add(e Event, stanzas count) bool {
	size := 256
	switch e := e.(type) {
	case MessageReceived:
		size += len(e.Body)
	case Acknowledged:
		size = 0 // bounded by what we sent
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.full() && !q.ended {
		q.paused = true
		q.room.Wait()
	}
	q.paused = false
	if q.ended {
		return false
	}
	q.received += stanzas
	if a, ok := e.(Acknowledged); ok && len(q.events) > 0 {
		if last, ok := q.events[len(q.events)-1].(Acknowledged); ok {
			q.events[len(q.events)-1] = Acknowledged{IDs: append(last.IDs, a.IDs...)}
			return true
		}
	}
	q.events, q.size = append(q.events, e), q.size+size
	q.wake()
	return true
}

func (q *queue) full() bool {
	n := 1
	if q.slack > 0 {
		n = queueSlack
	}
	return len(q.events) >= n*queueEvents || q.size >= n*queueBytes
}

func (q *queue) wake() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// take returns all that waits. After the last of it ended stays true.
func (q *queue) take() (events []Event, ended bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	events, q.events, q.size = q.events, nil, 0
	q.room.Broadcast()
	return events, q.ended
}

// expect tells that an answer is awaited, or not any longer.
func (q *queue) expect(d int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.slack += d
	q.room.Broadcast()
}

// stuck reports whether the reader waits for room.
func (q *queue) stuck() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.paused
}

// end lets nothing in any more.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.room.Broadcast()
	q.wake()
}
