package xmpp

import (
	"context"
	"errors"
	"fmt"

	"hushwing/secret"

	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
)

const (
	nsDisco    = "http://jabber.org/protocol/disco#info"
	nsBlocking = "urn:xmpp:blocking"
)

// Offers is what a server says that it can do beyond the stream (XEP-0030).
type Offers struct {
	Blocking bool // XEP-0191
	Register bool // XEP-0077: another password, and the end of an account
}

// Offers asks the server what it can do. Errors: *StanzaError, ErrHung,
// ErrClosed, ErrSlow, ErrProtocol, or the context's.
func (s *Stream) Offers(ctx context.Context) (Offers, error) {
	if !s.usable() {
		return Offers{}, ErrZeroValue
	}
	n, err := s.requestTo(ctx, stanza.GetIQ, s.self.Domain(), el(nsDisco, "query", nil))
	if err != nil {
		return Offers{}, err
	}
	query := n.child(nsDisco, "query")
	if query == nil {
		return Offers{}, fmt.Errorf("%w: no list of features", ErrProtocol)
	}
	var o Offers
	for _, k := range query.Kids {
		if !k.is(nsDisco, "feature") {
			continue
		}
		switch k.get("var") {
		case nsBlocking:
			o.Blocking = true
		case nsRegister:
			o.Register = true
		}
	}
	return o, nil
}

// ChangePassword asks the server to take another password for our account
// (XEP-0077, 3.3). The password itself goes to the server. Nil: the server says
// that it has; a *StanzaError: that it has not. After any other error it is not
// known. Nobody but a sign-in can tell whether either is true.
func (s *Stream) ChangePassword(ctx context.Context, password secret.Text) error {
	if !s.usable() {
		return ErrZeroValue
	}
	ready, err := saslprep(password.Export())
	if err != nil || ready == "" {
		return &AuthError{Reason: BadPassword}
	}
	_, err = s.request(ctx, stanza.SetIQ, el(nsRegister, "query", nil,
		el("", "username", nil, text(s.self.Localpart())), el("", "password", nil, text(ready))))
	return err
}

// DeleteAccount asks the server to delete our account for good (XEP-0077, 3.2).
// Nil: the server says that it has, or has ended the stream in the way in which it
// says so; a *StanzaError: that it has not. After any other error it is not known.
func (s *Stream) DeleteAccount(ctx context.Context) error {
	if !s.usable() {
		return ErrZeroValue
	}
	_, err := s.request(ctx, stanza.SetIQ, el(nsRegister, "query", nil, el("", "remove", nil)))
	var ended *StreamError
	if errors.As(err, &ended) && ended.Condition == "not-authorized" { // 3.2: after the answer, which was lost
		return nil
	}
	return err
}

// Block has the server let nothing of an address through to us, nor of ours to
// it, without telling them (XEP-0191). It waits for the server's answer, as
// SetRosterItem does.
func (s *Stream) Block(ctx context.Context, bare Address) error {
	return s.setBlocked(ctx, "block", bare)
}

// Unblock takes Block back.
func (s *Stream) Unblock(ctx context.Context, bare Address) error {
	return s.setBlocked(ctx, "unblock", bare)
}

// setBlocked always names one address: an <unblock/> without any would be for all.
func (s *Stream) setBlocked(ctx context.Context, name string, bare Address) error {
	if !s.usable() || bare.Domainpart() == "" {
		return ErrZeroValue
	}
	_, err := s.request(ctx, stanza.SetIQ, el(nsBlocking, name, nil, el("", "item", at("jid", bare.Bare().String()))))
	return err
}

// Blocked returns whom the server blocks for us.
func (s *Stream) Blocked(ctx context.Context) ([]Address, error) {
	if !s.usable() {
		return nil, ErrZeroValue
	}
	n, err := s.request(ctx, stanza.GetIQ, el(nsBlocking, "blocklist", nil))
	if err != nil {
		return nil, err
	}
	list := n.child(nsBlocking, "blocklist")
	if list == nil {
		return nil, fmt.Errorf("%w: no list of the blocked", ErrProtocol)
	}
	var out []Address
	for _, k := range list.Kids {
		if a, err := jid.Parse(k.get("jid")); err == nil && k.is(nsBlocking, "item") {
			out = append(out, a)
		}
	}
	return out, nil
}
