package client

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"hushwing/secret"
)

// codeDigits is how many digits a code has. The other side has one guess in each
// attempt, right once in a million; three attempts, then no more.
const codeDigits = 6

// codes is how many codes there are.
const codes = 1_000_000

// freshCode makes a code for one attempt. It fails with the system's randomness.
func freshCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(codes))
	if err != nil {
		return "", fmt.Errorf("client: making a code: %w", err)
	}
	return fmt.Sprintf("%0*d", codeDigits, n), nil
}

// typedCode returns a code as it was typed, in ASCII: digits of any script, with
// spaces, dashes and marks of direction wherever people put them.
func typedCode(typed secret.Text) (string, bool) {
	var b strings.Builder
	for _, r := range typed.Export() {
		d, ok := digit(r)
		switch {
		case ok:
			b.WriteByte(d)
		case unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Cf), r == '.', r == ',', r == '_', r == '−':
		default:
			return "", false
		}
	}
	return b.String(), b.Len() == codeDigits
}

// digitsIn returns the digits of a text, whatever stands between them.
func digitsIn(text string) []byte {
	var out []byte
	for _, r := range text {
		if d, ok := digit(r); ok {
			out = append(out, d)
		}
	}
	return out
}

// digit returns a decimal digit of any script as ASCII. In Unicode each script's
// ten follow each other (The Unicode Standard, section 4.6).
func digit(r rune) (byte, bool) {
	if r < 0x80 {
		return byte(r), '0' <= r && r <= '9'
	}
	if !unicode.IsDigit(r) {
		return 0, false
	}
	for _, in := range unicode.Digit.R16 {
		if uint32(r) >= uint32(in.Lo) && uint32(r) <= uint32(in.Hi) {
			return '0' + byte((uint32(r)-uint32(in.Lo))%10), true
		}
	}
	for _, in := range unicode.Digit.R32 {
		if uint32(r) >= in.Lo && uint32(r) <= in.Hi {
			return '0' + byte((uint32(r)-in.Lo)%10), true
		}
	}
	return 0, false
}

// codesSeen remembers which codes have come up in a chat: whatever six digits
// follow each other in a text, with anything between them. A code that came in
// the chat proves nothing, because whoever sits in between could write it there.
type codesSeen struct {
	few map[uint32]bool
	all []uint64 // one bit each, once there are many: somebody sent a long number
}

// fewCodes is how many fit into less memory than all of them.
const fewCodes = 2000

// text takes the digits of a text.
func (s *codesSeen) text(t string) {
	digits := digitsIn(t)
	for len(digits) >= codeDigits {
		n, _ := strconv.ParseUint(string(digits[:codeDigits]), 10, 32)
		s.add(uint32(n))
		digits = digits[1:]
	}
}

func (s *codesSeen) add(n uint32) {
	if s.all == nil && len(s.few) >= fewCodes {
		s.all = make([]uint64, codes/64+1)
		for n := range s.few {
			s.all[n/64] |= 1 << (n % 64)
		}
		s.few = nil
	}
	if s.all != nil {
		s.all[n/64] |= 1 << (n % 64)
		return
	}
	if s.few == nil {
		s.few = map[uint32]bool{}
	}
	s.few[n] = true
}

// has reports whether a code came up.
func (s *codesSeen) has(code string) bool {
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil || n >= codes {
		return false
	}
	if s.all != nil {
		return s.all[n/64]&(1<<(n%64)) != 0
	}
	return s.few[uint32(n)]
}
