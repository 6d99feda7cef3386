package lab_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
)

// dialThrough opens host:port through a SOCKS5 proxy, which resolves the name
// (RFC 1928, no authentication).
func dialThrough(network, proxy, host string, port uint16) (net.Conn, error) {
	c, err := net.DialTimeout(network, proxy, 5*time.Second)
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Now().Add(60 * time.Second))
	hello := append([]byte{5, 1, 0, 5, 1, 0, 3, byte(len(host))}, host...)
	hello = binary.BigEndian.AppendUint16(hello, port)
	if _, err := c.Write(hello[:3]); err != nil {
		return nil, err
	}
	reply := make([]byte, 6)
	if _, err := io.ReadFull(c, reply[:2]); err != nil {
		return nil, err
	}
	if _, err := c.Write(hello[3:]); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(c, reply[2:]); err != nil {
		return nil, err
	}
	if !bytes.Equal(reply[:4], []byte{5, 0, 5, 0}) {
		c.Close()
		return nil, fmt.Errorf("SOCKS reply %#x", reply[3])
	}
	rest := 4 + 2
	if reply[5] == 4 { // an IPv6 address: what Tor says over its socket
		rest = 16 + 2
	}
	_, err = io.ReadFull(c, make([]byte, rest))
	return c, err
}

func dial(t *testing.T, l *lab.Lab, host string, port uint16) net.Conn {
	t.Helper()
	c, err := dialThrough("tcp", l.Socks(), host, port)
	if err != nil {
		t.Fatalf("%s:%d through the lab's Tor: %v", host, port, err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// client is an XMPP client of the simplest kind.
type client struct {
	t      *testing.T
	c      net.Conn
	domain string
	got    string
}

func (x *client) write(format string, args ...any) {
	x.t.Helper()
	if _, err := fmt.Fprintf(x.c, format, args...); err != nil {
		x.t.Fatal(err)
	}
}

// until reads to the first of the marks, takes what was read and returns it.
func (x *client) until(marks ...string) string {
	x.t.Helper()
	buf := make([]byte, 4096)
	for {
		for _, m := range marks {
			if i := strings.Index(x.got, m); i >= 0 {
				taken := x.got[:i+len(m)]
				x.got = x.got[i+len(m):]
				return taken
			}
		}
		_ = x.c.SetReadDeadline(time.Now().Add(20 * time.Second))
		n, err := x.c.Read(buf)
		if err != nil {
			x.t.Fatalf("waiting for %q: %v; so far %q", marks, err, x.got)
		}
		x.got += string(buf[:n])
	}
}

func (x *client) open() string {
	x.t.Helper()
	x.got = ""
	x.write("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='%s' version='1.0'>", x.domain)
	return x.until("</stream:features>", "<stream:features/>")
}

// server is what either kind can do.
type server interface {
	CA() *x509.Certificate
	Onion() string
}

func (x *client) secure(p server) {
	x.t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(p.CA())
	c := tls.Client(x.c, &tls.Config{RootCAs: roots, ServerName: x.domain})
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	if err := c.Handshake(); err != nil {
		x.t.Fatalf("TLS with %s: %v", x.domain, err)
	}
	x.c = c
}

// direct connects to 5223 of the onion address for domain.
func direct(t *testing.T, l *lab.Lab, domain string) *client {
	t.Helper()
	return directTo(t, l, l.Prosody(), domain)
}

func directTo(t *testing.T, l *lab.Lab, p server, domain string) *client {
	t.Helper()
	x := &client{t: t, c: dial(t, l, p.Onion(), 5223), domain: domain}
	x.secure(p)
	return x
}

func (x *client) register(name, password string) {
	x.t.Helper()
	x.write("<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>%s</username><password>%s</password></query></iq>", name, password)
	if got := x.until("/>", "</iq>"); !strings.Contains(got, "type='result'") {
		x.t.Fatalf("register: %s", got)
	}
}

// signIn authenticates, binds and becomes available; features have been read.
func (x *client) signIn(name, password string) {
	x.t.Helper()
	x.write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>", base64.StdEncoding.EncodeToString([]byte("\x00"+name+"\x00"+password)))
	if got := x.until("/>", "</failure>"); !strings.Contains(got, "<success") {
		x.t.Fatalf("sign in: %s", got)
	}
	x.open()
	x.write("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>test</resource></bind></iq>")
	x.until("</iq>")
	x.write("<presence/>")
	x.until("</presence>", "/>") // our own comes back: we are online
}
