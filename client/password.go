package client

import (
	"crypto/rand"
	"time"

	"hushwing/config/passphrase"
	"hushwing/secret"
)

// Strength says how long a password would hold out against somebody who has
// the profile's files.
type Strength struct {
	Bits  float64       // of guessing work
	Guess time.Duration // at the speed of passphrase.Estimate; capped, never negative
}

// PasswordStrength judges a password for the profile. It is quick enough to be
// called at each key press.
func PasswordStrength(p secret.Text) Strength {
	e := passphrase.Strength(p)
	return Strength{Bits: e.Bits, Guess: e.Time}
}

// SuggestPassword returns random words that make a strong password.
func SuggestPassword() (secret.Text, error) { return passphrase.SuggestPassphrase() }

// serverPassword makes the password of a new account at its server: about 190
// bits, in letters and digits that every server takes.
func serverPassword() secret.Text {
	const letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	for i := range b {
		for int(b[i]) >= 4*len(letters) { // no letter likelier than another
			_, _ = rand.Read(b[i : i+1])
		}
		b[i] = letters[int(b[i])%len(letters)]
	}
	return secret.New(string(b))
}
