package otr

import "fmt"

// Event is what a Chat tells its owner. The order within one answer matters:
// what must be sent first comes first.
type Event interface{ event() }

// Transmit must be sent to the full address To, in order.
type Transmit struct {
	To   string
	Wire Wire
}

// TurnedPrivate says that a key exchange ended well. The owner judges
// Conversation.Fingerprint, then calls Chat.Promote or leaves the conversation
// locked: a locked one can be checked (SMP) and read, but seals no text.
type TurnedPrivate struct{ Conversation *Conversation }

// Text is a text that a conversation opened: it is authentic for that
// conversation's Fingerprint. Conversation may be locked or already replaced;
// the owner decides what to show. Plain is valid UTF-8 without NUL and may hold
// HTML, which some programs send; it is to be shown as text.
type Text struct {
	Conversation *Conversation
	ID           ID
	Plain        string
}

// SignalReceived is a Signal that a conversation opened. ID names the message
// that carried it.
type SignalReceived struct {
	Conversation *Conversation
	ID           ID
	Signal       Signal
}

// Question says that the other side asks to be sure of us. Text is its
// question, empty where it only asks for the secret that both know. The owner
// calls Conversation.Answer or Conversation.Abort.
type Question struct {
	Conversation *Conversation
	Text         string
}

// CheckDone says how a check ended.
//
// Same with Asked false means that the other side is now sure of us; it proves
// little about them, because they chose the question. An owner that counts
// attempts goes by Spent and not by Result: whoever answers learns
// whether a guess was right before we do, and can then hang up.
type CheckDone struct {
	Conversation *Conversation
	Result       Result
	Asked        bool        // we asked
	Fingerprint  Fingerprint // the key that was checked, as it was when the chat turned private
	Spent        bool        // see Conversation.Spent, which by now may speak of the next check
}

// Ended says that the other side ended the conversation. Nothing can be sealed
// in it any more.
type Ended struct{ Conversation *Conversation }

// Clear is a text that arrived outside any private conversation: anyone on the
// way, the server first of all, may have written it. Whitespace tags are
// removed.
type Clear struct{ From, Text string }

// Notice is an OTR error message of the other program ("?OTR Error:"). It is
// not authenticated; it is to be shown and never acted on.
type Notice struct{ From, Text string }

// Unreadable says that an encrypted message came that no conversation opens:
// the other side still writes to a conversation that is gone, or something on
// the way changed or forged it. Starting anew (Chat.Start) is the usual answer.
type Unreadable struct{ From string }

// TooOld says that the program there offers OTR, but not version 3.
type TooOld struct{ From string }

// ExchangeFailed says that no private conversation came about with To after
// all retries. The owner may call Chat.Start again.
type ExchangeFailed struct {
	To  string
	Why Why
}

func (Transmit) event()       {}
func (TurnedPrivate) event()  {}
func (Text) event()           {}
func (SignalReceived) event() {}
func (Question) event()       {}
func (CheckDone) event()      {}
func (Ended) event()          {}
func (Clear) event()          {}
func (Notice) event()         {}
func (Unreadable) event()     {}
func (TooOld) event()         {}
func (ExchangeFailed) event() {}

// Result is how a check ended.
type Result uint8

// The results of a check.
const (
	Aborted   Result = iota // either side stopped it, or the messages made no sense
	Same                    // both typed the same
	Different               // they did not
)

// String returns the result's name.
func (r Result) String() string {
	switch r {
	case Aborted:
		return "aborted"
	case Same:
		return "same"
	case Different:
		return "different"
	}
	return fmt.Sprintf("result %d", uint8(r))
}

// Why says what an exchange that failed was waiting for.
type Why uint8

// The reasons of an ExchangeFailed.
const (
	NoAnswer   Why = iota // the other side never said anything of OTR
	Unfinished            // exchanges began, none came to its end
)

// String returns the reason's name.
func (w Why) String() string {
	switch w {
	case NoAnswer:
		return "no answer"
	case Unfinished:
		return "unfinished"
	}
	return fmt.Sprintf("why %d", uint8(w))
}
