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
	if k.torTry != nil || k.tor != nil || k.store == nil {
		return
	}
	ctx, cancel := context.WithCancel(k.ctx)
	k.torTry = cancel
	k.emit(TorChanged{State: TorLooking})
	progress := make(chan tor.Progress, 16)
	o := k.opts.Tor
	o.DataDir, o.Progress = filepath.Join(k.opts.Dir, "tor"), progress
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
	k.job(func() any {
		n, err := tor.Open(ctx, o)
		return torOpened{n, err}
	})
}

func (k *core) torOpened(m torOpened) {
	if k.torTry != nil {
		k.torTry()
		k.torTry = nil
	}
	if m.err != nil {
		if canceled(m.err) {
			return
		}
		p := problemOf(m.err)
		k.emit(TorChanged{State: TorFailed, Problem: &p})
		k.torLater()
		return
	}
	k.tor, k.torAt = m.net, time.Now()
	k.emit(TorChanged{State: TorReady, Percent: 100, Own: m.net.Managed()})
	for _, r := range k.accounts {
		r.box.put(torReady{m.net})
	}
	if m.net.Managed() {
		go func() {
			select {
			case <-m.net.Done():
				k.box.put(torEnded{m.net})
			case <-k.ctx.Done():
			}
		}()
	}
}

// torLater looks again after a pause that grows.
func (k *core) torLater() {
	k.torBad++
	k.torNext = time.Now().Add(min(torPause*time.Duration(k.torBad), time.Minute))
}

// torEnded: our own Tor has gone. It is started again: at once, unless it had
// hardly begun.
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
	if time.Since(k.torAt) < steady {
		k.torLater()
		return
	}
	k.torBad = 0
	k.openTor()
}
