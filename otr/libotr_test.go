package otr_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/otr"
	"hushwing/secret"
)

// libotr is a program on libotr 4.1 at an address.
type libotr struct {
	t      testing.TB
	peer   *lab.OTRPeer
	addr   string
	with   string
	events []lab.OTREvent // all but inject
}

func (w *world) libotr(addr, with string, o lab.OTRPeerOptions) *libotr {
	o.Manual = true
	if o.KeyFile == "" {
		o.KeyFile = filepath.Join(keyFolder, "libotr")
	}
	n := &libotr{t: w.t, addr: addr, with: with, peer: lab.NewOTRPeer(w.t, o)}
	w.nodes[addr] = n
	return n
}

func (n *libotr) receive(_ time.Time, p packet) []packet {
	n.peer.Receive(p.body)
	return n.drain()
}

func (n *libotr) drain() (out []packet) {
	for _, e := range n.peer.Drain() {
		if e.Kind == "inject" {
			out = append(out, packet{n.addr, n.with, e.Text})
		} else {
			n.events = append(n.events, e)
		}
	}
	return out
}

// want fails unless the program reported this since the last call.
func (n *libotr) want(kind, text string) {
	n.t.Helper()
	var all []string
	for _, e := range n.events {
		all = append(all, e.Kind+" "+clip(e.Text))
		if e.Kind == kind && e.Text == text {
			n.events = nil
			return
		}
	}
	n.t.Fatalf("libotr did not say %s %q but %q", kind, clip(text), all)
}

func (n *libotr) has(kind string) bool {
	for _, e := range n.events {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// privateWith checks that Ana and the libotr program are private with each
// other, and that a text goes through each way.
func privateWith(t testing.TB, w *world, ana *person, n *libotr) {
	t.Helper()
	if ana.latest == nil || !ana.latest.Live() {
		t.Fatalf("not private: %v; %v", ana.events, n.events)
	}
	if theirs := strings.ReplaceAll(ana.latest.Fingerprint().String(), " ", ""); theirs != n.peer.Fingerprint() {
		t.Fatalf("private with %s", theirs)
	}
	ana.forget()
	n.events = nil
	ana.say("to libotr")
	n.peer.Send("from libotr")
	w.send(n.drain()...)
	w.run()
	n.want("msg", "to libotr")
	if e := one[otr.Text](ana); e.Plain != "from libotr" {
		t.Fatalf("%q", e.Plain)
	}
	ana.forget()
}

func withLibotr(t testing.TB, o lab.OTRPeerOptions) (*world, *person, *libotr) {
	t.Helper()
	w := newWorld(t)
	ana := w.person(anaAddr, identities()[0])
	n := w.libotr(benAddr, anaAddr, o)
	ana.start(benAddr)
	w.run()
	privateWith(t, w, ana, n)
	return w, ana, n
}

func TestLibotrExchange(t *testing.T) {
	t.Run("ours asks", func(t *testing.T) {
		w, ana, _ := withLibotr(t, lab.OTRPeerOptions{})
		for _, p := range w.seen {
			if !strings.HasPrefix(p.body, "?OTR") {
				t.Errorf("in clear: %q", p.body)
			}
		}
		if n := len(ana.chat.Conversations()); n != 1 {
			t.Errorf("%d conversations", n)
		}
	})
	t.Run("libotr asks", func(t *testing.T) {
		w := newWorld(t)
		ana := w.person(anaAddr, identities()[0])
		n := w.libotr(benAddr, anaAddr, lab.OTRPeerOptions{})
		n.peer.Query()
		w.send(n.drain()...)
		w.run()
		privateWith(t, w, ana, n)
		// And at once again: its user may click "refresh" at any time.
		before := ana.latest
		n.peer.Query()
		w.send(n.drain()...)
		w.run()
		if ana.latest == before {
			t.Error("a query just after turning private was ignored")
		}
		privateWith(t, w, ana, n)
	})
	t.Run("whitespace tag", func(t *testing.T) {
		w := newWorld(t)
		ana := w.person(anaAddr, identities()[0])
		n := w.libotr(benAddr, anaAddr, lab.OTRPeerOptions{Whitespace: true})
		n.peer.Send("hello")
		w.send(n.drain()...)
		w.run()
		if e := one[otr.Clear](ana); e.Text != "hello" {
			t.Errorf("%q", e.Text)
		}
		privateWith(t, w, ana, n)
	})
	t.Run("refresh by ours", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		before := ana.latest
		ana.start(benAddr)
		w.run()
		if ana.latest == before {
			t.Error("no new conversation")
		}
		privateWith(t, w, ana, n)
	})
	t.Run("versions 2 and 3", func(t *testing.T) {
		withLibotr(t, lab.OTRPeerOptions{V2: true})
	})
	t.Run("fragments", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{Max: 200})
		long := strings.Repeat("in pieces, ", 300)
		n.peer.Send(long)
		out := n.drain()
		if len(out) < 10 {
			t.Fatalf("%d fragments", len(out))
		}
		w.send(out...)
		w.run()
		if e := one[otr.Text](ana); e.Plain != long {
			t.Error("the text was changed")
		}
	})
}

// Fault 7: both ask at once, in either order of delivery. See TestControlBothStart for what bare otr3 does.
func TestLibotrBothStart(t *testing.T) {
	w := newWorld(t)
	n := w.libotr(benAddr, anaAddr, lab.OTRPeerOptions{})
	for round := range max(8, rounds(20)) {
		// The same libotr program meets a fresh chat each time, whose address
		// is the smaller one or the larger one.
		const larger = "zoe@example.test/z1"
		self := []string{anaAddr, larger}[round%2]
		w.queue, w.now = nil, w.now.Add(time.Hour)
		delete(w.nodes, anaAddr)
		delete(w.nodes, larger)
		ana := w.person(self, identities()[0])
		n.with = self
		ana.start(benAddr)
		if round%4 == 3 {
			// The larger one has waited long enough to ask.
			w.now = w.now.Add(5 * time.Second)
			w.send(ana.take(ana.chat.Tick(w.now))...)
		}
		n.peer.Query()
		ours := w.queue
		w.queue = nil
		if round%8 < 4 {
			w.send(n.drain()...)
			w.send(ours...)
		} else {
			w.send(ours...)
			w.send(n.drain()...)
		}
		w.run()
		w.wait(30 * time.Second)
		if ana.latest == nil || !ana.latest.Live() {
			t.Fatalf("round %d, %s: stuck: %v", round, self, ana.events)
		}
		privateWith(t, w, ana, n)
	}
}

func TestLibotrTexts(t *testing.T) {
	w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
	long := strings.ToValidUTF8(strings.Repeat("Käuzchen 🦉 ", otr.MaxText)[:otr.MaxText], "")
	for i, text := range []string{"ünï 🦉", "<b>&lt;", "?OTRv3?", "?OTR:x", "two\nlines", long, strings.Repeat("x", 100_000)} {
		if i < 6 {
			n.events = nil
			ana.say(text)
			w.run()
			n.want("msg", text)
		}
		if strings.HasPrefix(text, "?OTR") {
			continue // libotr swallows these on their way out
		}
		ana.forget()
		n.peer.Send(text)
		w.send(n.drain()...)
		w.run()
		if e := one[otr.Text](ana); e.Plain != text {
			t.Errorf("%q became %q", clip(text), clip(e.Plain))
		}
	}
	// A long talk in turns: the keys rotate each time.
	for i := range 20 {
		text := fmt.Sprint("turn ", i)
		ana.say(text)
		w.run()
		n.want("msg", text)
		ana.forget()
		n.peer.Send(text)
		w.send(n.drain()...)
		w.run()
		if e := one[otr.Text](ana); e.Plain != text {
			t.Fatal(e.Plain)
		}
	}
}

func TestLibotrCheck(t *testing.T) {
	ours := func(w *world, n *libotr) {
		w.send(n.drain()...)
		w.run()
	}
	for _, c := range []struct {
		name, question, answer string
		want                   otr.Result
		said                   string
	}{
		{"right", "where?", "here", otr.Same, "smp-ok"},
		{"wrong", "where?", "there", otr.Different, "smp-fail"},
		{"no question", "", "here", otr.Same, "smp-ok"},
	} {
		t.Run("ours asks "+c.name, func(t *testing.T) {
			w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
			ana.ask(c.question, "here")
			w.run()
			n.want("smp-ask", c.question)
			n.peer.Answer(c.answer)
			ours(w, n)
			if e := one[otr.CheckDone](ana); e.Result != c.want || !e.Asked {
				t.Errorf("%+v", e)
			}
			if !n.has(c.said) {
				t.Errorf("libotr said %v", n.events)
			}
			privateWith(t, w, ana, n)
		})
		t.Run("libotr asks "+c.name, func(t *testing.T) {
			w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
			n.peer.Check(c.question, "here")
			ours(w, n)
			if q := one[otr.Question](ana); q.Text != c.question {
				t.Errorf("asked %q", q.Text)
			}
			ana.answer(c.answer)
			w.run()
			if e := one[otr.CheckDone](ana); e.Result != c.want || e.Asked {
				t.Errorf("%+v", e)
			}
			// otr3 answers a difference with an abort.
			if !n.has(c.said) && !(c.want == otr.Different && n.has("smp-abort")) {
				t.Errorf("libotr said %v", n.events)
			}
			privateWith(t, w, ana, n)
		})
	}
	t.Run("libotr aborts", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		ana.ask("where?", "here")
		w.run()
		n.peer.Abort()
		ours(w, n)
		if e := one[otr.CheckDone](ana); e.Result != otr.Aborted || !e.Asked {
			t.Errorf("%+v", e)
		}
		// An abort of nothing is no news.
		ana.forget()
		n.peer.Abort()
		ours(w, n)
		if len(ana.events) != 0 {
			t.Errorf("%v", ana.events)
		}
		privateWith(t, w, ana, n)
	})
	t.Run("ours aborts", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		n.peer.Check("where?", "here")
		ours(w, n)
		wires, err := ana.latest.Abort()
		if err != nil {
			t.Fatal(err)
		}
		ana.post(wires)
		w.run()
		if !n.has("smp-abort") {
			t.Errorf("libotr said %v", n.events)
		}
		n.events = nil
		privateWith(t, w, ana, n)
	})
	t.Run("answer after libotr left", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		n.peer.Check("where?", "here")
		ours(w, n)
		n.peer.End()
		ours(w, n)
		one[otr.Ended](ana)
		if _, err := ana.latest.Answer(secret.New("here")); err == nil {
			t.Error("answered")
		}
	})
}

func TestLibotrEnds(t *testing.T) {
	t.Run("libotr ends", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		n.peer.End()
		w.send(n.drain()...)
		w.run()
		if e := one[otr.Ended](ana); e.Conversation != ana.latest || !ana.latest.Ended() {
			t.Error("Ana does not know")
		}
		plain, _ := otr.NewPlain("x")
		if _, _, err := ana.latest.Seal(plain); err == nil {
			t.Error("sealed after the end")
		}
		ana.start(benAddr)
		w.run()
		privateWith(t, w, ana, n)
	})
	t.Run("ours ends", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		wires, err := ana.latest.End()
		if err != nil {
			t.Fatal(err)
		}
		ana.post(wires)
		w.run()
		n.want("ended", "")
		ana.start(benAddr)
		w.run()
		privateWith(t, w, ana, n)
	})
	t.Run("libotr writes to a chat that is gone", func(t *testing.T) {
		w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
		ana.take(ana.chat.Drop(ana.latest))
		n.peer.Send("are you there?")
		w.send(n.drain()...)
		w.run()
		one[otr.Unreadable](ana)
		ana.start(benAddr)
		w.run()
		privateWith(t, w, ana, n)
	})
}

func TestLibotrSignals(t *testing.T) {
	w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
	wires, err := ana.latest.SealSignal(otr.Signal{Usage: 0xB1, Data: []byte{0, 1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	ana.post(wires)
	w.run()
	for _, e := range n.events {
		if e.Kind != "symkey" && e.Kind != "note" {
			t.Errorf("libotr shows %s %q", e.Kind, e.Text)
		}
	}
	privateWith(t, w, ana, n)
	n.peer.ExtraKey(0xC2, []byte("data"))
	w.send(n.drain()...)
	w.run()
	if e := one[otr.SignalReceived](ana); e.Signal.Usage != 0xC2 || string(e.Signal.Data) != "data" {
		t.Errorf("%v", e.Signal)
	}
	privateWith(t, w, ana, n)
}

// A program that comes back with another instance tag is a new conversation
// (fault 8), and takes the place of the one before.
func TestLibotrNewTag(t *testing.T) {
	w, ana, n := withLibotr(t, lab.OTRPeerOptions{KeyFile: filepath.Join(t.TempDir(), "key")})
	before := ana.latest
	fresh := w.libotr(benAddr, anaAddr, lab.OTRPeerOptions{KeyFile: filepath.Join(t.TempDir(), "key")})
	if fresh.peer.Tag() == n.peer.Tag() {
		t.Fatal("the same tag")
	}
	fresh.peer.Query()
	w.send(fresh.drain()...)
	w.run()
	if ana.latest == before || before.Live() {
		t.Error("not replaced")
	}
	privateWith(t, w, ana, fresh)
}
