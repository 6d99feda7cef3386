package otr_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/internal/lab"
	"hushwing/otr"
	"hushwing/secret"
)

// The faults of the engine that break no secret but a conversation: it goes
// deaf, loses a text, stalls. Controls are in control_test.go.

// sealed is the body of a text that somebody has not sent yet.
func sealed(t *testing.T, p *person, text string) string {
	t.Helper()
	plain, err := otr.NewPlain(text)
	if err != nil {
		t.Fatal(err)
	}
	wires, _, err := p.latest.Seal(plain)
	if err != nil {
		t.Fatal(err)
	}
	return wires[0].Body()
}

// opens fails unless a body opens as that text in that conversation.
func opens(t *testing.T, p *person, v *otr.Conversation, from, body, text string) {
	t.Helper()
	p.w.queue = nil
	p.w.send(atOnce(p, from, body)...)
	p.w.run()
	if e := one[otr.Text](p); e.Plain != text || e.Conversation != v {
		t.Errorf("%v", p.events)
	}
}

// Fault 6: an exchange that takes minutes, with messages that look right in
// between. A text that waits outside of the engine is there when it is over.
func TestSlowExchangeLosesNothing(t *testing.T) {
	t.Parallel()
	ids := identities()
	for _, delay := range []time.Duration{3 * time.Second, 10 * time.Second, 19 * time.Second, 31 * time.Second} {
		for both := range 2 {
			t.Run(fmt.Sprint(delay, both), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
				start := w.now
				w.delay = func() time.Duration { return delay }
				w.middle = func(p packet) []packet {
					if w.now.Sub(start) > 3*delay {
						return []packet{p}
					}
					return []packet{
						{benAddr, anaAddr, bogusSignature(int(ben.id.Tag()), int(ana.id.Tag()))},
						p,
						{anaAddr, benAddr, bogusSignature(int(ana.id.Tag()), int(ben.id.Tag()))},
					}
				}
				ana.start(benAddr)
				if both > 0 {
					ben.start(anaAddr)
				}
				w.wait(time.Minute + 15*delay)
				// One of them may have been told that it is over. A text of the
				// other will do.
				ana.mends, ben.mends = true, true
				for _, p := range []*person{ana, ben} {
					if p.latest != nil && p.latest.Live() {
						p.say("are you there?")
					}
				}
				w.run()
				w.wait(time.Minute + 15*delay)
				for _, p := range []*person{ana, ben} {
					if p.latest == nil || !p.latest.Live() || len(got[otr.ExchangeFailed](p)) != 0 {
						t.Fatalf("%s is not private: %v", p.addr, p.events)
					}
				}
				w.wait(10 * time.Minute)
				exchanges := len(got[otr.TurnedPrivate](ana))
				if exchanges > 4 {
					t.Errorf("%d exchanges", exchanges)
				}
				seen := len(w.seen)
				w.wait(10 * time.Minute)
				if len(w.seen) != seen {
					t.Error("it never ends")
				}
				w.middle, w.delay = nil, nil
				private(t, ana, ben)
			})
		}
	}
}

// Fault 10: whoever has left and come back can ask again.
func TestCheckAfterComingBack(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	ana.ask("q", "x")
	w.run()
	one[otr.Question](ben)
	wires, err := ana.latest.End()
	if err != nil {
		t.Fatal(err)
	}
	ana.post(wires)
	w.run()
	for range 3 { // as often as somebody presses the button
		if _, err := ben.latest.Answer(secret.New("x")); err == nil {
			t.Error("answered to nobody")
		}
	}
	ana.start(benAddr)
	w.run()
	ana.forget()
	ben.forget()
	ana.ask("again", "x")
	w.run()
	ben.answer("x")
	w.run()
	if e := one[otr.CheckDone](ana); e.Result != otr.Same {
		t.Errorf("%+v", e)
	}
}

// Fault 12: somebody on the way forges data messages, at every byte, with any
// counter. None of them reaches the engine, so the true message still opens, and
// in the same conversation. Each is told.
func TestForgedMessageDoesNoHarm(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	ben.say("one") // so that Ana knows more of Ben's keys than in the beginning
	w.run()
	ana.say("two")
	w.run()
	for round := range 3 {
		body := sealed(t, ben, fmt.Sprint("the plan ", round))
		raw := decode(body)
		_, _, _, covered, _ := otr.Parse(body)
		for at := range covered + 20 {
			if at >= 20 && at < 24 || at >= 24+192+8 && at < 24+192+12 {
				continue // lengths: not a message any more
			}
			forged := bytes.Clone(raw)
			if forged[at] ^= 0x80; at == 11 {
				forged[at] = 1 // as if it did not matter
			}
			atOnce(ana, benAddr, encode(forged))
			if list := got[otr.Text](ana); len(list) != 0 {
				t.Fatalf("opened with byte %d changed", at)
			}
			// Not for us, or of no session of ours. With the flag it is told as
			// soon as a message under the same key has come.
			header := at < 20 && at != 11 || at == 11 && round == 0
			if n := len(got[otr.Unreadable](ana)); n != 1 && !header {
				t.Errorf("byte %d changed: told %d times", at, n)
			}
		}
		for _, counter := range []uint64{1, 2, 1 << 32, 1<<64 - 1} {
			forged := bytes.Clone(raw)
			binary.BigEndian.PutUint64(forged[24+192:], counter)
			if bytes.Equal(forged, raw) {
				continue
			}
			atOnce(ana, benAddr, encode(forged))
		}
		opens(t, ana, before, benAddr, body, fmt.Sprint("the plan ", round))
	}
	unharmed(t, ana, ben, before)
}

// Before anybody has said anything, too: there the first message tells under
// which number its writer's key goes.
func TestForgedFirstMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := identities()
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	ana.start(benAddr)
	w.run()
	body := sealed(t, ben, "the plan")
	for id := range uint32(200) {
		forged := decode(body)
		binary.BigEndian.PutUint32(forged[12:], id*id)
		binary.BigEndian.PutUint32(forged[16:], id%4)
		forged[len(forged)-10] ^= 1
		atOnce(ana, benAddr, encode(forged))
	}
	opens(t, ana, ana.latest, benAddr, body, "the plan")
}

// Keys of authenticators that were revealed authenticate nothing any more.
func TestRevealedKeysForgeNothing(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	before := ana.latest
	for i := range 6 {
		ana.say(fmt.Sprint(i))
		w.run()
		ben.say(fmt.Sprint(i))
		w.run()
	}
	var keys [][]byte
	var bodies []string
	for _, p := range w.seen {
		if _, _, raw, covered, ok := otr.Parse(p.body); ok && raw[2] == 3 {
			for rest := raw[covered+24:]; len(rest) > 0; rest = rest[20:] {
				keys = append(keys, rest[:20])
			}
			if p.to == anaAddr {
				bodies = append(bodies, p.body)
			}
		}
	}
	last := sealed(t, ben, "the plan")
	bodies = append(bodies, last)
	valid := 0
	for _, body := range bodies {
		_, _, raw, covered, _ := otr.Parse(body)
		sum := func(key, raw []byte) []byte {
			h := hmac.New(sha1.New, key)
			h.Write(raw)
			return h.Sum(nil)
		}
		for _, key := range keys {
			if hmac.Equal(sum(key, raw[:covered]), raw[covered:covered+20]) {
				valid++
			}
			forged := bytes.Clone(raw)
			binary.BigEndian.PutUint64(forged[24+192:], 1<<40)
			copy(forged[covered:], sum(key, forged[:covered]))
			atOnce(ana, benAddr, encode(forged))
			if len(got[otr.Text](ana)) != 0 {
				t.Fatal("a revealed key authenticated a message")
			}
		}
	}
	if valid == 0 {
		t.Error("no message of before was authenticated by a revealed key: the test looks for the wrong thing")
	}
	opens(t, ana, before, benAddr, last, "the plan")
}

// A later message that comes before an earlier one makes that unreadable, as the
// protocol wants it. It is told, and a new exchange is what mends it.
func TestOvertakenIsTold(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	first, second := sealed(t, ben, "first"), sealed(t, ben, "second")
	opens(t, ana, ana.latest, benAddr, second, "second")
	for range 3 {
		atOnce(ana, benAddr, first)
		one[otr.Unreadable](ana)
		atOnce(ana, benAddr, second)
		if len(ana.events) != 0 {
			t.Errorf("%v", ana.events)
		}
	}
	ana.start(benAddr)
	w.run()
	private(t, ana, ben)
}

// Fault 3, as far as it can be: a contact's numbers without end do not get to the
// engine. See TestControlManyNumbers.
func TestManyNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.person(anaAddr, identities()[0])
	s := invade(t, rawKeys()[2], 0x5001, ourVictim{ana, benAddr})
	big := append(word(nil, 193), make([]byte, 193)...)
	for name, value := range map[string][]byte{
		"many":     word(nil, 1<<32-1),
		"twelve":   append(word(nil, 12), make([]byte, 48)...),
		"large":    append(word(nil, 1), big...),
		"cut":      word(nil, 3),
		"question": append([]byte("why\x00"), word(nil, 1<<31)...),
	} {
		kinds := []byte{2, 3, 4, 5}
		if name == "question" {
			kinds = []byte{7}
		}
		for _, kind := range kinds {
			for _, before := range [][]byte{nil, {0, 8, 0, 4, 1, 2, 3, 4}, {0, 0, 0, 1, 0}} {
				plain := slices.Concat([]byte("x\x00"), before, []byte{0, kind, byte(len(value) >> 8), byte(len(value))}, value)
				used := allocated(func() { atOnce(ana, benAddr, s.seal(plain)) })
				if len(got[otr.Unreadable](ana)) != 1 || len(got[otr.Text](ana)) != 0 {
					t.Errorf("%s, type %d: %v", name, kind, ana.events)
				}
				if used > 4<<20 && !slow {
					t.Errorf("%s, type %d: %d bytes", name, kind, used)
				}
			}
		}
	}
	atOnce(ana, benAddr, s.seal([]byte("and now?\x00\x00\x01")))
	if e := one[otr.Text](ana); e.Plain != "and now?" {
		t.Errorf("%q", e.Plain)
	}
}

// Fault 13: who only listens says something empty now and then, so that no
// message ever has to reveal a thousand keys.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	n := 1000
	if slow {
		n = 60
	}
	start := len(w.seen)
	for i := range n {
		ben.say(fmt.Sprint(i))
		w.run()
	}
	ana.say("reply")
	w.run()
	ben.say("answer")
	w.run()
	beats, longest, last := 0, 0, 0
	var gaps []int
	for i, p := range w.seen[start:] {
		if p.from != anaAddr {
			continue
		}
		longest = max(longest, len(p.body))
		_, _, raw, _, ok := otr.Parse(p.body)
		if !ok || raw[2] != 3 {
			t.Fatalf("%q", clip(p.body))
		}
		if raw[11] == 1 {
			beats++
			gaps = append(gaps, i-last)
			last = i
		}
	}
	if want := n / 24; beats < n/49 || beats > want+2 {
		t.Errorf("%d heartbeats", beats)
	}
	if slices.Sort(gaps); !slow && gaps[len(gaps)/4] == gaps[len(gaps)*3/4] {
		t.Errorf("they come at a fixed number: %v", gaps)
	}
	if longest > 4<<10 {
		t.Errorf("a message of %d bytes", longest)
	}
	if list := got[otr.Text](ben); len(list) != 1 || len(got[otr.Text](ana)) != n+1 {
		t.Errorf("%v", ben.events)
	}
	t.Logf("%d texts one way: %d heartbeats, the longest message back is %d bytes", n, beats, longest)
}

// No program answers a heartbeat with one, and who talks has none.
func TestHeartbeatsMakeNoStorm(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	start := len(w.seen)
	n := rounds(60)
	if slow {
		n = 8
	}
	for i := range n {
		ana.say(fmt.Sprint(i))
		w.run()
		ben.say(fmt.Sprint(i))
		w.run()
	}
	w.wait(10 * time.Minute)
	if extra := len(w.seen) - start - 2*n; extra != 0 {
		t.Errorf("%d messages too many in a talk in turns", extra)
	}
	// Signals, as acknowledgements are, are not texts, and are enough.
	start = len(w.seen)
	for i := range n {
		ana.say(fmt.Sprint(i))
		w.run()
		wires, err := ben.latest.SealSignal(otr.Signal{Usage: 1})
		if err != nil {
			t.Fatal(err)
		}
		ben.post(wires)
		w.run()
	}
	if extra := len(w.seen) - start - 2*n; extra != 0 {
		t.Errorf("%d messages too many beside acknowledgements", extra)
	}
}

func TestLibotrHeartbeat(t *testing.T) {
	w, ana, n := withLibotr(t, lab.OTRPeerOptions{})
	start, texts := len(w.seen), rounds(200)
	for i := range texts {
		n.peer.Send(fmt.Sprint(i))
		w.send(n.drain()...)
		w.run()
	}
	back, longest := 0, 0
	for _, p := range w.seen[start:] {
		if p.from == anaAddr {
			back++
			longest = max(longest, len(p.body))
		}
	}
	if len(got[otr.Text](ana)) != texts || back < texts/49 || back > texts/24+2 || longest > 4<<10 {
		t.Errorf("%d texts, %d messages back, the longest %d bytes", len(got[otr.Text](ana)), back, longest)
	}
	if n.has("msg") || n.has("msg-clear") || strings.Contains(fmt.Sprint(n.events), "error") {
		t.Errorf("libotr makes something of a heartbeat: %v", n.events)
	}
	// Of one that it cannot read, it says nothing either.
	n.peer.Query()
	n.drain()
	privateWith(t, w, ana, n)
}

// Fault 16: not only the first query within a minute, but each; and a flood of
// them is bounded.
func TestQueriesAreAnswered(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	for i := range 3 {
		before := ana.latest
		w.send(packet{benAddr, anaAddr, []string{"?OTRv3?", "?OTRv23?", "?OTR?v3?"}[i%3]})
		w.run()
		if ana.latest == before || before.Live() {
			t.Errorf("query %d was ignored", i)
		}
		private(t, ana, ben)
		w.wait(time.Second)
	}
	start, queries := len(w.seen), rounds(120)
	for range queries {
		w.send(packet{benAddr, anaAddr, "?OTRv3?"})
		w.run()
	}
	if n := len(w.seen) - start - queries; n > 24*4 {
		t.Errorf("%d messages for %d queries in a second", n, queries)
	}
	w.wait(time.Minute)
	private(t, ana, ben)
}

// The engine's own heartbeat, which libotr has as well: a text that comes when
// nothing went out for a minute is answered with an empty message, once. By the
// clock, so inside a bubble.
func TestQuietListenerAnswers(t *testing.T) {
	t.Parallel()
	ids := identities()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sleep = time.Sleep
		ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
		ana.start(benAddr)
		w.run()
		private(t, ana, ben)
		for _, wait := range []time.Duration{time.Second, 2 * time.Minute, time.Second, 2 * time.Minute} {
			w.wait(wait)
			start := len(w.seen)
			ben.say("are you there?")
			w.run()
			back := w.seen[start+1:]
			if len(back) != int(wait/(2*time.Minute)) {
				t.Fatalf("%d messages after %v", len(back), wait)
			}
			for _, p := range back {
				if _, _, raw, _, _ := otr.Parse(p.body); p.from != anaAddr || raw[11] != 1 {
					t.Error("not one that may be ignored")
				}
			}
		}
		if len(got[otr.Text](ben)) != 0 {
			t.Errorf("%v", ben.events)
		}
	})
}
