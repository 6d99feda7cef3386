package model

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"

	"hushwing/i18n"
)

// A text of outside is shown as it was written, but for what could make it read
// as something else than it is, or reach over what stands around it (Unicode
// Technical Report 36; UAX #9, section 2.2).

// The marks of direction.
const (
	lri, rli, fsi, pdi      = '\u2066', '\u2067', '\u2068', '\u2069'
	lre, rle, pdf, lro, rlo = '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'
	zwnj, zwj               = '\u200c', '\u200d'
)

// What a text may pile up at one place.
const (
	maxMarks   = 5 // over or under a letter: Hebrew with its accents has four
	maxIsolate = 8 // directions within each other
)

// legible returns a text as it is shown. Line ends become \n; what overrides the
// direction, and control characters, become �; embedded directions end where they
// should; invisible characters that no script needs are gone, and so are marks
// that would grow out of the line.
func legible(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	f := filter{}
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		if r = f.next(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlain reports a text in which there is nothing to look for.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// filter decides about one character after the other.
type filter struct {
	last   rune // that was let through
	marks  int  // in a row
	depth  int  // of isolates
	inFlag bool // in an emoji that is a flag: tags spell the country
}

// next returns what stands in a character's place; -1 is nothing.
func (f *filter) next(r rune) rune {
	r = f.decide(r)
	if r < 0 {
		return r
	}
	f.inFlag = r == '\U0001f3f4' || f.inFlag && isTag(r) && r != 0xe007f
	f.last = r
	return r
}

func (f *filter) decide(r rune) rune {
	if unicode.In(r, unicode.Mn, unicode.Me) && !isSelector(r) {
		if f.marks++; f.marks > maxMarks {
			return -1
		}
		return r
	}
	if !isSelector(r) && !unicode.In(r, unicode.Cf) { // those take no place of their own
		f.marks = 0
	}
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		f.depth = 0 // a direction ends with its paragraph
		return '\n'
	case r == '\t':
		return r
	case unicode.IsControl(r), r == lro, r == rlo, r == 0xfffc:
		return utf8.RuneError
	case r == lre, r == lri:
		return f.open(lri)
	case r == rle, r == rli:
		return f.open(rli)
	case r == fsi:
		return f.open(fsi)
	case r == pdf, r == pdi:
		if f.depth == 0 {
			return -1
		}
		f.depth--
		return pdi
	case isTag(r) && !f.inFlag, isSelector(r) && isSelector(f.last), noUse(r):
		return -1
	}
	return r
}

// open begins an isolate, unless there are too many within each other.
func (f *filter) open(r rune) rune {
	if f.depth == maxIsolate {
		return -1
	}
	f.depth++
	return r
}

// isSelector reports what chooses between shapes of the character before it.
func isSelector(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef || r >= 0x180b && r <= 0x180d || r == 0x180f
}

// isTag reports the invisible letters that only flags are spelled with.
func isTag(r rune) bool { return r >= 0xe0000 && r <= 0xe007f }

// noUse reports invisible characters that no script needs: joiners and places to
// break a line are not among them.
func noUse(r rune) bool {
	switch {
	case r == 0x034f, r == 0x180e, r == 0xfeff, r >= 0x2060 && r <= 0x2065, r >= 0x206a && r <= 0x206f:
		return true
	case r >= 0xfff0 && r <= 0xfffb, r >= 0x1d173 && r <= 0x1d17a:
		return true
	}
	return false
}

// blank reports characters that can be seen nowhere, so that two names could
// differ by nothing but them. Joiners are not among them.
func blank(r rune) bool {
	return invisible(r) || noUse(r) ||
		r == 0xad || r == 0x115f || r == 0x1160 || r == 0x17b4 || r == 0x17b5 || r == 0x200b || r == 0x3164 || r == 0xffa0 || r == 0x2800
}

// joins reports whether a joiner after r does something: it does in the scripts
// that join letters, and between emoji.
func joins(r rune) bool {
	switch {
	case r < 0x370, unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Hebrew):
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk)
}

// Direction is how a text reads.
type Direction int

// The directions.
const (
	DirectionNone Direction = iota // of digits, say: as what is around it
	LeftToRight
	RightToLeft
)

// directionOf returns the direction of a text: that of its first letter outside
// of isolates (UAX #9, rule P2).
func directionOf(s string) Direction {
	depth := 0
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			depth++
		case bidi.PDI:
			depth = max(0, depth-1)
		case bidi.B:
			depth = 0
		case bidi.L:
			if depth == 0 {
				return LeftToRight
			}
		case bidi.R, bidi.AL:
			if depth == 0 {
				return RightToLeft
			}
		}
	}
	return DirectionNone
}

// turns reports whether something in a text reads from right to left, or asks
// what is around it to.
func turns(s string) bool {
	for _, r := range s {
		if r < 0x590 {
			continue
		}
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL, bidi.AN, bidi.RLO, bidi.RLE, bidi.RLI, bidi.FSI:
			return true
		}
	}
	return false
}

// isolated puts a name, which can be in any script, into a sentence of ours
// without a mark of the one changing the order of the other.
func isolated(name string) string {
	if i18n.Direction() == i18n.LTR && !turns(name) {
		return name
	}
	return string(fsi) + name + string(pdi)
}
