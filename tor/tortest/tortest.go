// Package tortest has a SOCKS server on loopback that answers as Tor does, and
// can be made to misbehave in every way that a real Tor cannot.
//
// It is reached through the real constructors: Server.Network finds it with
// tor.Find, as any Tor is found.
package tortest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha3"
	"encoding/base32"
	"net"
	"strings"
	"sync"
	"testing"

	"hushwing/tor"
)

// Request is what a client asked of the server, as far as it came.
type Request struct {
	Methods        []byte // offered in the greeting
	User, Password string
	Command        byte // 1: CONNECT, 0xF0: RESOLVE
	Host           string
	Port           uint16
}

// Step is a point in the handshake: just before that answer.
type Step int

// Steps.
const (
	Greeting  Step = iota + 1 // the choice of the method
	Auth                      // the status of the authentication
	Reply                     // the reply to any request
	Connected                 // the reply to CONNECT
)

// Trouble is what happens at a Step.
type Trouble int

// Troubles.
const (
	Hang    Trouble = iota + 1 // nothing more is said
	Close                      // the connection ends
	Garbage                    // something that is no SOCKS
	Half                       // one byte of the answer, then nothing
)

// Server is a SOCKS server on a loopback port. Its methods are safe for
// concurrent use; what they change holds for what happens afterwards.
type Server struct {
	l        net.Listener
	endpoint tor.Endpoint
	wait     sync.WaitGroup

	mu       sync.Mutex
	ended    bool
	conns    map[net.Conn]bool
	targets  map[string]string
	requests []*Request
	divert   func(Request) string
	pipes    *Pipes // see ServePipes
	rules    rules
}

// rules are how the server misbehaves.
type rules struct {
	troubles    map[Step]Trouble
	method      byte
	authStatus  byte
	connect     byte
	resolve     byte
	resolveFake net.IP
}

// New starts a server that behaves; it ends with the test. CONNECT reaches
// only what Serve named; anything else is answered with "host unreachable".
func New(t testing.TB) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return start(t, l, tor.Endpoint{Network: "tcp", Address: l.Addr().String(), From: tor.FromSystem})
}

// NewUnix is New on a Unix socket at path.
func NewUnix(t testing.TB, path string) *Server {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	return start(t, l, tor.Endpoint{Network: "unix", Address: path, From: tor.FromSocket})
}

func start(t testing.TB, l net.Listener, e tor.Endpoint) *Server {
	s := &Server{
		l: l, endpoint: e,
		conns: map[net.Conn]bool{}, targets: map[string]string{},
		rules: rules{troubles: map[Step]Trouble{}, method: 2},
	}
	s.wait.Go(s.accept)
	t.Cleanup(s.Stop)
	return s
}

// Stop ends the server and all its connections, and waits.
func (s *Server) Stop() {
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	_ = s.l.Close()
	s.Break()
	s.wait.Wait()
}

// Break ends all connections of the moment.
func (s *Server) Break() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// Forget drops what Requests would return.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// Conns is how many connections there are at the moment.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Endpoint is where it listens.
func (s *Server) Endpoint() tor.Endpoint { return s.endpoint }

// Env names the server as the environment of Tails does; it is made for
// tor.Options.Getenv.
func (s *Server) Env(name string) string {
	if s.endpoint.Network == "unix" {
		if name == "TOR_SOCKS_IPC_PATH" {
			return s.endpoint.Address
		}
		return ""
	}
	host, port, _ := net.SplitHostPort(s.endpoint.Address)
	return map[string]string{"TOR_SOCKS_HOST": host, "TOR_SOCKS_PORT": port}[name]
}

// Serve makes host reach the loopback address target ("127.0.0.1:port") at
// every port.
func (s *Server) Serve(host, target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.targets[strings.ToLower(host)] = target
}

// Divert makes the server lie about where hosts are, as an exit of Tor can: it
// leads a request to the address that to returns, if that is not empty. The
// name of a request tells circuits apart. nil behaves.
func (s *Server) Divert(to func(Request) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.divert = to
}

// Requests returns what was asked so far, in order, the probes of tor.Find
// included (Command 0xF0).
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.requests))
	for i, r := range s.requests {
		out[i] = *r
	}
	return out
}

// At makes trouble happen at a step; zero trouble makes it behave again.
func (s *Server) At(step Step, trouble Trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules.troubles[step] = trouble
}

// Method makes the server choose an authentication method: 2 is right, 0
// drops the isolation, 0xFF takes none.
func (s *Server) Method(method byte) { s.rule(func(r *rules) { r.method = method }) }

// AuthStatus makes the server answer a name and password; 0 takes it.
func (s *Server) AuthStatus(status byte) { s.rule(func(r *rules) { r.authStatus = status }) }

// Connect makes the server answer every CONNECT with reply; 0 behaves.
func (s *Server) Connect(reply byte) { s.rule(func(r *rules) { r.connect = reply }) }

// Resolve makes the server answer every RESOLVE with reply; 0 behaves, and 7
// is what a proxy says that is not Tor.
func (s *Server) Resolve(reply byte) { s.rule(func(r *rules) { r.resolve = reply }) }

// ResolveAs makes the server answer every RESOLVE with ip; nil behaves.
func (s *Server) ResolveAs(ip net.IP) { s.rule(func(r *rules) { r.resolveFake = ip }) }

func (s *Server) rule(change func(*rules)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.rules)
}

// Network finds the server through tor.Find.
func (s *Server) Network(t testing.TB) *tor.Network {
	t.Helper()
	n, err := tor.Find(t.Context(), tor.Options{Getenv: s.Env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// Dialer is Network's dialler, for an isolation made up for the test.
func (s *Server) Dialer(t testing.TB) *tor.Dialer {
	t.Helper()
	return s.Network(t).Dialer(tor.NewIsolation([]byte("a secret made up for a test"), t.Name(), 0))
}

// OnionAddress makes a well-formed onion address from a seed; no service
// stands behind it.
func OnionAddress(seed string) string {
	hash := sha256.Sum256([]byte(seed))
	key := ed25519.NewKeyFromSeed(hash[:]).Public().(ed25519.PublicKey)
	sum := sha3.Sum256([]byte(".onion checksum" + string(key) + "\x03"))
	b := append(append([]byte(key), sum[:2]...), 3)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)) + ".onion"
}
