package xmpp

import (
	"context"

	"hushwing/otr"
)

// Stream is one account that is signed in. Open makes it; the zero value
// refuses everything. All methods are safe for concurrent use.
type Stream struct{}

// Address returns our full address, with the resource that the server chose.
func (s *Stream) Address() Address { return Address{} }

// Mechanism returns how we signed in and under which conditions (TLS version
// and kind of channel binding), to be remembered for Login.Known.
func (s *Stream) Mechanism() (context, name string) { return "", "" }

// Roster returns the roster as it was when the stream was opened. What changes
// later comes as RosterChanged.
func (s *Stream) Roster() []RosterItem { return nil }

// Events returns the channel of what happens. It is closed after the last
// event of a stream that has ended. Somebody must take from it: see the
// package's notes on concurrency.
func (s *Stream) Events() <-chan Event { return nil }

// Done is closed when the stream has ended, for whatever reason.
func (s *Stream) Done() <-chan struct{} { return nil }

// Err returns why the stream has ended: nil before Done is closed and after a
// Close of our own; io.EOF if the server closed it in order.
func (s *Stream) Err() error { return nil }

// Close ends the stream: it says good-bye if the peer takes it at once, and
// closes the connection. It does not wait for the peer, can be called often,
// and returns nil.
func (s *Stream) Close() error { return nil }

// Send queues one sealed body for to (full or bare) as a chat message with the
// hints that keep servers from storing and copying it (XEP-0334, XEP-0280) and
// the mark of OTR (XEP-0380). It returns at once: ErrSlow when the queue is
// full, ErrClosed, ErrNotSealed for a zero Wire. What becomes of it comes as
// Acknowledged or MessageBounced. Whatever has no Acknowledged when the stream
// ends may or may not have arrived.
func (s *Stream) Send(ctx context.Context, to Address, w otr.Wire) (StanzaID, error) {
	return "", ErrZeroValue
}

// Available sends our first presence: now contacts see us, and what the server
// kept comes in. No status, priority or capabilities are told.
func (s *Stream) Available(ctx context.Context) error { return ErrZeroValue }

// Subscribe asks to see a contact's presence (RFC 6121, 3.1).
func (s *Stream) Subscribe(ctx context.Context, bare Address) error { return ErrZeroValue }

// Approve lets a contact see our presence.
func (s *Stream) Approve(ctx context.Context, bare Address) error { return ErrZeroValue }

// Refuse does not let somebody see our presence, or not any longer.
func (s *Stream) Refuse(ctx context.Context, bare Address) error { return ErrZeroValue }

// SetRosterItem puts a contact into the server's roster or renames it, and
// waits for the server's answer.
func (s *Stream) SetRosterItem(ctx context.Context, bare Address, name string) error {
	return ErrZeroValue
}

// RemoveRosterItem takes a contact out of the server's roster, which ends both
// subscriptions (RFC 6121, 2.5), and waits for the server's answer.
func (s *Stream) RemoveRosterItem(ctx context.Context, bare Address) error { return ErrZeroValue }
