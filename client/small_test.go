package client

import (
	"context"
	"strings"
	"testing"
	"time"

	"hushwing/otr"
	"hushwing/secret"
)

func TestPause(t *testing.T) {
	if d := pause(1); d < firstPause/2 || d > firstPause*2 {
		t.Errorf("first pause %v", d)
	}
	for n := 1; n < 100; n++ {
		if d := pause(n); d <= 0 || d > longPause*3/2 {
			t.Errorf("pause(%d) = %v", n, d)
		}
	}
	seen := map[time.Duration]bool{}
	for range 20 {
		seen[pause(5)] = true
	}
	if len(seen) == 1 {
		t.Error("pauses have no jitter: all clients would come back together")
	}
}

func TestServerPassword(t *testing.T) {
	a, b := serverPassword().Export(), serverPassword().Export()
	if len(a) != 32 || a == b || strings.ContainsAny(a, " <>&\"'") {
		t.Errorf("passwords %d and %d long, equal: %v", len(a), len(b), a == b)
	}
}

func TestMailbox(t *testing.T) {
	m := newMailbox[int]()
	ch := make(chan int)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); m.pump(ctx, ch) }()
	const n = 10_000
	for i := range n {
		m.put(i) // nobody takes yet: put must not wait
	}
	for i := range n {
		if got := <-ch; got != i {
			t.Fatalf("got %d, want %d", got, i)
		}
	}
	m.put(1)
	cancel()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("pump does not end with its context")
	}
}

func TestIDs(t *testing.T) {
	ids := []otr.ID{{1}, {2}, {3}}
	got := splitIDs(joinIDs(ids))
	if len(got) != 3 || got[0] != ids[0] || got[2] != ids[2] {
		t.Errorf("got %v", got)
	}
	if got := splitIDs(append(joinIDs(ids), 9, 9)); len(got) != 3 {
		t.Errorf("a piece at the end counts: %v", got)
	}
}

func TestNormalAnswer(t *testing.T) {
	if normalAnswer(secret.New("  The Blue Boat\n")).Export() != "The Blue Boat" {
		t.Error("spaces at the ends matter, or capitals do not")
	}
	if !normalAnswer(secret.New(" \t")).IsZero() {
		t.Error("spaces alone are an answer")
	}
}

func TestCleanChoice(t *testing.T) {
	got := cleanChoice(ServerChoice{Domain: " Example.Test. ", Host: " EXAMPLE.test"})
	if got.Domain != "example.test" || got.Host != "" {
		t.Errorf("got %+v", got)
	}
}
