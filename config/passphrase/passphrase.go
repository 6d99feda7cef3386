// Package passphrase judges and suggests the password of a profile.
//
// The estimate is of what it takes to guess a password by a method that knows
// how people make them: common passwords and names, words, repetitions,
// sequences, keyboard walks, dates. It is meant to be low where in doubt. It
// is a small one of our own: the port of zxcvbn that was looked at costs 13 MB
// of memory as soon as the program starts, finds nothing to guess in a long
// sentence of Cyrillic letters, and takes six random words for 2^134 guesses
// where there are 2^78.
//
// All functions are safe for concurrent use and keep nothing of a password.
package passphrase

import (
	"math"
	"strings"
	"time"

	"hushwing/secret"
)

// GuessesPerSecond is the attacker that an estimate speaks of: somebody who
// has the key file and some 200 of today's best graphics cards. One guess takes
// 256 MB and passes over it twice (scrypt, N = 2^18, r = 8), so that a card
// with 1 TB/s makes no more than some 500 a second.
const GuessesPerSecond = 100_000

// Words is how many words SuggestPassphrase takes: 7776^6 is 2^77.5 guesses.
const Words = 6

// Level is an estimate in one word.
type Level int

// A Weak password falls in days, a Fair one in years, a Good one in more than
// a life, a Strong one to nobody.
const (
	Empty Level = iota
	Weak
	Fair
	Good
	Strong
)

// The bits from which a level holds. At GuessesPerSecond half of 2^37 guesses
// are a week, of 2^48 some 45 years, of 2^60 180,000 years.
const (
	fairFrom   = 37
	goodFrom   = 48
	strongFrom = 60
)

// Estimate is what an attacker needs for a password. It tells nothing of the
// password itself but this.
type Estimate struct {
	Bits  float64 // the number of guesses as a power of two
	Level Level
	// Time is how long guessing takes on average, at most Forever.
	Time time.Duration
}

// Forever is the longest time.Duration, 292 years: as much or more.
const Forever = time.Duration(math.MaxInt64)

// maxRunes bounds the work; what follows adds nothing.
const maxRunes = 256

// Strength estimates a password. known are words that an attacker will try
// first: the user's own addresses and names.
func Strength(password secret.Text, known ...string) Estimate {
	runes := []rune(password.Export())
	if len(runes) == 0 {
		return Estimate{}
	}
	if len(runes) > maxRunes {
		runes = runes[:maxRunes]
	}
	g := newGuesser(known)
	return estimate(min(g.bits(runes), g.line(runes)))
}

func estimate(bits float64) Estimate {
	e := Estimate{Bits: bits, Level: Weak, Time: Forever}
	switch {
	case bits >= strongFrom:
		e.Level = Strong
	case bits >= goodFrom:
		e.Level = Good
	case bits >= fairFrom:
		e.Level = Fair
	}
	if seconds := math.Exp2(bits-1) / GuessesPerSecond; seconds < Forever.Seconds() {
		e.Time = time.Duration(seconds * float64(time.Second))
	}
	return e
}

// SuggestPassphrase returns Words random words of the EFF's large list, with
// spaces between. It fails only when the system has no randomness.
func SuggestPassphrase() (secret.Text, error) {
	words, err := randomWords(Words)
	if err != nil {
		return secret.Text{}, err
	}
	return secret.New(strings.Join(words, " ")), nil
}
