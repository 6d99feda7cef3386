package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"hushwing/tls"

	mellium "mellium.im/xmpp"
	"mellium.im/xmpp/stanza"
)

// Registration makes one account on a connection of its own (XEP-0077). It is
// not safe for concurrent use.
type Registration struct {
	*link
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
	r := &Registration{}
	st := newSteps(ctx, conn)
	r.link = newLink(conn, st.next)
	if err := st.end(r.negotiate(ctx, domain, registerFeature(), passedOver())); err != nil {
		return nil, registrationError(err, false)
	}
	r.wire.step = func() {}
	go r.read()
	if err := r.fetch(ctx); err != nil {
		return nil, r.end(err)
	}
	return r, nil
}

// registerFeature is the one feature that is negotiated, and required: the
// library throws the error of an optional one away. What is asked is asked
// afterwards, because not every server lists it.
func registerFeature() mellium.StreamFeature {
	return mellium.StreamFeature{
		Name:  xml.Name{Space: "http://jabber.org/features/iq-register", Local: "register"},
		Parse: parseFeature(true), Necessary: mellium.Secure,
		Negotiate: func(context.Context, *mellium.Session, any) (mellium.SessionState, io.ReadWriter, error) {
			return mellium.Ready, nil, nil
		},
	}
}

// passedOver is the feature to sign in with, which we do not: a list of none
// but unknown features is an error to the library.
func passedOver() mellium.StreamFeature {
	return mellium.StreamFeature{Name: xml.Name{Space: nsSASL, Local: "mechanisms"}, Parse: parseFeature(false)}
}

// read lets the session work until the connection ends. Nothing is handled:
// answers that we wait for are all that comes through.
func (r *Registration) read() {
	r.die(r.serve(nil))
	_ = r.wire.Close()
}

// Renew asks for the form anew, on the same connection: with another picture,
// where it has one. Errors as OpenRegistration; the connection is closed then.
func (r *Registration) Renew(ctx context.Context) error {
	switch {
	case r == nil || r.link == nil:
		return ErrZeroValue
	case r.over:
		return ErrClosed
	}
	r.form = Form{}
	if err := r.fetch(ctx); err != nil {
		return r.end(err)
	}
	return nil
}

// fetch asks for the form.
func (r *Registration) fetch(ctx context.Context) error {
	n, err := r.ask(ctx, stanza.GetIQ, el(nsRegister, "query", nil))
	if err != nil {
		return registrationError(err, false)
	}
	query := n.child(nsRegister, "query")
	switch {
	case n.cut():
		r.form.needs(NeedsUnknown)
	case query == nil:
		return &RegistrationError{Reason: NotOffered, Err: fmt.Errorf("%w: no form", ErrProtocol)}
	default:
		r.form = readForm(query)
	}
	return nil
}

// ask is a request whose time is always up with ErrHung.
func (r *Registration) ask(ctx context.Context, typ stanza.IQType, payload xml.TokenReader) (*node, error) {
	r.mu.Lock()
	r.strays = 8
	r.mu.Unlock()
	n, err := r.request(ctx, typ, r.location, payload)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: %w", ErrHung, err)
	}
	return n, err
}

// end closes the connection for good.
func (r *Registration) end(err error) error {
	r.over = true
	_ = r.wire.Close()
	<-r.life.Done()
	return err
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
// NotAcceptable, PuzzleWrong or Wait it may be called again with other values;
// after any other error the connection is closed. A picture is good for one
// Submit: Renew first. A value that does not fit the form is NotAcceptable, and
// nothing was sent.
func (r *Registration) Submit(ctx context.Context, values map[string]string) error {
	switch {
	case r == nil || r.link == nil:
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
	_, err = r.ask(ctx, stanza.SetIQ, answer)
	var typed *RegistrationError
	if err = registrationError(err, true); errors.As(err, &typed) {
		if r.form.puzzle {
			typed.Reason = puzzled(typed)
		}
		switch typed.Reason {
		case NameTaken, NotAcceptable, PuzzleWrong, Wait:
			return typed
		}
	}
	if err != nil {
		return r.end(err)
	}
	return nil
}

// Close ends the connection. It can be called often.
func (r *Registration) Close() error {
	if r == nil || r.link == nil {
		return ErrZeroValue
	}
	if !r.over {
		_ = r.end(nil)
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

// puzzled is what a refusal means where a picture had to be read. Of a wrong
// answer ejabberd says "not-allowed", others "not-acceptable" as XEP-0158, 3.3;
// which a name or a password may have earned as well, but those are easier to
// get right, and the person is shown both.
func puzzled(e *RegistrationError) RegistrationReason {
	switch e.Condition {
	case "not-allowed", "not-acceptable", "bad-request":
		return PuzzleWrong
	}
	return e.Reason
}
