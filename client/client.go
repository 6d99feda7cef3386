package client

import (
	"context"
	"sync"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// Options say where and with what a Client runs.
type Options struct {
	Dir   string      // the profile's folder
	Tor   tor.Options // how to find or start Tor; DataDir and Progress are the Client's own
	Roots tls.Roots   // whose certificates count; zero: Mozilla's
	// Resolvers are asked where a server is; nil: those that the program ships
	// with (KnownResolvers). With none at all, only the domain itself is tried.
	Resolvers []xmpp.Resolver
	// Sandbox is told to the screen as it is, before anything else but
	// ProfileChanged; zero: nothing is known, and nothing is told.
	Sandbox Sandbox
}

// Client is the running program without its screen. It is safe for concurrent use.
type Client struct {
	box    *mailbox[any]
	events chan Event
	stop   context.CancelFunc
	quiet  context.CancelFunc
	ended  chan struct{}
	once   sync.Once
}

// New starts the program: ProfileChanged follows on Events.
func New(o Options) *Client {
	if o.Roots.IsZero() {
		o.Roots = tls.MozillaRoots()
	}
	if o.Resolvers == nil {
		o.Resolvers = KnownResolvers()
	}
	out := newMailbox[Event]()
	ctx, stop := context.WithCancel(context.Background())
	pumping, quiet := context.WithCancel(context.Background())
	c := &Client{
		box: newMailbox[any](), events: make(chan Event), stop: stop, quiet: quiet,
		ended: make(chan struct{}),
	}
	k := &core{
		opts: o, emit: out.put, box: c.box, ctx: ctx, policy: tls.NewPolicy(o.Roots),
		accounts: map[string]*running{}, forms: map[CommandID]*form{},
	}
	go out.pump(pumping, c.events)
	go func() {
		defer close(c.ended)
		k.run()
	}()
	return c
}

// Do takes a command. It never waits.
func (c *Client) Do(cmd Command) { c.box.put(cmd) }

// Events returns the channel of what happens. Somebody must take from it, but
// however slowly that is, no account waits for it. It is closed after Close.
func (c *Client) Events() <-chan Event { return c.events }

// Close signs out, ends our own Tor, and closes the profile. It returns when
// all is on disk; that takes a moment, never longer than the streams' bounds.
func (c *Client) Close() {
	c.once.Do(func() {
		c.stop()
		<-c.ended
		c.quiet()
	})
}
