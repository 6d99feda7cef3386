package apart

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"hushwing/tor"
)

// errLost: the process at the other end has gone, or answers no more.
var errLost = errors.New("apart: the other process is gone")

// caller asks questions on a link: the window's side, and the opener's towards
// the keeper. It is safe for concurrent use.
type caller struct {
	l    *link
	hung func()        // called once if the other end is there but does not answer; may be nil
	done chan struct{} // closed when the link has ended

	asking sync.Mutex // questions leave in the order of their numbers

	mu    sync.Mutex
	last  uint32
	calls map[uint32]*call
	held  map[uint32]*held
	err   error // why the link ended
	pulse
}

// call is a question without an answer yet.
type call struct {
	answer   chan answer // takes one
	progress chan<- tor.Progress
	opens    bool
}

type answer struct {
	held *held
	conn net.Conn
	err  error
}

// newCaller takes the link over.
func newCaller(l *link, hung func()) *caller {
	c := &caller{
		l: l, hung: hung, done: make(chan struct{}),
		calls: map[uint32]*call{}, held: map[uint32]*held{},
	}
	go c.read()
	return c
}

func (c *caller) read() {
	for {
		m, f, err := c.l.receive()
		if err == nil {
			err = c.take(m, f)
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

// end fails all that waits. Only the first reason counts.
func (c *caller) end(err error) {
	c.l.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = fmt.Errorf("%w (%w)", errLost, err)
	c.pulse.stop()
	for id, q := range c.calls {
		delete(c.calls, id)
		q.answer <- answer{err: c.err}
	}
	for id, h := range c.held {
		delete(c.held, id)
		close(h.done)
	}
	close(c.done)
}

// take deals with one message. An error ends the link.
func (c *caller) take(m *message, f *os.File) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulse.seen()
	q, h := c.calls[m.id], c.held[m.id]
	if f != nil && m.kind != kindSocket {
		_ = f.Close()
	}
	switch m.kind {
	case kindProgress:
		if q != nil && q.opens {
			select {
			case q.progress <- m.progress:
			default: // also when it is nil
			}
		}
	case kindOpened:
		if q == nil {
			// Nobody waits for it any more.
			go func() { _ = c.l.send(&message{kind: kindClose, id: m.id}) }()
			return nil
		}
		if !q.opens {
			return errMessage
		}
		h = &held{c: c, id: m.id, endpoint: m.endpoint, managed: m.managed, status: m.status, changed: make(chan struct{}), done: make(chan struct{})}
		c.held[m.id] = h
		c.reply(m.id, q, answer{held: h})
	case kindSocket:
		conn, err := stream(f)
		switch {
		case q == nil && err == nil:
			_ = conn.Close()
		case q == nil:
		case q.opens:
			if err == nil {
				_ = conn.Close()
			}
			return errMessage
		default:
			c.reply(m.id, q, answer{conn: conn, err: err})
		}
	case kindFailed:
		if q != nil {
			c.reply(m.id, q, answer{err: m.fault.err()})
		}
	case kindStatus:
		if h != nil {
			h.set(m.status)
		}
	case kindDone:
		if h != nil {
			delete(c.held, m.id)
			close(h.done)
		}
	case kindPong:
	default:
		return errMessage
	}
	return nil
}

// reply ends a call. The lock is held.
func (c *caller) reply(id uint32, q *call, a answer) {
	delete(c.calls, id)
	q.answer <- a
}

// stream makes a connection of a descriptor: a connected stream, or nothing.
func stream(f *os.File) (net.Conn, error) {
	defer f.Close()
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("apart: socket: %w", err)
	}
	switch conn.(type) {
	case *net.TCPConn, *net.UnixConn:
		// One that was reset on its way here has no far end any more.
		if far := conn.RemoteAddr(); far != nil && (far.Network() == "tcp" || far.Network() == "unix") {
			return conn, nil
		}
	}
	_ = conn.Close()
	return nil, errors.New("apart: socket: not a stream")
}

// ask sends a question and waits for its answer, for as long as ctx lasts and
// the other process gives a sign of life.
func (c *caller) ask(ctx context.Context, m *message, progress chan<- tor.Progress) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	q := &call{answer: make(chan answer, 1), progress: progress, opens: m.kind == kindOpen}
	if err := c.send(m, q); err != nil {
		return answer{}, err
	}
	select {
	case a := <-q.answer:
		return a, a.err
	case <-ctx.Done():
	}
	c.mu.Lock()
	_, waits := c.calls[m.id]
	delete(c.calls, m.id)
	c.mu.Unlock()
	if waits {
		_ = c.l.send(&message{kind: kindCancel, id: m.id})
		return answer{}, ctx.Err()
	}
	// The answer came at the same moment.
	a := <-q.answer
	return a, a.err
}

// send numbers and sends a question.
func (c *caller) send(m *message, q *call) error {
	c.asking.Lock()
	defer c.asking.Unlock()
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return c.err
	}
	c.last++
	m.id = c.last
	c.calls[m.id] = q
	c.pulse.start(c)
	c.mu.Unlock()
	if err := c.l.send(m); err != nil {
		c.end(err) // which answers q
	}
	return nil
}

// hold opens a Tor through the other process.
func (c *caller) hold(ctx context.Context, o tor.Options) (*held, error) {
	a, err := c.ask(ctx, &message{kind: kindOpen, only: o.Only, bridges: o.Bridges, running: o.Running}, o.Progress)
	return a.held, err
}

// held is a tor.Held.
type held struct {
	c        *caller
	id       uint32
	endpoint tor.Endpoint
	managed  bool
	done     chan struct{}

	mu      sync.Mutex
	status  tor.Status
	changed chan struct{}
}

// Open asks for a connection. It names the Tor, not the place.
func (h *held) Open(ctx context.Context, e tor.Endpoint) (net.Conn, error) {
	if e != h.endpoint {
		return nil, &tor.Error{Reason: tor.BadSetting, Endpoint: e, Err: errors.New("not this tor")}
	}
	a, err := h.c.ask(ctx, &message{kind: kindDial, session: h.id}, nil)
	return a.conn, err
}

func (h *held) Endpoint() tor.Endpoint { return h.endpoint }

func (h *held) Managed() bool { return h.managed }

func (h *held) Status() (tor.Status, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.status, h.changed
}

func (h *held) set(s tor.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = s
	close(h.changed)
	h.changed = make(chan struct{})
}

func (h *held) Done() <-chan struct{} { return h.done }

// closeTime is for our own Tor to end, and for the news of it.
const closeTime = 15 * time.Second

// Close waits until the Tor has ended, if it is our own.
func (h *held) Close() error {
	select {
	case <-h.done:
		return nil
	default:
	}
	if err := h.c.l.send(&message{kind: kindClose, id: h.id}); err != nil {
		h.c.end(err)
	}
	select {
	case <-h.done:
		return nil
	case <-time.After(closeTime):
		return errors.New("apart: tor does not end")
	}
}
