package tor

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
)

// minSecret is the least length of an isolation secret, in bytes.
const minSecret = 16

// Isolation is the identity under which Tor keeps connections apart: those of
// two Isolations never share a circuit (IsolateSOCKSAuth in tor(1), on by
// default). The zero value is refused by Dial. It does not print.
type Isolation struct{ user, password string }

// NewIsolation makes the isolation for a purpose: an account, a resolver. The
// user name is HMAC-SHA256(secret, purpose) in hex, so that what Tor sees and
// may log says nothing of the account; the password is the epoch. A new epoch
// is a new identity. With a secret of fewer than 16 bytes or an empty purpose
// it is the zero value.
func NewIsolation(secret []byte, purpose string, epoch uint32) Isolation {
	if len(secret) < minSecret || purpose == "" {
		return Isolation{}
	}
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(purpose))
	return Isolation{
		user:     hex.EncodeToString(m.Sum(nil)),
		password: strconv.FormatUint(uint64(epoch), 10),
	}
}

// IsZero reports whether Dial would refuse i.
func (i Isolation) IsZero() bool { return i.user == "" || i.password == "" }

// String returns a placeholder.
func (Isolation) String() string { return "(isolation)" }

// Format writes a placeholder for every verb.
func (Isolation) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("(isolation)")) }

// LogValue gives log/slog a placeholder.
func (Isolation) LogValue() slog.Value { return slog.StringValue("(isolation)") }
