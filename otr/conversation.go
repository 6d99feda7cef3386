package otr

import (
	"fmt"
	"time"

	"hushwing/secret"
)

// state is what a conversation is for. The order matters to Chat.room.
type state uint8

const (
	exchanging state = iota // its key exchange goes on
	locked                  // private, its key not accepted
	live                    // private and promoted
	past                    // replaced: reads what is under way
	over                    // the other side ended it
	closed                  // forgotten
)

// Conversation is one OTR session with one program of the contact, named by
// full address and instance tag. Chat makes them.
type Conversation struct {
	chat     *Chat
	peer     string
	tag      uint32
	engine   *engine
	state    state
	since    time.Time // when it turned private
	used     time.Time // when its last good message came
	until    time.Time // past: when it is forgotten
	exchange exchange
	agreed   session // as it was when it turned private
	mirror   *mirror // what it was made private with, and since
	pulse    pulse
	check    check

	sealedWith, theyKnow uint32 // see SealedWith and TheyKnow
}

// Peer returns the full address at the other end.
func (v *Conversation) Peer() string { return v.peer }

// Fingerprint returns the other side's key as it was when the conversation
// turned private; zero before that.
func (v *Conversation) Fingerprint() Fingerprint { return v.agreed.theirs }

// Private reports whether both sides share keys now: live or locked.
func (v *Conversation) Private() bool { return v.state == live || v.state == locked }

// Live reports whether text can be sealed: private and promoted.
func (v *Conversation) Live() bool { return v.state == live }

// Ended reports whether the other side ended it.
func (v *Conversation) Ended() bool { return v.state == over }

// Since returns when it turned private; zero before that.
func (v *Conversation) Since() time.Time { return v.since }

// reads reports whether data messages can be opened.
func (v *Conversation) reads() bool { return v.Private() || v.state == past }

// usable says why nothing can be sent, if so. It is also the second wall
// against a key that changes under a conversation: the engine is asked whom it
// talks to, and the answer must be what it was at the start. If it is not, the
// conversation is closed.
func (v *Conversation) usable() error {
	if !v.Private() {
		return ErrNotPrivate
	}
	if v.engine.session() != v.agreed {
		v.check.state = checkNone
		v.chat.forget(v)
		return ErrTampered
	}
	return nil
}

func (v *Conversation) open() error {
	if v.state == locked {
		return ErrLocked
	}
	return v.usable()
}

// Seal seals a text into exactly one data message. It fails with ErrNotPrivate
// unless the conversation is private, with ErrLocked (which is an ErrNotPrivate
// too) unless it was promoted, and with ErrEmpty for the zero Plain.
func (v *Conversation) Seal(p Plain) ([]Wire, ID, error) {
	if p.text == "" {
		return nil, ID{}, ErrEmpty
	}
	if err := v.open(); err != nil {
		return nil, ID{}, err
	}
	return v.sealed(v.engine.seal(p.text))
}

// SealSignal seals a signal, by the same rules as Seal. Data has at most
// MaxSignal bytes.
func (v *Conversation) SealSignal(s Signal) ([]Wire, error) {
	if len(s.Data) > MaxSignal {
		return nil, fmt.Errorf("%w: %d of at most %d bytes", ErrTooLong, len(s.Data), MaxSignal)
	}
	if err := v.open(); err != nil {
		return nil, err
	}
	wires, _, err := v.sealed(v.engine.signal(s))
	return wires, err
}

// End ends the conversation and says so to the other side.
func (v *Conversation) End() ([]Wire, error) {
	if err := v.usable(); err != nil {
		return nil, err
	}
	wires, _, err := v.sealed(v.engine.end())
	v.check.state = checkNone
	v.chat.forget(v)
	return wires, err
}

// sealed holds what an engine wants to send to what it may send: one data
// message, to the program that the conversation is with.
func (v *Conversation) sealed(got outcome) ([]Wire, ID, error) {
	switch {
	case v.engine.dead:
		v.chat.forget(v)
		return nil, ID{}, ErrEngine
	case got.err != nil:
		return nil, ID{}, fmt.Errorf("%w: %w", ErrEngine, got.err)
	case len(got.send) != 1:
		return nil, ID{}, fmt.Errorf("%w: %d messages for one", ErrEngine, len(got.send))
	}
	m, err := parse(got.send[0])
	if err != nil || m.kind != kindData || m.sender != v.chat.id.tag || m.receiver != v.tag {
		return nil, ID{}, fmt.Errorf("%w: it made no data message", ErrEngine)
	}
	v.pulse.spoke()
	v.sealedWith = m.senderKey
	return []Wire{{m.body}}, m.id(), nil
}

// transmit makes events of what an engine answers. It can only be encoded
// messages: anything else is not sent.
func (v *Conversation) transmit(send []string) (events []Event) {
	for _, s := range send {
		if _, err := parse(s); err == nil {
			events = append(events, Transmit{v.peer, Wire{s}})
		}
	}
	return events
}

// Ask begins a check: the other side is asked the question and must know the
// secret; with an empty question its program asks for the secret alone. A
// locked conversation can be checked. What was going on before is aborted. It
// fails with ErrNotPrivate, ErrTampered, ErrEmpty, ErrTooLong or ErrNotUTF8.
func (v *Conversation) Ask(question string, answer secret.Text) ([]Wire, error) {
	return v.ask(question, answer)
}

// Answer answers the open question. It fails with ErrNothingAsked, or as Ask.
func (v *Conversation) Answer(answer secret.Text) ([]Wire, error) { return v.answer(answer) }

// Spent reports whether the check that goes on here, or the last one, can have
// told the other side whether a guess of theirs was right: whoever asked has sent
// their proof. An owner that counts attempts counts these, whatever became of them;
// one that was broken off earlier has told nobody anything, and whoever can cut the
// connection could use up all attempts with such. It answers also for a
// conversation that is over.
func (v *Conversation) Spent() bool { return v.check.spent }

// Abort stops the check that is going on, on both sides. It fails with
// ErrNothingAsked when there is none.
func (v *Conversation) Abort() ([]Wire, error) { return v.abort() }
