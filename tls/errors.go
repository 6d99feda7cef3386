package tls

import (
	"errors"
	"fmt"
)

// ErrUnusable: a zero value was used, or a Server that contradicts its
// connection. A fault in the program.
var ErrUnusable = errors.New("tls: unusable value")

// Reason says what is wrong with a certificate.
type Reason int

// Reasons. The zero value is a certificate with nothing wrong.
const (
	Sound         Reason = iota
	Expired              // it, or one that vouches for it, has expired
	NotYet               // it is not valid yet; often the clock of this computer is wrong
	WrongName            // it is for another name
	UnknownIssuer        // nobody we trust vouches for it
	Other
)

var reasons = [...]string{
	Sound: "sound", Expired: "expired", NotYet: "not valid yet", WrongName: "for another name",
	UnknownIssuer: "unknown issuer", Other: "not acceptable",
}

// String names the reason, in English, for technical details.
func (r Reason) String() string {
	if r >= 0 && int(r) < len(reasons) {
		return reasons[r]
	}
	return fmt.Sprintf("reason %d", int(r))
}

// Question is what a person is asked when a server's key has changed. That the
// server holds the offered key has been proven.
type Question struct {
	Domain  string
	Pinned  []Pin
	Offered Certificate
	Valid   bool   // chain, name and dates are in order
	Reason  Reason // Sound when Valid
	Problem string // Reason in words; empty when Valid
}

// ChangedError stops a connection to a server whose key is none of the pinned,
// before any secret is sent; use errors.As with a **ChangedError.
type ChangedError struct{ Question }

func (e *ChangedError) Error() string {
	s := "tls: the key of " + e.Domain + " has changed"
	if !e.Valid {
		s += ", and its certificate is " + e.Problem
	}
	return s
}

// InvalidError refuses a certificate; use errors.As with a **InvalidError.
type InvalidError struct {
	Domain      string
	Reason      Reason
	Certificate Certificate
}

func (e *InvalidError) Error() string {
	return "tls: the certificate of " + e.Domain + " is refused: " + e.Reason.String()
}

// Trouble is the kind of a HandshakeError.
type Trouble int

// Troubles.
const (
	// Lost: the connection ended or broke during the handshake.
	Lost Trouble = iota + 1
	// Hung: no handshake within 30 s.
	Hung
	// TooWeak: the server has no TLS that we accept.
	TooWeak
	// NotTLS: what the server says is no TLS, or breaks its rules.
	NotTLS
	// Rejected: the server ended the handshake by itself, with an alert.
	Rejected
)

var troubles = map[Trouble]string{
	Lost: "connection lost", Hung: "no answer", TooWeak: "too weak", NotTLS: "not speaking tls", Rejected: "rejected by the server",
}

// String names the trouble, in English, for technical details.
func (t Trouble) String() string {
	if s, ok := troubles[t]; ok {
		return s
	}
	return fmt.Sprintf("trouble %d", int(t))
}

// HandshakeError: there is no TLS with this server; use errors.As with a
// **HandshakeError.
type HandshakeError struct {
	Domain  string
	Trouble Trouble
	Err     error
}

func (e *HandshakeError) Error() string {
	return fmt.Sprintf("tls: handshake with %s: %v: %v", e.Domain, e.Trouble, e.Err)
}

// Unwrap returns Err.
func (e *HandshakeError) Unwrap() error { return e.Err }
