package client

import (
	"errors"
	"io"

	"mellium.im/xmpp/jid"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// errServerClosed: the server ended the stream in order.
var errServerClosed = errors.New("client: the server closed the connection")

// errNotOffered: the domain says that it has no service for clients.
var errNotOffered = errors.New("client: the domain has no service for clients")

// parseFull reads an address that the wire gave us.
func parseFull(s string) (xmpp.Address, error) { return jid.Parse(s) }

func isSlow(err error) bool { return errors.Is(err, xmpp.ErrSlow) }

// problemOf turns an error of the floors below into what a person can be told.
func problemOf(err error) Problem {
	var w *wayError
	if errors.As(err, &w) {
		return wayProblem(w)
	}
	for _, f := range []func(error) (Problem, bool){
		configProblem, bridgeProblem, torProblem, tlsProblem, xmppProblem, registrationProblem, addressProblem, otrProblem,
	} {
		if p, ok := f(err); ok {
			return p
		}
	}
	if errors.Is(err, errNotOffered) {
		return Problem{Cause: NotOffered, Retry: RetryNow}
	}
	if errors.Is(err, errServerClosed) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Problem{Cause: ServerCloses, Retry: RetryLater}
	}
	return Problem{Cause: CauseUnknown, Retry: RetryLater}
}

// wayProblem is what is told of a way that failed. A Tor that gives no extended
// errors says of a missing onion service only that it cannot be reached. Of a
// host that a resolver named the user knows nothing: it was not reached.
func wayProblem(w *wayError) Problem {
	p := problemOf(w.err)
	unreached := p.Cause == NameUnknown || p.Cause == ServerUnreachable
	switch {
	case w.route.IsHint() && (unreached || p.Cause == OnionUnknown || p.Cause == OnionInvalid):
		p.Cause, p.Retry = ServerUnreachable, RetryLater
	case unreached && tor.ValidOnion(w.route.Host):
		p.Cause = OnionUnknown
	}
	return p
}

func configProblem(err error) (Problem, bool) {
	var damaged *config.DamagedError
	var foreign *config.ForeignError
	p := Problem{}
	switch {
	case errors.Is(err, config.ErrWrongPassword):
		p.Cause, p.Retry = WrongPassword, RetryNow
	case errors.Is(err, config.ErrInUse):
		p.Cause, p.Retry = ProfileInUse, RetryNow
	case errors.Is(err, config.ErrNewer):
		p.Cause = ProfileNewer
	case errors.As(err, &damaged):
		p.Cause, p.Detail = ProfileDamaged, damaged.File
	case errors.As(err, &foreign):
		p.Cause, p.Detail = ProfileForeign, foreign.File
	case errors.Is(err, config.ErrFull):
		p.Cause, p.Retry = DiskFull, RetryNow
	case errors.Is(err, config.ErrReadOnly), errors.Is(err, config.ErrExposed):
		p.Cause, p.Retry = ProfileReadOnly, RetryNow
	case errors.Is(err, config.ErrEmptyPassword):
		p.Cause, p.Retry = PasswordEmpty, RetryNow
	case errors.Is(err, config.ErrQueueFull):
		p.Cause, p.Retry = QueueFull, RetryNow
	case errors.Is(err, errNoContact):
		p.Cause = NoSuchContact
	case errors.Is(err, errNoAccount):
		p.Cause = NoSuchAccount
	case errors.Is(err, config.ErrClosed), errors.Is(err, config.ErrUnsure), errors.Is(err, config.ErrInvalid):
		p.Cause, p.Retry = DiskError, RetryNow
	default:
		return p, false
	}
	return p, true
}

func torProblem(err error) (Problem, bool) {
	var e *tor.Error
	if !errors.As(err, &e) {
		return Problem{}, false
	}
	p := Problem{Retry: RetryLater}
	switch e.Reason {
	case tor.NoTor:
		p.Cause, p.Retry = TorMissing, RetryNow
	case tor.NotTor:
		p.Cause, p.Detail, p.Retry = TorImpostor, e.Endpoint.Address, RetryNow
	case tor.NotFinished:
		p.Cause, p.Detail = TorStuck, e.Last.Tag
		if t := troubleProblem(e.Last.Trouble, e.Last.Skew); t != nil {
			p = *t // its own word for why
		}
	case tor.Gone:
		p.Cause = TorStopped
		if e.Endpoint.From == tor.FromEnvironment || e.Endpoint.From == tor.FromHand {
			p.Cause, p.Detail = TorAbsent, e.Endpoint.Address
		}
	case tor.Silent:
		p.Cause = TorHung
	case tor.NoHelper:
		p.Cause, p.Retry = TorHelperGone, RetryNow
		if e.Err != nil {
			p.Detail = e.Err.Error()
		}
	case tor.NotStarted:
		p.Cause = TorStopped
	case tor.BadSetting:
		p.Cause, p.Retry = TorStopped, RetryNow
		if e.Endpoint.From == tor.FromHand {
			p.Cause, p.Detail = TorHandBad, e.Endpoint.Address
		}
	case tor.NoBridge:
		p.Cause = BridgesSilent
	case tor.NoTransport:
		p.Cause, p.Detail, p.Retry = BridgeProgram, e.Program, RetryNow
	case tor.NotOurs:
		p.Cause, p.Retry = TorNotOurs, RetryNow
	case tor.NoIsolation:
		p.Cause, p.Retry = TorNoIsolation, RetryNow
	case tor.TimedOut:
		p.Cause = ServerHangs
	case tor.BadHost:
		p.Cause, p.Retry = OnionInvalid, RetryNever
	case tor.Refused:
		p.Cause = replyCause(err)
		if p.Cause == OnionInvalid {
			p.Retry = RetryNever
		}
	}
	return p, true
}

// replyCause reads Tor's own word for why it could not reach a server.
func replyCause(err error) Cause {
	var r *tor.ReplyError
	if !errors.As(err, &r) {
		return ServerUnreachable
	}
	switch {
	case r.BadOnion():
		return OnionInvalid
	case r.OnionNotFound():
		return OnionUnknown
	case r.Refused():
		return ServerRefuses
	case r.TTLExpired():
		return ServerHangs
	case r.Unreachable():
		return NameUnknown
	}
	return ServerUnreachable
}

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

func otrProblem(err error) (Problem, bool) {
	p := Problem{Retry: RetryNow}
	switch {
	case errors.Is(err, otr.ErrTampered):
		p.Cause = CheckTampered
	case errors.Is(err, otr.ErrNotPrivate):
		p.Cause = NotPrivateNow
	case errors.Is(err, otr.ErrEmpty):
		p.Cause = TextEmpty
	case errors.Is(err, otr.ErrTooLong):
		p.Cause = TextTooLong
	case errors.Is(err, otr.ErrNotUTF8), errors.Is(err, otr.ErrEngine):
		p.Cause = TextNotPossible
	case errors.Is(err, otr.ErrNothingAsked):
		p.Cause = NotPrivateNow
	default:
		return p, false
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
