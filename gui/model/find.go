package model

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldText makes texts alike that a person takes for the same when looking for
// them: without capitals, accents and marks, and without the letters' variants
// that keyboards of other languages lack.
func foldText(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) || r == tatweel || invisible(r) {
			continue
		}
		for _, l := range strings.ToLower(string(r)) {
			if to, ok := alike[l]; ok {
				b.WriteString(to)
			} else if !unicode.Is(unicode.Mn, l) {
				b.WriteRune(l)
			}
		}
	}
	return b.String()
}

// tatweel makes an Arabic word longer and means nothing.
const tatweel = 'ـ'

// alike are letters that Unicode does not take apart, and how people write them
// who do not have them.
var alike = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŋ': "n",
	'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه",
}

// find returns the people that a search is for, those whose name begins with it
// before those who have it elsewhere; otherwise in the order of people.
func (m *Model) find(people []*contact) []*contact {
	words := strings.Fields(foldText(m.search))
	if len(words) == 0 {
		return people
	}
	var found [3][]*contact
	for _, c := range people {
		if rank := c.fits(words); rank >= 0 {
			found[rank] = append(found[rank], c)
		}
	}
	return append(append(found[0], found[1]...), found[2]...)
}

// fits reports whether a contact has all of these words, and where: 0 says at
// the beginning of a part of the name, 1 in the name, 2 elsewhere; -1 nowhere.
func (c *contact) fits(words []string) int {
	rank := 0
	for _, w := range words {
		switch at := strings.Index(c.placed.key, w); {
		case at == 0 || at > 0 && strings.Contains(c.placed.key, " "+w):
		case at > 0:
			rank = max(rank, 1)
		case strings.Contains(c.reach(), w):
			rank = 2
		default:
			return -1
		}
	}
	return rank
}

// reach is what a search looks into besides the name. It is made by the first
// search: most people never search among thousands.
func (c *contact) reach() string {
	if c.found == "" {
		c.found = foldText(c.Address)
		for _, g := range c.groups() {
			c.found += "\n" + foldText(g)
		}
	}
	return c.found
}

// setSearch takes what is searched for.
func (m *Model) setSearch(text string) {
	if text == m.search {
		return
	}
	m.search = text
	m.listing.stale = true
	m.changes.List, m.changes.Main = true, true
}
