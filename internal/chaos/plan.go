package chaos

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Kind is what a blow does.
type Kind int

// The kinds of blows.
const (
	Cut          Kind = iota // the connection ends after a record
	Halve                    // of a record only the first part arrives, then the connection ends
	Delay                    // a record is held up for a while
	Freeze                   // nothing passes for a while; with no Hold: never again
	Chop                     // the connection ends at some byte
	TorDies                  // one's Tor is killed and started again
	ServerDies               // Prosody is killed and started again
	ProgramDies              // a program is killed and started again from its profile
	ProgramStops             // a program is stopped, as by a computer that sleeps
	Renewal                  // new certificates for the same keys, then a cut so that they are seen
	Kinds
)

func (k Kind) String() string {
	return [...]string{
		"cut", "halved", "delayed", "frozen", "cut at a byte", "Tor killed", "server killed",
		"program killed", "program stopped", "certificates renewed",
	}[k]
}

// onRoad reports whether a blow is a Road's.
func (k Kind) onRoad() bool { return k <= Chop }

// Blow is one of them.
type Blow struct {
	Kind Kind
	Who  int  // 0: Ana, 1: Ben; of no meaning to ServerDies
	Down bool // towards the client; else towards the server

	// Fresh hits the next connection, counted from its first byte, so that
	// signing in is hit as well; the present one is cut for it. Else it is counted
	// from the moment of the blow.
	Fresh bool
	At    int  // after so many records, or with Chop bytes
	Part  int  // of a halved record, in per mille
	Reset bool // the connection ends with a reset rather than in order
	Mute  bool // a program that is killed has had a dead link for a moment: its last texts are under way

	Hold time.Duration // how long it lasts
	Lead int           // so many texts are shown since the last blow was over
	Gap  time.Duration // or, if not zero, it comes so soon after the last, whatever that has done
}

func (b Blow) String() string {
	s := b.Kind.String()
	if b.Kind != ServerDies && b.Kind != Renewal {
		s = [...]string{"Ana", "Ben"}[b.Who] + ": " + s
	}
	if b.Kind.onRoad() {
		s += fmt.Sprintf(", %d %s, %s", b.At, pick(b.Kind == Chop, "bytes", "records"), pick(b.Down, "down", "up"))
		if b.Fresh {
			s += " from the start"
		}
	}
	if b.Kind == Halve {
		s += fmt.Sprintf(", %d per mille", b.Part)
	}
	if b.Mute {
		s += ", on a dead link"
	}
	switch {
	case b.Hold > 0:
		s += ", for " + b.Hold.String()
	case b.Kind == Freeze:
		s += ", for good"
	}
	if b.Gap > 0 {
		s += ", at once"
	}
	return s
}

func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}

// The records of a connection that are hit in turn when counting from its start:
// more than signing in, presences and a key exchange have.
const freshRecords = 40

// The same of a connection on which texts pass.
const laterRecords = 12

// Plan makes n blows. It is a pure function of its arguments: a seed repeats
// them. Each kind is there as soon as n allows it, and the records of those that
// hit records go up in turn, so that a long plan hits each of a connection's first ones, in both
// directions. With long, some freezes are for good: a dead link has to be found,
// which takes up to a minute.
func Plan(seed uint64, n int, long bool) []Blow {
	r := rand.New(rand.NewPCG(seed, 0x63_68_61_6f_73))
	// How often each kind comes in a round, once all have been there.
	round := []Kind{
		Cut, Cut, Cut, Halve, Halve, Halve, Delay, Delay,
		Freeze, Freeze, Chop, Chop, Chop, ProgramDies, ProgramDies, TorDies, ServerDies, ProgramStops, Renewal,
	}
	var kinds []Kind
	for k := range Kinds {
		kinds = append(kinds, k)
	}
	for len(kinds) < n {
		kinds = append(kinds, round...)
	}
	kinds = kinds[:n]
	r.Shuffle(n, func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })

	gaps := 2 // one in so many comes right after the one before: a short run has no time
	if long {
		gaps = 4
	}
	var turn [Kinds]int  // how often each kind came
	fresh, later := 0, 0 // how many hit records of a new connection, of an old one
	all := make([]Blow, n)
	for i, k := range kinds {
		t := turn[k]
		turn[k]++
		b := Blow{Kind: k, Who: r.IntN(2), Down: r.IntN(2) == 0, Reset: r.IntN(2) == 0, Lead: 1 + r.IntN(12)}
		ms := func(least, most int) time.Duration { return time.Duration(least+r.IntN(most-least)) * time.Millisecond }
		switch k {
		case Cut, Halve, Delay, Freeze:
			if b.Fresh = (uint64(t)+uint64(k)+seed)%2 == 1; b.Fresh {
				b.Down = fresh%2 == 1
				b.At = (fresh/2*7 + int(seed%freshRecords)) % freshRecords // 7 and freshRecords have no common divisor: all come
				fresh++
			} else {
				b.Down = later%2 == 1
				b.At = later / 2 % laterRecords
				later++
			}
			b.Part = 1 + r.IntN(998)
			if k == Delay {
				b.Hold = ms(200, 3000)
			}
			if k == Freeze && (!long || t%6 != 2) {
				b.Hold = ms(1000, 4000)
			}
		case Chop:
			b.Fresh = r.IntN(2) == 0
			b.At = r.IntN(12_000)
		case TorDies:
			b.Hold = ms(100, 2500)
		case ServerDies:
			b.Hold = ms(0, 1500)
		case ProgramDies:
			b.Hold = ms(0, 1000)
			b.Mute = r.IntN(2) == 0
		case ProgramStops:
			b.Hold = ms(500, 4000)
		}
		if i > 0 && r.IntN(gaps) == 0 {
			b.Gap = ms(1, 1500)
		}
		all[i] = b
	}
	return all
}
