package tor_test

import (
	"context"
	"path/filepath"
	"testing"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// within opens Tor from within this process.
func within(ctx context.Context, _ *testing.T, w tortest.World) (*tor.Network, error) {
	getenv := only(w.Env...)
	o := tor.Options{Getenv: getenv, DataDir: w.DataDir, Only: w.Only, Progress: w.Progress}
	for _, dir := range filepath.SplitList(getenv("PATH")) {
		if path := filepath.Join(dir, "tor"); o.Program == "" && exists(path) {
			o.Program = path
		}
	}
	return tor.Open(ctx, o)
}

// TestSuite: what has to hold whoever opens the connections (see also
// tor/apart and cmd/hushwing-net).
func TestSuite(t *testing.T) { tortest.Suite(t, within) }
