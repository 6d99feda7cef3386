package tor

import (
	"os"
	"time"
)

// Progress is how far a Tor has connected, in its own words (control-spec,
// 4.1.10, and proposal 137).
type Progress struct {
	Percent int           // 0 to 100
	Tag     string        // the stage for programs: "conn_done", "loading_descriptors", "done"
	Summary string        // the stage for people, in English
	Trouble Trouble       // what keeps it there
	Skew    time.Duration // for ClockWrong: this computer's clock minus the network's; zero if unknown
}

// Options say how to find or start a Tor. The zero value looks in the usual
// places and starts nothing, because it names no DataDir.
type Options struct {
	// Opener makes the raw connections; nil is Direct.
	Opener Opener

	// Getenv reads the environment; nil is os.Getenv. The names are
	// TOR_SOCKS_IPC_PATH (path of a Unix socket, before the others), and
	// TOR_SOCKS_HOST and TOR_SOCKS_PORT, as on Tails and Whonix. A missing host
	// is 127.0.0.1, a missing port 9050. If the environment names a Tor, only
	// that one is tried, and none is started: someone has decided how this
	// computer reaches Tor.
	Getenv func(string) string

	// Candidates are the places to look, the preferred first; nil is the
	// usual ones: 127.0.0.1:9050, 127.0.0.1:9150, and Unix sockets below /run.
	// Only this computer is allowed. An empty list that is not nil looks
	// nowhere.
	Candidates []Endpoint

	// Only is a Tor that was set by hand: it alone is tried, before whatever
	// the environment says, and none is started. It has to be on this
	// computer: a loopback address with a port, or the path of a Unix socket.
	// Its From is taken for FromHand.
	Only *Endpoint

	// Bridges are the lines of bridges, as ParseBridges gives them. They are
	// for our own Tor: with them no other is looked for, and if one was named
	// Open fails with NotOurs, because its bridges are set elsewhere.
	Bridges []string

	// Holder, if not nil, opens Tor in another process.
	Holder Holder

	// Starter, if not nil, starts our own Tor in place of Start; finding one
	// stays here. Its errors are Start's.
	Starter Holder

	// Program is the tor program to start: a path, or a name to look up in
	// PATH. Empty is "tor"; "-" never starts one.
	Program string

	// Running has Open start none: only a Tor that runs already will do.
	Running bool

	// DataDir is the folder for the own child: Tor keeps its guards and the
	// network's directory there, nothing of the user's. It is made with mode
	// 0700. Start fails without one.
	DataDir string

	// Progress receives the own child's progress. Sends do not block: what
	// finds no room is dropped. May be nil. It is never closed.
	Progress chan<- Progress

	// Stuck bounds how long the own child may stay without progress before
	// Start gives up with NotFinished; zero is 90 s.
	Stuck time.Duration
}

const defaultStuck = 90 * time.Second

func (o Options) opener() Opener {
	if o.Opener == nil {
		return Direct
	}
	return o.Opener
}

func (o Options) getenv(name string) string {
	if o.Getenv == nil {
		return os.Getenv(name)
	}
	return o.Getenv(name)
}

func (o Options) stuck() time.Duration {
	if o.Stuck <= 0 {
		return defaultStuck
	}
	return o.Stuck
}

func (o Options) tell(p Progress) {
	select {
	case o.Progress <- p:
	default: // also when it is nil
	}
}
