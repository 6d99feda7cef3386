//go:build linux

package tor_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// asker is a Tor's control port, from outside.
type asker func(ctx context.Context, command string) ([]string, error)

// streams reads from a Tor which circuit each open stream is on (GETINFO
// stream-status; control-spec, 3.9 and 4.1.2).
func streams(t *testing.T, ask asker) map[string]string {
	t.Helper()
	lines, err := ask(t.Context(), "GETINFO stream-status")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range lines {
		if f := strings.Fields(strings.TrimPrefix(l, "stream-status=")); len(f) >= 4 && f[1] == "SUCCEEDED" {
			out[f[0]] = f[2]
		}
	}
	return out
}

// owners reads which user name and password Tor has a circuit for (GETINFO
// circuit-status; control-spec, 4.1.1).
func owners(t *testing.T, ask asker) map[string]string {
	t.Helper()
	lines, err := ask(t.Context(), "GETINFO circuit-status")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range lines {
		id, rest, _ := strings.Cut(strings.TrimPrefix(l, "circuit-status="), " ")
		for _, w := range strings.Fields(rest) {
			if strings.HasPrefix(w, "SOCKS_USERNAME=") || strings.HasPrefix(w, "SOCKS_PASSWORD=") {
				out[id] += w + " "
			}
		}
	}
	return out
}

// sharing lists the circuits that more than one identity is on.
func sharing(of [][]string) (shared []string) {
	owner := map[string]int{}
	for who, list := range of {
		for _, c := range list {
			if before, ok := owner[c]; ok && before != who {
				shared = append(shared, c)
			}
			owner[c] = who
		}
	}
	return shared
}

// isolation: what Tor itself says of its circuits. Two accounts, two epochs of
// one, a look-up and a file never share one, neither to an exit nor to an onion
// service; two connections of one account do.
func (r real) isolation(t *testing.T) {
	host := "isolated.test"
	addr := r.lab.Net() + ".9.10"
	if err := r.lab.SetHost(host, addr); err != nil {
		t.Fatal(err)
	}
	tortest.FarAt(t, addr+":5222")
	identities := []tor.Isolation{
		isolation("account ana", 0), isolation("account ben", 0), isolation("account ana", 1),
		isolation("look-up", 0), isolation("file 1", 0), isolation("registration", 0),
	}
	// open makes two connections for each, and tells on which circuits.
	open := func(n *tor.Network, ask asker, target string) [][]string {
		of := make([][]string, len(identities))
		for range 2 {
			for who, i := range identities {
				before := streams(t, ask)
				c, err := n.Dialer(i).Dial(t.Context(), target, 5222)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = c.Close() })
				for id, circuit := range streams(t, ask) {
					if _, old := before[id]; !old {
						of[who] = append(of[who], circuit)
					}
				}
			}
		}
		return of
	}
	n, err := tor.Find(t.Context(), tor.Options{Getenv: r.env()})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for _, target := range []string{host, r.onion} {
		of := open(n, r.lab.Ask, target)
		if s := sharing(of); len(s) != 0 {
			t.Errorf("%s: more than one identity on %v: %v", target, s, of)
		}
		names := owners(t, r.lab.Ask)
		pairs := map[string]bool{}
		for who, list := range of {
			if len(list) != 2 || list[0] != list[1] {
				t.Errorf("%s: identity %d is on circuits %v", target, who, list)
				continue
			}
			pairs[names[list[0]]] = true
		}
		if delete(pairs, ""); len(pairs) != len(identities) {
			t.Errorf("%s: %d pairs of name and password on the circuits: %v", target, len(pairs), names)
		}
	}

	// The same with a port that takes names and passwords and does not heed
	// them: it is seen.
	port := closedPort(t)
	c, err := r.lab.StartClient(t.Context(), filepath.Join(t.TempDir(), "tor"), "SocksPort "+port+" NoIsolateSOCKSAuth", "CookieAuthentication 1")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	if err := c.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	n, err = find(t, at(port))
	if err != nil {
		t.Fatal(err)
	}
	if of := open(n, c.Do, host); len(sharing(of)) == 0 || len(of[0]) != 2 {
		t.Errorf("without isolation nothing is seen: %v", of)
	}
}
