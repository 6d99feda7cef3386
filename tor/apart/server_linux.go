package apart

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"

	"hushwing/tor"
)

// Bounds of what one that asks may have under way.
const (
	maxOpening  = 4
	maxSessions = 8
	maxDials    = 64
)

// server answers questions on a link: the opener's to the window, the keeper's
// to the opener.
type server struct {
	l     *link
	open  func(ctx context.Context, m *message, progress chan<- tor.Progress) (*tor.Network, error)
	dials bool                 // sockets may be asked for
	extra func(*message) error // other messages; nil: there are none
	leave func(*tor.Network)   // takes what is open when the link ends; nil: it is closed

	wait sync.WaitGroup
	over <-chan struct{} // closed when the link ends, before any question is given up for that

	mu       sync.Mutex
	last     uint32                        // the highest number so far
	busy     map[uint32]context.CancelFunc // questions without an answer
	opening  int
	sessions map[uint32]*tor.Network
}

// run answers until the link or ctx ends, or what comes is no question. Then
// it closes what it has opened and waits for it. It takes the link over.
func (s *server) run(ctx context.Context) error {
	s.busy, s.sessions = map[uint32]context.CancelFunc{}, map[uint32]*tor.Network{}
	ctx, cancel := context.WithCancel(ctx)
	s.over = ctx.Done()
	stop := context.AfterFunc(ctx, s.l.close)
	var err error
	for err == nil {
		var m *message
		if m, _, err = s.l.receive(); err == nil {
			err = s.take(ctx, m)
		}
	}
	stop()
	cancel()
	s.l.close()
	s.mu.Lock()
	for _, n := range s.sessions {
		if s.leave != nil {
			s.leave(n)
			continue
		}
		s.wait.Go(func() { _ = n.Close() })
	}
	s.mu.Unlock()
	s.wait.Wait()
	return err
}

// take deals with one message. An error ends the link.
func (s *server) take(ctx context.Context, m *message) error {
	switch m.kind {
	case kindOpen, kindDial:
		if m.kind == kindDial && !s.dials {
			return errMessage
		}
		line := ctx
		ctx, ok, err := s.admit(line, m)
		if err != nil {
			return err
		}
		if !ok {
			s.fail(m.id, &tor.Error{Reason: tor.Unusable, Err: errors.New("too much at once")})
			return nil
		}
		s.wait.Go(func() {
			if m.kind == kindOpen {
				s.opens(ctx, line, m)
			} else {
				s.dial(ctx, m)
			}
		})
	case kindCancel:
		s.mu.Lock()
		cancel := s.busy[m.id]
		s.mu.Unlock()
		if cancel != nil {
			cancel()
		}
	case kindClose:
		if n := s.session(m.id); n != nil {
			s.wait.Go(func() { _ = n.Close() }) // kindDone follows from watch
		}
	case kindPing:
		return s.l.send(&message{kind: kindPong, id: m.id})
	default:
		if s.extra == nil {
			return errMessage
		}
		return s.extra(m)
	}
	return nil
}

// admit notes a question, unless there are too many.
func (s *server) admit(ctx context.Context, m *message) (context.Context, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.id <= s.last {
		return nil, false, errMessage
	}
	s.last = m.id
	dialling := len(s.busy) - s.opening
	if m.kind == kindOpen && (s.opening >= maxOpening || s.opening+len(s.sessions) >= maxSessions) ||
		m.kind == kindDial && dialling >= maxDials {
		return nil, false, nil
	}
	if m.kind == kindOpen {
		s.opening++
	}
	ctx, s.busy[m.id] = context.WithCancel(ctx)
	return ctx, true, nil
}

// answered forgets a question.
func (s *server) answered(m *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[m.id]()
	delete(s.busy, m.id)
	if m.kind == kindOpen {
		s.opening--
	}
}

func (s *server) session(id uint32) *tor.Network {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id]
}

// say sends m. That it cannot be sent shows to the reader of the link too.
func (s *server) say(m *message) { _ = s.l.send(m) }

// fail answers with an error, unless it may only be that of our own end: then
// the end of the link is the answer, upon which the next opener is asked.
func (s *server) fail(id uint32, err error) {
	select {
	case <-s.over:
		return
	default:
	}
	s.say(&message{kind: kindFailed, id: id, fault: faultOf(err)})
}

// opens finds or starts a Tor, for as long as ctx lasts, and then tells what
// becomes of it until line ends.
func (s *server) opens(ctx, line context.Context, m *message) {
	progress, told := make(chan tor.Progress, 16), make(chan struct{})
	go func() {
		defer close(told)
		for p := range progress {
			s.say(&message{kind: kindProgress, id: m.id, progress: p})
		}
	}()
	n, err := s.open(ctx, m, progress)
	close(progress)
	<-told
	if err == nil && ctx.Err() != nil {
		_ = n.Close()
		err = ctx.Err()
	}
	if err != nil {
		s.answered(m)
		s.fail(m.id, err)
		return
	}
	status, changed := n.Status()
	s.mu.Lock()
	s.sessions[m.id] = n
	s.mu.Unlock()
	s.answered(m)
	s.say(&message{kind: kindOpened, id: m.id, endpoint: n.Endpoint(), managed: n.Managed(), status: status})
	s.watch(line, m.id, n, changed)
}

// watch tells of a Tor until it ends. When the line ends it is run's to close.
func (s *server) watch(line context.Context, id uint32, n *tor.Network, changed <-chan struct{}) {
	for {
		select {
		case <-line.Done():
			return
		case <-n.Done():
			s.mu.Lock()
			delete(s.sessions, id)
			s.mu.Unlock()
			_ = n.Close() // to have waited for it
			s.say(&message{kind: kindDone, id: id})
			return
		case <-changed:
			var status tor.Status
			status, changed = n.Status()
			s.say(&message{kind: kindStatus, id: id, status: status})
		}
	}
}

// dial connects to the SOCKS port of a Tor that was opened before, and to
// nothing else, and hands the socket over.
func (s *server) dial(ctx context.Context, m *message) {
	defer s.answered(m)
	n := s.session(m.session)
	if n == nil {
		s.fail(m.id, &tor.Error{Reason: tor.Gone, Err: errors.New("no such tor")})
		return
	}
	c, err := tor.Direct.Open(ctx, n.Endpoint())
	if err != nil {
		s.fail(m.id, err)
		return
	}
	defer c.Close()
	if err := handOver(s.l, &message{kind: kindSocket, id: m.id}, c.(syscall.Conn)); err != nil {
		s.fail(m.id, err)
	}
}

// handOver sends m with the descriptor of c, which stays the caller's.
func handOver(l *link, m *message, c syscall.Conn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return fmt.Errorf("apart: %w", err)
	}
	var sent error
	err = raw.Control(func(fd uintptr) { sent = l.send(m, int(fd)) })
	return errors.Join(err, sent)
}
