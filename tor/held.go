package tor

import "context"

// Holder opens a Tor in another process, which has the network that this one
// lacks.
type Holder interface {
	// Hold does what Open does with o, whose Holder is nil. Its errors are
	// Open's.
	Hold(ctx context.Context, o Options) (*Network, error)
}

// Held is a Tor that another process holds for this one. Its methods are
// called from several goroutines at once.
type Held interface {
	// Opener opens connections to Endpoint from within the other process.
	Opener
	Endpoint() Endpoint
	// Managed reports whether the other process started it.
	Managed() bool
	// Status is as of Network.Status.
	Status() (Status, <-chan struct{})
	// Done is closed when the Tor, or the process that holds it, has ended.
	Done() <-chan struct{}
	Close() error
}

// Attach makes a Network of a Tor that another process holds. It takes nobody's
// word: a probe through h proves that it speaks Tor's protocol. If that fails h
// is the caller's to close; the errors are those of Find for one endpoint.
func Attach(ctx context.Context, h Held) (*Network, error) {
	e := h.Endpoint()
	if err := probe(ctx, h, e, probeTime); err != nil {
		return nil, err
	}
	return &Network{endpoint: e, opener: h, held: h, done: h.Done()}, nil
}
