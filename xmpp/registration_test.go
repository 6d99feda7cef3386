package xmpp_test

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
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

// TestCannotShow: a form that cannot be shown says so and sends nothing; one
// that is too big is such a form.
func TestCannotShow(t *testing.T) {
	for name, form := range map[string]string{
		"sound":   "<x xmlns='jabber:x:data'><field var='ocr'><media xmlns='urn:xmpp:media-element'/></field></x>",
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

// TestPuzzle: a picture that was misread is told apart from a closed server, the
// form can be had anew on the same connection, and what a refusal means without
// a picture stays what it was.
func TestPuzzle(t *testing.T) {
	t.Parallel()
	const dot = "R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
	form := func(cid string) string {
		return "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field var='username'/><field var='password' type='text-private'/>" +
			"<field var='ocr'><media xmlns='urn:xmpp:media-element'><uri type='image/gif'>cid:" + cid + "</uri></media><required/></field></x>" +
			"<data xmlns='urn:xmpp:bob' cid='" + cid + "' type='image/gif'>" + dot + "</data></query>"
	}
	data, err := base64.StdEncoding.DecodeString(dot)
	if err != nil {
		t.Fatal(err)
	}
	cid := fmt.Sprintf("sha1+%x@bob.xmpp.org", sha1.Sum(data))
	r, err := registration(t, func(c *xmpptest.Conn) {
		c.Greet(registerFeature)
		c.Result(c.NextIs("iq"), form(cid))
		c.Error(c.NextIs("iq"), "cancel", "not-allowed")
		c.Result(c.NextIs("iq"), form(cid))
		c.Error(c.NextIs("iq"), "cancel", "conflict")
		c.Result(c.NextIs("iq"), form("sha1+00@bob.xmpp.org")) // damaged
		c.Hang()
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := within(t, 20*time.Second)
	values := map[string]string{"username": "a", "password": "b", "ocr": "c"}
	for i, want := range []xmpp.RegistrationReason{xmpp.PuzzleWrong, xmpp.NameTaken, xmpp.CannotShow} {
		var typed *xmpp.RegistrationError
		if err := r.Submit(ctx, values); !errors.As(err, &typed) || typed.Reason != want {
			t.Fatalf("got %v, want %v", err, want)
		}
		if i == 2 {
			break
		}
		if err := r.Renew(ctx); err != nil {
			t.Fatal(err)
		}
	}
	_ = r.Close()
	if err := r.Renew(ctx); !errors.Is(err, xmpp.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if err := (*xmpp.Registration)(nil).Renew(ctx); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Errorf("of nothing: %v", err)
	}
}
