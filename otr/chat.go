package otr

import "time"

// Chat is everything OTR with one contact (a bare address) of one account.
type Chat struct {
	id   *Identity
	self string
}

// NewChat makes an empty chat. self is our own full address: with it both ends
// agree on who starts an exchange.
func NewChat(id *Identity, self string) *Chat { return &Chat{id: id, self: self} }

// Start asks for a private conversation with the full address to. The side
// whose full address is the smaller asks at once; the other waits a little and
// then asks too. Chat.Tick repeats the question until a conversation turned
// private (TurnedPrivate) or too many went unanswered (ExchangeFailed). Start
// does nothing while it is already trying.
func (c *Chat) Start(now time.Time, to string) []Event { return nil }

// Receive takes the body of a message from a full address of this contact. It
// never panics, and everything it keeps is bounded.
func (c *Chat) Receive(now time.Time, from, body string) []Event { return nil }

// Tick does what time has made due. It wants to be called about once a second.
func (c *Chat) Tick(now time.Time) []Event { return nil }

// Gone says that a full address went offline: exchanges with it are dropped,
// its conversations can for a little while still read what is under way.
func (c *Chat) Gone(now time.Time, from string) []Event { return nil }

// Promote accepts the key of a conversation that turned private: it takes the
// live one's place for its address and tag. The one before stays for two
// minutes to read what is under way. It fails with ErrNotPrivate or ErrNotOurs.
func (c *Chat) Promote(v *Conversation) error { return ErrNotPrivate }

// Drop forgets a conversation without a word to the other side. A check that
// was going on in it is aborted.
func (c *Chat) Drop(v *Conversation) []Event { return nil }

// Conversations returns the live ones, the locked ones (private, not
// promoted), those in exchange, and those that the other side ended and that
// nothing has replaced yet.
func (c *Chat) Conversations() []*Conversation { return nil }
