package client

import (
	"slices"
	"strconv"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// Signals between two Hushwings, inside the private chat. The numbers are ours
// (TLV type 8 has no registry); other programs ignore them.
const (
	signalHello  uint32 = 0x48570000 // "HW": I acknowledge and understand repeats; data: version
	signalHave   uint32 = 0x48570001 // data: IDs of messages that are safe with me
	signalRepeat uint32 = 0x48570002 // data: hash of the next text; IDs of what it repeats
)

// helloWait is how long a text that was sent before waits to learn whether the
// other side would recognise a repetition.
const helloWait = 6 * time.Second

// longHelloWait is the same for a text that went to a program that confirms:
// that one can be expected to say hello, however slow the way.
const longHelloWait = time.Minute

// received takes a message of a contact to OTR.
func (a *account) received(e xmpp.MessageReceived) {
	c := a.chat(e.From.Bare().String())
	if c == nil || c.otr == nil {
		return
	}
	events := c.otr.Receive(time.Now(), e.From.String(), e.Body)
	if !e.Delayed.IsZero() {
		events = a.stored(c, e, events)
	}
	a.otrEvents(c, events)
	a.flush(c)
	a.update(c)
}

// otrEvents carries out what OTR says of a chat.
func (a *account) otrEvents(c *chat, events []otr.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case otr.Transmit:
			// what is too much is repeated by otr, or by the other side
			if len(c.toSend) < mostParcels {
				c.post(e.To, []otr.Wire{e.Wire}, nil)
			}
		case otr.TurnedPrivate:
			a.turnedPrivate(c, e.Conversation)
		case otr.Text:
			a.heard(c, e.Conversation)
			c.seen.text(e.Plain)
			a.opened(c, e)
		case otr.SignalReceived:
			a.signal(c, e) // first: it may tell that the program confirms
			a.heard(c, e.Conversation)
		case otr.Question:
			a.heard(c, e.Conversation)
			a.asked(c, e)
		case otr.CheckDone:
			a.checkDone(c, e)
		case otr.Ended:
			a.otherEnded(c, e.Conversation)
		case otr.Clear:
			c.seen.text(e.Text)
			a.clearText(c, e)
		case otr.Notice:
			if now := time.Now(); now.Sub(c.lastNote) >= cryEvery {
				c.lastNote = now
				c.seen.text(e.Text)
				a.note(c, NoteErrorNotice, e.Text)
			}
		case otr.Unreadable:
			a.unreadable(c, e.From)
		case otr.TooOld:
			if c.live == nil {
				c.tooOld = true
				a.failedWith(c, e.From)
			}
		case otr.ExchangeFailed:
			a.failedWith(c, e.To)
		}
	}
	a.flush(c)
	a.refresh(c)
}

// turnedPrivate is a new private conversation: its key is written down before
// the trust rules judge it, so that a crash cannot make it look new again.
func (a *account) turnedPrivate(c *chat, v *otr.Conversation) {
	c.failed, c.tooOld, c.ended = false, false, false
	for full := range c.tries {
		c.otr.Stop(full) // the others need not be asked any more
	}
	clear(c.tries)
	c.cry = "" // what could not be read was for the one before
	c.turned++
	t := &talk{private: time.Now(), order: c.turned}
	c.turnedAt = t.private
	put(&c.talks, v, t)
	print, address := v.Fingerprint(), c.peer.Address
	if k := a.contact(address); k != nil {
		for _, key := range k.Keys {
			if key.Fingerprint == print && !key.Told {
				a.settle(c, v)
				return
			}
		}
	}
	a.saveProfile(func(p *config.Account) error {
		k := contactIn(p, address)
		if k == nil {
			return errNoContact
		}
		k.Asked = false
		for i := range k.Keys {
			if k.Keys[i].Fingerprint == print {
				k.Keys[i].Told = false // by now it was seen
				return nil
			}
		}
		addKey(k, print, time.Now().UTC())
		return nil
	}, func(err error) {
		if c.talks[v] != t || !a.has(c) {
			return // over meanwhile
		}
		if err != nil {
			// a key that cannot be remembered cannot be trusted: no chat
			if c.otr != nil {
				a.otrEvents(c, c.otr.Drop(v))
			}
			delete(c.talks, v)
			a.failedWith(c, v.Peer())
			a.update(c)
			return
		}
		a.settle(c, v)
	})
}

// mostKeys bounds the keys that are kept of one contact: the server can show a
// new one every second. It is below config's own bound.
const mostKeys = 64

// addKey adds a key to a contact, as the newest whatever the clock says. Where
// there are too many the oldest goes with which a person had nothing to do (checked
// it, tried to, found it different, insisted on it): a key that was forgotten would
// have all its attempts again. The first of all stays, because it tells that any
// other is a new one.
func addKey(k *config.Contact, print otr.Fingerprint, now time.Time) {
	for _, key := range k.Keys {
		if !now.After(key.First) {
			now = key.First.Add(time.Nanosecond)
		}
	}
	for i := 1; i < len(k.Keys) && len(k.Keys) >= mostKeys; {
		if key := k.Keys[i]; key.Checked.IsZero() && key.Overridden.IsZero() && key.Differs.IsZero() && key.Attempts == 0 {
			k.Keys = slices.Delete(k.Keys, i, i+1)
			continue
		}
		i++
	}
	k.Keys = append(k.Keys, config.Key{Fingerprint: print, First: now})
}

// settle lets the trust rules decide about a private conversation: its texts
// may go, or it is locked. It is called again when the rules may have changed
// their mind.
func (a *account) settle(c *chat, v *otr.Conversation) {
	a.clearDoubts(c)
	t := c.talks[v]
	if t == nil || c.otr == nil || !a.has(c) {
		return
	}
	t.settled = true
	a.refresh(c)
	a.sendWaiting(c)
	a.update(c)
}

// otherEnded: they ended the chat. Nothing is sent until it is private again.
func (a *account) otherEnded(c *chat, v *otr.Conversation) {
	a.heard(c, v)
	a.parted(c, func(w *otr.Conversation) bool { return v == w })
	delete(c.talks, v)
	if c.live == v {
		c.ended, c.endedBy = true, v.Peer()
		a.note(c, NoteEnded, "")
	}
}

// signal takes a message of the other program.
func (a *account) signal(c *chat, e otr.SignalReceived) {
	t := c.talks[e.Conversation]
	if t == nil {
		return
	}
	switch e.Signal.Usage {
	case signalHello, signalHave, signalRepeat: // the hello may have been lost
		if t.hushwing {
			break
		}
		t.hushwing = true
		a.isHushwing(c, e.Conversation.Fingerprint())
		a.willConfirm(c, e.Conversation)
		a.sendWaiting(c)
	}
	switch e.Signal.Usage {
	case signalHave:
		for _, id := range splitIDs(e.Signal.Data) {
			a.theyHave(c, e.Conversation, id)
		}
	case signalRepeat:
		t.repeats = t.repeats.and(parseRepeated(e.Signal.Data))
	}
}

// sendSignal seals a signal and puts it into the queue. It reports whether it could.
func (a *account) sendSignal(c *chat, v *otr.Conversation, s otr.Signal) bool {
	wires, err := v.SealSignal(s)
	if err != nil {
		return false
	}
	c.post(v.Peer(), wires, nil)
	a.flush(c)
	return true
}

// acknowledge tells the other side which messages are safe here.
func (a *account) acknowledge(c *chat, v *otr.Conversation) {
	t := c.talks[v]
	if t == nil || len(t.owed) == 0 {
		return
	}
	if k := a.contact(c.peer.Address); !t.hushwing && time.Since(t.private) > helloWait && (k == nil || !confirmsTexts(k, v.Fingerprint())) {
		return // another program, which would not understand; if it is not, its hello comes
	}
	if !v.Live() { // over, perhaps: another one with the same key will do as well
		for w, u := range c.talks {
			if w.Live() && w.Fingerprint() == v.Fingerprint() {
				u.owed, t.owed = append(u.owed, t.owed...), nil
				a.acknowledge(c, w)
				return
			}
		}
		return
	}
	const most = otr.MaxSignal / len(otr.ID{})
	for len(t.owed) > 0 && len(c.toSend) < mostParcels {
		n := min(len(t.owed), most)
		if !a.sendSignal(c, v, otr.Signal{Usage: signalHave, Data: joinIDs(t.owed[:n])}) {
			return
		}
		t.owed = t.owed[n:]
	}
}

func joinIDs(ids []otr.ID) []byte {
	var out []byte
	for _, id := range ids {
		out = append(out, id[:]...)
	}
	return out
}

func splitIDs(data []byte) []otr.ID {
	var out []otr.ID
	for ; len(data) >= len(otr.ID{}); data = data[len(otr.ID{}):] {
		out = append(out, otr.ID(data[:len(otr.ID{})]))
	}
	return out
}

// newLineID names a line that the program itself puts into a conversation.
func (a *account) newLineID() string {
	a.lines++
	return "line-" + strconv.FormatUint(a.lines, 10)
}
