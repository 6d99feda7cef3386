package tortest

import (
	"context"
	"net"
	"sync"
	"testing"

	"hushwing/tor"
)

// Pipes is a listener in this process's memory. What goes through it waits for
// no system call, so in a bubble of testing/synctest hours pass in a moment. Its
// methods are safe for concurrent use.
type Pipes struct {
	in   chan net.Conn
	gone chan struct{}
	once sync.Once
}

// NewPipes makes a listener; it ends with the test.
func NewPipes(t testing.TB) *Pipes {
	p := &Pipes{in: make(chan net.Conn), gone: make(chan struct{})}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// Accept implements net.Listener.
func (p *Pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.in:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *Pipes) Close() error {
	p.once.Do(func() { close(p.gone) })
	return nil
}

// Addr implements net.Listener.
func (p *Pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9} }

// Open makes a connection.
func (p *Pipes) Open(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.in <- far:
		return near, nil
	case <-p.gone:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipesPort names no port: only an Opener over Pipes leads to it.
const pipesPort = "127.0.0.1:9"

// NewInMemory is New without a socket: only its Opener leads there.
func NewInMemory(t testing.TB) *Server {
	t.Helper()
	s := start(t, NewPipes(t), tor.Endpoint{Network: "tcp", Address: pipesPort, From: tor.FromEnvironment})
	return s
}

// Opener opens connections to a server of NewInMemory, and to nothing else.
func (s *Server) Opener() tor.Opener { return inMemory{s} }

type inMemory struct{ s *Server }

func (o inMemory) Open(ctx context.Context, e tor.Endpoint) (net.Conn, error) {
	p, ok := o.s.l.(*Pipes)
	if !ok || e.Address != o.s.endpoint.Address {
		return nil, net.ErrClosed
	}
	return p.Open(ctx)
}

// ServePipes makes host a name for what accepts from p.
func (s *Server) ServePipes(host string, p *Pipes) {
	s.Serve(host, pipesPort)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pipes = p
}

// dial goes where a host leads.
func (s *Server) dial(target string) (net.Conn, error) {
	s.mu.Lock()
	p := s.pipes
	s.mu.Unlock()
	if p != nil && target == pipesPort {
		return p.Open(context.Background())
	}
	// Straight: the targets are listeners of tests on loopback, and this is the exit
	// of a Tor that is played.
	return net.Dial("tcp", target)
}
