package client

import (
	"crypto/rand"
	"errors"
	"math/big"
	"time"

	"hushwing/tor"
)

// The bounds of the pause between an account's tries.
const (
	firstPause = time.Second
	longPause  = 2 * time.Minute
)

// pause is how long to wait after n failures in a row: doubling, up to a
// bound, with jitter so that many clients do not come back at the same time.
func pause(n int) time.Duration {
	d := longPause
	if n < 8 {
		d = min(firstPause<<(n-1), longPause)
	}
	return d/2 + chance(d)
}

// chance is a random time below d, or d if there is no randomness.
func chance(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	n, err := rand.Int(rand.Reader, big.NewInt(int64(d)))
	if err != nil {
		return d
	}
	return time.Duration(n.Int64())
}

// forgiven is how long a connection must hold for one earlier failure to be
// forgotten: a server that takes us in and throws us out is left alone for
// longer and longer, and one that was there for a minute is asked again at once.
const forgiven = 4 * time.Second

func (a *account) forgive(held time.Duration) {
	a.failures = max(0, a.failures-int(held/forgiven))
}

// worked: the server has taken a message of ours. Whatever breaks such connections,
// one after the other, it is not that the server does not want us, and somebody
// is in the middle of a talk: of the failures so far one is left, so that the next
// pause is a short one, and there is one.
func (a *account) worked() { a.failures = min(a.failures, 1) }

// How long accounts that could connect at the same moment, because Tor has come
// up, wait at most, each a time of its own: connections that come at once, again
// and again, say that they belong together.
const (
	apartEach = 2 * time.Second // for each account beyond the first
	apartMost = 10 * time.Second
)

// startApart starts an account that others may start with.
func (a *account) startApart() {
	wait := a.apart()
	if wait == 0 {
		a.start()
		return
	}
	a.become(&startingSoon{at: time.Now().Add(wait)})
}

// apart is how long this account waits, so that it does not come with others.
func (a *account) apart() time.Duration {
	if a.count == nil {
		return 0
	}
	return chance(min(time.Duration(a.count.Load()-1)*apartEach, apartMost))
}

// startingSoon waits for a moment of its own.
type startingSoon struct{ at time.Time }

func (*startingSoon) public(i *Account) { i.State = Connecting }
func (*startingSoon) enter(*account)    {}
func (*startingSoon) leave(*account)    {}

func (s *startingSoon) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOnline:
		a.start()
	case awoken:
		a.startApart()
	case GoOffline:
		a.become(&offline{})
	case torLost:
		a.become(&waitingForTor{})
	case tick:
		if !m.now.Before(s.at) {
			a.start()
		}
	}
}

// torMissed says that a Tor which is not our own was not there for a dial.
type torMissed struct{ net *tor.Network }

// missing reports whether an error says that there is no Tor any more where
// there was one.
func missing(err error) bool {
	var e *tor.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Reason {
	case tor.Gone, tor.NotTor, tor.NoIsolation:
		return true
	}
	return false
}

// lostTor sees whether the Tor that we found has gone, and then has it looked
// for: the account waits for it rather than for its own next try. Our own says
// itself when it ends.
func (a *account) lostTor(err error) bool {
	if a.net == nil || a.missed == nil || !missing(err) || a.net.Managed() {
		return false
	}
	n := a.net
	a.net = nil
	a.missed(n)
	return true
}

// torSuspected asks the core to see whether Tor is still there; torProven is what
// came of it.
type (
	torSuspected struct{ net *tor.Network }
	torProven    struct {
		net *tor.Network
		err error
	}
)

// suspect has Tor looked at after something failed that may be for want of it: a
// connection through a Tor that has died ends just as when a server ends it.
func (a *account) suspect(c Cause) {
	if a.net != nil && a.suspected != nil && onTheWay(c) {
		a.suspected(a.net)
	}
}

// prove looks at it, off the core's goroutine.
func (k *core) prove(m torSuspected) {
	if k.tor != m.net || k.proving || m.net.Managed() {
		return
	}
	k.proving = true
	open := k.sitting.ctx
	k.job(func() any { return torProven{m.net, m.net.Prove(open)} })
}

func (k *core) proven(m torProven) {
	k.proving = false
	if missing(m.err) {
		k.torEnded(torEnded{m.net})
	}
}

// The pauses between looks for Tor. To look costs a few connections within this
// computer, so that it may be often; to start one costs more.
const (
	lookPause  = 500 * time.Millisecond
	longLook   = 5 * time.Second
	startPause = 5 * time.Second
	longStart  = time.Minute
)

// torGrace is how long a Tor that was found and has gone is looked for before
// one of our own is started: it may only be starting again.
const torGrace = 6 * time.Second

// steady is how long our own Tor must run for an earlier end to be forgotten.
const steady = 30 * time.Second

// torWait is how long to wait after n failures to find (or start) Tor.
func torWait(n int, err error) time.Duration {
	if missing(err) || problemOf(err).Cause == TorMissing {
		return min(time.Duration(n)*lookPause, longLook)
	}
	return min(time.Duration(n)*startPause, longStart)
}
