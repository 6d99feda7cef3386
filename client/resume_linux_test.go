package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// cutAll has a Tor end all connections to a place, as when a circuit dies.
func cutAll(t testing.TB, c *lab.Client, target string) {
	t.Helper()
	lines, err := c.Do(t.Context(), "GETINFO stream-status")
	must(t, err)
	cut := 0
	for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
		f := strings.Fields(strings.TrimPrefix(line, "stream-status="))
		if len(f) >= 4 && f[1] == "SUCCEEDED" && strings.HasPrefix(f[3], target) {
			_, err := c.Do(t.Context(), "CLOSESTREAM "+f[0]+" 6") // REASON_DESTROY
			must(t, err)
			cut++
		}
	}
	if cut == 0 {
		t.Fatal("there was no connection to cut")
	}
}

// withOwnTor is a newcomer whose Tor belongs to this test alone, and who can be
// given another one in its place.
func withOwnTor(t *testing.T, name string) (s someone, c *lab.Client, again func()) {
	t.Helper()
	l := lab.Shared(t)
	c, o := ownTor(t)
	again = func() {
		dir := strings.TrimSuffix(o.Tor.Getenv("TOR_SOCKS_IPC_PATH"), "/socks")
		c, err := l.StartClient(t.Context(), dir, "SocksPort unix:"+dir+"/socks ExtendedErrors")
		must(t, err)
		t.Cleanup(c.Stop)
	}
	name += strings.Repeat("x", int(accounts.Add(1)))
	must(t, l.Prosody().AddUser(name, "server-"+name))
	s = someone{
		Person: journey.Start(o), dir: o.Dir,
		at: name + "@" + l.Prosody().Domain(), password: "server-" + name, host: l.Prosody().Onion(),
	}
	t.Cleanup(s.Close)
	s.begin(t)
	return s, c, again
}

// exchanges is how many key exchanges the server has seen between two people:
// the D-H commit messages of OTR v3 that reached it.
func exchanges(t *testing.T, one, other someone) (n int) {
	t.Helper()
	all, err := lab.Shared(t).Prosody().Tap()
	must(t, err)
	for _, s := range all {
		between := strings.HasPrefix(s.From, one.at) && strings.HasPrefix(s.To, other.at) ||
			strings.HasPrefix(s.From, other.at) && strings.HasPrefix(s.To, one.at)
		if s.Dir == "in" && between && strings.HasPrefix(s.Body, "?OTR:AAMC") {
			n++
		}
	}
	return n
}

// TestBreakOverTor: real servers, real Tor. The connection is cut under a private
// chat, then Tor is killed and another one comes, then the server dies and comes
// back. What both write meanwhile arrives once and in order: in the same private
// chat, and after the death of the server in one that came about by itself.
func TestBreakOverTor(t *testing.T) {
	l := lab.Shared(t)
	ana, tor, another := withOwnTor(t, "ana")
	ben := newcomer(t, "ben")
	must(t, ana.Add(ben.at))
	must(t, ben.Accept(ana.at))
	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	must(t, ben.Private(ana.at))

	var hers, his []string
	say := func(when string) (last [2]string) {
		for i := range 2 {
			text := fmt.Sprintf("%s %d", when, i)
			var err error
			last[0], err = ana.Say(ben.at, text)
			must(t, err)
			last[1], err = ben.Say(ana.at, text)
			must(t, err)
			hers, his = append(hers, text), append(his, text)
		}
		return last
	}
	arrived := func(last [2]string) {
		t.Helper()
		must(t, ana.Marked(last[0], client.TheyHave))
		must(t, ben.Marked(last[1], client.TheyHave))
		if got := ben.Texts(ana.at); !slices.Equal(got, hers) {
			t.Fatalf("of hers: %q", got)
		}
		if got := ana.Texts(ben.at); !slices.Equal(got, his) {
			t.Fatalf("of his: %q", got)
		}
	}
	arrived(say("before"))
	before := exchanges(t, ana, ben)
	if before == 0 {
		t.Fatal("the tap has seen no key exchange")
	}

	say("just before")
	cutAll(t, tor, l.Prosody().Onion())
	arrived(say("in the break"))
	if n := exchanges(t, ana, ben); n != before {
		t.Errorf("%d key exchanges, %d before the break", n, before)
	}

	say("just before the end of Tor")
	tor.Kill()
	must(t, ana.Until("that Tor is gone", func(w *journey.World) bool {
		return w.Accounts[ana.at].State == client.WaitingForTor && w.Accounts[ana.at].Again
	}))
	last := say("without Tor")
	another()
	arrived(last)
	if n := exchanges(t, ana, ben); n != before {
		t.Errorf("%d key exchanges, %d before Tor went", n, before)
	}

	say("just before the end of the server")
	must(t, l.Prosody().Stop())
	for _, p := range []someone{ana, ben} {
		must(t, p.Until("the break", func(w *journey.World) bool { return w.Accounts[p.at].State != client.Online }))
	}
	last = say("without a server")
	must(t, l.Prosody().Restart())
	ana.GoOnline() // whoever waits is patient; not here
	ben.GoOnline()
	arrived(last)
	if n := exchanges(t, ana, ben); n == before {
		t.Error("a server that has forgotten all goes on with a chat")
	}
}
