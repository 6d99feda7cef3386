// Package configtest helps tests of other packages to use real profiles. It
// changes no path through config: only how long a password takes.
package configtest

import (
	"sync"
	"testing"

	"hushwing/config/internal/work"
)

var (
	mu    sync.Mutex
	users int
	was   int
)

// Cheap makes the derivation of new passwords quick until the test ends:
// profiles made meanwhile can be guessed in no time. Without it a profile
// takes a second to make or open, and many under the race detector. Parallel
// tests may share it.
func Cheap(tb testing.TB) {
	tb.Helper()
	mu.Lock()
	defer mu.Unlock()
	if users++; users == 1 {
		was = work.Set(4)
	}
	tb.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if users--; users == 0 {
			work.Set(was)
		}
	})
}

// CheapProcess does the same for the whole process: for the TestMain of a test
// that starts itself as other processes.
func CheapProcess(*testing.M) { work.Set(4) }
