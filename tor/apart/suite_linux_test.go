package apart

import (
	"context"
	"os"
	"testing"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// TestSuite is tor's, through other processes.
func TestSuite(t *testing.T) {
	tortest.Suite(t, func(ctx context.Context, t *testing.T, w tortest.World) (*tor.Network, error) {
		t.Helper()
		h, err := Start(os.Args[0], StartOptions{DataDir: w.DataDir, Environ: w.Env})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = h.Close() })
		return h.Hold(ctx, tor.Options{Only: w.Only, Progress: w.Progress})
	})
}
