package xmpptest

import (
	"bytes"
	stdtls "crypto/tls"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// Conn is the server's end of a connection. Its methods are for the script
// alone, but for Received; they end the script when the connection ends.
type Conn struct {
	server *Server
	raw    net.Conn
	conn   net.Conn // raw, or TLS over it
	tls    *stdtls.Conn
	tap    *tap
	dec    *xml.Decoder
	User   string // after Auth

	mu    sync.Mutex
	heard bytes.Buffer // all that came inside TLS
}

// Elem is one element that the program sent.
type Elem struct {
	Name  xml.Name
	Raw   string // as it was on the wire
	Inner string
	attrs []xml.Attr
}

// Attr returns an attribute, or "".
func (e Elem) Attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func (c *Conn) fail() { panic(errEnd) }

// restart begins a new stream; what was received so far stays in earlier taps.
func (c *Conn) restart() {
	c.tap = &tap{c: c}
	c.dec = xml.NewDecoder(c.tap)
}

// Send writes s as it is, with values formatted in.
func (c *Conn) Send(s string, values ...any) {
	if len(values) > 0 {
		s = fmt.Sprintf(s, values...)
	}
	if _, err := io.WriteString(c.conn, s); err != nil {
		c.fail()
	}
}

// Header reads the program's stream header and returns it.
func (c *Conn) Header() string {
	for {
		from := c.dec.InputOffset()
		t, err := c.dec.Token()
		if err != nil {
			c.fail()
		}
		if _, ok := t.(xml.StartElement); ok {
			return string(c.tap.bytes()[from:c.dec.InputOffset()])
		}
	}
}

// Next reads the next element.
func (c *Conn) Next() Elem {
	for {
		from := c.dec.InputOffset()
		t, err := c.dec.Token()
		if err != nil {
			c.fail()
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			if _, ok := t.(xml.EndElement); ok {
				c.fail()
			}
			continue
		}
		var inner struct {
			XML string `xml:",innerxml"`
		}
		e := Elem{Name: start.Name, attrs: start.Copy().Attr}
		if err := c.dec.DecodeElement(&inner, &start); err != nil {
			c.fail()
		}
		e.Inner = inner.XML
		e.Raw = string(c.tap.bytes()[from:c.dec.InputOffset()])
		return e
	}
}

// NextIs reads elements until one of that name comes, and returns it.
func (c *Conn) NextIs(local string) Elem {
	for {
		if e := c.Next(); e.Name.Local == local {
			return e
		}
	}
}

// Received is what came on the present stream so far: everything since TLS or
// SASL began it. Safe for concurrent use once the script does not restart any
// more.
func (c *Conn) Received() string { return string(c.tap.bytes()) }

// Heard is every byte that the program has said inside TLS, or since the
// beginning where there is none. Safe for concurrent use.
func (c *Conn) Heard() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard.String()
}

// Open sends the server's stream header.
func (c *Conn) Open() {
	c.Send(`<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='x' version='1.0' from='%s'>`, Domain)
}

// Greet reads the program's header, answers it and sends the features.
func (c *Conn) Greet(features string) {
	c.Header()
	c.Open()
	c.Send("<stream:features>" + features + "</stream:features>")
}

// TLS does the handshake.
func (c *Conn) TLS() {
	t := stdtls.Server(c.raw, c.server.shown())
	if err := t.Handshake(); err != nil {
		c.fail()
	}
	c.conn, c.tls = t, t
	c.mu.Lock()
	c.heard.Reset()
	c.mu.Unlock()
	c.restart()
}

// StartTLS agrees to STARTTLS as it should be.
func (c *Conn) StartTLS() {
	c.Greet("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>")
	c.NextIs("starttls")
	c.Send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	c.TLS()
}

// Live signs the program in with SCRAM-SHA-256, binds it, turns XEP-0198 on if
// sm, and sends an empty roster.
func (c *Conn) Live(sm bool) {
	c.Auth(SCRAM{})
	c.Bind(sm)
	c.Roster("")
}

// Bind does all between SASL and the roster. The resource is "r".
func (c *Conn) Bind(sm bool) {
	features := "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
	if sm {
		features += "<sm xmlns='urn:xmpp:sm:3'/>"
	}
	c.Greet(features)
	c.Result(c.NextIs("iq"), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
	if sm {
		c.NextIs("enable")
		c.Send("<enabled xmlns='urn:xmpp:sm:3'/>")
	}
}

// Full is the address that Bind gives out.
func (c *Conn) Full() string { return c.User + "@" + Domain + "/r" }

// Roster answers the request for the roster with these items.
func (c *Conn) Roster(items string) {
	c.Result(c.NextIs("iq"), "<query xmlns='jabber:iq:roster'>"+items+"</query>")
}

// Result answers a request.
func (c *Conn) Result(iq Elem, payload string) {
	c.Send("<iq type='result' id='%s'>%s</iq>", iq.Attr("id"), payload)
}

// Error answers a request with an error.
func (c *Conn) Error(iq Elem, typ, condition string) {
	c.Send("<iq type='error' id='%s'><error type='%s'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", iq.Attr("id"), typ, condition)
}

// Ping pings the program as its own server may, waits for the answer, and
// returns all that came before it: what the program had to say about
// everything sent to it so far, because it works through a stream in order.
func (c *Conn) Ping() (before string) {
	id := fmt.Sprintf("p%d", time.Now().UnixNano())
	c.Send("<iq type='get' id='%s' from='%s'><ping xmlns='urn:xmpp:ping'/></iq>", id, Domain)
	var b strings.Builder
	for {
		e := c.Next()
		if e.Name.Local == "iq" && e.Attr("id") == id {
			return b.String()
		}
		b.WriteString(e.Raw)
	}
}

// End ends the connection without a word. Safe for concurrent use.
func (c *Conn) End() { _ = c.raw.Close() }

// Hang does nothing until the connection ends.
func (c *Conn) Hang() {
	_, _ = io.Copy(io.Discard, c.tap)
	c.fail()
}
