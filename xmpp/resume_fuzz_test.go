package xmpp_test

import (
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// FuzzResume: whatever a server says when it is asked to go on with a session,
// and after that: no panic, nothing acknowledged that was not sent, and an error
// with a name.
func FuzzResume(f *testing.F) {
	for _, s := range []string{
		"<resumed xmlns='urn:xmpp:sm:3' h='3' previd='a'/>", "<resumed xmlns='urn:xmpp:sm:3' h='4294967295' previd='a'/>",
		"<resumed xmlns='urn:xmpp:sm:3' h='2' previd='a'/><a xmlns='urn:xmpp:sm:3' h='3'/><r xmlns='urn:xmpp:sm:3'/><message from='ben@example.test/r'><body>a</body></message></stream:stream>",
		"<failed xmlns='urn:xmpp:sm:3' h='2'/>", "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed><iq type='result' id='x'/>",
		"<resumed xmlns='urn:xmpp:sm:3' h='1' h='2' previd='a'/>", "<message/>", "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		defer time.AfterFunc(20*time.Second, func() { panic("it hangs") }).Stop()
		on := func(script func(*xmpptest.Conn), l *xmpp.Leftover) (*xmpp.Stream, error) {
			_, ours, theirs := xmpptest.NewLine()
			done := xmpptest.Run(t, theirs, script)
			t.Cleanup(func() { _ = ours.Close(); <-done })
			with := login()
			with.AllowPlain, with.Resume = true, l
			return xmpp.OpenOn(t.Context(), unsecured{ours}, with)
		}
		s, err := on(func(c *xmpptest.Conn) {
			c.Auth(plain)
			c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
			c.Result(c.NextIs("iq"), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
			c.NextIs("enable")
			c.Send("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='a' max='300'/>")
			c.Roster("")
			c.NextIs("message")
			c.NextIs("message")
			c.Break()
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids := []xmpp.StanzaID{send(t, s), send(t, s)}
		_, l := left(t, s)
		if l == nil {
			t.Fatal("nothing left")
		}
		again, err := on(func(c *xmpptest.Conn) {
			c.Auth(plain)
			c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
			c.NextIs("resume")
			c.Send("%s", answer)
		}, l)
		var said *xmpp.StreamError
		switch {
		case err == nil:
		case errors.Is(err, xmpp.ErrProtocol), errors.Is(err, xmpp.ErrLimit), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &said),
			errors.Is(err, xmpptest.ErrBroken):
			return
		default:
			var refused *xmpp.StanzaError
			var auth *xmpp.AuthError
			if !errors.As(err, &refused) && !errors.As(err, &auth) {
				t.Fatalf("got %v", err)
			}
			return
		}
		for e := range again.Events() {
			if a, ok := e.(xmpp.Acknowledged); ok {
				for _, id := range a.IDs {
					if !slices.Contains(ids, id) {
						t.Fatalf("acknowledged %v", id)
					}
				}
			}
		}
		_ = again.Left()
		_ = again.Close()
	})
}
