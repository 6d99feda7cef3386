//go:build linux

package tor_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/tor"
	"hushwing/tor/tortest"
)

// inside marks the test's second half.
const inside = "HUSHWING_TEST_USUAL_PLACES"

// TestUsualPlaces: real Tor where people have it, found without a word of
// where: the usual ports and sockets, with their control ports. They belong to
// this computer, so the test gives itself another one: a namespace with
// nothing in it but a lab.
func TestUsualPlaces(t *testing.T) {
	if os.Getenv(inside) == "" {
		again := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--net", "--mount", "--", os.Args[0], "-test.run=^TestUsualPlaces$", "-test.v", "-test.timeout=150s")
		again.Env = append(os.Environ(), inside+"=1", "XDG_RUNTIME_DIR=")
		out, err := again.CombinedOutput()
		t.Logf("%s", out)
		if err != nil || !strings.Contains(string(out), "--- PASS: TestUsualPlaces") {
			t.Fatalf("in a namespace (unshare: install util-linux; ip: install iproute2): %v", err)
		}
		return
	}
	for _, command := range []string{"ip link set lo up", "mount -t tmpfs tmpfs /run", "mkdir -m 700 /run/tor"} {
		words := strings.Fields(command)
		if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v %s", command, err, out)
		}
	}
	keys, err := lab.KeptNetworks()
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Start(t.Context(), lab.Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	onion, err := l.Publish(t.Context(), map[uint16]string{5222: tortest.Far(t)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.StartClient(t.Context(), filepath.Join(t.TempDir(), "tor"),
		"SocksPort 127.0.0.1:9050", "SocksPort 127.0.0.1:9150", "SocksPort unix:/run/tor/socks",
		"ControlPort 127.0.0.1:9051", "ControlPort 127.0.0.1:9151", "ControlPort unix:/run/tor/control", "CookieAuthentication 1")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	system, browser := at("127.0.0.1:9050"), tor.Endpoint{Network: "tcp", Address: "127.0.0.1:9150", From: tor.FromTorBrowser}
	socket := tor.Endpoint{Network: "unix", Address: "/run/tor/socks", From: tor.FromSocket}
	byHand := func(e tor.Endpoint) *tor.Endpoint { e.From = ""; return &e }
	hand := func(e tor.Endpoint) tor.Endpoint { e.From = tor.FromHand; return e }
	check := func(name string, o tor.Options, want tor.Endpoint) {
		o.Getenv, o.Program = silent, "-"
		n, err := tor.Open(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		defer n.Close()
		if n.Endpoint() != want || n.Managed() {
			t.Errorf("%s: %+v", name, n.Endpoint())
		}
		until(t, n, 20*time.Second, name, controlled)
		talk(t, n, onion, 5222)
	}
	check("nothing is said", tor.Options{}, system)
	check("Tor Browser", tor.Options{Candidates: []tor.Endpoint{browser}}, browser)
	check("a socket", tor.Options{Candidates: []tor.Endpoint{socket}}, socket)
	check("a port by hand", tor.Options{Only: byHand(browser)}, hand(browser))
	check("a socket by hand", tor.Options{Only: byHand(socket)}, hand(socket))

	// The order: what is there first in the list, with nothing to wait for.
	for _, gone := range []struct {
		ports string
		next  tor.Endpoint
	}{
		{"SETCONF SocksPort=127.0.0.1:9150 SocksPort=unix:/run/tor/socks", browser},
		{"SETCONF SocksPort=unix:/run/tor/socks", socket},
	} {
		if _, err := c.Do(t.Context(), gone.ports); err != nil {
			t.Fatal(err)
		}
		check(gone.ports, tor.Options{}, gone.next)
	}

	// And there is no way out of here.
	dead := lab.DeadTor(t)
	file := filepath.Join(filepath.Dir(dead), "defaults.torrc")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	away := strings.NewReplacer("OutboundBindAddress 127.0.0.1\n", "", "127.0.0.1:2", "192.0.2.1:2").Replace(string(text))
	if err := os.WriteFile(file, []byte(away), 0o600); err != nil {
		t.Fatal(err)
	}
	told(t, dead, tor.NoNetwork, 0)
}
