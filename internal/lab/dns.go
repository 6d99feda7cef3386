package lab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// SRV is one record of SetSRV.
type SRV struct {
	Target                 string
	Port, Priority, Weight uint16
}

// names are what a name server answers with. Safe for concurrent use.
type names struct {
	mu    sync.Mutex
	hosts map[string]netip.Addr // lower case, without the final dot
	srvs  map[string][]SRV
}

func newNames() *names { return &names{hosts: map[string]netip.Addr{}, srvs: map[string][]SRV{}} }

// nameServer answers for the lab's names, over UDP and TCP, and with NXDOMAIN
// for any other: never with REFUSED, for which Tor's resolver would take the
// server for dead. Nothing is ever asked of another server.
type nameServer struct {
	addr string
	udp  net.PacketConn
	tcp  net.Listener
	wg   sync.WaitGroup
	*names
}

// dnsTTL is short: tests change names.
const dnsTTL = 5

// listenDNS starts a name server at addr. That nobody else can listen there is
// what keeps two labs from using one prefix.
func listenDNS(addr string) (*nameServer, error) {
	udp, err := net.ListenPacket("udp4", addr)
	if err != nil {
		return nil, err
	}
	tcp, err := net.Listen("tcp4", addr)
	if err != nil {
		udp.Close()
		return nil, err
	}
	s := &nameServer{addr: addr, udp: udp, tcp: tcp, names: newNames()}
	s.wg.Go(s.serveUDP)
	s.wg.Go(s.serveTCP)
	return s, nil
}

func (s *nameServer) close() {
	s.udp.Close()
	s.tcp.Close()
	s.wg.Wait()
}

func nameKey(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func (s *names) setHost(name, addr string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if addr == "" {
		delete(s.hosts, nameKey(name))
		return nil
	}
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if !a.Is4() || !a.IsLoopback() {
		return fmt.Errorf("lab: %s is not an IPv4 address of loopback", addr)
	}
	s.hosts[nameKey(name)] = a
	return nil
}

func (s *names) setSRV(name string, records []SRV) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(records) == 0 {
		delete(s.srvs, nameKey(name))
		return
	}
	s.srvs[nameKey(name)] = append([]SRV(nil), records...)
}

func (s *nameServer) serveUDP() {
	buf := make([]byte, 4096)
	for {
		n, from, err := s.udp.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if reply := s.answer(buf[:n]); reply != nil {
			_, _ = s.udp.WriteTo(reply, from)
		}
	}
}

func (s *nameServer) serveTCP() {
	for {
		c, err := s.tcp.Accept()
		if err != nil {
			return
		}
		s.wg.Go(func() { s.serveConn(c) })
	}
}

// serveConn answers the questions of one TCP connection (RFC 1035, 4.2.2).
func (s *nameServer) serveConn(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	converse(c, s.answer)
}

// converse reads questions from a stream and writes what answer says, until
// that is nothing.
func converse(c io.ReadWriter, answer func([]byte) []byte) {
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, question); err != nil {
			return
		}
		reply := answer(question)
		if reply == nil {
			return
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
			return
		}
	}
}

// answer makes the reply to one packet; nil when it is not a question.
func (s *names) answer(packet []byte) []byte {
	var p dnsmessage.Parser
	h, err := p.Start(packet)
	if err != nil || h.Response {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	s.mu.Lock()
	host, isHost := s.hosts[nameKey(q.Name.String())]
	srvs, isSRV := s.srvs[nameKey(q.Name.String())]
	s.mu.Unlock()

	reply := dnsmessage.Header{ID: h.ID, Response: true, Authoritative: true, RecursionDesired: h.RecursionDesired, RecursionAvailable: true}
	if !isHost && !isSRV {
		reply.RCode = dnsmessage.RCodeNameError
	}
	b := dnsmessage.NewBuilder(nil, reply)
	b.EnableCompression()
	// The question goes back as it came, letter case included: Tor's resolver
	// compares.
	if b.StartQuestions() != nil || b.Question(q) != nil || b.StartAnswers() != nil {
		return nil
	}
	head := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: dnsTTL}
	switch {
	case q.Type == dnsmessage.TypeA && isHost:
		err = b.AResource(head, dnsmessage.AResource{A: host.As4()})
	case q.Type == dnsmessage.TypeSRV:
		for _, r := range srvs {
			var target dnsmessage.Name
			if target, err = dnsmessage.NewName(strings.TrimSuffix(r.Target, ".") + "."); err != nil {
				break
			}
			if err = b.SRVResource(head, dnsmessage.SRVResource{Priority: r.Priority, Weight: r.Weight, Port: r.Port, Target: target}); err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil
	}
	out, err := b.Finish()
	if err != nil {
		return nil
	}
	return out
}
