package tor

import "fmt"

// Reason is the kind of an Error: what a program decides on.
type Reason int

// Reasons.
const (
	// NoTor: nothing was found, and there is no program to start.
	NoTor Reason = iota + 1
	// NotTor: something listens where Tor should, but it does not speak Tor's
	// protocol, or does not answer.
	NotTor
	// NotStarted: the tor program could not be started, or ended at once.
	NotStarted
	// NotFinished: the own Tor made no progress for too long. Error.Last says
	// how far it came.
	NotFinished
	// NoIsolation: the proxy does not honour user and password, so
	// connections of different accounts could share a circuit.
	NoIsolation
	// Gone: the connection to Tor was refused or lost.
	Gone
	// Refused: Tor answered that it cannot reach the destination. A
	// *ReplyError in Err says why.
	Refused
	// TimedOut: no answer in time (60 s, for an onion service 120 s).
	TimedOut
	// Silent: Tor takes connections, but does not answer any more.
	Silent
	// NoBridge: none of the bridges let our own Tor in.
	NoBridge
	// NoTransport: a bridge needs a program (Error.Program) that is missing.
	NoTransport
	// NotOurs: there are bridges, which only our own Tor would use, and
	// another Tor was named.
	NotOurs
	// BadSetting: what the environment or the options name cannot be used.
	BadSetting
	// BadHost: the host or port is none that can be dialled.
	BadHost
	// NoHelper: the process that has the network for this one is missing, or
	// has gone.
	NoHelper
	// Unusable: a zero or closed value was used. A fault in the program.
	Unusable
)

var reasons = map[Reason]string{
	NoTor:       "no tor found",
	NotTor:      "not a tor",
	NotStarted:  "tor not started",
	NotFinished: "tor did not finish connecting",
	NoIsolation: "proxy refuses isolation",
	Gone:        "connection to tor lost",
	Refused:     "refused through tor",
	TimedOut:    "timed out",
	Silent:      "tor does not answer",
	NoBridge:    "no bridge answers",
	NoTransport: "program for the bridge is missing",
	NotOurs:     "bridges for a tor that is not ours",
	BadSetting:  "unusable setting",
	BadHost:     "unusable host",
	NoHelper:    "no process for the network",
	Unusable:    "unusable value",
}

// String names the reason, in English, for technical details.
func (r Reason) String() string {
	if s, ok := reasons[r]; ok {
		return s
	}
	return fmt.Sprintf("reason %d", int(r))
}

// Error is the error of this package; use errors.As with a **Error.
type Error struct {
	Reason   Reason
	Endpoint Endpoint // of the Tor in question; zero where there is none
	Last     Progress // of the own child, for NotFinished, NoBridge and NotStarted
	Warning  string   // the own child's last warnings, for NotFinished, NoBridge and NotStarted; may be empty
	Program  string   // that is missing, for NoTransport
	Err      error    // may be nil
}

func (e *Error) Error() string {
	s := "tor: " + e.Reason.String()
	if e.Endpoint != (Endpoint{}) {
		s += " (" + e.Endpoint.String() + ")"
	}
	if e.Reason == NotFinished {
		s += fmt.Sprintf(" at %d%% (%s)", e.Last.Percent, e.Last.Summary)
	}
	if e.Program != "" {
		s += " (" + e.Program + ")"
	}
	if e.Warning != "" {
		s += ": " + e.Warning
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// ReplyError is a SOCKS reply other than success (RFC 1928 section 6, and the
// extended errors of Tor's socks-extensions.txt); use errors.As with a
// **ReplyError. A Tor that was not started by us gives the extended ones only
// if its configuration asks for them.
type ReplyError struct{ Code byte }

var replies = map[byte]string{
	0x01: "general failure",
	0x02: "not allowed",
	0x03: "network unreachable",
	0x04: "host unreachable",
	0x05: "connection refused",
	0x06: "time to live expired",
	0x07: "command not supported",
	0x08: "address type not supported",
	0xF0: "onion service descriptor not found",
	0xF1: "onion service descriptor invalid",
	0xF2: "onion service introduction failed",
	0xF3: "onion service rendezvous failed",
	0xF4: "onion service needs client authorization",
	0xF5: "onion service refuses the client authorization",
	0xF6: "not an onion address",
	0xF7: "onion service introduction timed out",
}

func (e *ReplyError) Error() string {
	if s, ok := replies[e.Code]; ok {
		return s
	}
	return fmt.Sprintf("socks reply 0x%02X", e.Code)
}

// OnionNotFound: the onion service is not published (or never existed).
func (e *ReplyError) OnionNotFound() bool { return e.Code == 0xF0 || e.Code == 0xF1 }

// OnionDown: the onion service is published, but does not answer.
func (e *ReplyError) OnionDown() bool { return e.Code == 0xF2 || e.Code == 0xF3 || e.Code == 0xF7 }

// OnionAuth: the onion service wants an authorization that we do not have.
func (e *ReplyError) OnionAuth() bool { return e.Code == 0xF4 || e.Code == 0xF5 }

// BadOnion: the address is not that of an onion service (mistyped, say).
func (e *ReplyError) BadOnion() bool { return e.Code == 0xF6 }

// Refused: the host was reached and refuses this port.
func (e *ReplyError) Refused() bool { return e.Code == 0x05 }

// Unreachable: the name does not exist, or the host cannot be reached. Tor
// says 4 for both, and for an onion service without extended errors.
func (e *ReplyError) Unreachable() bool { return e.Code == 0x03 || e.Code == 0x04 }

// TTLExpired: Tor gave up waiting for the destination or a circuit to it.
func (e *ReplyError) TTLExpired() bool { return e.Code == 0x06 }

// NotAllowed: Tor's configuration forbids the destination.
func (e *ReplyError) NotAllowed() bool { return e.Code == 0x02 }
