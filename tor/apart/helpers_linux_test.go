package apart

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// environ is a window's environment that names a Tor.
func environ(s *tortest.Server) []string {
	env := []string{"PATH=/nonexistent", "HOME=/nonexistent", "DISPLAY=:99", "DBUS_SESSION_BUS_ADDRESS=unix:path=/x", "SECRET=x"}
	return append(env, s.Environ()...)
}

func started(t *testing.T, env []string) *Holder {
	t.Helper()
	h, err := Start(os.Args[0], StartOptions{DataDir: filepath.Join(t.TempDir(), "tor"), Environ: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func hold(t *testing.T, h *Holder, o tor.Options) *tor.Network {
	t.Helper()
	n, err := h.Hold(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

var isolation = tor.NewIsolation([]byte("a secret made up for a test"), "test", 0)

func talk(t *testing.T, n *tor.Network) *tor.Conn {
	t.Helper()
	c, err := n.Dialer(isolation).Dial(t.Context(), "example.test", 5222)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	say(t, c)
	return c
}

func say(t *testing.T, c net.Conn) {
	t.Helper()
	if err := tortest.Greet(c); err != nil {
		t.Fatal(err)
	}
}

func reason(t *testing.T, err error) tor.Reason {
	t.Helper()
	var e *tor.Error
	if !errors.As(err, &e) {
		t.Fatalf("not an error of tor: %v", err)
	}
	return e.Reason
}

// alive reports whether a process runs. A zombie does not: whoever inherits it
// may take its time.
func alive(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(b), ") ")
	return err == nil && !strings.HasPrefix(after, "Z")
}

// children are the processes that pid has started.
func children(pid int) (all []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, err := os.ReadFile(path)
		_, after, _ := strings.Cut(string(b), ") ")
		f := strings.Fields(after)
		if err != nil || len(f) < 2 || f[0] == "Z" || f[1] != strconv.Itoa(pid) {
			continue
		}
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		all = append(all, child)
	}
	return all
}

// openerOf waits for the opener that the keeper has now, which is not old.
func openerOf(t *testing.T, keeper, old int) int {
	t.Helper()
	var pid int
	eventually(t, "there is no opener", func() bool {
		for _, pid = range children(keeper) {
			line, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
			if pid != old && bytes.Contains(line, []byte("opener\x00")) {
				return true
			}
		}
		return false
	})
	return pid
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(8 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func signal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
	if s == syscall.SIGSTOP { // takes a moment
		eventually(t, "it does not stop", func() bool {
			b, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
			return bytes.Contains(b, []byte(") T "))
		})
	}
}
