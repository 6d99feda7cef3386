package leak

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Packet is one that was seen.
type Packet struct {
	At       time.Time
	During   string // what went on, as Mark said
	Where    string // the interface
	Proto    string // "tcp", "udp", "icmp", "ethernet 0x0806" …
	From, To netip.AddrPort
	Name     string // asked for, if it was a question for a name
	Size     int
}

func (p Packet) String() string {
	s := fmt.Sprintf("%s on %s, %v to %v, %d bytes", p.Proto, p.Where, p.From, p.To, p.Size)
	if p.Name != "" {
		s += ", asks for " + p.Name
	}
	if p.During != "" {
		s += " (" + p.During + ")"
	}
	return s
}

// Numbers of Ethernet and of IP (RFC 791, RFC 8200).
const (
	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
	ipTCP     = 6
	ipUDP     = 17
)

// parse reads a frame's addresses. What it cannot read stays empty, and is
// guilty for that.
func parse(frame []byte) (p Packet) {
	p.Size = len(frame)
	if len(frame) < 14 {
		p.Proto = "a torn frame"
		return p
	}
	ether, b := binary.BigEndian.Uint16(frame[12:]), frame[14:]
	var proto byte
	var from, to netip.Addr
	switch {
	case ether == etherIPv4 && len(b) >= 20 && int(b[0]&15)*4 <= len(b):
		proto = b[9]
		from, to = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		if binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
			p.Proto = "an IPv4 fragment"
			p.From, p.To = netip.AddrPortFrom(from, 0), netip.AddrPortFrom(to, 0)
			return p
		}
		b = b[int(b[0]&15)*4:]
	case ether == etherIPv6 && len(b) >= 40:
		proto = b[6]
		from, to = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		b = b[40:]
	default:
		p.Proto = fmt.Sprintf("ethernet %#04x", ether)
		return p
	}
	var ports [2]uint16
	switch proto {
	case ipTCP, ipUDP:
		p.Proto = map[byte]string{ipTCP: "tcp", ipUDP: "udp"}[proto]
		if len(b) >= 4 {
			ports = [2]uint16{binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])}
		}
	case 1, 58:
		p.Proto = "icmp"
	default:
		p.Proto = fmt.Sprintf("IP protocol %d", proto)
	}
	p.From, p.To = netip.AddrPortFrom(from, ports[0]), netip.AddrPortFrom(to, ports[1])
	if proto == ipUDP && ports[1] == 53 && len(b) > 8 {
		p.Name = question(b[8:])
	}
	return p
}

// question is the name that a DNS packet asks for, or "".
func question(b []byte) string {
	var d dnsmessage.Parser
	if _, err := d.Start(b); err != nil {
		return ""
	}
	q, err := d.Question()
	if err != nil {
		return ""
	}
	return q.Name.String()
}

// Kind is what a packet is.
type Kind int

// The kinds.
const (
	Guilty  Kind = iota
	ToTor        // between a program and a port of Tor's
	Network      // between Tor and a relay
)

// rules tell what is innocent.
type rules struct {
	ports  []uint16         // Tor's, on 127.0.0.1
	relays []netip.AddrPort // where Tor may go
}

var localhost = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// flow is a connection to a relay.
type flow struct{ near, relay netip.AddrPort }

// judge says what a packet on an interface is. One between this computer and a
// relay is innocent for the time being: the door tells whose the connection is.
func (r rules) judge(p Packet) (Kind, flow) {
	if p.Where != "lo" || p.Proto != "tcp" {
		return Guilty, flow{}
	}
	for _, f := range []flow{{p.From, p.To}, {p.To, p.From}} {
		near, far := f.near, f.relay
		if near.Addr() != localhost {
			continue
		}
		if far.Addr() == localhost && slices.Contains(r.ports, far.Port()) {
			return ToTor, flow{}
		}
		if slices.Contains(r.relays, far) {
			return Network, f
		}
	}
	return Guilty, flow{}
}
