// Package tls decides which TLS we speak and whose certificate we accept. It
// is the only maker of TLS clients in the program.
//
// TLS 1.2 at least, with ECDHE and an AEAD; 1.3 where the server has it. The
// roots are passed explicitly: the system's verifier is never asked, because
// on some systems it fetches from the network outside Tor. What is pinned is a
// server's key, not its certificate, so that renewals are silent and questions
// rare enough to be read.
//
// Names in certificates are matched as DNS names (RFC 9525); the SRV names and
// XMPP addresses that RFC 6120 also allows are not.
package tls

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"time"
)

// Pin is the SHA-256 of a key's SubjectPublicKeyInfo (RFC 7469 section 2.4).
type Pin [sha256.Size]byte

// PinOf gives the pin of a certificate's key.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// String gives the pin in base64.
func (p Pin) String() string { return base64.StdEncoding.EncodeToString(p[:]) }

// IsZero reports whether p is no pin.
func (p Pin) IsZero() bool { return p == Pin{} }

// ParsePin reads what String gave.
func ParsePin(s string) (Pin, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return Pin{}, fmt.Errorf("tls: parsing pin: %w", err)
	}
	var p Pin
	if len(b) != len(p) || base64.StdEncoding.EncodeToString(b) != s {
		return Pin{}, fmt.Errorf("tls: parsing pin: %d bytes", len(b))
	}
	copy(p[:], b)
	if p.IsZero() {
		return Pin{}, fmt.Errorf("tls: parsing pin: all zero")
	}
	return p, nil
}

// Server is what we know of a server before we connect.
type Server struct {
	// Domain is the name that the server must prove: that of the user's
	// address. For an address below an onion service it is the onion address.
	Domain string

	// Onion: the connection goes to an onion address that comes from our
	// table or was typed by the user, so that the address is the identity.
	// False for an onion address that came from SRV: that is only a route.
	Onion bool

	// Pins are the keys that were accepted before; empty the first time.
	Pins []Pin
	// Excused are those of Pins whose certificate the user has accepted although
	// it is invalid: they count whatever their certificate. One that is not in
	// Pins counts for nothing.
	Excused []Pin

	// DirectALPN offers the protocol "xmpp-client" (XEP-0368), for a
	// connection that begins with TLS.
	DirectALPN bool
}

// Certificate is what a person may be told of a certificate.
type Certificate struct {
	Issuer, Subject     string // distinguished names (RFC 2253)
	NotBefore, NotAfter time.Time
	Pin                 Pin
}

// Policy accepts or refuses servers. The zero value refuses all. It is safe
// for concurrent use.
type Policy struct {
	roots Roots
	now   func() time.Time
}

// Option changes a Policy while it is made.
type Option func(*Policy)

// WithClock makes the policy take the time from now; nil is time.Now.
func WithClock(now func() time.Time) Option {
	return func(p *Policy) {
		if now != nil {
			p.now = now
		}
	}
}

// NewPolicy makes a policy that trusts the given roots. With the zero Roots it
// refuses all.
func NewPolicy(roots Roots, options ...Option) *Policy {
	p := &Policy{roots: roots, now: time.Now}
	for _, o := range options {
		o(p)
	}
	return p
}
