package chaos

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Ledger is what is known of the numbered texts of one person to another. It is
// safe for concurrent use.
type Ledger struct {
	Name string

	mu       sync.Mutex
	texts    map[int]*text
	ids      map[string]int // by the ID under which it was shown
	highest  int            // shown
	shown    int            // different numbers
	again    int            // shown once more with the same ID, after a kill
	doubled  []string
	disorder []string
	foreign  []string
}

// text is one text of a ledger.
type text struct {
	accepted time.Time // safe with its writer's program; zero: not known
	doubt    bool      // its writer's program was killed before it could say
	retried  bool      // it was given up once, and sent again by hand
	id       string    // under which it was shown
	at       time.Time // when it was shown
}

// NewLedger makes one for the texts that name stands for.
func NewLedger(name string) *Ledger {
	return &Ledger{Name: name, texts: map[int]*text{}, ids: map[string]int{}}
}

func (l *Ledger) text(n int) *text {
	if l.texts[n] == nil {
		l.texts[n] = &text{}
	}
	return l.texts[n]
}

// Accepted: the writer's program has said that text n is safe.
func (l *Ledger) Accepted(n int, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x := l.text(n); x.accepted.IsZero() {
		x.accepted, x.doubt = at, false
	}
}

// Doubt: the writer's program was killed before it said so. The text may have
// been lost then, as a user sees it in the field where it was typed; if not, it
// may be shown once.
func (l *Ledger) Doubt(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x := l.text(n); x.accepted.IsZero() {
		x.doubt = true
	}
}

// Retried: the writer was told that text n did not go, and had it sent again, so
// that its place is another one.
func (l *Ledger) Retried(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text(n).retried = true
}

// Shown: text n was shown to its reader, under this ID.
func (l *Ledger) Shown(n int, id string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m, ok := l.ids[id]; ok {
		if m != n {
			l.foreign = append(l.foreign, fmt.Sprintf("%s: %s is %d, and was %d", l.Name, id, n, m))
		}
		l.again++
		return
	}
	l.ids[id] = n
	x := l.text(n)
	switch {
	case x.id != "":
		l.doubled = append(l.doubled, fmt.Sprintf("%s: %d was shown at %s and again, with another ID, at %s", l.Name, n, clock(x.at), clock(at)))
		return
	case n < l.highest && !x.retried:
		l.disorder = append(l.disorder, fmt.Sprintf("%s: %d was shown at %s, after %d", l.Name, n, clock(at), l.highest))
	}
	x.id, x.at = id, at
	l.shown++
	l.highest = max(l.highest, n)
}

func clock(t time.Time) string { return t.Format("15:04:05.000") }

// Missing are the texts that are safe with their writer's program and were not
// shown, in order.
func (l *Ledger) Missing() (all []int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n, x := range l.texts {
		if !x.accepted.IsZero() && x.id == "" {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// Count tells how many texts were accepted, how many different ones were shown,
// and how many were shown again with the same ID.
func (l *Ledger) Count() (accepted, shown, again int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.texts {
		if !x.accepted.IsZero() {
			accepted++
		}
	}
	return accepted, l.shown, l.again
}

// ShownSince reports when the first text was shown that was accepted after a moment.
func (l *Ledger) ShownSince(moment time.Time) (at time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.texts {
		if x.accepted.After(moment) && x.id != "" && (at.IsZero() || x.at.Before(at)) {
			at = x.at
		}
	}
	return at, !at.IsZero()
}

// Accept reports when a text was accepted; zero: it was not.
func (l *Ledger) Accept(n int) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text(n).accepted
}

// Doubles and Disorder are what was shown twice, or in another order than it was
// written in. Foreign is what nobody wrote.
func (l *Ledger) Doubles() []string  { return l.copy(&l.doubled) }
func (l *Ledger) Disorder() []string { return l.copy(&l.disorder) }

// Foreign is what cannot be.
func (l *Ledger) Foreign() []string { return l.copy(&l.foreign) }

func (l *Ledger) copy(s *[]string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(*s)
}
