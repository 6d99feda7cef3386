package tls

import (
	stdtls "crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"time"
	"unicode"
)

// classify gives the reason behind an error of x509's.
func classify(err error, now time.Time) Reason {
	var (
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
	)
	switch {
	case err == nil:
		return Sound
	case errors.As(err, &invalid):
		if invalid.Reason != x509.Expired {
			return Other
		}
		if invalid.Cert != nil && now.Before(invalid.Cert.NotBefore) {
			return NotYet
		}
		return Expired
	case errors.As(err, &name):
		return WrongName
	case errors.As(err, &unknown):
		return UnknownIssuer
	}
	return Other
}

// weak are the words with which the two ends say that they have no version or
// suite in common. The library has no types for them; a test sees to it that
// they are still said.
var weak = []string{
	"protocol version", "handshake failure", "insufficient security level", // alerts of the other end
	"unconfigured cipher suite", // found at this end
}

// trouble gives the kind of a handshake's failure.
func trouble(err error) Trouble {
	for _, w := range weak {
		if strings.Contains(err.Error(), w) {
			return TooWeak
		}
	}
	var (
		header stdtls.RecordHeaderError
		op     *net.OpError
	)
	switch {
	case errors.As(err, &header):
		return NotTLS
	case errors.As(err, &op) && op.Op == "remote error":
		return Rejected
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &op), errors.Is(err, net.ErrClosed):
		return Lost
	}
	return NotTLS
}

// describe takes from a certificate what a person may be told.
func describe(c *x509.Certificate) Certificate {
	return Certificate{
		Issuer: plain(c.Issuer.String()), Subject: plain(c.Subject.String()),
		NotBefore: c.NotBefore, NotAfter: c.NotAfter, Pin: PinOf(c),
	}
}

// maxName bounds a name that the server chose, in runes.
const maxName = 200

// plain keeps what the server chose from playing tricks on a screen: no
// control characters, none that change the direction of writing, no flood.
func plain(s string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if n >= maxName || !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		n++
		return r
	}, s)
}
