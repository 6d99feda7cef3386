package chaos_test

import (
	"reflect"
	"testing"

	"hushwing/internal/chaos"
)

// TestPlanIsAPureFunction: a seed repeats the blows, another one makes others.
func TestPlanIsAPureFunction(t *testing.T) {
	if a, b := chaos.Plan(7, 400, true), chaos.Plan(7, 400, true); !reflect.DeepEqual(a, b) {
		t.Error("the same seed makes two plans")
	}
	if a, b := chaos.Plan(7, 400, true), chaos.Plan(8, 400, true); reflect.DeepEqual(a, b) {
		t.Error("two seeds make the same plan")
	}
	// Known: whoever changes the plan changes what a seed of a report means.
	if got := chaos.Plan(1, 12, false)[0].String(); got != "Ben: cut, 1 records, up from the start" {
		t.Errorf("the first blow of seed 1 is %q", got)
	}
}

// TestPlanHitsEverything: a short plan has each kind, a long one each of a
// connection's first records in both directions.
func TestPlanHitsEverything(t *testing.T) {
	for seed := range uint64(50) {
		seen := map[chaos.Kind]bool{}
		for _, b := range chaos.Plan(seed, 12, false) {
			seen[b.Kind] = true
			if b.Kind == chaos.Freeze && b.Hold == 0 {
				t.Errorf("seed %d: a short plan freezes for good", seed)
			}
		}
		if len(seen) != int(chaos.Kinds) {
			t.Errorf("seed %d: %d kinds of %d", seed, len(seen), chaos.Kinds)
		}
		type place struct {
			down bool
			at   int
		}
		hit, forGood := map[place]bool{}, 0
		for _, b := range chaos.Plan(seed, 400, true) {
			if b.Fresh && b.Kind != chaos.Chop {
				hit[place{b.Down, b.At}] = true
			}
			if b.Kind == chaos.Freeze && b.Hold == 0 {
				forGood++
			}
		}
		if len(hit) != 2*40 {
			t.Errorf("seed %d: %d places are hit, want 80", seed, len(hit))
		}
		if forGood == 0 {
			t.Errorf("seed %d: nothing freezes for good", seed)
		}
	}
}
