package client

import (
	"context"
	"sync"
)

// sitting is what lives as long as the profile is open: it ends when that is
// locked, and the next one knows nothing of it.
type sitting struct {
	ctx  context.Context
	stop context.CancelFunc
	jobs sync.WaitGroup // see core.job

	mu   sync.Mutex
	shut bool
	to   func(Event)
}

func newSitting(ctx context.Context, to func(Event)) *sitting {
	s := &sitting{to: to}
	s.ctx, s.stop = context.WithCancel(ctx)
	return s
}

// emit tells an event, unless it has ended: what an account still says
// then must not come to a screen that has forgotten everything.
func (s *sitting) emit(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.shut {
		s.to(e)
	}
}

// silence ends what is told. When it returns nothing more comes.
func (s *sitting) silence() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = true
}

func (s *sitting) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shut
}

// overdue is what a job brings of a sitting that has ended.
type overdue struct{ what any }

// The three below take a nil sitting too: a job that opens a profile has none.

func (s *sitting) add() {
	if s != nil {
		s.jobs.Add(1)
	}
}

func (s *sitting) done() {
	if s != nil {
		s.jobs.Done()
	}
}

// result is what a job brought, told apart by whether anybody waits for it.
func (s *sitting) result(m any) any {
	if s != nil && s.over() {
		return overdue{m}
	}
	return m
}
