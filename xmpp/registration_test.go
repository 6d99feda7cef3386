package xmpp_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

const registerFeature = "<register xmlns='http://jabber.org/features/iq-register'/>"

// registration reaches a scripted server and asks for its form.
func registration(t *testing.T, script func(*xmpptest.Conn)) (*xmpp.Registration, error) {
	t.Helper()
	return registrationWithin(t, 20*time.Second, script)
}

func registrationWithin(t *testing.T, d time.Duration, script func(*xmpptest.Conn)) (*xmpp.Registration, error) {
	t.Helper()
	s := xmpptest.New(t, script)
	conn, err := s.Secure(within(t, 20*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	r, err := xmpp.OpenRegistration(within(t, d), conn, xmpptest.Domain)
	if err == nil {
		t.Cleanup(func() { _ = r.Close() })
	}
	return r, err
}

// TestRegistrationRefused: each refusal of the form, with its reason.
func TestRegistrationRefused(t *testing.T) {
	refuse := func(typ, condition string) func(*xmpptest.Conn) {
		return func(c *xmpptest.Conn) {
			c.Greet(registerFeature)
			c.Error(c.NextIs("iq"), typ, condition)
			c.Hang()
		}
	}
	for name, test := range map[string]struct {
		script func(*xmpptest.Conn)
		want   xmpp.RegistrationReason
	}{
		"unavailable":     {refuse("cancel", "service-unavailable"), xmpp.NotOffered},
		"not allowed":     {refuse("cancel", "not-allowed"), xmpp.NotOffered},
		"not implemented": {refuse("cancel", "feature-not-implemented"), xmpp.NotOffered},
		"forbidden":       {refuse("auth", "forbidden"), xmpp.NotOffered},
		"wait":            {refuse("wait", "resource-constraint"), xmpp.Wait},
		"too many":        {refuse("wait", "policy-violation"), xmpp.Wait},
		"odd":             {refuse("cancel", "gone"), xmpp.Refused},
		"made up":         {refuse("cancel", "made-up"), xmpp.Refused},
		"nothing in it":   {func(c *xmpptest.Conn) { c.Greet(""); c.Result(c.NextIs("iq"), ""); c.Hang() }, xmpp.NotOffered},
		"ends the stream": {func(c *xmpptest.Conn) {
			c.Greet("")
			c.NextIs("iq")
			c.Send("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
		}, xmpp.NotOffered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := registration(t, test.script)
			var typed *xmpp.RegistrationError
			if !errors.As(err, &typed) || typed.Reason != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestRegistrationBreaks: hanging and closing at each step.
func TestRegistrationBreaks(t *testing.T) {
	for name, before := range map[string]func(*xmpptest.Conn){
		"connected":  func(*xmpptest.Conn) {},
		"own header": func(c *xmpptest.Conn) { c.Header(); c.Open() },
		"features":   func(c *xmpptest.Conn) { c.Greet(registerFeature); c.NextIs("iq") },
	} {
		t.Run(name+", hangs", func(t *testing.T) {
			t.Parallel()
			if _, err := registrationWithin(t, time.Second, func(c *xmpptest.Conn) { before(c); c.Hang() }); !errors.Is(err, xmpp.ErrHung) {
				t.Errorf("got %v", err)
			}
		})
		t.Run(name+", closes", func(t *testing.T) {
			t.Parallel()
			if _, err := registration(t, before); err == nil || errors.Is(err, xmpp.ErrHung) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestSubmit: what may be corrected may be sent again on the same connection;
// what went out is the form and nothing more.
func TestSubmit(t *testing.T) {
	var wrote []string
	done := make(chan bool)
	r, err := registration(t, func(c *xmpptest.Conn) {
		c.Greet(registerFeature)
		c.Result(c.NextIs("iq"), "<query xmlns='jabber:iq:register'><username/><password/></query>")
		for _, refusal := range []string{"conflict", "not-acceptable", "bad-request"} {
			iq := c.NextIs("iq")
			wrote = append(wrote, iq.Inner)
			c.Error(iq, "modify", refusal)
		}
		c.Error(c.NextIs("iq"), "wait", "resource-constraint")
		c.Result(c.NextIs("iq"), "")
		close(done)
		c.Hang()
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := within(t, 20*time.Second)
	values := map[string]string{"username": "a<b", "password": "p&q"}
	for _, want := range []xmpp.RegistrationReason{xmpp.NameTaken, xmpp.NotAcceptable, xmpp.NotAcceptable, xmpp.Wait} {
		var typed *xmpp.RegistrationError
		if err := r.Submit(ctx, values); !errors.As(err, &typed) || typed.Reason != want {
			t.Fatalf("got %v, want %v", err, want)
		}
	}
	if err := r.Submit(ctx, values); err != nil {
		t.Fatal(err)
	}
	<-done
	for _, w := range wrote {
		if w != `<query xmlns="jabber:iq:register"><username>a&lt;b</username><password>p&amp;q</password></query>` {
			t.Errorf("sent %s", w)
		}
	}
	_ = r.Close()
	if err := r.Submit(ctx, values); !errors.Is(err, xmpp.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestSubmitEnds: what cannot be corrected ends the connection.
func TestSubmitEnds(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(*xmpptest.Conn, xmpptest.Elem)
		want   func(error) bool
	}{
		"refused": {func(c *xmpptest.Conn, iq xmpptest.Elem) { c.Error(iq, "cancel", "not-allowed"); c.Hang() }, func(err error) bool {
			var typed *xmpp.RegistrationError
			return errors.As(err, &typed) && typed.Reason == xmpp.NotOffered
		}},
		"hangs":  {func(c *xmpptest.Conn, _ xmpptest.Elem) { c.Hang() }, func(err error) bool { return errors.Is(err, xmpp.ErrHung) }},
		"closes": {func(*xmpptest.Conn, xmpptest.Elem) {}, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := registration(t, func(c *xmpptest.Conn) {
				c.Greet(registerFeature)
				c.Result(c.NextIs("iq"), "<query xmlns='jabber:iq:register'><username/><password/></query>")
				test.answer(c, c.NextIs("iq"))
			})
			if err != nil {
				t.Fatal(err)
			}
			values := map[string]string{"username": "a", "password": "b"}
			if err := r.Submit(within(t, 2*time.Second), values); !test.want(err) {
				t.Errorf("got %v", err)
			}
			if err := r.Submit(t.Context(), values); !errors.Is(err, xmpp.ErrClosed) {
				t.Errorf("again: %v", err)
			}
		})
	}
}

// TestCannotShow: a form with a picture says so, sends nothing, and a form
// that is too big is one that cannot be shown.
func TestCannotShow(t *testing.T) {
	for name, form := range map[string]string{
		"picture": "<x xmlns='jabber:x:data'><field var='ocr'><media xmlns='urn:xmpp:media-element'/></field></x>",
		"too big": "<instructions>" + strings.Repeat("x", 1<<20) + "</instructions><username/>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := registration(t, func(c *xmpptest.Conn) {
				c.Greet(registerFeature)
				c.Result(c.NextIs("iq"), "<query xmlns='jabber:iq:register'>"+form+"</query>")
				e := c.Next()
				t.Errorf("sent %s", e.Raw)
			})
			if err != nil {
				t.Fatal(err)
			}
			var typed *xmpp.RegistrationError
			if err := r.Submit(t.Context(), map[string]string{"ocr": "x"}); !r.Form().NeedsMore || !errors.As(err, &typed) || typed.Reason != xmpp.CannotShow {
				t.Errorf("got %v", err)
			}
		})
	}
}
