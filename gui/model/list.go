package model

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"
)

// The list of the left pane can have tens of thousands of rows, of which a
// window shows a dozen. So nothing here is made for all of them: the order is
// kept up as contacts change, the sections are slices of it, and a row is made
// when the window asks for it (listrow.go).

// place is what decides where a contact stands in the order.
type place struct {
	unread bool
	last   time.Time
	key    string // the name, folded
}

// talks reports a contact with whom something was said since the start.
func (p place) talks() bool { return p.unread || !p.last.IsZero() }

// byPlace is the order of the list: what is new first, then what is recent,
// then by name.
func byPlace(a, b *contact) int {
	if a.placed.unread != b.placed.unread {
		if a.placed.unread {
			return -1
		}
		return 1
	}
	if c := b.placed.last.Compare(a.placed.last); c != 0 {
		return c
	}
	if c := cmp.Compare(a.placed.key, b.placed.key); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Address, b.Address); c != 0 {
		return c
	}
	return cmp.Compare(a.Account, b.Account)
}

// listing is the contacts in order, and the sections that the window shows.
type listing struct {
	order []*contact // without those in moved
	moved []*contact // out of place in order, or not in it yet
	gone  bool       // order has some who are no contacts any more

	folded   map[string]bool // sections whose heading alone is shown, by their keys
	groups   []section       // of those nothing was said with
	regroup  bool            // groups is out of date
	sections []section       // what is shown
	heads    []int           // which rows are headings
	rows     int
	stale    bool // sections is out of date
	built    []*contact
}

func newListing() listing { return listing{folded: map[string]bool{}, stale: true, regroup: true} }

// fewMoved is how many contacts are put in their places one by one; more are
// cheaper by going through all once.
const fewMoved = 16

// move notes that a contact is not where it belongs.
func (l *listing) move(c *contact) {
	if !c.moved {
		c.moved = true
		l.moved = append(l.moved, c)
	}
	l.stale = true
}

// drop notes that a contact is none any more.
func (l *listing) drop(c *contact) {
	c.gone = true
	l.gone, l.stale, l.regroup = true, true, true
}

// settle brings order up to date.
func (l *listing) settle() {
	if len(l.moved) == 0 && !l.gone {
		return
	}
	few := len(l.moved) <= fewMoved && !l.gone
	if few {
		for _, c := range l.moved {
			if i := slices.Index(l.order, c); i >= 0 {
				l.order = slices.Delete(l.order, i, i+1)
			}
		}
	} else {
		away := func(c *contact) bool { return c.moved || c.gone }
		l.order = slices.DeleteFunc(l.order, away)
	}
	moved := slices.DeleteFunc(l.moved, func(c *contact) bool { return c.gone })
	for _, c := range moved {
		c.moved = false
		if t := c.placed.talks(); t != c.talking {
			c.talking, l.regroup = t, true
		}
	}
	switch {
	case few:
		for _, c := range moved {
			i, _ := slices.BinarySearchFunc(l.order, c, byPlace)
			l.order = slices.Insert(l.order, i, c)
		}
	default:
		slices.SortFunc(moved, byPlace)
		l.order = merge(l.order, moved)
	}
	l.moved, l.gone = l.moved[:0], false
}

// merge joins two lists that are in order.
func merge(a, b []*contact) []*contact {
	if len(a) == 0 {
		return slices.Clone(b)
	}
	out := make([]*contact, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if byPlace(a[0], b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// section is a part of the list under a heading.
type section struct {
	key    string // unique in the list
	kind   sectionKind
	people []*contact
	folds  bool // its heading folds it
	folded bool

	at   int // the number of its first row
	head bool
}

type sectionKind int

const (
	sectionTalks   sectionKind = iota // with whom something was said
	sectionPeople                     // all others, where there are no groups
	sectionGroup                      // key names the group
	sectionNoGroup                    // all others who are in none
	sectionFound                      // what the search found
)

// The keys of the sections that are no groups. Groups' keys begin with "g".
const (
	keyTalks   = "talks"
	keyPeople  = "people"
	keyNoGroup = "none"
	keyFound   = "found"
)

// shown is how many rows of people the section has.
func (s *section) shown() int {
	if s.folded {
		return 0
	}
	return len(s.people)
}

// list brings the list up to date and returns it.
func (m *Model) list() *listing {
	l := &m.listing
	l.settle()
	if !l.stale {
		return l
	}
	l.stale = false
	if m.search != "" {
		l.sections = []section{{key: keyFound, kind: sectionFound, people: m.find(l.order)}}
	} else {
		l.part()
	}
	l.count()
	return l
}

// part makes the sections: conversations, then the others by their groups.
func (l *listing) part() {
	talks := sort.Search(len(l.order), func(i int) bool { return !l.order[i].talking })
	l.sections = append(l.sections[:0], section{key: keyTalks, kind: sectionTalks, people: l.order[:talks]})
	if l.regroup {
		l.regroup = false
		l.groups = grouped(l.order[talks:])
	}
	rest := l.groups
	if len(rest) == 0 {
		rest = []section{{key: keyPeople, kind: sectionPeople, people: l.order[talks:], folds: true}}
	}
	l.sections = append(l.sections, rest...)
	l.sections = slices.DeleteFunc(l.sections, func(s section) bool { return len(s.people) == 0 })
	for i := range l.sections {
		s := &l.sections[i]
		s.head = len(l.sections) > 1 || s.kind == sectionGroup
		s.folded = s.head && s.folds && l.folded[s.key]
	}
}

// count numbers the rows.
func (l *listing) count() {
	l.rows, l.heads = 0, l.heads[:0]
	for i := range l.sections {
		s := &l.sections[i]
		if s.head {
			l.heads = append(l.heads, l.rows)
			l.rows++
		}
		s.at = l.rows
		l.rows += s.shown()
	}
}

// row returns what the row with a number is: a contact, or, without one, the
// heading of the section.
func (l *listing) row(i int) (*section, *contact) {
	k := sort.Search(len(l.sections), func(k int) bool { return l.sections[k].at > i }) - 1
	if k+1 < len(l.sections) && l.sections[k+1].head && i == l.sections[k+1].at-1 {
		return &l.sections[k+1], nil
	}
	if k < 0 {
		return nil, nil
	}
	s := &l.sections[k]
	if i-s.at >= s.shown() {
		return nil, nil
	}
	return s, s.people[i-s.at]
}

// where returns the number of a row, or -1.
func (l *listing) where(k RowKey) int {
	for i := range l.sections {
		s := &l.sections[i]
		if s.key != k.Section {
			continue
		}
		if k.Peer == (Peer{}) && s.head {
			return s.at - 1
		}
		if at := slices.IndexFunc(s.people[:s.shown()], func(c *contact) bool { return c.Peer == k.Peer }); at >= 0 {
			return s.at + at
		}
	}
	return -1
}

// wherever returns the number of the first row of a contact, or -1.
func (l *listing) wherever(p Peer) int {
	for i := range l.sections {
		if at := l.where(RowKey{Section: l.sections[i].key, Peer: p}); at >= 0 {
			return at
		}
	}
	return -1
}

// grouped sorts people by their groups, those who are in none at the end. It
// returns nothing where nobody is in one.
func grouped(people []*contact) []section {
	byName := map[string]*section{}
	var none []*contact
	for _, c := range people {
		if len(c.groups()) == 0 {
			none = append(none, c)
			continue
		}
		for _, name := range c.groups() {
			s := byName[name]
			if s == nil {
				s = &section{key: "g" + name, kind: sectionGroup, folds: true}
				byName[name] = s
			}
			s.people = append(s.people, c)
		}
	}
	if len(byName) == 0 {
		return nil
	}
	out := make([]section, 0, len(byName)+1)
	for _, s := range byName {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b section) int {
		if c := cmp.Compare(foldText(a.key), foldText(b.key)); c != 0 {
			return c
		}
		return strings.Compare(a.key, b.key)
	})
	return append(out, section{key: keyNoGroup, kind: sectionNoGroup, people: none, folds: true})
}

// fold hides or shows what is under a heading.
func (m *Model) fold(key string) {
	l := &m.listing
	if l.folded[key] {
		delete(l.folded, key)
	} else {
		l.folded[key] = true
	}
	l.stale = true
	m.changes.List, m.changes.Main = true, true
}
