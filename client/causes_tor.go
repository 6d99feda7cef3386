package client

import (
	"errors"
	"time"

	"hushwing/tor"
)

// errHandAndBridges: a Tor set by hand has its bridges set where it runs.
var errHandAndBridges = &tor.Error{Reason: tor.NotOurs}

// bridgeProblem tells what is wrong with a line that was pasted.
func bridgeProblem(err error) (Problem, bool) {
	var b *tor.BridgeError
	if !errors.As(err, &b) {
		return Problem{}, false
	}
	p := Problem{Retry: RetryNow, Detail: b.Text}
	switch b.Reason {
	case tor.BridgeUnknownTransport:
		p.Cause = BridgeUnknown
	case tor.BridgeMissingProgram:
		p.Cause, p.Detail = BridgeProgram, b.Program
	case tor.BridgeTooMany:
		p.Cause, p.Detail = BridgeTooMany, ""
	default:
		p.Cause = BridgeBad
	}
	return p, true
}

// troubleProblem tells what keeps a Tor from working, by its own word.
func troubleProblem(t tor.Trouble, skew time.Duration) *Problem {
	p := Problem{Retry: RetryLater}
	switch t {
	case tor.NoTrouble:
		return nil
	case tor.ClockWrong:
		p.Cause = TorClockWrong
		if skew != 0 {
			p.Detail = skew.Round(time.Second).String()
		}
	case tor.NoNetwork:
		p.Cause = TorNoNetwork
	case tor.Blocked:
		p.Cause = TorBlocked
	case tor.Hung:
		p.Cause = TorHung
	default:
		p.Cause = TorStopped
	}
	return &p
}

// onTheWay reports causes that may lie with Tor rather than with the server.
func onTheWay(c Cause) bool {
	switch c {
	case OnionUnknown, NameUnknown, ServerRefuses, ServerUnreachable, ServerHangs, ServerCloses:
		return true
	}
	return false
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
