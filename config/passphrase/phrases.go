package passphrase

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// What everybody knows by heart is no secret however long it is: attackers try
// lines of songs, books and prayers before anything that has to be made up. No
// list of them is whole; this one keeps the bar from praising the best known.
const phrases = `to be or not to be|that is the question|sein oder nicht sein|ser o no ser|etre ou ne pas etre|быть или не быть
the quick brown fox|jumps over the lazy dog|correct horse battery staple|may the force be with you|live long and prosper
winter is coming|hakuna matata|all you need is love|we are the champions|we will rock you|let it be|yellow submarine
twinkle twinkle little star|happy birthday to you|happy new year|merry christmas|once upon a time|i have a dream|yes we can
in god we trust|god is great|god is love|jesus loves me|our father who art in heaven|the lord is my shepherd|allahu akbar
bismillah|la ilaha illallah|inshallah|om mani padme hum|hare krishna|amazing grace|praise the lord
i love you|i love you so much|i miss you|ich liebe dich|te quiero mucho|te amo|je taime|ti amo|eu te amo|я тебя люблю
liberte egalite fraternite|vive la france|viva la vida|vivala revolucion|freedom is slavery|ignorance is strength|war is peace
big brother is watching you|knowledge is power|cogito ergo sum|carpe diem|veni vidi vici|lorem ipsum dolor sit amet
hello world|open sesame|let me in|this is my password|my password is|change me please|dont panic|hasta la vista
elementary my dear watson|houston we have a problem|mary had a little lamb|somewhere over the rainbow|over the rainbow
слава україні|слава россии|с новым годом|мама мыла раму|en un lugar de la mancha|ordem e progresso`

// phraseBits is the cost of a line that everybody knows.
const phraseBits = 10

// known by their letters alone.
var knownLines = sync.OnceValue(func() []string {
	var out []string
	for line := range strings.FieldsFuncSeq(phrases, func(r rune) bool { return r == '|' || r == '\n' }) {
		out = append(out, strings.ReplaceAll(line, " ", ""))
	}
	return out
})

// small words hold sentences together. In one they say next to nothing.
const (
	smallWords = ` a an and are as at be been but by can do for from had has have he her him his how i if in is it its just
		like me my no not of off on one or our out she so than that the them then there they this to too two up us was we
		were what when who why will with you your der die das und ist ich du nicht ein mit de la le el los las et un une que
		en es y e o da do em não и в не на я что он с как это `
	smallBits = 5
)

// small reports whether a word is one of them.
func small(word string) bool { return strings.Contains(smallSpaced(), " "+word+" ") }

var smallSpaced = sync.OnceValue(func() string { return " " + strings.Join(strings.Fields(smallWords), " ") + " " })

// line returns the cost of the password if it holds a line that everybody knows,
// with whatever stands between its letters, before and after it.
func (g *guesser) line(p []rune) float64 {
	var letters []rune
	var at []int // where they are
	for i, r := range p {
		if s := []rune(unleet.Replace(string(unicode.ToLower(r)))); len(s) == 1 && unicode.IsLetter(s[0]) {
			letters, at = append(letters, s[0]), append(at, i)
		}
	}
	text, best := string(letters), math.Inf(1)
	for _, l := range knownLines() {
		i := strings.Index(text, l)
		if i < 0 {
			continue
		}
		from := len([]rune(text[:i]))
		to := from + len([]rune(l))
		inside := p[at[from] : at[to-1]+1]
		rest := slices.Concat(p[:at[from]], p[at[to-1]+1:])
		cost := phraseBits + min(caseBits(inside), 3) // a capital for each word is no surprise
		if len(rest) > 0 {
			cost += min(g.bits(rest), g.line(rest))
		}
		best = min(best, cost)
	}
	return best
}
