package xmpp_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"hushwing/otr"
	"hushwing/secret"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

// live starts a server that signs us in with XEP-0198 and goes on with script.
func live(t *testing.T, script func(*xmpptest.Conn)) *xmpp.Stream {
	t.Helper()
	return open(t, xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		script(c)
	}))
}

// TestWhatGoesOut: every stanza, to the byte. Nothing in it names the program,
// its version or its system.
func TestWhatGoesOut(t *testing.T) {
	w := sealed(t)
	got := make(chan string, 1)
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		var out strings.Builder
		c.Auth(xmpptest.SCRAM{})
		out.WriteString(c.Header() + "\n")
		c.Open()
		c.Send("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>")
		bind := c.Next()
		out.WriteString(bind.Raw + "\n")
		c.Result(bind, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ana@example.test/r</jid></bind>")
		out.WriteString(c.Next().Raw + "\n")
		c.Send("<enabled xmlns='urn:xmpp:sm:3'/>")
		roster := c.Next()
		out.WriteString(roster.Raw + "\n")
		c.Result(roster, "<query xmlns='jabber:iq:roster'><item jid='ben@example.test' name='Ben' subscription='both'/><item jid='@'/><other/></query>")
		for range 7 {
			next := c.Next()
			if next.Name.Local == "r" {
				next = c.Next()
			}
			if next.Name.Local == "iq" {
				c.Result(next, "")
			}
			out.WriteString(next.Raw + "\n")
		}
		got <- out.String()
		c.Hang()
	})
	stream := open(t, s)
	if r := stream.Roster(); len(r) != 1 || r[0].Address.String() != "ben@example.test" || r[0].Name != "Ben" || r[0].Subscription != "both" {
		t.Errorf("roster %+v", r)
	}
	if a := stream.Address().String(); a != "ana@example.test/r" {
		t.Errorf("address %v", a)
	}
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(stream.Available(ctx))
	must(stream.Subscribe(ctx, jid.MustParse("ben@example.test/dropped")))
	must(stream.Approve(ctx, ben))
	must(stream.Refuse(ctx, ben))
	_, err := stream.Send(ctx, jid.MustParse("ben@example.test/b<'\"&>"), w)
	must(err)
	must(stream.SetRosterItem(ctx, ben, "B<>&\"'\x01"))
	must(stream.RemoveRosterItem(ctx, ben))
	want := `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='example.test' from='ana@example.test'>
<iq xmlns="jabber:client" type="set" id="ID"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>RESOURCE</resource></bind></iq>
<enable xmlns="urn:xmpp:sm:3" resume="true" max="600"></enable>
<iq xmlns="jabber:client" type="get" id="ID"><query xmlns="jabber:iq:roster"></query></iq>
<presence xmlns="jabber:client" id="ID"></presence>
<presence xmlns="jabber:client" type="subscribe" to="ben@example.test" id="ID"></presence>
<presence xmlns="jabber:client" type="subscribed" to="ben@example.test" id="ID"></presence>
<presence xmlns="jabber:client" type="unsubscribed" to="ben@example.test" id="ID"></presence>
<message xmlns="jabber:client" type="chat" to="ben@example.test/b&lt;&#39;&#34;&amp;&gt;" id="ID"><body>BODY</body><encryption xmlns="urn:xmpp:eme:0" namespace="urn:xmpp:otr:0"></encryption><no-store xmlns="urn:xmpp:hints"></no-store><no-permanent-store xmlns="urn:xmpp:hints"></no-permanent-store><no-copy xmlns="urn:xmpp:hints"></no-copy><private xmlns="urn:xmpp:carbons:2"></private></message>
<iq xmlns="jabber:client" type="set" id="ID"><query xmlns="jabber:iq:roster"><item jid="ben@example.test" name="B&lt;&gt;&amp;&#34;&#39;` + "\ufffd" + `"></item></query></iq>
<iq xmlns="jabber:client" type="set" id="ID"><query xmlns="jabber:iq:roster"><item jid="ben@example.test" subscription="remove"></item></query></iq>
`
	out := blank(<-got)
	if d := cmp.Diff(want, out); d != "" {
		t.Error(d)
	}
}

// blank replaces what is random.
func blank(s string) string {
	for _, part := range []struct{ before, after, name string }{{` id="`, `"`, "ID"}, {"<resource>", "</resource>", "RESOURCE"}, {"<body>", "</body>", "BODY"}} {
		var b strings.Builder
		for {
			i := strings.Index(s, part.before)
			if i < 0 {
				break
			}
			b.WriteString(s[:i] + part.before + part.name)
			s = s[i+len(part.before):]
			s = s[strings.Index(s, part.after):]
		}
		s = b.String() + s
	}
	return s
}

// TestResource: eight characters, new each time.
func TestResource(t *testing.T) {
	seen := make(chan string, 2)
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
		bind := c.Next()
		_, rest, _ := strings.Cut(bind.Raw, "<resource>")
		r, _, _ := strings.Cut(rest, "<")
		seen <- r
		c.Result(bind, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ana@example.test/"+r+"</jid></bind>")
		c.Roster("")
		c.Hang()
	})
	open(t, s)
	open(t, s)
	if a, b := <-seen, <-seen; len(a) != 8 || len(b) != 8 || a == b {
		t.Errorf("resources %q and %q", a, b)
	}
}

// TestOnlySealed: a zero Wire, a zero Stream, a zero connection.
func TestOnlySealed(t *testing.T) {
	stream := live(t, func(c *xmpptest.Conn) {
		if wrote := c.Ping(); wrote != "" {
			t.Errorf("wrote %q", wrote)
		}
		c.Hang()
	})
	if _, err := stream.Send(t.Context(), ben, otr.Wire{}); !errors.Is(err, xmpp.ErrNotSealed) {
		t.Errorf("got %v", err)
	}
	if _, err := stream.Send(t.Context(), jid.JID{}, sealed(t)); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Errorf("got %v", err)
	}
	var zero xmpp.Stream
	if _, err := zero.Send(t.Context(), ben, sealed(t)); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Errorf("got %v", err)
	}
	for _, err := range []error{
		zero.Available(t.Context()), zero.Subscribe(t.Context(), ben), zero.SetRosterItem(t.Context(), ben, ""),
		zero.Close(), zero.Err(), stream.Subscribe(t.Context(), jid.JID{}),
	} {
		if !errors.Is(err, xmpp.ErrZeroValue) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := xmpp.Open(t.Context(), nil, login()); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Errorf("got %v", err)
	}
	if _, err := xmpp.OpenRegistration(t.Context(), nil, "x"); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Errorf("got %v", err)
	}
}

// TestAcknowledgements (XEP-0198): asked after sends and not otherwise, one
// question at a time; acknowledged is what the server counts.
func TestAcknowledgements(t *testing.T) {
	step := make(chan bool)
	stream := live(t, func(c *xmpptest.Conn) {
		c.NextIs("presence")
		if wrote := c.Ping(); wrote != "" {
			t.Errorf("asked after a presence: %q", wrote)
		}
		step <- true
		c.NextIs("message")
		if e := c.Next(); e.Name.Local != "r" {
			t.Errorf("got %q after a message", e.Raw)
		}
		step <- true
		c.NextIs("message")
		c.NextIs("message")
		if wrote := c.Ping(); wrote != "" {
			t.Errorf("asked while a question was open: %q", wrote)
		}
		// roster, presence, pong, message: 4; the answer to the first question
		c.Send("<a xmlns='urn:xmpp:sm:3' h='4'/>")
		if e := c.Next(); e.Name.Local != "r" {
			t.Errorf("got %q instead of the next question", e.Raw)
		}
		c.Send("<a xmlns='urn:xmpp:sm:3' h='7'/>")
		if wrote := c.Ping(); wrote != "" {
			t.Errorf("asked without need: %q", wrote)
		}
		c.Hang()
	})
	ctx := t.Context()
	if err := stream.Available(ctx); err != nil {
		t.Fatal(err)
	}
	<-step
	var ids []xmpp.StanzaID
	send := func() {
		t.Helper()
		id, err := stream.Send(ctx, ben, sealed(t))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	send()
	<-step
	send()
	send()
	got := next[xmpp.Acknowledged](t, stream).IDs
	if len(got) == 1 { // they may come as one or as two
		got = append(got, next[xmpp.Acknowledged](t, stream).IDs...)
	}
	if d := cmp.Diff(ids, got); d != "" {
		t.Error(d)
	}
}

// TestCount: we count every stanza, answered or dropped or cut short, and
// nothing else.
func TestCount(t *testing.T) {
	t.Parallel() // it waits for answers that wait for something to go with
	done := make(chan bool)
	stream := live(t, func(c *xmpptest.Conn) {
		h := 1 // the roster
		ask := func(what string, more int) {
			h += more
			c.Send("<r xmlns='urn:xmpp:sm:3'/>")
			if got := c.NextIs("a").Attr("h"); got != strconv.Itoa(h) {
				t.Errorf("%s: counted %s, want %d", what, got, h)
			}
		}
		ask("at first", 0)
		c.Send("<message from='eve@evil.test'/>")
		ask("stranger", 1)
		c.Send("  \n ")
		ask("white space", 0)
		c.Send("<presence from='@@'/><iq/><iq type='get' id='1' from='eve@evil.test'/>")
		ask("odd ones", 3)
		c.Send("<x xmlns='y'/><a xmlns='urn:xmpp:sm:3' h='what'/>")
		ask("no stanzas", 0)
		c.Send("<message from='ben@example.test/r' x='" + strings.Repeat("x", 20<<10) + "'><body>a</body></message>")
		ask("long tag", 1)
		c.Send("<message from='ben@example.test/r'>" + strings.Repeat("<a>", 500) + strings.Repeat("</a>", 500) + "</message>")
		ask("deep", 1)
		c.Send("<message from='ben@example.test/r'><body>" + strings.Repeat("ü&amp;", 1<<18) + "</body></message>")
		ask("long", 1)
		c.Send("<message from='ben@example.test/r'>" + strings.Repeat("<a/>", 200_000) + "</message>")
		ask("many", 1)
		c.Send("<message from='ben@example.test/r'><body>b</body></message>")
		ask("a message", 1)
		close(done)
		c.Hang()
	})
	if m := next[xmpp.MessageReceived](t, stream); m.Body != "b" {
		t.Errorf("got %.50q", m.Body)
	}
	select {
	case <-done:
	case <-stream.Done():
		t.Fatal(stream.Err())
	}
}

// TestPingAcknowledges: without XEP-0198 the server's answer to a ping does it,
// and only the server's.
func TestPingAcknowledges(t *testing.T) {
	sent := make(chan bool)
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(false)
		c.NextIs("message")
		ping := c.NextIs("iq")
		if ping.Attr("to") != "example.test" || !strings.Contains(ping.Raw, "urn:xmpp:ping") {
			t.Errorf("got %s", ping.Raw)
		}
		for _, from := range []string{"ben@example.test/r", "eve@evil.test", "ana@example.test/other", "ana@example.test"} {
			c.Send("<iq type='result' id='%s' from='%s'/>", ping.Attr("id"), from)
		}
		c.Send("<message from='ben@example.test/r'><body>first</body></message>")
		<-sent
		c.Send("<iq type='error' id='%s' from='example.test'/>", ping.Attr("id")) // an error answers as well
		c.Hang()
	})
	stream := open(t, s)
	id, err := stream.Send(t.Context(), ben, sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	next[xmpp.MessageReceived](t, stream)
	close(sent)
	if d := cmp.Diff([]xmpp.StanzaID{id}, next[xmpp.Acknowledged](t, stream).IDs); d != "" {
		t.Error(d)
	}
}

// TestTooMuchAcknowledged: a server that acknowledges what we did not send is
// not believed.
func TestTooMuchAcknowledged(t *testing.T) {
	stream := live(t, func(c *xmpptest.Conn) {
		c.Send("<a xmlns='urn:xmpp:sm:3' h='2'/>")
		c.Hang()
	})
	<-stream.Done()
	if !errors.Is(stream.Err(), xmpp.ErrProtocol) {
		t.Error(stream.Err())
	}
}

// TestBounce: believed once, of our id, from whom it went to or the server.
func TestBounce(t *testing.T) {
	const bounce = "<message type='error' id='%s' from='%s'><error type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text>their text</text></error></message>"
	stream := live(t, func(c *xmpptest.Conn) {
		id := c.NextIs("message").Attr("id")
		for _, from := range []string{"eve@evil.test", "carl@other.test", "ana@example.test/other", "conference.example.test"} {
			c.Send(bounce, id, from, "gone")
		}
		c.Send(bounce, "another", "ben@example.test", "gone")
		c.Send(bounce, id, "ben@example.test", "service-unavailable")
		c.Send(bounce, id, "ben@example.test", "gone")
		second := c.NextIs("message").Attr("id")
		c.Send(bounce, second, "example.test", "made-up")
		c.Hang()
	})
	id, err := stream.Send(t.Context(), jid.MustParse("ben@example.test/r"), sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	if b := next[xmpp.MessageBounced](t, stream); b.ID != id || b.Condition != "service-unavailable" || b.From.String() != "ben@example.test" {
		t.Errorf("got %+v", b)
	}
	if _, err = stream.Send(t.Context(), ben, sealed(t)); err != nil {
		t.Fatal(err)
	}
	if b := next[xmpp.MessageBounced](t, stream); b.Condition != "undefined-condition" {
		t.Errorf("got %+v", b)
	}
}

// TestAnswersOfOthers: an answer with the right id from the wrong address is no
// answer (the library would take it).
func TestAnswersOfOthers(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Bind(true)
		iq := c.NextIs("iq")
		for _, from := range []string{"eve@evil.test", "ben@example.test/r", "ana@example.test/other", "sub.example.test", "ana@evil.test", "@"} {
			c.Send("<iq type='result' id='%s' from='%s'><query xmlns='jabber:iq:roster'><item jid='eve@evil.test' subscription='both'/></query></iq>", iq.Attr("id"), from)
		}
		c.Send("<iq type='result' id='%s' from='ana@example.test'><query xmlns='jabber:iq:roster'><item jid='ben@example.test'/></query></iq>", iq.Attr("id"))
		c.Error(c.NextIs("iq"), "modify", "not-acceptable")
		c.Hang()
	})
	stream := open(t, s)
	if r := stream.Roster(); len(r) != 1 || !r[0].Address.Equal(ben) {
		t.Errorf("got %+v", r)
	}
	var refused *xmpp.StanzaError
	if err := stream.SetRosterItem(t.Context(), ben, "x"); !errors.As(err, &refused) || refused.Condition != "not-acceptable" || refused.Type != "modify" {
		t.Errorf("got %v", err)
	}
}

// TestWhatComesIn is a table of XML in and events out.
func TestWhatComesIn(t *testing.T) {
	from := jid.MustParse("ben@example.test/r")
	stored := time.Date(2026, 3, 12, 10, 20, 30, 0, time.UTC)
	for name, test := range map[string]struct {
		in   string
		want xmpp.Event
	}{
		"chat":             {"<message from='Ben@Example.test/r' type='chat' id='1'><body>a &lt;b&gt; c</body></message>", xmpp.MessageReceived{From: from, ID: "1", Body: "a <b> c"}},
		"no type":          {"<message from='ben@example.test/r'><body>a</body></message>", xmpp.MessageReceived{From: from, Body: "a"}},
		"odd type":         {"<message from='ben@example.test/r' type='later'><body>a</body></message>", xmpp.MessageReceived{From: from, Body: "a"}},
		"group chat":       {"<message from='ben@example.test/r' type='groupchat'><body>a</body></message>", nil},
		"headline":         {"<message from='ben@example.test/r' type='headline'><body>a</body></message>", nil},
		"carbon":           {"<message from='ben@example.test/r' type='chat'><body>a</body><received xmlns='urn:xmpp:carbons:2'/></message>", nil},
		"carbon of later":  {"<message from='ben@example.test/r' type='chat'><body>a</body><sent xmlns='urn:xmpp:carbons:3'/></message>", nil},
		"private":          {"<message from='ben@example.test/r' type='chat'><body>a</body><private xmlns='urn:xmpp:carbons:2'/></message>", xmpp.MessageReceived{From: from, Body: "a"}},
		"first body":       {"<message from='ben@example.test/r'><body>a</body><body xml:lang='de'>b</body></message>", xmpp.MessageReceived{From: from, Body: "a"}},
		"markup in body":   {"<message from='ben@example.test/r'><body>a<b>x</b>c</body></message>", xmpp.MessageReceived{From: from, Body: "ac"}},
		"body elsewhere":   {"<message from='ben@example.test/r'><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>x</body></html></message>", nil},
		"empty body":       {"<message from='ben@example.test/r'><body/></message>", nil},
		"too long":         {"<message from='ben@example.test/r'><body>" + strings.Repeat("x", xmpp.MaxBody+1) + "</body></message>", nil},
		"just not":         {"<message from='ben@example.test/r'><body>" + strings.Repeat("x", xmpp.MaxBody) + "</body></message>", xmpp.MessageReceived{From: from, Body: strings.Repeat("x", xmpp.MaxBody)}},
		"unknown entity":   {"<message from='ben@example.test/r'><body>&#x41;</body></message>", xmpp.MessageReceived{From: from, Body: "A"}},
		"stored":           {"<message from='ben@example.test/r'><body>a</body><delay xmlns='urn:xmpp:delay' from='example.test' stamp='2026-03-12T10:20:30Z'/></message>", xmpp.MessageReceived{From: from, Body: "a", Delayed: stored}},
		"stored, they say": {"<message from='ben@example.test/r'><body>a</body><delay xmlns='urn:xmpp:delay' from='ben@example.test' stamp='2026-03-12T10:20:30Z'/></message>", xmpp.MessageReceived{From: from, Body: "a"}},
		"stored, when":     {"<message from='ben@example.test/r'><body>a</body><delay xmlns='urn:xmpp:delay' from='example.test' stamp='yesterday'/></message>", xmpp.MessageReceived{From: from, Body: "a"}},
		"other namespace":  {"<message xmlns='jabber:server' from='ben@example.test/r'><body>a</body></message>", nil},
		"prefixed from":    {"<message xmlns:x='y' x:from='ben@example.test/r'><body>a</body></message>", nil},
		"here":             {"<presence from='ben@example.test/r'/>", xmpp.PresenceChanged{From: from, Available: true}},
		"busy":             {"<presence from='ben@example.test/r'><show>dnd</show><status>text</status><priority>5</priority></presence>", xmpp.PresenceChanged{From: from, Available: true, Show: "dnd", Priority: 5}},
		"odd show":         {"<presence from='ben@example.test/r'><show>&lt;b&gt;</show></presence>", xmpp.PresenceChanged{From: from, Available: true}},
		"gone":             {"<presence from='ben@example.test/r' type='unavailable'/>", xmpp.PresenceChanged{From: from}},
		"all gone":         {"<presence from='ben@example.test' type='unavailable'/>", xmpp.PresenceChanged{From: ben}},
		"here but nobody":  {"<presence from='ben@example.test'/>", nil},
		"removed":          {"<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='ben@example.test' subscription='remove'/></query></iq>", xmpp.RosterChanged{Item: xmpp.RosterItem{Address: ben, Subscription: "none"}, Removed: true}},
		"two at once":      {"<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='ben@example.test'/><item jid='eve@evil.test'/></query></iq>", nil},
		"no address":       {"<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='@'/></query></iq>", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := live(t, func(c *xmpptest.Conn) {
				c.Send("%s", test.in)
				c.Send("<message from='carl@other.test/r' id='end'><body>the end</body></message>")
				c.Hang()
			})
			var got []xmpp.Event
			for e := range stream.Events() {
				if m, ok := e.(xmpp.MessageReceived); ok && m.ID == "end" {
					break
				}
				got = append(got, e)
			}
			want := []xmpp.Event{test.want}
			if test.want == nil {
				want = nil
			}
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				t.Errorf("got %.300v, want %.300v", got, want)
			}
			if stream.Err() != nil {
				t.Error(stream.Err())
			}
		})
	}
}

// TestEnds: how a stream ends and what it says then. What came before is
// handed out.
func TestEnds(t *testing.T) {
	const streamError = "<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'>%s</%[1]s><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>their text</text></stream:error></stream:stream>"
	condition := func(want string) func(error) bool {
		return func(err error) bool {
			var e *xmpp.StreamError
			return errors.As(err, &e) && e.Condition == want && !strings.Contains(err.Error(), "their")
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	for name, test := range map[string]struct {
		send string
		want func(error) bool
	}{
		"in order":     {"</stream:stream>", is(io.EOF)},
		"conflict":     {fmt.Sprintf(streamError, "conflict", ""), condition("conflict")},
		"policy":       {fmt.Sprintf(streamError, "policy-violation", ""), condition("policy-violation")},
		"elsewhere":    {fmt.Sprintf(streamError, "see-other-host", "evil.test:5222"), condition("see-other-host")},
		"made up":      {fmt.Sprintf(streamError, "made-up", ""), condition("undefined-condition")},
		"empty":        {"<stream:error/>", condition("undefined-condition")},
		"cut":          {"<message from='ben", is(io.ErrUnexpectedEOF)},
		"not xml":      {"<message></presence>", is(xmpp.ErrProtocol)},
		"text":         {"hello", is(xmpp.ErrProtocol)},
		"comment":      {"<!-- -->", is(xmpp.ErrLimit)},
		"cdata":        {"<message><body><![CDATA[x]]></body></message>", is(xmpp.ErrLimit)},
		"doctype":      {"<!DOCTYPE x [<!ENTITY a 'b'>]>", is(xmpp.ErrLimit)},
		"instruction":  {"<?xml-stylesheet href='x'?>", is(xmpp.ErrLimit)},
		"entity":       {"<message><body>&a;</body></message>", is(xmpp.ErrProtocol)},
		"another root": {"</stream:stream><message/>", is(io.EOF)},
		"far too long": {"<message>" + strings.Repeat("x", 17<<20), is(xmpp.ErrLimit)},
		"long end tag": {"<message></message" + strings.Repeat(" ", 17<<10) + ">", is(xmpp.ErrLimit)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := live(t, func(c *xmpptest.Conn) {
				c.Send("<message from='ben@example.test/r'><body>before</body></message>")
				c.Send("%s", test.send)
			})
			select {
			case <-stream.Done():
			case <-time.After(20 * time.Second):
				t.Fatal("it goes on")
			}
			if err := stream.Err(); !test.want(err) {
				t.Errorf("got %v", err)
			}
			next[xmpp.MessageReceived](t, stream)
			if e, ok := <-stream.Events(); ok {
				t.Errorf("got %#v", e)
			}
			if _, err := stream.Send(t.Context(), ben, sealed(t)); !errors.Is(err, xmpp.ErrClosed) {
				t.Errorf("Send: %v", err)
			}
		})
	}
}

// TestClose: what is queued goes out, then a good-bye; nothing is handed out
// any more; and again does no harm.
func TestClose(t *testing.T) {
	rest := make(chan string, 1)
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		c.Send("<message from='ben@example.test/r'><body>never taken</body></message>")
		defer func() { rest <- c.Received() }()
		c.Hang()
	})
	stream := open(t, s)
	if _, err := stream.Send(t.Context(), ben, sealed(t)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := stream.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := <-rest; !strings.Contains(got, "<message") || !strings.HasSuffix(got, "</stream:stream>") {
		t.Errorf("sent %q", got)
	}
	if stream.Err() != nil {
		t.Error(stream.Err())
	}
	if _, err := stream.Send(t.Context(), ben, sealed(t)); !errors.Is(err, xmpp.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := stream.SetRosterItem(t.Context(), ben, ""); !errors.Is(err, xmpp.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// TestDeafPeer: a server that stops reading fills our queue and no more; Send
// says so at once, and Close does not wait for it.
func TestDeafPeer(t *testing.T) {
	stop := make(chan bool)
	defer close(stop)
	stream := live(t, func(*xmpptest.Conn) { <-stop })
	w := sealed(t)
	begin := time.Now()
	var err error
	n := 0
	for ; err == nil && n < 1_000_000; n++ {
		_, err = stream.Send(t.Context(), jid.MustParse("ben@example.test/"+strings.Repeat("r", 1000)), w)
		if errors.Is(err, xmpp.ErrSlow) && n < 100_000 && time.Since(begin) < time.Second {
			err = nil // the writer may only be busy
			time.Sleep(time.Millisecond)
		}
	}
	if !errors.Is(err, xmpp.ErrSlow) {
		t.Fatalf("after %d: %v", n, err)
	}
	begin = time.Now()
	if err := stream.Close(); err != nil {
		t.Error(err)
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("Close took %v", d)
	}
}

// TestFlood: a server that floods while nobody takes events is slowed down. It
// cannot make us grow, a request of ours is still answered, and nothing is
// lost or out of order afterwards.
func TestFlood(t *testing.T) {
	const count = 8_000
	body := strings.Repeat("x", 1000)
	stream := live(t, func(c *xmpptest.Conn) {
		flood := func(from, to int) {
			var b strings.Builder
			for i := from; i < to; i++ {
				fmt.Fprintf(&b, "<message from='ben@example.test/r' id='%d'><body>%s</body></message>", i, body)
			}
			c.Send("%s", b.String())
		}
		flood(0, 2000)
		c.Result(c.NextIs("iq"), "")
		flood(2000, count)
		c.Hang()
	})
	time.Sleep(100 * time.Millisecond) // let the queue fill
	if err := stream.SetRosterItem(t.Context(), ben, "Ben"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("%d MB in use", m.HeapInuse>>20)
	for i := range count {
		if e := next[xmpp.MessageReceived](t, stream); e.ID != strconv.Itoa(i) {
			t.Fatalf("got %s, want %d", e.ID, i)
		}
	}
}

// TestPingFlood: a server that pings without reading the answers gets no more
// than a few of them queued.
func TestPingFlood(t *testing.T) {
	done := make(chan bool)
	stream := live(t, func(c *xmpptest.Conn) {
		var b strings.Builder
		for range 3_000 {
			b.WriteString("<iq type='get' id='" + strings.Repeat("x", 500) + "'><ping xmlns='urn:xmpp:ping'/></iq><r xmlns='urn:xmpp:sm:3'/>")
		}
		c.Send("%s", b.String())
		c.Send("<message from='ben@example.test/r'><body>the end</body></message>")
		<-done
	})
	defer close(done) // also when what is waited for does not come
	next[xmpp.MessageReceived](t, stream)
}

// TestSession: servers of before RFC 6121, and those with an empty roster or
// one that they refuse.
func TestSession(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/><sm xmlns='urn:xmpp:sm:3'/>")
		c.Result(c.Next(), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
		if e := c.Next(); !strings.Contains(e.Raw, "xmpp-session") {
			t.Errorf("got %s", e.Raw)
		} else {
			c.Result(e, "")
		}
		c.NextIs("enable")
		c.Send("<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
		c.Error(c.NextIs("iq"), "cancel", "item-not-found")
		c.Hang()
	})
	open(t, s)
}

// TestPasswords: SASLprep, and names that SCRAM must escape.
func TestPasswords(t *testing.T) {
	for name, l := range map[string]xmpp.Login{
		"as it is":       {Address: ana, Password: secret.New(xmpptest.Password)},
		"other space":    {Address: ana, Password: secret.New("correct\u00a0horse")},
		"soft hyphen":    {Address: ana, Password: secret.New("cor\u00adrect horse")},
		"wide letters":   {Address: ana, Password: secret.New("\uff43orrect horse")},
		"name to escape": {Address: jid.MustParse("a=b,c@example.test"), Password: secret.New(xmpptest.Password)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Auth(xmpptest.SCRAM{})
				c.User = l.Address.Localpart()
				c.Bind(false)
				c.Roster("")
				c.Hang()
			})
			if _, err := try(t, s, l); err != nil {
				t.Error(err)
			}
		})
	}
}
