package xmpp

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

var errPrep = errors.New("xmpp: characters that are not allowed")

// saslprep prepares a password as RFC 4013 says: spaces become a space, what
// is not seen goes, and the rest is put into one form (NFKC), so that the same
// password typed on another keyboard is the same. Unicode is that of this
// program and not version 3.2 as in the RFC, which servers do not keep to
// either.
func saslprep(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errPrep
	}
	mapped := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case unicode.Is(toNothing, r):
		case r != ' ' && unicode.Is(unicode.Zs, r):
			mapped = append(mapped, ' ')
		default:
			mapped = append(mapped, r)
		}
	}
	out := norm.NFKC.String(string(mapped))
	if out == "" {
		return "", errPrep
	}
	var rtl, ltr bool
	for _, r := range out {
		if prohibited(r) {
			return "", errPrep
		}
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL:
			rtl = true
		case bidi.L:
			ltr = true
		}
	}
	if rtl { // RFC 3454, 6
		first, _ := utf8.DecodeRuneInString(out)
		last, _ := utf8.DecodeLastRuneInString(out)
		if ltr || !isRTL(first) || !isRTL(last) {
			return "", errPrep
		}
	}
	return out, nil
}

func isRTL(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// toNothing is table B.1 of RFC 3454.
var toNothing = &unicode.RangeTable{R16: []unicode.Range16{
	{0x00AD, 0x00AD, 1},
	{0x034F, 0x034F, 1},
	{0x1806, 0x1806, 1},
	{0x180B, 0x180D, 1},
	{0x200B, 0x200D, 1},
	{0x2060, 0x2060, 1},
	{0xFE00, 0xFE0F, 1},
	{0xFEFF, 0xFEFF, 1},
}, LatinOffset: 1}

// prohibited is tables C.1.2 and C.2.1 to C.9 of RFC 3454.
func prohibited(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
		return true
	case r != ' ' && unicode.Is(unicode.Zs, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF: // no characters
		return true
	case r >= 0xFFF9 && r <= 0xFFFD, r >= 0x2FF0 && r <= 0x2FFB:
		return true
	}
	return unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r)
}
