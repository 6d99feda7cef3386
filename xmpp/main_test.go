package xmpp_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"hushwing/otr"
	"hushwing/secret"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"

	"go.uber.org/goleak"
	"mellium.im/xmpp/jid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(labMain{m}) }

// gate admits the addresses that it names.
type gate map[string]bool

func (g gate) Admits(a xmpp.Address) bool { return g[a.String()] }

var (
	ana = jid.MustParse("ana@example.test")
	ben = jid.MustParse("ben@example.test")
)

func login() xmpp.Login {
	return xmpp.Login{
		Address: ana, Password: secret.New(xmpptest.Password),
		Gate: gate{"ben@example.test": true, "carl@other.test": true},
	}
}

// within gives a context that ends the test's patience, not the server's.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// open reaches a scripted server and signs in.
func open(t *testing.T, s *xmpptest.Server) *xmpp.Stream {
	t.Helper()
	stream, err := try(t, s, login())
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

func try(t *testing.T, s *xmpptest.Server, l xmpp.Login) (*xmpp.Stream, error) {
	t.Helper()
	ctx := within(t, time.Minute)
	conn, err := s.Secure(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := xmpp.Open(ctx, conn, l)
	if err == nil {
		t.Cleanup(func() { _ = stream.Close() })
	}
	return stream, err
}

// next waits for an event of type E; any other is an error.
func next[E xmpp.Event](t *testing.T, s *xmpp.Stream) E {
	t.Helper()
	var zero E
	select {
	case e, ok := <-s.Events():
		if !ok {
			t.Fatalf("the stream ended (%v), want %T", s.Err(), zero)
		}
		want, ok := e.(E)
		if !ok {
			t.Fatalf("got %#v, want %T", e, zero)
		}
		return want
	case <-time.After(60 * time.Second): // a busy machine, the race detector
		t.Fatalf("no %T", zero)
	}
	return zero
}

// sealed makes a body that otr made: the query of a new chat.
func sealed(t *testing.T) otr.Wire {
	t.Helper()
	for _, e := range otr.NewChat(identity(t), "ana@example.test/a").Start(time.Now(), "ben@example.test/b") {
		if m, ok := e.(otr.Transmit); ok {
			return m.Wire
		}
	}
	t.Fatal("otr sent nothing")
	return otr.Wire{}
}

var oneIdentity = sync.OnceValues(func() (*otr.Identity, error) { return otr.NewIdentity(nil) })

func identity(t *testing.T) *otr.Identity {
	t.Helper()
	id, err := oneIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}
