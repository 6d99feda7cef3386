package tor

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// facts are what a Tor has said of its state since we have been listening.
// What is in them is Tor's word alone; nothing is guessed from silence.
type facts struct {
	progress Progress       // without its trouble
	furthest int            // percent
	clock    *time.Duration // Tor says that the clock is wrong, by so much; 0 if it did not say
	noRoute  int            // how often in a row there was no route to a relay
	dead     bool           // nothing has come from the network for a while
	blocked  bool           // bootstrapping: relays or bridges refuse or do not answer
	warning  string
	refused  map[string]bool // the relays of which problems were told since the last progress
	launched map[string]bool // the relays to which a connection is being made
	failed   map[string]bool // the relays that could not be reached since the last progress
}

// trouble weighs what was said: with a wrong clock the rest follows from it,
// and who has no network at all is not blocked.
func (f *facts) trouble() Trouble {
	switch {
	case f.clock != nil:
		return ClockWrong
	case f.noRoute >= seriousRelays || f.dead && f.progress.Percent == 100: // before it has ever lived it is "down", too
		return NoNetwork
	case f.blocked:
		return Blocked
	}
	return NoTrouble
}

// tell puts the facts into a status.
func (f *facts) tell(s *Status) {
	s.Trouble, s.Skew, s.Warning = f.trouble(), 0, ""
	if f.clock != nil {
		s.Skew = *f.clock
	}
	if s.Trouble != NoTrouble {
		s.Warning = f.warning
	}
	s.Progress = f.progress
	s.Progress.Trouble, s.Progress.Skew = s.Trouble, s.Skew
}

// hear understands an event: STATUS_CLIENT and STATUS_GENERAL (control-spec,
// 4.1.10), NETWORK_LIVENESS (4.1.27), ORCONN (4.1.4).
func (f *facts) hear(event string) {
	kind, rest, _ := strings.Cut(event, " ")
	switch kind {
	case "NETWORK_LIVENESS":
		f.live(rest)
	case "ORCONN":
		f.connection(rest)
	case "STATUS_CLIENT":
		severity, rest, _ := strings.Cut(rest, " ")
		switch action, _, _ := strings.Cut(rest, " "); action {
		case "BOOTSTRAP":
			f.bootstrap(severity + " " + rest)
		case "CIRCUIT_ESTABLISHED":
			f.clock = nil // it works all the same, or again
		}
	case "STATUS_GENERAL":
		severity, rest, _ := strings.Cut(rest, " ")
		action, arguments, _ := strings.Cut(rest, " ")
		switch {
		case action == "CLOCK_JUMPED":
			f.clock = nil // somebody has set it; if it is still wrong Tor says so
		case action == "CLOCK_SKEW" && severity == "WARN":
			// With less than a warning it is the word of any relay; with one
			// it is that of an authority or of the consensus.
			skew := clockSkew(keyValues(arguments)["SKEW"])
			f.clock, f.warning = &skew, clip(rest)
		}
	}
}

// How many problems, with how many different relays, are no chance.
const (
	seriousCount  = 5
	seriousRelays = 3
)

// serious reports whether a problem is one: if Tor thinks so, which it does at
// once where there is no way out or the clock is wrong, and at the tenth
// problem otherwise. As its pauses grow that takes minutes, and a person waits:
// so it is also at the fifth, if they are of three different relays.
func (f *facts) serious(values map[string]string) bool {
	if f.refused == nil {
		f.refused = map[string]bool{}
	}
	if len(f.refused) < maxBridges {
		f.refused[clip(values["HOSTID"])] = true
	}
	count, err := strconv.Atoi(values["COUNT"])
	return values["RECOMMENDATION"] == "warn" || err == nil && count >= seriousCount && len(f.refused) >= seriousRelays
}

// connection takes "$FINGERPRINT~NAME FAILED REASON=…" (ORCONN, 4.1.4), and
// counts the relays or bridges that could not be reached since the last
// progress. It is also how Tor says that there is no network, at the very
// beginning and when it has once been connected: no route, three times in a row
// (once may be an address of a kind that this network does not have). Where a
// bridge's program reports the failure Tor tells of none, but
// launches another connection a second later.
func (f *facts) connection(s string) {
	target, rest, _ := strings.Cut(s, " ")
	target, _, _ = strings.Cut(clip(target), "~")
	status, rest, _ := strings.Cut(rest, " ")
	switch {
	case status == "FAILED" && keyValues(rest)["REASON"] == "NOROUTE":
		if f.noRoute < seriousRelays {
			f.noRoute++
		}
		f.warning = "no route to the network (NOROUTE)"
	case status == "FAILED", status == "CONNECTED":
		f.noRoute = 0
	}
	if f.launched == nil {
		f.launched, f.failed = map[string]bool{}, map[string]bool{}
	}
	if len(f.launched) == 2*maxBridges || len(f.failed) == 2*maxBridges {
		return
	}
	switch status {
	case "LAUNCHED":
		if f.launched[target] {
			f.failed[target] = true
		}
		f.launched[target] = true
	case "FAILED":
		delete(f.launched, target)
		f.failed[target] = true
	case "CONNECTED", "CLOSED":
		delete(f.launched, target)
	}
}

// live takes "UP" and "DOWN", of the event or of GETINFO network-liveness.
func (f *facts) live(word string) {
	switch strings.ToUpper(strings.TrimSpace(word)) {
	case "UP":
		f.dead = false
	case "DOWN":
		f.dead = true
	}
}

// clockSkew reads seconds with a sign, to the minute. Tor counts as we do: more
// than zero is a clock that is ahead of the network's.
func clockSkew(s string) time.Duration {
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64)
	if err != nil || n > math.MaxInt64/int64(time.Second) || n < math.MinInt64/int64(time.Second) {
		return 0
	}
	return (time.Duration(n) * time.Second).Round(time.Minute)
}

// bootstrap takes "NOTICE BOOTSTRAP PROGRESS=… TAG=… SUMMARY=…", of the event
// or of GETINFO status/bootstrap-phase. With "WARN" it is a problem, with
// WARNING, REASON (one of ORCONN's, 4.1.4), COUNT and RECOMMENDATION.
func (f *facts) bootstrap(s string) {
	severity, rest, _ := strings.Cut(s, " ")
	rest, ok := strings.CutPrefix(rest, "BOOTSTRAP ")
	if !ok {
		return
	}
	values := keyValues(rest)
	percent, err := strconv.ParseUint(values["PROGRESS"], 10, 8)
	if err != nil || percent > 100 {
		return
	}
	if f.progress.Summary == "" || int(percent) > f.furthest { // each new try goes back a little
		f.furthest = int(percent)
		f.noRoute, f.blocked = 0, false
		clear(f.failed)
		clear(f.refused)
		if percent == 100 {
			f.clock = nil // it works all the same
		}
	}
	f.progress = Progress{Percent: int(percent), Tag: clip(values["TAG"]), Summary: clip(values["SUMMARY"])}
	if severity != "WARN" || percent == 100 {
		return
	}
	if !f.serious(values) {
		return
	}
	// Not HOSTADDR: a bridge's address is nobody's business.
	f.warning = clip(values["WARNING"] + " (" + values["REASON"] + ")")
	switch values["REASON"] {
	case "CLOCK_SKEW":
		if f.clock == nil {
			f.clock = new(time.Duration)
		}
	case "NOROUTE":
		f.noRoute = seriousRelays
	case "CONNECTREFUSED", "CONNECTRESET", "TIMEOUT", "IOERROR", "DONE":
		f.blocked = true
	}
}
