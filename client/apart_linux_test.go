package client_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/tor"
	"hushwing/tor/apart"
)

// TestNetworkProcessGone: the process that has the network does not come up, or
// is killed. That is said, with the reason, and nothing else is tried in its place.
func TestNetworkProcessGone(t *testing.T) {
	dir := t.TempDir()
	for name, program := range map[string]string{"ends": "/bin/true", "killed": "/usr/bin/yes"} {
		t.Run(name, func(t *testing.T) {
			h, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(dir, "tor")})
			must(t, err)
			t.Cleanup(func() { _ = h.Close() })
			if name == "killed" {
				must(t, syscall.Kill(h.Pid(), syscall.SIGKILL))
			}
			p := journey.Start(client.Options{Dir: filepath.Join(dir, name), Tor: tor.Options{Holder: h}})
			t.Cleanup(p.Close)
			must(t, p.Create(profilePassword))
			must(t, p.Until("the failure", func(w *journey.World) bool {
				return w.Tor.State == client.TorFailed && w.Tor.Problem.Cause == client.TorHelperGone &&
					strings.Contains(w.Tor.Problem.Detail, "other process is gone")
			}))
		})
	}
}
