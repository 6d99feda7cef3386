//go:build linux

package tor_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/tor"
)

// bridge: our own Tor reaches the network through a bridge, and through nothing
// else.
func (r real) bridge(t *testing.T) {
	begun := time.Now()
	b, err := r.lab.StartBridge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the bridge runs after %v", time.Since(begun).Round(time.Millisecond))
	dir, err := os.MkdirTemp("", "t")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	t.Run("missing program", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := tor.Open(t.Context(), tor.Options{Getenv: silent, Program: r.lab.TorProgram(), DataDir: t.TempDir(), Bridges: []string{b.Line}})
		var e *tor.Error
		if reason(t, err) != tor.NoTransport || !errors.As(err, &e) || e.Program != "obfs4proxy" {
			t.Error(err)
		}
	})
	defer tor.SetBridgeTime(time.Second)()
	t.Run("at once", func(t *testing.T) {
		for name, line := range map[string]string{"obfs4": "Bridge " + b.Line, "plain": b.Plain} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r.through(t, b, line, filepath.Join(dir, name))
			})
		}
		other, gone := strings.Repeat("A", 70), strings.Replace(b.Line, ":9443", ":9444", 1)
		cert := b.Line[strings.Index(b.Line, "cert=")+5:][:70]
		for name, line := range map[string]string{
			"nobody there":  gone,
			"another key":   strings.Replace(b.Line, cert, other, 1),
			"another relay": strings.Replace(b.Plain, b.Fingerprint, strings.Repeat("A", 40), 1),
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r.refused(t, line, filepath.Join(dir, name))
			})
		}
	})
	t.Run("nobody there any more", func(t *testing.T) {
		r.refused(t, strings.Replace(b.Line, ":9443", ":9444", 1), filepath.Join(dir, "obfs4"))
	})
}

func (r real) through(t *testing.T, b *lab.Bridge, line, dir string) {
	lines, err := tor.ParseBridges(line)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	n, err := tor.Open(t.Context(), tor.Options{
		// Others are there, and are not used.
		Getenv: silent, Candidates: []tor.Endpoint{at(r.lab.Socks())},
		Program: r.lab.TorProgram(), DataDir: dir, Bridges: lines,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	t.Logf("connected after %v", time.Since(begun).Round(time.Millisecond))
	if !n.Managed() {
		t.Fatal("another's Tor is used")
	}
	talk(t, n, r.onion, 5222)

	// Every first hop is the bridge, and Tor is connected to nothing else.
	ask := func(what string) []string {
		got, err := lab.AskAt(t.Context(), filepath.Join(dir, "control"), filepath.Join(dir, "control_auth_cookie"), "GETINFO "+what)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	built := 0
	for _, l := range ask("circuit-status") {
		if f := strings.Fields(strings.TrimPrefix(l, "circuit-status=")); len(f) > 2 && f[1] == "BUILT" {
			built++
			if !strings.HasPrefix(f[2], "$"+b.Fingerprint) {
				t.Errorf("a circuit that begins elsewhere: %s", l)
			}
		}
	}
	connected := 0
	for _, l := range ask("orconn-status") {
		if l = strings.TrimPrefix(l, "orconn-status="); strings.HasSuffix(l, " CONNECTED") {
			connected++
			if !strings.HasPrefix(l, "$"+b.Fingerprint) {
				t.Errorf("connected elsewhere: %s", l)
			}
		}
	}
	if built == 0 || connected != 1 {
		t.Errorf("%d circuits, %d connections", built, connected)
	}

	// Where the line is: on no command line, and on the disk no more than
	// Tor's own state needs.
	address, _, _ := strings.Cut(b.Plain, ":")
	secret := b.Line[strings.Index(b.Line, "cert=")+5:][:40]
	args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", n.Pid()))
	if err != nil || strings.Contains(string(args), address) || len(args) == 0 {
		t.Errorf("the command line: %q %v", args, err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), secret) {
			t.Errorf("the bridge's key is in %s", path)
		}
		if base := filepath.Base(path); strings.Contains(string(text), address) && base != "state" && !strings.HasPrefix(base, "cached-descriptors") {
			t.Errorf("the bridge's address is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// refused: a bridge that is not there, or is not the one that was named. It is
// said, and the address is not.
func (r real) refused(t *testing.T, line, dir string) {
	begun := time.Now()
	_, err := tor.Open(t.Context(), tor.Options{
		Getenv: silent, Program: r.lab.TorProgram(), DataDir: dir, Bridges: []string{line}, Stuck: 4 * time.Second,
	})
	if reason(t, err) != tor.NoBridge || strings.Contains(err.Error(), r.lab.Net()) {
		t.Error(err)
	}
	t.Logf("%v after %v", err, time.Since(begun).Round(time.Millisecond))
}
