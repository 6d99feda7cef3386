package xmpp_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"

	mellium "mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
)

// These are about faults of the library under this package, each seen from the
// side of who could use it.

// TestAnswerWithSpace: white space before an answer's payload, which makes the
// library's UnmarshalIQ panic (session_iq.go: a token is taken for a start
// element unchecked).
func TestAnswerWithSpace(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Bind(true)
		c.Result(c.NextIs("iq"), "\n  <query xmlns='jabber:iq:roster'>\n <item jid='ben@example.test'/>\n</query>\n")
		c.Result(c.NextIs("iq"), " text ")
		iq := c.NextIs("iq")
		c.Send("<iq type='error' id='%s'/>", iq.Attr("id"))
		iq = c.NextIs("iq")
		c.Send("<iq type='error' id='%s'><error type='cancel'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>x</text><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", iq.Attr("id"))
		c.Hang()
	})
	stream := open(t, s)
	if r := stream.Roster(); len(r) != 1 || !r[0].Address.Equal(ben) {
		t.Errorf("roster %+v", r)
	}
	if err := stream.SetRosterItem(t.Context(), ben, ""); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"undefined-condition", "gone"} {
		var refused *xmpp.StanzaError
		if err := stream.SetRosterItem(t.Context(), ben, ""); !errors.As(err, &refused) || refused.Condition != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestAnswerWithSpaceControl: the same answer against the bare library, so that
// the test above can fail, and a new version that does better is noticed.
func TestAnswerWithSpaceControl(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	go func() {
		_, _ = theirs.Read(make([]byte, 4096))
		_, _ = io.WriteString(theirs, "<iq xmlns='jabber:client' type='result' id='1'> <query xmlns='jabber:iq:roster'/></iq>")
	}()
	s, err := mellium.NewSession(t.Context(), jid.JID{}, jid.JID{}, ours, mellium.Ready, mellium.NewNegotiator(
		func(*mellium.Session, *mellium.StreamConfig) mellium.StreamConfig { return mellium.StreamConfig{} }))
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan bool)
	go func() { defer close(served); _ = s.Serve(nil) }()
	panicked := func() (panicked bool) {
		defer func() { panicked = recover() != nil }()
		var payload struct{}
		_ = s.UnmarshalIQ(t.Context(), stanza.IQ{ID: "1", Type: stanza.GetIQ}.Wrap(nil), &payload)
		return false
	}()
	if !panicked {
		t.Error("the library has learned to bear it: UnmarshalIQ may be used")
	}
	_ = ours.Close()
	<-served
}

// TestPrefixedAttributes: the library takes "id" and "type" with any prefix, and
// the last of two. What it would read otherwise than we do is not let in, and
// counted all the same.
func TestPrefixedAttributes(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		id := c.NextIs("iq").Attr("id")
		for _, stanza := range []string{
			"<iq xmlns:x='y' type='get' x:type='result' id='9' x:id='ID' from='ben@example.test/r'/>",
			"<iq xmlns:x='y' x:type='result' type='get' id='9' from='ben@example.test/r'><ping xmlns='urn:xmpp:ping'/></iq>",
			"<iq xmlns:x='y' x:id='ID' type='result' from='example.test'/>",
			"<message xmlns:x='y' x:from='carl@other.test/r' from='ben@example.test/r'><body>a</body></message>",
			"<message xmlns:x='y' from='ben@example.test/r' x:type='error'><body>a</body></message>",
			"<message from='eve@evil.test' from='ben@example.test/r'><body>a</body></message>",
			"<presence type='unavailable' from='ben@example.test/r' from='eve@evil.test'/>",
		} {
			c.Send("%s", strings.ReplaceAll(stanza, "ID", id))
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("%s made the program write %s", stanza, wrote)
			}
		}
		c.Send("<r xmlns='urn:xmpp:sm:3'/>")
		if h := c.NextIs("a").Attr("h"); h != "15" { // the roster, seven, and seven pings
			t.Errorf("counted %s", h)
		}
		c.Send("<iq type='result' id='%s'/><message from='ben@example.test/r' id='end'><body>b</body></message>", id)
		c.Hang()
	})
	stream := open(t, s)
	if err := stream.SetRosterItem(t.Context(), ben, ""); err != nil {
		t.Error(err)
	}
	if m := next[xmpp.MessageReceived](t, stream); m.ID != "end" {
		t.Errorf("got %+v", m)
	}
}

// TestLongTagOfOurs: the limits of what may come are none of what we write, which
// goes through the same scanner to be cut into stanzas.
func TestLongTagOfOurs(t *testing.T) {
	name := strings.Repeat("<n", 100_000)
	stream := live(t, func(c *xmpptest.Conn) {
		iq := c.NextIs("iq")
		if len(iq.Raw) < 5*100_000 {
			t.Errorf("%d bytes came", len(iq.Raw))
		}
		c.Result(iq, "")
		c.Hang()
	})
	if err := stream.SetRosterItem(t.Context(), ben, name); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Send(t.Context(), ben, sealed(t)); err != nil {
		t.Error(err)
	}
}

// TestAnotherServersGreeting: told by its name, and what it has to say first is
// heard (ejabberd refuses an unknown host in its own name).
func TestAnotherServersGreeting(t *testing.T) {
	const header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='x' version='1.0' from='other.test'>"
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Header()
		c.Send(header + "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
		c.Hang()
	})
	var ended *xmpp.StreamError
	if _, err := try(t, s, login()); !errors.As(err, &ended) || ended.Condition != "host-unknown" {
		t.Errorf("got %v", err)
	}
	s = xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Header()
		c.Send(header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>")
		c.Hang()
	})
	if _, err := try(t, s, login()); !errors.Is(err, xmpp.ErrProtocol) {
		t.Errorf("got %v", err)
	}
}

// TestStraysInTheGreeting: a few stanzas after the sign-in are borne and make
// nothing happen; without end they are an error, not a wait for ever.
func TestStraysInTheGreeting(t *testing.T) {
	const stray = "<message from='ben@example.test/r'><body>a</body></message><iq type='get' id='1' from='example.test'><ping xmlns='urn:xmpp:ping'/></iq>"
	for n, fits := range map[int]bool{2: true, 100: false} {
		s := xmpptest.New(t, func(c *xmpptest.Conn) {
			c.Auth(xmpptest.SCRAM{})
			c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
			iq := c.NextIs("iq")
			c.Send("%s", strings.Repeat(stray, n))
			c.Result(iq, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ana@example.test/r</jid></bind>")
			if e := c.Next(); !strings.Contains(e.Raw, "jabber:iq:roster") {
				t.Errorf("got %s", e.Raw)
			} else {
				c.Result(e, "<query xmlns='jabber:iq:roster'/>")
			}
			c.Hang()
		})
		if _, err := try(t, s, login()); fits != (err == nil) || !fits && !errors.Is(err, xmpp.ErrProtocol) {
			t.Errorf("%d: got %v", n, err)
		}
	}
}
