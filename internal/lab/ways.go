package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// A relay that could not connect to another does not try again for a minute, and
// refuses every circuit that is to go on to that one (OR_CONNECT_FAILURE_LIFETIME
// in Tor). A client that meets such a circuit on the way to an introduction point
// takes that point for dead for two minutes more; after three of them there is
// "no such onion service". So nobody may ask a relay to extend to one that does not
// listen yet, and no network is handed out before each was seen to reach each.

// It dials directly, and may: the address is one of the lab's own relays on loopback,
// nothing is said, and a way through Tor is what is not there yet. internal/walls
// keeps the program from importing the lab (TestEachWallCanFail plants it).

// awaitPort waits until the relays from the i-th to before the j-th listen there.
func (n *network) awaitPort(ctx context.Context, i, j int, port string) error {
	for ; i < j; i++ {
		for {
			c, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(n.addr(i), port))
			if err == nil {
				c.Close()
				break
			}
			if err := errors.Join(n.alive(), ctx.Err()); err != nil {
				return err
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

// wayError: a relay does not reach another.
type wayError struct{ from, to, why string }

func (e *wayError) Error() string {
	return fmt.Sprintf("lab: %s does not reach %s: %s", e.from, e.to, e.why)
}

// Tor closes one of two connections between the same relays, now and then with a
// circuit in it: a way counts as none when it fails so often at such distances.
const (
	wayTries = 4
	wayPause = 300 * time.Millisecond
)

// checkWays has the host's Tor build a circuit of two from every relay to every
// other. The connections that it makes stay. A *wayError says which pair failed.
func (n *network) checkWays(ctx context.Context) error {
	if _, err := n.host.do(ctx, "SETEVENTS CIRC"); err != nil {
		return err
	}
	for _, from := range n.relays() {
		others := slices.DeleteFunc(n.relays(), func(to string) bool { return to == from })
		for try := 1; len(others) > 0; try++ {
			failed, err := n.checkWaysFrom(ctx, from, others)
			if err != nil {
				return err
			}
			others = others[:0]
			for to, why := range failed {
				if try == wayTries {
					return &wayError{from, to, why}
				}
				others = append(others, to)
			}
			if len(others) > 0 {
				time.Sleep(wayPause)
			}
		}
	}
	if _, err := n.host.do(ctx, "SETEVENTS"); err != nil {
		return err
	}
	for {
		select {
		case <-n.host.events:
		default:
			return nil
		}
	}
}

// checkWaysFrom builds circuits from a relay to others, all at once, and returns
// those that failed, and why.
func (n *network) checkWaysFrom(ctx context.Context, from string, others []string) (failed map[string]string, err error) {
	failed = map[string]string{}
	pending := map[string]string{} // circuit to its end
	for _, to := range others {
		id, err := n.extend(ctx, from, to)
		if err != nil {
			return nil, err
		}
		pending[id] = to
	}
	for len(pending) > 0 {
		select {
		case e := <-n.host.events:
			f := strings.Fields(e)
			if len(f) < 3 || f[0] != "CIRC" || pending[f[1]] == "" {
				continue
			}
			switch f[2] {
			case "BUILT":
				delete(pending, f[1])
				_, _ = n.host.do(ctx, "CLOSECIRCUIT "+f[1]) // it may have ended by itself
			case "FAILED", "CLOSED":
				failed[pending[f[1]]] = e
				delete(pending, f[1])
			}
		case <-n.host.done:
			return nil, errors.New("lab: the onion services' tor has ended")
		case <-ctx.Done():
			return nil, fmt.Errorf("lab: %s does not reach %q: %w", from, pending, ctx.Err())
		}
	}
	return failed, nil
}

// extend launches a circuit and returns its number. A Tor counts as connected
// before it has the descriptors of all relays: it is asked until it has.
func (n *network) extend(ctx context.Context, path ...string) (id string, err error) {
	for {
		reply, err := n.host.do(ctx, "EXTENDCIRCUIT 0 "+strings.Join(path, ","))
		if err == nil {
			i := slices.IndexFunc(reply, func(l string) bool { return strings.HasPrefix(l, "EXTENDED ") })
			if i < 0 {
				return "", fmt.Errorf("lab: EXTENDCIRCUIT: %q", reply)
			}
			return strings.TrimPrefix(reply[i], "EXTENDED "), nil
		}
		select {
		case <-ctx.Done():
			return "", errors.Join(err, ctx.Err())
		case <-n.host.done:
			return "", err
		case <-time.After(50 * time.Millisecond):
		}
	}
}
