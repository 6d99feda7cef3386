package otr

import (
	"time"

	"hushwing/secret"
)

// Conversation is one OTR session with one program of the contact, named by
// full address and instance tag. Chat makes them.
type Conversation struct {
	peer  string
	print Fingerprint
	since time.Time
}

// Peer returns the full address at the other end.
func (v *Conversation) Peer() string { return v.peer }

// Fingerprint returns the other side's key as it was when the conversation
// turned private; zero before that.
func (v *Conversation) Fingerprint() Fingerprint { return v.print }

// Private reports whether both sides share keys now: live or locked.
func (v *Conversation) Private() bool { return false }

// Live reports whether text can be sealed: private and promoted.
func (v *Conversation) Live() bool { return false }

// Ended reports whether the other side ended it.
func (v *Conversation) Ended() bool { return false }

// Since returns when it turned private; zero before that.
func (v *Conversation) Since() time.Time { return v.since }

// Seal seals a text into exactly one data message. It fails with ErrNotPrivate
// unless the conversation is private, and with ErrLocked (which is an
// ErrNotPrivate too) unless it was promoted.
func (v *Conversation) Seal(p Plain) ([]Wire, ID, error) { return nil, ID{}, ErrNotPrivate }

// SealSignal seals a signal, by the same rules as Seal.
func (v *Conversation) SealSignal(s Signal) ([]Wire, error) { return nil, ErrNotPrivate }

// Ask begins a check: the other side is asked the question and must know the
// secret. A locked conversation can be checked. What was going on before is
// aborted. It fails with ErrNotPrivate, ErrTampered, ErrEmpty or ErrTooLong.
func (v *Conversation) Ask(question string, answer secret.Text) ([]Wire, error) {
	return nil, ErrNotPrivate
}

// Answer answers the open question. It fails with ErrNothingAsked, or as Ask.
func (v *Conversation) Answer(answer secret.Text) ([]Wire, error) { return nil, ErrNotPrivate }

// Abort stops the check that is going on.
func (v *Conversation) Abort() ([]Wire, error) { return nil, ErrNotPrivate }

// End ends the conversation and says so to the other side.
func (v *Conversation) End() ([]Wire, error) { return nil, ErrNotPrivate }
