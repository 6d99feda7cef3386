package chaos

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Road carries one account's connections from the onion service to the server,
// and does to them what a Blow says. It sees what anybody on the way sees: before
// TLS text, in elements; then TLS records, by their heads (RFC 8446, 5.1). Safe
// for concurrent use.
type Road struct {
	name     string
	to       string // "host:port"
	listener net.Listener
	said     func(string, ...any) // what has happened

	mu     sync.Mutex
	conns  map[*passage]bool
	latest *passage
	armed  *armed
	wg     sync.WaitGroup

	// The figures.
	opened  int
	records [2]int // up, down
}

// armed is a blow that has not struck.
type armed struct {
	Blow
	on    *passage // nil: the next one
	base  [2]int   // where that one was then, in records
	bytes [2]int   // and in bytes
	done  chan struct{}
}

// passage is one connection, with its two ends.
type passage struct {
	road    *Road
	n       int
	in, out net.Conn // towards the client, towards the server
	thaw    chan struct{}
	once    sync.Once
	end     chan struct{}

	// guarded by road.mu
	seen  [2]int
	bytes [2]int
}

const (
	up   = 0
	down = 1
)

// NewRoad opens a road at address that leads to the server's own port to.
func NewRoad(name, address, to string, said func(string, ...any)) (*Road, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("chaos: %w", err)
	}
	r := &Road{name: name, to: to, listener: l, said: said, conns: map[*passage]bool{}}
	r.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			r.wg.Go(func() { r.pass(c) })
		}
	})
	return r, nil
}

// Close ends the road and waits for all that goes on there.
func (r *Road) Close() {
	r.listener.Close()
	r.mu.Lock()
	for p := range r.conns {
		p.cut(true)
	}
	r.mu.Unlock()
	r.wg.Wait()
}

// Passed tells how many connections there were, and how many records went up and
// down.
func (r *Road) Passed() (connections, up, down int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.opened, r.records[0], r.records[1]
}

// Arm prepares a blow; the channel is closed when it has struck.
func (r *Road) Arm(b Blow) <-chan struct{} {
	a := &armed{Blow: b, done: make(chan struct{})}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.latest; p != nil && r.conns[p] && !b.Fresh {
		a.on, a.base, a.bytes = p, p.seen, p.bytes
	}
	r.armed = a
	if b.Fresh {
		for p := range r.conns {
			p.cut(b.Reset)
		}
	}
	return a.done
}

// Disarm takes back a blow that has not struck.
func (r *Road) Disarm() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = nil
}

// CutNow ends all connections.
func (r *Road) CutNow(reset bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := range r.conns {
		p.cut(reset)
	}
}

func (r *Road) pass(in net.Conn) {
	// Straight to the lab's own server on loopback: what is in front of it is under test.
	out, err := net.Dial("tcp", r.to)
	if err != nil {
		in.Close()
		return
	}
	p := &passage{road: r, in: in, out: out, end: make(chan struct{})}
	r.mu.Lock()
	r.opened++
	p.n = r.opened
	r.conns[p], r.latest = true, p
	if r.armed != nil && r.armed.on == nil {
		r.armed.on = p
	}
	r.mu.Unlock()
	r.said("%s: connection %d", r.name, p.n)
	var both sync.WaitGroup
	both.Go(func() { p.carry(up, out, in) })
	both.Go(func() { p.carry(down, in, out) })
	both.Wait()
	in.Close()
	out.Close()
	r.mu.Lock()
	delete(r.conns, p)
	seen, bytes := p.seen, p.bytes
	if a := r.armed; a != nil && a.on == p {
		a.on = nil // it did not come so far: the next one is hit
		a.base, a.bytes = [2]int{}, [2]int{}
	}
	r.mu.Unlock()
	r.said("%s: connection %d is over, %d records (%d bytes) up, %d (%d) down", r.name, p.n, seen[up], bytes[up], seen[down], bytes[down])
}

// cut ends both halves at once.
func (p *passage) cut(reset bool) {
	p.once.Do(func() {
		close(p.end)
		for _, c := range []net.Conn{p.in, p.out} {
			if t, ok := c.(*net.TCPConn); ok && reset {
				_ = t.SetLinger(0)
			}
			c.Close()
		}
	})
}

// carry carries one direction, unit by unit.
func (p *passage) carry(dir int, to, from net.Conn) {
	var pending []byte
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		pending = append(pending, buf[:n]...)
		for {
			unit := unitOf(pending)
			if unit == 0 {
				break
			}
			if !p.forward(dir, to, pending[:unit]) {
				return
			}
			pending = pending[unit:]
		}
		if err != nil {
			if len(pending) > 0 {
				_, _ = to.Write(pending)
			}
			p.hangUp(dir, to)
			return
		}
	}
}

// hangUp passes an end on. While nothing passes, no end does either.
func (p *passage) hangUp(dir int, to net.Conn) {
	if !p.flows() {
		return
	}
	if dir == up {
		// The client is gone: so is the connection.
		p.cut(false)
		return
	}
	if t, ok := to.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
	// The client has its say still, for a moment.
	time.AfterFunc(3*time.Second, func() { p.cut(false) })
}

// unitOf is the length of the first whole unit in b: a TLS record, or text up to
// the end of a tag. 0: there is none yet.
func unitOf(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	if b[0] >= 0x14 && b[0] <= 0x17 {
		if len(b) < 5 {
			return 0
		}
		n := 5 + int(binary.BigEndian.Uint16(b[3:]))
		if len(b) < n {
			return 0
		}
		return n
	}
	for i, c := range b {
		if c == '>' {
			return i + 1
		}
		if c < 0x18 && c >= 0x14 {
			return i // TLS begins
		}
	}
	return 0
}

// forward sends one unit on, if nothing has it otherwise. It reports whether the
// connection goes on.
func (p *passage) forward(dir int, to io.Writer, unit []byte) bool {
	if a, at := p.struck(dir, len(unit)); a != nil {
		p.road.said("%s: connection %d: %v strikes", p.road.name, p.n, a.Blow)
		switch a.Kind {
		case Cut:
			close(a.done)
			p.cut(a.Reset)
			return false
		case Halve:
			at = max(1, len(unit)*a.Part/1000)
			fallthrough
		case Chop:
			_, _ = to.Write(unit[:min(at, len(unit))])
			time.Sleep(20 * time.Millisecond) // so that it arrives before the end does
			close(a.done)
			p.cut(a.Reset)
			return false
		case Delay:
			close(a.done)
			select {
			case <-time.After(a.Hold):
			case <-p.end:
				return false
			}
		case Freeze:
			p.freeze(a)
		}
	}
	if !p.flows() {
		return false
	}
	if _, err := to.Write(unit); err != nil {
		p.cut(false)
		return false
	}
	p.road.mu.Lock()
	p.seen[dir]++
	p.bytes[dir] += len(unit)
	p.road.records[dir]++
	p.road.mu.Unlock()
	return true
}

// struck reports whether the armed blow strikes before this unit, or, with Chop,
// at which byte in it.
func (p *passage) struck(dir, size int) (*armed, int) {
	r := p.road
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.armed
	if a == nil || a.on != p || a.Down != (dir == down) {
		return nil, 0
	}
	at := 0
	if a.Kind == Chop {
		if at = a.At - (p.bytes[dir] - a.bytes[dir]); at >= size {
			return nil, 0
		}
	} else if p.seen[dir]-a.base[dir] < a.At {
		return nil, 0
	}
	r.armed = nil
	return a, at
}

// freeze lets nothing pass in either direction for a while. A connection that is
// frozen for good ends for the server when the account has given it up for long.
func (p *passage) freeze(a *armed) {
	r := p.road
	r.mu.Lock()
	thaw := make(chan struct{})
	p.thaw = thaw
	r.mu.Unlock()
	close(a.done)
	if a.Hold == 0 {
		time.AfterFunc(forGood, func() { p.cut(true) })
		return
	}
	time.AfterFunc(a.Hold, func() { close(thaw) })
}

// forGood is for how long nothing passes on a connection that is frozen for good:
// longer than any program takes to find out.
const forGood = 5 * time.Minute

// flows waits while nothing passes. It reports false when the connection is over.
func (p *passage) flows() bool {
	p.road.mu.Lock()
	thaw := p.thaw
	p.road.mu.Unlock()
	if thaw == nil {
		return true
	}
	select {
	case <-thaw:
		return true
	case <-p.end:
		return false
	}
}

// Addr is where the road begins, "host:port".
func (r *Road) Addr() string { return r.listener.Addr().String() }
