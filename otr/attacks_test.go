package otr_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/otr"
)

// The attacks, through the package's own door. The controls in control_test.go
// show the same against bare otr3.

// atOnce delivers one body to a person and returns what went out at once.
func atOnce(p *person, from, body string) []packet {
	p.forget()
	return p.receive(p.w.now, packet{from, p.addr, body})
}

// unharmed checks that the conversation is the one it was, and works.
func unharmed(t *testing.T, a, b *person, before *otr.Conversation) {
	t.Helper()
	if a.latest != before || !before.Live() || before.Fingerprint() != b.id.Fingerprint() {
		t.Fatal("the live conversation was harmed")
	}
	a.w.queue = nil
	private(t, a, b)
}

// Fault 1.
func TestFragmentInFragment(t *testing.T) {
	t.Parallel()
	_, ana, ben := pair(t)
	before := ana.latest
	deep := "x"
	for range 1000 {
		deep = fmt.Sprintf("?OTR|%08x|%08x,00001,00001,%s,", 0x1234, 0, deep)
	}
	for _, body := range []string{
		recursion, deep,
		fmt.Sprintf("?OTR|%08x|%08x,00001,00001,?OTR|,", ben.id.Tag(), ana.id.Tag()),
		fmt.Sprintf("?OTR|%x|%x,1,1,?OTRv3?,", ben.id.Tag(), ana.id.Tag()),
		fmt.Sprintf("?OTR|%x|%x,1,1,?OTR Error: x,", ben.id.Tag(), ana.id.Tag()),
		fmt.Sprintf("?OTR|%x|%x,1,1,plain,", ben.id.Tag(), ana.id.Tag()),
	} {
		if out := atOnce(ana, benAddr, body); len(out) != 0 {
			t.Errorf("%q made %v go out", clip(body), out)
		}
		for _, e := range ana.events {
			if _, ok := e.(otr.Unreadable); !ok {
				t.Errorf("%q gave %T", clip(body), e)
			}
		}
	}
	unharmed(t, ana, ben, before)
}

func TestFragments(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	cut := func(body string, n int) (out []string) {
		size := (len(body) + n - 1) / n
		for i := range n {
			piece := body[min(len(body), i*size):min(len(body), (i+1)*size)]
			out = append(out, fmt.Sprintf("?OTR|%08x|%08x,%05d,%05d,%s,", ben.id.Tag(), ana.id.Tag(), i+1, n, piece))
		}
		return out
	}
	next := func(text string) string {
		plain, _ := otr.NewPlain(text)
		wires, _, err := ben.latest.Seal(plain)
		if err != nil {
			t.Fatal(err)
		}
		return wires[0].Body()
	}
	give := func(bodies ...string) {
		ana.forget()
		for _, b := range bodies {
			w.send(packet{benAddr, anaAddr, b})
		}
		w.run()
	}
	give(cut(next("whole"), 7)...)
	if e := one[otr.Text](ana); e.Plain != "whole" {
		t.Errorf("%q", e.Plain)
	}
	// Out of order, twice, for another tag of ours, from another sender.
	f := cut(next("broken"), 3)
	give(f[0], f[2], f[1])
	give(f[1], f[2])
	give(f[0], f[0][:5]+"00000999"+f[0][13:], f[2])
	if n := len(got[otr.Text](ana)); n != 0 {
		t.Error("opened what was not whole")
	}
	give(strings.Replace(f[0], fmt.Sprintf("|%08x,", ana.id.Tag()), "|00000999,", 1), f[1], f[2])
	if len(ana.events) != 0 {
		t.Errorf("%v", ana.events)
	}
	// In between, another sender's pieces do no harm.
	f = cut(next("through"), 3)
	give(f[0], "?OTR|00000999|00000000,1,9,zzz,", f[1], "?OTR|00000998|00000000,1,1,zzz,", f[2])
	if e := one[otr.Text](ana); e.Plain != "through" {
		t.Errorf("%v", ana.events)
	}
	// The tag outside must be the tag inside.
	f = cut(next("forged"), 1)
	give(f[0][:5] + "00000999" + f[0][13:])
	if n := len(got[otr.Text](ana)); n != 0 {
		t.Error("opened another sender's fragment")
	}
}

// What a stranger's pieces can make us keep is bounded.
func TestFragmentsAreBounded(t *testing.T) {
	t.Parallel()
	_, ana, ben := pair(t)
	before := ana.latest
	piece := strings.Repeat("x", 200<<10)
	for i := range 200 {
		atOnce(ana, fmt.Sprintf("ben@example.test/x%d", i), fmt.Sprintf("?OTR|%08x|0,1,65535,%s,", 0x1000+i, piece))
		atOnce(ana, benAddr, fmt.Sprintf("?OTR|%08x|0,1,65535,%s,", 0x1000+i, piece))
		for k := range 3 {
			atOnce(ana, benAddr, fmt.Sprintf("?OTR|%08x|0,%d,65535,%s,", 0x1000+i, k+2, piece))
		}
	}
	if open, size := otr.Pieces(ana.chat); open > 8 || size > 8*256<<10 {
		t.Errorf("%d messages of %d bytes are kept", open, size)
	}
	ana.chat.Tick(ana.w.now.Add(3 * time.Minute))
	if open, _ := otr.Pieces(ana.chat); open != 0 {
		t.Errorf("%d are kept for ever", open)
	}
	unharmed(t, ana, ben, before)
}

// Fault 2.
func TestCutMessage(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	plain, _ := otr.NewPlain("whole")
	wires, _, err := ben.latest.Seal(plain)
	if err != nil {
		t.Fatal(err)
	}
	whole := wires[0].Body()
	raw := decode(whole)
	for n := range raw {
		out := atOnce(ana, benAddr, encode(raw[:n]))
		if len(out) != 0 {
			t.Fatalf("cut at %d: %v went out", n, out)
		}
		if len(got[otr.Unreadable](ana)) != 1 && n >= 3 {
			t.Fatalf("cut at %d: nobody was told: %v", n, ana.events)
		}
	}
	for _, end := range []string{"", "==", "..", " x"} {
		atOnce(ana, benAddr, whole[:len(whole)-1]+end)
		if len(got[otr.Text](ana)) != 0 {
			t.Errorf("opened with the end %q", end)
		}
	}
	atOnce(ana, benAddr, encode(append(slices.Clone(raw), 0)))
	if len(got[otr.Text](ana)) != 0 {
		t.Error("opened with more behind")
	}
	// None of them touched the conversation: the whole message still opens.
	ana.forget()
	w.send(packet{benAddr, anaAddr, whole})
	w.run()
	if e := one[otr.Text](ana); e.Plain != "whole" {
		t.Errorf("%v", ana.events)
	}
	unharmed(t, ana, ben, before)
}

// A message that comes twice opens once, and nobody is bothered: servers do
// that when a stream is resumed.
func TestReplay(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	var bodies []string
	w.middle = func(p packet) []packet { bodies = append(bodies, p.body); return []packet{p} }
	ben.say("one")
	w.run()
	ana.forget()
	for _, b := range bodies {
		w.send(packet{benAddr, anaAddr, b})
	}
	w.run()
	if len(ana.events) != 0 {
		t.Errorf("%v", ana.events)
	}
	unharmed(t, ana, ben, before)
}

// Fault 5.
func TestErrorMessageResendsNothing(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	ana.say("the plan")
	w.run()
	atOnce(ana, benAddr, "?OTR Error: who is there?")
	if e := one[otr.Notice](ana); e.Text != "who is there?" {
		t.Errorf("%q", e.Text)
	}
	// The attacker takes Ben's place, tag and all, and Ana even accepts.
	m := newBare(rawKeys()[2], ben.id.Tag(), nil)
	chat(m, ourVictim{ana, benAddr}, m.hear("?OTRv3?")...)
	if !m.conv.IsEncrypted() || ana.latest == before {
		t.Fatal("the attacker did not get in")
	}
	w.wait(2 * time.Minute)
	if len(m.texts) != 0 {
		t.Errorf("the attacker got %q", m.texts)
	}
}

// Fault 6: text cannot be given before the chat is private, so no message can
// lose it; and a bogus message in an exchange costs time alone.
func TestBogusMessageLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := identities()
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	bogus := func(p packet) []packet {
		if strings.HasPrefix(p.body, "?OTR:AAMK") || strings.HasPrefix(p.body, "?OTR:AAMR") {
			for _, v := range ana.chat.Conversations() {
				plain, _ := otr.NewPlain("the plan")
				if _, _, err := v.Seal(plain); !errors.Is(err, otr.ErrNotPrivate) {
					t.Errorf("sealed in an exchange: %v", err)
				}
			}
			return []packet{p, {benAddr, anaAddr, bogusSignature(int(ben.id.Tag()), int(ana.id.Tag()))}}
		}
		return []packet{p}
	}
	w.middle = bogus
	ben.start(anaAddr)
	ana.start(benAddr)
	w.run()
	w.middle = nil
	w.wait(time.Minute)
	private(t, ana, ben)
}

// Fault 7.
func TestBothStart(t *testing.T) {
	t.Parallel()
	ids := identities()
	for seed := range uint64(rounds(20)) {
		random := rand.New(rand.NewPCG(seed, 7))
		w := newWorld(t)
		ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
		// Each way is a queue that the server empties as it likes.
		ana.start(benAddr)
		ben.start(anaAddr)
		if seed%2 == 0 {
			// Nothing arrives until both have asked.
			held := w.queue
			w.queue = nil
			w.now = w.now.Add(5 * time.Second)
			w.send(held...)
			w.send(ben.take(ben.chat.Tick(w.now))...)
			if n := len(w.queue); n != 2 {
				t.Fatalf("%d questions", n)
			}
		}
		for len(w.queue) > 0 {
			at := 0
			if random.IntN(2) == 0 {
				// The first one of the other way.
				at = max(0, slices.IndexFunc(w.queue, func(p packet) bool { return p.from != w.queue[0].from }))
			}
			p := w.queue[at]
			w.queue = slices.Delete(w.queue, at, at+1)
			w.deliver(p)
		}
		if ana.latest == nil || ben.latest == nil {
			t.Fatalf("seed %d: stuck: %v %v", seed, ana.events, ben.events)
		}
		private(t, ana, ben)
		w.wait(10 * time.Minute)
		if len(ana.events)+len(ben.events) != 0 {
			t.Errorf("seed %d: restless: %v %v", seed, ana.events, ben.events)
		}
	}
}

// Both commit at once: what the rule of the larger hash is for. Two programs
// that answer a query each get there without one of ours asking.
func TestBothCommit(t *testing.T) {
	t.Parallel()
	ids := identities()
	for seed := range rounds(20) {
		w := newWorld(t)
		ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
		w.send(packet{benAddr, anaAddr, "?OTRv3?"}, packet{anaAddr, benAddr, "?OTRv3?"})
		w.run()
		if ana.latest == nil || ben.latest == nil {
			t.Fatalf("round %d: stuck: %v %v", seed, ana.events, ben.events)
		}
		private(t, ana, ben)
	}
}

// Fault 7, the lost message: any one message of the exchange may vanish.
func TestLostMessage(t *testing.T) {
	t.Parallel()
	ids := identities()
	for lost := range 5 {
		w := newWorld(t)
		ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
		n := 0
		w.middle = func(p packet) []packet {
			n++
			if n == lost+1 {
				return nil
			}
			return []packet{p}
		}
		ana.start(benAddr)
		ben.start(anaAddr)
		w.run()
		w.wait(3 * time.Minute)
		if !ana.latest.Private() || !ben.latest.Private() {
			t.Fatalf("message %d lost: stuck", lost)
		}
		private(t, ana, ben)
	}
}

// Fault 8.
func TestBadTag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := identities()
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	for _, tag := range []uint32{0, 1, 5, 0xff} {
		for _, kind := range []byte{2, 3, 0x0a, 0x11, 0x12, 0x55} {
			raw := []byte{0, 3, kind}
			raw = binary.BigEndian.AppendUint32(raw, tag)
			raw = append(binary.BigEndian.AppendUint32(raw, 0), 0, 0, 0, 1, 2)
			if out := atOnce(ana, benAddr, encode(raw)); len(out) != 0 {
				t.Errorf("tag %x kind %x: %v went out", tag, kind, out)
			}
		}
	}
	atOnce(ana, benAddr, badTag)
	commit := newBare(rawKeys()[2], 0x5000, nil).hear("?OTRv3?")[0]
	for _, tag := range []uint32{0, 1, 5, 0xff} {
		for _, body := range []string{retag(commit, tag, 0), retag(commit, 0x5000, max(1, tag))} {
			if out := atOnce(ana, benAddr, body); len(out) != 0 {
				t.Errorf("tag %x was answered", tag)
			}
		}
	}
	if n := len(ana.chat.Conversations()); n != 0 {
		t.Errorf("%d conversations", n)
	}
	ana.start(benAddr)
	w.run()
	private(t, ana, ben)
	before := ana.latest
	atOnce(ana, benAddr, badTag)
	unharmed(t, ana, ben, before)

	// Ben comes back with a new tag, from the same address.
	again := w.person(benAddr, ids[2])
	again.start(anaAddr)
	w.wait(10 * time.Second)
	if ana.latest == before {
		t.Fatal("a peer with a new tag is ignored")
	}
	private(t, ana, again)
}

// Fault 9, and other beginnings of messages.
func TestStumps(t *testing.T) {
	t.Parallel()
	_, ana, ben := pair(t)
	before := ana.latest
	for _, body := range []string{
		"?OTR:", "?OTR:.", "?OTR:=.", "?OTR:AAM=.", "?OTR:AAMD.", "?OTR:AAMD", "?OTR|", "?OTR|,", "?OTR|||", "?OTR,", "?OTR,,,,",
		"?OTR|1234|1234,1,1,,", "?OTR|1234|1234,0,0,x,", "?OTR|1234|1234,2,1,x,", "?OTR|+1234|0,1,1,x,", "?OTR|0x1234|0,1,1,x,",
		"?OTR|1_234|0,1,1,x,", "?OTR|1234|0,99999,99999,x,", "?OTR Error", "?OTRv", "?OTR?v", "\x00", "?OTR:\xff.", "?OTR:AAMD\nAAAA.",
	} {
		if out := atOnce(ana, benAddr, body); len(out) != 0 {
			t.Errorf("%q made %v go out", body, out)
		}
	}
	unharmed(t, ana, ben, before)
}

// Fault 11: the longest text is one message.
func TestLongestText(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	long := strings.Repeat("x", otr.MaxText)
	ana.say(long)
	w.run()
	if e := one[otr.Text](ben); e.Plain != long {
		t.Error("the text was changed")
	}
}

// Fault 14.
func TestNUL(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	ana.say("bye\x00\x00\x01\x00\x00")
	w.run()
	if e := one[otr.Text](ben); e.Plain != "bye\x01" || !ben.latest.Live() {
		t.Errorf("%q", e.Plain)
	}
	ana.ask("a\x00b", "x")
	w.run()
	if q := one[otr.Question](ben); q.Text != "ab" {
		t.Errorf("%q", q.Text)
	}
}

// Fault 16.
func TestQueryIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	w.send(packet{benAddr, anaAddr, "?OTRv3?"})
	w.run()
	if ana.latest == before || before.Live() {
		t.Error("a query just after turning private was ignored")
	}
	private(t, ana, ben)
}

// Nothing that somebody without Ben's keys sends touches the live conversation:
// commits of their own, recorded ones, and every kind of broken exchange.
func TestForgedExchangesTouchNothing(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	recorded := slices.Clone(w.seen)
	ana.locks = true
	for range 3 {
		for _, p := range recorded {
			if p.to == anaAddr {
				atOnce(ana, benAddr, p.body)
				if list := got[otr.TurnedPrivate](ana); len(list) != 0 {
					t.Fatal("a recorded exchange made a private conversation")
				}
			}
			// Our own messages, thrown back.
			if p.from == anaAddr && !isQuery(p) {
				if out := atOnce(ana, benAddr, p.body); len(out) != 0 || len(ana.events) != 0 {
					t.Errorf("thrown back: %v %v", out, ana.events)
				}
			}
		}
		w.now = w.now.Add(time.Minute)
	}
	if !before.Live() {
		t.Fatal("recorded messages ended the live conversation")
	}
	// Somebody with a key of their own, under Ben's tag, stopped at each step.
	for stop := range 4 {
		m := newBare(rawKeys()[2], ben.id.Tag(), nil)
		out := m.hear("?OTRv3?")
		for range stop {
			var back []string
			for _, s := range out {
				for _, p := range atOnce(ana, benAddr, s) {
					back = append(back, m.hear(p.body)...)
				}
			}
			out = back
		}
		if !before.Live() || before.Fingerprint() != ben.id.Fingerprint() {
			t.Fatalf("stopped at %d: the live conversation suffered", stop)
		}
		w.now = w.now.Add(time.Minute)
	}
	// The last one went through: it is private, locked, with its own key.
	if ana.latest == before || ana.latest.Live() || ana.latest.Fingerprint() == ben.id.Fingerprint() {
		t.Error("the attacker's conversation is not a locked one of its own")
	}
	ana.latest = before
	unharmed(t, ana, ben, before)
}

// The server mints addresses, tags, exchanges and queries without end.
func TestFloodIsBounded(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	ana.locks = true
	commit := newBare(rawKeys()[2], 0x5000, nil).hear("?OTRv3?")[0]
	start := time.Now()
	out := 0
	for i := range 2000 {
		from := fmt.Sprintf("ben@example.test/x%d", i%500)
		out += len(atOnce(ana, from, retag(commit, uint32(0x6000+i), 0)))
		out += len(atOnce(ana, benAddr, retag(commit, uint32(0x6000+i), 0)))
		out += len(atOnce(ana, from, "?OTRv3?"))
		out += len(atOnce(ana, from, fmt.Sprintf("hi %d", i)))
	}
	if n := len(ana.chat.Conversations()); n > 8+1 {
		t.Errorf("%d conversations", n)
	}
	if out > 24 {
		t.Errorf("%d answers went out", out)
	}
	t.Logf("8,000 messages in %v, %d answers", time.Since(start).Round(time.Millisecond), out)
	unharmed(t, ana, ben, before)
	// And it ends: later, Ben can refresh.
	w.wait(5 * time.Minute)
	if n := len(ana.chat.Conversations()); n != 1 {
		t.Errorf("%d conversations stay", n)
	}
	ana.locks = false
	ben.start(anaAddr)
	w.wait(20 * time.Second)
	if ana.latest == before {
		t.Error("no refresh after the flood")
	}
	private(t, ana, ben)
}

// Attackers who do get private (with keys of their own) are bounded too, and
// never push out a live one.
func TestLockedAreBounded(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	ana.locks = true
	for i := range 12 {
		m := newBare(rawKeys()[2], uint32(0x7000+i), nil)
		chat(m, ourVictim{ana, fmt.Sprintf("ben@example.test/y%d", i%3)}, m.hear("?OTRv3?")...)
		if !m.conv.IsEncrypted() {
			t.Fatal("the attacker did not get in")
		}
		w.now = w.now.Add(2 * time.Second)
	}
	if n := len(ana.chat.Conversations()); n != 8+1 {
		t.Errorf("%d conversations", n)
	}
	unharmed2 := before.Live()
	ana.latest = before
	if !unharmed2 {
		t.Error("a live conversation was pushed out")
	}
	private(t, ana, ben)
}
