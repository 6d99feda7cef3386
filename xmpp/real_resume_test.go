package xmpp_test

import (
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/secret"
	"hushwing/tor/tortest"
	"hushwing/xmpp"

	"github.com/google/go-cmp/cmp"
)

// bridge is a way to a real server that breaks, or swallows what is on it, when
// it is told to.
type bridge struct {
	l        net.Listener
	to       string
	swallows [2]atomic.Bool // to the server, from it
	room     atomic.Int64   // so many bytes more go to the server; negative: any number
	over     chan struct{}  // the test is

	mu    sync.Mutex
	conns []net.Conn
}

func newBridge(t *testing.T, to string) *bridge {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &bridge{l: l, to: to, over: make(chan struct{})}
	b.room.Store(-1)
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wait.Go(func() { b.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); close(b.over); b.cut(false); wait.Wait() })
	return b
}

func (b *bridge) serve(c net.Conn) {
	// Straight to the lab's own server on loopback: what is in front of it is under test.
	s, err := net.Dial("tcp", b.to)
	if err != nil {
		_ = c.Close()
		return
	}
	half := &halfOpen{Conn: s}
	b.mu.Lock()
	b.conns = append(b.conns, c, half)
	b.mu.Unlock()
	var both sync.WaitGroup
	carry := func(from, to net.Conn, swallow *atomic.Bool) {
		defer func() {
			if half.open.Load() {
				<-b.over
			}
			_, _ = from.Close(), to.Close()
		}()
		buf := make([]byte, 32<<10)
		for {
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			if room := b.room.Load(); to == s && room >= 0 {
				n = min(n, int(room))
				b.room.Add(-int64(n))
			}
			if n > 0 && !swallow.Load() {
				if _, err := to.Write(buf[:n]); err != nil {
					return
				}
			}
		}
	}
	both.Go(func() { carry(c, s, &b.swallows[0]) })
	both.Go(func() { carry(s, c, &b.swallows[1]) })
	both.Wait()
}

func (b *bridge) swallow(toServer, fromServer bool) {
	b.swallows[0].Store(toServer)
	b.swallows[1].Store(fromServer)
}

// halfOpen is the server's side of a connection, which may stay when the other
// has gone.
type halfOpen struct {
	net.Conn
	open atomic.Bool
}

// cut ends all that goes over it, as nobody says good-bye, and lets new ones
// through. The server may take the connection for alive.
func (b *bridge) cut(half bool) {
	b.mu.Lock()
	for i := len(b.conns) - 1; i >= 0; i-- { // the server's side first
		c := b.conns[i]
		if s, servers := c.(*halfOpen); servers && half {
			s.open.Store(true)
			continue
		}
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0)
		}
		_ = c.Close()
	}
	b.conns = nil
	b.mu.Unlock()
	b.swallow(false, false)
	b.room.Store(-1)
}

// pair are two accounts of a real server: Ana's way to it breaks, Ben's does not.
type pair struct {
	t        *testing.T
	place    place
	bridge   *bridge
	login    xmpp.Login
	ana, ben *xmpp.Stream
	fromBen  []string // ids that Ana's stream handed out
	fromAna  []string // and Ben's
	acked    []xmpp.StanzaID
	seen     bool // by Ben
}

func newPair(t *testing.T, p server, names string) *pair {
	direct := loopbackTo(t, p, false)
	a, b := register(t, direct, "ana"+names, "a password"), register(t, direct, "ben"+names, "another one")
	bridge := newBridge(t, p.Addr()+":5222")
	socks := tortest.New(t)
	socks.Serve("starttls.test", bridge.l.Addr().String())
	way := direct
	way.dialer = socks.Dialer(t)
	x := &pair{t: t, place: way, bridge: bridge, login: xmpp.Login{Address: a, Password: secret.New("a password"), Gate: gate{b.String(): true}}}
	var err error
	if x.ana, err = way.open(t, x.login); err != nil {
		t.Fatal(err)
	}
	if x.ben, err = direct.open(t, xmpp.Login{Address: b, Password: secret.New("another one"), Gate: gate{a.String(): true}}); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{x.ana.Available(t.Context()), x.ben.Available(t.Context()), x.ben.Subscribe(t.Context(), a)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	asked := waitFor(t, x.ana, func(xmpp.SubscriptionRequested) bool { return true })
	if err := x.ana.Approve(t.Context(), asked.From); err != nil {
		t.Fatal(err)
	}
	x.until(x.ben, "Ana's presence", func() bool { return x.seen })
	return x
}

func (x *pair) send(from, to *xmpp.Stream, n int) (ids []string) {
	x.t.Helper()
	for range n {
		id, err := from.Send(x.t.Context(), to.Address(), sealed(x.t))
		if err != nil {
			x.t.Fatal(err)
		}
		ids = append(ids, string(id))
	}
	return ids
}

// note keeps what was handed out.
func (x *pair) note(s *xmpp.Stream, e xmpp.Event) {
	switch e := e.(type) {
	case xmpp.MessageReceived:
		if s == x.ben {
			x.fromAna = append(x.fromAna, e.ID)
		} else {
			x.fromBen = append(x.fromBen, e.ID)
		}
	case xmpp.Acknowledged:
		if s != x.ben {
			x.acked = append(x.acked, e.IDs...)
		}
	case xmpp.PresenceChanged:
		x.seen = x.seen || e.Available
	case xmpp.MessageBounced:
		x.t.Errorf("bounced: %+v", e)
	}
}

// until takes events of a stream until cond holds.
func (x *pair) until(s *xmpp.Stream, what string, cond func() bool) {
	x.t.Helper()
	deadline := time.After(60 * time.Second)
	for !cond() {
		select {
		case e, ok := <-s.Events():
			if !ok {
				x.t.Fatalf("%s: the stream ended: %v", what, s.Err())
			}
			x.note(s, e)
		case <-deadline:
			x.t.Fatalf("%s does not come: %v, %v, %v", what, x.fromAna, x.fromBen, x.acked)
		}
	}
}

// again cuts Ana's link and brings her back.
func (x *pair) again(half bool) {
	x.t.Helper()
	x.bridge.cut(half)
	events, l := left(x.t, x.ana)
	for _, e := range events {
		x.note(x.ana, e)
	}
	if l == nil {
		x.t.Fatalf("nothing left after %v", x.ana.Err())
	}
	_ = x.ana.Close()
	x.login.Resume = l
	var err error
	if x.ana, err = x.place.open(x.t, x.login); err != nil {
		x.t.Fatal(err)
	}
}

func (x *pair) check(anas, bens []string) {
	x.t.Helper()
	x.until(x.ben, "what Ana wrote", func() bool { return len(x.fromAna) >= len(anas) })
	x.until(x.ana, "what Ben wrote", func() bool { return len(x.fromBen) >= len(bens) })
	x.until(x.ana, "the acknowledgement", func() bool { return len(x.acked) >= len(anas) })
	// What is doubled comes now at the latest: the server works in order.
	last := x.send(x.ben, x.ana, 1)
	x.until(x.ana, "the last", func() bool { return slices.Contains(x.fromBen, last[0]) })
	mine := x.send(x.ana, x.ben, 1)
	x.until(x.ben, "the last", func() bool { return slices.Contains(x.fromAna, mine[0]) })
	if d := cmp.Diff(append(bens, last...), x.fromBen); d != "" {
		x.t.Errorf("from Ben: %s", d)
	}
	if d := cmp.Diff(append(anas, mine...), x.fromAna); d != "" {
		x.t.Errorf("from Ana: %s", d)
	}
}

// bothServers runs a test against each kind.
func bothServers(t *testing.T, test func(*testing.T, server)) {
	t.Run("Prosody", func(t *testing.T) { test(t, lab.Shared(t).Prosody()) })
	t.Run("ejabberd", func(t *testing.T) { test(t, lab.SharedEjabberd(t)) })
}

// TestRealResume: real servers, a link that breaks with something under way in
// each direction, three times: all arrives, once and in order.
func TestRealResume(t *testing.T) {
	bothServers(t, func(t *testing.T, s server) {
		x := newPair(t, s, "resume")
		address := x.ana.Address()
		anas, bens := x.send(x.ana, x.ben, 2), x.send(x.ben, x.ana, 2)
		x.until(x.ben, "what Ana wrote", func() bool { return len(x.fromAna) == 2 })
		// The first time the server does not even see that the connection is gone.
		for _, lost := range [][2]bool{{true, true}, {false, true}, {true, false}} {
			x.bridge.swallow(lost[0], lost[1])
			anas = append(anas, x.send(x.ana, x.ben, 3)...)
			mine := x.send(x.ben, x.ana, 3)
			bens = append(bens, mine...)
			x.until(x.ben, "the server's word", func() bool { // it has Ben's, and Ana's if they got through
				return lost[0] || len(x.fromAna) == len(anas)
			})
			waitFor(t, x.ben, func(e xmpp.Acknowledged) bool { return slices.Contains(e.IDs, xmpp.StanzaID(mine[2])) })
			x.again(lost[0] && lost[1])
			if !x.ana.Resumed() || !x.ana.Address().Equal(address) {
				t.Fatalf("resumed: %v, as %v", x.ana.Resumed(), x.ana.Address())
			}
			x.until(x.ben, "what Ana wrote", func() bool { return len(x.fromAna) >= len(anas) })
		}
		x.check(anas, bens)
	})
}

// TestRealDeaf: the link breaks within a stanza. Whether the server hears what is
// said once it has resumed the session (Prosody 0.12 does not), or not: we find
// out, contacts do not write to nobody, and a new session works.
func TestRealDeaf(t *testing.T) {
	xmpp.DeafAfter(t, 3*time.Second)
	bothServers(t, func(t *testing.T, s server) {
		x := newPair(t, s, "deaf")
		before := x.ana.Address()
		x.bridge.room.Store(20_000)
		if err := x.ana.SendBare(x.ben.Address(), "?OTR:AAMD"+strings.Repeat("A", 40_000)+"."); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(30 * time.Second); x.bridge.room.Load() > 0; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the half of the stanza does not go out")
			}
		}
		time.Sleep(200 * time.Millisecond) // so that the server has it
		x.again(false)
		if !x.ana.Resumed() {
			t.Fatal("not resumed")
		}
		mine := x.send(x.ana, x.ben, 1)
		deaf := false
		for listening := false; !listening && !deaf; {
			select {
			case e, ok := <-x.ana.Events():
				if deaf = !ok; !deaf {
					x.note(x.ana, e)
				}
				listening = slices.Contains(x.acked, xmpp.StanzaID(mine[0]))
			case <-time.After(30 * time.Second):
				t.Fatal("neither deaf nor listening")
			}
		}
		t.Logf("deaf: %v, %v", deaf, x.ana.Err())
		if !deaf {
			return
		}
		if err := x.ana.Err(); !errors.Is(err, xmpp.ErrHung) || x.ana.Left() != nil {
			t.Errorf("ended with %v, left something %v", err, x.ana.Left() != nil)
		}
		_ = x.ana.Close()
		waitFor(t, x.ben, func(e xmpp.PresenceChanged) bool { return !e.Available && e.From.Equal(before) })
		x.login.Resume = nil
		var err error
		if x.ana, err = x.place.open(t, x.login); err != nil {
			t.Fatal(err)
		}
		if err := x.ana.Available(t.Context()); err != nil {
			t.Fatal(err)
		}
		x.fromAna, x.fromBen, x.acked = nil, nil, nil
		again := x.send(x.ana, x.ben, 1)
		x.until(x.ben, "what Ana wrote", func() bool { return slices.Contains(x.fromAna, again[0]) })
	})
}

// TestRealTooLate: a server that has given the session up, because nobody came
// back in time; and one of which we know that it has.
func TestRealTooLate(t *testing.T) {
	const keep = 2 * time.Second
	bothServers(t, func(t *testing.T, s server) {
		configure := func(d time.Duration) {
			t.Helper()
			var err error
			switch s := s.(type) {
			case *lab.Prosody:
				err = s.Configure(lab.ServerOptions{Resume: d})
			case *lab.Ejabberd:
				err = s.Configure(lab.EjabberdOptions{Resume: d})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		configure(keep)
		t.Cleanup(func() { configure(0) })
		x := newPair(t, s, "late")
		for _, known := range []bool{false, true} {
			address := x.ana.Address()
			x.bridge.swallow(false, true)
			mine := x.send(x.ana, x.ben, 1)
			x.until(x.ben, "what Ana wrote", func() bool { return slices.Contains(x.fromAna, mine[0]) })
			x.bridge.cut(false)
			_, l := left(t, x.ana)
			if l == nil || time.Until(l.Until()) > keep {
				t.Fatalf("left %v, until %v", l, l.Until())
			}
			// Ben sees her go when the server gives the session up.
			gone := waitFor(t, x.ben, func(e xmpp.PresenceChanged) bool { return !e.Available && e.From.Equal(address) })
			t.Logf("%v is gone", gone.From)
			if !known {
				l.Stretch(time.Minute)
			}
			x.login.Resume = l
			var err error
			if x.ana, err = x.place.open(t, x.login); err != nil {
				t.Fatal(err)
			}
			if x.ana.Resumed() || x.ana.Address().Equal(address) {
				t.Errorf("resumed: %v, as %v", x.ana.Resumed(), x.ana.Address())
			}
			if err := x.ana.Available(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !known { // both servers remember how far it had come
				x.until(x.ana, "the acknowledgement", func() bool { return slices.Contains(x.acked, xmpp.StanzaID(mine[0])) })
			}
			x.send(x.ana, x.ben, 1)
			x.until(x.ben, "what Ana wrote", func() bool { return len(x.fromAna)%2 == 0 })
		}
	})
}

// restarted is a server that can be.
type restarted interface {
	server
	Restart() error
}

// TestRealRestart: a server that was restarted knows no sessions: a new one
// begins at once, on the same connection.
func TestRealRestart(t *testing.T) {
	bothServers(t, func(t *testing.T, s server) {
		x := newPair(t, s, "restart")
		address := x.ana.Address()
		x.bridge.swallow(false, true)
		ids := x.send(x.ana, x.ben, 2)
		x.until(x.ben, "what Ana wrote", func() bool { return len(x.fromAna) == 2 })
		if err := s.(restarted).Restart(); err != nil {
			t.Fatal(err)
		}
		x.again(false)
		if x.ana.Resumed() || x.ana.Address().Equal(address) {
			t.Errorf("resumed: %v, as %v", x.ana.Resumed(), x.ana.Address())
		}
		if err := x.ana.Available(t.Context()); err != nil {
			t.Fatal(err)
		}
		id := x.send(x.ana, x.ana, 1) // to ourselves: not heard, but acknowledged
		x.until(x.ana, "the acknowledgement", func() bool { return slices.Contains(x.acked, xmpp.StanzaID(id[0])) })
		// Prosody remembers how far it had come, ejabberd does not.
		known := 0
		for _, a := range x.acked {
			if slices.Contains(ids, string(a)) {
				known++
			}
		}
		t.Logf("of 2 that it had it says %d", known)
		if _, prosody := s.(*lab.Prosody); prosody && known != 2 {
			t.Errorf("it says that it has %d", known)
		}
	})
}
