package tor

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// bridgeTime is how long our own Tor gets after each of its bridges has failed:
// for a second try at one that was busy. Only tests change it.
var bridgeTime = 20 * time.Second

// starting is an own child on its way.
type starting struct {
	child *child
	o     Options
	listeners
	dir     string
	bridges int // how many different addresses; 0 without bridges

	watch *watch
	told  Progress
}

// ready waits until the child is connected, and proves that it answers. What
// the child writes and what its control port says are both listened to: the one
// is there from the beginning, the other knows why it does not go on.
func (s *starting) ready(ctx context.Context) (*Network, error) {
	c := s.child
	stuck := time.NewTimer(s.o.stuck())
	defer stuck.Stop()
	failed := false
	s.told = Progress{Percent: -1}
	for {
		w := c.words.read()
		s.begin(w)
		now, changed := Status{}, (<-chan struct{})(nil)
		if s.watch != nil {
			now, changed = s.watch.status()
		}
		further := s.tell(w.progress, now)
		if further {
			stuck.Reset(s.o.stuck())
			failed = false
		}
		if s.told.Percent >= 100 && w.listener != "" {
			break
		}
		if all := s.bridges > 0 && s.watch != nil && s.watch.unreachable() >= s.bridges; all && !failed {
			failed = true
			stuck.Reset(min(bridgeTime, s.o.stuck()))
		}
		select {
		case <-w.changed:
		case <-changed:
		case <-c.done:
			w = c.words.read()
			return nil, &Error{Reason: NotStarted, Last: s.told.known(), Warning: w.warning, Err: c.end(w)}
		case <-stuck.C:
			reason := NotFinished
			if s.bridges > 0 && (failed || !entered(s.told.Tag)) {
				reason = NoBridge
			}
			if w.warning == "" {
				w.warning = now.Warning
			}
			return nil, &Error{Reason: reason, Last: s.told.known(), Warning: w.warning}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if s.watch == nil { // it opened no control port
		s.watch = c.look(s.o.opener(), s.socks, nil)
	}
	if err := probe(ctx, s.o.opener(), s.socks, probeTime); err != nil {
		return nil, err
	}
	return &Network{endpoint: s.socks, opener: s.o.opener(), child: c, watch: s.watch, done: c.done}, nil
}

// begin watches the child as soon as it listens.
func (s *starting) begin(w wordsRead) {
	if s.watch != nil || w.listener == "" {
		return
	}
	if s.socks.Network == "tcp" {
		s.socks.Address = w.listener
	}
	if w.control == "" {
		return
	}
	if s.control.Network == "tcp" {
		s.control.Address = w.control
	}
	place := controlPlace{at: s.control, cookie: filepath.Join(s.dir, "control_auth_cookie")}
	s.watch = s.child.look(s.o.opener(), s.socks, []controlPlace{place})
}

// tell tells the progress and the trouble, when either is news; it reports
// whether there was progress.
func (s *starting) tell(words Progress, now Status) (further bool) {
	p := now.Progress
	if p.Summary == "" || words.Percent > p.Percent {
		p = words
	}
	if p.Summary == "" {
		return false
	}
	further = p.Percent > s.told.Percent
	if !further {
		p = s.told // Tor goes back in places; the bar does not
	}
	p.Trouble, p.Skew = NoTrouble, 0
	if p.Percent < 100 {
		p.Trouble, p.Skew = now.Trouble, now.Skew
	}
	if p != s.told {
		s.told = p
		s.o.tell(p)
	}
	return further
}

// known is the progress, or nothing where there was none.
func (p Progress) known() Progress {
	p.Percent = max(p.Percent, 0)
	return p
}

// entered reports whether a Tor that got as far as tag has been let in by a
// bridge (the stages of control-spec, "Bootstrap phases").
func entered(tag string) bool {
	switch tag {
	case "", "starting", "conn_pt", "conn_done_pt", "conn_proxy", "conn_done_proxy", "conn", "conn_done", "handshake",
		"enough_dirinfo", "ap_conn_pt", "ap_conn_done_pt", "ap_conn_proxy", "ap_conn_done_proxy", "ap_conn", "ap_conn_done", "ap_handshake":
		return false
	}
	return true
}

// end says how a child ended that should not have: with its last word, unless
// its warnings say more.
func (c *child) end(w wordsRead) error {
	err := c.err
	if err == nil {
		err = errors.New("it ended by itself")
	}
	if w.warning == "" && w.last != "" {
		err = fmt.Errorf("%w: %s", err, w.last)
	}
	return err
}
