package client

import (
	"context"
	"maps"
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// trayLimit bounds the requests that wait: strangers can mint addresses.
const trayLimit = 50

// serverPatience bounds what we ask of the server about contacts.
const serverPatience = 30 * time.Second

// tell carries out something on the stream without waiting for it here. What
// fails is made up for when the account is online the next time (reconcile).
func (a *account) tell(s *xmpp.Stream, f func(context.Context)) {
	if s == nil {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
		defer cancel()
		f(ctx)
	}()
}

// introduction is what the server has still to be told of a new contact. It is
// kept until that was done: a stream can break off in the middle, and the one that
// goes on begins with no list of contacts to compare ours with.
type introduction struct {
	to    xmpp.Address
	name  string
	asked bool // they asked us: they may see us
}

// introduced says that the server was told.
type introduced struct{ key string }

// introduce tells the server of contacts: one after the other, because there may
// be a thousand.
func (a *account) introduce(s *xmpp.Stream, all map[string]introduction) {
	if s == nil || len(all) == 0 {
		return
	}
	box := a.box
	all = maps.Clone(all)
	go func() {
		for key, i := range all {
			if i.tell(s) {
				box.put(introduced{key})
			}
			select {
			case <-s.Done():
				return
			default:
			}
		}
	}()
}

// tell puts a contact on the server's list and asks to see them.
func (i introduction) tell(s *xmpp.Stream) bool {
	ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
	defer cancel()
	if i.asked && s.Approve(ctx, i.to) != nil {
		return false
	}
	return s.SetRosterItem(ctx, i.to, i.name) == nil && s.Subscribe(ctx, i.to) == nil
}

// addContact asks somebody to be a contact.
func (a *account) addContact(m AddContact) {
	address, err := xmpp.ParseAddress(m.Address)
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	key := address.String()
	switch {
	case address.Equal(a.address):
		a.refuse(m.ID, Problem{Cause: AddressOwn})
		return
	case a.contact(key) != nil:
		a.refuse(m.ID, Problem{Cause: AddressKnown})
		return
	}
	waiting := a.pending[key]
	a.saveProfile(func(p *config.Account) error {
		if contactIn(p, key) == nil {
			p.Contacts = append(p.Contacts, config.Contact{Address: key, Name: m.Name, Asked: true, Keys: a.told(m.Key)})
		}
		p.Removed = slices.DeleteFunc(p.Removed, func(r string) bool { return r == key })
		p.Requests = slices.DeleteFunc(p.Requests, func(r config.Request) bool { return r.Address == key })
		if slices.Contains(p.Blocked, key) { // whoever is added is wanted
			p.Blocked = without(p.Blocked, key)
			p.Unblocked = append(without(p.Unblocked, key), key)
		}
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		if a.shut[key] {
			delete(a.shut, key)
			delete(a.unhidden, key)
			a.regate()
			a.hide(a.stream(), false)
		}
		a.welcome(key, waiting)
		a.done(m.ID)
	})
}

// told is what is kept of a key that a link named: it is the first one, so that
// any other is a new one. It is trusted no more than others.
func (a *account) told(key otr.Fingerprint) []config.Key {
	if key.IsZero() || key == a.identity.Fingerprint() {
		return nil
	}
	return []config.Key{{Fingerprint: key, First: time.Now().UTC(), Told: true}}
}

// answerRequest accepts or refuses a stranger.
func (a *account) answerRequest(m AnswerRequest) {
	key := m.Peer.Address
	address, err := xmpp.ParseAddress(key)
	if err != nil || !a.pending[key] {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	a.saveProfile(func(p *config.Account) error {
		p.Requests = slices.DeleteFunc(p.Requests, func(r config.Request) bool { return r.Address == key })
		if m.Accept && contactIn(p, key) == nil {
			p.Removed = slices.DeleteFunc(p.Removed, func(r string) bool { return r == key })
			p.Contacts = append(p.Contacts, config.Contact{Address: key, Asked: true})
		}
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		if m.Accept {
			a.welcome(key, true)
		} else {
			delete(a.pending, key)
			a.emit(RequestGone{Peer: m.Peer})
			s := a.stream()
			a.tell(s, func(ctx context.Context) { _ = s.Refuse(ctx, address) })
		}
		a.done(m.ID)
	})
}

// welcome makes a chat for a new contact and tells the server. asked says that
// they had asked us.
func (a *account) welcome(key string, asked bool) {
	c := a.newChat(key)
	if c == nil {
		return
	}
	if a.pending[key] {
		delete(a.pending, key)
		a.emit(RequestGone{Peer: c.peer})
	}
	name := ""
	if k := a.contact(key); k != nil {
		name = k.Name
	}
	a.untold[key] = introduction{c.address, name, asked}
	a.introduce(a.stream(), map[string]introduction{key: a.untold[key]})
	a.update(c)
}

// requested: somebody wants to be a contact. Whoever is one already is let in;
// a stranger leaves one request in a tray that has a bound.
func (a *account) requested(e xmpp.SubscriptionRequested) {
	key := e.From.Bare().String()
	s := a.stream()
	if a.contact(key) != nil {
		from := e.From.Bare()
		a.tell(s, func(ctx context.Context) { _ = s.Approve(ctx, from) })
		return
	}
	if a.pending[key] || len(a.pending) >= trayLimit || key == a.address.String() {
		return
	}
	if _, err := xmpp.ParseAddress(key); err != nil {
		return // an address made to look like another
	}
	a.pending[key] = true
	a.saveProfile(func(p *config.Account) error {
		p.Requests = append(p.Requests, config.Request{Address: key, When: time.Now().UTC()})
		return nil
	}, func(err error) {
		if err != nil {
			delete(a.pending, key)
			return
		}
		a.emit(RequestArrived{Peer: Peer{Account: a.id, Address: key}})
	})
}

// renameContact gives a contact another name, here and on the server's list.
func (a *account) renameContact(m RenameContact) {
	key := m.Peer.Address
	c := a.chat(key)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	a.saveProfile(func(p *config.Account) error {
		k := contactIn(p, key)
		if k == nil {
			return errNoContact
		}
		k.Name = m.Name
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		a.update(c)
		a.done(m.ID)
	})
}

// removeContact forgets a contact, their keys and what waits for them.
func (a *account) removeContact(m RemoveContact) {
	key := m.Peer.Address
	c := a.chat(key)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	a.endChat(c)
	a.update(c)
	c.leaving = true
	a.saveProfile(func(p *config.Account) error {
		p.Contacts = slices.DeleteFunc(p.Contacts, func(k config.Contact) bool { return k.Address == key })
		if !slices.Contains(p.Removed, key) && len(p.Removed) < config.MaxContacts {
			p.Removed = append(p.Removed, key)
		}
		return nil
	}, func(err error) {
		if err != nil {
			c.leaving = false
			a.update(c)
			a.refuse(m.ID, problemOf(err))
			return
		}
		// only now, so that nothing is lost where the contact stays
		a.saveQueue(func(q *config.Queue) error { forgetTexts(q, a.id, key); return nil }, nil)
		delete(a.chats, key)
		delete(a.untold, key)
		a.drafts.forget(key)
		a.out = slices.DeleteFunc(a.out, func(o *outText) bool { return o.chat == c })
		s := a.stream()
		a.tell(s, func(ctx context.Context) { a.takeOff(ctx, s, c.address) })
		a.emit(ContactRemoved{Peer: m.Peer})
		a.done(m.ID)
	})
}

// forgetTexts takes off the disk what waits for a contact or came from them.
func forgetTexts(q *config.Queue, account, peer string) {
	q.Outgoing = slices.DeleteFunc(q.Outgoing, func(o config.Outgoing) bool { return o.Account == account && o.Peer == peer })
	q.Incoming = slices.DeleteFunc(q.Incoming, func(i config.Incoming) bool { return i.Account == account && i.Peer == peer })
	q.Drafts = slices.DeleteFunc(q.Drafts, func(d config.Draft) bool { return d.Account == account && d.Peer == peer })
}

// presence: a resource of a contact came, changed or went.
func (a *account) presence(e xmpp.PresenceChanged) {
	bare, full := e.From.Bare().String(), e.From.String()
	c := a.chat(bare)
	if c == nil {
		return
	}
	if k := a.contact(bare); k != nil && k.Asked && e.Available && !c.answered {
		c.answered = true
		a.saveProfile(func(p *config.Account) error {
			if k := contactIn(p, bare); k != nil {
				k.Asked = false
			}
			return nil
		}, func(error) { c.answered = false; a.update(c) })
	}
	switch {
	case e.Available:
		p, was := c.there[full]
		if !was {
			if len(c.there) >= mostResources {
				return
			}
			p.at = time.Now()
		}
		p.show, p.low = e.Show, e.Priority < 0
		put(&c.there, full, p)
		if !was {
			c.failed = false
		}
		a.seek(c)
	case e.From.Resourcepart() == "":
		for f := range c.there {
			a.gone(c, f)
		}
	default:
		a.gone(c, full)
	}
	a.update(c)
}

// gone: a full address went offline. What waits for it waits on.
func (a *account) gone(c *chat, full string) {
	delete(c.there, full)
	if full == c.endedBy {
		c.ended = false // one program was closed; another of theirs may be there
	}
	if len(c.there) == 0 {
		c.ended, c.failed, c.tooOld = false, false, false
	}
	if c.otr == nil {
		return
	}
	a.parted(c, func(v *otr.Conversation) bool { return v.Peer() == full })
	delete(c.tries, full)
	a.otrEvents(c, c.otr.Gone(time.Now(), full)) // its talks stay while otr still reads what is under way
	c.toSend = slices.DeleteFunc(c.toSend, func(p *parcel) bool { return p.to == full })
	a.seek(c)
}

// rosterChanged: what the server's list says of a contact. It adds nobody: who
// is heard is decided here, not there.
func (a *account) rosterChanged(e xmpp.RosterChanged) {
	if !e.Removed {
		a.accepted(e.Item)
	}
}

// accepted notes who of these lets us see them, and has been asked: on disk at
// once, however many they are.
func (a *account) accepted(items ...xmpp.RosterItem) {
	now := map[string]bool{}
	for _, i := range items {
		key := i.Address.Bare().String()
		if k := a.contact(key); k != nil && k.Asked && (i.Subscription == "to" || i.Subscription == "both") {
			now[key] = true
		}
	}
	if len(now) == 0 {
		return
	}
	a.saveProfile(func(p *config.Account) error {
		for i := range p.Contacts {
			if now[p.Contacts[i].Address] {
				p.Contacts[i].Asked = false
			}
		}
		return nil
	}, func(error) {
		for key := range now {
			if c := a.chats[key]; c != nil {
				a.update(c)
			}
		}
	})
}

// reconcile brings the server's list in line with ours, after signing in.
func (a *account) reconcile(s *xmpp.Stream) {
	items := map[string]xmpp.RosterItem{}
	roster := s.Roster()
	for _, i := range roster {
		items[i.Address.Bare().String()] = i
	}
	a.accepted(roster...)
	for _, k := range a.cfg.Contacts {
		if a.shutOut(k.Address) {
			continue
		}
		i, there := items[k.Address]
		freed := slices.Contains(a.cfg.Unblocked, k.Address) // told when the server blocks them no more
		if there && !freed && (i.Ask || i.Subscription == "to" || i.Subscription == "both") {
			delete(a.untold, k.Address)
			continue
		}
		if c := a.chats[k.Address]; c != nil {
			a.untold[k.Address] = introduction{c.address, k.Name, freed || a.untold[k.Address].asked}
		}
	}
	ready := maps.Clone(a.untold)
	maps.DeleteFunc(ready, func(key string, _ introduction) bool { return slices.Contains(a.cfg.Unblocked, key) })
	a.introduce(s, ready)
	a.forgetRemoved(s, func(address string) bool { _, there := items[address]; return there })
}
