package otr

import (
	"crypto/rand"
	"encoding/binary"
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
	key engineKey
	tag uint32
}

// identityVersion is the first byte of what Export writes.
const identityVersion = 1

// NewIdentity makes a key and a tag from random (nil: the system's source). It
// takes 50 to 500 ms, so it has no place on a goroutine that others wait for.
func NewIdentity(random io.Reader) (*Identity, error) {
	if random == nil {
		random = rand.Reader
	}
	key, err := generateKey(random)
	if err != nil {
		return nil, err
	}
	var raw [4]byte
	for {
		if _, err := io.ReadFull(random, raw[:]); err != nil {
			return nil, fmt.Errorf("otr: making an instance tag: %w", err)
		}
		if tag := binary.BigEndian.Uint32(raw[:]); tag >= minTag {
			return &Identity{key: key, tag: tag}, nil
		}
	}
}

// Export returns everything, in a versioned form of our own: a version byte,
// the instance tag, and the key as the OTR specification writes keys, with its
// private number behind. It is as secret as a key can be.
func (id *Identity) Export() []byte {
	out := binary.BigEndian.AppendUint32([]byte{identityVersion}, id.tag)
	return append(out, id.key.serialize()...)
}

// ImportIdentity reads what Export wrote. It fails on any other version and on
// numbers that are no key.
func ImportIdentity(raw []byte) (*Identity, error) {
	if len(raw) < 5 {
		return nil, errors.New("otr: an exported identity is cut short")
	}
	if raw[0] != identityVersion {
		return nil, fmt.Errorf("otr: an exported identity of version %d", raw[0])
	}
	tag := binary.BigEndian.Uint32(raw[1:])
	if tag < minTag {
		return nil, errors.New("otr: an exported identity without a valid tag")
	}
	key, err := parseKey(raw[5:])
	if err != nil {
		return nil, err
	}
	return &Identity{key: key, tag: tag}, nil
}

// Fingerprint names our key.
func (id *Identity) Fingerprint() Fingerprint { return id.key.fingerprint() }

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
