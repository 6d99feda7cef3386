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
	l      net.Listener
	config *stdtls.Config

	mu    sync.Mutex
	conns map[net.Conn]bool
	ended chan Session
	wait  sync.WaitGroup
}

// NewServer starts a server with config, which ends with the test.
func NewServer(t testing.TB, config *stdtls.Config) *Server {
	t.Helper()
	s := &Server{l: listen(t), config: config, conns: map[net.Conn]bool{}, ended: make(chan Session, 64)}
	s.wait.Go(s.accept)
	t.Cleanup(func() {
		_ = s.l.Close()
		s.mu.Lock()
		for c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.wait.Wait()
	})
	return s
}

// Address is where it listens.
func (s *Server) Address() string { return s.l.Addr().String() }

// Ended delivers each connection after its end.
func (s *Server) Ended() <-chan Session { return s.ended }

func (s *Server) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.wait.Go(func() { s.serve(c) })
	}
}

func (s *Server) serve(raw net.Conn) {
	defer func() {
		_ = raw.Close()
		s.mu.Lock()
		delete(s.conns, raw)
		s.mu.Unlock()
	}()
	var e Session
	c := stdtls.Server(raw, s.config)
	if e.HandshakeErr = c.Handshake(); e.HandshakeErr == nil {
		e.State = c.ConnectionState()
		b := make([]byte, 4096)
		for {
			n, err := c.Read(b)
			e.Received = append(e.Received, b[:n]...)
			if err != nil {
				break
			}
			if _, err = c.Write(b[:n]); err != nil {
				break
			}
		}
	}
	s.ended <- e
}
