package client

import (
	"sync/atomic"

	"hushwing/config"
	"hushwing/xmpp"
)

// gate says whose stanzas are heard: the accepted contacts who are not blocked. The stream asks it
// from its own goroutine, so it is swapped as a whole.
type gate struct {
	admitted atomic.Pointer[map[string]struct{}]
}

func newGate() *gate {
	g := &gate{}
	g.admitted.Store(&map[string]struct{}{})
	return g
}

// set admits exactly these contacts, without those who are blocked.
func (g *gate) set(contacts []config.Contact, blocked map[string]bool) {
	m := make(map[string]struct{}, len(contacts))
	for _, c := range contacts {
		if !blocked[c.Address] {
			m[c.Address] = struct{}{}
		}
	}
	g.admitted.Store(&m)
}

// Admits reports whether a bare address is an accepted contact. It is safe for
// concurrent use.
func (g *gate) Admits(bare xmpp.Address) bool {
	_, ok := (*g.admitted.Load())[bare.String()]
	return ok
}
