package xmpptest

import (
	stdtls "crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/tls"
	"hushwing/tls/tlstest"
	"hushwing/tor"
	"hushwing/tor/tortest"
	"hushwing/xmpp"
)

// ResolverName is the name of a Resolver.
const ResolverName = "resolver.test"

// Resolver is a name server that speaks DNS over TLS on loopback and says what
// it is told to. It is reached through tor.Find and tls.SecureResolver, as any.
type Resolver struct {
	Dialer *tor.Dialer
	Policy *tls.Policy
	Socks  *tortest.Server
	CA     *tlstest.CA // that Policy trusts

	l    net.Listener
	wait sync.WaitGroup

	mu        sync.Mutex
	conns     map[net.Conn]bool
	questions []dnsmessage.Question
	sizes     []int
}

// Reply writes whatever it likes for one question, whose bytes it gets; false
// ends the connection.
type Reply func(w io.Writer, packet []byte, q dnsmessage.Question) bool

// NewResolver starts a resolver, which ends with the test, with a certificate
// made to spec; nil is a valid one.
func NewResolver(t testing.TB, spec *tlstest.Spec, reply Reply) *Resolver {
	t.Helper()
	ca := tlstest.NewCA(t)
	if spec == nil {
		spec = &tlstest.Spec{Names: []string{ResolverName}}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Resolver{
		l: l, conns: map[net.Conn]bool{}, Socks: tortest.New(t), Policy: tls.NewPolicy(tls.RootsFrom(ca.Root())), CA: ca,
	}
	r.Socks.Serve(ResolverName, l.Addr().String())
	r.Dialer = r.Socks.Dialer(t)
	config := &stdtls.Config{Certificates: []stdtls.Certificate{ca.Issue(t, *spec)}, NextProtos: []string{"dot"}}
	r.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.conns[c] = true
			r.mu.Unlock()
			r.wait.Go(func() {
				defer c.Close()
				r.serve(stdtls.Server(c, config), reply)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		r.mu.Lock()
		for c := range r.conns {
			_ = c.Close()
		}
		r.mu.Unlock()
		r.wait.Wait()
	})
	return r
}

// Address is how the resolver is named.
func (r *Resolver) Address() xmpp.Resolver { return xmpp.Resolver{Host: ResolverName} }

// Questions returns what it was asked so far, and the sizes of the messages.
func (r *Resolver) Questions() ([]dnsmessage.Question, []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]dnsmessage.Question(nil), r.questions...), append([]int(nil), r.sizes...)
}

func (r *Resolver) serve(c net.Conn, reply Reply) {
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		packet := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, packet); err != nil {
			return
		}
		var p dnsmessage.Parser
		if _, err := p.Start(packet); err != nil {
			return
		}
		q, err := p.Question()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.questions, r.sizes = append(r.questions, q), append(r.sizes, len(packet))
		r.mu.Unlock()
		if !reply(c, packet, q) {
			return
		}
	}
}

// Frame puts the length before a DNS message (RFC 1035, 4.2.2).
func Frame(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
}
