package xmpp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// StepTimeout is how long one step of setting up a stream, or one request on a
// stream, may take. Through Tor the slowest honest step takes a few seconds.
const StepTimeout = 45 * time.Second

// steps bounds what blocks. Neither a context nor a deadline stops a blocked
// read of a TLS connection without breaking it, so the connection is closed:
// when ctx ends, or when one step takes longer than StepTimeout.
type steps struct {
	ctx   context.Context
	stop  func() bool
	once  sync.Once
	conn  io.Closer
	timer *time.Timer
	hung  atomic.Bool
}

func newSteps(ctx context.Context, conn io.Closer) *steps {
	s := &steps{ctx: ctx, conn: conn}
	s.stop = context.AfterFunc(ctx, s.close)
	s.timer = time.AfterFunc(StepTimeout, func() {
		s.hung.Store(true)
		s.close()
	})
	return s
}

func (s *steps) close() { s.once.Do(func() { _ = s.conn.Close() }) }

// next begins the next step.
func (s *steps) next() { s.timer.Reset(StepTimeout) }

// end ends the bounding. With an error the connection is closed and the error
// is what really happened; without one it fails only if time was up just now.
func (s *steps) end(err error) error {
	intime := s.timer.Stop()
	if stopped := s.stop(); err == nil && stopped && intime {
		return nil
	}
	s.close()
	switch {
	case s.hung.Load():
		return ErrHung
	case errors.Is(s.ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrHung, s.ctx.Err())
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case err == nil: // the timer fired, but its function has not run yet
		return ErrHung
	}
	return err
}
