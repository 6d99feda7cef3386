package xmpp

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Namespaces that more than one file needs.
const (
	nsStream   = "http://etherx.jabber.org/streams"
	nsClient   = "jabber:client"
	nsTLS      = "urn:ietf:params:xml:ns:xmpp-tls"
	nsSASL     = "urn:ietf:params:xml:ns:xmpp-sasl"
	nsBind     = "urn:ietf:params:xml:ns:xmpp-bind"
	nsSession  = "urn:ietf:params:xml:ns:xmpp-session"
	nsStanzas  = "urn:ietf:params:xml:ns:xmpp-stanzas"
	nsStreams  = "urn:ietf:params:xml:ns:xmpp-streams"
	nsSM       = "urn:xmpp:sm:3"
	nsRoster   = "jabber:iq:roster"
	nsPing     = "urn:xmpp:ping"
	nsRegister = "jabber:iq:register"
)

// maxNodes bounds the elements of one stanza: each costs far more memory than
// the four bytes that it may have on the wire. A roster of 10,000 contacts has
// room.
const maxNodes = 32 << 10

// node is one element with all that is in it.
type node struct {
	name xml.Name
	attr []xml.Attr
	kids []*node
	text string // all character data directly inside, in order
	cut  bool   // something was left out of it: not to be acted on
}

// is reports whether n has this name.
func (n *node) is(space, local string) bool {
	return n != nil && n.name.Space == space && n.name.Local == local
}

// get returns an attribute without a prefix, or "".
func (n *node) get(local string) string {
	v, _ := n.lookup(local)
	return v
}

func (n *node) lookup(local string) (string, bool) {
	if n != nil {
		for _, a := range n.attr {
			if a.Name.Space == "" && a.Name.Local == local {
				return a.Value, true
			}
		}
	}
	return "", false
}

// child returns the first child of this name, or nil.
func (n *node) child(space, local string) *node {
	if n != nil {
		for _, k := range n.kids {
			if k.is(space, local) {
				return k
			}
		}
	}
	return nil
}

// parser reads a stream element by element.
type parser struct {
	scan *scanner
	dec  *xml.Decoder
}

func newParser(r io.Reader) *parser {
	p := &parser{scan: newScanner(r)}
	p.dec = xml.NewDecoder(p.scan)
	return p
}

// restart begins a new stream on the same connection (RFC 6120, 4.3.3).
func (p *parser) restart() error {
	if err := p.scan.restart(); err != nil {
		return err
	}
	p.dec = xml.NewDecoder(p.scan)
	return nil
}

// header reads the server's opening tag.
func (p *parser) header() (xml.StartElement, error) {
	for {
		t, err := p.dec.Token()
		if err != nil {
			return xml.StartElement{}, xmlError(err)
		}
		switch t := t.(type) {
		case xml.ProcInst:
			if t.Target != "xml" {
				return xml.StartElement{}, fmt.Errorf("%w: <?%.20s", ErrLimit, t.Target)
			}
		case xml.CharData:
		case xml.StartElement:
			if t.Name.Space != nsStream || t.Name.Local != "stream" {
				return xml.StartElement{}, fmt.Errorf("%w: no stream header", ErrProtocol)
			}
			return t.Copy(), nil
		default:
			return xml.StartElement{}, fmt.Errorf("%w: no stream header", ErrProtocol)
		}
	}
}

// next reads one element of the stream with all that is in it. io.EOF is the
// stream's orderly end; a stream error (RFC 6120, 4.9) is a *StreamError.
func (p *parser) next() (*node, error) {
	for {
		t, err := p.dec.Token()
		if err != nil {
			return nil, xmlError(err)
		}
		switch t := t.(type) {
		case xml.CharData: // white space: the scanner lets nothing else through
		case xml.EndElement:
			return nil, io.EOF
		case xml.StartElement:
			n, err := p.element(t)
			if err != nil {
				return nil, err
			}
			if n.is(nsStream, "error") {
				return nil, streamError(n)
			}
			return n, nil
		default:
			return nil, fmt.Errorf("%w: %T in the stream", ErrProtocol, t)
		}
	}
}

func (p *parser) element(start xml.StartElement) (*node, error) {
	root := &node{name: start.Name, attr: start.Copy().Attr}
	var texts [][]byte
	stack, count := []*node{root}, 1
	texts = append(texts, nil)
	for len(stack) > 0 {
		t, err := p.dec.Token()
		if err != nil {
			return nil, xmlError(err)
		}
		top := len(stack) - 1
		switch t := t.(type) {
		case xml.StartElement:
			n := &node{name: t.Name}
			if count++; count > maxNodes {
				root.cut = true // read on, keep nothing
			} else {
				n.attr = t.Copy().Attr
				stack[top].kids = append(stack[top].kids, n)
			}
			if n.name.Space == nsElided {
				root.cut = true
			}
			stack = append(stack, n)
			texts = append(texts, nil)
		case xml.EndElement:
			stack[top].text = string(texts[top])
			stack, texts = stack[:top], texts[:top]
		case xml.CharData:
			if !root.cut {
				texts[top] = append(texts[top], t...)
			}
		default:
			return nil, fmt.Errorf("%w: %T in a stanza", ErrProtocol, t)
		}
	}
	if root.cut {
		root.kids, root.text = nil, ""
	}
	return root, nil
}

// xmlError sorts what encoding/xml and the connection fail with. A connection
// that ends in the middle is io.ErrUnexpectedEOF: only </stream:stream> is an
// orderly end.
func xmlError(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF", errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: xml syntax", ErrProtocol) // its text may quote the stanza
	}
	return err
}

func streamError(n *node) error {
	return &StreamError{Condition: condition(n, nsStreams, streamConditions)}
}

// stanzaError reads the <error/> of a stanza of type "error".
func stanzaError(n *node) *StanzaError {
	for _, k := range n.kids {
		if k.is(nsClient, "error") {
			typ := k.get("type")
			if !slices.Contains([]string{"auth", "cancel", "continue", "modify", "wait"}, typ) {
				typ = "cancel"
			}
			return &StanzaError{Condition: condition(k, nsStanzas, stanzaConditions), Type: typ}
		}
	}
	return &StanzaError{Condition: undefined, Type: "cancel"}
}

const undefined = "undefined-condition"

// condition returns the defined condition in n: a name from the RFC's list,
// never text of the server's own.
func condition(n *node, space string, known []string) string {
	for _, k := range n.kids {
		if k.name.Space == space && slices.Contains(known, k.name.Local) {
			return k.name.Local
		}
	}
	return undefined
}

// RFC 6120, 4.9.3.
var streamConditions = []string{
	"bad-format", "bad-namespace-prefix", "conflict", "connection-timeout", "host-gone",
	"host-unknown", "improper-addressing", "internal-server-error", "invalid-from",
	"invalid-namespace", "invalid-xml", "not-authorized", "not-well-formed",
	"policy-violation", "remote-connection-failed", "reset", "resource-constraint",
	"restricted-xml", "see-other-host", "system-shutdown", "unsupported-encoding",
	"unsupported-feature", "unsupported-stanza-type", "unsupported-version",
}

// RFC 6120, 8.3.3.
var stanzaConditions = []string{
	"bad-request", "conflict", "feature-not-implemented", "forbidden", "gone",
	"internal-server-error", "item-not-found", "jid-malformed", "not-acceptable",
	"not-allowed", "not-authorized", "policy-violation", "recipient-unavailable",
	"redirect", "registration-required", "remote-server-not-found",
	"remote-server-timeout", "resource-constraint", "service-unavailable",
	"subscription-required", "unexpected-request",
}

// RFC 6120, 6.5.
var saslConditions = []string{
	"aborted", "account-disabled", "credentials-expired", "encryption-required",
	"incorrect-encoding", "invalid-authzid", "invalid-mechanism", "malformed-request",
	"mechanism-too-weak", "not-authorized", "temporary-auth-failure",
}
