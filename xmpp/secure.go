package xmpp

import (
	"context"

	"hushwing/tls"
	"hushwing/tor"
)

// Route is where the server is reached. The name that its certificate must
// carry is not in here but in tls.Server: a route is only a hint.
type Route struct {
	Host   string // a name, resolved by Tor, or an onion address
	Port   uint16 // 0: 5222, or 5223 when Direct
	Direct bool   // TLS from the first byte (XEP-0368), no STARTTLS

	// hint: a resolver named it. Then an onion address in Host is no identity,
	// whatever tls.Server says.
	hint bool
}

// IsHint reports whether a resolver named the route, so that Host says nothing
// of who is there.
func (r Route) IsHint() bool { return r.hint }

// Same reports whether both lead to the same place in the same way, whoever
// named them.
func (r Route) Same(o Route) bool {
	return r.Host == o.Host && r.port() == o.port() && r.Direct == o.Direct
}

func (r Route) port() uint16 {
	switch {
	case r.Port != 0:
		return r.Port
	case r.Direct:
		return 5223
	}
	return 5222
}

// Secure reaches a server: Dial, then Wrap.
func Secure(ctx context.Context, d *tor.Dialer, p *tls.Policy, r Route, s tls.Server) (*tls.Conn, error) {
	if p == nil || s.Domain == "" {
		return nil, ErrZeroValue
	}
	c, err := Dial(ctx, d, r)
	if err != nil {
		return nil, err
	}
	return Wrap(ctx, c, p, r, s)
}

// Dial opens a connection to r through Tor. Nothing is said on it yet. The
// errors are those of tor, and the context's.
func Dial(ctx context.Context, d *tor.Dialer, r Route) (*tor.Conn, error) {
	if d == nil {
		return nil, ErrZeroValue
	}
	return d.Dial(ctx, r.Host, r.port())
}

// Wrap asks for STARTTLS on what Dial opened, unless r is direct, and makes it
// TLS under the policy. Nothing but a stream header and <starttls/> goes out in
// clear. On a route that a resolver named, the full check of the certificate
// applies whatever s.Onion says. On any error the connection is closed. The errors are those of tls,
// *StartTLSError (ErrHung and *StreamError come wrapped in it), and the
// context's.
func Wrap(ctx context.Context, c *tor.Conn, p *tls.Policy, r Route, s tls.Server) (_ *tls.Conn, err error) {
	if c == nil || c.IsZero() {
		return nil, ErrZeroValue
	}
	if p == nil || s.Domain == "" {
		_ = c.Close()
		return nil, ErrZeroValue
	}
	s.DirectALPN = r.Direct
	if r.hint {
		s.Onion = false
	}
	if !r.Direct {
		if c, err = startTLS(ctx, c, s.Domain); err != nil {
			return nil, err
		}
	}
	return p.Secure(ctx, c, s)
}
