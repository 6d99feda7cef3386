package client

import (
	"context"
	"crypto/rand"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tor"
)

// openProfile makes or opens the profile, off this goroutine: the password's
// derivation takes a second.
func (k *core) openProfile(id CommandID, password secret.Text, open func(string, secret.Text) (*config.Store, error)) {
	if k.store != nil || k.opening {
		k.refuse(id, Problem{Cause: ProfileInUse})
		return
	}
	k.opening = true
	dir := k.opts.Dir
	k.job(func() any {
		s, err := open(dir, password)
		return profileOpened{id, s, err}
	})
}

func (k *core) profileOpened(m profileOpened) {
	k.opening = false
	if m.err != nil {
		k.refuse(m.id, problemOf(m.err))
		if c := k.after; c != nil {
			k.after = nil
			k.handle(c)
		}
		return
	}
	k.store, k.sitting = m.store, newSitting(k.ctx, k.emit)
	if c := k.after; c != nil {
		k.after = nil
		k.handle(c)
		return
	}
	profile, queue := k.store.View(), k.store.ViewQueue()
	world := k.world()
	snap := Snapshot{}
	var started []*account
	for _, cfg := range profile.Accounts {
		a, err := newAccount(world, cfg, queue)
		if err != nil {
			p := Problem{Cause: ProfileDamaged, Detail: "profile.age"}
			k.emit(ProfileChanged{State: ProfileBroken, Problem: &p})
			k.closeProfile(0)
			k.refuse(m.id, p)
			return
		}
		a.snapshot(&snap, queue)
		started = append(started, a)
	}
	k.done(m.id)
	k.emit(ProfileChanged{State: ProfileOpen})
	k.tellSettings()
	k.emit(snap)
	k.tellChoice()
	for _, a := range started {
		k.startAccount(a)
	}
	k.forgetOrphans(profile, queue)
	k.openTor()
}

func (k *core) world() *world {
	return &world{
		store: k.store, policy: k.policy, resolvers: k.opts.Resolvers, emit: k.sitting.emit, count: &k.count,
		missed:    func(n *tor.Network) { k.box.put(torMissed{n}) },
		suspected: func(n *tor.Network) { k.box.put(torSuspected{n}) },
		remove:    func(m RemoveAccount) { k.box.put(removeHere{m}) },
	}
}

// snapshot adds what there is of this account. Call it before run.
func (a *account) snapshot(s *Snapshot, q config.Queue) {
	s.Accounts = append(s.Accounts, a.info())
	for _, c := range a.cfg.Contacts {
		if chat := a.chats[c.Address]; chat != nil {
			s.Contacts = append(s.Contacts, a.listing(chat))
		}
	}
	for _, r := range a.cfg.Requests {
		s.Requests = append(s.Requests, Peer{Account: a.id, Address: r.Address})
	}
	for _, i := range q.Incoming {
		if c := a.chats[i.Peer]; i.Account == a.id && c != nil {
			s.Messages = append(s.Messages, a.incoming(c, i))
		}
	}
	for _, o := range a.out {
		s.Messages = append(s.Messages, o.message())
	}
	for _, d := range q.Drafts {
		if d.Account == a.id && a.chats[d.Peer] != nil {
			s.Drafts = append(s.Drafts, Draft{Peer: Peer{Account: a.id, Address: d.Peer}, Text: d.Text})
		}
	}
}

// startAccount gives an account its goroutine.
func (k *core) startAccount(a *account) {
	ctx, cancel := context.WithCancel(context.Background()) // closeAccounts ends it, after the last wishes
	r := &running{account: a, stop: cancel, ended: make(chan struct{})}
	k.accounts[a.id] = r
	k.count.Store(int64(len(k.accounts)))
	if k.tor != nil {
		a.net = k.tor
	}
	go func() {
		defer close(r.ended)
		a.run(ctx)
	}()
}

// newIdentity makes the key of an account: 50 to 500 ms.
func newIdentity() (*otr.Identity, error) { return otr.NewIdentity(rand.Reader) }
