package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// onions publishes onion services through the host's control socket.
type onions struct {
	host *control
	mu   sync.Mutex
}

// A service uploads two descriptors, for this time period and a neighbouring
// one, to all directories of a network as small as this. A client that asks too
// early remembers for a quarter of an hour which directories knew nothing: so
// publish waits until at least uploads are done and none has followed for calm.
const (
	uploads = 6
	calm    = 600 * time.Millisecond
)

// publish adds a service and waits until its descriptor is out. key is empty for
// a new one, or onionKey.control's.
func (o *onions) publish(ctx context.Context, key string, ports map[uint16]string) (address string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if key == "" {
		key = "NEW:ED25519-V3"
	}
	if _, err := o.host.do(ctx, "SETEVENTS HS_DESC"); err != nil {
		return "", err
	}
	command := "ADD_ONION " + key
	virtual := make([]uint16, 0, len(ports))
	for v := range ports {
		virtual = append(virtual, v)
	}
	slices.Sort(virtual)
	for _, v := range virtual {
		command += fmt.Sprintf(" Port=%d,%s", v, ports[v])
	}
	reply, err := o.host.do(ctx, command)
	if err != nil {
		return "", err
	}
	for _, l := range reply {
		if id, ok := strings.CutPrefix(l, "ServiceID="); ok {
			address = id
		}
	}
	if address == "" {
		return "", fmt.Errorf("lab: ADD_ONION: %q", reply)
	}
	for uploaded := 0; ; {
		var quiet <-chan time.Time
		if uploaded >= uploads {
			quiet = time.After(calm)
		}
		select {
		case e := <-o.host.events:
			if strings.HasPrefix(e, "HS_DESC UPLOADED "+address) {
				uploaded++
			}
		case <-quiet:
			return address + ".onion", nil
		case <-o.host.done:
			return "", errors.New("lab: the onion service's tor has ended")
		case <-ctx.Done():
			return "", fmt.Errorf("lab: the onion service is not published: %w", ctx.Err())
		}
	}
}
