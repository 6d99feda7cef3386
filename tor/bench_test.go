package tor_test

import (
	"testing"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// BenchmarkProof is what the proof costs each dial, on loopback with a server
// that answers at once.
func BenchmarkProof(b *testing.B) {
	s := tortest.New(b)
	for b.Loop() {
		n, err := tor.Find(b.Context(), tor.Options{Getenv: s.Env})
		if err != nil {
			b.Fatal(err)
		}
		_ = n.Close()
	}
}
