package passphrase

import (
	"math"
	"strings"
	"sync"
	"unicode"
)

// What one thing costs to guess, in bits.
const (
	wordBits    = 12.925 // one of 7,776
	nameBits    = 8      // one of the common names
	yearBits    = 7      // 1900 to 2035
	dateBits    = 15.5   // a day of those years
	unknownBits = 19     // a word of half a million
	knownBits   = 2      // what the attacker tries first
)

// words is the EFF's list, with the cost of each.
var words = sync.OnceValue(func() map[string]float64 {
	all := make(map[string]float64, len(list()))
	for _, w := range list() {
		all[w] = wordBits
	}
	for _, w := range strings.Fields(names) {
		all[w] = nameBits
	}
	for i, w := range strings.Fields(common) {
		all[w] = 1 + math.Log2(float64(i+1))
	}
	return all
})

// guesser estimates one password.
type guesser struct{ known map[string]float64 }

func newGuesser(known []string) *guesser {
	g := &guesser{known: map[string]float64{}}
	for _, k := range known {
		g.known[strings.ToLower(k)] = knownBits
		for _, part := range strings.FieldsFunc(strings.ToLower(k), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(part) > 2 {
				g.known[part] = knownBits
			}
		}
	}
	return g
}

// bits returns the cost of the cheapest way to put the password together from
// parts that a guesser knows.
func (g *guesser) bits(p []rune) float64 {
	best := make([]float64, len(p)+1)
	for end := 1; end <= len(p); end++ {
		best[end] = best[end-1] + runeBits(p[end-1])
		if separates(p, end-1) {
			best[end] = best[end-1] + 0.3 // between words one sign is as good as another
		}
		for from := max(0, end-maxPart); from < end-1; from++ {
			best[end] = min(best[end], best[from]+g.part(p[from:end]))
		}
		for period := 1; period <= end/2; period++ {
			times := repeats(p[:end], period)
			if times < 2 {
				continue
			}
			// The repetitions before the end are free but for their number.
			first := end - (times-1)*period
			best[end] = min(best[end], best[first]+1+math.Log2(float64(times)))
		}
	}
	return best[len(p)]
}

// maxPart is the longest part that is looked up as one.
const maxPart = 40

// repeats returns how many times the last period runes stand at the end of p,
// one after the other.
func repeats(p []rune, period int) int {
	same := 0
	for i := len(p) - 1; i-period >= 0 && p[i] == p[i-period]; i-- {
		same++
	}
	return same/period + 1
}

// separates tells whether the rune at i is a lone sign between two words.
func separates(p []rune, i int) bool {
	return i > 0 && i+1 < len(p) && strings.ContainsRune(" -_.,+", p[i]) &&
		unicode.IsLetter(p[i-1]) && unicode.IsLetter(p[i+1])
}

// runeBits is the cost of one rune taken at random among its like.
func runeBits(r rune) float64 {
	switch {
	case '0' <= r && r <= '9':
		return 3.3
	case 'a' <= r && r <= 'z', unicode.IsLetter(r) && !unicode.IsUpper(r):
		return 4.7
	case unicode.IsUpper(r):
		return 5.2
	case r == ' ':
		return 2
	case unicode.IsPrint(r):
		return 5
	}
	return 6
}

// part returns the cost of a part of two runes or more, as one thing.
func (g *guesser) part(p []rune) float64 {
	cost := min(sequence(p), walk(p), date(p))
	text := string(p)
	lower := strings.ToLower(text)
	cased := caseBits(p)
	for i, form := range []string{lower, unleet.Replace(lower)} {
		extra := cased + float64(i)*1.5
		if c, ok := g.known[form]; ok {
			cost = min(cost, c+extra)
		}
		if small(form) {
			cost = min(cost, smallBits+extra)
		}
		if c, ok := words()[form]; ok {
			cost = min(cost, c+extra)
		}
		if c, ok := words()[turned(form)]; ok {
			cost = min(cost, c+extra+1)
		}
		if wordlike([]rune(form)) {
			cost = min(cost, math.Max(unknownBits, 1.6*float64(len(p)))+extra)
		}
	}
	return cost
}

// unleet undoes the usual signs for letters.
var unleet = strings.NewReplacer("0", "o", "1", "i", "!", "i", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "8", "b", "9", "g")

func turned(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// caseBits is the cost of capitals: none, the first or all are tried early.
func caseBits(p []rune) float64 {
	upper := 0
	for _, r := range p {
		if unicode.IsUpper(r) {
			upper++
		}
	}
	switch {
	case upper == 0:
		return 0
	case upper == len(p), upper == 1 && unicode.IsUpper(p[0]):
		return 1
	}
	return 2 + math.Log2(float64(len(p)))*float64(min(upper, len(p)-upper))
}

// wordlike tells whether p may be a word of some language: letters alone, in
// Latin script with vowels in their usual number and place.
func wordlike(p []rune) bool {
	if len(p) < 4 {
		return false
	}
	vowels, row, latin := 0, 0, true
	for _, r := range p {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
		latin = latin && r < 0x80
		if strings.ContainsRune("aeiouy", r) {
			vowels++
			row = 0
		} else if row++; row > 4 && latin {
			return false
		}
	}
	return !latin || (vowels*5 >= len(p) && vowels*4 <= len(p)*3)
}

// sequence is the cost of abc, 2468, zyx: a start, a step, a length.
func sequence(p []rune) float64 {
	if len(p) < 3 {
		return math.Inf(1)
	}
	step := p[1] - p[0]
	if step < -3 || step > 3 {
		return math.Inf(1)
	}
	for i := 2; i < len(p); i++ {
		if p[i]-p[i-1] != step {
			return math.Inf(1)
		}
	}
	cost := 4 + math.Log2(float64(len(p)))
	if step != 1 {
		cost += 2
	}
	return cost
}

// keyboards are rows of keys, as they lie below each other.
var keyboards = [][]string{
	{"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"},
	{"1234567890ß", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-"},
	{"1234567890°+", "azertyuiop^$", "qsdfghjklmù*", "wxcvbn,;:!"},
	{"1234567890-=", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."},
	{"789", "456", "123", "0"},
}

// walk is the cost of neighbouring keys, one after the other.
func walk(p []rune) float64 {
	cost := math.Inf(1)
	if len(p) < 4 {
		return cost
	}
	for _, rows := range keyboards {
		turns, ok := 0, true
		var lastRow, lastCol, dirRow, dirCol int
		for i, r := range p {
			row, col := locate(rows, unicode.ToLower(r))
			if row < 0 {
				ok = false
				break
			}
			dr, dc := row-lastRow, col-lastCol
			if i > 0 {
				if dr < -1 || dr > 1 || dc < -1 || dc > 1 {
					ok = false
					break
				}
				if i == 1 || dr != dirRow || dc != dirCol {
					turns++
				}
				dirRow, dirCol = dr, dc
			}
			lastRow, lastCol = row, col
		}
		if ok {
			cost = min(cost, 5.5+math.Log2(float64(len(p)))+2*float64(turns)+caseBits(p))
		}
	}
	return cost
}

func locate(rows []string, r rune) (row, col int) {
	for row, keys := range rows {
		for col, key := range []rune(keys) {
			if key == r {
				return row, col
			}
		}
	}
	return -1, -1
}

// date is the cost of a year, or of a day as digits with or without signs
// between them.
func date(p []rune) float64 {
	digits := make([]int, 0, 8)
	signs := 0
	for _, r := range p {
		switch {
		case '0' <= r && r <= '9':
			digits = append(digits, int(r-'0'))
		case strings.ContainsRune("./- ", r):
			signs++
		default:
			return math.Inf(1)
		}
	}
	n := func(from, to int) (v int) {
		for _, d := range digits[from:to] {
			v = v*10 + d
		}
		return v
	}
	year := func(y int) bool { return 1900 <= y && y <= 2035 }
	day := func(a, b int) bool { return a >= 1 && b >= 1 && ((a <= 31 && b <= 12) || (a <= 12 && b <= 31)) }
	switch {
	case len(digits) == 4 && signs == 0 && year(n(0, 4)):
		return yearBits
	case len(digits) == 6 && (signs == 0 || signs == 2) && (day(n(0, 2), n(2, 4)) || day(n(2, 4), n(4, 6))):
		return dateBits
	case len(digits) == 8 && (signs == 0 || signs == 2) &&
		((day(n(0, 2), n(2, 4)) && year(n(4, 8))) || (year(n(0, 4)) && day(n(4, 6), n(6, 8)))):
		return dateBits
	}
	return math.Inf(1)
}
