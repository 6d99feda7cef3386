package client

import (
	"testing"

	"hushwing/config"
	"hushwing/xmpp"
)

// TestGate: contacts are let in, and nobody else; a contact who is blocked is not.
func TestGate(t *testing.T) {
	g := newGate()
	admits := func(s string) bool {
		t.Helper()
		a, err := xmpp.ParseAddress(s)
		if err != nil {
			t.Fatal(err)
		}
		return g.Admits(a)
	}
	if admits("ana@example.org") {
		t.Error("an empty gate is open")
	}
	g.set([]config.Contact{{Address: "ana@example.org"}, {Address: "ben@example.org"}}, map[string]bool{"ben@example.org": true})
	if !admits("ana@example.org") || admits("ben@example.org") || admits("cleo@example.org") {
		t.Error("it lets in others than the contacts who are not blocked")
	}
}
