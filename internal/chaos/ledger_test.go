package chaos_test

import (
	"slices"
	"testing"
	"time"

	"hushwing/internal/chaos"
)

// TestLedgerJudges: what is lost, doubled or out of order is found, and what a
// kill excuses is none of it.
func TestLedgerJudges(t *testing.T) {
	now := time.Now()
	l := chaos.NewLedger("Ana to Ben")
	for n := range 10 {
		l.Accepted(n, now)
	}
	l.Shown(0, "a", now)
	l.Shown(1, "b", now)
	l.Shown(1, "b", now) // the same ID: shown again after a kill
	if len(l.Doubles())+len(l.Disorder())+len(l.Foreign()) != 0 {
		t.Errorf("a text that is shown again: %v %v", l.Doubles(), l.Disorder())
	}
	l.Shown(1, "c", now)
	if len(l.Doubles()) != 1 {
		t.Errorf("a double is not found: %v", l.Doubles())
	}
	l.Shown(5, "f", now)
	l.Shown(4, "e", now)
	if len(l.Disorder()) != 1 {
		t.Errorf("disorder is not found: %v", l.Disorder())
	}
	l.Retried(3)
	l.Shown(3, "d", now)
	if len(l.Disorder()) != 1 {
		t.Errorf("what was sent again by hand counts: %v", l.Disorder())
	}
	if got := l.Missing(); !slices.Equal(got, []int{2, 6, 7, 8, 9}) {
		t.Errorf("missing are %v", got)
	}
	l.Shown(6, "f", now)
	if len(l.Foreign()) != 1 {
		t.Error("two texts with one ID are not found")
	}
	l.Doubt(20)
	if slices.Contains(l.Missing(), 20) {
		t.Error("a text in doubt counts as lost")
	}
	l.Shown(20, "u", now)
	l.Shown(20, "v", now)
	if len(l.Doubles()) != 2 {
		t.Error("a text in doubt that is shown twice is not found")
	}
}
