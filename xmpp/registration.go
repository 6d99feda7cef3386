package xmpp

import (
	"context"

	"hushwing/tls"
)

// Registration makes one account on a connection of its own (XEP-0077). It is
// not safe for concurrent use.
type Registration struct{}

// OpenRegistration asks the server for its form. The connection belongs to it
// from now on and is closed on every error. To use the new account, secure
// another connection and Open it.
//
// Errors: *RegistrationError (NotOffered, Wait, Refused), *StreamError,
// ErrHung, ErrLimit, ErrProtocol. A form that cannot be shown is no error: see
// Form.NeedsMore.
func OpenRegistration(ctx context.Context, conn *tls.Conn, domain string) (*Registration, error) {
	return nil, ErrZeroValue
}

// Form returns what the server wants to know.
func (r *Registration) Form() Form { return Form{} }

// Submit sends the values (by Field.Name; hidden and fixed fields are filled in
// by themselves). After NameTaken, NotAcceptable or Wait it may be called again
// with other values; after any other error the connection is closed.
func (r *Registration) Submit(ctx context.Context, values map[string]string) error {
	return ErrZeroValue
}

// Close ends the connection. It can be called often.
func (r *Registration) Close() error { return nil }
