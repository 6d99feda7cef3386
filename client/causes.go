package client

import (
	"errors"
	"io"

	"mellium.im/xmpp/jid"

	"hushwing/config"
	"hushwing/otr"
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
