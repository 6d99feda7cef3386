package xmpp

import (
	"context"
	"errors"
	"fmt"

	"hushwing/secret"
	"hushwing/tls"

	"mellium.im/xmpp/jid"
)

// Gate says whose stanzas may become events: the accepted contacts. It is
// asked with bare addresses, on the stream's own goroutine, for every stanza;
// it must be safe for concurrent use, quick, and must not call the Stream.
type Gate interface{ Admits(bare Address) bool }

// Login is what Open needs to sign in.
type Login struct {
	Address  Address // bare
	Password secret.Text
	// Known is the strongest mechanism that this account has signed in with, by
	// context, as Mechanism returned them. A server that offers only weaker
	// ones in the same context is an AuthError with Downgrade.
	Known map[string]string
	// AllowPlain lets the password itself go to the server if it offers nothing
	// better. Only if the user chose so for this account.
	AllowPlain bool
	// Gate is who is heard. Nil admits nobody.
	Gate Gate
}

// Open signs in on a secured connection (SASL: RFC 6120, 6; SCRAM: RFC 5802,
// RFC 7677), binds a random resource, fetches the roster, and turns on
// acknowledgements (XEP-0198, without resumption) where they are offered. Our
// presence is not sent: see Available.
//
// The connection belongs to Open from now on: it is closed on every error and
// by the Stream. ctx bounds the opening alone; when it ends later nothing
// happens. Errors: *AuthError, *StreamError, *StanzaError (bind or roster
// refused), ErrHung (also when the deadline of ctx ended it), ErrLimit,
// ErrProtocol, or what the connection failed with.
func Open(ctx context.Context, conn *tls.Conn, l Login) (*Stream, error) {
	if conn.IsZero() {
		return nil, ErrZeroValue
	}
	return open(ctx, conn, l)
}

func open(ctx context.Context, conn secured, login Login) (*Stream, error) {
	st := newSteps(ctx, conn)
	l := &link{conn: conn, p: newParser(conn), st: st, domain: login.Address.Domainpart()}
	s, err := l.signIn(login)
	if err = st.end(err); err != nil {
		return nil, err
	}
	s.start()
	if err := s.fetchRoster(ctx); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("%w: %w", ErrHung, err)
		}
		s.kill(err)
		return nil, err
	}
	return s, nil
}

// signIn does all that needs an answer before the next question.
func (l *link) signIn(login Login) (*Stream, error) {
	if login.Address.Localpart() == "" || login.Address.Resourcepart() != "" {
		return nil, fmt.Errorf("%w: an account's address is bare", ErrZeroValue)
	}
	features, err := l.open(false)
	if err != nil {
		return nil, err
	}
	mechanism, err := l.authenticate(features, login)
	if err != nil {
		return nil, err
	}
	if features, err = l.open(true); err != nil {
		return nil, err
	}
	full, err := l.bind(features, login.Address)
	if err != nil {
		return nil, err
	}
	s := newStream(l.conn, l.p, full, login.Gate)
	s.context, s.mechanism = bindingContext(l.conn.ConnectionState()), mechanism
	if features.child(nsSM, "sm") != nil {
		if s.sm, err = l.enableSM(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// bind takes a resource (RFC 6120, 7). We ask for a random one that tells
// nothing of the program; the server has the last word. That the server lists
// it, lets us have it and names our own account is checked here: an empty list
// of features is no reason to believe that all is done.
func (l *link) bind(features *node, bare Address) (Address, error) {
	if features.child(nsBind, "bind") == nil {
		return Address{}, fmt.Errorf("%w: no bind after sign-in", ErrProtocol)
	}
	answer, err := l.ask("set", "", el("bind", "xmlns", nsBind).with(el("resource").says(randomID()[:8])))
	if err != nil {
		return Address{}, err
	}
	j := answer.child(nsBind, "bind").child(nsBind, "jid")
	if j == nil {
		return Address{}, fmt.Errorf("%w: bind without an address", ErrProtocol)
	}
	full, err := jid.Parse(j.text)
	if err != nil || full.Resourcepart() == "" || !full.Bare().Equal(bare) {
		return Address{}, fmt.Errorf("%w: bound to an address that is not ours", ErrProtocol)
	}
	// Servers of before RFC 6121 want a session, too.
	if s := features.child(nsSession, "session"); s != nil && s.child(nsSession, "optional") == nil {
		if _, err := l.ask("set", "", el("session", "xmlns", nsSession)); err != nil {
			return Address{}, err
		}
	}
	return full, nil
}

// enableSM turns on acknowledgements (XEP-0198, 3). Without resumption: a
// resumed stream would be a stream of before, with the candidates and counters
// of before. A server that refuses is a server without.
func (l *link) enableSM() (bool, error) {
	if err := l.write(el("enable", "xmlns", nsSM)); err != nil {
		return false, err
	}
	for range 8 {
		n, err := l.next()
		if err != nil {
			return false, err
		}
		switch {
		case n.is(nsSM, "enabled"):
			return true, nil
		case n.is(nsSM, "failed"):
			return false, nil
		}
	}
	return false, fmt.Errorf("%w: no answer to enable", ErrProtocol)
}

// fetchRoster asks for the contacts (RFC 6121, 2.1.3).
func (s *Stream) fetchRoster(ctx context.Context) error {
	n, err := s.request(ctx, "get", el("query", "xmlns", nsRoster))
	var refused *StanzaError
	switch {
	case errors.As(err, &refused) && refused.Condition == "item-not-found":
		return nil // some servers say so instead of sending an empty one
	case err != nil:
		return err
	}
	query := n.child(nsRoster, "query")
	if query == nil {
		return fmt.Errorf("%w: no roster", ErrProtocol)
	}
	for _, k := range query.kids {
		if item, _, ok := rosterItem(k); ok {
			s.roster = append(s.roster, item)
		}
	}
	return nil
}
