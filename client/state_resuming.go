package client

import (
	"context"
	"errors"
	"io"
	"time"

	"hushwing/xmpp"
)

// kept is what outlives a connection that broke off: the server still holds the
// session, and for as long the account keeps its chats, so that both can go on
// over another connection. It belongs to no state, because all of those on the
// way back have it; there is nothing in it through which anything can be sent.
//
// It is let go where it must not or cannot be used any more: the user goes
// offline or takes a new identity, the server will have forgotten, a new session
// has begun, the program ends. It is never on disk.
type kept struct {
	left  *xmpp.Leftover
	epoch uint32 // of the isolation: two identities must not be linked
	since time.Time
}

// keep keeps what a stream has left, if it left something.
func (a *account) keep(s *xmpp.Stream) {
	if left := s.Left(); left != nil {
		a.kept = &kept{left: left, epoch: a.cfg.Epoch, since: time.Now()}
	}
}

// letGo closes the chats of a connection that will not go on. Nothing can be
// sent: the texts that were under way wait, to be sealed anew.
func (a *account) letGo() {
	if a.kept == nil {
		return
	}
	a.kept = nil
	// The next session may begin with what the server has of this one after all.
	under := map[*outText][]xmpp.StanzaID{}
	for _, o := range a.out {
		under[o] = o.stanzas
	}
	a.closeChats(nil)
	for _, o := range a.out {
		o.stanzas = under[o]
	}
}

// expire lets go of what the server will have forgotten, by the clock on the wall,
// which goes on while the computer sleeps. Where somebody has set it back the
// server says no, and that costs a question. One that is being asked for now is
// left alone: the session may go on, and would find its chats closed.
func (a *account) expire(now time.Time) {
	_, asking := a.state.(*authenticating)
	if a.kept != nil && !asking && now.After(a.kept.left.Until()) {
		a.letGo()
		for _, c := range a.chats {
			a.update(c)
		}
	}
}

// leftover returns what a sign-in may go on from.
func (a *account) leftover() *xmpp.Leftover {
	if a.kept == nil || a.kept.epoch != a.cfg.Epoch {
		return nil
	}
	return a.kept.left
}

// goOn takes the chats up again on a stream that is the one of before: nobody at
// the other end has noticed. What waited goes first, in its order.
func (a *account) goOn(s *xmpp.Stream) {
	if a.kept != nil {
		a.sitOut(time.Since(a.kept.since))
		a.kept = nil
	}
	a.openChats(s)
	a.introduce(s, a.untold)
	for _, c := range a.chats {
		a.flush(c)
		a.refresh(c)
		a.seek(c)
		a.sendWaiting(c)
	}
}

// sitOut takes a break out of what is known of times: how long somebody has said
// nothing counts only while they could have been heard, and what came after the
// break need not have been said after what came before it.
func (a *account) sitOut(d time.Duration) {
	later := func(all ...*time.Time) {
		for _, t := range all {
			if !t.IsZero() {
				*t = t.Add(d)
			}
		}
	}
	for _, o := range a.out {
		later(&o.at, &o.had, &o.overtaken)
	}
	for _, c := range a.chats {
		later(&c.turnedAt)
		if c.lost != nil {
			later(&c.lost.at)
		}
		for _, t := range c.talks {
			later(&t.private, &t.heard, &t.over)
		}
		for full, p := range c.there {
			later(&p.at)
			c.there[full] = p
		}
		for full, at := range c.tries {
			c.tries[full] = at.Add(d)
		}
	}
}

// blink is how short a break must be for the strips not to show it. They say how
// safe a chat is, and that does not change: it is private with the same key, and
// what is written waits for a moment. The account's own line says it at once.
const blink = 2 * time.Second

// cut reports whether there is no connection, as far as a chat is concerned.
func (a *account) cut() bool {
	switch a.state.(type) {
	case *online:
		return false
	case *failed, *certificateChanged, *waitingForTor, *offline:
		return true
	}
	return a.kept == nil || time.Since(a.kept.since) >= blink
}

// lost goes back to the server after a connection broke off: at once the first
// time. One that breaks again and again is a failure like any other.
func (a *account) lost(err error) {
	switch {
	case a.net == nil:
		a.become(&waitingForTor{})
	case a.failures > 0 || a.kept == nil && !brokeOff(err):
		a.fail(err)
	default:
		a.failures++
		a.suspect(problemOf(err).Cause)
		a.become(&resuming{})
	}
}

// brokeOff tells a connection that ended from a server that ended it.
func brokeOff(err error) bool {
	return !errors.Is(err, errServerClosed) && !errors.Is(err, xmpp.ErrProtocol) && !errors.Is(err, xmpp.ErrLimit) &&
		!errors.As(err, new(*xmpp.StreamError))
}

// endOf returns why a stream has ended, in words of ours.
func endOf(s streamEnded) error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return errServerClosed
	}
	return s.err
}

// nudge is what an account waits at most before it goes back: a server that was
// cut off from many does not get them all in the same moment.
const nudge = 100 * time.Millisecond

// resuming: the connection has just broken off. It waits for a moment of its own
// and takes the way of every sign-in. Several accounts wait for longer, each for
// a time of its own: they may have lost their connections together, and must not
// say by coming back together that they are one person's.
type resuming struct{ cancel context.CancelFunc }

func (*resuming) public(i *Account) { i.State = Connecting }
func (s *resuming) leave(*account)  { s.cancel() }

func (s *resuming) enter(a *account) {
	wait := a.apart()
	if wait == 0 {
		wait = chance(nudge)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		return nil, ctx.Err()
	})
}

func (*resuming) handle(a *account, m any) {
	switch m.(type) {
	case GoOnline, jobResult:
		a.start()
	case awoken:
		a.startApart()
	case GoOffline:
		a.become(&offline{})
	case torLost:
		a.become(&waitingForTor{})
	}
}
