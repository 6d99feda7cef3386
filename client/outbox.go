package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// outText is a text of ours from the moment it is on disk until its reader's
// program has confirmed it (or, with programs that never do, the server).
type outText struct {
	config.Outgoing // as on disk
	chat            *chat
	sealedIn        *otr.Conversation // the conversation it was last sealed in
	stanzas         []xmpp.StanzaID   // under way, not acknowledged
	sent            []xmpp.StanzaID   // of the last sealing, acknowledged or not: for bounces
	confirms        bool              // its reader's program confirms, so the server's word is not the end
	mark            Mark
	problem         *Problem
}

// What config.Outgoing.State can hold, besides nothing.
const (
	stateServer  = "server"  // the server has it, and nobody will say more
	stateConfirm = "confirm" // it went to a program that confirms, which has not
	stateHeld    = "held"    // as stateConfirm, and the server has it
	stateBounced = "bounced" // the server sent it back
)

// atOnce bounds how many parcels of a chat are on their way at the same time.
const atOnce = 64

// loadQueue takes what waited when the program ended.
func (a *account) loadQueue(q config.Queue) {
	for _, o := range q.Outgoing {
		c := a.chats[o.Peer]
		if o.Account != a.id || c == nil {
			continue
		}
		t := &outText{Outgoing: o, chat: c}
		switch o.State {
		case stateServer:
			t.mark = ServerHas
		case stateConfirm:
			t.confirms = true
		case stateHeld:
			t.mark, t.confirms = ServerHas, true
		case stateBounced:
			t.mark, t.problem = NotSent, &Problem{Cause: Bounced, Retry: RetryNow}
		}
		a.out = append(a.out, t)
	}
	for _, i := range q.Incoming {
		if c := a.chats[i.Peer]; i.Account == a.id && c != nil {
			c.unread[i.ID] = true
		}
	}
	for _, s := range q.Seen {
		a.seen.add(s.ID)
	}
}

// message returns a text of ours as a screen may know it.
func (o *outText) message() Message {
	return Message{
		Peer: o.chat.peer, ID: o.ID, Mine: true, Text: o.Text, Time: o.Written,
		Mark: o.mark, Problem: o.problem,
	}
}

// setMark shows how far a text has come.
func (a *account) setMark(o *outText, m Mark, p *Problem) {
	if o.mark == m && o.problem == p {
		return
	}
	o.mark, o.problem = m, p
	a.emit(MessageChanged{Message: o.message()})
}

// hasWaiting reports whether a chat has texts that want to go.
func (a *account) hasWaiting(c *chat) bool {
	return slices.ContainsFunc(a.out, func(o *outText) bool {
		return o.chat == c && o.mark != NotSent && o.mark != OtherKey && (o.mark == Waiting || len(o.IDs) > 0)
	})
}

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
	plain, err := otr.NewPlain(m.Text)
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	var live otr.Fingerprint
	if c.live != nil {
		live = c.live.Fingerprint()
	}
	o := &outText{chat: c, Outgoing: config.Outgoing{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: plain.String(),
		Written: time.Now().UTC(), Key: writtenFor(k.Keys, live),
	}}
	a.saveQueue(func(q *config.Queue) error {
		q.Outgoing = append(q.Outgoing, o.Clone())
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
		a.emit(MessageAdded{ID: m.ID, Message: o.message()})
		a.seek(c)
		a.sendWaiting(c)
		a.update(c)
	})
}

// sendWaiting seals and sends what may go now, in the order in which it was written.
func (a *account) sendWaiting(c *chat) {
	v, k := c.live, a.contact(c.peer.Address)
	t := c.talks[v]
	if v == nil || t == nil || k == nil || !v.Live() || a.stream() == nil {
		return
	}
	for _, o := range slices.Clone(a.out) {
		if o.chat != c || o.mark == NotSent || o.sealedIn != nil && o.sealedIn.Live() {
			continue // the last: under way, perhaps to another program of theirs
		}
		if len(c.toSend) >= atOnce {
			return
		}
		if !mayGo(k.Keys, o.Key, v.Fingerprint()) {
			a.setMark(o, OtherKey, nil)
			continue
		}
		if len(o.IDs) > 0 && !t.hushwing {
			// It was sent before, and may have arrived. Only another Hushwing
			// would recognise a repetition.
			wait := helloWait
			if o.confirms {
				wait = longHelloWait
			}
			if time.Since(t.private) < wait {
				return // the next ones wait too: order holds
			}
			if o.mark == ServerHas && !o.confirms {
				a.finish(o)
				continue
			}
		}
		a.seal(c, v, o)
	}
	a.flush(c)
}

// seal seals one text. What names it is on disk before it goes out, so that
// after a crash a repetition can be announced as one.
func (a *account) seal(c *chat, v *otr.Conversation, o *outText) {
	plain, err := otr.NewPlain(o.Text)
	if err != nil {
		p := problemOf(err)
		a.setMark(o, NotSent, &p)
		return
	}
	if len(o.IDs) > 0 {
		a.sendSignal(c, v, otr.Signal{Usage: signalRepeat, Data: repeatData(plain.String(), o.IDs)})
	}
	wires, id, err := v.Seal(plain)
	if err != nil {
		a.refresh(c)
		return // the conversation is over; the text waits for the next one
	}
	o.sealedIn, o.Key, o.IDs, o.stanzas, o.sent = v, v.Fingerprint(), addSealing(o.IDs, id), nil, nil
	o.confirms = o.confirms || c.talks[v].hushwing
	if o.mark != ServerHas {
		a.setMark(o, Waiting, nil)
	}
	p := c.post(v.Peer(), wires, o)
	p.waiting = true
	key, state := o.Key, o.diskState()
	a.saveQueue(func(q *config.Queue) error {
		if d := outgoingIn(q, o.ID); d != nil {
			d.IDs, d.Key, d.State = addSealing(d.IDs, id), key, state
		}
		return nil
	}, func(err error) {
		p.waiting = false
		if err != nil {
			p.dropped = true
			problem := problemOf(err)
			a.setMark(o, NotSent, &problem)
		}
		a.flush(c)
	})
}

// acknowledged: the server has these.
func (a *account) acknowledged(e xmpp.Acknowledged) {
	for _, id := range e.IDs {
		for _, o := range a.out {
			i := slices.Index(o.stanzas, id)
			if i < 0 {
				continue
			}
			o.stanzas = slices.Delete(o.stanzas, i, i+1)
			if len(o.stanzas) == 0 && o.mark == Waiting {
				a.setMark(o, ServerHas, nil)
				a.saveState(o)
			}
			break
		}
	}
}

// diskState is what is written down of how far a text has come.
func (o *outText) diskState() string {
	switch {
	case o.mark == NotSent && o.problem != nil && o.problem.Cause == Bounced:
		return stateBounced
	case o.confirms && o.mark == ServerHas:
		return stateHeld
	case o.confirms:
		return stateConfirm
	case o.mark == ServerHas:
		return stateServer
	}
	return ""
}

func (a *account) saveState(o *outText) {
	id, state := o.ID, o.diskState()
	a.saveQueue(func(q *config.Queue) error {
		if d := outgoingIn(q, id); d != nil {
			d.State = state
		}
		return nil
	}, nil)
}

// willConfirm: the other program has said that it confirms texts. What was
// sealed for it before waits for its word from now on.
func (a *account) willConfirm(c *chat, v *otr.Conversation) {
	for _, o := range a.out {
		if o.chat == c && o.sealedIn == v && !o.confirms {
			o.confirms = true
			a.saveState(o)
		}
	}
}

// mostSealings bounds the IDs of one text, below config's own bound: the latest
// are those that matter.
const mostSealings = 50

func addSealing(ids []otr.ID, id otr.ID) []otr.ID {
	ids = append(ids, id)
	return ids[max(0, len(ids)-mostSealings):]
}

// bounced: the server sent a text back. Whatever was said of it before, it did
// not arrive; unless its reader has said otherwise, who cannot be forged.
func (a *account) bounced(e xmpp.MessageBounced) {
	for _, o := range a.out {
		if slices.Contains(o.sent, e.ID) {
			o.stanzas, o.sent = nil, nil
			a.setMark(o, NotSent, &Problem{Cause: Bounced, Detail: e.Condition, Retry: RetryNow})
			a.saveState(o)
			return
		}
	}
}

// theyHave: the other program says, inside the private chat v, that it opened
// the message id and has it safe. Anyone on the way knows the id: what counts
// is that the one who says so holds the key that the text was written for.
func (a *account) theyHave(c *chat, v *otr.Conversation, id otr.ID) {
	for _, o := range a.out {
		if o.chat == c && o.Key == v.Fingerprint() && slices.Contains(o.IDs, id) {
			a.setMark(o, TheyHave, nil)
			a.finish(o)
			return
		}
	}
}

// finish takes a text off the outbox: all has been done for it.
func (a *account) finish(o *outText) {
	a.out = slices.DeleteFunc(a.out, func(x *outText) bool { return x == o })
	a.saveQueue(func(q *config.Queue) error {
		q.Outgoing = slices.DeleteFunc(q.Outgoing, func(d config.Outgoing) bool { return d.ID == o.ID })
		return nil
	}, nil)
}

// unsent: some conversations of a chat are over. Texts that went there and that
// the server has, and whose reader's program never confirms, have come as far as
// they can.
func (a *account) unsent(c *chat, over func(*otr.Conversation) bool) {
	for _, o := range slices.Clone(a.out) {
		if o.chat != c || o.sealedIn == nil || !over(o.sealedIn) {
			continue
		}
		o.stanzas = nil
		if t := c.talks[o.sealedIn]; t != nil && !t.hushwing && !o.confirms && o.mark == ServerHas && time.Since(t.private) > helloWait {
			a.finish(o)
		}
	}
}

// releaseText sends a text that was held back, to the key that is there now.
func (a *account) releaseText(m ReleaseText) {
	c := a.chat(m.Peer.Address)
	o := a.findOut(c, m.Message)
	if o == nil || o.mark != OtherKey && o.mark != NotSent {
		return
	}
	if o.mark == OtherKey {
		if c.live == nil {
			return
		}
		o.Key = c.live.Fingerprint()
	}
	o.sealedIn = nil
	a.setMark(o, Waiting, nil)
	c.open = true
	a.seek(c)
	a.sendWaiting(c)
	a.update(c)
}

// discardText forgets a text that has not arrived.
func (a *account) discardText(m DiscardText) {
	c := a.chat(m.Peer.Address)
	o := a.findOut(c, m.Message)
	if o == nil || o.mark == ServerHas {
		return // what the server has cannot be called back
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

func (a *account) findOut(c *chat, id string) *outText {
	for _, o := range a.out {
		if c != nil && o.chat == c && o.ID == id {
			return o
		}
	}
	return nil
}

func outgoingIn(q *config.Queue, id string) *config.Outgoing {
	for i := range q.Outgoing {
		if q.Outgoing[i].ID == id {
			return &q.Outgoing[i]
		}
	}
	return nil
}
