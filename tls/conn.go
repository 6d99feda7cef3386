package tls

import (
	stdtls "crypto/tls"
	"net"
	"time"
)

// Conn is a TLS connection to a server that the policy accepts. Only Secure
// makes one; the zero value refuses everything. It is safe for concurrent use
// as any net.Conn is.
//
// Deadlines are not the user's: SetDeadline and its kin do nothing, because a
// deadline that was meant for one write and expires later would end the whole
// TLS connection. A write that gets nowhere for 30 s fails by itself; a read
// waits until Close.
type Conn struct {
	c           *stdtls.Conn
	guard       *guard
	domain      string
	certificate Certificate
	first       bool
}

var _ net.Conn = (*Conn)(nil)

func (c *Conn) usable() bool { return c != nil && c.c != nil }

// IsZero reports whether c was not made by Secure.
func (c *Conn) IsZero() bool { return !c.usable() }

// Domain is the name that the server was judged by.
func (c *Conn) Domain() string { return c.domain }

// Pin is the server's key, to be pinned after a successful sign-in.
func (c *Conn) Pin() Pin { return c.certificate.Pin }

// Certificate is the server's certificate.
func (c *Conn) Certificate() Certificate { return c.certificate }

// FirstUse reports whether no key was pinned before.
func (c *Conn) FirstUse() bool { return c.first }

// ConnectionState gives what channel binding needs: tls-exporter (RFC 9266)
// through ExportKeyingMaterial, tls-unique (RFC 5929) below TLS 1.3.
func (c *Conn) ConnectionState() stdtls.ConnectionState {
	if !c.usable() {
		return stdtls.ConnectionState{}
	}
	return c.c.ConnectionState()
}

// Read reads what the server says.
func (c *Conn) Read(p []byte) (int, error) {
	if !c.usable() {
		return 0, ErrUnusable
	}
	return c.c.Read(p)
}

// Write says p to the server.
func (c *Conn) Write(p []byte) (int, error) {
	if !c.usable() {
		return 0, ErrUnusable
	}
	return c.c.Write(p)
}

// Close says goodbye, for a second at most, and closes the connection. Reads
// and writes under way end.
func (c *Conn) Close() error {
	if !c.usable() {
		return ErrUnusable
	}
	c.guard.hurry()
	return c.c.Close()
}

// LocalAddr is that of the tor.Conn.
func (c *Conn) LocalAddr() net.Addr {
	if !c.usable() {
		return noAddr{}
	}
	return c.c.LocalAddr()
}

// RemoteAddr is that of the tor.Conn.
func (c *Conn) RemoteAddr() net.Addr {
	if !c.usable() {
		return noAddr{}
	}
	return c.c.RemoteAddr()
}

// SetDeadline does nothing.
func (c *Conn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (c *Conn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

type noAddr struct{}

func (noAddr) Network() string { return "tor" }
func (noAddr) String() string  { return "" }
