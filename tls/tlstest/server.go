package tlstest

import (
	stdtls "crypto/tls"
	"net"
	"sync"
	"testing"
)

// Session is one connection that a Server had, after its end.
type Session struct {
	HandshakeErr error  // nil: the handshake was completed
	Received     []byte // what the client sent inside TLS
	State        stdtls.ConnectionState
}

// Server speaks TLS on loopback, echoes what it hears, and remembers it.
type Server struct {
	l     net.Listener
	ended chan Session
	wait  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // nil after the end
}

// NewServer starts a server with config, which ends with the test.
func NewServer(t testing.TB, config *stdtls.Config) *Server {
	t.Helper()
	ended := make(chan Session, 64)
	s := newServer(t, func(c net.Conn) { ended <- echo(c, config) })
	s.ended = ended
	return s
}

// Address is where it listens.
func (s *Server) Address() string { return s.l.Addr().String() }

// Ended delivers each connection after its end, 64 at most.
func (s *Server) Ended() <-chan Session { return s.ended }

// newServer calls serve for each connection, and closes it afterwards.
func newServer(t testing.TB, serve func(net.Conn)) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{l: l, conns: map[net.Conn]bool{}}
	s.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if s.track(c) {
				s.wait.Go(func() {
					defer s.drop(c)
					serve(c)
				})
			}
		}
	})
	t.Cleanup(s.stop)
	return s
}

func (s *Server) track(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		_ = c.Close()
		return false
	}
	s.conns[c] = true
	return true
}

func (s *Server) drop(c net.Conn) {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

func (s *Server) stop() {
	_ = s.l.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.wait.Wait()
}

func echo(raw net.Conn, config *stdtls.Config) (e Session) {
	c := stdtls.Server(raw, config)
	if e.HandshakeErr = c.Handshake(); e.HandshakeErr != nil {
		return e
	}
	e.State = c.ConnectionState()
	b := make([]byte, 4096)
	for {
		n, err := c.Read(b)
		e.Received = append(e.Received, b[:n]...)
		if err != nil {
			return e
		}
		if _, err = c.Write(b[:n]); err != nil {
			return e
		}
	}
}
