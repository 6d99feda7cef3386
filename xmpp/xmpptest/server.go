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
	ca     *tlstest.CA
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
	s := newServer(t, tlstest.NewCA(t), script)
	s.socks = tortest.New(t)
	s.socks.Serve(Domain, s.l.Addr().String())
	s.dialer = s.socks.Dialer(t)
	return s
}

// Beside starts another server with the same name and the same authority to
// vouch for it, and a key of its own. Nothing leads to it by itself: see
// tortest.Server.Divert, and Exit.
func (s *Server) Beside(t testing.TB, script func(*Conn)) *Server {
	t.Helper()
	other := newServer(t, s.ca, script)
	other.socks, other.dialer = s.socks, s.dialer
	return other
}

// NewInMemory is New without a socket, behind a tortest.NewInMemory: see
// tortest.Pipes. Secure and SecureSTARTTLS do not lead there.
func NewInMemory(t testing.TB, socks *tortest.Server, script func(*Conn)) *Server {
	t.Helper()
	p := tortest.NewPipes(t)
	s := listen(t, p, tlstest.NewCA(t), script)
	s.socks = socks
	socks.ServePipes(Domain, p)
	return s
}

func newServer(t testing.TB, ca *tlstest.CA, script func(*Conn)) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listen(t, l, ca, script)
}

func listen(t testing.TB, l net.Listener, ca *tlstest.CA, script func(*Conn)) *Server {
	t.Helper()
	s := &Server{
		l: l, script: script, conns: map[net.Conn]bool{}, ca: ca,
		config: &stdtls.Config{
			Certificates: []stdtls.Certificate{ca.Issue(t, tlstest.Spec{Names: []string{Domain}})},
			MinVersion:   stdtls.VersionTLS12, NextProtos: []string{"xmpp-client"},
		},
		policy: tls.NewPolicy(tls.RootsFrom(ca.Root())),
	}
	s.wait.Go(s.accept)
	t.Cleanup(s.Stop)
	return s
}

// Over runs a script on a connection that is there already, of any kind, and
// returns at its end. config is for TLS.
func Over(raw net.Conn, config *stdtls.Config, script func(*Conn)) {
	s := &Server{script: script, conns: map[net.Conn]bool{}, config: config}
	c := &Conn{server: s, raw: &peeked{Conn: raw, r: bufio.NewReader(raw)}}
	c.conn = c.raw
	c.restart()
	s.serve(c)
}

// Address is where it listens.
func (s *Server) Address() string { return s.l.Addr().String() }

// Exit is the SOCKS server that leads to it, as Tor would.
func (s *Server) Exit() *tortest.Server { return s.socks }

// CA vouches for it; Roots trusts that alone.
func (s *Server) CA() *tlstest.CA { return s.ca }

// Roots trusts the server's authority and no other.
func (s *Server) Roots() tls.Roots { return tls.RootsFrom(s.ca.Root()) }

// Show makes the server show another certificate from now on.
func (s *Server) Show(c stdtls.Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config = s.config.Clone()
	s.config.Certificates = []stdtls.Certificate{c}
}

// Certificate is what the server shows.
func (s *Server) Certificate() stdtls.Certificate { return s.shown().Certificates[0] }

func (s *Server) shown() *stdtls.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config
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

// Forget drops what it knows of connections so far, which Conns does not return
// any more: for a test of what a program keeps.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = nil
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
	t.c.mu.Lock()
	t.c.heard.Write(p[:n])
	t.c.mu.Unlock()
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
