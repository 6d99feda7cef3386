package tor_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"hushwing/tor"
)

func TestPlaces(t *testing.T) {
	ports, files := tor.Places(tor.Options{
		Getenv: only(
			"TOR_SOCKS_HOST=10.152.152.10", "TOR_SOCKS_PORT=9", "TOR_CONTROL_PORT=8", "TOR_CONTROL_COOKIE_AUTH_FILE=/c", "TOR_CONTROL_IPC_PATH=unix:/i"),
		Only: &tor.Endpoint{Network: "unix", Address: "/h"},
	})
	for _, p := range []uint16{9050, 9150, 9051, 9151, 8} {
		if !slices.Contains(ports, p) {
			t.Errorf("port %d is missing", p)
		}
	}
	for _, f := range []string{"/c", "/i", "/h", "/run/tor/socks", "/run/tor/control.authcookie"} {
		if !slices.Contains(files, f) {
			t.Errorf("%s is missing", f)
		}
	}
	if slices.Contains(ports, 9) {
		t.Error("the environment's port, though another place was set by hand")
	}
	if ports, _ := tor.Places(tor.Options{Getenv: only("TOR_SOCKS_PORT=9")}); !slices.Contains(ports, 9) || slices.Contains(ports, 0) {
		t.Error(ports)
	}
}

func TestByHand(t *testing.T) {
	for address, good := range map[string]bool{"127.0.0.1:9999": true, "[::1]:1": true, "10.0.0.1:9050": false, "localhost:9050": false} {
		e, err := tor.Endpoint{Network: "tcp", Address: address, From: tor.FromEnvironment}.ByHand()
		if (err == nil) != good || e.From != tor.FromHand {
			t.Errorf("%s: %v %v", address, e, err)
		}
	}
}

// elsewhere starts nothing, and notes that it was asked.
type elsewhere struct{ asked []tor.Options }

func (e *elsewhere) Hold(_ context.Context, o tor.Options) (*tor.Network, error) {
	e.asked = append(e.asked, o)
	return nil, &tor.Error{Reason: tor.NotStarted}
}

// TestStarter: our own Tor is started elsewhere, and only when there is no other.
func TestStarter(t *testing.T) {
	s := &elsewhere{}
	o := tor.Options{Getenv: silent, Candidates: []tor.Endpoint{}, Starter: s, Bridges: []string{"b"}}
	for range 2 {
		if _, err := tor.Open(t.Context(), o); reason(t, err) != tor.NotStarted {
			t.Error(err)
		}
		o.Bridges = nil
	}
	if len(s.asked) != 2 || s.asked[0].Bridges[0] != "b" || s.asked[1].Starter != nil {
		t.Errorf("%+v", s.asked)
	}
	o.Only = &tor.Endpoint{Network: "unix", Address: "/nonexistent/socks"}
	var e *tor.Error
	if _, err := tor.Open(t.Context(), o); !errors.As(err, &e) || e.Reason != tor.Gone || len(s.asked) != 2 {
		t.Error(err, len(s.asked))
	}
}

// TestPrograms: what may be executed, and for a script what reads it too.
func TestPrograms(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{a + "/tor": "#!/bin/sh -e\n", b + "/tor": "\x7fELF", b + "/obfs4proxy": "\x7fELF", b + "/curl": "\x7fELF"} {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	programs, beside := tor.Programs(tor.Options{Getenv: only("PATH=" + a + ":relative:/nonexistent:" + b)})
	slices.Sort(programs)
	want := []string{"/bin/sh", a + "/tor", b + "/obfs4proxy", b + "/tor"}
	slices.Sort(want)
	if !slices.Equal(programs, want) || !slices.Equal(beside, []string{a}) {
		t.Errorf("%v %v", programs, beside)
	}
}
