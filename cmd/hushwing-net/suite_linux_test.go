package main

import (
	"context"
	"path/filepath"
	"testing"

	"hushwing/internal/lab"
	"hushwing/tor"
	"hushwing/tor/apart"
	"hushwing/tor/tortest"
)

// TestSuite is tor's, through the program in its cages, with fakes and with
// real Tor.
func TestSuite(t *testing.T) {
	open := func(ctx context.Context, t *testing.T, w tortest.World) (*tor.Network, error) {
		t.Helper()
		if w.DataDir == "" {
			w.DataDir = filepath.Join(t.TempDir(), "tor")
		}
		h, err := apart.Start(program, apart.StartOptions{DataDir: w.DataDir, Environ: w.Env})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = h.Close() })
		return h.Hold(ctx, tor.Options{Only: w.Only, Progress: w.Progress})
	}
	tortest.Suite(t, open)
	l := lab.Shared(t)
	tortest.SuiteReal(t, l, echoing(t, l), open)
}
