package client

import (
	"context"
	"path/filepath"
	"time"

	"hushwing/tor"
)

// openTor finds or starts Tor, unless that is under way or done.
func (k *core) openTor() {
	k.torNext = time.Time{}
	if k.torTry != nil || k.tor != nil || k.store == nil || k.torEnding > 0 {
		return
	}
	o, err := choose(k.opts.Tor, k.store.View().Settings.Tor)
	if err != nil {
		p := problemOf(err)
		k.emit(TorChanged{State: TorFailed, Problem: &p})
		return
	}
	if time.Since(k.torGone) < torGrace && len(o.Bridges) == 0 {
		o.Running = true // it may be back in a moment
	}
	ctx, cancel := context.WithCancel(k.ctx)
	k.torTry = cancel
	k.emit(TorChanged{State: TorLooking})
	progress := make(chan tor.Progress, 16)
	o.DataDir, o.Progress = filepath.Join(k.opts.Dir, torFolder), progress
	go func() {
		for {
			select {
			case p := <-progress:
				k.box.put(torProgress{p})
			case <-ctx.Done():
				return
			}
		}
	}()
	k.jobs.Add(1)
	go func() { // no job: it is waited for also when the profile is closed meanwhile
		defer k.jobs.Done()
		n, err := tor.Open(ctx, o)
		k.box.put(torOpened{n, err})
	}()
}

func (k *core) torOpened(m torOpened) {
	if k.torTry != nil {
		k.torTry()
		k.torTry = nil
	}
	if k.torAgain { // the user has chosen another way meanwhile
		k.torAgain = false
		if m.err == nil {
			k.tor = m.net
		}
		k.dropTor()
		return
	}
	if m.err != nil {
		if canceled(m.err) {
			return
		}
		p := problemOf(m.err)
		if p.Cause == TorMissing && time.Since(k.torGone) < 2*torGrace {
			p = Problem{Cause: TorStopped, Retry: RetryLater}
		}
		k.emit(TorChanged{State: TorFailed, Problem: &p})
		k.torLater(m.err)
		return
	}
	k.tor, k.torAt, k.torGone, k.trouble = m.net, time.Now(), time.Time{}, tor.NoTrouble
	if !m.net.Managed() {
		k.torBad = 0
	}
	k.emit(TorChanged{State: TorReady, Percent: 100, Own: m.net.Managed()})
	for _, r := range k.accounts {
		r.box.put(torReady{m.net})
	}
	go k.watchTor(m.net)
}

// watchTor passes on what a Tor says of itself, until it has ended.
func (k *core) watchTor(n *tor.Network) {
	for {
		status, changed := n.Status()
		k.box.put(torSaid{n, status})
		select {
		case <-changed:
		case <-n.Done():
			k.box.put(torEnded{n})
			return
		case <-k.ctx.Done():
			return
		}
	}
}

// torSaid takes what Tor says of itself. While it is in trouble it is that which
// the accounts tell, not what came of it; when it is over they try at once.
func (k *core) torSaid(m torSaid) {
	if k.tor != m.net {
		return
	}
	if m.status.Trouble == tor.Away { // another may run by now, or our own can
		k.torEnded(torEnded{m.net})
		return
	}
	e := TorChanged{State: TorReady, Percent: 100, Own: m.net.Managed(), Version: m.status.Version}
	e.Problem = troubleProblem(m.status.Trouble, m.status.Skew)
	k.emit(e)
	over := k.trouble != tor.NoTrouble && m.status.Trouble == tor.NoTrouble
	k.trouble = m.status.Trouble
	for _, r := range k.accounts {
		r.box.put(torTrouble{problem: e.Problem})
		if over {
			r.box.put(torReady{m.net})
		}
	}
}

// torLater looks again after a pause that grows.
func (k *core) torLater(err error) {
	k.torBad++
	k.torNext = time.Now().Add(torWait(k.torBad, err))
}

// torEnded: Tor has gone. Our own is started again: at once, unless it had
// hardly begun. One that was found is looked for at once.
func (k *core) torEnded(m torEnded) {
	if k.tor != m.net {
		return
	}
	k.tor = nil
	_ = m.net.Close()
	p := Problem{Cause: TorStopped, Retry: RetryLater}
	k.emit(TorChanged{State: TorFailed, Problem: &p})
	for _, r := range k.accounts {
		r.box.put(torLost{})
	}
	if !m.net.Managed() {
		k.torGone = time.Now()
	} else if time.Since(k.torAt) < steady {
		k.torLater(nil)
		return
	}
	k.torBad = 0
	k.openTor()
}

// lostTor sees whether an error of a job says that the Tor that we found has gone.
func (k *core) lostTor(err error) {
	if k.tor != nil && !k.tor.Managed() && missing(err) {
		k.torEnded(torEnded{k.tor})
	}
}
