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
	nsBindings = "urn:xmpp:sasl-cb:0"
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
// the four bytes that it may have on the wire. maxRosterNodes is for the roster
// that we asked for, which is read item by item: 20,000 contacts in five groups
// each.
const (
	maxNodes       = 32 << 10
	maxRosterNodes = 128 << 10
)

// node is one element with all that is in it.
type node struct {
	XMLName xml.Name
	Attr    []xml.Attr `xml:",any,attr"`
	Kids    []*node    `xml:",any"`
	Text    string     `xml:",chardata"` // all character data directly inside, in order
}

// cut reports whether something was left out of n: it is not to be acted on.
func (n *node) cut() bool { return n.child(nsElided, "elided") != nil }

// is reports whether n has this name.
func (n *node) is(space, local string) bool {
	return n != nil && n.XMLName.Space == space && n.XMLName.Local == local
}

// get returns an attribute without a prefix, or "".
func (n *node) get(local string) string {
	if n == nil {
		return ""
	}
	v, _ := lookup(n.Attr, local)
	return v
}

// lookup finds an attribute without a prefix.
func lookup(attrs []xml.Attr, local string) (string, bool) {
	for _, a := range attrs {
		if a.Name.Space == "" && a.Name.Local == local {
			return a.Value, true
		}
	}
	return "", false
}

// child returns the first child of this name, or nil.
func (n *node) child(space, local string) *node {
	if n != nil {
		for _, k := range n.Kids {
			if k.is(space, local) {
				return k
			}
		}
	}
	return nil
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
	for _, k := range n.Kids {
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
	for _, k := range n.Kids {
		if k.XMLName.Space == space && slices.Contains(known, k.XMLName.Local) {
			return k.XMLName.Local
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
