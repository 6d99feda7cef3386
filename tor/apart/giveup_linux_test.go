package apart

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// TestKeeperGivesUp: of openers that do not stay up a few are tried, and no
// more. Then all of it has ended, and the window is told why, at once.
func TestKeeperGivesUp(t *testing.T) {
	h := started(t, environ(tortest.New(t)))
	n := hold(t, h, tor.Options{})
	came := map[int]bool{}
	eventually(t, "the keeper goes on", func() bool {
		for _, pid := range children(h.Pid()) {
			line, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
			if bytes.Contains(line, []byte("opener\x00")) && syscall.Kill(pid, syscall.SIGKILL) == nil {
				came[pid] = true
			}
		}
		return !alive(h.Pid())
	})
	if len(came) != maxQuick+1 {
		t.Errorf("it tried %d openers, not %d", len(came), maxQuick+1)
	}
	<-n.Done()
	begun := time.Now()
	_, err := h.Hold(t.Context(), tor.Options{})
	if reason(t, err) != tor.NoHelper || !strings.Contains(err.Error(), "does not stay up") || time.Since(begun) > time.Second {
		t.Errorf("the window is told %v after %v", err, time.Since(begun))
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}
