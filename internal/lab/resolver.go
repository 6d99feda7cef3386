package lab

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver is a name server that speaks DNS over TLS (RFC 7858), with a
// certificate of the lab's CA, under a name that the network's exits resolve.
// It knows what the lab's name server knows, and can be made to lie. Its methods
// are safe for concurrent use.
type Resolver struct {
	lab  *Lab
	name string
	l    net.Listener
	wg   sync.WaitGroup
	lies *names

	mu    sync.Mutex
	conns map[net.Conn]bool // nil: closed
	asked []string
	reply func(question []byte) []byte
}

// StartResolver starts a resolver called name, with a certificate of the kind
// how (Rekey is one in order). It ends with Close, or with the lab, which must
// have Prosody.
func (l *Lab) StartResolver(name string, how How) (*Resolver, error) {
	if l.prosody == nil {
		return nil, errors.New("lab: a resolver needs the CA, which comes with Prosody")
	}
	key, err := newKey()
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	chain, err := l.prosody.papers.ca.certify(name, how, key)
	if err != nil {
		return nil, err
	}
	addr := l.Net() + ".0.54"
	tcp, err := net.Listen("tcp4", net.JoinHostPort(addr, "0"))
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	r := &Resolver{lab: l, name: name, l: tcp, lies: newNames(), conns: map[net.Conn]bool{}}
	if err := l.SetHost(name, addr); err != nil {
		_ = tcp.Close()
		return nil, err
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: chain, PrivateKey: key}}, NextProtos: []string{"dot"},
	}
	r.wg.Go(func() { r.accept(config) })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.resolvers = append(l.resolvers, r)
	return r, nil
}

// Resolver is the lab's own resolver, "resolver.test", which is honest. It is
// started when it is first asked for.
func (l *Lab) Resolver() (*Resolver, error) {
	l.resolver.Do(func() { l.own, l.ownErr = l.StartResolver("resolver.test", Rekey) })
	return l.own, l.ownErr
}

// Name is what the resolver is called, and its certificate is for.
func (r *Resolver) Name() string { return r.name }

// Port is where it listens: not 853, which only root may.
func (r *Resolver) Port() uint16 {
	_, port, _ := net.SplitHostPort(r.l.Addr().String())
	n, _ := strconv.ParseUint(port, 10, 16)
	return uint16(n)
}

// SetSRV makes this resolver give its own answer for a name, whatever the lab's
// is; with no records it takes that back.
func (r *Resolver) SetSRV(name string, records ...SRV) { r.lies.setSRV(name, records) }

// Reply makes this resolver say what reply returns for every question; nil ends
// the connection. A nil reply makes it honest again.
func (r *Resolver) Reply(reply func(question []byte) []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reply = reply
}

// Asked returns the names that it was asked for so far.
func (r *Resolver) Asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.asked...)
}

// Close ends the resolver and its connections. Its name goes on leading there.
func (r *Resolver) Close() {
	_ = r.l.Close()
	r.mu.Lock()
	for c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
	r.mu.Unlock()
	r.wg.Wait()
}

func (r *Resolver) accept(config *tls.Config) {
	for {
		c, err := r.l.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		open := r.conns != nil
		if open {
			r.conns[c] = true
		}
		r.mu.Unlock()
		if !open {
			_ = c.Close()
			return
		}
		r.wg.Go(func() {
			defer r.drop(c)
			_ = c.SetDeadline(time.Now().Add(2 * time.Minute))
			converse(tls.Server(c, config), r.answer)
		})
	}
}

func (r *Resolver) drop(c net.Conn) {
	_ = c.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
}

func (r *Resolver) answer(question []byte) []byte {
	var p dnsmessage.Parser
	if _, err := p.Start(question); err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	r.mu.Lock()
	r.asked = append(r.asked, nameKey(q.Name.String()))
	reply := r.reply
	r.mu.Unlock()
	r.lies.mu.Lock()
	_, lie := r.lies.srvs[nameKey(q.Name.String())]
	r.lies.mu.Unlock()
	switch {
	case reply != nil:
		return reply(question)
	case lie:
		return r.lies.answer(question)
	}
	return r.lab.slot.dns.answer(question)
}

// Deny makes this resolver say of every name that it does not exist.
func (r *Resolver) Deny() { r.Reply(newNames().answer) }
