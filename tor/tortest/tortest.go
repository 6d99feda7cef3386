// Package tortest has a SOCKS server on loopback that answers as Tor does, and
// can be made to misbehave in every way that a real Tor cannot.
//
// It is reached through the real constructors: Server.Network finds it with
// tor.Find, as any Tor is found.
package tortest

import (
	"sync"
	"testing"

	"hushwing/tor"
)

// Request is what a client asked of the server.
type Request struct {
	Methods        []byte // offered in the greeting
	User, Password string
	Command        byte // 1: CONNECT, 0xF0: RESOLVE
	Host           string
	Port           uint16
}

// Server is a SOCKS server on a loopback port. It is safe for concurrent use.
type Server struct {
	mu       sync.Mutex
	endpoint tor.Endpoint
}

// New starts a server that behaves; it ends with the test. CONNECT reaches
// only what Serve named; anything else is answered with "host unreachable".
func New(t testing.TB) *Server { return &Server{} }

// Endpoint is where it listens.
func (s *Server) Endpoint() tor.Endpoint { return s.endpoint }

// Serve makes host reach the loopback address target ("127.0.0.1:port") at
// every port.
func (s *Server) Serve(host, target string) {}

// Requests returns what was asked so far, in order.
func (s *Server) Requests() []Request { return nil }

// Network finds the server through tor.Find.
func (s *Server) Network(t testing.TB) *tor.Network { return nil }

// Dialer is Network's dialler, for an isolation made up for the test.
func (s *Server) Dialer(t testing.TB) *tor.Dialer { return nil }

// OnionAddress makes a well-formed onion address from a seed; no service
// stands behind it.
func OnionAddress(seed string) string { return "" }
