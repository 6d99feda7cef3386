package otr

import (
	"slices"
	"time"
)

// How much a chat keeps, and for how long. The server can mint addresses and
// tags, so everything has an end.
const (
	maxPromoted   = 8               // live conversations
	maxCandidates = 8               // exchanges and locked conversations together
	maxPast       = 8               // replaced conversations that still read, and as many ended ones
	pastAge       = 2 * time.Minute // how long a replaced conversation still reads
	exchangeAge   = 2 * time.Minute // how long an exchange may stand still
)

// Chat is everything OTR with one contact (a bare address) of one account. It
// is not safe for concurrent use.
type Chat struct {
	id     *Identity
	self   string
	now    time.Time // the latest that a caller gave
	all    []*Conversation
	wishes []*wish
	pieces assembly
	purse  purse
	opened recent // messages, to know one that comes twice
}

// NewChat makes an empty chat. self is our own full address: with it both ends
// agree on who starts an exchange.
func NewChat(id *Identity, self string) *Chat { return &Chat{id: id, self: self} }

// Tick does what time has made due. It wants to be called about once a second.
func (c *Chat) Tick(now time.Time) []Event {
	c.at(now)
	c.pieces.expire(c.now)
	for _, v := range slices.Clone(c.all) {
		if v.state == past && !c.now.Before(v.until) || v.state == exchanging && c.now.Sub(v.used) > exchangeAge {
			c.forget(v)
		}
	}
	return c.ask()
}

// Quiet reports whether there is nothing that time could make due: Tick would do
// nothing, until something is received or begun.
func (c *Chat) Quiet() bool { return len(c.all) == 0 && len(c.wishes) == 0 && len(c.pieces.open) == 0 }

// Gone says that a full address went offline: exchanges with it are dropped,
// its conversations can for a little while still read what is under way.
func (c *Chat) Gone(now time.Time, from string) (events []Event) {
	c.at(now)
	c.unwish(from)
	for _, v := range slices.Clone(c.all) {
		if v.peer != from {
			continue
		}
		switch v.state {
		case live, locked:
			events = append(events, c.retire(v)...)
		case exchanging, over:
			c.forget(v)
		case past, closed:
		}
	}
	return events
}

// Promote accepts the key of a conversation that turned private: it takes the
// place of any other live one at the same full address, which is one program
// whatever its tag. The one before stays for two minutes to read what is under
// way. It fails with ErrNotOurs, ErrNotPrivate or ErrTampered.
func (c *Chat) Promote(v *Conversation) error {
	if v == nil || v.chat != c {
		return ErrNotOurs
	}
	if err := v.usable(); err != nil {
		return err
	}
	if v.state == live {
		return nil
	}
	for _, o := range slices.Clone(c.all) {
		if o != v && o.peer == v.peer {
			switch o.state {
			case live:
				c.retire(o)
			case over:
				c.forget(o)
			case exchanging, locked, past, closed:
			}
		}
	}
	c.room(maxPromoted, c.retireQuietly, live)
	v.state, v.used = live, c.now
	return nil
}

// Drop forgets a conversation without a word to the other side. A check that
// was going on in it is aborted.
func (c *Chat) Drop(v *Conversation) []Event {
	if v == nil || v.chat != c {
		return nil
	}
	events := v.stopCheck()
	c.forget(v)
	return events
}

// Conversations returns the live ones, the locked ones (private, not
// promoted), those in exchange, and those that the other side ended and that
// nothing has replaced yet. It is a copy.
func (c *Chat) Conversations() []*Conversation {
	var list []*Conversation
	for _, v := range c.all {
		if v.state != past {
			list = append(list, v)
		}
	}
	return list
}

func (c *Chat) at(now time.Time) {
	if now.After(c.now) {
		c.now = now
	}
}

// forget takes a conversation out of the chat and its engine out of reach.
func (c *Chat) forget(v *Conversation) {
	if i := slices.Index(c.all, v); i >= 0 {
		c.all = slices.Delete(c.all, i, i+1)
	}
	if v.state != over {
		v.state = closed
	}
	v.engine = nil
}

// retire makes a private conversation one that only reads.
func (c *Chat) retire(v *Conversation) []Event {
	events := v.stopCheck()
	c.room(maxPast, c.forget, past)
	v.state, v.until = past, c.now.Add(pastAge)
	return events
}

func (c *Chat) retireQuietly(v *Conversation) { c.retire(v) }

// room makes sure that one more conversation of these states fits in.
func (c *Chat) room(most int, evict func(*Conversation), states ...state) {
	for {
		var found []*Conversation
		for _, v := range c.all {
			if slices.Contains(states, v.state) {
				found = append(found, v)
			}
		}
		if len(found) < most {
			return
		}
		evict(slices.MinFunc(found, func(a, b *Conversation) int {
			// One whose exchange is not over goes before one that is private.
			if a.state != b.state {
				return int(a.state) - int(b.state)
			}
			return a.used.Compare(b.used)
		}))
	}
}

// find returns the conversation of that address and tag in that state.
func (c *Chat) find(peer string, tag uint32, s state) *Conversation {
	for _, v := range c.all {
		if v.peer == peer && v.tag == tag && v.state == s {
			return v
		}
	}
	return nil
}

// purse bounds how much work strangers' exchanges may cause: a new engine
// takes a few milliseconds of arithmetic, an exchange up to fifty.
type purse struct {
	spent int
	since time.Time
}

const (
	purseSize   = 24
	purseRefill = time.Second
)

func (p *purse) pay(now time.Time) bool {
	if back := int(now.Sub(p.since) / purseRefill); back > 0 {
		p.spent = max(0, p.spent-back)
		p.since = now
	}
	if p.spent >= purseSize {
		return false
	}
	p.spent++
	return true
}

// recent remembers the IDs of the latest messages that were opened.
type recent struct {
	ids  []ID // a ring, once it is full
	next int
}

// mostRecent is more than a server keeps unacknowledged of one contact.
const mostRecent = 512

func (r *recent) has(id ID) bool { return slices.Contains(r.ids, id) }

func (r *recent) add(id ID) {
	if len(r.ids) < mostRecent {
		r.ids = append(r.ids, id)
		return
	}
	r.ids[r.next] = id
	r.next = (r.next + 1) % mostRecent
}
