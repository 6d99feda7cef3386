package client

import (
	"context"
	"sync"
)

// mailbox is a queue without a bound: whoever puts never waits. What goes in
// is bounded elsewhere (by the user's clicks, or by a stream that is read only
// as fast as its account takes from it).
type mailbox[T any] struct {
	mu    sync.Mutex
	queue []T
	ready chan struct{} // holds a token when queue may be non-empty
}

func newMailbox[T any]() *mailbox[T] {
	return &mailbox[T]{ready: make(chan struct{}, 1)}
}

func (m *mailbox[T]) put(v T) {
	m.mu.Lock()
	m.queue = append(m.queue, v)
	m.mu.Unlock()
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// take returns everything that is there and empties the box. It does not wait.
func (m *mailbox[T]) take() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.queue
	m.queue = nil
	return q
}

// pump hands values on to ch, in order, until ctx ends, and closes ch then.
func (m *mailbox[T]) pump(ctx context.Context, ch chan<- T) {
	defer close(ch)
	for {
		for _, v := range m.take() {
			select {
			case ch <- v:
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-m.ready:
		case <-ctx.Done():
			return
		}
	}
}
