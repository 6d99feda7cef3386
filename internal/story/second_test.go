//go:build unix

package story_test

import (
	"context"
	"os/exec"
	"testing"
	"time"
)

// TestStartedTwice: a second start on the same screen and profile, with a link,
// calls the first and ends, locked or open, and opens no window and no profile.
func TestStartedTwice(t *testing.T) {
	p := somebody(t, "Gina", nil)
	locked(t, p)
	again := func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, built(t, "hushwing/cmd/hushwing"), "--profile", p.Profile, "xmpp:ben@example.org")
		cmd.Env, cmd.Dir = p.Environ(), p.Home
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("the second start: %v, %q", err, out)
		}
		if !p.Running() {
			t.Fatal("the first one has ended")
		}
	}
	steps(t, func() error { return p.Start(t.Context()) })
	again()
	steps(t, func() error { return p.Unlock(p.Password) })
	again()
}
