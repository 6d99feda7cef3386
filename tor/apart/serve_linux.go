package apart

import (
	"context"
	"errors"
	"net"
	"os"

	"hushwing/tor"
)

// ServeOptions are what the opener needs.
type ServeOptions struct {
	Window *os.File     // its line to the window
	Keeper *os.File     // its line to the keeper
	Hand   tor.Endpoint // the place set by hand that it may reach; zero: none
	// Confine locks this process in. It is called before all else.
	Confine func() error
}

// Serve is the opener. It returns when the window's process or the keeper has
// gone.
func Serve(o ServeOptions) error {
	if err := o.Confine(); err != nil {
		return err
	}
	k, err := newLink(o.Keeper, false)
	if err != nil {
		return err
	}
	w, err := newLink(o.Window, false)
	if err != nil {
		k.close()
		return err
	}
	// Its being hung makes a Hold fail; nothing here could start another.
	p := &opener{hand: o.Hand, keeper: newCaller(k, nil)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-p.keeper.done
		cancel()
	}()
	err = (&server{l: w, open: p.open, dials: true}).run(ctx)
	p.keeper.end(err)
	return err
}

type opener struct {
	hand   tor.Endpoint
	keeper *caller
}

// open does what tor.Open does, except that our own Tor is started by the
// keeper, and that a place set by hand is for an opener that may reach it.
func (p *opener) open(ctx context.Context, m *message, progress chan<- tor.Progress) (*tor.Network, error) {
	if m.only != nil {
		e, err := m.only.ByHand()
		if err != nil {
			return nil, err
		}
		if e != p.hand {
			return nil, p.succeed(ctx, e)
		}
	}
	return tor.Open(ctx, tor.Options{Only: m.only, Bridges: m.bridges, Running: m.running, Progress: progress, Starter: p})
}

// succeed has the keeper end this process in favour of another one.
func (p *opener) succeed(ctx context.Context, e tor.Endpoint) error {
	if err := p.keeper.l.send(&message{kind: kindSuccessor, endpoint: e}); err != nil {
		return &tor.Error{Reason: tor.NoHelper, Err: err}
	}
	<-ctx.Done()
	return ctx.Err()
}

// Hold starts our own Tor through the keeper (tor.Options.Starter).
func (p *opener) Hold(ctx context.Context, o tor.Options) (*tor.Network, error) {
	held, err := p.keeper.hold(ctx, o)
	if errors.Is(err, errLost) {
		err = &tor.Error{Reason: tor.NoHelper, Err: err}
	}
	if err != nil {
		return nil, err
	}
	n, err := tor.Attach(ctx, here{held})
	if err != nil {
		_ = held.Close()
		return nil, err
	}
	return n, nil
}

// here is a Tor that the keeper holds, and that this process reaches by itself.
type here struct{ *held }

func (here) Open(ctx context.Context, e tor.Endpoint) (net.Conn, error) {
	return tor.Direct.Open(ctx, e)
}
