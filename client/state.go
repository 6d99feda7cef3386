package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"hushwing/tor"
)

// state is one state of an account. Each is a struct that holds only what
// that state owns: connecting has no stream, so nothing can be sent there.
type state interface {
	// public says how the state is called outside.
	public(*Account)
	enter(*account)
	leave(*account)
	// handle takes a message that the account got while in this state.
	handle(*account, any)
}

// become is the only way from one state to another.
func (a *account) become(next state) {
	a.state.leave(a)
	a.state = next
	a.emitAccount()
	next.enter(a)
}

// info returns the account as a screen may know it.
func (a *account) info() Account {
	out := Account{
		ID: a.id, Address: a.cfg.Address, Onion: tor.ValidOnion(a.host()), Again: a.came,
		Show: a.cfg.Show, Blocked: slices.Clone(a.cfg.Blocked), Fingerprint: a.identity.Fingerprint(),
		Created: a.cfg.Created, Certificates: certificates(a.cfg), PasswordUnsure: unsure(a.cfg),
	}
	a.state.public(&out)
	out.CanChangePassword = out.State == Online && a.offers.Register
	return out
}

func (a *account) emitAccount() {
	a.emit(AccountChanged{Account: a.info()})
	for _, c := range a.chats {
		a.update(c)
	}
}

// start goes to the first state on the way to being online.
func (a *account) start() {
	if a.net == nil {
		a.become(&waitingForTor{})
		return
	}
	a.proceed(waysTo(a.route(), a.resolvers, a.found.recall(time.Now(), a.cfg.Epoch)))
}

// fail goes to the state that fits an error.
func (a *account) fail(err error) {
	if q := a.questioned(err); q != nil {
		a.become(q)
		return
	}
	if a.lostTor(err) {
		a.become(&waitingForTor{})
		return
	}
	p := a.problem(err)
	if a.trouble != nil && onTheWay(p.Cause) {
		p = *a.trouble // the server is not to blame
	}
	a.suspect(p.Cause)
	f := &failed{problem: p}
	if p.Retry == RetryLater {
		a.failures++
		f.next = time.Now().Add(pause(a.failures))
	}
	a.become(f)
}

// job runs f off the account's goroutine; what comes of it arrives as a
// jobResult of this state, and is closed unseen if the state has gone by then.
func (a *account) job(ctx context.Context, of state, f func(context.Context) (any, error)) {
	a.jobs.Add(1)
	go func() {
		defer a.jobs.Done()
		v, err := f(ctx)
		if err == nil && ctx.Err() != nil {
			err = ctx.Err()
			if c, ok := v.(interface{ Close() error }); ok {
				_ = c.Close()
			}
		}
		a.box.put(jobResult{of: of, val: v, err: err})
	}()
}

// canceled reports whether an error is only that we stopped it ourselves.
func canceled(err error) bool { return errors.Is(err, context.Canceled) }
