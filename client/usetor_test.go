package client_test

import (
	"errors"
	"net"
	"path/filepath"
	"testing"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/tls"
	"hushwing/tor"
)

func refusedFor(t *testing.T, err error, c client.Cause) {
	t.Helper()
	var r *journey.Refusal
	if !errors.As(err, &r) || r.Problem.Cause != c {
		t.Errorf("%v, want cause %d", err, c)
	}
}

// TestUseTor: the user says where Tor is, on a computer where none is found. It
// is used at once, for good, and no other.
func TestUseTor(t *testing.T) {
	l := lab.Shared(t)
	must(t, l.Prosody().AddUser("uta", "server-uta"))
	o := client.Options{
		Dir:   filepath.Join(t.TempDir(), "p"),
		Roots: tls.RootsFrom(l.Prosody().CA()),
		Tor: tor.Options{
			Getenv: func(string) string { return "" }, Candidates: []tor.Endpoint{}, Program: "-",
		},
	}
	p := journey.Start(o)
	defer func() { p.Close() }()
	failsWith := func(c client.Cause) {
		t.Helper()
		must(t, p.Until("tor fails", func(w *journey.World) bool {
			return w.Tor.State == client.TorFailed && w.Tor.Problem.Cause == c
		}))
	}
	must(t, p.Create(profilePassword))
	failsWith(client.TorMissing)

	refusedFor(t, p.UseTor("10.1.2.3:9050", ""), client.TorHandBad)
	refusedFor(t, p.UseTor("", "obfs4 nonsense"), client.BridgeBad)
	refusedFor(t, p.UseTor(l.Socks(), "192.0.2.1:443"), client.TorNotOurs)
	must(t, p.Until("nothing has changed", func(w *journey.World) bool {
		return w.TorSet.Hand == "" && w.TorSet.Bridges == nil
	}))

	must(t, p.UseTor(l.Socks(), ""))
	must(t, p.TorReady())
	at := "uta@" + l.Prosody().Domain()
	must(t, p.SignIn(at, "server-uta", l.Prosody().Onion()))

	// Nobody listens there: the account leaves the Tor that was given up.
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, dead.Close())
	must(t, p.UseTor(dead.Addr().String(), ""))
	failsWith(client.TorAbsent)
	must(t, p.Until("the account has no Tor", func(w *journey.World) bool {
		return w.Accounts[at].State == client.WaitingForTor
	}))

	must(t, p.UseTor("unix:"+l.SocksUnix(), ""))
	must(t, p.Online(at))

	p.Close()
	p = journey.Start(o)
	must(t, p.Unlock(profilePassword))
	must(t, p.Online(at))
	must(t, p.Until("the choice is told", func(w *journey.World) bool { return w.TorSet.Hand == "unix:"+l.SocksUnix() }))
	must(t, p.UseTor("", ""))
	failsWith(client.TorMissing)
}

// TestSecondHushwing: whoever starts the program twice is told at once, not
// after the password.
func TestSecondHushwing(t *testing.T) {
	l := lab.Shared(t)
	dir := filepath.Join(t.TempDir(), "p")
	first := journey.InLab(t, l, dir)
	must(t, first.Create(profilePassword))
	second := journey.InLab(t, l, dir)
	must(t, second.Until("the second one is told", func(w *journey.World) bool {
		return w.Profile == client.ProfileBroken && w.Trouble.Cause == client.ProfileInUse
	}))
	first.Close()
	third := journey.InLab(t, l, dir)
	must(t, third.Unlock(profilePassword))
}
