package client

import (
	"context"
	"errors"
	"slices"

	"hushwing/config"
	"hushwing/xmpp"
)

type (
	// deletedThere brings what a server says to the end of an address.
	deletedThere struct {
		cmd RemoveAccount
		err error
	}
	// removeHere has the core remove an account whose address the server has deleted.
	removeHere struct{ RemoveAccount }
	// accountForgotten: an account has ended, and is off the disk, or not.
	accountForgotten struct {
		id    CommandID
		of    *account
		store *config.Store
		err   error
	}
)

// removeAccount removes an address of ours; on the server first, if that is wanted.
func (k *core) removeAccount(m RemoveAccount) {
	if m.OnServer {
		k.route(m)
		return
	}
	k.dropAccount(m.ID, m.Account)
}

// deleteThere asks the server to delete the address.
func (a *account) deleteThere(m RemoveAccount) {
	s := a.stream()
	switch {
	case s == nil, a.remove == nil:
		a.refuse(m.ID, Problem{Cause: NotOnline, Retry: RetryNow})
		return
	case a.deleting:
		a.refuse(m.ID, Problem{Cause: DeleteUnsure, Retry: RetryNow})
		return
	}
	a.deleting = true
	box := a.box
	a.tell(s, func(ctx context.Context) { box.put(deletedThere{m, s.DeleteAccount(ctx)}) })
}

func (a *account) deletedThere(m deletedThere) {
	a.deleting = false
	var refused *xmpp.StanzaError
	switch {
	case m.err == nil:
		a.become(&offline{}) // there is nothing to go back to
		a.remove(m.cmd)
	case errors.As(m.err, &refused):
		a.refuse(m.cmd.ID, Problem{Cause: DeleteRefused, Detail: refused.Condition})
	default:
		a.refuse(m.cmd.ID, Problem{Cause: DeleteUnsure, Retry: RetryNow})
	}
}

// dropAccount ends an account and takes it off the disk.
func (k *core) dropAccount(id CommandID, account string) {
	r := k.accounts[account]
	if r == nil {
		k.refuse(id, Problem{Cause: NoSuchAccount})
		return
	}
	delete(k.accounts, account)
	k.count.Store(int64(len(k.accounts)))
	r.stop()
	store := k.store
	k.job(func() any {
		<-r.ended
		return accountForgotten{id, r.account, store, forgetAccount(store, account)}
	})
}

// forgetAccount takes an account off the disk. The profile goes first, because that
// is what decides: what a crash leaves in the queue is rubbish then (forgetOrphans).
func forgetAccount(store *config.Store, account string) error {
	if _, err := store.Modify(func(p *config.Profile) error {
		p.Accounts = slices.DeleteFunc(p.Accounts, func(a config.Account) bool { return a.ID == account })
		return nil
	}); err != nil {
		return err
	}
	// Tried again at the next start if it fails: the account is gone all the same.
	_ = store.ModifyQueue(func(q *config.Queue) error {
		forgetAll(q, func(id string) bool { return id == account })
		return nil
	})
	return nil
}

// forgetAll takes off the disk what waits for, or came to, some accounts.
func forgetAll(q *config.Queue, of func(account string) bool) {
	q.Outgoing = slices.DeleteFunc(q.Outgoing, func(o config.Outgoing) bool { return of(o.Account) })
	q.Incoming = slices.DeleteFunc(q.Incoming, func(i config.Incoming) bool { return of(i.Account) })
	q.Drafts = slices.DeleteFunc(q.Drafts, func(d config.Draft) bool { return of(d.Account) })
}

// accountForgotten: where the disk did not take it the account is started again.
func (k *core) accountForgotten(m accountForgotten) {
	if m.err == nil {
		k.emit(AccountRemoved{Account: m.of.id})
		k.done(m.id)
		return
	}
	if k.store == m.store && k.store != nil {
		for _, cfg := range k.store.View().Accounts {
			if cfg.ID != m.of.id {
				continue
			}
			if a, err := newAccount(k.world(), cfg, k.store.ViewQueue()); err == nil {
				k.emit(AccountChanged{Account: a.info()})
				k.startAccount(a)
			}
		}
	}
	k.refuse(m.id, problemOf(m.err))
}

// forgetOrphans takes off the disk what belongs to no account: a crash came between
// removing one and removing its texts.
func (k *core) forgetOrphans(p config.Profile, q config.Queue) {
	known := map[string]bool{}
	for _, a := range p.Accounts {
		known[a.ID] = true
	}
	orphan := func(account string) bool { return !known[account] }
	before := len(q.Outgoing) + len(q.Incoming) + len(q.Drafts)
	forgetAll(&q, orphan)
	if len(q.Outgoing)+len(q.Incoming)+len(q.Drafts) == before {
		return
	}
	store := k.store
	k.job(func() any {
		_ = store.ModifyQueue(func(q *config.Queue) error { forgetAll(q, orphan); return nil })
		return nil
	})
}
