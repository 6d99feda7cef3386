package xmpp_test

import (
	"strings"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"

	"github.com/google/go-cmp/cmp"
)

// scripts runs one script for each connection, in their order.
func scripts(t *testing.T, all ...func(*xmpptest.Conn)) *xmpptest.Server {
	next := make(chan func(*xmpptest.Conn), len(all))
	for _, s := range all {
		next <- s
	}
	return xmpptest.New(t, func(c *xmpptest.Conn) {
		select {
		case s := <-next:
			s(c)
		default:
			t.Error("one connection too many")
		}
	})
}

// left waits for the end of a stream, takes what is still handed out, and
// returns it with the leftover.
func left(t *testing.T, s *xmpp.Stream) ([]xmpp.Event, *xmpp.Leftover) {
	t.Helper()
	var rest []xmpp.Event
	timeout := time.After(60 * time.Second)
	for {
		select {
		case e, ok := <-s.Events():
			if !ok {
				return rest, s.Left()
			}
			rest = append(rest, e)
		case <-timeout:
			t.Fatal("the stream does not end")
		}
	}
}

func resume(t *testing.T, s *xmpptest.Server, l *xmpp.Leftover) (*xmpp.Stream, error) {
	t.Helper()
	with := login()
	with.Resume = l
	return try(t, s, with)
}

func send(t *testing.T, s *xmpp.Stream) xmpp.StanzaID {
	t.Helper()
	id, err := s.Send(t.Context(), ben, sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const message = "<message from='ben@example.test/r' id='%d'><body>%[1]d</body></message>"

// TestResume: the link breaks; the session goes on, with what was not
// acknowledged written again, in order and before anything new, and with what
// came and was not counted.
func TestResume(t *testing.T) {
	type seen struct{ ids, kinds []string }
	got := make(chan seen, 1)
	s := scripts(t, func(c *xmpptest.Conn) {
		c.Managed("the id", 300)
		c.NextIs("presence")
		for range 3 {
			c.NextIs("message")
		}
		c.Send(message, 1)
		c.Send(message, 2)
		c.Send("<a xmlns='urn:xmpp:sm:3' h='3'/><message from='ben@example.test/r' id='3'><body>half of") // roster, presence, one message
		c.Break()
	}, func(c *xmpptest.Conn) {
		r := c.Resume()
		if r.Attr("previd") != "the id" || r.Attr("h") != "3" { // the roster, two messages
			t.Errorf("got %s", r.Raw)
		}
		c.Resumed(r, 4, strings.ReplaceAll(message, "%d", "3")+"<r xmlns='urn:xmpp:sm:3'/>")
		var all seen
		for len(all.ids) < 2 {
			e := c.Next()
			all.kinds = append(all.kinds, e.Name.Local)
			if e.Name.Local == "message" {
				all.ids = append(all.ids, e.Attr("id"))
			}
		}
		got <- all
		c.Send("<a xmlns='urn:xmpp:sm:3' h='6'/>")
		c.Send("<message type='error' from='ben@example.test' id='%s'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>", all.ids[0])
		c.Hang()
	})
	stream := open(t, s)
	if err := stream.Available(t.Context()); err != nil {
		t.Fatal(err)
	}
	ids := []xmpp.StanzaID{send(t, stream), send(t, stream), send(t, stream)}
	events, l := left(t, stream)
	if l == nil {
		t.Fatalf("nothing left of a stream that ended with %v", stream.Err())
	}
	if len(events) != 3 {
		t.Errorf("before the end: %+v", events)
	}
	if !l.Address().Equal(stream.Address()) || time.Until(l.Until()) > 300*time.Second || time.Until(l.Until()) < 200*time.Second {
		t.Errorf("left %v until %v", l.Address(), l.Until())
	}
	_ = stream.Close()
	again, err := resume(t, s, l)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Resumed() || !again.Address().Equal(stream.Address()) {
		t.Errorf("resumed: %v, %v", again.Resumed(), again.Address())
	}
	if d := cmp.Diff([]xmpp.StanzaID{ids[1]}, next[xmpp.Acknowledged](t, again).IDs); d != "" {
		t.Error(d)
	}
	if m := next[xmpp.MessageReceived](t, again); m.ID != "3" {
		t.Errorf("got %+v", m)
	}
	last := send(t, again)
	all := <-got
	if d := cmp.Diff([]string{string(ids[2]), string(last)}, all.ids); d != "" {
		t.Errorf("%s\n%v", d, all.kinds)
	}
	if d := cmp.Diff([]xmpp.StanzaID{ids[2], last}, next[xmpp.Acknowledged](t, again).IDs); d != "" {
		t.Error(d)
	}
	if b := next[xmpp.MessageBounced](t, again); b.ID != ids[2] {
		t.Errorf("got %+v", b)
	}
}

// TestNotResumed: the server has forgotten the session; a new one begins on the
// same connection, and what the server still knows of the one before is told
// first.
func TestNotResumed(t *testing.T) {
	for attrs, known := range map[string]int{"": 0, " h='2'": 1} {
		s := scripts(t, func(c *xmpptest.Conn) {
			c.Managed("a", 300)
			c.NextIs("message")
			c.NextIs("message")
			c.Break()
		}, func(c *xmpptest.Conn) {
			c.Resume()
			c.Fresh(attrs, "b", 300)
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("wrote %q", wrote)
			}
			c.Send(message, 1)
			c.Hang()
		})
		stream := open(t, s)
		ids := []xmpp.StanzaID{send(t, stream), send(t, stream)}
		_, l := left(t, stream)
		again, err := resume(t, s, l)
		if err != nil {
			t.Fatal(err)
		}
		if again.Resumed() {
			t.Error("resumed")
		}
		if known > 0 {
			if d := cmp.Diff(ids[:known], next[xmpp.Acknowledged](t, again).IDs); d != "" {
				t.Error(d)
			}
		}
		if m := next[xmpp.MessageReceived](t, again); m.ID != "1" {
			t.Errorf("got %+v", m)
		}
		_ = again.Close()
		if again.Left() != nil {
			t.Error("left something after a good-bye")
		}
	}
}
