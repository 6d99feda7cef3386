package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
)

// atOnce bounds how many parcels of a chat are on their way at the same time.
const atOnce = 64

// sendText takes a text from the user: on disk first, then it is said to wait.
func (a *account) sendText(m SendText) {
	c, k := a.chat(m.Peer.Address), a.contact(m.Peer.Address)
	if c == nil || k == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	if p := a.protection(c).Protection; !p.Open() {
		a.refuse(m.ID, Problem{Cause: NotPrivateNow})
		return
	}
	if c.betrays(m.Text) {
		a.refuse(m.ID, Problem{Cause: CodeInText})
		return
	}
	plain, err := otr.NewPlain(m.Text)
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	c.seen.text(m.Text) // whoever sits in between reads it
	var live otr.Fingerprint
	if c.live != nil {
		live = c.live.Fingerprint()
	}
	o := &outText{chat: c, Outgoing: config.Outgoing{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: plain.String(),
		Written: time.Now().UTC(), Key: writtenFor(k.Keys, live),
	}}
	a.drafts.forget(m.Peer.Address) // it is in the text, or in what the screen has
	a.saveQueue(func(q *config.Queue) error {
		q.Outgoing = append(q.Outgoing, o.Clone())
		setDraft(q, a.id, o.Peer, "")
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		if !a.has(c) {
			a.refuse(m.ID, Problem{Cause: NoSuchContact})
			return
		}
		a.out = append(a.out, o)
		a.line(c, MessageAdded{ID: m.ID, Message: o.message()})
		a.seek(c)
		a.sendWaiting(c)
		a.update(c)
	})
}

// sendWaiting seals and sends what may go now, in the order in which it was
// written: a text goes into a conversation only after all that were written before
// it have gone there, or wait for the user, or are done with. What another
// conversation with the same key has not brought to its end goes once more, so that
// what was written later cannot overtake it.
func (a *account) sendWaiting(c *chat) {
	v, k := c.live, a.contact(c.peer.Address)
	t := c.talks[v]
	if v == nil || t == nil || k == nil || !v.Live() || a.stream() == nil {
		return
	}
	now := time.Now()
	for _, o := range slices.Clone(a.out) {
		if o.chat != c || o.rests() {
			continue
		}
		if len(c.toSend) >= atOnce {
			return
		}
		elsewhere := o.sealedIn != v && o.sealedIn != nil && o.sealedIn.Live()
		if o.sealedIn == v || elsewhere && o.Key != v.Fingerprint() {
			// under way, perhaps to another program of theirs with another key
			if o.missing(c.talks[o.sealedIn], now) && mayGo(k.Keys, o.Key, o.sealedIn.Fingerprint()) && !a.seal(c, o.sealedIn, o) {
				break
			}
			continue
		}
		if !mayGo(k.Keys, o.Key, v.Fingerprint()) {
			a.setMark(o, OtherKey, nil)
			continue
		}
		if len(o.IDs) > 0 && !t.hushwing {
			// It was sent before, and may have arrived. Only another Hushwing
			// would recognise a repetition.
			wait := helloWait
			if o.confirms || confirmsTexts(k, o.Key) {
				wait = longHelloWait
			}
			if now.Sub(t.private) < wait {
				return // the next ones wait too: order holds
			}
			if elsewhere {
				continue // two programs with one key, and this one would not know it again
			}
			if o.mark == ServerHas && !o.confirms {
				a.settleFate(o, o.metBy(c, v, t))
				continue
			}
		}
		if len(o.IDs) > 0 && !o.released && now.Sub(o.Written) > config.SeenFor {
			a.doubt(o) // who has it may have forgotten by now that they do
			continue
		}
		if !a.seal(c, v, o) {
			break // the others wait for it
		}
	}
	a.flush(c)
}

// seal seals one text. What names it is on disk before it goes out, so that
// after a crash a repetition can be announced as one. It reports whether the next
// one may follow.
func (a *account) seal(c *chat, v *otr.Conversation, o *outText) bool {
	plain, err := otr.NewPlain(o.Text)
	if err != nil {
		p := problemOf(err)
		a.setMark(o, NotSent, &p)
		return true
	}
	if len(o.IDs) > 0 && !a.announce(c, v, plain.String(), o.IDs) {
		a.refresh(c)
		return false
	}
	before := v.SealedWith()
	wires, id, err := v.Seal(plain)
	if err != nil {
		a.refresh(c)
		return false // the conversation is over; the text waits for the next one
	}
	switch {
	case o.sealedIn != v:
		o.silences = 0
	case o.overtaken.IsZero():
		o.silences = min(o.silences+1, silentMost)
	}
	a.turns++
	o.sealedIn, o.turn, o.to, o.Key, o.IDs = v, a.turns, v.Peer(), v.Fingerprint(), addSealing(o.IDs, id)
	o.at, o.had, o.overtaken = time.Now(), time.Time{}, time.Time{}
	o.stanzas, o.sent = nil, nil
	o.sealedWith = v.SealedWith()
	o.firstWith = before != o.sealedWith
	o.confirms = o.confirms || c.talks[v].hushwing
	if o.mark != ServerHas {
		a.setMark(o, Waiting, nil)
	}
	p := c.post(v.Peer(), wires, o)
	p.waiting = true
	key, state, turn := o.Key, o.diskState(), o.turn
	a.saveQueue(func(q *config.Queue) error {
		if d := outgoingIn(q, o.ID); d != nil {
			d.IDs, d.Key, d.State = addSealing(d.IDs, id), key, state
		}
		return nil
	}, func(err error) {
		p.waiting = false
		if err != nil {
			p.dropped = true
			if o.turn == turn {
				problem := problemOf(err)
				a.setMark(o, NotSent, &problem)
			}
		}
		a.flush(c)
		if len(c.toSend) == 0 {
			a.sendWaiting(c) // there was no room for more
		}
	})
	return true
}

// mostSealings bounds the IDs of one text, within config's own bound: the latest
// are those that matter.
const mostSealings = 100

func addSealing(ids []otr.ID, id otr.ID) []otr.ID {
	ids = append(ids, id)
	return ids[max(0, len(ids)-mostSealings):]
}

// releaseText sends a text that was held back, to the key that is there now.
func (a *account) releaseText(m ReleaseText) {
	c := a.chat(m.Peer.Address)
	o := a.findOut(c, m.Message)
	if o == nil || o.mark != OtherKey && !o.rests() {
		return
	}
	if o.mark == OtherKey {
		if c.live == nil {
			return
		}
		o.Key = c.live.Fingerprint()
	}
	o.sealedIn, o.released = nil, true
	a.setMark(o, Waiting, nil)
	a.saveState(o)
	c.open = true
	a.seek(c)
	a.sendWaiting(c)
	a.update(c)
}

// discardText forgets a text that has not arrived.
func (a *account) discardText(m DiscardText) {
	c := a.chat(m.Peer.Address)
	o := a.findOut(c, m.Message)
	if o == nil || o.mark == ServerHas && o.problem == nil {
		return // what the server has cannot be called back
	}
	if o.mark == ServerHas {
		a.setMark(o, ServerHas, nil) // the user leaves it at that
		a.finish(o)
		return
	}
	for _, p := range c.toSend {
		if p.text == o {
			p.dropped = true
		}
	}
	a.keepDiscarded(o)
	a.finish(o)
	a.emit(MessageRemoved{Peer: c.peer, Message: o.ID, Sent: o.mayHaveArrived()})
}
