package xmpp

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/xml"
	"errors"
	"fmt"
	"sync"
	"time"

	"mellium.im/xmlstream"
	mellium "mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
)

// link is the library's session on a connection that we watch.
type link struct {
	wire    *wire
	session *mellium.Session

	location Address // the server

	life context.Context // ends with the link
	die  context.CancelCauseFunc

	mu      sync.Mutex
	awaited map[string]bool // ids of the requests that wait for an answer
	strays  int             // stanzas that are borne while a stream is set up
}

func newLink(conn secured, step func()) *link {
	l := &link{wire: newWire(conn, step), awaited: map[string]bool{}}
	l.life, l.die = context.WithCancelCause(context.Background())
	l.wire.admit = l.admitEarly
	return l
}

// negotiate opens the stream and does what the features say. The library's
// context never ends and carries no deadline: it would reach for the
// connection's. steps bound the time, by closing the connection.
//
// That the session came back says little: an empty list of features makes it
// "ready". The caller checks what it is.
func (l *link) negotiate(ctx context.Context, domain string, features ...mellium.StreamFeature) error {
	location, err := jid.New("", domain, "")
	if err != nil {
		return fmt.Errorf("%w: no domain", ErrZeroValue)
	}
	l.location = location
	// No origin: who we are is told by SASL, when the server has proven itself
	// as far as TLS can.
	l.session, err = mellium.NewSession(context.WithoutCancel(ctx), location, jid.JID{}, l.wire, mellium.Secure,
		mellium.NewNegotiator(func(*mellium.Session, *mellium.StreamConfig) mellium.StreamConfig {
			return mellium.StreamConfig{Features: features}
		}))
	var auth *AuthError
	var refused *StanzaError
	switch {
	case err == nil:
		if l.session.State()&(mellium.Secure|mellium.Ready) != mellium.Secure|mellium.Ready {
			return fmt.Errorf("%w: not negotiated", ErrProtocol)
		}
		return nil
	case l.wire.err != nil:
		return l.wire.err
	case l.wire.unsent != nil:
		return fmt.Errorf("xmpp: writing: %w", l.wire.unsent)
	case errors.As(err, &auth), errors.As(err, &refused), errors.Is(err, ErrProtocol), errors.Is(err, ErrLimit):
		return err
	}
	return fmt.Errorf("%w: in its greeting", ErrProtocol) // the library's text may quote the server's
}

// admitEarly lets in what may come while a stream is set up: no stanzas but
// the answers that we wait for. A few others are borne once we are signed in.
func (l *link) admitEarly(e *element) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.start.Name.Space != nsClient {
		if e.cut {
			return false, fmt.Errorf("%w: in its greeting", ErrLimit)
		}
		// The library insists on this, too, but before it has read why it may be
		// so, and without a type.
		from, err := jid.Parse(l.wire.from)
		if err != nil || !from.Equal(l.location) {
			return false, fmt.Errorf("%w: another server's greeting", ErrProtocol)
		}
		return true, nil
	}
	if e.is(nsClient, "iq") && l.answers(e) {
		return true, nil
	}
	if l.strays--; l.strays < 0 {
		return false, fmt.Errorf("%w: a stanza in its greeting", ErrProtocol)
	}
	return false, nil
}

// answers reports whether e is an answer that somebody waits for, which it is
// once. The lock is held.
func (l *link) answers(e *element) bool {
	typ, id := e.get("type"), e.get("id")
	ours := (typ == "result" || typ == "error") && l.awaited[id] && plainTag(e)
	if ours {
		delete(l.awaited, id)
	}
	return ours
}

// plainTag reports whether the attributes that decide about a stanza are there
// at most once and without a prefix: the library would take a prefixed one, or
// another of two.
func plainTag(e *element) bool {
	seen := map[string]bool{}
	for _, a := range e.start.Attr {
		switch a.Name.Local {
		case "id", "type", "from", "to":
			if a.Name.Space == "xmlns" {
				continue
			}
			if a.Name.Space != "" || seen[a.Name.Local] {
				return false
			}
			seen[a.Name.Local] = true
		}
	}
	return true
}

func (l *link) await(id string) (forget func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.awaited[id] = true
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.awaited, id)
	}
}

// serve hands what is let in to h until the stream ends, and says why it did.
func (l *link) serve(h mellium.Handler) error {
	err := l.session.Serve(h)
	switch {
	case l.wire.err != nil:
		return l.wire.err
	case err != nil:
		return fmt.Errorf("%w: on the stream", ErrProtocol)
	}
	return fmt.Errorf("%w: the session ended by itself", ErrProtocol)
}

// request asks and waits for the answer: *StanzaError if it is a refusal,
// ErrHung when it takes longer than StepTimeout (the stream goes on), the
// cause of the link's end, or the context's error. Not from within a handler.
func (l *link) request(ctx context.Context, typ stanza.IQType, to Address, payload xml.TokenReader) (*node, error) {
	var n *node
	err := l.query(ctx, randomID(), StepTimeout, stanza.IQ{Type: typ, To: to}, payload, func(r xml.TokenReader) (err error) {
		n, err = readNode(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return n, refusal(n)
}

// query is request with an answer that is read by read, which is given all of it.
func (l *link) query(ctx context.Context, id string, patience time.Duration, iq stanza.IQ, payload xml.TokenReader, read func(xml.TokenReader) error) error {
	outer := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, patience, ErrHung)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	defer context.AfterFunc(l.life, func() { end(context.Cause(l.life)) })()
	defer l.await(id)()
	iq.ID = id
	answer, err := l.session.SendIQ(ctx, iq.Wrap(payload))
	switch {
	case err == nil:
	case outer.Err() != nil:
		return outer.Err()
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case l.life.Err() != nil:
		return context.Cause(l.life)
	default:
		return ErrClosed
	}
	// Not the library's UnmarshalIQ: white space before the payload makes it
	// panic, and it takes any name for an error's condition.
	err = read(answer)
	if closing := answer.Close(); err == nil && closing != nil {
		err = closing
	}
	switch {
	case err == nil, errors.Is(err, ErrLimit):
		return err
	}
	return fmt.Errorf("%w: an answer", ErrProtocol)
}

func refusal(n *node) error {
	if n.get("type") == "error" {
		return stanzaError(n)
	}
	return nil
}

func readNode(r xml.TokenReader) (*node, error) {
	n := &node{}
	return n, xml.NewTokenDecoder(r).Decode(n)
}

// exchange writes r and reads one element, while a stream is set up.
func exchange(s *mellium.Session, r xml.TokenReader) (*node, error) {
	if err := write(s, r); err != nil {
		return nil, err
	}
	in := s.TokenReader()
	defer in.Close()
	return readNode(in)
}

func write(s *mellium.Session, r xml.TokenReader) error {
	out := s.TokenWriter()
	defer out.Close()
	if _, err := xmlstream.Copy(out, r); err != nil {
		return err
	}
	return out.Flush()
}

var lower32 = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// randomID names a stanza or a resource: 40 random bits would do to tell them
// apart, 80 make it hopeless for a stranger to guess one.
func randomID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	return lower32.EncodeToString(b[:])
}
