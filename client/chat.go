package client

import (
	"time"

	"hushwing/config"
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

	open     bool                 // the user looks at it, or text waits: to be made private
	tries    map[string]time.Time // the full addresses that were asked for an exchange, and when
	endedBy  string               // the full address of who ended it
	ended    bool                 // the other side ended it
	tooOld   bool
	failed   bool // gave up for now
	leaving  bool // the contact is being removed: deaf and mute
	answered bool // it is being written down that they answered our request
	unread   map[string]bool
	lost     *lost             // something that could not be read
	lastCry  time.Time         // when the chat was last started anew for that
	cry      string            // who sent something unreadable since then, and waits for a new start
	lastNote time.Time         // when an error notice was last shown
	last     Note              // of the last line of the conversation
	doubted  []config.Incoming // texts that are marked for their key
	check    Check
	trial    *trial    // the attempt that check is about, while it is under way
	wish     uint64    // grows with each wish to begin, answer or stop one
	seen     codesSeen // what was written here, by whomever
	spoken   codesSeen // the codes that the user read aloud or heard: they are for the ear alone
	turned   uint64    // how many conversations turned private, for talk.order
	turnedAt time.Time // when the last one did

	shown   ProtectionInfo // what was last emitted
	listed  Contact
	entered bool // listed was emitted at least once
}

// presence is one resource of a contact.
type presence struct {
	show   string
	at     time.Time
	failed bool // no private chat came about with this one
	low    bool // a negative priority: it wants no messages (RFC 6121, 4.7.2.3)
}

// The bounds of what a contact, or the server in their name, can make us keep.
const (
	mostResources = 32   // of one contact
	mostOwed      = 4096 // acknowledgements of one conversation
	mostParcels   = 512  // to be sent to one contact
)

// nextTry is how long one program may take to answer before another one of the
// same contact is asked too.
const nextTry = 12 * time.Second

// talk is what belongs to one private conversation.
type talk struct {
	hushwing bool      // the other side has said hello as we do
	heard    time.Time // when something authentic came last
	private  time.Time // when it turned private
	order    uint64    // later ones have higher numbers
	settled  bool      // its key is on disk
	greeted  bool      // we said hello
	over     time.Time // since when it is not private any more
	repeats  repeated  // what the next text repeats
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
	}
	if s := a.stream(); s != nil {
		c.otr = otr.NewChat(a.identity, s.Address().String())
	}
	a.chats[address] = c
	return c
}

// put puts something into a map of a chat's, and makes the map first if need be: of
// thousands of chats nearly all have nothing in any of theirs.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// chat returns the chat of a contact who is not being removed, or nil.
func (a *account) chat(address string) *chat {
	if c := a.chats[address]; c != nil && !c.leaving {
		return c
	}
	return nil
}

// has reports whether a chat is still that of a contact. Whoever comes back
// from the disk asks.
func (a *account) has(c *chat) bool { return a.chat(c.peer.Address) == c }

// failedWith remembers that no private chat came about with a full address, and
// tries the next one of the contact.
func (a *account) failedWith(c *chat, full string) {
	if p, ok := c.there[full]; ok {
		p.failed = true
		c.there[full] = p
	}
	delete(c.tries, full)
	c.failed = c.live == nil && c.locked == nil && len(c.tries) == 0 && c.freshest() == ""
	a.seek(c)
}

// openChats gives each chat that has none an OTR side, for the full address of a
// stream.
func (a *account) openChats(s *xmpp.Stream) {
	for _, c := range a.chats {
		if c.otr == nil {
			c.otr = otr.NewChat(a.identity, s.Address().String())
		}
	}
}

// closeChats ends all conversations: politely as far as the stream takes it, and
// without a word where there is none.
func (a *account) closeChats(s *xmpp.Stream) {
	for _, c := range a.chats {
		for v := range c.talks {
			if wires, err := v.End(); err == nil {
				c.post(v.Peer(), wires, nil)
			}
		}
		if s != nil {
			a.flushTo(c, s)
		}
		a.left(c)
		a.forgetTalks(c)
		c.otr, c.cry, c.lost = nil, "", nil
		clear(c.there)
		c.ended = false
	}
}

// forgetTalks drops everything that belongs to conversations.
func (a *account) forgetTalks(c *chat) {
	a.breakOff(c)
	c.live, c.locked, c.toSend = nil, nil, nil
	c.failed, c.tooOld = false, false
	clear(c.talks)
	clear(c.tries)
}

// openChat is the user looking at a conversation: it is made private if it can be.
func (a *account) openChat(m OpenChat) {
	if c := a.chat(m.Peer.Address); c != nil {
		c.open = true
		a.seek(c)
		a.update(c)
	}
}

// closeChat ends the private chat.
func (a *account) closeChat(m CloseChat) {
	if c := a.chat(m.Peer.Address); c != nil {
		a.endChat(c)
		a.update(c)
	}
}

// endChat ends all that is private with a contact, and says so to them.
func (a *account) endChat(c *chat) {
	c.open = false
	var ends []*parcel
	for v := range c.talks {
		if wires, err := v.End(); err == nil {
			ends = append(ends, c.post(v.Peer(), wires, nil))
		}
		if c.otr != nil {
			a.otrEvents(c, c.otr.Drop(v))
		}
	}
	a.flush(c)
	a.left(c)
	a.forgetTalks(c)
	if a.kept != nil {
		c.toSend = ends // they are told when the connection is back
	}
}

// startAgain makes a chat private again.
func (a *account) startAgain(m StartAgain) {
	if c := a.chat(m.Peer.Address); c != nil {
		c.open, c.ended, c.failed, c.tooOld = true, false, false, false
		for full, p := range c.there {
			p.failed = false
			c.there[full] = p
		}
		a.refresh(c)
		a.seek(c)
		a.update(c)
	}
}

// seek begins an exchange if the chat is wanted private, is not, and somebody
// is there. Of several programs of a contact one is asked after the other, so that
// one which does not answer keeps nobody from the others.
func (a *account) seek(c *chat) {
	if a.stream() == nil || c.otr == nil || c.leaving || a.shutOut(c.peer.Address) || c.live != nil || c.locked != nil || c.ended || c.failed ||
		len(c.there) == 0 {
		return
	}
	if !c.open && !a.hasWaiting(c) && c.lost == nil || c.settling() {
		return
	}
	now := time.Now()
	for _, at := range c.tries {
		if now.Sub(at) < nextTry {
			return
		}
	}
	if to := c.freshest(); to != "" {
		a.try(c, to)
	}
}

// try asks one program for a private chat.
func (a *account) try(c *chat, to string) {
	now := time.Now()
	put(&c.tries, to, now)
	a.otrEvents(c, c.otr.Start(now, to))
}

// silence is how long a Hushwing may say nothing of a text before another program
// of the same contact, which has come since, is asked for a private chat too.
const silence = 20 * time.Second

// seekElsewhere asks other programs of a contact although one has a private chat:
// those that came after a Hushwing has fallen silent, because its link may have died
// and it may be back before the server has noticed; and any, where a text waits for
// a key that is not the present one's.
func (a *account) seekElsewhere(c *chat, now time.Time) {
	if len(c.there) < 2 || c.live == nil && c.locked == nil || c.ended || c.failed {
		return
	}
	for _, at := range c.tries {
		if now.Sub(at) < nextTry {
			return
		}
	}
	to := c.freshest()
	if to == "" {
		return
	}
	t := c.talks[c.live]
	for _, o := range a.out {
		if o.chat != c || o.rests() {
			continue
		}
		silent := t != nil && t.hushwing && o.sealedIn == c.live && now.Sub(o.at) >= silence && !t.heard.After(o.at) &&
			c.there[to].at.After(t.private)
		if silent || o.mark == OtherKey || c.live == nil {
			a.try(c, to)
			return
		}
	}
}

// settling reports whether a conversation has turned private whose key is still
// on its way to the disk. It is as good as there: asking for another one would
// replace it, and break off what had begun in it.
func (c *chat) settling() bool {
	for v, t := range c.talks {
		if !t.settled && v.Private() {
			return true
		}
	}
	return false
}

// freshest returns the full address that is the most within reach, and of those
// the one that came last, without those that were asked already, that failed, that
// have a private chat, or that want no messages; or "".
func (c *chat) freshest() string {
	var best string
	var is presence
	for full, p := range c.there {
		if _, asked := c.tries[full]; asked || p.failed || p.low || c.privateWith(full) {
			continue
		}
		if best == "" || betterShow(p.show, is.show) || p.show == is.show && p.at.After(is.at) {
			best, is = full, p
		}
	}
	return best
}

func (c *chat) privateWith(full string) bool {
	for v := range c.talks {
		if v.Peer() == full && v.Private() {
			return true
		}
	}
	return false
}

// quiet reports whether there is nothing about a chat that time could make due.
// Of thousands of contacts nearly all are so.
func (c *chat) quiet() bool {
	return c.otr.Quiet() && len(c.talks) == 0 && len(c.tries) == 0 && len(c.toSend) == 0 &&
		c.live == nil && c.locked == nil && c.lost == nil && c.cry == "" && !c.open
}

// tickChats does what time has made due.
func (a *account) tickChats(now time.Time) {
	cut := a.cut()
	turned := cut != a.wasCut // also by time alone: see blink
	a.wasCut = cut
	texts := map[*chat]bool{}
	for _, o := range a.out {
		texts[o.chat] = true
	}
	for _, c := range a.chats {
		if c.otr == nil || c.leaving || !turned && !texts[c] && c.quiet() {
			continue
		}
		if a.stream() == nil { // nothing is due while nobody can be heard
			a.update(c)
			continue
		}
		a.otrEvents(c, c.otr.Tick(now))
		a.tickLost(c, now)
		if len(c.talks) > 0 {
			a.read(c, func(*otr.Conversation) bool { return true }, false)
		}
		c.forgetOver(now)
		a.seek(c)
		a.seekElsewhere(c, now)
		a.sendWaiting(c)
		a.update(c)
	}
}
