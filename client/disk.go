package client

import (
	"context"

	"hushwing/config"
)

// change is one wish of an account to alter what is on disk. Exactly one of
// profile and queue is set. done runs on the account's goroutine once the
// change is durable, or has failed and altered nothing.
type change struct {
	profile func(*config.Account) error
	queue   func(*config.Queue) error
	done    func(error)
}

// written carries the outcome of changes back to the account's goroutine.
type written struct {
	done    func(error)
	err     error
	account *config.Account // the account as it is now, after a change of the profile
}

// disk carries out an account's changes in order, off its goroutine. Changes of
// the queue, or of the profile, that have piled up go to disk together: one sync
// for many.
type disk struct {
	store   *config.Store
	account string
	in      *mailbox[change]
	out     func(written)
}

// run ends with ctx, after everything that was asked before.
func (d *disk) run(ctx context.Context) {
	for {
		last := ctx.Err() != nil
		for batch := d.in.take(); len(batch) > 0; {
			n := 0
			for n < len(batch) && batch[n].queue != nil {
				n++
			}
			if n > 0 {
				d.writeQueue(batch[:n])
				batch = batch[n:]
				continue
			}
			for n < len(batch) && batch[n].profile != nil {
				n++
			}
			d.writeProfile(batch[:n])
			batch = batch[n:]
		}
		if last {
			return
		}
		select {
		case <-d.in.ready:
		case <-ctx.Done():
		}
	}
}

// writeQueue writes a group at once. If that fails each goes by itself, so
// that the one that does not fit fails alone.
func (d *disk) writeQueue(group []change) {
	err := d.store.ModifyQueue(func(q *config.Queue) error {
		for _, c := range group {
			if err := c.queue(q); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range group {
		e := err
		if err != nil && len(group) > 1 {
			e = d.store.ModifyQueue(c.queue)
		}
		d.out(written{done: c.done, err: e})
	}
}

// writeProfile does the same with the profile.
func (d *disk) writeProfile(group []change) {
	now, err := d.modify(group)
	if err != nil && len(group) > 1 {
		for i := range group {
			d.writeProfile(group[i : i+1])
		}
		return
	}
	for _, c := range group {
		d.out(written{done: c.done, err: err, account: now})
		now = nil // all of it is in the first one
	}
}

// modify makes changes and returns the account as it is then.
func (d *disk) modify(group []change) (*config.Account, error) {
	var now config.Account
	_, err := d.store.Modify(func(p *config.Profile) error {
		for i := range p.Accounts {
			if p.Accounts[i].ID != d.account {
				continue
			}
			for _, c := range group {
				if err := c.profile(&p.Accounts[i]); err != nil {
					return err
				}
			}
			now = p.Accounts[i].Clone()
			return nil
		}
		return errNoAccount
	})
	if err != nil {
		return nil, err
	}
	return &now, nil
}
