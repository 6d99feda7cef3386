package otr_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/otr"
	"hushwing/secret"
)

func TestTwoBecomePrivate(t *testing.T) {
	t.Parallel()
	w, ana, _ := pair(t)
	for _, p := range w.seen {
		if !strings.HasPrefix(p.body, "?OTR:") && p.body != "?OTRv3?" {
			t.Errorf("the server saw %q", p.body)
		}
		if strings.Contains(p.body, "from") {
			t.Error("the server saw a text")
		}
	}
	if !ana.latest.Live() || ana.latest.Ended() || ana.latest.Peer() != benAddr || !ana.latest.Since().Equal(w.now) {
		t.Error("the conversation says wrong things about itself")
	}
	if n := len(ana.chat.Conversations()); n != 1 {
		t.Errorf("%d conversations", n)
	}
}

func TestWhoStarts(t *testing.T) {
	t.Parallel()
	ids := identities()
	t.Run("smaller asks at once", func(t *testing.T) {
		w := newWorld(t)
		ana := w.person(anaAddr, ids[0])
		ana.start(benAddr)
		if len(w.queue) != 1 || w.queue[0] != (packet{anaAddr, benAddr, "?OTRv3?"}) {
			t.Errorf("sent %v", w.queue)
		}
		ana.start(benAddr)
		if len(w.queue) != 1 {
			t.Error("asked twice")
		}
	})
	t.Run("larger waits, then asks", func(t *testing.T) {
		w := newWorld(t)
		ben := w.person(benAddr, ids[1])
		ben.start(anaAddr)
		w.wait(3 * time.Second)
		if len(w.seen) != 0 {
			t.Errorf("asked at once: %v", w.seen)
		}
		w.wait(3 * time.Second)
		if len(w.seen) != 1 {
			t.Errorf("sent %v", w.seen)
		}
	})
	t.Run("nobody answers", func(t *testing.T) {
		w := newWorld(t)
		ana := w.person(anaAddr, ids[0])
		ana.start(benAddr)
		w.wait(10 * time.Minute)
		if e := one[otr.ExchangeFailed](ana); e != (otr.ExchangeFailed{To: benAddr, Why: otr.NoAnswer}) {
			t.Errorf("%v", e)
		}
		if n := len(w.seen); n != 4 {
			t.Errorf("asked %d times", n)
		}
		ana.start(benAddr)
		if len(w.queue) != 1 {
			t.Error("cannot start again")
		}
	})
	t.Run("exchanges that never end", func(t *testing.T) {
		w := newWorld(t)
		ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
		_ = ben
		w.middle = func(p packet) []packet {
			if isQuery(p) || strings.HasPrefix(p.body, "?OTR:AAMC") {
				return []packet{p}
			}
			return nil
		}
		ana.start(benAddr)
		w.wait(10 * time.Minute)
		if e := one[otr.ExchangeFailed](ana); e.Why != otr.Unfinished {
			t.Errorf("%v", e)
		}
		if n := len(ana.chat.Conversations()) + len(ben.chat.Conversations()); n != 0 {
			t.Errorf("%d exchanges are kept", n)
		}
	})
}

func TestLockedSealsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := identities()
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	ana.locks = true
	ana.start(benAddr)
	w.run()
	v := ana.latest
	if v == nil || !v.Private() || v.Live() || v.Fingerprint() != ids[1].Fingerprint() {
		t.Fatal("not locked")
	}
	plain, _ := otr.NewPlain("word")
	if _, _, err := v.Seal(plain); !errors.Is(err, otr.ErrLocked) || !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("Seal: %v", err)
	}
	if _, err := v.SealSignal(otr.Signal{Usage: 7}); !errors.Is(err, otr.ErrLocked) {
		t.Errorf("SealSignal: %v", err)
	}
	// It reads, and can be checked from both sides.
	ben.say("hello")
	w.run()
	if e := one[otr.Text](ana); e.Plain != "hello" || e.Conversation != v {
		t.Errorf("%v", e)
	}
	ana.ask("where", "here")
	w.run()
	ben.answer("here")
	w.run()
	if e := one[otr.CheckDone](ana); e.Result != otr.Same || !e.Asked || e.Fingerprint != ids[1].Fingerprint() {
		t.Errorf("%v", e)
	}
	if err := ana.chat.Promote(v); err != nil {
		t.Fatal(err)
	}
	private(t, ana, ben)
	other := otr.NewChat(ids[0], anaAddr)
	if err := other.Promote(v); !errors.Is(err, otr.ErrNotOurs) {
		t.Errorf("promoted in another chat: %v", err)
	}
}

func TestZeroValuesAreRefused(t *testing.T) {
	t.Parallel()
	_, ana, _ := pair(t)
	if _, _, err := ana.latest.Seal(otr.Plain{}); !errors.Is(err, otr.ErrEmpty) {
		t.Errorf("the zero Plain: %v", err)
	}
	if _, err := ana.latest.Ask("q", secret.Text{}); !errors.Is(err, otr.ErrEmpty) {
		t.Errorf("no secret: %v", err)
	}
	var v otr.Conversation
	plain, _ := otr.NewPlain("x")
	if _, _, err := v.Seal(plain); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("the zero Conversation: %v", err)
	}
	if _, err := v.Ask("", secret.New("x")); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("the zero Conversation: %v", err)
	}
	if err := ana.chat.Promote(nil); err == nil {
		t.Error("promoted nothing")
	}
	if !(otr.Wire{}).IsZero() {
		t.Error("the zero Wire is not zero")
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want string
		err  error
	}{
		{"a", "a", nil},
		{"", "", otr.ErrEmpty},
		{"\x00\x00", "", otr.ErrEmpty},
		{"a\x00b", "ab", nil},
		{"\xff", "", otr.ErrNotUTF8},
		{strings.Repeat("x", otr.MaxText), strings.Repeat("x", otr.MaxText), nil},
		{strings.Repeat("x", otr.MaxText+1), "", otr.ErrTooLong},
		{"?OTR:x", "?OTR:x", nil},
	} {
		p, err := otr.NewPlain(c.in)
		if !errors.Is(err, c.err) || p.String() != c.want {
			t.Errorf("%q: %q, %v", clip(c.in), clip(p.String()), err)
		}
	}
}

func TestTextsArriveAsTyped(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	long := strings.Repeat("Käuzchen 🦉 ", otr.MaxText)
	long = strings.ToValidUTF8(long[:otr.MaxText], "")
	for _, text := range []string{
		"hi", " spaces ", "ünï 🦉\n\r\ttabs", "?OTR", "?OTRv3?", "?OTR:AAMD", "?OTR Error: x", "?OTR|x", "?OTR!", "/me",
		"<b>not bold</b> &lt;", " \t  \t\t\t\t \t \t \t    \t\t  \t\t", long,
	} {
		ben.forget()
		id := ana.say(text)
		w.run()
		if e := one[otr.Text](ben); e.Plain != text || e.ID != id {
			t.Errorf("%q became %q", clip(text), clip(e.Plain))
		}
	}
	if n := len(got[otr.Clear](ana)); n != 0 {
		t.Error("something went in clear")
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	data := make([]byte, otr.MaxSignal)
	for i := range data {
		data[i] = byte(i)
	}
	for _, d := range [][]byte{data, {}, {0}} {
		ben.forget()
		wires, err := ana.latest.SealSignal(otr.Signal{Usage: 0xB1, Data: d})
		if err != nil || len(wires) != 1 {
			t.Fatal(err)
		}
		ana.post(wires)
		w.run()
		e := one[otr.SignalReceived](ben)
		if e.Signal.Usage != 0xB1 || !slices.Equal(e.Signal.Data, d) || e.ID.IsZero() || len(ben.events) != 1 {
			t.Errorf("%d bytes became %v", len(d), ben.events)
		}
	}
	if _, err := ana.latest.SealSignal(otr.Signal{Data: make([]byte, otr.MaxSignal+1)}); !errors.Is(err, otr.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	w, ana, _ := pair(t)
	seen := map[otr.ID]bool{}
	for range 5 {
		id := ana.say("the same text")
		if seen[id] || id.IsZero() {
			t.Error("an ID repeats")
		}
		seen[id] = true
	}
	w.run()
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		question, asker, answerer string
		want                      otr.Result
	}{
		{"where did we meet?", "paris", "paris", otr.Same},
		{"where did we meet?", "paris", "Paris", otr.Different},
		{"", "482913", "482913", otr.Same},
		{"ünï 🦉", "héé", "héé", otr.Same},
	} {
		t.Run(c.question+" "+c.answerer, func(t *testing.T) {
			w, ana, ben := pair(t)
			ana.ask(c.question, c.asker)
			w.run()
			if q := one[otr.Question](ben); q.Text != c.question || q.Conversation != ben.latest {
				t.Fatalf("asked %q", q.Text)
			}
			ben.answer(c.answerer)
			w.run()
			for _, p := range []*person{ana, ben} {
				e := one[otr.CheckDone](p)
				if e.Result != c.want || e.Asked != (p == ana) || e.Fingerprint != p.latest.Fingerprint() {
					t.Errorf("%s: %+v", p.addr, e)
				}
			}
			if _, err := ben.latest.Answer(secret.New("again")); !errors.Is(err, otr.ErrNothingAsked) {
				t.Errorf("answered twice: %v", err)
			}
			private(t, ana, ben)
			// And once more the other way round.
			ben.ask("back?", "x")
			w.run()
			ana.answer("x")
			w.run()
			if e := one[otr.CheckDone](ana); e.Result != otr.Same || e.Asked {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestCheckAborted(t *testing.T) {
	t.Parallel()
	abort := func(t *testing.T, p *person) {
		t.Helper()
		wires, err := p.latest.Abort()
		if err != nil {
			t.Fatal(err)
		}
		p.post(wires)
		p.w.run()
	}
	t.Run("by the asked", func(t *testing.T) {
		w, ana, ben := pair(t)
		ana.ask("q", "x")
		w.run()
		abort(t, ben)
		if e := one[otr.CheckDone](ana); e.Result != otr.Aborted || !e.Asked {
			t.Errorf("%+v", e)
		}
		if _, err := ben.latest.Answer(secret.New("x")); !errors.Is(err, otr.ErrNothingAsked) {
			t.Errorf("answered after: %v", err)
		}
		private(t, ana, ben)
	})
	t.Run("by the asker", func(t *testing.T) {
		w, ana, ben := pair(t)
		ana.ask("q", "x")
		w.run()
		abort(t, ana)
		if e := one[otr.CheckDone](ben); e.Result != otr.Aborted || e.Asked {
			t.Errorf("%+v", e)
		}
		if _, err := ben.latest.Answer(secret.New("x")); !errors.Is(err, otr.ErrNothingAsked) {
			t.Errorf("answered after: %v", err)
		}
	})
	t.Run("nothing to abort", func(t *testing.T) {
		_, ana, _ := pair(t)
		if _, err := ana.latest.Abort(); !errors.Is(err, otr.ErrNothingAsked) {
			t.Errorf("%v", err)
		}
	})
	t.Run("both ask at once", func(t *testing.T) {
		w, ana, ben := pair(t)
		ana.ask("q", "x")
		ben.ask("r", "y")
		w.run()
		for _, p := range []*person{ana, ben} {
			for _, e := range got[otr.CheckDone](p) {
				if e.Result != otr.Aborted {
					t.Errorf("%+v", e)
				}
			}
		}
		ana.forget()
		ben.forget()
		ana.ask("again", "x")
		w.run()
		ben.answer("x")
		w.run()
		if e := one[otr.CheckDone](ana); e.Result != otr.Same {
			t.Errorf("%+v", e)
		}
	})
	t.Run("asked anew", func(t *testing.T) {
		w, ana, ben := pair(t)
		ana.ask("q", "x")
		w.run()
		ana.ask("r", "y")
		w.run()
		if list := got[otr.Question](ben); len(list) != 2 || list[1].Text != "r" {
			t.Fatalf("%v", ben.events)
		}
		ben.answer("y")
		w.run()
		if e := one[otr.CheckDone](ana); e.Result != otr.Same {
			t.Errorf("%+v", e)
		}
	})
}

// Fault 10: the peer leaves while its question is open.
func TestAnswerAfterThePeerLeft(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	ana.ask("q", "x")
	w.run()
	v := ana.latest
	wires, err := v.End()
	if err != nil {
		t.Fatal(err)
	}
	ana.post(wires)
	w.run()
	if e := one[otr.CheckDone](ben); e.Result != otr.Aborted {
		t.Errorf("%+v", e)
	}
	one[otr.Ended](ben)
	if _, err := ben.latest.Answer(secret.New("x")); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("Answer: %v", err)
	}
	if _, err := ben.latest.Abort(); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("Abort: %v", err)
	}
	if _, err := ben.latest.Ask("q", secret.New("x")); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("Ask: %v", err)
	}
	if _, err := v.Answer(secret.New("x")); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("the one who left: %v", err)
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	v := ana.latest
	wires, err := v.End()
	if err != nil || len(wires) != 1 {
		t.Fatal(err)
	}
	ana.post(wires)
	w.run()
	if e := one[otr.Ended](ben); e.Conversation != ben.latest || !ben.latest.Ended() || ben.latest.Private() {
		t.Error("Ben does not know")
	}
	plain, _ := otr.NewPlain("into the void")
	for _, p := range []*person{ana, ben} {
		if _, _, err := p.latest.Seal(plain); !errors.Is(err, otr.ErrNotPrivate) {
			t.Errorf("%s: sealed after the end: %v", p.addr, err)
		}
	}
	if _, err := v.End(); !errors.Is(err, otr.ErrNotPrivate) {
		t.Errorf("ended twice: %v", err)
	}
	if n := len(ben.chat.Conversations()); n != 1 {
		t.Errorf("%d conversations", n)
	}
	ben.start(anaAddr)
	w.wait(10 * time.Second)
	private(t, ana, ben)
	if n := len(ben.chat.Conversations()); n != 1 {
		t.Errorf("%d conversations: the ended one was not replaced", n)
	}
}

func TestRefreshKeepsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	first, benFirst := ana.latest, ben.latest
	// Ben is slow to accept the new conversation, so what he writes until
	// then belongs to the old one.
	ben.locks = true
	ana.start(benAddr)
	w.run()
	if ana.latest == first || ben.latest == benFirst {
		t.Fatal("no new exchange")
	}
	if first.Live() || first.Private() || !ana.latest.Live() {
		t.Error("Ana's new one did not take the place")
	}
	if !benFirst.Live() || ben.latest.Live() {
		t.Error("Ben's took it")
	}
	ana.forget()
	ben.forget()
	plain, _ := otr.NewPlain("in the old one")
	for range 3 {
		wires, _, err := benFirst.Seal(plain)
		if err != nil {
			t.Fatal(err)
		}
		ben.post(wires)
	}
	w.run()
	if list := got[otr.Text](ana); len(list) != 3 || list[2].Conversation != first {
		t.Fatalf("Ana got %v", ana.events)
	}
	if err := ben.chat.Promote(ben.latest); err != nil {
		t.Fatal(err)
	}
	private(t, ana, ben)
	w.wait(3 * time.Minute)
	if wires, _, err := benFirst.Seal(plain); err == nil {
		t.Errorf("the old one seals %v", wires)
	}
	private(t, ana, ben)
}

// Messages of two conversations with one program cross. A message that is tried
// on the wrong one would spoil it for the right ones.
func TestConversationsCross(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := identities()
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	ana.start(benAddr)
	w.run()
	// What Ana's program answers by itself is lost, so the keys of the first
	// conversation stay.
	w.middle = func(p packet) []packet {
		if p.from == anaAddr {
			return nil
		}
		return []packet{p}
	}
	ben.say("one")
	w.run()
	w.middle = nil
	first := ben.latest
	ana.locks, ben.locks = true, true
	ana.start(benAddr)
	w.run()
	ana.forget()
	seal := func(v *otr.Conversation, text string) string {
		plain, _ := otr.NewPlain(text)
		wires, _, err := v.Seal(plain)
		if err != nil {
			t.Fatal(err)
		}
		return wires[0].Body()
	}
	late := seal(first, "late")
	if err := ben.chat.Promote(ben.latest); err != nil {
		t.Fatal(err)
	}
	var fresh string
	for i := range 5 {
		fresh = seal(ben.latest, fmt.Sprint("new ", i)) // the first four are lost
	}
	w.send(packet{benAddr, anaAddr, fresh}, packet{benAddr, anaAddr, late})
	w.run()
	if list := got[otr.Text](ana); len(list) != 2 || list[1].Plain != "late" || list[0].Conversation != ana.latest {
		t.Errorf("%v", ana.events)
	}
}

func TestGone(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	plain, _ := otr.NewPlain("still under way")
	wires, _, err := ben.latest.Seal(plain)
	if err != nil {
		t.Fatal(err)
	}
	v := ana.latest
	ana.take(ana.chat.Gone(w.now, benAddr))
	if v.Private() || len(ana.chat.Conversations()) != 0 {
		t.Error("still there")
	}
	ben.post(wires)
	w.run()
	if e := one[otr.Text](ana); e.Plain != "still under way" || e.Conversation != v {
		t.Errorf("%v", ana.events)
	}
	w.wait(3 * time.Minute)
	ana.forget()
	wires, _, err = ben.latest.Seal(plain)
	if err != nil {
		t.Fatal(err)
	}
	ben.post(wires)
	w.run()
	one[otr.Unreadable](ana)
}

func TestTwoPrograms(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	ids := identities()
	const second = "ben@example.test/b2"
	other := w.person(second, ids[2])
	first := ana.latest
	ana.start(second)
	w.run()
	if ana.latest == first || !first.Live() || !ana.latest.Live() || ana.latest.Peer() != second {
		t.Fatal("not two")
	}
	private(t, ana, other)
	ana.latest = first
	private(t, ana, ben)
	if n := len(ana.chat.Conversations()); n != 2 {
		t.Errorf("%d conversations", n)
	}
}

func TestClearAndNotices(t *testing.T) {
	t.Parallel()
	w, ana, _ := pair(t)
	for _, c := range []struct {
		body string
		want []otr.Event
	}{
		{"hello", []otr.Event{otr.Clear{benAddr, "hello"}}},
		{"nul\x00 \xff", []otr.Event{otr.Clear{benAddr, "nul \uFFFD"}}},
		{"", nil},
		{"?OTR Error: you sent what I cannot read", []otr.Event{otr.Notice{benAddr, "you sent what I cannot read"}}},
		{"?OTR Error:", []otr.Event{otr.Notice{benAddr, ""}}},
		{"?OTR is a protocol", []otr.Event{otr.Clear{benAddr, "?OTR is a protocol"}}},
		{"?OTR", []otr.Event{otr.Clear{benAddr, "?OTR"}}},
		{"?OTR?", []otr.Event{otr.TooOld{benAddr}}},
		{"?OTRv2?", []otr.Event{otr.TooOld{benAddr}}},
		{"?OTR?v2? install it", []otr.Event{otr.TooOld{benAddr}}},
		{"?OTRv4?", []otr.Event{otr.TooOld{benAddr}}},
		{"?OTRv?", nil},
		{"?OTR,1,3,?OTR:AAEDAAAAAQAAAAEAAADAVf3", []otr.Event{otr.TooOld{benAddr}}},
		{"?OTR:AAIDAAAAAAEAAAABAAAAwA==.", []otr.Event{otr.TooOld{benAddr}}},
		{"?OTR:AAEKxxx=.", []otr.Event{otr.Unreadable{benAddr}}},
		{"hi \t  \t\t\t\t \t \t \t   \t \t  \t   \t\t  \t  there", []otr.Event{otr.Clear{benAddr, "hi there"}, otr.TooOld{benAddr}}},
	} {
		ana.forget()
		w.deliver(packet{benAddr, anaAddr, c.body})
		if fmt.Sprint(ana.events) != fmt.Sprint(c.want) {
			t.Errorf("%q gave %v", c.body, ana.events)
		}
		if len(w.queue) != 0 {
			t.Errorf("%q made a message go out: %v", c.body, w.queue)
		}
		w.queue = nil
	}
	if !ana.latest.Live() {
		t.Error("the private chat suffered")
	}
}

func TestWhitespaceTagStarts(t *testing.T) {
	t.Parallel()
	ids := identities()
	w := newWorld(t)
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	w.deliver(packet{benAddr, anaAddr, "hi \t  \t\t\t\t \t \t \t   \t \t  \t   \t\t  \t   \t\t  \t\t"})
	if e := one[otr.Clear](ana); e.Text != "hi" {
		t.Errorf("%q", e.Text)
	}
	w.run()
	private(t, ana, ben)
}
