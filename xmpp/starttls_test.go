package xmpp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

const (
	offered = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
	proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
	inClear = `<?xml version="1.0"?><stream:stream to="example.test" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams"><starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>`
)

// TestSTARTTLS: the way as it should be, also where STARTTLS was taken out of
// the features on the way; then a sign-in over it, with channel binding.
func TestSTARTTLS(t *testing.T) {
	for name, features := range map[string]string{
		"offered": offered, "taken out": "",
		"plain offered": "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clear := make(chan string, 1)
			s := xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Greet(features)
				c.NextIs("starttls")
				clear <- c.Received()
				c.Send(proceed)
				c.TLS()
				c.Auth(xmpptest.SCRAM{Mechanisms: all})
				c.Bind(true)
				c.Roster("")
				c.Hang()
			})
			ctx := within(t, 20*time.Second)
			conn, err := s.SecureSTARTTLS(ctx)
			if err != nil {
				t.Fatal(err)
			}
			stream, err := xmpp.Open(ctx, conn, login())
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Close()
			if got := <-clear; got != inClear {
				t.Errorf("in clear went out\n%s\nwant\n%s", got, inClear)
			}
		})
	}
}

// TestSTARTTLSRefuses: whatever an attacker answers, nothing but the header and
// <starttls/> goes out in clear.
func TestSTARTTLSRefuses(t *testing.T) {
	after := func(answer string) func(*xmpptest.Conn) {
		return func(c *xmpptest.Conn) {
			c.Greet(offered)
			c.NextIs("starttls")
			c.Send("%s", answer)
			c.Hang()
		}
	}
	first := func(answer string) func(*xmpptest.Conn) {
		return func(c *xmpptest.Conn) {
			c.Header()
			c.Send("%s", answer)
			c.Hang()
		}
	}
	const header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
	for name, test := range map[string]struct {
		script func(*xmpptest.Conn)
		want   xmpp.StartTLSReason
	}{
		"failure":            {after("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"), xmpp.StartTLSRefused},
		"proceed of another": {after("<proceed xmlns='urn:evil'/>"), xmpp.StartTLSOther},
		"proceed of no one":  {after("<proceed xmlns=''/>"), xmpp.StartTLSOther},
		"success":            {after("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), xmpp.StartTLSOther},
		"features again":     {after("<stream:features/>"), xmpp.StartTLSOther},
		"injected element":   {after(proceed + "<message from='ben@example.test'><body>hello</body></message>"), xmpp.StartTLSInjected},
		"injected space":     {after(proceed + " "), xmpp.StartTLSInjected},
		"injected header":    {after(proceed + header), xmpp.StartTLSInjected},
		"closes":             {func(c *xmpptest.Conn) { c.Greet(offered); c.NextIs("starttls") }, xmpp.StartTLSClosed},
		"ends the stream":    {after("</stream:stream>"), xmpp.StartTLSClosed},
		"closes at once":     {func(c *xmpptest.Conn) { c.Header() }, xmpp.StartTLSClosed},
		"see-other-host":     {first(header + "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>evil.test</see-other-host></stream:error>"), xmpp.StartTLSRefused},
		"proceed too early":  {first(header + "<stream:features/>" + proceed), xmpp.StartTLSOther},
		"no features":        {first(header + proceed), xmpp.StartTLSOther},
		"not xmpp":           {first("220 mail.example.test ESMTP\r\n"), xmpp.StartTLSOther},
		"html":               {first("<html><head></head></html>"), xmpp.StartTLSOther},
		"without end":        {first(header + "<stream:features>" + strings.Repeat("<a>", 50_000)), xmpp.StartTLSClosed},
		"long tag":           {first("<stream:stream a='" + strings.Repeat("x", 20_000) + "'>"), xmpp.StartTLSOther},
		"doctype":            {first("<!DOCTYPE x>"), xmpp.StartTLSOther},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := xmpptest.New(t, test.script)
			_, err := s.SecureSTARTTLS(within(t, 20*time.Second))
			var typed *xmpp.StartTLSError
			if !errors.As(err, &typed) || typed.Reason != test.want {
				t.Errorf("got %v", err)
			}
			s.Stop()
			for _, c := range s.Conns() {
				if got := c.Received(); !strings.HasPrefix(inClear, got) {
					t.Errorf("in clear went out %q", got)
				}
			}
			if n := len(s.Conns()); n != 1 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// TestSTARTTLSHangs: at each step.
func TestSTARTTLSHangs(t *testing.T) {
	for name, script := range map[string]func(*xmpptest.Conn){
		"connected":  func(c *xmpptest.Conn) { c.Hang() },
		"own header": func(c *xmpptest.Conn) { c.Header(); c.Open(); c.Hang() },
		"features":   func(c *xmpptest.Conn) { c.Greet(offered); c.Hang() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := xmpptest.New(t, script)
			_, err := s.SecureSTARTTLS(within(t, time.Second))
			var typed *xmpp.StartTLSError
			if !errors.As(err, &typed) || !errors.Is(err, xmpp.ErrHung) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestSecureRefusesZero: a dialer or policy that nobody made.
func TestSecureRefusesZero(t *testing.T) {
	for _, f := range []func() error{
		func() error {
			_, err := xmpp.Secure(t.Context(), nil, nil, xmpp.Route{Host: "x.test"}, tls.Server{Domain: "x.test"})
			return err
		},
		func() error {
			_, err := xmpp.Secure(t.Context(), &tor.Dialer{}, &tls.Policy{}, xmpp.Route{Host: "x.test"}, tls.Server{Domain: "x.test"})
			return err
		},
		func() error {
			_, err := xmpp.Secure(t.Context(), &tor.Dialer{}, &tls.Policy{}, xmpp.Route{Host: "x.test"}, tls.Server{})
			return err
		},
	} {
		if f() == nil {
			t.Error("no error")
		}
	}
}
