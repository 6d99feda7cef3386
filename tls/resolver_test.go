package tls_test

import (
	stdtls "crypto/tls"
	"errors"
	"net"
	"testing"
	"time"

	"hushwing/tls"
	"hushwing/tls/tlstest"
)

// TestResolver: a resolver has to prove its name, whatever its address, and
// what it gets is not what a stream can be opened on.
func TestResolver(t *testing.T) {
	w := newWorld(t)
	good := tlstest.Spec{Names: []string{domain}}
	old := good
	old.NotBefore, old.NotAfter = time.Now().AddDate(0, -2, 0), time.Now().AddDate(0, -1, 0)
	for _, c := range []struct {
		name  string
		cert  stdtls.Certificate
		onion bool
		want  tls.Reason
	}{
		{"valid", w.ca.Issue(t, good), false, tls.Sound},
		{"another name", w.ca.Issue(t, tlstest.Spec{Names: []string{"other.test"}}), false, tls.WrongName},
		{"expired", w.ca.Issue(t, old), false, tls.Expired},
		{"of itself", tlstest.SelfSigned(t, good), false, tls.UnknownIssuer},
		{"another authority", tlstest.NewCA(t).Issue(t, good), false, tls.UnknownIssuer},
		{"an onion that nobody vouches for", tlstest.SelfSigned(t, tlstest.Spec{Names: []string{w.onion}}), true, tls.UnknownIssuer},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := w.serve(t, &stdtls.Config{Certificates: []stdtls.Certificate{c.cert}, NextProtos: []string{"dot"}})
			name := domain
			if c.onion {
				name = w.onion
			}
			r, err := w.policy().SecureResolver(t.Context(), w.conn(t, c.onion), name)
			if c.want == tls.Sound {
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := any(r).(net.Conn); ok {
					t.Error("it passes for any connection")
				}
				if r.Name() != domain || r.IsZero() {
					t.Errorf("it is called %q", r.Name())
				}
				if _, err := r.Write(secret); err != nil {
					t.Error(err)
				}
				_ = r.Close()
				if e := saw(t, s, true); e.State.NegotiatedProtocol != "dot" {
					t.Errorf("the protocol is %q", e.State.NegotiatedProtocol)
				}
				return
			}
			var invalid *tls.InvalidError
			if !errors.As(err, &invalid) || invalid.Reason != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
			saw(t, s, false)
		})
	}
}

func TestResolverZeroValues(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain, "other.test"}})))
	if _, err := w.policy().SecureResolver(t.Context(), nil, domain); !errors.Is(err, tls.ErrUnusable) {
		t.Error(err)
	}
	for name, p := range map[string]*tls.Policy{domain: nil, "other.test": w.policy(), "": w.policy()} {
		c := w.conn(t, false)
		if _, err := p.SecureResolver(t.Context(), c, name); !errors.Is(err, tls.ErrUnusable) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := c.Write(secret); err == nil {
			t.Errorf("%q: the connection below is still open", name)
		}
		saw(t, s, false)
	}
	var c tls.ResolverConn
	_, readErr := c.Read(make([]byte, 1))
	_, writeErr := c.Write(secret)
	for name, err := range map[string]error{"read": readErr, "write": writeErr, "close": c.Close()} {
		if !errors.Is(err, tls.ErrUnusable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !c.IsZero() || c.Name() != "" {
		t.Error("a zero connection claims something")
	}
}
