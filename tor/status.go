package tor

import (
	"fmt"
	"time"
)

// Trouble is what keeps a Tor from working, as far as it can be known.
type Trouble int

// Troubles.
const (
	NoTrouble Trouble = iota
	// ClockWrong: this computer's clock is so wrong that Tor cannot work, or
	// not well (Status.Skew).
	ClockWrong
	// NoNetwork: Tor reaches nothing at all.
	NoNetwork
	// Blocked: the network is there, but Tor's relays or bridges refuse the
	// connection or do not answer.
	Blocked
	// Hung: Tor takes connections, but answers nothing.
	Hung
	// Away: nothing listens where Tor did, or something that is no Tor.
	Away
)

var troubles = map[Trouble]string{
	NoTrouble: "none", ClockWrong: "clock wrong", NoNetwork: "no network",
	Blocked: "blocked", Hung: "hung", Away: "away",
}

// String names the trouble, in English, for technical details.
func (t Trouble) String() string {
	if s, ok := troubles[t]; ok {
		return s
	}
	return fmt.Sprintf("trouble %d", int(t))
}

// Status is what a Tor says of itself on its control port. All but Hung and
// Away is its word.
type Status struct {
	Controlled bool          // the control port answers; if not, only Hung and Away can be known
	Version    string        // "0.4.8.16"; empty if it is not told
	Progress   Progress      // how far it has connected; zero if it is not told
	Trouble    Trouble       // what keeps it from working
	Skew       time.Duration // for ClockWrong: this computer's clock minus the network's; zero if unknown
	Warning    string        // Tor's last word on the trouble, for technical details
}

// Status gives what is known of the Tor, and a channel that is closed when it
// has changed. The first call begins to look, and Close ends it: so the first
// status of a Tor that was found is empty, and the next follows at once.
func (n *Network) Status() (Status, <-chan struct{}) {
	switch {
	case n == nil || n.done == nil: // a zero value
		return Status{}, nil
	case n.held != nil:
		return n.held.Status()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.watch == nil {
		select {
		case <-n.done:
			return Status{}, nil
		default:
		}
		n.watch = newWatch(n.opener, n.endpoint, n.places, nil)
	}
	return n.watch.status()
}

// nudge has Status look at once: something went wrong.
func (n *Network) nudge() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.watch != nil {
		n.watch.nudge()
	}
}
