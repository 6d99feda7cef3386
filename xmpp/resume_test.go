package xmpp_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
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

// TestDeafServer: a server that resumes a session and hears nothing in it is given
// up, although it sends, with the good-bye that ends the session there; nothing is
// left to be resumed. One that answers the first question is not.
func TestDeafServer(t *testing.T) {
	xmpp.DeafAfter(t, time.Second)
	for _, hears := range []bool{false, true} {
		s := scripts(t, func(c *xmpptest.Conn) {
			c.Managed("the id", 300)
			c.NextIs("message")
			c.Break()
		}, func(c *xmpptest.Conn) {
			r := c.Resume()
			c.Resumed(r, 1, strings.ReplaceAll(message, "%d", "1"))
			if e := c.Next(); e.Name.Local != "r" {
				t.Errorf("the first thing that is said is %s", e.Raw)
			}
			if hears {
				c.Send("<a xmlns='urn:xmpp:sm:3' h='1'/>")
				time.Sleep(1500 * time.Millisecond)
				c.Break()
				return
			}
			for range 5 { // there are signs of life
				time.Sleep(300 * time.Millisecond)
				c.Send(message, 2)
			}
			c.Hang() // until the connection ends
		})
		stream := open(t, s)
		send(t, stream)
		_, l := left(t, stream)
		_ = stream.Close()
		again, err := resume(t, s, l)
		if err != nil {
			t.Fatal(err)
		}
		_, l = left(t, again)
		if hears {
			if l == nil || errors.Is(again.Err(), xmpp.ErrHung) {
				t.Errorf("one that hears: left something %v, %v", l != nil, again.Err())
			}
			continue
		}
		if l != nil || !errors.Is(again.Err(), xmpp.ErrHung) {
			t.Errorf("one that does not: left something %v, %v", l != nil, again.Err())
		}
		_ = again.Close()
		if c := s.Conns()[1]; !xmpptest.Wait(func() bool { return strings.HasSuffix(c.Heard(), "</stream:stream>") }) {
			t.Error("no good-bye was said")
		}
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

// TestOnlyHandedOutIsCounted: what was read and not handed out when the link
// broke is not claimed: the server keeps it for the session that goes on. And
// what was handed out is, to the last one.
func TestOnlyHandedOutIsCounted(t *testing.T) {
	const flood = 3000 // more than waits for whoever takes events
	s := scripts(t, func(c *xmpptest.Conn) {
		c.Managed("a", 300)
		c.NextIs("message")
		var b strings.Builder
		for i := range flood {
			fmt.Fprintf(&b, message, i)
		}
		go c.Send("%s", b.String()[:b.Len()-20])
		c.NextIs("message") // by now nobody reads
		c.Break()
	}, func(c *xmpptest.Conn) {
		r := c.Resume()
		h, _ := strconv.Atoi(r.Attr("h"))
		var b strings.Builder
		for i := h - 1; i < flood; i++ { // without the roster
			fmt.Fprintf(&b, message, i)
		}
		c.Resumed(r, 3, b.String())
		c.Hang()
	})
	stream := open(t, s)
	send(t, stream)
	time.Sleep(300 * time.Millisecond) // let the queue fill
	send(t, stream)
	for stream.Err() == nil { // nobody reads: only the next write finds out
		_, _ = stream.Send(t.Context(), ben, sealed(t))
		time.Sleep(50 * time.Millisecond)
	}
	events, l := left(t, stream)
	if len(events) == 0 || len(events) >= flood {
		t.Fatalf("%d events", len(events))
	}
	again, err := resume(t, s, l)
	if err != nil {
		t.Fatal(err)
	}
	next[xmpp.Acknowledged](t, again)
	for i := len(events); i < flood; i++ {
		if m := next[xmpp.MessageReceived](t, again); m.ID != strconv.Itoa(i) {
			t.Fatalf("got %s, want %d", m.ID, i)
		}
	}
}

// TestCloseLeavesNothing: whoever closes a stream that broke, without having
// taken what it had to say, cannot go on with it: that would be lost.
func TestCloseLeavesNothing(t *testing.T) {
	s := scripts(t, func(c *xmpptest.Conn) {
		c.Managed("a", 300)
		c.Send(message, 1)
		c.Break()
	})
	stream := open(t, s)
	<-stream.Done()
	if stream.Left() != nil {
		t.Error("something is left before all was handed out")
	}
	_ = stream.Close()
	if _, l := left(t, stream); l != nil {
		t.Error("something is left though a message was lost")
	}
}

// TestLastWord: a good-bye says what has come and was handed out, so that the
// server neither stores nor sends back what we have; but not what was not, and
// not twice.
func TestLastWord(t *testing.T) {
	for name, test := range map[string]struct {
		take, asked bool
		want        string
	}{
		"handed out":                    {true, false, `<a xmlns="urn:xmpp:sm:3" h="2"/></stream:stream>`},
		"handed out, the server asked":  {true, true, `<a xmlns="urn:xmpp:sm:3" h="2"/></stream:stream>`},
		"not handed out":                {false, false, `</stream:stream>`},
		"not handed out, but asked for": {false, true, `</stream:stream>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 1)
			s := xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Managed("a", 300)
				defer func() {
					all := c.Received()
					got <- all[strings.LastIndex(all, "</iq>")+len("</iq>"):]
				}()
				c.Send(message, 1)
				if test.asked {
					c.Send("<r xmlns='urn:xmpp:sm:3'/>")
				}
				c.Hang()
			})
			stream := open(t, s)
			if test.take {
				next[xmpp.MessageReceived](t, stream)
			} else {
				time.Sleep(100 * time.Millisecond) // let it come
			}
			_ = stream.Close()
			if said := <-got; said != test.want {
				t.Errorf("said %q, want %q", said, test.want)
			}
		})
	}
}

// TestWhatIsRepeated: requests whose answer nobody awaits and presences that a
// later one has made stale are not; requests of contacts are; and the server's
// count means the ones that were.
func TestWhatIsRepeated(t *testing.T) {
	got := make(chan string, 1)
	s := scripts(t, func(c *xmpptest.Conn) {
		c.Managed("a", 300)
		for range 9 {
			for c.Next().Name.Local == "r" {
			}
		}
		c.Break()
	}, func(c *xmpptest.Conn) {
		r := c.Resume()
		c.Resumed(r, 2, "") // roster and the first presence
		var all strings.Builder
		for range 5 {
			e := c.Next()
			for e.Name.Local == "r" {
				e = c.Next()
			}
			all.WriteString(e.Name.Local + " " + e.Attr("type") + " " + e.Attr("to") + "\n")
		}
		got <- all.String()
		c.Send("<a xmlns='urn:xmpp:sm:3' h='7'/>")
		c.Hang()
	})
	stream := open(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	carl := jid.MustParse("carl@other.test")
	must(stream.Available(ctx)) // has been counted
	must(stream.Approve(ctx, carl))
	must(stream.Subscribe(ctx, carl))
	asking := make(chan error, 1)
	go func() { asking <- stream.SetRosterItem(ctx, ben, "Ben") }()
	time.Sleep(50 * time.Millisecond)
	must(stream.Available(ctx))
	must(stream.Approve(ctx, ben))
	first := send(t, stream)
	must(stream.Refuse(ctx, ben)) // so they are not approved
	must(stream.Available(ctx))
	_, l := left(t, stream)
	if err := <-asking; err == nil {
		t.Error("the request has an answer")
	}
	again, err := resume(t, s, l)
	if err != nil {
		t.Fatal(err)
	}
	want := "presence subscribed carl@other.test\npresence subscribe carl@other.test\nmessage chat ben@example.test\npresence unsubscribed ben@example.test\npresence  \n"
	if d := cmp.Diff(want, <-got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]xmpp.StanzaID{first}, next[xmpp.Acknowledged](t, again).IDs); d != "" {
		t.Error(d)
	}
}

// TestLyingServer: one that says of the session before what cannot be is not
// believed, in any of its words, and nothing that was left is used again.
func TestLyingServer(t *testing.T) {
	const id = "a"
	resumed := func(attrs string) func(*xmpptest.Conn) {
		return func(c *xmpptest.Conn) { c.Send("<resumed xmlns='urn:xmpp:sm:3' " + attrs + "/>"); c.Hang() }
	}
	failed := func(attrs string) func(*xmpptest.Conn) {
		return func(c *xmpptest.Conn) { c.Send("<failed xmlns='urn:xmpp:sm:3' " + attrs + "/>"); c.Hang() }
	}
	for name, answer := range map[string]func(*xmpptest.Conn){
		"more than sent":           resumed("h='5' previd='a'"),
		"less than acknowledged":   resumed("h='1' previd='a'"),
		"round the corner":         resumed("h='4294967295' previd='a'"),
		"no count":                 resumed("previd='a'"),
		"an empty count":           resumed("h='' previd='a'"),
		"a negative count":         resumed("h='-1' previd='a'"),
		"a count that is too long": resumed("h='4294967296' previd='a'"),
		"a count that is no count": resumed("h='4x' previd='a'"),
		"a count elsewhere":        resumed("xmlns:x='y' x:h='4' previd='a'"),
		"another session":          resumed("h='4' previd='b'"),
		"no session":               resumed("h='4'"),
		"failed, more than sent":   failed("h='5'"),
		"failed, less than before": failed("h='1'"),
		"failed, no number":        failed("h='all'"),
		"something else":           func(c *xmpptest.Conn) { c.Send("<enabled xmlns='urn:xmpp:sm:3' id='a'/>"); c.Hang() },
		"another namespace":        func(c *xmpptest.Conn) { c.Send("<resumed xmlns='urn:xmpp:sm:2' h='4' previd='a'/>"); c.Hang() },
		"a stanza first": func(c *xmpptest.Conn) {
			c.Send(message+"<resumed xmlns='urn:xmpp:sm:3' h='4' previd='a'/>", 7)
			c.Hang()
		},
		"far too long": func(c *xmpptest.Conn) {
			c.Send("<resumed xmlns='urn:xmpp:sm:3' h='4' previd='a'>" + strings.Repeat("<x/>", 40_000) + "</resumed>")
			c.Hang()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scripts(t, func(c *xmpptest.Conn) {
				c.Managed(id, 300)
				c.NextIs("message")
				c.Send("<a xmlns='urn:xmpp:sm:3' h='2'/>")
				c.NextIs("message")
				c.NextIs("message")
				c.Break()
			}, func(c *xmpptest.Conn) {
				c.Resume()
				answer(c)
			}, func(c *xmpptest.Conn) { // the next try is a new session
				c.Managed("c", 300)
				c.Hang()
			})
			stream := open(t, s)
			send(t, stream)
			next[xmpp.Acknowledged](t, stream)
			send(t, stream)
			send(t, stream)
			_, l := left(t, stream)
			if l == nil {
				t.Fatal("nothing left")
			}
			if _, err := resume(t, s, l); !errors.Is(err, xmpp.ErrProtocol) && !errors.Is(err, xmpp.ErrLimit) {
				t.Errorf("got %v", err)
			}
			again, err := resume(t, s, l)
			if err != nil {
				t.Fatal(err)
			}
			if again.Resumed() {
				t.Error("resumed")
			}
		})
	}
}

// TestLeftover: what is left is used once, for its account, and before it is too
// late; but a try that the server did not answer changes nothing.
func TestLeftover(t *testing.T) {
	fresh := func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
		if e := c.Next(); e.Name.Local != "iq" {
			t.Errorf("got %s", e.Raw)
		}
		c.Break()
	}
	broken := func(c *xmpptest.Conn) { c.Managed("a", 300); c.Break() }
	s := scripts(t, broken, func(c *xmpptest.Conn) { c.Auth(xmpptest.SCRAM{}); c.Break() },
		func(c *xmpptest.Conn) { c.Resume(); c.Break() },
		func(c *xmpptest.Conn) { c.Resumed(c.Resume(), 1, ""); c.Break() }, fresh, fresh,
		func(c *xmpptest.Conn) { c.Resumed(c.Resume(), 1, ""); c.Hang() })
	stream := open(t, s)
	_, l := left(t, stream)
	for range 2 {
		if _, err := resume(t, s, l); err == nil {
			t.Error("signed in")
		}
	}
	again, err := resume(t, s, l)
	if err != nil || !again.Resumed() {
		t.Fatalf("not resumed: %v", err)
	}
	if _, err := resume(t, s, l); err == nil { // used
		t.Error("signed in")
	}
	_, l = left(t, again)
	if l == nil {
		t.Fatal("nothing left of a session that has gone on once")
	}
	other := login()
	other.Address, other.Resume = jid.MustParse("anna@example.test"), l
	if _, err := try(t, s, other); err == nil {
		t.Error("signed in")
	}
	if again, err = resume(t, s, l); err != nil || !again.Resumed() {
		t.Errorf("not resumed: %v", err)
	}
	var none *xmpp.Leftover
	if !none.Until().IsZero() || !none.Address().Equal(xmpp.Address{}) || (&xmpp.Stream{}).Left() != nil || (&xmpp.Stream{}).Resumed() {
		t.Error("zero values")
	}
}

// TestNothingLeft: servers that cannot, and ends after which one must not.
func TestNothingLeft(t *testing.T) {
	const streamError = "<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
	for name, test := range map[string]struct {
		enabled, send string
		left          bool
	}{
		"it can":               {" resume='true' id='a' max='300'", "", true},
		"no word of time":      {" resume='1' id='a'", "", true},
		"times that are none":  {" resume='1' id='a' max='soon'", "", true},
		"cut in a stanza":      {" resume='true' id='a'", "<message from='", true},
		"they gave us up":      {" resume='true' id='a'", fmt.Sprintf(streamError, "connection-timeout"), true},
		"it does not":          {"", "", false},
		"it will not":          {" resume='false' id='a'", "", false},
		"no name":              {" resume='true'", "", false},
		"no time":              {" resume='true' id='a' max='0'", "", false},
		"a name far too long":  {" resume='true' id='" + strings.Repeat("x", 5000) + "'", "", false},
		"in order":             {" resume='true' id='a'", "</stream:stream>", false},
		"another resource":     {" resume='true' id='a'", fmt.Sprintf(streamError, "conflict"), false},
		"it is shut down":      {" resume='true' id='a'", fmt.Sprintf(streamError, "system-shutdown"), false},
		"no xml":               {" resume='true' id='a'", "<message></presence>", false},
		"not allowed":          {" resume='true' id='a'", "<message><!-- --></message>", false},
		"a count that is none": {" resume='true' id='a'", "<a xmlns='urn:xmpp:sm:3' h='9'/>", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := open(t, xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Auth(xmpptest.SCRAM{})
				c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
				c.Result(c.NextIs("iq"), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
				c.NextIs("enable")
				c.Send("<enabled xmlns='urn:xmpp:sm:3'%s location='evil.test'/>", test.enabled)
				c.Roster("")
				c.Send("%s", test.send)
				c.Break()
			}))
			_, l := left(t, stream)
			if (l != nil) != test.left {
				t.Errorf("after %v: left %v", stream.Err(), l != nil)
			}
			if d := time.Until(l.Until()); test.left && d > 10*time.Minute {
				t.Errorf("for %v", d)
			}
		})
	}
}

// TestRosterOfBefore: with what has changed since.
func TestRosterOfBefore(t *testing.T) {
	const push = "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='%s' name='%s' subscription='%s'/></query></iq>"
	s := scripts(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
		c.Result(c.NextIs("iq"), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
		c.NextIs("enable")
		c.Send("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='a'/>")
		c.Roster("<item jid='a@example.test' name='A'/><item jid='b@example.test' name='B'/><item jid='c@example.test' name='C'/>")
		c.Send(push, "b@example.test", "Ben", "both")
		c.Send(push, "a@example.test", "", "remove")
		c.Send(push, "d@example.test", "D", "to")
		c.Ping()
		c.Break()
	}, func(c *xmpptest.Conn) { c.Resumed(c.Resume(), 1, ""); c.Hang() })
	stream := open(t, s)
	_, l := left(t, stream)
	again, err := resume(t, s, l)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range again.Roster() {
		names = append(names, i.Name+" "+i.Subscription)
	}
	slices.Sort(names)
	if d := cmp.Diff([]string{"Ben both", "C none", "D to"}, names); d != "" {
		t.Error(d)
	}
}
