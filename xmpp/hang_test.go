package xmpp_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// steps of a sign-in, after each of which a server can hang, close or talk
// nonsense.
var openSteps = map[string]func(*xmpptest.Conn){
	"connected":  func(*xmpptest.Conn) {},
	"header":     func(c *xmpptest.Conn) { c.Header() },
	"own header": func(c *xmpptest.Conn) { c.Header(); c.Open() },
	"features": func(c *xmpptest.Conn) {
		c.Greet("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms>")
	},
	"sasl":         func(c *xmpptest.Conn) { c.Auth(xmpptest.SCRAM{}) },
	"second start": func(c *xmpptest.Conn) { c.Auth(xmpptest.SCRAM{}); c.Header(); c.Open() },
	"bind": func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
		c.NextIs("iq")
	},
	"acknowledgements": func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
		c.Result(c.NextIs("iq"), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ana@example.test/r</jid></bind>")
	},
	"roster": func(c *xmpptest.Conn) { c.Auth(xmpptest.SCRAM{}); c.Bind(true); c.NextIs("iq") },
}

// TestHangs: a server that hangs at any step is noticed, and the connection is
// closed. (That this happens without a deadline from outside, too, is
// TestStepTimeout.)
func TestHangs(t *testing.T) {
	for name, before := range openSteps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gone := make(chan bool, 1)
			s := xmpptest.New(t, func(c *xmpptest.Conn) {
				before(c)
				defer func() { gone <- true }()
				c.Hang()
			})
			conn, err := s.Secure(within(t, 20*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			_, err = xmpp.Open(within(t, time.Second), conn, login())
			if !errors.Is(err, xmpp.ErrHung) {
				t.Errorf("got %v", err)
			}
			select {
			case <-gone:
			case <-time.After(10 * time.Second):
				t.Error("the connection stays open")
			}
		})
	}
}

// TestCanceled: the same for whoever does not want to wait.
func TestCanceled(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) { c.Hang() })
	conn, err := s.Secure(within(t, 20*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := xmpp.Open(ctx, conn, login()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestContextAfterwards: a context that ends after the opening ends nothing
// (the library's sessions die of it).
func TestContextAfterwards(t *testing.T) {
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Live(true)
		c.NextIs("message")
		c.Send("<message from='ben@example.test/r'><body>a</body></message>")
		c.Hang()
	})
	ctx, cancel := context.WithCancel(t.Context())
	conn, err := s.Secure(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := xmpp.Open(ctx, conn, login())
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	cancel()
	sending, cancel := context.WithCancel(t.Context())
	if _, err := stream.Send(sending, ben, sealed(t)); err != nil {
		t.Fatal(err)
	}
	cancel()
	next[xmpp.MessageReceived](t, stream)
}

// TestBreaks: a server that closes the connection, ends the stream or says why
// at any step.
func TestBreaks(t *testing.T) {
	for name, before := range openSteps {
		for what, send := range map[string]string{
			"closes":   "",
			"nonsense": "<x xmlns='y'/><x xmlns='y'/><x xmlns='y'/><x xmlns='y'/><x xmlns='y'/><x xmlns='y'/><x xmlns='y'/><x xmlns='y'/></x>",
			"html":     "HTTP/1.1 400 Bad Request\r\n\r\n<html><body>hello</body></html>",
			"says why": "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				s := xmpptest.New(t, func(c *xmpptest.Conn) {
					before(c)
					c.Send("%s", send)
				})
				_, err := try(t, s, login())
				var stream *xmpp.StreamError
				var auth *xmpp.AuthError
				switch {
				case err == nil:
					t.Error("signed in")
				case what == "says why" && name != "connected" && name != "header" && name != "sasl":
					// Before the server's header there is no stream to end.
					if !errors.As(err, &stream) || stream.Condition != "host-unknown" {
						t.Errorf("got %v", err)
					}
				case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, xmpp.ErrProtocol),
					errors.As(err, &auth), strings.Contains(err.Error(), "writing"), strings.Contains(err.Error(), "reset"), strings.Contains(err.Error(), "pipe"):
				default:
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestNotSignedIn: nothing but the whole way counts as being signed in: not an
// empty list of features, not a bind to another account.
func TestNotSignedIn(t *testing.T) {
	bound := func(answer string) func(*xmpptest.Conn) {
		return func(c *xmpptest.Conn) {
			c.Auth(xmpptest.SCRAM{})
			c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
			c.Result(c.NextIs("iq"), answer)
			c.Hang()
		}
	}
	jid := func(s string) string {
		return "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + s + "</jid></bind>"
	}
	for name, script := range map[string]func(*xmpptest.Conn){
		"no features at all": func(c *xmpptest.Conn) { c.Greet(""); c.Hang() },
		"bind without sasl":  func(c *xmpptest.Conn) { c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"); c.Hang() },
		"nothing after sasl": func(c *xmpptest.Conn) { c.Auth(xmpptest.SCRAM{}); c.Greet(""); c.Hang() },
		"bind says nothing":  bound(""),
		"another account":    bound(jid("eve@example.test/r")),
		"another server":     bound(jid("ana@evil.test/r")),
		"no resource":        bound(jid("ana@example.test")),
		"no address":         bound(jid("@")),
		"old server": func(c *xmpptest.Conn) {
			c.Header()
			c.Send("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='x'>")
			c.Hang()
		},
		"no stream": func(c *xmpptest.Conn) { c.Header(); c.Send("<html>"); c.Hang() },
		"stream elsewhere": func(c *xmpptest.Conn) {
			c.Header()
			c.Send("<stream:stream xmlns:stream='http://evil.test/'>")
			c.Hang()
		},
		"features that are no features": func(c *xmpptest.Conn) { c.Header(); c.Open(); c.Send("<message/>"); c.Hang() },
		"pushed before restart": func(c *xmpptest.Conn) {
			c.Header()
			c.Open()
			c.Send("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>")
			c.Next()
			c.Send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><stream:features/>")
			c.Hang()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := login()
			l.AllowPlain = true
			if _, err := try(t, xmpptest.New(t, script), l); err == nil {
				t.Error("signed in")
			} else if errors.Is(err, xmpp.ErrHung) {
				t.Errorf("waited: %v", err)
			}
		})
	}
	t.Run("bind refused", func(t *testing.T) {
		s := xmpptest.New(t, func(c *xmpptest.Conn) {
			c.Auth(xmpptest.SCRAM{})
			c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
			c.Error(c.NextIs("iq"), "wait", "resource-constraint")
			c.Hang()
		})
		var refused *xmpp.StanzaError
		if _, err := try(t, s, login()); !errors.As(err, &refused) || refused.Condition != "resource-constraint" {
			t.Errorf("got %v", err)
		}
	})
}
