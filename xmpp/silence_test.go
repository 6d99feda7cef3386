package xmpp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// strangers are addresses whose stanzas must make nothing happen: not admitted,
// made to look admitted, or unreadable. "" is a stanza of our own account.
var strangers = []string{
	"eve@evil.test/x", "eve@evil.test", "evil.test", "room@conference.example.test/ben",
	"ben@example.test.evil.test/r", "ben@evil.test/r", "ben%example.test@evil.test/r",
	"carl@example.test/r", "example.test/ben@example.test", "ana@example.test/other",
	"ana@example.test/r", "ana@example.test", "example.test", "",
	"b\u0435n@example.test/r", // Cyrillic е
	"ben@example.test\u2028/r", "ben@@example.test", "@example.test", "ben@/r", "/", "\u202ebne@example.test",
	"ben@" + strings.Repeat("x", 2000), "ben@exa mple.test/r",
}

// forged are stanzas that ask for an event or an answer. %[1]s is the from
// attribute, %[2]s the id of a message of ours that is under way.
var forged = []string{
	"<message%[1]s type='chat'><body>hello</body></message>",
	"<message%[1]s><body>hello</body></message>",
	"<message%[1]s type='normal' id='1'><body>?OTRv3?</body><request xmlns='urn:xmpp:receipts'/></message>",
	"<message%[1]s type='headline'><body>hello</body></message>",
	"<message%[1]s type='groupchat'><body>hello</body></message>",
	"<message%[1]s type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
	"<message%[1]s type='chat'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='ben@example.test/r' type='chat'><body>hello</body></message></forwarded></received></message>",
	"<message%[1]s type='chat'><body>hello</body><sent xmlns='urn:xmpp:carbons:2'/></message>",
	"<message%[1]s><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='ben@example.test/r'><body>hello</body></message></forwarded></result></message>",
	"<message%[1]s><x xmlns='http://jabber.org/protocol/muc#user'><invite from='ben@example.test'/></x></message>",
	"<message%[1]s><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='x'/></event></message>",
	"<presence%[1]s/>",
	"<presence%[1]s type='unavailable'/>",
	"<presence%[1]s type='subscribed'/>",
	"<presence%[1]s type='unsubscribed'/>",
	"<presence%[1]s type='unsubscribe'/>",
	"<presence%[1]s type='probe'/>",
	"<presence%[1]s type='error'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>",
	"<presence%[1]s><c xmlns='http://jabber.org/protocol/caps' hash='odd' node='n' ver='v'/></presence>",
	"<iq%[1]s type='odd' id='9'/>",
	"<iq%[1]s/>",
	"<iq%[1]s type='result' id='nobody-asked'/>",
	"<message%[1]s type='error' id='not-ours'><body>hello</body><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
}

// asking are forged, too, but our own server may ask them.
var asking = []string{
	"<iq%[1]s type='set' id='9'><a xmlns='b'/><c xmlns='d'/></iq>",
	"<iq%[1]s type='get' id='9'/>",
	"<iq%[1]s type='get' id='9'><ping xmlns='urn:xmpp:ping'/></iq>",
	"<iq%[1]s type='get' id='9'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
	"<iq%[1]s type='get' id='9'><query xmlns='jabber:iq:version'/></iq>",
	"<iq%[1]s type='get' id='9'><time xmlns='urn:xmpp:time'/></iq>",
	"<iq%[1]s type='get' id='9'><query xmlns='jabber:iq:last'/></iq>",
	"<iq%[1]s type='get' id='9'><query xmlns='jabber:iq:roster'/></iq>",
	"<iq%[1]s type='set' id='9'><query xmlns='jabber:iq:roster'><item jid='eve@evil.test' subscription='both'/></query></iq>",
	"<iq%[1]s type='set' id='9'><si xmlns='http://jabber.org/protocol/si'/></iq>",
	"<message%[1]s type='error' id='%[2]s'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
}

// mayAsk are those who may: no one, our account and our server.
func mayAsk(from string) bool {
	return from == "" || strings.HasPrefix(from, "ana@example.test") || from == "example.test"
}

// TestSilence: every address that is not an accepted contact's, with every
// stanza that could make something happen, one by one, on the wire. After each
// the server asks for a ping: what the program wrote before the answer is what
// the stanza made it write, to the byte.
func TestSilence(t *testing.T) {
	type script struct{ from, stanza string }
	var scripts []script
	for _, from := range strangers {
		for _, stanza := range forged {
			scripts = append(scripts, script{from, stanza})
		}
		if !mayAsk(from) {
			for _, stanza := range asking {
				scripts = append(scripts, script{from, stanza})
			}
		}
	}
	messageID := make(chan string, 1)
	finished := make(chan struct{})
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		message := c.NextIs("message")
		c.NextIs("r") // never answered: the message stays under way
		messageID <- message.Attr("id")
		for _, sc := range scripts {
			attr := " from='" + sc.from + "'"
			if sc.from == "" {
				attr = ""
			}
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("before: %q", wrote)
			}
			raw := fmt.Sprintf(strings.ReplaceAll(sc.stanza, "%[2]s", "\x00"), attr)
			c.Send("%s", strings.ReplaceAll(raw, "\x00", message.Attr("id")))
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("%q made the program write %q", raw, wrote)
			}
		}
		// The test can fail: an admitted contact's message is the first event.
		c.Send("<message from='ben@example.test/r' type='chat' id='end'><body>the end</body></message>")
		close(finished)
		c.Hang()
	})
	stream := open(t, s)
	if _, err := stream.Send(t.Context(), ben, sealed(t)); err != nil {
		t.Fatal(err)
	}
	<-messageID
	m := next[xmpp.MessageReceived](t, stream)
	if m.ID != "end" {
		t.Errorf("an event: %+v", m)
	}
	select {
	case <-finished:
	case <-time.After(30 * time.Second):
		t.Fatal("the script did not end")
	}
	select {
	case <-stream.Done():
		t.Errorf("the stream ended: %v", stream.Err())
	default:
	}
	t.Logf("%d stanzas", len(scripts))
}

// TestContactGetsNoAnswer: an accepted contact learns nothing from us either:
// no ping, no version, no discovery, no receipts.
func TestContactGetsNoAnswer(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		for _, stanza := range append(append([]string{}, forged...), asking...) {
			c.Send("%s", fmt.Sprintf(strings.ReplaceAll(stanza, "%[2]s", "x"), " from='ben@example.test/r'"))
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("%q made the program write %q", stanza, wrote)
			}
		}
		c.Send("<message from='ben@example.test/r' id='end'><body>the end</body></message>")
		c.Hang()
	})
	stream := open(t, s)
	for e := range stream.Events() {
		switch e := e.(type) {
		case xmpp.MessageReceived:
			if e.ID == "end" {
				return
			}
			if e.Body != "hello" && e.Body != "?OTRv3?" {
				t.Errorf("got %#v", e)
			}
		case xmpp.PresenceChanged:
		default:
			t.Errorf("got %#v", e)
		}
	}
	t.Fatalf("the stream ended: %v", stream.Err())
}

// TestSubscriptionRequest: the one thing that a stranger can do, and still no
// byte goes out.
func TestSubscriptionRequest(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		for _, from := range []string{
			"ana@example.test", "ana@example.test/other", "example.test", "", "@", "evil.test",
			"eve@evil.test/with-a-resource", "ben@example.test",
		} {
			c.Send("<presence type='subscribe' from='%s'><status>look at me</status></presence>", from)
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("%q made the program write %q", from, wrote)
			}
		}
		c.Hang()
	})
	stream := open(t, s)
	for _, want := range []string{"eve@evil.test", "ben@example.test"} {
		if e := next[xmpp.SubscriptionRequested](t, stream); e.From.String() != want {
			t.Errorf("got %v, want %v", e.From, want)
		}
	}
}

// TestNobodyAdmitted: without a gate nobody is heard.
func TestNobodyAdmitted(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(false)
		c.Send("<message from='ben@example.test/r'><body>hello</body></message><presence from='ben@example.test/r'/>")
		c.Send("<presence from='ben@example.test' type='subscribe'/>")
		c.Hang()
	})
	l := login()
	l.Gate = nil
	stream, err := try(t, s, l)
	if err != nil {
		t.Fatal(err)
	}
	next[xmpp.SubscriptionRequested](t, stream)
}

// everybody admits all there are.
type everybody struct{}

func (everybody) Admits(xmpp.Address) bool { return true }

// TestOwnAccountIsNoContact: whatever the gate says, what our own account or
// server sends is for the roster alone: a server could put words into our own
// mouth, and copies of our own messages are none of OTR's.
func TestOwnAccountIsNoContact(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		for _, from := range []string{"", " from='ana@example.test'", " from='ana@example.test/other'", " from='ana@example.test/r'", " from='example.test'", " from='example.test/x'"} {
			c.Send("<message%s type='chat'><body>hello</body></message><presence%[1]s/><presence%[1]s type='unavailable'/><presence%[1]s type='subscribe'/>", from)
		}
		c.Send("<message from='ben@example.test/r' id='end'><body>the end</body></message>")
		c.Hang()
	})
	l := login()
	l.Gate = everybody{}
	stream, err := try(t, s, l)
	if err != nil {
		t.Fatal(err)
	}
	if e := next[xmpp.MessageReceived](t, stream); e.ID != "end" {
		t.Errorf("got %+v", e)
	}
}

// TestOwnServerIsAnswered: its pings and its roster pushes, nothing else that it
// asks, and nobody who only looks like it. (An answer to no one is one to our
// own account.)
func TestOwnServerIsAnswered(t *testing.T) {
	push := "<iq type='set' id='7'%s><query xmlns='jabber:iq:roster'><item jid='ben@example.test/x' name='Ben\u202e' subscription='to' ask='subscribe'/></query></iq>"
	const result = `<iq xmlns="jabber:client" type="result" id="7"></iq>`
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		for _, test := range []struct{ stanza, want string }{
			{fmt.Sprintf(push, ""), result},
			{fmt.Sprintf(push, " from='ana@example.test'"), result},
			{fmt.Sprintf(push, " from='example.test'"), ""},
			{fmt.Sprintf(push, " from='ana@example.test/r'"), ""},
			{fmt.Sprintf(push, " from='ben@example.test'"), ""},
			{"<iq type='get' id='8' from='example.test'><query xmlns='jabber:iq:version'/></iq>", ""},
			{"<iq type='get' id='8' from='sub.example.test'><ping xmlns='urn:xmpp:ping'/></iq>", ""},
			{"<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", ""},
		} {
			c.Send("%s", test.stanza)
			if wrote := c.Ping(); wrote != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.stanza, wrote, test.want)
			}
		}
		c.Send("<message from='ben@example.test/r' id='end'><body>the end</body></message>")
		c.Hang()
	})
	stream := open(t, s)
	for range 2 {
		e := next[xmpp.RosterChanged](t, stream)
		want := xmpp.RosterItem{Address: ben, Name: "Ben", Subscription: "to", Ask: true}
		if e.Removed || !e.Item.Address.Equal(want.Address) || e.Item.Name != want.Name || e.Item.Subscription != want.Subscription || !e.Item.Ask {
			t.Errorf("got %+v", e)
		}
	}
	next[xmpp.MessageReceived](t, stream)
}
