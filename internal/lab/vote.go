package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// callVote makes the authorities of a new network vote as soon as each knows all
// relays. Left to the clock they vote too late, or, on a busy machine, too early:
// then a relay is missing until the next consensus.
func (n *network) callVote(ctx context.Context) error {
	var authorities []*control
	defer func() {
		for _, c := range authorities {
			c.close()
		}
	}()
	for _, name := range n.relays()[:authorityCount] {
		c, err := dialControl(ctx, n.run.Path(name+".control"), n.run.Path(name+".cookie"))
		if err != nil {
			return errors.Join(err, n.alive())
		}
		authorities = append(authorities, c)
	}
	for _, c := range authorities {
		for _, name := range n.relays() {
			if err := n.awaitDescriptor(ctx, c, name); err != nil {
				return err
			}
		}
	}
	// The vote begins at the next second but one, and takes effect two delays
	// later; that moment is what Tor calculates from. The offset counts for all
	// later consensuses, too.
	offset := int((time.Now().Unix() + 2 + 2*votingDelay) % firstVoting)
	for _, c := range authorities {
		if _, err := c.do(ctx, fmt.Sprintf("SETCONF TestingV3AuthInitialVotingInterval=%d TestingV3AuthVotingStartOffset=%d", firstVoting, offset)); err != nil {
			return err
		}
	}
	if err := os.WriteFile(n.slot.path("offset"), []byte(strconv.Itoa(offset)), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return nil
}

// awaitDescriptor waits until an authority has a relay's descriptor.
func (n *network) awaitDescriptor(ctx context.Context, authority *control, relay string) error {
	for {
		_, err := authority.do(ctx, "GETINFO desc/name/"+relay)
		if err == nil {
			return nil
		}
		if err := errors.Join(n.alive(), ctx.Err()); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("lab: an authority does not know %s: %w (%w)", relay, ctx.Err(), err)
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// awaitConsensus waits until the first authority has one to give that knows all
// relays. One that came up too late for the vote is in the next: with fewer, not
// every path is possible, and onion services have too few directories.
func (n *network) awaitConsensus(ctx context.Context) error {
	for {
		b, err := os.ReadFile(n.slot.path("auth1", "cached-microdesc-consensus"))
		if err == nil && bytes.Count(b, []byte("\nr ")) == len(n.relays()) {
			return nil
		}
		if err := n.alive(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("lab: the authorities made no consensus: %w%s", ctx.Err(), n.lastWords("auth1"))
		case <-time.After(50 * time.Millisecond):
		}
	}
}
