package lab

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A relay that found another one gone shuns it for a minute, and nobody sees that
// but who asks for this very way.
func TestShunnedRelayIsNoticed(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	l, err := Start(ctx, Options{Keys: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	n := l.network
	if err := n.checkWays(ctx); err != nil {
		t.Fatalf("a network that was handed out: %v", err)
	}
	const gone = 4
	name := n.relays()[gone]
	n.tors[name].Stop(3 * time.Second)
	if err := n.checkWays(ctx); err == nil {
		t.Fatalf("%s has ended, and is said to be reached", name)
	}
	p, err := lookPrograms(false)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.startTor(p, name, n.processTorrc(name)+n.relayTorrc(name, n.addr(gone))); err != nil {
		t.Fatal(err)
	}
	if err := n.awaitPort(ctx, gone, gone+1, "9001"); err != nil {
		t.Fatal(err)
	}
	var way *wayError
	if err := n.checkWays(ctx); !errors.As(err, &way) || way.to != name {
		t.Errorf("%s is shunned for a minute, and the check says %v", name, err)
	}
}
