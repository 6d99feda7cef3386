package tls_test

import (
	"bytes"
	"context"
	stdtls "crypto/tls"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hushwing/tls"
	"hushwing/tls/tlstest"
	"hushwing/tor"
	"hushwing/tor/tortest"
)

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const domain = "example.test"

// world is a way through a SOCKS server to a TLS server.
type world struct {
	ca    *tlstest.CA
	onion string // an address that leads to the same server
	proxy *tortest.Server
	dial  *tor.Dialer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{ca: tlstest.NewCA(t), onion: tortest.OnionAddress("server"), proxy: tortest.New(t)}
	w.dial = w.proxy.Dialer(t)
	return w
}

// serve starts a server with config, and makes both names lead to it.
func (w *world) serve(t *testing.T, config *stdtls.Config) *tlstest.Server {
	t.Helper()
	s := tlstest.NewServer(t, config)
	w.lead(s.Address())
	return s
}

func (w *world) lead(to string) {
	w.proxy.Serve(domain, to)
	w.proxy.Serve(w.onion, to)
}

// conn dials the name or, for an onion, the onion.
func (w *world) conn(t *testing.T, onion bool) *tor.Conn {
	t.Helper()
	host := domain
	if onion {
		host = w.onion
	}
	c, err := w.dial.Dial(t.Context(), host, 5223)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) policy(options ...tls.Option) *tls.Policy {
	return tls.NewPolicy(tls.RootsFrom(w.ca.Root()), options...)
}

func with(c stdtls.Certificate) *stdtls.Config {
	return &stdtls.Config{Certificates: []stdtls.Certificate{c}}
}

// secret is what the tests send: a refused server must never see it.
var secret = []byte("the password of ana")

// secure secures, and if that succeeds sends the secret and hears it back.
func secure(t *testing.T, p *tls.Policy, c *tor.Conn, s tls.Server) (*tls.Conn, error) {
	t.Helper()
	sc, err := p.Secure(t.Context(), c, s)
	if err != nil {
		if sc != nil {
			t.Error("a connection beside an error")
		}
		if _, err := c.Write(secret); err == nil {
			t.Error("the connection below is still open")
		}
		return nil, err
	}
	t.Cleanup(func() { _ = sc.Close() })
	if _, err := sc.Write(secret); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, len(secret))
	if n, err := sc.Read(b); err != nil || !bytes.Equal(b[:n], secret) {
		t.Fatalf("%q %v", b[:n], err)
	}
	return sc, nil
}

// session waits for the end of the server's next connection.
func session(t *testing.T, s *tlstest.Server) tlstest.Session {
	t.Helper()
	select {
	case e := <-s.Ended():
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("the server's connection does not end")
		return tlstest.Session{}
	}
}

// saw fails unless the server saw the secret, or did not, as it should.
func saw(t *testing.T, s *tlstest.Server, want bool) tlstest.Session {
	t.Helper()
	e := session(t, s)
	if want && !bytes.Equal(e.Received, secret) || !want && len(e.Received) != 0 {
		t.Errorf("the server saw %q (handshake: %v)", e.Received, e.HandshakeErr)
	}
	return e
}

func TestZeroValuesRefuse(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})))
	good := tls.Server{Domain: domain}
	for name, p := range map[string]*tls.Policy{"nil": nil, "zero": {}, "zero roots": tls.NewPolicy(tls.Roots{})} {
		if _, err := secure(t, p, w.conn(t, false), good); !errors.Is(err, tls.ErrUnusable) {
			t.Errorf("%s policy: %v", name, err)
		}
		saw(t, s, false)
		if _, err := p.Secure(t.Context(), nil, good); !errors.Is(err, tls.ErrUnusable) {
			t.Errorf("%s policy, no connection: %v", name, err)
		}
	}
	for _, c := range []*tor.Conn{nil, {}} {
		if _, err := w.policy().Secure(t.Context(), c, good); !errors.Is(err, tls.ErrUnusable) {
			t.Error(err)
		}
	}
	for name, of := range map[string]struct {
		onion bool
		s     tls.Server
	}{
		"no domain":                 {false, tls.Server{}},
		"no name":                   {false, tls.Server{Domain: "a b"}},
		"no onion dialled":          {false, tls.Server{Domain: domain, Onion: true}},
		"another onion dialled":     {true, tls.Server{Domain: tortest.OnionAddress("other"), Onion: true}},
		"mistyped onion for domain": {true, tls.Server{Domain: "aaaa.onion", Onion: true}},
	} {
		if _, err := secure(t, w.policy(), w.conn(t, of.onion), of.s); !errors.Is(err, tls.ErrUnusable) {
			t.Errorf("%s: %v", name, err)
		}
		saw(t, s, false)
	}
	var c tls.Conn
	_, readErr := c.Read(make([]byte, 1))
	_, writeErr := c.Write(secret)
	for name, err := range map[string]error{"read": readErr, "write": writeErr, "close": c.Close()} {
		if !errors.Is(err, tls.ErrUnusable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !c.IsZero() || c.ConnectionState().HandshakeComplete || !c.Pin().IsZero() || c.Domain() != "" || c.RemoteAddr().String() != "" {
		t.Error("a zero connection claims something")
	}
}

func TestSecureCanceled(t *testing.T) {
	w := newWorld(t)
	w.lead(tlstest.Mute(t))
	ctx, cancel := context.WithCancel(t.Context())
	var canceled time.Time
	time.AfterFunc(50*time.Millisecond, func() { canceled = time.Now(); cancel() })
	_, err := w.policy().Secure(ctx, w.conn(t, false), tls.Server{Domain: domain})
	if took := time.Since(canceled); !errors.Is(err, context.Canceled) || took > 100*time.Millisecond {
		t.Error(err, took)
	}
}
