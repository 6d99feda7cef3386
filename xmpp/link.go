package xmpp

import (
	"crypto/rand"
	stdtls "crypto/tls"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
)

// secured is a connection that TLS has made safe: *tls.Conn.
type secured interface {
	io.ReadWriteCloser
	ConnectionState() stdtls.ConnectionState
}

// link is a stream while it is set up: one question, one answer, each in time.
type link struct {
	conn   secured
	p      *parser
	st     *steps
	domain string
}

func (l *link) write(e element) error {
	_, err := l.conn.Write(e.bytes())
	return err
}

// next waits for the server's next element.
func (l *link) next() (*node, error) {
	l.st.next()
	return l.p.next()
}

// open opens a stream (or opens it anew, after SASL) and returns its features.
func (l *link) open(again bool) (*node, error) {
	if again {
		if err := l.p.restart(); err != nil {
			return nil, err
		}
	}
	l.st.next()
	if _, err := l.conn.Write(streamHeader(l.domain)); err != nil {
		return nil, err
	}
	h, err := l.p.header()
	if err != nil {
		return nil, err
	}
	for _, a := range h.Attr {
		// A server without a version has no features (RFC 6120, 4.7.5).
		if a.Name.Local == "version" && a.Name.Space == "" && strings.HasPrefix(a.Value, "1.") {
			n, err := l.next()
			if err != nil {
				return nil, err
			}
			if !n.is(nsStream, "features") || n.cut {
				return nil, fmt.Errorf("%w: no features", ErrProtocol)
			}
			return n, nil
		}
	}
	return nil, fmt.Errorf("%w: not XMPP 1.0", ErrProtocol)
}

// ask sends an IQ and waits for its answer. While a stream is set up nothing
// else may come: other stanzas are an error of the server.
func (l *link) ask(typ, to string, payload element) (*node, error) {
	id := randomID()
	if err := l.write(el("iq", "type", typ, "id", id, "to", to).with(payload)); err != nil {
		return nil, err
	}
	for range 8 { // a few stray stanzas are borne
		n, err := l.next()
		if err != nil {
			return nil, err
		}
		if !n.is(nsClient, "iq") || n.get("id") != id {
			continue
		}
		switch n.get("type") {
		case "result":
			return n, nil
		case "error":
			return n, stanzaError(n)
		}
	}
	return nil, fmt.Errorf("%w: no answer", ErrProtocol)
}

var lower32 = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// randomID names a stanza or a resource: 40 random bits would do to tell them
// apart, 80 make it hopeless for a stranger to guess one.
func randomID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	return lower32.EncodeToString(b[:])
}
