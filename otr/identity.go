package otr

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// ErrMarshal says that something tried to write a key out by reflection.
var ErrMarshal = errors.New("otr: a key is written out by Export alone")

const identityPlaceholder = "(otr: identity)"

// Identity is who we are in one account: a long-term key, and the instance tag
// that the account keeps for ever (OTR v3, "Instance Tags"). It never changes
// and is safe for concurrent use.
type Identity struct {
	key *engineKey
	tag uint32
}

// NewIdentity makes a key and a tag from random (nil: the system's source). It
// takes 50 to 500 ms, so it has no place on a goroutine that others wait for.
func NewIdentity(random io.Reader) (*Identity, error) { return nil, ErrEngine }

// Export returns everything, in a versioned form of our own. It is as secret
// as a key can be.
func (id *Identity) Export() []byte { return nil }

// ImportIdentity reads what Export wrote.
func ImportIdentity(raw []byte) (*Identity, error) { return nil, ErrEngine }

// Fingerprint names our key.
func (id *Identity) Fingerprint() Fingerprint { return Fingerprint{} }

// Tag returns our instance tag, at least 0x100.
func (id *Identity) Tag() uint32 { return id.tag }

// String returns a placeholder.
func (*Identity) String() string { return identityPlaceholder }

// GoString returns a placeholder.
func (*Identity) GoString() string { return identityPlaceholder }

// Format writes a placeholder for every verb.
func (*Identity) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(identityPlaceholder)) }

// LogValue gives log/slog a placeholder.
func (*Identity) LogValue() slog.Value { return slog.StringValue(identityPlaceholder) }

// MarshalJSON fails.
func (*Identity) MarshalJSON() ([]byte, error) { return nil, ErrMarshal }

// MarshalText fails.
func (*Identity) MarshalText() ([]byte, error) { return nil, ErrMarshal }

// MarshalBinary fails, which covers encoding/gob.
func (*Identity) MarshalBinary() ([]byte, error) { return nil, ErrMarshal }
