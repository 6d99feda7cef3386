package client

import (
	"sync/atomic"

	"hushwing/config"
	"hushwing/xmpp"
)

// gate says whose stanzas are heard: the accepted contacts. The stream asks it
// from its own goroutine, so it is swapped as a whole.
type gate struct {
	admitted atomic.Pointer[map[string]struct{}]
}

func newGate() *gate {
	g := &gate{}
	g.admitted.Store(&map[string]struct{}{})
	return g
}

// set admits exactly these contacts.
func (g *gate) set(contacts []config.Contact) {
	m := make(map[string]struct{}, len(contacts))
	for _, c := range contacts {
		m[c.Address] = struct{}{}
	}
	g.admitted.Store(&m)
}

// Admits reports whether a bare address is an accepted contact. It is safe for
// concurrent use.
func (g *gate) Admits(bare xmpp.Address) bool {
	_, ok := (*g.admitted.Load())[bare.String()]
	return ok
}
