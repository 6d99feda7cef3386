package xmpp

import (
	"context"
	"errors"
	"fmt"

	"hushwing/tls"
)

// Registration makes one account on a connection of its own (XEP-0077). It is
// not safe for concurrent use.
type Registration struct {
	l    *link
	form Form
	over bool
}

// OpenRegistration asks the server for its form. The connection belongs to it
// from now on and is closed on every error. To use the new account, secure
// another connection and Open it.
//
// Errors: *RegistrationError (NotOffered, Wait, Refused), *StreamError,
// ErrHung, ErrLimit, ErrProtocol. A form that cannot be shown is no error: see
// Form.NeedsMore.
func OpenRegistration(ctx context.Context, conn *tls.Conn, domain string) (*Registration, error) {
	if conn.IsZero() || domain == "" {
		return nil, ErrZeroValue
	}
	l := &link{conn: conn, p: newParser(conn), st: newSteps(ctx, conn), domain: domain}
	r := &Registration{l: l}
	if err := l.st.end(r.fetch()); err != nil {
		return nil, err
	}
	return r, nil
}

// fetch asks for the form, whether registration is listed among the features or
// not: not every server lists it.
func (r *Registration) fetch() error {
	if _, err := r.l.open(false); err != nil {
		return err
	}
	n, err := r.l.ask("get", r.l.domain, el("query", "xmlns", nsRegister))
	if err != nil {
		return registrationError(err, false)
	}
	query := n.child(nsRegister, "query")
	switch {
	case n.cut:
		r.form.needs(NeedsUnknown)
	case query == nil:
		return &RegistrationError{Reason: NotOffered, Err: fmt.Errorf("%w: no form", ErrProtocol)}
	default:
		r.form = readForm(query)
	}
	return nil
}

// Form returns what the server wants to know.
func (r *Registration) Form() Form {
	if r == nil {
		return Form{}
	}
	return r.form
}

// Submit sends the values (by Field.Name; hidden and fixed fields are filled in
// by themselves, others by what the server suggests). After NameTaken,
// NotAcceptable or Wait it may be called again with other values; after any
// other error the connection is closed. A value that does not fit the form is
// NotAcceptable, and nothing was sent.
func (r *Registration) Submit(ctx context.Context, values map[string]string) error {
	switch {
	case r == nil || r.l == nil:
		return ErrZeroValue
	case r.over:
		return ErrClosed
	case r.form.NeedsMore:
		return &RegistrationError{Reason: CannotShow}
	}
	answer, err := r.form.answer(values)
	if err != nil {
		return &RegistrationError{Reason: NotAcceptable, Err: err}
	}
	r.l.st = newSteps(ctx, r.l.conn)
	_, err = r.l.ask("set", r.l.domain, answer)
	var typed *RegistrationError
	if err = registrationError(err, true); errors.As(err, &typed) {
		switch typed.Reason {
		case NameTaken, NotAcceptable, Wait:
			if err := r.l.st.end(nil); err != nil {
				r.over = true
				return err
			}
			return typed
		}
	}
	if err = r.l.st.end(err); err != nil {
		r.over = true
	}
	return err
}

// Close ends the connection. It can be called often.
func (r *Registration) Close() error {
	if r == nil || r.l == nil {
		return ErrZeroValue
	}
	if !r.over {
		r.over = true
		_ = r.l.conn.Close()
	}
	return nil
}

// registrationError sorts what a server refuses with (XEP-0077, 3.1).
func registrationError(err error, submitted bool) error {
	var stanza *StanzaError
	if !errors.As(err, &stanza) {
		var stream *StreamError
		if errors.As(err, &stream) && !submitted && (stream.Condition == "not-authorized" || stream.Condition == "unsupported-stanza-type") {
			return &RegistrationError{Reason: NotOffered, Condition: stream.Condition, Err: err}
		}
		return err
	}
	e := &RegistrationError{Reason: Refused, Condition: stanza.Condition, Err: stanza}
	switch stanza.Condition {
	case "resource-constraint":
		e.Reason = Wait
	case "conflict":
		if submitted {
			e.Reason = NameTaken
		}
	case "not-acceptable", "bad-request", "jid-malformed":
		if submitted {
			e.Reason = NotAcceptable
		}
	case "not-allowed", "service-unavailable", "feature-not-implemented", "forbidden",
		"not-authorized", "item-not-found", "registration-required":
		e.Reason = NotOffered
	}
	if stanza.Type == "wait" && e.Reason != NameTaken && e.Reason != NotAcceptable {
		e.Reason = Wait
	}
	return e
}
