package otr

import (
	"bytes"
	"slices"
	"time"
)

// step is how far an exchange is (OTR v3, "Authenticated Key Exchange").
type step uint8

const (
	sentCommit    step = iota // initiator: waits for the D-H Key
	sentReveal                // initiator: waits for the Signature
	sentKey                   // answerer: waits for the Reveal Signature
	exchangeEnded             // private
)

// exchange is what a candidate remembers of its exchange, so that repeated and
// crossing messages are answered without the engine.
type exchange struct {
	step   step
	commit message   // ours, if we began; theirs otherwise
	theirs string    // the message that our last one answers
	ours   string    // our last one
	public []byte    // their D-H key, once it is known
	again  time.Time // when ours was last repeated
}

// exchanged takes a message of a key exchange. Such a message is seen by a
// candidate alone, whatever it is.
func (c *Chat) exchanged(from string, m message) []Event {
	if m.receiver != c.id.tag && (m.receiver != 0 || m.kind != kindCommit) {
		return nil // for another program of ours
	}
	v := c.find(from, m.sender, exchanging)
	if v == nil && (m.kind == kindCommit || m.kind == kindKey) {
		v = c.find(from, 0, exchanging) // we asked, and do not know the tag yet
	}
	if m.kind == kindCommit {
		return c.committed(from, v, m)
	}
	if v == nil {
		return nil
	}
	x := &v.exchange
	switch {
	case m.kind == kindKey && x.step == sentCommit:
		return c.advance(v, m, sentReveal)
	case m.kind == kindKey && x.step == sentReveal && m.body == x.theirs:
		return []Event{Transmit{v.peer, Wire{x.ours}}}
	case m.kind == kindReveal && x.step == sentKey,
		m.kind == kindSignature && x.step == sentReveal:
		return c.advance(v, m, exchangeEnded)
	}
	return nil
}

// committed takes a D-H Commit.
func (c *Chat) committed(from string, v *Conversation, m message) []Event {
	if v == nil {
		return c.respond(from, m)
	}
	x := &v.exchange
	switch x.step {
	case sentCommit:
		// Both began. The higher hash goes on (OTR v3, "Receiving a D-H Commit
		// Message"); otr3 gets this wrong and both sides wait for ever.
		switch bytes.Compare(x.commit.commit[:], m.commit[:]) {
		case 0:
			return nil // our own, thrown back
		case 1:
			return []Event{Transmit{v.peer, Wire{x.commit.body}}}
		}
	case sentKey:
		if m.body == x.theirs {
			return []Event{Transmit{v.peer, Wire{x.ours}}}
		}
		// They began anew: the same D-H Key for the new commitment.
		if got := v.engine.receive(m); got.err == nil && len(got.send) == 1 && got.send[0] == x.ours {
			x.commit, x.theirs, v.used = m, m.body, c.now
			return v.transmit(got.send)
		}
	case sentReveal, exchangeEnded:
	}
	c.forget(v)
	return c.respond(from, m)
}

// candidate makes room for one more candidate and makes it.
func (c *Chat) candidate(peer string, tag uint32) *Conversation {
	c.room(maxCandidates, c.forget, exchanging, locked)
	v := &Conversation{chat: c, peer: peer, tag: tag, engine: newEngine(c.id), state: exchanging, used: c.now}
	c.all = append(c.all, v)
	if w := c.wished(peer); w != nil {
		w.touched = true
	}
	return v
}

// initiate begins an exchange: the answer to a query.
func (c *Chat) initiate(peer string) []Event {
	if !c.purse.pay(c.now) {
		return nil
	}
	for _, old := range slices.Clone(c.all) {
		if old.peer == peer && old.state == exchanging {
			c.forget(old)
		}
	}
	v := c.candidate(peer, 0)
	got := v.engine.begin()
	if got.err == nil && len(got.send) == 1 {
		if m, err := parse(got.send[0]); err == nil && m.kind == kindCommit {
			v.exchange = exchange{step: sentCommit, commit: m, ours: m.body}
			return v.transmit(got.send)
		}
	}
	c.forget(v)
	return nil
}

// respond answers a D-H Commit.
func (c *Chat) respond(peer string, m message) []Event {
	if !c.purse.pay(c.now) {
		return nil
	}
	v := c.candidate(peer, m.sender)
	got := v.engine.receive(m)
	if got.err != nil || len(got.send) != 1 {
		c.forget(v)
		return nil
	}
	v.exchange = exchange{step: sentKey, commit: m, theirs: m.body, ours: got.send[0]}
	return v.transmit(got.send)
}

// advance gives a candidate the next message of its exchange. A candidate that
// fails is forgotten: otr3 takes over keys before it has checked them.
func (c *Chat) advance(v *Conversation, m message, next step) []Event {
	got := v.engine.receive(m)
	if got.err != nil || got.private != (next == exchangeEnded) ||
		(len(got.send) != 1 && m.kind != kindSignature) || len(got.send) > 1 {
		c.forget(v)
		return nil
	}
	v.tag, v.used = m.sender, c.now
	switch m.kind {
	case kindKey:
		v.exchange.public = m.public
	case kindReveal:
		v.exchange.public = revealed(v.exchange.commit, m)
	}
	v.exchange.step, v.exchange.theirs = next, m.body
	if len(got.send) == 1 {
		v.exchange.ours = got.send[0]
	}
	events := v.transmit(got.send)
	if next != exchangeEnded {
		return events
	}
	return append(events, c.turnedPrivate(v)...)
}

// turnedPrivate takes the snapshot that the conversation is held to from now
// on, and leaves it locked.
func (c *Chat) turnedPrivate(v *Conversation) []Event {
	mirror, ok := newMirror(v.engine.drawn, v.exchange.public)
	v.exchange, v.mirror = exchange{}, mirror
	v.agreed = v.engine.session()
	if !ok || !v.agreed.private || v.agreed.tag != v.tag || v.agreed.theirs.IsZero() ||
		v.agreed.theirs == c.id.Fingerprint() { // our own messages, thrown back
		c.forget(v)
		return nil
	}
	var events []Event
	if before := c.find(v.peer, v.tag, locked); before != nil {
		events = c.retire(before)
	}
	v.state, v.since = locked, c.now
	c.unwish(v.peer)
	return append(events, TurnedPrivate{v})
}
