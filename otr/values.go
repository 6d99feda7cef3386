package otr

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// MaxText is the longest text that can be sealed at once, in bytes of UTF-8.
const MaxText = 40 << 10

// MaxSignal is the longest Signal.Data, in bytes.
const MaxSignal = 1000

// MaxQuestion is the longest question of a check, in bytes of UTF-8.
const MaxQuestion = 1000

// The errors of this package. Compare with errors.Is.
var (
	// ErrNotPrivate: the conversation is not private (any more), so nothing
	// can be sealed in it.
	ErrNotPrivate = errors.New("otr: the conversation is not private")
	// ErrLocked: the conversation is private, but its key was not accepted
	// (Chat.Promote). It is also an ErrNotPrivate.
	ErrLocked = fmt.Errorf("otr: the conversation's key is not accepted: %w", ErrNotPrivate)
	// ErrTampered: the engine's idea of the other side's key or of the session
	// is not what it was when the conversation turned private.
	ErrTampered = errors.New("otr: the conversation's key changed after it turned private")
	// ErrNothingAsked: there is no question to answer.
	ErrNothingAsked = errors.New("otr: no question is open")
	// ErrEmpty: a text or a secret with nothing in it.
	ErrEmpty = errors.New("otr: nothing to seal")
	// ErrTooLong: more than MaxText, MaxSignal or MaxQuestion bytes.
	ErrTooLong = errors.New("otr: too long")
	// ErrNotUTF8: a text that is not valid UTF-8.
	ErrNotUTF8 = errors.New("otr: not valid UTF-8")
	// ErrNotOurs: a conversation that does not belong to this chat.
	ErrNotOurs = errors.New("otr: the conversation belongs to another chat")
	// ErrEngine: the engine failed in a way that it should not.
	ErrEngine = errors.New("otr: the engine failed")
)

// Fingerprint names a long-term key: the SHA-1 of the public key as in the OTR
// specification, "Public keys, signatures, and fingerprints".
type Fingerprint [20]byte

// String returns upper-case hexadecimal in five groups of eight.
func (f Fingerprint) String() string {
	h := strings.ToUpper(hex.EncodeToString(f[:]))
	groups := make([]string, 0, 5)
	for i := 0; i < len(h); i += 8 {
		groups = append(groups, h[i:i+8])
	}
	return strings.Join(groups, " ")
}

// IsZero reports whether there is no fingerprint.
func (f Fingerprint) IsZero() bool { return f == Fingerprint{} }

// ParseFingerprint reads what String writes, in either case and with white
// space anywhere.
func ParseFingerprint(s string) (Fingerprint, error) {
	var f Fingerprint
	raw, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil || len(raw) != len(f) {
		return Fingerprint{}, errors.New("otr: a fingerprint is 40 hexadecimal digits")
	}
	copy(f[:], raw)
	return f, nil
}

// ID names one data message: the first 16 bytes of the SHA-256 of the part of
// it that the authenticator covers. Both ends get the same, and the server
// cannot make one message look like another.
type ID [16]byte

// String returns lower-case hexadecimal.
func (i ID) String() string { return hex.EncodeToString(i[:]) }

// IsZero reports whether there is no ID.
func (i ID) IsZero() bool { return i == ID{} }

// Plain is a text that may be sealed. The zero value is refused everywhere.
type Plain struct{ text string }

// NewPlain takes a text as typed. NULs are removed: inside OTR one would end
// the text and turn what follows into commands (OTR v3, "Type/Length/Value
// Records"). It fails with ErrEmpty, ErrNotUTF8 or ErrTooLong.
//
// A text that begins with "?OTR" needs no escape: it is sealed like any other
// and reaches the peer as typed.
func NewPlain(text string) (Plain, error) {
	text = withoutNUL(text)
	switch {
	case text == "":
		return Plain{}, ErrEmpty
	case !utf8.ValidString(text):
		return Plain{}, ErrNotUTF8
	case len(text) > MaxText:
		return Plain{}, fmt.Errorf("%w: %d of at most %d bytes", ErrTooLong, len(text), MaxText)
	}
	return Plain{text}, nil
}

// String returns the text.
func (p Plain) String() string { return p.text }

// Wire is one body that may go out in a chat message: a sealed message, or a
// message of a key exchange. Only this package makes one that is not zero.
type Wire struct{ body string }

// Body returns what goes into the message's body.
func (w Wire) Body() string { return w.body }

// IsZero reports whether w is not a body at all.
func (w Wire) IsZero() bool { return w.body == "" }

// String says what w is, not what is in it.
func (w Wire) String() string { return fmt.Sprintf("(otr: %d bytes)", len(w.body)) }

// Signal is a message between the two programs, not for people. It travels in
// a conversation as an extra symmetric key request (OTR v3, TLV type 8), which
// programs that do not know Usage ignore.
type Signal struct {
	Usage uint32
	Data  []byte
}

// LogValue keeps what is in a Signal out of logs.
func (s Signal) LogValue() slog.Value { return slog.StringValue("(otr: signal)") }

func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// shown makes a text from outside fit to be an event's: valid UTF-8, no NUL.
func shown(s string) string { return strings.ToValidUTF8(withoutNUL(s), "\uFFFD") }
