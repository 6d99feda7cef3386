package xmpptest

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Line is a connection in memory: it needs no network, so it works in simulated
// time (testing/synctest); it counts what goes over it; and it breaks at any
// byte. Writing never waits.
type Line struct {
	mu   sync.Mutex
	here *sync.Cond
	dead bool
	ice  bool
	way  [2]way // to the server, to the program
}

type way struct {
	buf     []byte
	ended   bool
	left    int // bytes before the line breaks; negative: it does not
	packets int
	bytes   int
}

// ErrBroken is what both ends get of a line that is broken.
var ErrBroken = errors.New("xmpptest: the line is broken")

// NewLine makes a line and its two ends.
func NewLine() (l *Line, program, server net.Conn) {
	l = &Line{}
	l.here = sync.NewCond(&l.mu)
	l.way[0].left, l.way[1].left = -1, -1
	return l, end{l, 0}, end{l, 1}
}

// BreakAfter breaks the line when so many more bytes have gone to the server, or
// to the program. The rest of what is written at once with them is lost.
func (l *Line) BreakAfter(bytes int, toServer bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if toServer {
		l.way[0].left = bytes
	} else {
		l.way[1].left = bytes
	}
}

// Break breaks the line: both ends get an error. What was on its way is lost.
func (l *Line) Break() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
}

func (l *Line) cut() {
	l.dead = true
	l.here.Broadcast()
}

// Freeze lets nothing through any more, and nobody notices.
func (l *Line) Freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ice = true
}

// Count returns how often something was written in each direction, which is a
// packet if it is not long, and the bytes, since it was called last.
func (l *Line) Count() (packetsOut, bytesOut, packetsIn, bytesIn int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out, in := &l.way[0], &l.way[1]
	packetsOut, bytesOut, packetsIn, bytesIn = out.packets, out.bytes, in.packets, in.bytes
	out.packets, out.bytes, in.packets, in.bytes = 0, 0, 0, 0
	return packetsOut, bytesOut, packetsIn, bytesIn
}

type end struct {
	l    *Line
	side int
}

func (e end) Write(p []byte) (int, error) {
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	w := &e.l.way[e.side]
	if e.l.dead || w.ended {
		return 0, ErrBroken
	}
	w.packets, w.bytes = w.packets+1, w.bytes+len(p)
	n := len(p)
	if e.l.ice {
		return n, nil
	}
	if w.left >= 0 {
		n = min(n, w.left)
		w.left -= n
	}
	w.buf = append(w.buf, p[:n]...)
	e.l.here.Broadcast()
	if w.left == 0 { // what got through can still be read
		e.l.way[0].ended, e.l.way[1].ended = true, true
		return len(p), nil
	}
	return n, nil
}

func (e end) Read(p []byte) (int, error) {
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	w := &e.l.way[1-e.side]
	for len(w.buf) == 0 && !e.l.dead && !w.ended {
		e.l.here.Wait()
	}
	switch {
	case e.l.dead:
		return 0, ErrBroken
	case len(w.buf) == 0:
		return 0, io.EOF
	}
	n := copy(p, w.buf)
	w.buf = w.buf[n:]
	return n, nil
}

// Close ends both directions; what is on its way arrives.
func (e end) Close() error {
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	e.l.way[0].ended, e.l.way[1].ended = true, true
	e.l.here.Broadcast()
	return nil
}

func (e end) LocalAddr() net.Addr              { return nowhere{} }
func (e end) RemoteAddr() net.Addr             { return nowhere{} }
func (e end) SetDeadline(time.Time) error      { return nil }
func (e end) SetReadDeadline(time.Time) error  { return nil }
func (e end) SetWriteDeadline(time.Time) error { return nil }

type nowhere struct{}

func (nowhere) Network() string { return "memory" }
func (nowhere) String() string  { return "" }

// Run runs a script at the server's end of a connection, until the connection
// ends. The channel is closed then.
func Run(t testing.TB, conn net.Conn, script func(*Conn)) <-chan struct{} {
	c := &Conn{raw: conn, conn: conn}
	c.restart()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer conn.Close()
		defer func() {
			if r := recover(); r != nil {
				if err, ok := r.(error); !ok || !errors.Is(err, errEnd) {
					t.Errorf("%v", r)
				}
			}
		}()
		script(c)
	}()
	return done
}
