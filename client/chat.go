package client

import (
	"time"

	"hushwing/otr"
	"hushwing/xmpp"
)

// chat is one contact of an account with everything that goes on with them.
// It is part of its account and lives on the account's goroutine.
type chat struct {
	peer    Peer
	address xmpp.Address // bare

	otr    *otr.Chat         // while online
	live   *otr.Conversation // private and accepted: texts go here
	locked *otr.Conversation // private, but the trust rules do not accept its key
	talks  map[*otr.Conversation]*talk
	there  map[string]presence // by full address
	toSend []*parcel

	open     bool // the user looks at it, or text waits: to be made private
	trying   bool // an exchange is under way
	ended    bool // the other side ended it
	tooOld   bool
	failed   bool // gave up for now
	unread   map[string]bool
	lastCry  time.Time // when an unreadable message was last said
	check    Check
	attempts map[otr.Fingerprint]int

	shown   ProtectionInfo // what was last emitted
	listed  Contact
	entered bool // listed was emitted at least once
}

// presence is one resource of a contact.
type presence struct {
	show string
	at   time.Time
}

// talk is what belongs to one private conversation.
type talk struct {
	hushwing bool      // the other side has said hello as we do
	private  time.Time // when it turned private
	repeats  []otr.ID  // the next text repeats one of these
	owed     []otr.ID  // acknowledgements that could not be sealed yet
}

// newChat makes the chat of a contact.
func (a *account) newChat(address string) *chat {
	if c := a.chats[address]; c != nil {
		return c
	}
	parsed, err := xmpp.ParseAddress(address)
	if err != nil {
		return nil // config holds what was parsed once; a foreign hand changed it
	}
	c := &chat{
		peer: Peer{Account: a.id, Address: address}, address: parsed,
		talks: map[*otr.Conversation]*talk{}, there: map[string]presence{},
		unread: map[string]bool{}, attempts: map[otr.Fingerprint]int{},
	}
	if s := a.stream(); s != nil {
		c.otr = otr.NewChat(a.identity, s.Address().String())
	}
	a.chats[address] = c
	return c
}

// openChats gives each chat an OTR side for a new stream, whose full address
// is new too.
func (a *account) openChats(s *xmpp.Stream) {
	for _, c := range a.chats {
		c.otr = otr.NewChat(a.identity, s.Address().String())
	}
}

// closeChats ends all conversations: politely as far as the stream takes it.
func (a *account) closeChats(s *xmpp.Stream) {
	for _, c := range a.chats {
		for v := range c.talks {
			if wires, err := v.End(); err == nil {
				c.post(v.Peer(), wires, nil)
			}
		}
		a.flushTo(c, s)
		a.unsent(c)
		a.forgetTalks(c)
		c.otr = nil
		clear(c.there)
		c.ended = false
	}
}

// forgetTalks drops everything that belongs to conversations.
func (a *account) forgetTalks(c *chat) {
	c.live, c.locked, c.toSend = nil, nil, nil
	c.trying, c.failed, c.tooOld = false, false, false
	clear(c.talks)
	if c.check.Stage.underWay() {
		a.setCheck(c, CheckAborted, "")
	}
}

// openChat is the user looking at a conversation: it is made private if it can be.
func (a *account) openChat(m OpenChat) {
	if c := a.chats[m.Peer.Address]; c != nil {
		c.open = true
		a.seek(c)
		a.update(c)
	}
}

// closeChat ends the private chat.
func (a *account) closeChat(m CloseChat) {
	c := a.chats[m.Peer.Address]
	if c == nil {
		return
	}
	c.open = false
	for v := range c.talks {
		if wires, err := v.End(); err == nil {
			c.post(v.Peer(), wires, nil)
		}
		if c.otr != nil {
			a.otrEvents(c, c.otr.Drop(v))
		}
	}
	a.flush(c)
	a.unsent(c)
	a.forgetTalks(c)
	a.update(c)
}

// startAgain makes a chat private again.
func (a *account) startAgain(m StartAgain) {
	if c := a.chats[m.Peer.Address]; c != nil {
		c.open, c.ended, c.failed, c.tooOld = true, false, false, false
		a.seek(c)
		a.update(c)
	}
}

// seek begins an exchange if the chat is wanted private, is not, and somebody
// is there.
func (a *account) seek(c *chat) {
	if a.stream() == nil || c.otr == nil || c.live != nil || c.locked != nil || c.trying || c.ended || c.failed {
		return
	}
	if !c.open && !a.hasWaiting(c) {
		return
	}
	to := c.freshest()
	if to == "" {
		return
	}
	c.trying = true
	a.otrEvents(c, c.otr.Start(time.Now(), to))
}

// freshest returns the full address that came last, or "".
func (c *chat) freshest() string {
	var best string
	var at time.Time
	for full, p := range c.there {
		if best == "" || p.at.After(at) {
			best, at = full, p.at
		}
	}
	return best
}

// tickChats does what time has made due.
func (a *account) tickChats(now time.Time) {
	for _, c := range a.chats {
		if c.otr == nil {
			continue
		}
		a.otrEvents(c, c.otr.Tick(now))
		a.seek(c)
		a.sendWaiting(c)
		a.update(c)
	}
}
