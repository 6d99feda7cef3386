//go:build linux

package tor_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/tor"
)

// wrapped is a program that runs tor by way of another.
func wrapped(t *testing.T, line string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tor")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec "+line+" \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// troubles: what Tor says of why it does not get on, with real Tor in real
// trouble, told while it is on its way and at the end.
func (r real) troubles(t *testing.T) {
	// Not the program faketime: it stays between Tor and us.
	late, err := filepath.Glob("/usr/lib/*/faketime/libfaketime.so.1")
	if err != nil || len(late) == 0 {
		t.Fatal("a wrong clock: install libfaketime")
	}
	for name, c := range map[string]struct {
		program string
		want    tor.Trouble
		skew    time.Duration
	}{
		"relays that refuse":        {lab.DeadTor(t), tor.Blocked, 0},
		"a clock three days behind": {wrapped(t, "env LD_PRELOAD="+late[0]+" FAKETIME=-3d "+r.lab.TorProgram()), tor.ClockWrong, -72 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told(t, c.program, c.want, c.skew)
		})
	}
}

// told starts our own Tor and waits until its trouble is told.
func told(t *testing.T, program string, want tor.Trouble, skew time.Duration) {
	t.Helper()
	progress := make(chan tor.Progress, 100)
	o := tor.Options{Program: program, DataDir: filepath.Join(t.TempDir(), "tor"), Progress: progress, Stuck: 40 * time.Second}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := tor.Start(ctx, o)
		ended <- err
	}()
	begun := time.Now()
	for {
		select {
		case p := <-progress:
			if p.Trouble == want && p.Skew.Round(time.Hour) == skew {
				t.Logf("%v after %v, at %d%%", p.Trouble, time.Since(begun).Round(time.Millisecond), p.Percent)
				cancel()
				<-ended
				return
			}
		case err := <-ended:
			t.Fatal(err)
		}
	}
}
