package xmpp

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/tor"
)

// Bounds of what a resolver may send. An honest answer has a handful of
// records and less than a kilobyte.
const (
	maxDNSMessage = 16 << 10 // bytes
	maxDNSRecords = 64       // in the answer section
	maxSRVRecords = 16       // that answer the question
	maxAliases    = 8        // steps from the name asked for to the one answered
)

// Errors within a LookupError.
var (
	errRefused = errors.New("xmpp: the resolver has no answer")
	errAnswer  = errors.New("xmpp: not an answer to the question")
)

// question is one question on its way.
type question struct {
	id   uint16
	name dnsmessage.Name
}

// recordSet is what one question brought.
type recordSet struct {
	records []service
	ttl     time.Duration // the least of its records
}

// questionsFor makes the two questions about a domain, that for direct TLS first.
func questionsFor(domain string) ([]question, error) {
	host, err := tor.HostName(domain)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err == nil || strings.HasSuffix(host, ".onion") {
		return nil, errors.New("xmpp: an address, not a name") // an onion must never reach a resolver
	}
	var out []question
	for _, service := range []string{"_xmpps-client._tcp.", "_xmpp-client._tcp."} {
		name, err := dnsmessage.NewName(service + host + ".")
		if err != nil || len(service)+len(host)+1 > 254 {
			return nil, fmt.Errorf("xmpp: the name is too long to be looked up")
		}
		var id [2]byte
		if _, err := rand.Read(id[:]); err != nil {
			return nil, err
		}
		q := question{id: binary.BigEndian.Uint16(id[:]), name: name}
		if len(out) == 1 && out[0].id == q.id {
			q.id++
		}
		out = append(out, q)
	}
	return out, nil
}

// padTo is the block that questions are filled up to, so that the length of
// what goes out says little of the name (RFC 7830; RFC 8467, 4.1).
const padTo = 128

// message is the question as it goes over the wire, with its length before it
// (RFC 1035, 4.2.2).
func (q question) message() ([]byte, error) {
	packed, err := q.pack(0)
	if err != nil {
		return nil, err
	}
	if packed, err = q.pack((padTo - len(packed)%padTo) % padTo); err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...), nil
}

func (q question) pack(padding int) ([]byte, error) {
	const optPadding = 12
	return (&dnsmessage.Message{
		Header:    dnsmessage.Header{ID: q.id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: q.name, Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET}},
		Additionals: []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("."), Type: dnsmessage.TypeOPT, Class: 4096},
			Body:   &dnsmessage.OPTResource{Options: []dnsmessage.Option{{Code: optPadding, Data: make([]byte, padding)}}},
		}},
	}).Pack()
}

// putQuestions puts all questions and reads as many answers, in whatever order
// they come (RFC 7766, 6.2.1.1). The result is in the order of the questions. A
// question that the resolver cannot answer is an error only if no other brought
// records.
func putQuestions(c io.ReadWriter, questions []question) ([]recordSet, error) {
	var out []byte
	for _, q := range questions {
		m, err := q.message()
		if err != nil {
			return nil, err
		}
		out = append(out, m...)
	}
	if _, err := c.Write(out); err != nil {
		return nil, err
	}
	sets := make([]recordSet, len(questions))
	answered := make([]bool, len(questions))
	var refused error
	found := false
	for range questions {
		message, err := readMessage(c)
		if err != nil {
			return nil, err
		}
		i, set, err := match(message, questions)
		if err != nil && !errors.Is(err, errRefused) {
			return nil, err
		}
		if answered[i] {
			return nil, fmt.Errorf("%w: answered twice", errAnswer)
		}
		if answered[i] = true; err != nil {
			refused = err
		}
		sets[i], found = set, found || len(set.records) > 0
	}
	if !found && refused != nil {
		return nil, refused
	}
	return sets, nil
}

func readMessage(r io.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n > maxDNSMessage {
		return nil, fmt.Errorf("%w: %d bytes", errAnswer, n)
	}
	message := make([]byte, n)
	_, err := io.ReadFull(r, message)
	return message, err
}

// match finds the question that a message answers, and reads the answer.
func match(message []byte, questions []question) (int, recordSet, error) {
	if len(message) >= 2 {
		for i, q := range questions {
			if q.id == binary.BigEndian.Uint16(message) {
				set, err := readAnswer(message, q)
				return i, set, err
			}
		}
	}
	return 0, recordSet{}, fmt.Errorf("%w: not asked", errAnswer)
}

// readAnswer reads the answer to one question, strictly. A name that does not
// exist, or has no such records, is an empty set. errRefused: the resolver cannot
// answer. errAnswer: the message is no answer to this question.
func readAnswer(message []byte, q question) (recordSet, error) {
	bad := func(why string) (recordSet, error) { return recordSet{}, fmt.Errorf("%w: %s", errAnswer, why) }
	var p dnsmessage.Parser
	head, err := p.Start(message)
	switch {
	case err != nil:
		return bad("no message")
	case head.ID != q.id, !head.Response, head.OpCode != 0:
		return bad("another message")
	case head.Truncated: // there is no reason for it over TCP
		return bad("truncated")
	}
	echo, err := p.Question()
	if err != nil || !sameName(echo.Name, q.name) || echo.Type != dnsmessage.TypeSRV || echo.Class != dnsmessage.ClassINET {
		return bad("another question")
	}
	if _, err := p.Question(); !errors.Is(err, dnsmessage.ErrSectionDone) {
		return bad("more than one question")
	}
	switch head.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return recordSet{}, nil
	default:
		return recordSet{}, fmt.Errorf("%w: code %d", errRefused, uint16(head.RCode))
	}
	answers, err := readRecords(&p)
	if err != nil {
		return recordSet{}, err
	}
	return answers.follow(q.name)
}

// records are those of an answer section that count.
type records struct {
	aliases []dnsmessage.Resource // CNAME
	srv     []dnsmessage.Resource
}

func readRecords(p *dnsmessage.Parser) (out records, err error) {
	for n := 0; ; n++ {
		h, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return out, nil
		}
		if err != nil || n >= maxDNSRecords {
			return records{}, fmt.Errorf("%w: its records cannot be read", errAnswer)
		}
		var body dnsmessage.ResourceBody
		into := &out.srv
		switch {
		case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeSRV:
			var x dnsmessage.SRVResource
			x, err = p.SRVResource()
			body = &x
		case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeCNAME:
			var x dnsmessage.CNAMEResource
			x, err = p.CNAMEResource()
			body, into = &x, &out.aliases
		default: // signatures and the like
			err = p.SkipAnswer()
		}
		if err != nil {
			return records{}, fmt.Errorf("%w: a record cannot be read", errAnswer)
		}
		if body != nil {
			*into = append(*into, dnsmessage.Resource{Header: h, Body: body})
		}
	}
}

// follow goes from the name that was asked for along the aliases in the same
// answer, and no further, to the records.
func (r records) follow(name dnsmessage.Name) (recordSet, error) {
	out := recordSet{ttl: MaxTTL}
	least := func(h dnsmessage.ResourceHeader) {
		if h.TTL < 1<<31 { // RFC 2181, 8: others count as 0
			out.ttl = min(out.ttl, time.Duration(h.TTL)*time.Second)
		} else {
			out.ttl = 0
		}
	}
	for step := 0; ; step++ {
		for _, x := range r.srv {
			if !sameName(x.Header.Name, name) {
				continue
			}
			if len(out.records) == maxSRVRecords {
				return recordSet{}, fmt.Errorf("%w: too many records", errAnswer)
			}
			b := x.Body.(*dnsmessage.SRVResource)
			out.records = append(out.records, service{
				target: strings.TrimSuffix(lower(b.Target), "."),
				port:   b.Port, priority: b.Priority, weight: b.Weight,
			})
			least(x.Header)
		}
		i := aliasOf(r.aliases, name)
		switch {
		case len(out.records) > 0:
			return out, nil
		case i < 0:
			return recordSet{}, nil
		case step == maxAliases:
			return recordSet{}, fmt.Errorf("%w: aliases in a circle", errAnswer)
		}
		least(r.aliases[i].Header)
		name = r.aliases[i].Body.(*dnsmessage.CNAMEResource).CNAME
	}
}

func aliasOf(aliases []dnsmessage.Resource, name dnsmessage.Name) int {
	for i, a := range aliases {
		if sameName(a.Header.Name, name) {
			return i
		}
	}
	return -1
}

// sameName compares names as the DNS does: of letters, those of ASCII alone are
// the same in both cases (RFC 4343).
func sameName(a, b dnsmessage.Name) bool { return lower(a) == lower(b) }

func lower(n dnsmessage.Name) string {
	b := []byte(n.String())
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
