package xmpp

import (
	"errors"
	"fmt"
)

// Errors that carry no more than their name.
var (
	// ErrHung: the server did not do the next step in time. The connection is
	// closed.
	ErrHung = errors.New("xmpp: the server did not answer in time")
	// ErrSlow: the queue of what is to be sent is full, because the peer does
	// not read as fast as we write. Nothing of the refused stanza was sent.
	ErrSlow = errors.New("xmpp: too much is waiting to be sent")
	// ErrClosed: the stream has ended; Err says why.
	ErrClosed = errors.New("xmpp: the stream is closed")
	// errGivenUp: see Stream.Break.
	errGivenUp = errors.New("xmpp: the connection was given up")
	// ErrNotSealed: a zero otr.Wire was given. Only sealed bodies are sent.
	ErrNotSealed = errors.New("xmpp: not a sealed body")
	// ErrZeroValue: a Stream, Registration, connection or dialer that its
	// package did not make.
	ErrZeroValue = errors.New("xmpp: a zero value where a made one is needed")
	// ErrLimit: the server sent XML beyond the limits (depth, size of a stanza,
	// size of a tag) or of a kind that XMPP forbids (comments, processing
	// instructions, document types; RFC 6120, 11.1).
	ErrLimit = errors.New("xmpp: the server sent forbidden or oversized xml")
	// ErrProtocol: the server sent something that the protocol does not allow
	// at that place. Wrapped with what was expected.
	ErrProtocol = errors.New("xmpp: the server broke the protocol")
)

// StreamError is an error with which the server ended the stream (RFC 6120,
// 4.9), in the middle or while it was set up. The server's free text is not
// kept. A see-other-host is never followed: it is an error like the others.
type StreamError struct {
	// Condition is the name of the defined condition, e.g. "conflict",
	// "host-unknown", "policy-violation", "see-other-host",
	// "system-shutdown"; "undefined-condition" where the server named none that
	// RFC 6120 knows.
	Condition string
}

func (e *StreamError) Error() string { return "xmpp: the server ended the stream: " + e.Condition }

// StanzaError is the server's or a contact's refusal of one of our requests
// (RFC 6120, 8.3).
type StanzaError struct {
	// Condition is the name of the defined condition, e.g. "item-not-found";
	// "undefined-condition" where none was named that RFC 6120 knows.
	Condition string
	// Type is "auth", "cancel", "continue", "modify" or "wait".
	Type string
}

func (e *StanzaError) Error() string { return "xmpp: refused: " + e.Condition }

// StartTLSReason says why there was no TLS after asking for STARTTLS.
type StartTLSReason int

// The reasons of a StartTLSError.
const (
	// StartTLSRefused: the server answered <failure/>.
	StartTLSRefused StartTLSReason = iota + 1
	// StartTLSOther: the server answered something else, or this is no XMPP
	// server at all.
	StartTLSOther
	// StartTLSInjected: bytes came after <proceed/> and before TLS. Somebody
	// tried to put words into the stream (RFC 6120, 5.4.3.3; CVE-2011-0411).
	StartTLSInjected
	// StartTLSClosed: the server closed the connection.
	StartTLSClosed
)

// StartTLSError says that the connection could not be turned into TLS. Nothing
// but the stream header and <starttls/> was sent.
type StartTLSError struct {
	Reason StartTLSReason
	Err    error // may be nil; ErrHung and *StreamError come through it
}

func (e *StartTLSError) Error() string {
	s := map[StartTLSReason]string{
		StartTLSRefused:  "the server refused starttls",
		StartTLSOther:    "the server does not do starttls",
		StartTLSInjected: "bytes were injected before tls",
		StartTLSClosed:   "the server closed the connection before tls",
	}[e.Reason]
	if e.Err != nil {
		return fmt.Sprintf("xmpp: %s: %v", s, e.Err)
	}
	return "xmpp: " + s
}

func (e *StartTLSError) Unwrap() error { return e.Err }

// AuthReason says why signing in failed.
type AuthReason int

// The reasons of an AuthError.
const (
	// WrongPassword: the server says that name and password do not fit.
	// Servers say the same for an account that does not exist.
	WrongPassword AuthReason = iota + 1
	// Disabled: the account is there but locked or expired, or may not use
	// the server although the password is right.
	Disabled
	// TemporaryFailure: try again later; nothing is wrong with the password.
	TemporaryFailure
	// TooWeak: the server wants a mechanism stronger than the one we used.
	TooWeak
	// ServerNotProven: the server could not prove that it knows the password
	// (its signature is missing or wrong, or it skipped a step): it may be
	// someone in between.
	ServerNotProven
	// Downgrade: the server offers only mechanisms weaker than one it has
	// offered before under the same conditions (Login.Known). Nothing secret
	// was sent.
	Downgrade
	// NoMechanism: the server offers nothing that we speak. PLAIN counts only
	// where Login.AllowPlain is set.
	NoMechanism
	// IterationBounds: the server asked for fewer than MinIterations or more
	// than MaxIterations rounds.
	IterationBounds
	// BadPassword: the password cannot be prepared (RFC 4013), so it cannot be
	// the one on the server.
	BadPassword
	// OtherFailure: any other refusal.
	OtherFailure
)

// AuthError says why signing in failed. The password was not revealed in any
// of the cases but those where PLAIN was allowed.
type AuthError struct {
	Reason AuthReason
	// Condition is the server's defined condition (RFC 6120, 6.5), if it gave
	// one. Free text of the server is not kept.
	Condition string
	// Offered is the strongest mechanism that the server offered and we speak,
	// Known the one it should have offered, Context as Stream.Mechanism has it.
	// All for Downgrade only; Accept takes them when the user goes on.
	Offered, Known, Context string
	Err                     error // may be nil
}

func (e *AuthError) Error() string {
	s := map[AuthReason]string{
		WrongPassword:    "wrong name or password",
		Disabled:         "the account is disabled",
		TemporaryFailure: "temporary failure of the server",
		TooWeak:          "the server wants a stronger mechanism",
		ServerNotProven:  "the server did not prove that it knows the password",
		Downgrade:        "the server offers weaker mechanisms than before",
		NoMechanism:      "the server offers no mechanism that is strong enough",
		IterationBounds:  "the server's iteration count is out of bounds",
		BadPassword:      "the password holds characters that no password can have",
		OtherFailure:     "the server refused the sign-in",
	}[e.Reason]
	if e.Condition != "" {
		s += " (" + e.Condition + ")"
	}
	if e.Err != nil {
		return fmt.Sprintf("xmpp: %s: %v", s, e.Err)
	}
	return "xmpp: " + s
}

func (e *AuthError) Unwrap() error { return e.Err }

// RegistrationReason says why an account could not be made.
type RegistrationReason int

// The reasons of a RegistrationError.
const (
	// NotOffered: the server does not make accounts this way.
	NotOffered RegistrationReason = iota + 1
	// NameTaken: somebody has that name already. Another Submit may follow.
	NameTaken
	// Refused: the server says no, without a reason that we could act on.
	Refused
	// CannotShow: the form needs what cannot be shown yet (Form.NeedsMore).
	CannotShow
	// NotAcceptable: the server does not like one of the values (a name or
	// password against its rules, or a required field is empty). Another
	// Submit may follow.
	NotAcceptable
	// Wait: too many accounts lately; try again later.
	Wait
	// PuzzleWrong: what was read in the picture is not what stands there, or the
	// picture was too old. Another Submit may follow, after Renew.
	PuzzleWrong
)

// RegistrationError says why an account could not be made.
type RegistrationError struct {
	Reason    RegistrationReason
	Condition string // the server's defined condition, if it gave one
	Err       error  // may be nil
}

func (e *RegistrationError) Error() string {
	s := map[RegistrationReason]string{
		NotOffered:    "the server does not offer registration",
		NameTaken:     "the name is taken",
		Refused:       "the server refused the registration",
		CannotShow:    "the server's form cannot be shown",
		NotAcceptable: "the server does not accept the values",
		Wait:          "the server wants us to wait",
		PuzzleWrong:   "the picture was not read right",
	}[e.Reason]
	if e.Condition != "" {
		s += " (" + e.Condition + ")"
	}
	if e.Err != nil {
		return fmt.Sprintf("xmpp: %s: %v", s, e.Err)
	}
	return "xmpp: " + s
}

func (e *RegistrationError) Unwrap() error { return e.Err }
