package client_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"hushwing/client"
	"hushwing/config/configtest"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

func TestMain(m *testing.M) {
	configtest.CheapProcess(m) // many profiles are made here
	os.Exit(lab.Main(m))
}

const profilePassword = "correct horse battery staple"

// someone is a person with an account that exists on the lab's server.
type someone struct {
	*journey.Person
	at, password, host, dir string
}

var accounts atomic.Int32

// newcomer makes an account on the server and a person who uses it.
func newcomer(t *testing.T, name string) someone {
	t.Helper()
	l := lab.Shared(t)
	name += strings.Repeat("x", int(accounts.Add(1)))
	if err := l.Prosody().AddUser(name, "server-"+name); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), name)
	s := someone{
		Person: journey.InLab(t, l, dir), dir: dir,
		at: name + "@" + l.Prosody().Domain(), password: "server-" + name, host: l.Prosody().Onion(),
	}
	s.begin(t)
	return s
}

// begin goes through the first run with the account.
func (s someone) begin(t *testing.T) {
	t.Helper()
	must(t, s.Create(profilePassword))
	must(t, s.TorReady())
	must(t, s.SignIn(s.at, s.password, s.host))
}

// anew is the same account in a new profile: another computer, or a
// reinstalled one, or somebody who has stolen the account.
func (s someone) anew(t *testing.T) someone {
	t.Helper()
	s.Close()
	s.Person = journey.InLab(t, lab.Shared(t), filepath.Join(t.TempDir(), "anew"))
	s.begin(t)
	return s
}

// acquainted makes two people contacts of each other, in a private chat.
func acquainted(t *testing.T) (ana, ben someone) {
	t.Helper()
	ana, ben = newcomer(t, "ana"), newcomer(t, "ben")
	must(t, ana.Add(ben.at))
	must(t, ben.Accept(ana.at))
	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	must(t, ben.Private(ana.at))
	return ana, ben
}

// check lets a ask b, who knows the answer.
func check(t *testing.T, a, b someone) {
	t.Helper()
	must(t, a.Ask(b.at, "which boat?", "the blue one"))
	must(t, b.Answer(a.at, "which boat?", "the blue one"))
	must(t, a.Checked(b.at, client.CheckSame))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCause(t *testing.T, err error, want client.Cause) {
	t.Helper()
	if err == nil || journey.Cause(err) != want {
		t.Errorf("got %v, want cause %d", err, want)
	}
}

// TestCheckedContactComesWithAnotherKey: sending stops until the new key is
// checked, and nothing that was written goes to it by itself.
func TestCheckedContactComesWithAnotherKey(t *testing.T) {
	t.Parallel()
	ana, ben := acquainted(t)
	check(t, ana, ben)
	must(t, ana.Protected(ben.at, client.PrivateChecked))

	ben.Close()
	must(t, ana.Protected(ben.at, client.Away))
	waiting, err := ana.Say(ben.at, "for the key that I checked")
	must(t, err)
	ben = ben.anew(t)
	must(t, ana.Protected(ben.at, client.KeyLocked))
	_, err = ana.Say(ben.at, "no")
	wantCause(t, err, client.NotPrivateNow)
	must(t, ana.Marked(waiting, client.Waiting))
	if got := ben.Texts(ana.at); len(got) != 0 {
		t.Fatalf("a text went to an unchecked key: %d", len(got))
	}

	// the other side may still write, and can be checked
	_, err = ben.Say(ana.at, "it is me, on a new computer")
	must(t, err)
	must(t, ana.Until("a marked text", func(w *journey.World) bool {
		return slices.ContainsFunc(w.Messages, func(m client.Message) bool { return m.Text == "it is me, on a new computer" && m.Clear })
	}))
	check(t, ana, ben)
	must(t, ana.Protected(ben.at, client.PrivateChecked))
	must(t, ana.Reads(ben.at, "it is me, on a new computer")) // it was
	must(t, ana.Marked(waiting, client.OtherKey))
	ana.Client.Do(client.ReleaseText{Peer: ana.Peer(ben.at), Message: waiting})
	must(t, ben.Reads(ana.at, "for the key that I checked"))
	must(t, ana.Marked(waiting, client.TheyHave))
}

// TestNewKeyOfAContactNeverChecked: it is said, and what was written for the
// earlier key asks first.
func TestNewKeyOfAContactNeverChecked(t *testing.T) {
	t.Parallel()
	ana, ben := acquainted(t)
	ben.Close()
	must(t, ana.Protected(ben.at, client.Away))
	waiting, err := ana.Say(ben.at, "for the earlier key")
	must(t, err)
	ben = ben.anew(t)
	must(t, ana.Protected(ben.at, client.PrivateNewKey))
	must(t, ana.Marked(waiting, client.OtherKey))
	now, err := ana.Say(ben.at, "for the new key")
	must(t, err)
	must(t, ben.Reads(ana.at, "for the new key"))
	must(t, ana.Marked(now, client.TheyHave))
	if got := ben.Texts(ana.at); len(got) != 1 {
		t.Fatalf("the text for the earlier key went to the new one")
	}
	ana.Client.Do(client.DiscardText{Peer: ana.Peer(ben.at), Message: waiting})
}

// TestInsist: the user may use an unchecked key all the same; that is
// remembered and shown.
func TestInsist(t *testing.T) {
	t.Parallel()
	ana, ben := acquainted(t)
	check(t, ana, ben)
	ben = ben.anew(t)
	must(t, ana.Protected(ben.at, client.KeyLocked))
	ana.Client.Do(client.Insist{Peer: ana.Peer(ben.at)})
	must(t, ana.Protected(ben.at, client.PrivateInsist))
	_, err := ana.Say(ben.at, "all the same")
	must(t, err)
	must(t, ben.Reads(ana.at, "all the same"))
}

// TestWrongAnswer: nobody is checked, and after three attempts no more are made.
func TestWrongAnswer(t *testing.T) {
	t.Parallel()
	ana, ben := acquainted(t)
	for range 3 {
		must(t, ana.Ask(ben.at, "which boat?", "the blue one"))
		must(t, ben.Answer(ana.at, "which boat?", "the red one"))
		must(t, ana.Checked(ben.at, client.CheckDifferent))
		must(t, ben.Checked(ana.at, client.CheckDifferent))
	}
	wantCause(t, ana.Ask(ben.at, "which boat?", "the blue one"), client.NoAttemptsLeft)
	must(t, ana.Protected(ben.at, client.PrivateUnknown))
}

// TestOrderAndMarks: a hundred texts each way arrive once and in order.
func TestOrderAndMarks(t *testing.T) {
	t.Parallel()
	ana, ben := acquainted(t)
	const n = 100
	number := func(i int) string { return "number " + strings.Repeat("i", i) }
	last := [2]string{}
	for i := range n {
		var err error
		last[0], err = ana.Say(ben.at, number(i))
		must(t, err)
		last[1], err = ben.Say(ana.at, number(i))
		must(t, err)
	}
	must(t, ana.Marked(last[0], client.TheyHave))
	must(t, ben.Marked(last[1], client.TheyHave))
	for _, got := range [][]string{ana.Texts(ben.at), ben.Texts(ana.at)} {
		if len(got) != n {
			t.Fatalf("%d texts arrived, want %d", len(got), n)
		}
		for i := range got {
			if got[i] != number(i) {
				t.Fatalf("text %d is out of order", i)
			}
		}
	}
}
