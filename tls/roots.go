package tls

import (
	"crypto/x509"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// Roots are the certificates that we trust to vouch for others. The zero value
// is refused by NewPolicy's Policy.
type Roots struct{ pool func() *x509.CertPool }

// mozilla is parsed once, when first needed: some milliseconds, and half a
// megabyte that stays.
var mozilla = sync.OnceValue(parseMozilla)

func parseMozilla() *x509.CertPool {
	pool := x509.NewCertPool()
	for r := range bundle.Roots() {
		c, err := x509.ParseCertificate(r.Certificate)
		if err != nil {
			continue // trusting one root fewer is the safe side
		}
		if r.Constraint == nil {
			pool.AddCert(c)
		} else {
			pool.AddCertWithConstraint(c, r.Constraint)
		}
	}
	return pool
}

// MozillaRoots are the roots of Mozilla's programme, as the Go project
// publishes them, with their constraints.
func MozillaRoots() Roots { return Roots{pool: mozilla} }

// RootsFrom trusts the given certificates and no others. None at all is
// allowed: then only onion addresses and nobody else can be accepted.
func RootsFrom(certs ...*x509.Certificate) Roots {
	pool := x509.NewCertPool()
	for _, c := range certs {
		if c != nil {
			pool.AddCert(c)
		}
	}
	return Roots{pool: func() *x509.CertPool { return pool }}
}

// IsZero reports whether r was not made by MozillaRoots or RootsFrom.
func (r Roots) IsZero() bool { return r.pool == nil }
