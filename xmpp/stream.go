package xmpp

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// closeTime bounds how long the end of a stream may take.
const closeTime = 2 * time.Second

// Stream is one account that is signed in. Open makes it; the zero value
// refuses everything. All methods are safe for concurrent use. Whoever has one
// must call Close in the end, also when the server has ended it.
type Stream struct {
	*link
	self               Address
	gate               Gate
	context, mechanism string
	roster             []RosterItem // before start
	sm                 bool         // XEP-0198 is on
	token              token        // to resume with
	resumed            bool

	q          *queue
	events     chan Event
	closed     chan struct{} // Close was called: no more events
	drained    chan struct{} // no more events, for whatever reason
	writerDone chan struct{}
	wake       chan struct{} // there is something to write
	unhandled  bool          // a stanza came that is not counted yet; the reader's alone
	born       time.Time
	heard      atomic.Int64 // the last sign of life, since born
	heardWall  atomic.Int64 // the same by the clock on the wall, in ns since 1970

	endOnce, closeOnce, connOnce sync.Once

	mu      sync.Mutex
	err     error
	over    bool
	lost    bool // Close came before all events were handed out
	proven  bool // the server listens to a session that was resumed: see deaf.go
	deaf    bool // it does not
	linger  *time.Timer
	out     outbox
	acks    acks
	pulse   pulse
	changed map[string]RosterChanged // of the roster, since the stream began
	left    *Leftover
}

func newStream(l *link, self Address, gate Gate) *Stream {
	return &Stream{
		link: l, self: self, gate: gate,
		q: newQueue(), events: make(chan Event),
		closed: make(chan struct{}), drained: make(chan struct{}), writerDone: make(chan struct{}),
		wake: make(chan struct{}, 1), out: newOutbox(), born: time.Now(), pulse: newPulse(),
	}
}

// now is the time since the stream began.
func (s *Stream) now() time.Duration { return time.Since(s.born) }

func (s *Stream) start() {
	s.wire.step = func() {}
	s.wire.admit, s.wire.put, s.wire.settle, s.wire.sign = s.admit, s.put, s.settle, s.sign
	s.wire.ended = func(err error) { s.finish(err, errors.Is(err, io.EOF)) }
	s.acks.keep = s.token.id != ""
	s.sign()
	s.beat()
	s.prove()
	go s.read()
	go s.write()
	go s.pump()
}

func (s *Stream) usable() bool { return s != nil && s.link != nil }

// Address returns our full address, with the resource that the server chose.
func (s *Stream) Address() Address {
	if !s.usable() {
		return Address{}
	}
	return s.self
}

// Mechanism returns how we signed in and under which conditions (TLS version
// and kind of channel binding), to be remembered for Login.Known.
func (s *Stream) Mechanism() (context, name string) {
	if !s.usable() {
		return "", ""
	}
	return s.context, s.mechanism
}

// Roster returns the roster as it was when the stream was opened. What changes
// later comes as RosterChanged.
func (s *Stream) Roster() []RosterItem {
	if !s.usable() {
		return nil
	}
	return append([]RosterItem(nil), s.roster...)
}

// Events returns the channel of what happens. It is closed after the last
// event of a stream that has ended. Somebody must take from it: see the
// package's notes on concurrency.
func (s *Stream) Events() <-chan Event {
	if !s.usable() {
		return nil
	}
	return s.events
}

// Done is closed when the stream has ended, for whatever reason.
func (s *Stream) Done() <-chan struct{} {
	if !s.usable() {
		return nil
	}
	return s.life.Done()
}

// Err returns why the stream has ended: nil before Done is closed and after a
// Close of our own; io.EOF if the server closed it in order, *StreamError if it
// said why, ErrHung if it did not acknowledge in time, ErrLimit, ErrProtocol,
// or what the connection failed with.
func (s *Stream) Err() error {
	if !s.usable() {
		return ErrZeroValue
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the stream: it sends what is queued and says good-bye, as far as
// the connection takes it within two seconds, and closes the connection. It
// does not wait for the peer, can be called often, and returns nil.
func (s *Stream) Close() error {
	if !s.usable() {
		return ErrZeroValue
	}
	s.finish(nil, true)
	s.closeOnce.Do(func() { close(s.closed) })
	<-s.drained // which takes no time now
	s.lastWord()
	s.goodbye()
	select {
	case <-s.writerDone:
	case <-time.After(closeTime):
		s.closeConn()
	}
	return nil
}

// Break ends the stream without a good-bye, as where its connection is known to
// be of no use any more: the server keeps the session, and Left returns what
// there is to go on with. It does not wait; Close still has to be called.
func (s *Stream) Break() {
	if s.usable() {
		s.finish(errGivenUp, false)
	}
}

// kill ends a stream that nobody has seen.
func (s *Stream) kill(err error) {
	s.finish(err, false)
	s.closeOnce.Do(func() { close(s.closed) })
}

// finish ends the stream, once. After a polite end somebody says goodbye.
func (s *Stream) finish(err error, polite bool) {
	s.endOnce.Do(func() {
		s.mu.Lock()
		s.err, s.over = err, true
		s.out.last = !polite
		s.pulse.stop()
		if polite {
			s.linger = time.AfterFunc(closeTime, s.closeConn)
		}
		s.mu.Unlock()
		if err == nil {
			err = ErrClosed
		}
		s.die(err)
		s.q.end()
		s.signal()
		if !polite {
			s.closeConn()
		}
	})
}

// goodbye lets the library end our half of the stream, and the writer with it.
// Nothing here waits: what is written goes to memory.
func (s *Stream) goodbye() {
	_ = s.session.Close()
	s.mu.Lock()
	s.out.last = true
	s.mu.Unlock()
	s.signal()
}

func (s *Stream) closeConn() { s.connOnce.Do(func() { _ = s.wire.Close() }) }

func (s *Stream) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// read is the reader's goroutine. After the end it goes on for a moment, so
// that what is still coming does not make the system throw away our good-bye.
func (s *Stream) read() {
	s.finish(s.serve(handler{s}), false)
	s.goodbye()
	<-s.writerDone
	s.closeConn()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.linger != nil {
		s.linger.Stop()
	}
}

// pump hands out events. Those that came before the server ended the stream
// are handed out, too; after Close none is.
func (s *Stream) pump() {
	defer close(s.events)
	defer close(s.drained)
	for {
		events, ended := s.q.take()
		for _, e := range events {
			select {
			case s.events <- e:
			case <-s.closed:
				s.mu.Lock()
				s.lost = true
				s.mu.Unlock()
				return
			}
		}
		if ended && len(events) == 0 {
			return
		}
		if len(events) == 0 {
			select {
			case <-s.q.more:
			case <-s.closed:
				events, _ := s.q.take()
				s.mu.Lock()
				s.lost = len(events) > 0
				s.mu.Unlock()
				return
			}
		}
	}
}
