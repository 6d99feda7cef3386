package client

import (
	"time"

	"hushwing/config"
	"hushwing/otr"
)

// readsOn is how long a conversation that is over is remembered here: otr reads
// what is under way in a replaced one for two minutes, and says no word when
// it forgets it.
const readsOn = 3 * time.Minute

// pick finds which conversation texts go to (live) and, if there is none, which
// private one the trust rules hold back (locked). It asks the conversations
// themselves, because otr may have replaced, evicted or closed one without an
// event; and it does not depend on the order in which they came. A checked key
// goes before any other, then the conversation that turned private last.
func (a *account) pick(c *chat) {
	c.live, c.locked = nil, nil
	k := a.contact(c.peer.Address)
	if k == nil {
		return
	}
	var live, locked *talk
	for v, t := range c.talks {
		switch {
		case !v.Private() || !t.settled:
		case !judge(k.Keys, v.Fingerprint()).open():
			if locked == nil || t.order > locked.order {
				c.locked, locked = v, t
			}
		case c.ended || !v.Live() || c.superseded(v, t):
		case live == nil, better(k.Keys, v, t, c.live, live):
			c.live, live = v, t
		}
	}
	if c.live != nil {
		c.locked = nil
	}
}

// better reports whether v is to be preferred to w.
func better(keys []config.Key, v *otr.Conversation, t *talk, w *otr.Conversation, u *talk) bool {
	x, y := judge(keys, v.Fingerprint()) == openChecked, judge(keys, w.Fingerprint()) == openChecked
	if x != y {
		return x
	}
	return t.order > u.order
}

// refresh makes a chat agree with what otr and the trust rules say now.
func (a *account) refresh(c *chat) {
	if c.otr != nil {
		a.resettle(c)
	}
	a.pick(c)
	if t := c.trial; t != nil && (!t.in.Private() || c.talks[t.in] == nil || c.superseded(t.in, c.talks[t.in])) {
		a.breakOff(c)
	}
}

// resettle promotes private conversations whose key the rules have come to
// accept: by a check, or because the user insisted.
func (a *account) resettle(c *chat) {
	k := a.contact(c.peer.Address)
	if k == nil {
		return
	}
	for v, t := range c.talks {
		if t.settled && v.Private() && !v.Live() && judge(k.Keys, v.Fingerprint()).open() && !c.rivalled(v, t) {
			if c.otr.Promote(v) == nil && !t.greeted {
				t.greeted = a.sendSignal(c, v, otr.Signal{Usage: signalHello, Data: []byte{1}})
			}
		}
		a.acknowledge(c, v)
	}
}

// superseded reports whether the same full address has turned private anew, with
// a key that is not accepted: one program has one conversation, so the earlier
// one is not the one that is read there now.
func (c *chat) superseded(v *otr.Conversation, t *talk) bool {
	for w, u := range c.talks {
		if w != v && w.Peer() == v.Peer() && u.settled && w.Private() && !w.Live() && u.order > t.order {
			return true
		}
	}
	return false
}

// rivalled reports whether a later conversation with the same full address is
// accepted: promoting this one would take its place.
func (c *chat) rivalled(v *otr.Conversation, t *talk) bool {
	for w, u := range c.talks {
		if w != v && w.Peer() == v.Peer() && w.Live() && u.order > t.order {
			return true
		}
	}
	return false
}

// forgetOver drops what belongs to conversations that are long over.
func (c *chat) forgetOver(now time.Time) {
	for v, t := range c.talks {
		switch {
		case v.Private():
			t.over = time.Time{}
		case t.over.IsZero():
			t.over = now
		case now.Sub(t.over) > readsOn:
			delete(c.talks, v)
		}
	}
}
