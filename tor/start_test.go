//go:build unix

package tor_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/tor"
)

func TestStartWithoutProgram(t *testing.T) {
	for name, o := range map[string]tor.Options{
		"missing path":   {Program: "/nonexistent/tor", DataDir: t.TempDir()},
		"missing name":   {Program: "no-such-tor", DataDir: t.TempDir()},
		"switched off":   {Program: "-", DataDir: t.TempDir()},
		"not executable": {Program: "/etc/passwd", DataDir: t.TempDir()},
	} {
		if _, err := tor.Start(t.Context(), o); reason(t, err) != tor.NoTor {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := tor.Start(t.Context(), tor.Options{DataDir: t.TempDir()}); reason(t, err) != tor.NoTor {
		t.Errorf("empty PATH: %v", err)
	}
}

func TestStartWithoutFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file, filepath.Join(file, "below"), t.TempDir() + "/a\nb"} {
		if _, err := tor.Start(t.Context(), tor.Options{Program: script(t, "exit 0"), DataDir: dir}); reason(t, err) != tor.BadSetting {
			t.Errorf("%q: %v", dir, err)
		}
	}
}

func TestStartEndsEarly(t *testing.T) {
	for want, lines := range map[string][]string{
		"Could not bind": {`echo "Nov 21 21:13:22.875 [notice] Tor 0.4.9.11 running"`, `echo "Nov 21 21:13:22.875 [warn] Could not bind"`, `echo "Nov 21 21:13:22.875 [err] Reading config failed--see warnings above."`, "exit 1"},
		"exec format":    {`echo "exec format" >&2`, "exit 126"},
		"it ended":       {"exit 0"},
		"signal: killed": {"kill -9 $$"},
	} {
		dir := filepath.Join(t.TempDir(), "tor")
		_, err := tor.Start(t.Context(), tor.Options{Program: script(t, lines...), DataDir: dir})
		if reason(t, err) != tor.NotStarted {
			t.Error(err)
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
		if i, err := os.Stat(dir); err != nil || i.Mode().Perm() != 0o700 {
			t.Errorf("tor's folder: %v %v", i.Mode(), err)
		}
	}
}

// TestStartNeverFinishes: a Tor that cannot reach its network says how far it
// came, and is gone afterwards. A flood of words does not count as progress.
func TestStartNeverFinishes(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	progress := make(chan tor.Progress, 10)
	begun := time.Now()
	_, err := tor.Start(t.Context(), tor.Options{
		Program: script(t, "echo $$ >"+pid,
			`echo "Nov 21 21:13:22.000 [notice] Bootstrapped 0% (starting): Starting"`,
			`echo "Nov 21 21:13:22.000 [notice] Bootstrapped 10% (conn_done): Connected to a relay"`,
			`echo "Nov 21 21:13:22.000 [warn] Our clock is 3 hours behind"`,
			`while :; do echo "Nov 21 21:13:22.000 [notice] Bootstrapped 10% (conn_done): Connected to a relay"; sleep 0.01; done`),
		DataDir: t.TempDir(), Progress: progress, Stuck: 300 * time.Millisecond,
	})
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	var e *tor.Error
	want := tor.Progress{Percent: 10, Tag: "conn_done", Summary: "Connected to a relay"}
	if reason(t, err) != tor.NotFinished || !errors.As(err, &e) || e.Last != want || e.Warning != "Our clock is 3 hours behind" {
		t.Errorf("%+v", e)
	}
	var last tor.Progress // earlier stages may be passed over
	for len(progress) > 0 {
		last = <-progress
	}
	if last != want {
		t.Error(last)
	}
	ended(t, pid)
}

// TestStartThatLies: "100 %" is not believed without a proof.
func TestStartThatLies(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	_, err := tor.Start(t.Context(), tor.Options{
		Program: script(t, "echo $$ >"+pid,
			`echo "Nov 21 21:13:22.000 [notice] Opened Socks listener connection (ready) on /run/x"`,
			`echo "Nov 21 21:13:22.000 [notice] Bootstrapped 100% (done): Done"`, "exec sleep 60"),
		DataDir: t.TempDir(),
	})
	if reason(t, err) != tor.Gone {
		t.Error(err)
	}
	ended(t, pid)
}

func TestStartCanceled(t *testing.T) {
	for name, last := range map[string]string{"obeys": "exec sleep 60", "has a child of its own": "sleep 60"} {
		pid := filepath.Join(t.TempDir(), "pid")
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err := tor.Start(ctx, tor.Options{Program: script(t, "echo $$ >"+pid, last), DataDir: t.TempDir()})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		ended(t, pid)
	}
}

// ended fails unless the process named in the file is gone.
func ended(t *testing.T, pidFile string) {
	t.Helper()
	b, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	if pid := strings.TrimSpace(string(b)); exists("/proc/" + pid) {
		t.Errorf("process %s is left behind", pid)
	}
}
