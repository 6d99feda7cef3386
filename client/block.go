package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"hushwing/config"
	"hushwing/xmpp"
)

// Whom the user has blocked is decided here, and held here, whatever the server
// does: nothing of theirs gets past the gate, no request of theirs is shown, no
// private chat begins, and no presence of ours goes out before the server has been
// told to keep it from them. Where the server knows how to block (XEP-0191) it is
// told, so that it sends nothing of theirs either; where not, their leave to see us
// is taken back, which it tells them. What the server blocks, or says that it blocks,
// by itself changes nothing here.

// offered says what a server can do.
type offered struct {
	of     *xmpp.Stream
	offers xmpp.Offers
}

// hidden says what the server was told of whom we blocked or not any longer.
type hidden struct {
	of       *xmpp.Stream
	blocked  []string
	released []string
}

// shutOut reports whether a bare address is blocked.
func (a *account) shutOut(bare string) bool { return a.shut[bare] }

// regate lets in the contacts who are not blocked.
func (a *account) regate() { a.gate.set(a.cfg.Contacts, a.shut) }

func (a *account) blockContact(m BlockContact) {
	address, err := xmpp.ParseAddress(m.Peer.Address)
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	key := address.String()
	switch {
	case address.Equal(a.address):
		a.refuse(m.ID, Problem{Cause: AddressOwn})
		return
	case a.shut[key]:
		a.done(m.ID)
		return
	}
	a.shut[key] = true // from here on, whatever the disk takes
	a.regate()
	c := a.chats[key]
	if c != nil {
		a.endChat(c)
		clear(c.there)
		c.ended, c.lost, c.cry = false, nil, ""
		a.update(c)
	}
	a.saveProfile(func(p *config.Account) error {
		if !slices.Contains(p.Blocked, key) {
			p.Blocked = append(p.Blocked, key)
			slices.Sort(p.Blocked)
		}
		p.Unblocked = without(p.Unblocked, key)
		p.Requests = slices.DeleteFunc(p.Requests, func(r config.Request) bool { return r.Address == key })
		return nil
	}, func(err error) {
		if err != nil {
			delete(a.shut, key)
			a.regate()
			if c != nil {
				a.update(c)
			}
			a.refuse(m.ID, problemOf(err))
			return
		}
		if a.pending[key] {
			delete(a.pending, key)
			a.emit(RequestGone{Peer: Peer{Account: a.id, Address: key}})
		}
		delete(a.untold, key)
		a.unhidden[key] = true
		a.emit(AccountChanged{Account: a.info()})
		a.hide(a.stream(), false)
		a.done(m.ID)
	})
}

func (a *account) unblock(m Unblock) {
	key := m.Peer.Address
	if !a.shut[key] {
		a.done(m.ID)
		return
	}
	a.saveProfile(func(p *config.Account) error {
		p.Blocked = without(p.Blocked, key)
		if !slices.Contains(p.Unblocked, key) && len(p.Unblocked) < config.MaxContacts {
			p.Unblocked = append(p.Unblocked, key)
		}
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		delete(a.shut, key)
		delete(a.unhidden, key)
		a.regate()
		a.emit(AccountChanged{Account: a.info()})
		if c := a.chat(key); c != nil {
			a.untold[key] = introduction{c.address, a.contact(key).Name, true} // they may see us again
			a.update(c)
		}
		a.hide(a.stream(), false)
		a.done(m.ID)
	})
}

// without returns a list without one address.
func without(list []string, key string) []string {
	return slices.DeleteFunc(list, func(x string) bool { return x == key })
}

// sender is who an event is from or about, as a bare address, or "".
func sender(e xmpp.Event) string {
	switch e := e.(type) {
	case xmpp.MessageReceived:
		return e.From.Bare().String()
	case xmpp.MessageBounced:
		return e.From.Bare().String()
	case xmpp.PresenceChanged:
		return e.From.Bare().String()
	case xmpp.SubscriptionRequested:
		return e.From.Bare().String()
	case xmpp.RosterChanged:
		return e.Item.Address.Bare().String()
	}
	return ""
}

// hide tells the server whom we block, and whom not any longer. all: the session is
// a new one, so it is compared with what the server knows. What comes of it is
// hidden; nothing is told twice at the same time.
func (a *account) hide(s *xmpp.Stream, all bool) {
	if s == nil || a.hiding || len(a.unhidden) == 0 && len(a.cfg.Unblocked) == 0 {
		return
	}
	a.hiding = true
	blocked, released := a.hideList(), slices.Clone(a.cfg.Unblocked)
	offers, known, box := a.offers, a.offersKnown, a.box
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
		defer cancel()
		if !known {
			var err error
			if offers, err = s.Offers(ctx); err == nil {
				box.put(offered{s, offers})
			}
		}
		out := hidden{of: s}
		var there []xmpp.Address
		if all && offers.Blocking {
			there, _ = s.Blocked(ctx)
		}
		for _, key := range blocked {
			if hideOne(ctx, s, key, offers.Blocking, there, !all) {
				out.blocked = append(out.blocked, key)
			}
		}
		for _, key := range released {
			if releaseOne(ctx, s, key, offers.Blocking) {
				out.released = append(out.released, key)
			}
		}
		box.put(out)
	}()
}

// hideList is whom the server has still to be told of.
func (a *account) hideList() (out []string) {
	for key := range a.unhidden {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// hideOne has the server keep us from somebody: by blocking, else by taking back
// their leave to see us. Somebody who sees us now (seen) is told that we are gone
// first: not every server that blocks does that (ejabberd).
func hideOne(ctx context.Context, s *xmpp.Stream, key string, blocking bool, there []xmpp.Address, seen bool) bool {
	address, err := xmpp.ParseAddress(key)
	if err != nil {
		return true
	}
	if seen && blocking {
		_ = s.HideFrom(ctx, address)
	}
	if blocking && (slices.ContainsFunc(there, address.Equal) || s.Block(ctx, address) == nil) {
		return true
	}
	return s.Refuse(context.Background(), address) == nil // written before any presence, or the stream is over
}

// releaseOne takes a block back.
func releaseOne(ctx context.Context, s *xmpp.Stream, key string, blocking bool) bool {
	address, err := xmpp.ParseAddress(key)
	if err != nil || !blocking {
		return true
	}
	err = s.Unblock(ctx, address)
	var refused *xmpp.StanzaError // it does not block them
	return err == nil || errors.As(err, &refused)
}

// hidden takes what the server was told. Our presence may go out now.
func (a *account) hiddenFrom(m hidden) {
	a.hiding = false
	s := a.stream()
	again := func(error) {
		if s != nil && a.stream() == s {
			a.hide(s, false)
		}
	}
	if len(m.released) > 0 {
		a.saveProfile(func(p *config.Account) error {
			for _, key := range m.released {
				p.Unblocked = without(p.Unblocked, key)
			}
			return nil
		}, again)
	}
	if s == nil {
		return
	}
	if s != m.of { // the session went on over another connection, or is another one
		a.appear(s)
		again(nil)
		return
	}
	for _, key := range m.blocked {
		delete(a.unhidden, key)
	}
	for _, key := range m.released {
		if i, ok := a.untold[key]; ok {
			a.introduce(s, map[string]introduction{key: i})
			if a.announced { // they may see us again, and see us now
				to, show := i.to, a.showing
				a.tell(s, func(ctx context.Context) {
					_ = s.ShowTo(ctx, to, show)
					_ = s.LookAt(ctx, to)
				})
			}
		}
	}
	if len(m.blocked)+len(m.released) == 0 {
		time.AfterFunc(hidePause, func() { a.box.put(hideAgain{s}) })
		return
	}
	a.appear(s)
	if len(m.released) == 0 { // else once that is written down
		a.hide(s, false) // what was decided meanwhile
	}
}

// hidePause is how long a server that took nothing is left in peace.
const hidePause = 10 * time.Second

// hideAgain says that it is over.
type hideAgain struct{ of *xmpp.Stream }

// askOffers finds out what the server can do, once in a session.
func (a *account) askOffers(s *xmpp.Stream) {
	if a.offersKnown || a.hiding {
		return
	}
	box := a.box
	a.tell(s, func(ctx context.Context) {
		if offers, err := s.Offers(ctx); err == nil {
			box.put(offered{s, offers})
		}
	})
}

func (a *account) offered(m offered) {
	if a.stream() != m.of {
		return
	}
	a.offers, a.offersKnown = m.offers, true
	a.emit(AccountChanged{Account: a.info()})
}

// appear sends our presence, unless somebody who is blocked would see it.
func (a *account) appear(s *xmpp.Stream) {
	if len(a.unhidden) > 0 {
		a.hide(s, true)
		return
	}
	if !a.announced || a.showing != a.cfg.Show {
		a.showing = a.cfg.Show
		a.announced = s.Show(context.Background(), a.showing) == nil
	}
}

// begin starts a new session's dealings with the server's list of the blocked.
func (a *account) begin() {
	a.announced, a.hiding = false, false
	a.offers, a.offersKnown = xmpp.Offers{}, false
	clear(a.unhidden)
	for key := range a.shut {
		a.unhidden[key] = true
	}
}
