package tor

import (
	"net"
	"strconv"
	"time"
)

// Conn is a connection through Tor. Only Dial makes one; the zero value
// refuses everything. It is safe for concurrent use as any net.Conn is.
type Conn struct {
	c     net.Conn
	host  string
	port  uint16
	onion bool
}

func errConn() error { return &Error{Reason: Unusable} }

func (c *Conn) usable() bool { return c != nil && c.c != nil }

// Host is the name that was dialled, in lower case and without a final dot.
func (c *Conn) Host() string {
	if c == nil {
		return ""
	}
	return c.host
}

// IsOnion reports whether Host is an onion service, whose address proves who
// it is.
func (c *Conn) IsOnion() bool { return c.usable() && c.onion }

// IsZero reports whether c was not made by Dial.
func (c *Conn) IsZero() bool { return !c.usable() }

// Read reads from the connection.
func (c *Conn) Read(p []byte) (int, error) {
	if !c.usable() {
		return 0, errConn()
	}
	return c.c.Read(p)
}

// Write writes to the connection.
func (c *Conn) Write(p []byte) (int, error) {
	if !c.usable() {
		return 0, errConn()
	}
	return c.c.Write(p)
}

// Close closes the connection.
func (c *Conn) Close() error {
	if !c.usable() {
		return errConn()
	}
	return c.c.Close()
}

// LocalAddr says no more than "tor": the local address is nobody's business.
func (c *Conn) LocalAddr() net.Addr { return addr("") }

// RemoteAddr is the name that was dialled, with its port.
func (c *Conn) RemoteAddr() net.Addr {
	if !c.usable() {
		return addr("")
	}
	return addr(net.JoinHostPort(c.host, strconv.Itoa(int(c.port))))
}

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	if !c.usable() {
		return errConn()
	}
	return c.c.SetDeadline(t)
}

// SetReadDeadline sets the deadline of reads.
func (c *Conn) SetReadDeadline(t time.Time) error {
	if !c.usable() {
		return errConn()
	}
	return c.c.SetReadDeadline(t)
}

// SetWriteDeadline sets the deadline of writes.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	if !c.usable() {
		return errConn()
	}
	return c.c.SetWriteDeadline(t)
}

// addr is an address within the network "tor".
type addr string

func (addr) Network() string  { return "tor" }
func (a addr) String() string { return string(a) }
