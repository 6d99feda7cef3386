package tls

import (
	"context"
	stdtls "crypto/tls"
	"fmt"

	"hushwing/tor"
)

// ResolverConn is a TLS connection to a resolver (DNS over TLS, RFC 7858). It
// is a type of its own so that a stream can never be opened on one: what a
// resolver says is believed by nobody. Only SecureResolver makes one; the zero
// value refuses everything. It is safe for concurrent use as a net.Conn is.
type ResolverConn struct {
	c     *stdtls.Conn
	guard *guard
	name  string
}

// SecureResolver speaks TLS over c, which must lead to the resolver called
// name, with the protocol "dot". The certificate must be valid for that name:
// nothing is pinned, and an onion address is not enough. Otherwise it is as
// Secure: it takes c over, takes 30 s at most, and returns the same errors but
// for *ChangedError.
func (p *Policy) SecureResolver(ctx context.Context, c *tor.Conn, name string) (*ResolverConn, error) {
	if c.IsZero() {
		return nil, ErrUnusable
	}
	if host, err := tor.HostName(name); err != nil || host != c.Host() {
		_ = c.Close()
		return nil, fmt.Errorf("%w: another resolver was dialled", ErrUnusable)
	}
	h, err := p.shake(ctx, c, Server{Domain: name}, "dot")
	if err != nil {
		return nil, err
	}
	return &ResolverConn{c: h.conn, guard: h.guard, name: h.domain}, nil
}

func (c *ResolverConn) usable() bool { return c != nil && c.c != nil }

// IsZero reports whether c was not made by SecureResolver.
func (c *ResolverConn) IsZero() bool { return !c.usable() }

// Name is the name that the resolver has proven.
func (c *ResolverConn) Name() string {
	if !c.usable() {
		return ""
	}
	return c.name
}

// Read reads what the resolver says; it waits until Close.
func (c *ResolverConn) Read(p []byte) (int, error) {
	if !c.usable() {
		return 0, ErrUnusable
	}
	return c.c.Read(p)
}

// Write says p to the resolver. It fails when it gets nowhere for 30 s.
func (c *ResolverConn) Write(p []byte) (int, error) {
	if !c.usable() {
		return 0, ErrUnusable
	}
	return c.c.Write(p)
}

// Close says goodbye, for a second at most, and closes the connection. Reads
// and writes under way end.
func (c *ResolverConn) Close() error {
	if !c.usable() {
		return ErrUnusable
	}
	c.guard.hurry()
	return c.c.Close()
}
