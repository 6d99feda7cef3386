package client

import (
	"errors"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

func tlsProblem(err error) (Problem, bool) {
	var changed *tls.ChangedError
	var invalid *tls.InvalidError
	var hand *tls.HandshakeError
	switch {
	case errors.As(err, &changed):
		return certificateProblem(changed.Question), true
	case errors.As(err, &invalid):
		cause := map[tls.Reason]Cause{
			tls.Expired: CertificateExpired, tls.NotYet: CertificateNotYet,
			tls.WrongName: CertificateWrongName, tls.UnknownIssuer: CertificateUnknownIssuer,
		}[invalid.Reason]
		if cause == CauseUnknown {
			cause = CertificateOther
		}
		return Problem{Cause: cause, Retry: RetryNow, Server: identityOf(invalid.Domain, invalid.Certificate, false)}, true
	case errors.As(err, &hand):
		cause := map[tls.Trouble]Cause{
			tls.Lost: ServerCloses, tls.Hung: ServerHangs, tls.TooWeak: ServerTLSWeak, tls.NotTLS: ServerNoTLS,
			tls.Rejected: NotHere, // it has no certificate for that name
		}[hand.Trouble]
		return Problem{Cause: cause, Retry: RetryLater}, true
	}
	return Problem{}, false
}

// certificateProblem is what is told about a changed key.
func certificateProblem(q tls.Question) Problem {
	return Problem{Cause: CertificateNewKey, Retry: RetryNow, Server: identityOf(q.Domain, q.Offered, q.Valid)}
}

func identityOf(domain string, c tls.Certificate, valid bool) *ServerIdentity {
	return &ServerIdentity{
		Domain: domain, Issuer: c.Issuer, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		Key: c.Pin.String(), Valid: valid,
	}
}

func xmppProblem(err error) (Problem, bool) {
	var auth *xmpp.AuthError
	var start *xmpp.StartTLSError
	var stream *xmpp.StreamError
	p := Problem{Retry: RetryLater}
	switch {
	case errors.As(err, &auth):
		p.Cause, p.Retry = authCause(auth.Reason)
		if auth.Reason == xmpp.Downgrade {
			p.SignIn = &WeakerSignIn{Before: auth.Known, Now: auth.Offered, Context: auth.Context}
		}
	case errors.Is(err, xmpp.ErrHung):
		p.Cause = ServerHangs
	case errors.As(err, &stream) && (stream.Condition == "host-unknown" || stream.Condition == "host-gone"):
		p.Cause, p.Retry = NotHere, RetryNow
	case errors.As(err, &start) && start.Reason != xmpp.StartTLSClosed:
		p.Cause = ServerNoTLS
	case errors.As(err, &stream) && stream.Condition == "conflict":
		p.Cause, p.Retry = SignedInElsewhere, RetryNow
	case errors.As(err, &stream), errors.As(err, &start):
		p.Cause = ServerCloses
	case errors.Is(err, xmpp.ErrLimit), errors.Is(err, xmpp.ErrProtocol):
		p.Cause = ServerNotXMPP
	case errors.Is(err, xmpp.ErrClosed):
		p.Cause = ServerCloses
	default:
		return p, false
	}
	return p, true
}

func authCause(r xmpp.AuthReason) (Cause, Retry) {
	switch r {
	case xmpp.WrongPassword, xmpp.BadPassword:
		return SignInWrongPassword, RetryNow
	case xmpp.Disabled:
		return SignInDisabled, RetryNow
	case xmpp.TemporaryFailure, xmpp.OtherFailure:
		return SignInLater, RetryLater
	case xmpp.ServerNotProven:
		return ServerNotProven, RetryNow
	case xmpp.Downgrade:
		return SignInDowngrade, RetryNow
	}
	return SignInNoSCRAM, RetryNow
}

func registrationProblem(err error) (Problem, bool) {
	var r *xmpp.RegistrationError
	if !errors.As(err, &r) {
		return Problem{}, false
	}
	p := Problem{Retry: RetryNow, Detail: r.Condition}
	switch r.Reason {
	case xmpp.NotOffered:
		p.Cause = RegistrationClosed
	case xmpp.NameTaken:
		p.Cause = NameTaken
	case xmpp.NotAcceptable:
		p.Cause = NameNotAllowed
	case xmpp.CannotShow:
		p.Cause = FormCannotShow
	case xmpp.PuzzleWrong:
		p.Cause = PuzzleWrong
	case xmpp.Wait:
		p.Cause = RegistrationLater
	default:
		p.Cause = RegistrationRefused
	}
	return p, true
}

func addressProblem(err error) (Problem, bool) {
	var a *xmpp.AddressError
	if !errors.As(err, &a) {
		return Problem{}, false
	}
	p := Problem{Retry: RetryNow}
	switch a.Reason {
	case xmpp.AddressEmpty:
		p.Cause = AddressEmpty
	case xmpp.AddressNoAt:
		p.Cause = AddressNoAt
	case xmpp.AddressBadServer:
		p.Cause = AddressBadServer
	default:
		p.Cause = AddressBadName
	}
	return p, true
}

// otherWay reports whether another port of the same server may do better.
func otherWay(err error) bool {
	if errors.Is(err, xmpp.ErrHung) {
		return false // it would hang there as well, and a person waits
	}
	var e *tor.Error
	var s *xmpp.StartTLSError
	var h *tls.HandshakeError
	return errors.As(err, &e) && (e.Reason == tor.Refused || e.Reason == tor.TimedOut) && replyCause(err) != OnionInvalid ||
		errors.As(err, &s) || errors.As(err, &h)
}

// final reports whether a server said, after it had proven who it is, what no
// other way to it would change.
func final(err error) bool {
	var auth *xmpp.AuthError
	var form *xmpp.RegistrationError
	return errors.As(err, &auth) || errors.As(err, &form)
}

// distance says how far a failed way came: of several failures the one that came
// furthest is told.
func distance(err error) int {
	var (
		e       *tor.Error
		start   *xmpp.StartTLSError
		hand    *tls.HandshakeError
		invalid *tls.InvalidError
		changed *tls.ChangedError
	)
	switch {
	case errors.As(err, &changed):
		return 5
	case errors.As(err, &invalid):
		return 4
	case errors.As(err, &hand):
		return 2
	case errors.As(err, &start), errors.Is(err, xmpp.ErrHung):
		return 1
	case errors.As(err, &e):
		return 0
	}
	return 3 // after TLS
}
