package otr_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coyim/otr3"

	"hushwing/otr"
)

// The controls: each attack of attacks_test.go against bare otr3, where it
// works. Without them the tests of attacks_test.go would prove little. A
// control that fails after a change of otr3 is good news.

func init() {
	children["fragment"] = func() error {
		debug.SetMaxStack(16 << 20)
		b := newBare(rawKeys()[0], 0x1001, nil)
		b.hear(recursion)
		return nil
	}
	children["noise"] = func() error {
		newBare(rawKeys()[0], 0x1001, nil).hear("?OTRv3?")
		return nil
	}
	children["quiet"] = func() error {
		terminal, err := otr.Quiet()
		if err != nil {
			return err
		}
		newBare(rawKeys()[0], 0x1001, nil).hear("?OTRv3?")
		_, err = fmt.Fprintln(terminal, "still here")
		return err
	}
}

// recursion is one fragment that is a whole message and holds a fragment.
var recursion = fmt.Sprintf("?OTR|%08x|%08x,00001,00001,?OTR|,", 0x1234, 0)

// panics reports whether f panics.
func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestControlFragmentInFragment(t *testing.T) {
	t.Parallel()
	_, stderr, err := inChild(t, "fragment")
	if err == nil || !strings.Contains(stderr, "stack overflow") {
		t.Errorf("bare otr3 survived: %v %s", err, clip(stderr))
	}
}

func TestControlCutMessage(t *testing.T) {
	t.Parallel()
	a, b := barePair(t)
	out, err := a.conv.Send(otr3.ValidMessage("x"))
	if err != nil {
		t.Fatal(err)
	}
	if !panics(func() { b.hear(cutBeforeMAC(string(out[0]))) }) {
		t.Error("bare otr3 does not panic")
	}
}

// cutBeforeMAC is the data message without its end, from within the
// authenticator.
func cutBeforeMAC(body string) string {
	raw := decode(body)
	keys := binary.BigEndian.Uint32(raw[len(raw)-4:])
	if keys != 0 {
		panic("the message reveals keys: look for the end elsewhere")
	}
	return encode(raw[:len(raw)-4-10])
}

func TestControlErrorMessageResends(t *testing.T) {
	t.Parallel()
	a, _ := barePair(t)
	if _, err := a.conv.Send(otr3.ValidMessage("the plan")); err != nil {
		t.Fatal(err)
	}
	a.hear("?OTR Error: who is there?")
	// The attacker takes the place of b: anyone can write b's tag.
	m := newBare(rawKeys()[2], 0x1002, nil)
	chat(m, a, m.hear("?OTRv3?")...)
	if len(m.texts) != 1 || m.texts[0] != "[resent] the plan" {
		t.Errorf("the attacker got %q", m.texts)
	}
}

func TestControlWaitingTextIsLost(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	for _, bogus := range []bool{false, true} {
		a, b := newBare(keys[0], 0x1001, nil), newBare(keys[1], 0x1002, nil)
		a.conv.Policies.RequireEncryption()
		out, err := a.conv.Send(otr3.ValidMessage("the plan"))
		if err != nil {
			t.Fatal(err)
		}
		if bogus {
			a.hear(bogusSignature(0x1002, 0x1001))
		}
		chat(a, b, bodies(out)...)
		if !a.conv.IsEncrypted() {
			t.Fatal("not private")
		}
		if arrived := len(b.texts) == 1; arrived == bogus {
			t.Errorf("bogus message %v: b got %q", bogus, b.texts)
		}
	}
}

// bogusSignature is a well-formed Signature message of nothing.
func bogusSignature(sender, receiver int) string {
	raw := word(word([]byte{0, 3, 0x12}, sender), receiver)
	raw = append(word(raw, 16), make([]byte, 16+20)...)
	return encode(raw)
}

func TestControlBothStart(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	stuck := 0
	n := rounds(20)
	for range n {
		a, b := newBare(keys[0], 0, nil), newBare(keys[1], 0, nil)
		fromA, fromB := []string{string(a.conv.QueryMessage())}, []string{string(b.conv.QueryMessage())}
		for range 20 {
			var nextA, nextB []string
			for _, s := range fromB {
				nextA = append(nextA, a.hear(s)...)
			}
			for _, s := range fromA {
				nextB = append(nextB, b.hear(s)...)
			}
			fromA, fromB = nextA, nextB
		}
		if !a.conv.IsEncrypted() || !b.conv.IsEncrypted() {
			stuck++
		}
	}
	t.Logf("%d of %d stuck", stuck, n)
	if stuck < n*3/4 {
		t.Errorf("only %d of %d stuck", stuck, n)
	}
}

func TestControlBadTag(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	a, b := newBare(keys[0], 0x1001, nil), newBare(keys[1], 0x1002, nil)
	a.hear(badTag)
	chat(a, b, string(a.conv.QueryMessage()))
	if a.conv.IsEncrypted() {
		t.Error("bare otr3 got over a bad tag")
	}
	// And a peer who comes back with a new tag.
	a, b = barePair(t)
	again := newBare(keys[1], 0x1003, nil)
	a.conv.QueryMessage()
	chat(a, again, string(a.conv.QueryMessage()))
	if again.conv.IsEncrypted() {
		t.Error("bare otr3 took a new tag")
	}
	_ = b
}

// badTag is a D-H Key message from a tag that nobody may have.
var badTag = encode(append(word(word([]byte{0, 3, 0x0a}, 5), 0), 0, 0, 0, 1, 2))

func TestControlExtractTags(t *testing.T) {
	t.Parallel()
	if !panics(func() { otr3.ExtractInstanceTags([]byte("?OTR:")) }) {
		t.Error("no panic")
	}
}

func TestControlAnswerAfterThePeerLeft(t *testing.T) {
	t.Parallel()
	a, b := barePair(t)
	out, err := a.conv.StartAuthenticate("q", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	chat(a, b, bodies(out)...)
	out, err = a.conv.End()
	if err != nil {
		t.Fatal(err)
	}
	b.hear(string(out[0]))
	if !panics(func() { _, _ = b.conv.ProvideAuthenticationSecret([]byte("x")) }) {
		t.Error("no panic")
	}
}

func TestControlLongFragmentedText(t *testing.T) {
	t.Parallel()
	a, _ := barePair(t)
	a.conv.SetFragmentSize(1000)
	if !panics(func() { _, _ = a.conv.Send([]byte(strings.Repeat("x", 60_000))) }) {
		t.Error("no panic")
	}
}

func TestControlForgedCounter(t *testing.T) {
	t.Parallel()
	a, b := barePair(t)
	out, err := a.conv.Send(otr3.ValidMessage("the plan"))
	if err != nil {
		t.Fatal(err)
	}
	b.hear(flip(string(out[0]), -5))
	b.hear(string(out[0]))
	if len(b.texts) != 0 {
		t.Error("the true message arrived after a forged one")
	}
}

func TestControlNUL(t *testing.T) {
	t.Parallel()
	a, b := barePair(t)
	out, err := a.conv.Send(otr3.ValidMessage("bye\x00\x00\x01\x00\x00"))
	if err != nil {
		t.Fatal(err)
	}
	b.hear(string(out[0]))
	if b.conv.IsEncrypted() {
		t.Error("the text did not end the session")
	}
}

func TestControlTextLikeOTR(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	a, b := newBare(keys[0], 0x1001, nil), newBare(keys[1], 0x1002, nil)
	out, err := a.conv.Send(otr3.ValidMessage("?OTR is a protocol"))
	if err != nil || len(out) != 1 {
		t.Fatal(err)
	}
	b.hear(string(out[0]))
	if len(b.texts) != 0 {
		t.Error("the text was not swallowed")
	}
}

func TestControlQueryIsIgnored(t *testing.T) {
	t.Parallel()
	a, _ := barePair(t)
	if out := a.hear("?OTRv3?"); len(out) != 0 {
		t.Error("bare otr3 answers a query just after turning private")
	}
}

func TestControlNoise(t *testing.T) {
	t.Parallel()
	stdout, stderr, err := inChild(t, "noise")
	if err != nil {
		t.Fatal(err, stderr)
	}
	if !strings.Contains(stdout, "Unsupported wipe") {
		t.Errorf("no noise: %q", stdout)
	}
}

func TestQuiet(t *testing.T) {
	stdout, stderr, err := inChild(t, "quiet")
	if err != nil {
		t.Fatal(err, stderr)
	}
	if stdout != "still here\n" || stderr != "" {
		t.Errorf("printed %q and %q", clip(stdout), clip(stderr))
	}
	if os.Stdout == nil {
		t.Error("no standard output")
	}
}

// An exchange of more than a minute: the text that waits for it in the engine is
// gone. Inside a bubble, because the engine asks the clock itself.
func TestControlSlowExchangeLosesText(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	for _, delay := range []time.Duration{time.Second, 20 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			a, b := newBare(keys[0], 0x1001, nil), newBare(keys[1], 0x1002, nil)
			a.conv.Policies.RequireEncryption()
			out, err := a.conv.Send(otr3.ValidMessage("the plan"))
			if err != nil {
				t.Fatal(err)
			}
			from, to, way := a, b, bodies(out)
			for len(way) > 0 {
				time.Sleep(delay)
				var back []string
				for _, s := range way {
					back = append(back, to.hear(s)...)
				}
				from, to, way = to, from, back
			}
			if !a.conv.IsEncrypted() {
				t.Fatal("not private")
			}
			if arrived := len(b.texts) == 1; arrived != (delay == time.Second) {
				t.Errorf("after %v a message: b got %q", delay, b.texts)
			}
		})
	}
}

// Old keys pile up: what 1,000 texts one way make of the reply.
func TestControlOldKeysPileUp(t *testing.T) {
	t.Parallel()
	a, b := barePair(t)
	n := 1000
	if slow {
		n = 40
	}
	say := func(p *bare, text string) string {
		out, err := p.conv.Send(otr3.ValidMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		return string(out[0])
	}
	for i := range n {
		a.hear(say(b, fmt.Sprint(i)))
	}
	longest := 0
	for range 3 {
		for _, p := range [][2]*bare{{a, b}, {b, a}} {
			body := say(p[0], "reply")
			longest = max(longest, len(body))
			p[1].hear(body)
		}
	}
	t.Logf("%d texts one way: a message of %d bytes", n, longest)
	if longest < n*20 {
		t.Errorf("no message of more than %d bytes", longest)
	}
}

// A contact's SMP message that claims to have many numbers. (2^32 of them would
// take 32 GB.)
func TestControlManyNumbers(t *testing.T) {
	t.Parallel()
	a := newBare(rawKeys()[0], 0x1001, nil)
	s := invade(t, rawKeys()[2], 0x5001, a)
	body := s.seal(append([]byte{0, 0, 2, 0, 4}, word(nil, 1<<24)...))
	if used := allocated(func() { a.hear(body) }); used < 100<<20 {
		t.Errorf("only %d bytes", used)
	}
}

// allocated is how much memory a call takes, with whatever goes on beside it.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
