package xmpp

import "time"

// StanzaID names one stanza that we sent. It is random and means nothing to
// others.
type StanzaID string

// Event is something that happened on a Stream. The types of this file are all
// there are.
type Event interface{ event() }

// Acknowledged: the server has these stanzas (XEP-0198, or, where the server
// does not offer that, an answer to a ping that was sent after them). It is
// the server's word and no more.
type Acknowledged struct{ IDs []StanzaID }

// MessageReceived is a chat message with a body from an admitted address. The
// body is what the wire held: most likely OTR, not looked at here.
type MessageReceived struct {
	From Address // full address as the server gave it
	ID   string  // the sender's id; may be empty, is not unique
	Body string  // at most MaxBody bytes
	// Delayed is when the server stored it (XEP-0203), on the server's word;
	// zero for a message that came at once.
	Delayed time.Time
}

// MessageBounced: a message of ours did not arrive. Only for ids that Send gave
// out on this stream, and only from the address it went to (with or without
// its resource) or from our own server.
type MessageBounced struct {
	ID        StanzaID
	From      Address
	Condition string // RFC 6120, 8.3.3, e.g. "service-unavailable"
}

// PresenceChanged: a resource of an admitted contact came, changed or went. A
// zero resource with Available false means: all of them.
type PresenceChanged struct {
	From      Address
	Available bool
	Show      string // "", "away", "chat", "dnd" or "xa" (RFC 6121, 4.7.2.1)
	Priority  int8   // below zero: it wants no messages (RFC 6121, 4.7.2.3)
}

// SubscriptionRequested: somebody, admitted or not, asks to see our presence.
// From is bare. The same address can ask often: the receiver bounds its tray.
type SubscriptionRequested struct{ From Address }

// RosterChanged: the server's roster has changed (RFC 6121, 2.1.6), by us or by
// another program of the same account. Pushed by our own server alone.
type RosterChanged struct {
	Item    RosterItem
	Removed bool
}

func (Acknowledged) event()          {}
func (MessageReceived) event()       {}
func (MessageBounced) event()        {}
func (PresenceChanged) event()       {}
func (SubscriptionRequested) event() {}
func (RosterChanged) event()         {}

// RosterItem is one contact in the server's roster (RFC 6121, 2.1.2).
type RosterItem struct {
	Address      Address // bare
	Name         string
	Subscription string // "none", "to" (we see them), "from" (they see us), "both"
	Ask          bool   // we asked to see them and have no answer
}
