package xmpp_test

import (
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// quiet signs in over a line to a server that does as it should, in simulated
// time.
func quiet(t *testing.T, script func(*xmpptest.Conn)) (*xmpptest.Line, *xmpp.Stream) {
	t.Helper()
	line, ours, theirs := xmpptest.NewLine()
	xmpptest.Run(t, theirs, script)
	return line, signIn(t, ours)
}

func signIn(t *testing.T, ours net.Conn) *xmpp.Stream {
	t.Helper()
	l := login()
	l.AllowPlain = true
	s, err := xmpp.OpenOn(t.Context(), unsecured{ours}, l)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for range s.Events() {
		}
	}()
	return s
}

// answering is a server that answers questions while its link is there, and
// notes when they came.
type answering struct {
	sm bool

	mu    sync.Mutex
	mute  bool // it reads and says nothing any more
	asked []time.Time
	h     uint32
}

func (a *answering) hush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mute = true
}

func (a *answering) questions() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.asked)
}

func (a *answering) serve(c *xmpptest.Conn) {
	c.Auth(plain)
	c.Bind(a.sm)
	c.Roster("")
	a.h = 1
	for {
		a.take(c, c.Next())
	}
}

func (a *answering) take(c *xmpptest.Conn, e xmpptest.Elem) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ping := strings.Contains(e.Raw, "urn:xmpp:ping")
	if e.Name.Local != "r" {
		a.h++
	}
	if e.Name.Local == "r" || ping {
		a.asked = append(a.asked, time.Now())
	}
	switch {
	case a.mute:
	case ping:
		c.Result(e, "")
	case e.Name.Local == "r":
		c.Send("<a xmlns='urn:xmpp:sm:3' h='%d'/>", a.h)
	}
}

// TestPace: how often a stream asks, how unevenly, and how soon it finds out
// that nobody is there: idle and while people talk, with and without XEP-0198.
func TestPace(t *testing.T) {
	for _, sm := range []bool{true, false} {
		for _, pace := range []xmpp.Pace{xmpp.Idle, xmpp.Chatting} {
			synctest.Test(t, func(t *testing.T) {
				a := &answering{sm: sm}
				_, s := quiet(t, a.serve)
				defer s.Close()
				talk := func() {
					if pace == xmpp.Chatting {
						send(t, s)
					}
				}
				talk()
				var gaps []time.Duration
				begin := time.Now()
				for time.Since(begin) < pace.Most*300 && s.Err() == nil {
					talk()
					time.Sleep(time.Second) // what the message asked is answered
					n := len(a.questions())
					time.Sleep(2 * time.Minute)
					if pace == xmpp.Idle {
						time.Sleep(20 * time.Minute)
					}
					asked := a.questions()
					for i := max(n, 1); i < len(asked); i++ {
						gaps = append(gaps, asked[i].Sub(asked[i-1]))
					}
				}
				if s.Err() != nil {
					t.Fatalf("ended: %v", s.Err())
				}
				slices.Sort(gaps)
				if least, most := gaps[0], gaps[len(gaps)-1]; least < pace.Least || most > pace.Most {
					t.Errorf("from %v to %v", least, most)
				}
				if len(slices.Compact(slices.Clone(gaps))) < len(gaps)*9/10 || gaps[len(gaps)*9/10]-gaps[len(gaps)/10] < (pace.Most-pace.Least)/2 {
					t.Errorf("even: %v of %d", gaps[len(gaps)*9/10]-gaps[len(gaps)/10], len(gaps))
				}
				talk()
				time.Sleep(time.Second)
				a.hush()
				silence := time.Now()
				<-s.Done()
				if !errors.Is(s.Err(), xmpp.ErrHung) {
					t.Errorf("got %v", s.Err())
				}
				found := time.Since(silence)
				t.Logf("XEP-0198 %v: %d questions, from %v to %v; the end is found after %v", sm, len(gaps), gaps[0], gaps[len(gaps)-1], found)
				if limit := map[bool]time.Duration{true: time.Minute, false: 5 * time.Minute}[pace == xmpp.Chatting]; found > limit {
					t.Errorf("found after %v", found)
				}
			})
		}
	}
}

// TestSignsOfLife: whatever comes is one: while something does, a stream asks
// nothing; half a stanza will do.
func TestSignsOfLife(t *testing.T) {
	for _, sign := range []string{" ", "<presence from='eve@evil.test'/>", "x"} {
		synctest.Test(t, func(t *testing.T) {
			_, s := quiet(t, func(c *xmpptest.Conn) {
				c.Auth(plain)
				c.Bind(true)
				c.Roster("")
				if sign == "x" {
					c.Send("<message from='ben@example.test/r'><body>")
				}
				for range 100 {
					time.Sleep(119 * time.Second)
					c.Send("%s", sign)
				}
				if got := c.Received(); strings.Contains(got, "<r ") {
					t.Error("it asked")
				}
				c.Hang()
			})
			defer s.Close()
			time.Sleep(100 * 119 * time.Second)
			if s.Err() != nil {
				t.Errorf("ended: %v", s.Err())
			}
			<-s.Done()
		})
	}
}

// TestDeadAfterAMessage: one that was written into a dead link is found out
// within half a minute, and is not lost.
func TestDeadAfterAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &xmpptest.Account{SCRAM: plain}
		line, s := quiet(t, a.Serve)
		time.Sleep(time.Hour)
		line.Freeze()
		send(t, s)
		begin := time.Now()
		<-s.Done()
		if d := time.Since(begin); !errors.Is(s.Err(), xmpp.ErrHung) || d > 30*time.Second {
			t.Errorf("%v after %v", s.Err(), d)
		}
		synctest.Wait()
		if s.Left() == nil {
			t.Error("nothing left")
		}
		line.Break()
		_ = s.Close()
	})
}

// TestProbe: an answer, or the end, within the time that was said.
func TestProbe(t *testing.T) {
	for _, sm := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			a := &answering{sm: sm}
			_, s := quiet(t, a.serve)
			defer s.Close()
			time.Sleep(time.Minute)
			s.Probe(10 * time.Second)
			time.Sleep(11 * time.Second)
			if s.Err() != nil || len(a.questions()) != 1 {
				t.Errorf("%v, asked %d times", s.Err(), len(a.questions()))
			}
			a.hush()
			s.Probe(10 * time.Second)
			s.Probe(10 * time.Second)
			time.Sleep(9 * time.Second)
			if s.Err() != nil {
				t.Errorf("ended too early: %v", s.Err())
			}
			time.Sleep(2 * time.Second)
			if !errors.Is(s.Err(), xmpp.ErrHung) {
				t.Errorf("got %v", s.Err())
			}
			s.Probe(time.Second)
			(&xmpp.Stream{}).Probe(time.Second)
		})
	}
}

// TestNobodyTakesEvents: a stream that does not read because nobody takes what
// it has read is not taken for dead, however long.
func TestNobodyTakesEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line, ours, theirs := xmpptest.NewLine()
		xmpptest.Run(t, theirs, func(c *xmpptest.Conn) {
			c.Auth(plain)
			c.Bind(true)
			c.Roster("")
			for i := range 3000 {
				c.Send(message, i)
			}
			c.Hang()
		})
		l := login()
		l.AllowPlain = true
		s, err := xmpp.OpenOn(t.Context(), unsecured{ours}, l)
		if err != nil {
			t.Fatal(err)
		}
		send(t, s)
		s.Probe(time.Second)
		time.Sleep(time.Hour)
		if s.Err() != nil {
			t.Errorf("ended: %v", s.Err())
		}
		line.Break()
		_ = s.Close()
	})
}

// TestFewPackets: a burst of messages shares packets and one question; what
// others say is acknowledged in a packet with our own words.
func TestFewPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &xmpptest.Account{SCRAM: plain}
		line, s := quiet(t, a.Serve)
		defer s.Close()
		time.Sleep(time.Minute)
		line.Count()
		for range 100 {
			send(t, s)
			time.Sleep(2 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if out, bytes, in, _ := line.Count(); out > 12 || in > 2 || len(a.Got()) != 100 {
			t.Errorf("100 messages in %d packets of %d bytes, with %d answers", out, bytes, in)
		}
		send(t, s)
		time.Sleep(time.Second)
		if out, _, in, _ := line.Count(); out != 1 || in != 1 {
			t.Errorf("a message in %d packets, with %d answers", out, in)
		}
		a.Deliver("<message from='ben@example.test/r'><body>x</body></message>")
		time.Sleep(100 * time.Millisecond)
		send(t, s)
		time.Sleep(time.Second)
		if out, _, in, _ := line.Count(); out != 1 || in != 2 {
			t.Errorf("an answer in %d packets, with %d", out, in)
		}
		a.Deliver("<message from='ben@example.test/r'><body>x</body></message>")
		time.Sleep(time.Second)
		if out, _, _, _ := line.Count(); out != 1 {
			t.Errorf("an acknowledgement alone in %d packets", out)
		}
	})
}
