package lab

import (
	"context"
	"sync"
	"testing"
)

// New starts a lab with a Tor network and Prosody for one test and stops it
// with the test. The network is a warm one where there is one. It fails the
// test, saying what to install, when a part is missing.
func New(t testing.TB) *Lab {
	t.Helper()
	l, err := start(t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("lab: close: %v", err)
		}
	})
	return l
}

// shared is the one lab of a test process.
var shared struct {
	mu   sync.Mutex
	main bool
	lab  *Lab
	err  error
}

// Shared returns one lab (Tor network and Prosody) for all tests of the
// package, started at the first call. The package needs
//
//	func TestMain(m *testing.M) { os.Exit(lab.Main(m)) }
func Shared(t testing.TB) *Lab {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.main {
		t.Fatal("lab: Shared needs a TestMain that calls lab.Main")
	}
	if shared.lab == nil && shared.err == nil {
		shared.lab, shared.err = start(t.Logf)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.lab
}

// Main runs the tests of a package that uses Shared, stops the lab and returns
// the exit status.
func Main(m *testing.M) int {
	shared.mu.Lock()
	shared.main = true
	shared.mu.Unlock()
	defer func() {
		shared.mu.Lock()
		defer shared.mu.Unlock()
		if shared.lab != nil {
			_ = shared.lab.Close()
		}
	}()
	return m.Run()
}

func start(logf func(string, ...any)) (*Lab, error) {
	keys, err := KeptNetworks()
	if err != nil {
		return nil, err
	}
	return Start(context.Background(), Options{
		Keys:     keys,
		Prosody:  true,
		Progress: func(s string) { logf("lab: %s", s) },
	})
}
