// Package tor is the program's only way to the network. It finds a running Tor
// or starts one of its own, proves that what it found speaks Tor's protocol,
// and dials through it by name, with one isolated identity for each purpose.
//
// The ways to Tor, in the order in which Open takes them:
//
//  1. set by hand (Options.Only), and that alone;
//  2. named by the environment (Tails, Whonix), and that alone: who set it up
//     knows how this computer reaches Tor;
//  3. with Options.Bridges our own child: of no other do we know that it uses
//     them;
//  4. a Tor that runs: 127.0.0.1:9050, a system's service; 9150, Tor Browser's,
//     which ends with its window; Unix sockets. It is connected already, and
//     its guards are older than ours would be;
//  5. our own child, which takes some seconds.
//
// What was named fails closed: if it is no Tor, no other is tried.
//
// There is no other dialler in the program: no Tor, no connection. What this
// package does not do is trust: a program on this computer that imitates Tor's
// answers is taken for Tor.
package tor

import (
	"context"
	"net"
	"sync"
)

// Where an Endpoint was learned from.
const (
	FromEnvironment = "environment" // TOR_SOCKS_IPC_PATH, TOR_SOCKS_HOST, TOR_SOCKS_PORT
	FromSystem      = "system"      // a Tor service, on its usual port 9050
	FromTorBrowser  = "tor-browser" // Tor Browser, on its usual port 9150
	FromSocket      = "socket"      // a Tor service, on a Unix socket
	FromOwn         = "own"         // the child that Start made
	FromHand        = "hand"        // set by hand: Options.Only
)

// Endpoint is where a Tor listens for SOCKS.
type Endpoint struct {
	Network string // "tcp" or "unix"
	Address string // "127.0.0.1:9050", or the path of the socket
	From    string // one of the From constants
}

// String gives the address, with "unix:" before a path.
func (e Endpoint) String() string {
	if e.Network == "unix" {
		return "unix:" + e.Address
	}
	return e.Address
}

// Opener opens a raw connection to Tor's SOCKS port. It is the seam where a
// process without a network of its own can later be given connected sockets by
// another. An Opener is called from several goroutines at once.
type Opener interface {
	// Open connects to e, and returns promptly when ctx ends.
	Open(ctx context.Context, e Endpoint) (net.Conn, error)
}

// Direct opens from within this process. It connects to this computer alone,
// or to a private address if the environment named it (a gateway, as on
// Whonix); anything else is refused.
var Direct Opener = direct{}

type direct struct{}

func (direct) Open(ctx context.Context, e Endpoint) (net.Conn, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	// Keep-alives and a second address family are of no use on the way to a
	// program next door.
	d := net.Dialer{FallbackDelay: -1}
	return d.DialContext(ctx, e.Network, e.Address)
}

// Network is a Tor that has been found, or that was started. The zero value
// dials nothing. It is safe for concurrent use.
type Network struct {
	endpoint Endpoint
	opener   Opener
	child    *child         // nil unless it is ours
	held     Held           // nil unless another process holds it
	places   []controlPlace // where the control port of one that is not ours may be

	mu    sync.Mutex
	watch *watch // begun by the first Status; nil also after Close

	closeOnce sync.Once
	closeErr  error
	closed    chan struct{}   // closed by Close; nil where done is somebody else's
	done      <-chan struct{} // nil in a zero value
}

// Endpoint says where the Tor in use listens.
func (n *Network) Endpoint() Endpoint { return n.endpoint }

// Managed reports whether the Tor in use is our own: a child of this process,
// or of the one that holds it for us.
func (n *Network) Managed() bool { return n.child != nil || n.held != nil && n.held.Managed() }

// Done is closed when the own child has ended, by itself or through Close. For
// a Tor that is not ours it is closed by Close alone: whether such a Tor still
// runs shows in Status, and at the next Dial (Gone). For one that another
// process holds it is what that process says (Held.Done).
func (n *Network) Done() <-chan struct{} { return n.done }

// Close ends the own child and waits for it (a few seconds at most). A Tor
// that is not ours goes on. Connections made through the Network are the
// caller's to close.
func (n *Network) Close() error {
	if n == nil || n.done == nil { // a zero value
		return nil
	}
	n.closeOnce.Do(func() {
		switch {
		case n.child != nil:
			n.closeErr = n.child.stop() // done is closed by the child's end
		case n.held != nil:
			n.closeErr = n.held.Close()
		default:
			close(n.closed)
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.watch != nil {
				n.watch.stop()
			}
		}
	})
	return n.closeErr
}

// Dialer gives the dialler for one isolation. Connections of different
// isolations never share a circuit.
func (n *Network) Dialer(i Isolation) *Dialer { return &Dialer{network: n, isolation: i} }

// Open finds a Tor that runs, and failing that starts one (see Find and
// Start). If the environment or Options.Only names a Tor, only that one is
// tried. With Options.Bridges our own is started and none is looked for. With
// Options.Holder all this happens in another process.
//
// Every error but that of ctx is an *Error.
func Open(ctx context.Context, o Options) (*Network, error) {
	if h := o.Holder; h != nil {
		o.Holder = nil
		return h.Hold(ctx, o)
	}
	if len(o.Bridges) > 0 {
		if named(o) {
			return nil, &Error{Reason: NotOurs}
		}
		return own(ctx, o)
	}
	n, err := Find(ctx, o)
	if err == nil || ctx.Err() != nil {
		return n, err
	}
	if named(o) || o.Running {
		return nil, err
	}
	n, startErr := own(ctx, o)
	if startErr == nil || ctx.Err() != nil {
		return n, startErr
	}
	return nil, worse(err, startErr)
}
