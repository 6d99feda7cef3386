package client

import (
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
	signalRepeat uint32 = 0x48570002 // data: IDs; the next text repeats the one that had these
)

// helloWait is how long a text that was sent before waits to learn whether the
// other side would recognise a repetition.
const helloWait = 6 * time.Second

// cryEvery bounds how often an unreadable message is said and answered.
const cryEvery = 10 * time.Second

// received takes a message of a contact to OTR.
func (a *account) received(e xmpp.MessageReceived) {
	c := a.chats[e.From.Bare().String()]
	if c == nil || c.otr == nil {
		return
	}
	a.otrEvents(c, c.otr.Receive(time.Now(), e.From.String(), e.Body))
	a.flush(c)
	a.update(c)
}

// otrEvents carries out what OTR says of a chat.
func (a *account) otrEvents(c *chat, events []otr.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case otr.Transmit:
			c.post(e.To, []otr.Wire{e.Wire}, nil)
		case otr.TurnedPrivate:
			a.turnedPrivate(c, e.Conversation)
		case otr.Text:
			a.opened(c, e)
		case otr.SignalReceived:
			a.signal(c, e)
		case otr.Question:
			a.asked(c, e)
		case otr.CheckDone:
			a.checkDone(c, e)
		case otr.Ended:
			a.otherEnded(c, e.Conversation)
		case otr.Clear:
			a.clearText(c, e)
		case otr.Notice:
			a.note(c, NoteErrorNotice, e.Text)
		case otr.Unreadable:
			a.unreadable(c, e.From)
		case otr.TooOld:
			if c.live == nil {
				c.tooOld, c.trying = true, false
			}
		case otr.ExchangeFailed:
			c.trying, c.failed = false, c.live == nil && c.locked == nil
		}
	}
	a.flush(c)
}

// turnedPrivate is a new private conversation: its key is written down before
// the trust rules judge it, so that a crash cannot make it look new again.
func (a *account) turnedPrivate(c *chat, v *otr.Conversation) {
	c.trying, c.failed, c.tooOld, c.ended = false, false, false, false
	c.talks[v] = &talk{private: time.Now()}
	print, address := v.Fingerprint(), c.peer.Address
	if k := a.contact(address); k != nil {
		for _, key := range k.Keys {
			if key.Fingerprint == print {
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
		for _, key := range k.Keys {
			if key.Fingerprint == print {
				return nil
			}
		}
		k.Asked = false
		k.Keys = append(k.Keys, config.Key{Fingerprint: print, First: time.Now().UTC()})
		return nil
	}, func(err error) {
		if err != nil {
			// a key that cannot be remembered cannot be trusted: no chat
			if c.otr != nil {
				a.otrEvents(c, c.otr.Drop(v))
			}
			delete(c.talks, v)
			c.failed = true
			a.update(c)
			return
		}
		a.settle(c, v)
	})
}

// settle lets the trust rules decide about a private conversation: its texts
// may go, or it is locked. It is called again when the rules may have changed
// their mind.
func (a *account) settle(c *chat, v *otr.Conversation) {
	k, t := a.contact(c.peer.Address), c.talks[v]
	if k == nil || t == nil || c.otr == nil || !v.Private() {
		return
	}
	if !judge(k.Keys, v.Fingerprint()).open() {
		if c.live == nil || c.live.Peer() == v.Peer() {
			c.live, c.locked = nil, v
		}
		a.update(c)
		return
	}
	if !v.Live() {
		if err := c.otr.Promote(v); err != nil {
			return
		}
	}
	before := c.live
	c.live = v
	if c.locked == v || c.locked != nil && c.locked.Peer() == v.Peer() {
		c.locked = nil
	}
	if before != v {
		a.sendSignal(c, v, otr.Signal{Usage: signalHello, Data: []byte{1}})
	}
	a.acknowledge(c, v)
	a.sendWaiting(c)
	a.update(c)
}

// otherEnded: they ended the chat. Nothing is sent until it is private again.
func (a *account) otherEnded(c *chat, v *otr.Conversation) {
	a.unsent(c)
	delete(c.talks, v)
	if c.locked == v {
		c.locked = nil
	}
	if c.live == v {
		c.live, c.ended = nil, true
		a.note(c, NoteEnded, "")
	}
}

// unreadable: something came that cannot be opened. The chat starts anew, and
// the user is told, but not at every message of a flood.
func (a *account) unreadable(c *chat, from string) {
	now := time.Now()
	if now.Sub(c.lastCry) < cryEvery {
		return
	}
	c.lastCry = now
	a.note(c, NoteUnreadable, "")
	if !c.trying && c.otr != nil {
		c.trying = true
		a.otrEvents(c, c.otr.Start(now, from))
	}
}

// signal takes a message of the other program.
func (a *account) signal(c *chat, e otr.SignalReceived) {
	t := c.talks[e.Conversation]
	if t == nil {
		return
	}
	switch e.Signal.Usage {
	case signalHello:
		t.hushwing = true
		a.sendWaiting(c)
	case signalHave:
		for _, id := range splitIDs(e.Signal.Data) {
			a.theyHave(c, e.Conversation, id)
		}
	case signalRepeat:
		t.repeats = splitIDs(e.Signal.Data)
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
	if t == nil || len(t.owed) == 0 || !v.Live() {
		return
	}
	const most = otr.MaxSignal / len(otr.ID{})
	for len(t.owed) > 0 {
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
