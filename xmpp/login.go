package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"hushwing/secret"
	"hushwing/tls"

	mellium "mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
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
	// context (version of TLS and kind of binding), as Mechanism returned them. A
	// server that offers only weaker ones is an AuthError with Downgrade; one that
	// has moved to a later version of TLS may have lost -PLUS.
	Known map[string]string
	// AllowPlain lets the password itself go to the server if it offers nothing
	// better. Only if the user chose so for this account.
	AllowPlain bool
	// Gate is who is heard. Nil admits nobody.
	Gate Gate
	// Resume is what another stream of this account left at the server. Nil, and
	// one that is used, too old, or of another account: a new session.
	Resume *Leftover
}

// Open signs in on a secured connection (SASL: RFC 6120, 6; SCRAM: RFC 5802,
// RFC 7677), binds a random resource, fetches the roster, and turns on
// acknowledgements (XEP-0198) where they are offered. Our presence is not sent:
// see Available.
//
// With Login.Resume it goes on with that session instead, if the server still
// has it (Resumed says so): there is no bind and no roster to fetch then, our
// presence is as it was, and what was not acknowledged is written again before
// anything new. If the server has it no longer, a new session begins on the same
// connection. Either way an Acknowledged is the first event if the server says
// of some stanzas of the stream before that it has them.
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
	s, err := signIn(ctx, conn, st.next, login)
	if err = st.end(err); err != nil {
		return nil, err
	}
	s.start()
	if s.resumed {
		return s, nil
	}
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
func signIn(ctx context.Context, conn secured, step func(), login Login) (*Stream, error) {
	if login.Address.Localpart() == "" || login.Address.Resourcepart() != "" {
		return nil, fmt.Errorf("%w: an account's address is bare", ErrZeroValue)
	}
	l := newLink(conn, step)
	in := &signing{link: l, login: login}
	err := l.negotiate(ctx, login.Address.Domainpart(),
		in.authenticate(), bindings(), in.bind(), legacySession())
	switch {
	case in.mechanism == "" && l.wire.err == nil && errors.Is(err, ErrProtocol) && !errors.As(err, new(*AuthError)):
		return nil, &AuthError{Reason: NoMechanism, Err: err} // there were features, and none to sign in
	case err != nil:
		return nil, err
	// An empty list of features is no reason to believe that all is done.
	case l.session.State()&mellium.Authn == 0:
		return nil, &AuthError{Reason: NoMechanism}
	case in.full.Resourcepart() == "":
		return nil, fmt.Errorf("%w: no bind after sign-in", ErrProtocol)
	}
	s := newStream(l, in.full, login.Gate)
	s.context, s.mechanism, s.sm, s.token = bindingContext(conn.ConnectionState()), in.mechanism, in.sm, in.token
	if in.resumed != nil {
		s.adopt(in.resumed)
	}
	if len(in.acked) > 0 {
		s.q.put(Acknowledged{IDs: in.acked})
	}
	return s, nil
}

// signing is what the features of a sign-in learn.
type signing struct {
	*link
	login     Login
	mechanism string
	full      Address
	sm        bool
	token     token
	resumed   *Leftover  // the session that goes on
	acked     []StanzaID // what the server has of the stream before
}

// bind is the feature that takes a resource (RFC 6120, 7). We ask for a random
// one that tells nothing of the program; the server has the last word. That
// the server lets us have it and names our own account is checked here. (The
// library's own checks neither, sends an empty resource instead of the one
// asked for, and fails on a refusal without an error.)
func (in *signing) bind() mellium.StreamFeature {
	return mellium.StreamFeature{
		Name: xml.Name{Space: nsBind, Local: "bind"}, Necessary: mellium.Authn, Prohibited: mellium.Ready,
		Parse: parseFeature(true),
		Negotiate: func(_ context.Context, s *mellium.Session, _ any) (mellium.SessionState, io.ReadWriter, error) {
			if on, err := in.resume(s); on || err != nil {
				return mellium.Ready, nil, err
			}
			in.strays = 8
			answer, err := in.ask(s, el(nsBind, "bind", nil, el("", "resource", nil, text(randomID()[:8]))))
			if err != nil {
				return 0, nil, bindRefusal(err)
			}
			j := answer.child(nsBind, "bind").child(nsBind, "jid")
			if j == nil {
				return 0, nil, fmt.Errorf("%w: bind without an address", ErrProtocol)
			}
			full, err := jid.Parse(j.Text)
			if err != nil || full.Resourcepart() == "" || !full.Bare().Equal(in.login.Address) {
				return 0, nil, fmt.Errorf("%w: bound to an address that is not ours", ErrProtocol)
			}
			in.full = full
			s.UpdateAddr(full)
			return mellium.Ready, nil, in.afterBind(s)
		},
	}
}

// bindRefusal: servers that know no closed accounts in SASL refuse the bind to
// those whom they keep out (ejabberd).
func bindRefusal(err error) error {
	var refused *StanzaError
	if errors.As(err, &refused) && slices.Contains([]string{"not-allowed", "forbidden", "not-authorized"}, refused.Condition) {
		return &AuthError{Reason: Disabled, Condition: refused.Condition}
	}
	return err
}

// afterBind does what the features ask for that come after the bind, where the
// library goes through those that are optional before it.
func (in *signing) afterBind(s *mellium.Session) error {
	// Servers of before RFC 6121 want a session, too.
	if data, ok := s.Feature(nsSession); ok {
		if n, _ := data.(*node); n != nil && n.child(nsSession, "optional") == nil {
			if _, err := in.ask(s, el(nsSession, "session", nil)); err != nil {
				return err
			}
		}
	}
	if _, ok := s.Feature(nsSM); !ok {
		return nil
	}
	// XEP-0198, 3. A server that refuses is a server without.
	n, err := exchange(s, el(nsSM, "enable", at("resume", "true", "max", strconv.Itoa(int(mostLeft/time.Second)))))
	switch {
	case err != nil:
		return err
	case n.is(nsSM, "enabled"):
		in.sm, in.token = true, newToken(n)
		return nil
	case n.is(nsSM, "failed"):
		return nil
	}
	return fmt.Errorf("%w: no answer to enable", ErrProtocol)
}

// ask sends a request before the session serves.
func (in *signing) ask(s *mellium.Session, payload xml.TokenReader) (*node, error) {
	id := randomID()
	defer in.await(id)()
	n, err := exchange(s, stanza.IQ{XMLName: xml.Name{Space: nsClient}, ID: id, Type: stanza.SetIQ}.Wrap(payload))
	switch {
	case err != nil:
		return nil, err
	case !n.is(nsClient, "iq"):
		return nil, fmt.Errorf("%w: no answer", ErrProtocol)
	}
	return n, refusal(n)
}

// legacySession only tells whether the server wants one: see afterBind.
func legacySession() mellium.StreamFeature {
	return mellium.StreamFeature{Name: xml.Name{Space: nsSession, Local: "session"}, Parse: parseFeature(false)}
}

// parseFeature keeps what the server says of a feature.
func parseFeature(required bool) func(context.Context, *xml.Decoder, *xml.StartElement) (bool, any, error) {
	return func(_ context.Context, d *xml.Decoder, start *xml.StartElement) (bool, any, error) {
		n := &node{}
		return required, n, d.DecodeElement(n, start)
	}
}
