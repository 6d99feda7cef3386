package tor

import "context"

type child struct{}

func (*child) stop() error { return nil }

// Start starts the tor program as a child with a folder of its own, and waits
// until it has connected to the Tor network. The child ends with this process,
// however that ends. Unless it makes progress at least every Options.Stuck,
// Start ends it and gives up.
func Start(ctx context.Context, o Options) (*Network, error) {
	return nil, &Error{Reason: NotStarted}
}
