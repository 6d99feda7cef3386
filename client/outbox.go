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
	turn            uint64            // of the last sealing: later ones have higher numbers
	to              string            // the full address of the last sealing
	at              time.Time         // of the last sealing
	stanzas         []xmpp.StanzaID   // under way, not acknowledged
	sent            []xmpp.StanzaID   // of the last sealing, acknowledged or not: for bounces
	had             time.Time         // when the server acknowledged it
	sealedWith      uint32            // otr.Conversation.SealedWith
	firstWith       bool              // nothing was sealed with that key before
	silences        uint8             // how often it went again because nothing was said of it
	overtaken       time.Time         // since when a later one of the same conversation is confirmed
	released        bool              // the user has said that it is to go
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
	stateDoubt   = "doubt"   // the server had it, and nobody knows whether it was read
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
		case stateDoubt:
			t.mark, t.problem = ServerHas, inDoubt()
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
		return o.chat == c && !o.rests() && (o.mark == Waiting || o.mark == OtherKey || len(o.IDs) > 0)
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

// rests reports whether nothing more is done for a text until the user says so.
func (o *outText) rests() bool {
	return o.mark == NotSent || o.mark == ServerHas && o.problem != nil
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

// acknowledged: the server has these.
func (a *account) acknowledged(e xmpp.Acknowledged) {
	for _, id := range e.IDs {
		for _, o := range a.out {
			i := slices.Index(o.stanzas, id)
			if i < 0 {
				continue
			}
			o.stanzas = slices.Delete(o.stanzas, i, i+1)
			if len(o.stanzas) == 0 {
				o.had = time.Now()
				if o.mark == Waiting {
					a.setMark(o, ServerHas, nil)
					a.saveState(o)
				}
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
	case o.mark == ServerHas && o.problem != nil:
		return stateDoubt
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
// sealed for it before waits for its word from now on; and what nobody knew the
// fate of can go once more, because it would be known again.
func (a *account) willConfirm(c *chat, v *otr.Conversation) {
	for _, o := range a.out {
		if o.chat != c || o.Key != v.Fingerprint() || o.confirms || len(o.IDs) == 0 {
			continue
		}
		o.confirms = true
		if o.mark == ServerHas && o.problem != nil {
			o.sealedIn = nil
			a.setMark(o, ServerHas, nil)
		}
		a.saveState(o)
	}
}

// isHushwing remembers for good that the program with a key confirms texts.
func (a *account) isHushwing(c *chat, key otr.Fingerprint) {
	address := c.peer.Address
	if k := a.contact(address); k == nil || confirmsTexts(k, key) {
		return
	}
	a.saveProfile(func(p *config.Account) error {
		if k := contactIn(p, address); k != nil {
			for i := range k.Keys {
				k.Keys[i].Confirms = k.Keys[i].Confirms || k.Keys[i].Fingerprint == key
			}
		}
		return nil
	}, nil)
}

// confirmsTexts reports whether a key is known to be a Hushwing's.
func confirmsTexts(k *config.Contact, key otr.Fingerprint) bool {
	return slices.ContainsFunc(k.Keys, func(x config.Key) bool { return x.Fingerprint == key && x.Confirms })
}

// mostSealings bounds the IDs of one text, within config's own bound: the latest
// are those that matter.
const mostSealings = 100

func addSealing(ids []otr.ID, id otr.ID) []otr.ID {
	ids = append(ids, id)
	return ids[max(0, len(ids)-mostSealings):]
}

// departed reports whether an error says that the program which a message was for
// is not there now, or cannot be reached now (RFC 6120, 8.3.3). That is no failure:
// the text waits as for anyone who is away. "gone" (8.3.3.5) is not among them: it
// says that the address was given up for good.
func departed(condition string) bool {
	switch condition {
	case "service-unavailable", "recipient-unavailable", "item-not-found",
		"remote-server-timeout", "remote-server-not-found":
		return true
	}
	return false
}

// bounced: the server sent a text back. Whatever was said of it before, it did
// not arrive; unless its reader has said otherwise, who cannot be forged.
func (a *account) bounced(e xmpp.MessageBounced) {
	for _, o := range a.out {
		if !slices.Contains(o.sent, e.ID) {
			continue
		}
		c, to := o.chat, o.to
		o.stanzas, o.sent, o.had = nil, nil, time.Time{}
		if !departed(e.Condition) {
			a.setMark(o, NotSent, &Problem{Cause: Bounced, Detail: e.Condition, Retry: RetryNow})
			a.saveState(o)
			return
		}
		o.sealedIn = nil
		a.setMark(o, Waiting, nil)
		a.saveState(o)
		a.gone(c, to)
		a.update(c)
		return
	}
	// Not a text: a question, an exchange, a signal.
	if c := a.chat(e.From.Bare().String()); c != nil && departed(e.Condition) && e.From.Resourcepart() != "" {
		a.gone(c, e.From.String())
		a.update(c)
	}
}

// gapWait is how long a text may stay without its reader's word after a later one
// of the same conversation has it.
const gapWait = 10 * time.Second

// silentWait is how long a program that confirms may say nothing of a text in a
// conversation that stands: the text was lost, or its word was. Then the text goes
// once more, and after twice as long again, up to silentMost times as often.
const (
	silentWait = 90 * time.Second
	silentMost = 5
)

// missing reports whether a text that is under way has to go once more where it
// went.
func (o *outText) missing(t *talk, now time.Time) bool {
	return !o.overtaken.IsZero() && now.Sub(o.overtaken) >= gapWait ||
		t != nil && t.hushwing && now.Sub(o.at) >= silentWait<<o.silences
}

// theyHave: the other program says, inside the private chat v, that it opened
// the message id and has it safe. Anyone on the way knows the id: what counts
// is that the one who says so holds the key that the text was written for.
func (a *account) theyHave(c *chat, v *otr.Conversation, id otr.ID) {
	for _, o := range a.out {
		if o.chat == c && o.Key == v.Fingerprint() && slices.Contains(o.IDs, id) {
			a.setMark(o, TheyHave, nil)
			a.finish(o)
			if o.IDs[len(o.IDs)-1] == id {
				a.overtook(o)
			}
			return
		}
	}
}

// overtook notes which texts of the same conversation should have been there
// before this one.
func (a *account) overtook(later *outText) {
	for _, o := range a.out {
		if o.chat == later.chat && o.sealedIn == later.sealedIn && o.turn < later.turn && o.overtaken.IsZero() {
			o.overtaken = time.Now()
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
