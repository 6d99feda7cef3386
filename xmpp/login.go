package xmpp

import (
	"context"

	"hushwing/secret"
	"hushwing/tls"
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

// Bounds of the rounds that a server may ask for in SCRAM (RFC 5802, RFC 7677).
const (
	MinIterations = 4096
	MaxIterations = 1_000_000
)

// Open signs in on a secured connection (SASL: RFC 6120, 6; SCRAM: RFC 5802,
// RFC 7677), binds a random resource, fetches the roster, and turns on
// acknowledgements (XEP-0198, without resumption) where they are offered. Our
// presence is not sent: see Available.
//
// The connection belongs to Open from now on: it is closed on every error and
// by the Stream. ctx bounds the opening alone; when it ends later nothing
// happens. Errors: *AuthError, *StreamError, *StanzaError (bind refused),
// ErrHung, ErrLimit, ErrProtocol, or what the connection failed with.
func Open(ctx context.Context, conn *tls.Conn, l Login) (*Stream, error) {
	return nil, ErrZeroValue
}
