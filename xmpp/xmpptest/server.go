// Package xmpptest has an XMPP server on loopback that follows a script and so
// can misbehave in every way that a real server cannot.
//
// It speaks real TCP and real TLS and is reached through the real constructors:
// tor.Find on a tortest.Server, xmpp.Secure, xmpp.Open. Whatever the program
// sends is kept byte for byte.
package xmpptest

import (
	"bufio"
	"bytes"
	"context"
	stdtls "crypto/tls"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"hushwing/tls"
	"hushwing/tls/tlstest"
	"hushwing/tor"
	"hushwing/tor/tortest"
	"hushwing/xmpp"
)

// Domain is the server's name.
const Domain = "example.test"

// Server is a server whose every connection runs the same script.
type Server struct {
	l      net.Listener
	config *stdtls.Config
	policy *tls.Policy
	dialer *tor.Dialer
	socks  *tortest.Server
	script func(*Conn)

	mu    sync.Mutex
	conns map[net.Conn]bool
	seen  []*Conn
	ended bool
	wait  sync.WaitGroup
}

// New starts a server, which ends with the test. The script runs on a
// goroutine for each connection; it ends when a method of Conn finds that the
// connection has ended, and the connection ends with it.
func New(t testing.TB, script func(*Conn)) *Server {
	t.Helper()
	ca := tlstest.NewCA(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		l: l, script: script, conns: map[net.Conn]bool{}, socks: tortest.New(t),
		config: &stdtls.Config{
			Certificates: []stdtls.Certificate{ca.Issue(t, tlstest.Spec{Names: []string{Domain}})},
			MinVersion:   stdtls.VersionTLS12, NextProtos: []string{"xmpp-client"},
		},
		policy: tls.NewPolicy(tls.RootsFrom(ca.Root())),
	}
	s.socks.Serve(Domain, l.Addr().String())
	s.dialer = s.socks.Dialer(t)
	s.wait.Go(s.accept)
	t.Cleanup(s.Stop)
	return s
}

// MaxVersion limits TLS; to be called before the first connection.
func (s *Server) MaxVersion(v uint16) { s.config.MaxVersion = v }

// Secure reaches the server, with direct TLS: the script begins inside TLS.
func (s *Server) Secure(ctx context.Context) (*tls.Conn, error) {
	return xmpp.Secure(ctx, s.dialer, s.policy, xmpp.Route{Host: Domain, Direct: true}, tls.Server{Domain: Domain})
}

// SecureSTARTTLS reaches the server with STARTTLS: the script begins before
// TLS.
func (s *Server) SecureSTARTTLS(ctx context.Context) (*tls.Conn, error) {
	return xmpp.Secure(ctx, s.dialer, s.policy, xmpp.Route{Host: Domain}, tls.Server{Domain: Domain})
}

// Conns returns the connections so far.
func (s *Server) Conns() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Conn(nil), s.seen...)
}

// Stop ends the server and all its connections, and waits for the scripts.
func (s *Server) Stop() {
	s.mu.Lock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	_ = s.l.Close()
	s.wait.Wait()
}

func (s *Server) accept() {
	for {
		raw, err := s.l.Accept()
		if err != nil {
			return
		}
		c := &Conn{server: s, raw: &peeked{Conn: raw, r: bufio.NewReader(raw)}}
		c.conn = c.raw
		c.restart()
		s.mu.Lock()
		if s.ended {
			_ = raw.Close()
		}
		s.conns[raw] = true
		s.seen = append(s.seen, c)
		s.mu.Unlock()
		s.wait.Go(func() { s.serve(c) })
	}
}

func (s *Server) serve(c *Conn) {
	defer func() {
		_ = c.conn.Close()
		_ = c.raw.Close()
		s.mu.Lock()
		delete(s.conns, c.raw.(*peeked).Conn)
		s.mu.Unlock()
		if r := recover(); r != nil {
			if err, ok := r.(error); !ok || !errors.Is(err, errEnd) {
				panic(r)
			}
		}
	}()
	const handshake = 0x16 // first byte of TLS: a direct connection
	if b, err := c.raw.(*peeked).r.Peek(1); err == nil && b[0] == handshake {
		c.TLS()
	}
	s.script(c)
}

// peeked is a connection whose first byte can be looked at.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// errEnd ends a script.
var errEnd = errors.New("xmpptest: the connection has ended")

// tap keeps what is read.
type tap struct {
	c   *Conn
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.c.conn.Read(p)
	t.mu.Lock()
	t.buf.Write(p[:n])
	t.mu.Unlock()
	return n, err
}

func (t *tap) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.buf.Bytes())
}

// Wait waits until cond holds, for ten seconds at most, and reports whether it
// does.
func Wait(cond func() bool) bool {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if cond() {
			return true
		}
	}
	return cond()
}
