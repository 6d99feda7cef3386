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
