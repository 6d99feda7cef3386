package xmpp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hushwing/secret"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// TestCarbons: copies of what other programs of the account sent and got are
// never asked for; that of a server which sends them all the same, and those
// that a contact or a stranger makes up, show nothing and make us say nothing.
func TestCarbons(t *testing.T) {
	inner := "<message xmlns='jabber:client' from='%s' to='%s' type='chat' id='inner'><body>%s</body></message>"
	forwarded := func(from, to, body string) string {
		return "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-03-12T10:20:30Z'/>" + fmt.Sprintf(inner, from, to, body) + "</forwarded>"
	}
	bodies := []string{"?OTR:AAMD.", "?OTRv3?", "in clear", "?OTR|1|2,1,1,x,"}
	senders := []string{
		"", " from='ana@example.test'", " from='ana@example.test/other'", " from='ana@example.test/r'", " from='example.test'",
		" from='ben@example.test/r'", " from='ben@example.test'", " from='carl@other.test/r'", " from='eve@evil.test/r'",
	}
	shapes := []string{
		"<message%[1]s type='chat'><received xmlns='urn:xmpp:carbons:2'>%[2]s</received></message>",
		"<message%[1]s type='chat'><sent xmlns='urn:xmpp:carbons:2'>%[2]s</sent></message>",
		"<message%[1]s><received xmlns='urn:xmpp:carbons:1'/>%[2]s</message>",
		"<message%[1]s type='chat'><body>%[3]s</body><received xmlns='urn:xmpp:carbons:2'>%[2]s</received></message>",
		"<message%[1]s type='chat'><received xmlns='urn:xmpp:carbons:2'>%[2]s</received><body>%[3]s</body></message>",
		"<message%[1]s type='chat'><private xmlns='urn:xmpp:carbons:2'/><body>%[3]s</body><sent xmlns='urn:xmpp:carbons:2'>%[2]s</sent></message>",
		"<message%[1]s type='chat'><x:received xmlns:x='urn:xmpp:carbons:2'><body xmlns='jabber:client'>%[3]s</body>%[2]s</x:received></message>",
		"<message%[1]s>%[2]s</message>",
		"<message%[1]s><result xmlns='urn:xmpp:mam:2' id='1'>%[2]s</result></message>",
	}
	n := 0
	stream := live(t, func(c *xmpptest.Conn) {
		for _, from := range senders {
			for _, shape := range shapes {
				for _, body := range bodies {
					for _, pair := range [][2]string{{"ben@example.test/r", "ana@example.test/other"}, {"ana@example.test/other", "ben@example.test/r"}, {"carl@other.test/x", "ana@example.test/r"}} {
						c.Send("%s", fmt.Sprintf(shape, from, forwarded(pair[0], pair[1], body), body))
						n++
					}
				}
			}
			if wrote := c.Ping(); wrote != "" {
				t.Errorf("%s made the program write %q", from, wrote)
			}
		}
		if strings.Contains(c.Heard(), "carbons:2'><") || strings.Contains(c.Heard(), `<enable xmlns="urn:xmpp:carbons`) {
			t.Error("copies were asked for")
		}
		c.Send("<message from='ben@example.test/r' id='end'><body>the end</body></message>") // the test can fail
		c.Hang()
	})
	if m := next[xmpp.MessageReceived](t, stream); m.ID != "end" {
		t.Errorf("got %+v", m)
	}
	t.Logf("%d stanzas", n)
}

// TestRealHints: what real servers do with ours. Nothing sealed is copied to
// another program, neither of theirs nor of ours; for somebody who has gone
// ejabberd stores nothing and says so, and Prosody stores it. The same without
// hints is copied and stored by both.
func TestRealHints(t *testing.T) {
	bothServers(t, func(t *testing.T, p server) {
		x := newPair(t, p, "hints")
		benAt := x.ben.Address().Bare()
		again := func(l xmpp.Login) *xmpp.Stream {
			t.Helper()
			s, err := loopbackTo(t, p, false).open(t, l)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		benLogin := xmpp.Login{Address: benAt, Password: secret.New("another one"), Gate: gate{x.login.Address.String(): true}}
		others := []*xmpp.Stream{again(benLogin), again(x.login)}
		for _, s := range others {
			if err := s.Available(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.WantCarbons(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		copies := func(send func(to xmpp.Address)) (n int) {
			t.Helper()
			var before []uint32
			settle := func() { // nothing is on its way any more
				for last, since := uint32(0), time.Now(); time.Since(since) < 400*time.Millisecond; time.Sleep(20 * time.Millisecond) {
					if now := others[0].Handled() + others[1].Handled(); now != last {
						last, since = now, time.Now()
					}
				}
			}
			settle()
			for _, s := range others {
				before = append(before, s.Handled())
			}
			send(x.ben.Address())
			waitFor(t, x.ben, func(xmpp.MessageReceived) bool { return true })
			settle()
			for i, s := range others {
				n += int(s.Handled() - before[i])
			}
			return n
		}
		if n := copies(func(to xmpp.Address) { _, _ = x.ana.Send(t.Context(), to, sealed(t)) }); n != 0 {
			t.Errorf("%d copies", n)
		}
		if n := copies(func(to xmpp.Address) { _ = x.ana.SendBare(to, "?OTR a test") }); n != 2 {
			t.Errorf("%d copies of what has no hints", n)
		}
		// She sees him go, and only then writes to where he was.
		if err := x.ana.Subscribe(t.Context(), benAt); err != nil {
			t.Fatal(err)
		}
		waitFor(t, x.ben, func(xmpp.SubscriptionRequested) bool { return true })
		if err := x.ben.Approve(t.Context(), x.login.Address); err != nil {
			t.Fatal(err)
		}
		gone := x.ben.Address()
		here := map[string]bool{}
		waitFor(t, x.ana, func(e xmpp.PresenceChanged) bool {
			here[e.From.String()] = e.Available
			return here[gone.String()] && here[others[0].Address().String()]
		})
		for _, s := range []*xmpp.Stream{x.ben, others[0]} {
			at := s.Address()
			_ = s.Close()
			waitFor(t, x.ana, func(e xmpp.PresenceChanged) bool { return !e.Available && e.From.Equal(at) })
		}
		_ = others[1].Close()
		id, err := x.ana.Send(t.Context(), gone, sealed(t))
		if err != nil {
			t.Fatal(err)
		}
		stores := p.Domain() != "ejab.test"
		if !stores {
			if b := waitFor(t, x.ana, func(xmpp.MessageBounced) bool { return true }); b.ID != id || b.Condition != "service-unavailable" {
				t.Errorf("got %+v", b)
			}
		}
		if err := x.ana.SendBare(gone, "?OTR a test"); err != nil {
			t.Fatal(err)
		}
		if err := x.ana.SetRosterItem(t.Context(), benAt, "Ben"); err != nil { // both have been dealt with
			t.Fatal(err)
		}
		back := again(benLogin)
		if err := back.Available(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []string
		for len(got) == 0 || !strings.Contains(got[len(got)-1], "a test") {
			m := waitFor(t, back, func(xmpp.MessageReceived) bool { return true })
			if m.Delayed.IsZero() || time.Since(m.Delayed) > time.Hour {
				t.Errorf("got %+v", m)
			}
			got = append(got, m.Body)
		}
		if stored := len(got) == 2; stored != stores {
			t.Errorf("stored: %q", got)
		}
	})
}
