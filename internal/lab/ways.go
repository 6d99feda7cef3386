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

// checkWays has the host's Tor build a circuit of two from every relay to every
// other. The connections that it makes stay. A *wayError says which pair failed.
func (n *network) checkWays(ctx context.Context) error {
	c := n.host
	if _, err := c.do(ctx, "SETEVENTS CIRC"); err != nil {
		return err
	}
	for _, from := range n.relays() {
		pending := map[string]string{} // circuit to its end
		for _, to := range n.relays() {
			if to == from {
				continue
			}
			id, err := n.extend(ctx, from, to)
			if err != nil {
				return err
			}
			pending[id] = to
		}
		for len(pending) > 0 {
			select {
			case e := <-c.events:
				f := strings.Fields(e)
				if len(f) < 3 || f[0] != "CIRC" || pending[f[1]] == "" {
					continue
				}
				switch f[2] {
				case "BUILT":
					delete(pending, f[1])
					_, _ = c.do(ctx, "CLOSECIRCUIT "+f[1]) // it may have ended by itself
				case "FAILED", "CLOSED":
					return &wayError{from, pending[f[1]], e}
				}
			case <-c.done:
				return errors.New("lab: the onion services' tor has ended")
			case <-ctx.Done():
				return fmt.Errorf("lab: %s does not reach %q: %w", from, pending, ctx.Err())
			}
		}
	}
	if _, err := c.do(ctx, "SETEVENTS"); err != nil {
		return err
	}
	for {
		select {
		case <-c.events:
		default:
			return nil
		}
	}
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
