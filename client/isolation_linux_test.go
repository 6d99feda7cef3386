package client_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/tls"
	"hushwing/tor"
)

// ownTor starts a Tor of the lab for one test alone, and returns the options
// for a client that finds it as on Tails.
func ownTor(t *testing.T) (*lab.Client, client.Options) {
	t.Helper()
	l, dir := lab.Shared(t), t.TempDir()
	c, err := l.StartClient(t.Context(), dir, "SocksPort unix:"+dir+"/socks ExtendedErrors")
	must(t, err)
	t.Cleanup(c.Stop)
	must(t, c.Connected(t.Context()))
	return c, client.Options{
		Dir: filepath.Join(t.TempDir(), "p"), Roots: tls.RootsFrom(l.Prosody().CA()),
		Tor: tor.Options{Getenv: journey.Getenv([]string{
			"TOR_SOCKS_IPC_PATH=" + dir + "/socks", "TOR_CONTROL_IPC_PATH=" + dir + "/lab.control",
		})},
	}
}

// used is a stream of a Tor, with the identity and the circuit that it has.
type used struct{ circuit, user, password string }

// streams are those that are open to this place, as Tor itself tells
// (control-spec, "stream-status" and "circuit-status").
func streams(t *testing.T, c *lab.Client, target string) (out []used) {
	t.Helper()
	circuits := map[string]used{}
	info := func(key string) []string {
		lines, err := c.Do(t.Context(), "GETINFO "+key)
		must(t, err)
		return strings.Split(strings.Join(lines, "\n"), "\n")
	}
	for _, line := range info("circuit-status") {
		line = strings.TrimPrefix(line, "circuit-status=")
		id, _, _ := strings.Cut(line, " ")
		circuits[id] = used{id, value(line, "SOCKS_USERNAME"), value(line, "SOCKS_PASSWORD")}
	}
	for _, line := range info("stream-status") {
		f := strings.Fields(strings.TrimPrefix(line, "stream-status="))
		if len(f) >= 4 && f[1] == "SUCCEEDED" && strings.HasPrefix(f[3], target) {
			out = append(out, circuits[f[2]])
		}
	}
	return out
}

// value is that of NAME="value".
func value(line, name string) string {
	_, rest, _ := strings.Cut(line, name+`="`)
	v, _, _ := strings.Cut(rest, `"`)
	return v
}

// TestAccountsShareNoCircuit: by what Tor says of its circuits. Two accounts of
// one person on one server have nothing in common there, and an account with a
// new identity has nothing in common with what it was.
func TestAccountsShareNoCircuit(t *testing.T) {
	t.Parallel()
	l := lab.Shared(t)
	c, o := ownTor(t)
	p := journey.Start(o)
	defer p.Close()
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())
	onion := l.Prosody().Onion()
	for _, name := range []string{"isolated-a", "isolated-b"} {
		must(t, l.Prosody().AddUser(name, "server-"+name))
		must(t, p.SignIn(name+"@"+l.Prosody().Domain(), "server-"+name, onion))
	}
	both := streams(t, c, onion)
	if len(both) != 2 || both[0].circuit == both[1].circuit || both[0].user == both[1].user || both[0].user == "" {
		t.Fatalf("the streams of two accounts: %+v", both)
	}
	for _, s := range both {
		if strings.Contains(s.user, "isolated") {
			t.Errorf("the name that Tor is given says whose it is: %q", s.user)
		}
	}

	// Making an address is nobody's: it has a third identity.
	form, err := p.Form(l.Prosody().Domain(), onion)
	must(t, err)
	three := streams(t, c, onion)
	if len(three) != 3 || len(distinct(three)) != 3 {
		t.Errorf("with a form: %+v", three)
	}
	p.Client.Do(client.DropForm{Form: form.ID})

	must(t, p.NewIdentityOf("isolated-a@"+l.Prosody().Domain()))
	var now []used
	for end := time.Now().Add(journey.Patience); ; time.Sleep(100 * time.Millisecond) {
		now = streams(t, c, onion)
		fresh := 0
		for _, s := range now {
			if s.password == "1" {
				fresh++
			}
		}
		if len(now) == 2 && fresh == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("after a new identity: %+v", now)
		}
	}
	for _, s := range now {
		old := false
		for _, b := range both {
			old = old || b.circuit == s.circuit
		}
		if old != (s.password == "0") {
			t.Errorf("a circuit from before the new identity: %+v, before %+v", s, both)
		}
	}
}

// distinct are the circuits and identities among them.
func distinct(all []used) map[string]bool {
	out := map[string]bool{}
	for _, s := range all {
		out[fmt.Sprint(s.circuit, s.user)] = true
	}
	return out
}

// TestTorInTrouble: a Tor that hangs, goes on, is killed and comes back. It is
// said what is the matter, and the account is online again by itself.
func TestTorInTrouble(t *testing.T) {
	t.Parallel()
	l := lab.Shared(t)
	c, o := ownTor(t)
	p := journey.Start(o)
	defer p.Close()
	must(t, p.Create(profilePassword))
	must(t, l.Prosody().AddUser("troubled", "server-troubled"))
	at := "troubled@" + l.Prosody().Domain()
	must(t, p.TorReady())
	must(t, p.SignIn(at, "server-troubled", l.Prosody().Onion()))
	must(t, p.Until("Tor's version", func(w *journey.World) bool { return w.Tor.Version != "" || w.Tor.Problem != nil }))

	must(t, c.Signal(syscall.SIGSTOP))
	must(t, p.Until("that Tor hangs", func(w *journey.World) bool {
		return w.Tor.Problem != nil && w.Tor.Problem.Cause == client.TorHung
	}))
	must(t, c.Signal(syscall.SIGCONT))
	must(t, p.Until("that it goes on", func(w *journey.World) bool {
		return w.Tor.State == client.TorReady && w.Tor.Problem == nil
	}))
	must(t, p.Online(at))

	c.Kill()
	must(t, p.Until("that Tor is gone", func(w *journey.World) bool {
		return w.Tor.State == client.TorFailed && w.Accounts[at].State == client.WaitingForTor
	}))
	dir := strings.TrimSuffix(o.Tor.Getenv("TOR_SOCKS_IPC_PATH"), "/socks")
	again, err := l.StartClient(t.Context(), dir, "SocksPort unix:"+dir+"/socks ExtendedErrors")
	must(t, err)
	t.Cleanup(again.Stop)
	must(t, p.Online(at))
}
