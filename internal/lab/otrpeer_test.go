package lab_test

import (
	"path/filepath"
	"strings"
	"testing"

	"hushwing/internal/lab"
)

// carry takes "inject" events to the other peer until neither has more, and
// returns what else each reported.
func carry(t *testing.T, a, b *lab.OTRPeer) (atA, atB []lab.OTREvent) {
	t.Helper()
	for range 100 {
		moved := false
		for _, e := range a.Drain() {
			if e.Kind == "inject" {
				b.Receive(e.Text)
				moved = true
				continue
			}
			atA = append(atA, e)
		}
		for _, e := range b.Drain() {
			if e.Kind == "inject" {
				a.Receive(e.Text)
				moved = true
				continue
			}
			atB = append(atB, e)
		}
		if !moved {
			return atA, atB
		}
	}
	t.Fatal("the two do not come to rest")
	return nil, nil
}

func find(events []lab.OTREvent, kind string) (lab.OTREvent, bool) {
	for _, e := range events {
		if e.Kind == kind {
			return e, true
		}
	}
	return lab.OTREvent{}, false
}

func want(t *testing.T, events []lab.OTREvent, kind, text string) {
	t.Helper()
	for _, e := range events {
		if e.Kind == kind && e.Text == text {
			return
		}
	}
	t.Fatalf("no %s %q in %+v", kind, text, events)
}

func pair(t *testing.T, o lab.OTRPeerOptions) (ana, ben *lab.OTRPeer) {
	t.Helper()
	oa, ob := o, o
	oa.Account, oa.Contact = "ana@example.test", "ben@example.test"
	ob.Account, ob.Contact = "ben@example.test", "ana@example.test"
	return lab.NewOTRPeer(t, oa), lab.NewOTRPeer(t, ob)
}

func TestOTRPeersTalk(t *testing.T) {
	ana, ben := pair(t, lab.OTRPeerOptions{})

	ana.Query()
	atAna, atBen := carry(t, ana, ben)
	want(t, atAna, "secure", "new")
	want(t, atBen, "secure", "new")
	want(t, atAna, "theirs", ben.Fingerprint())
	want(t, atBen, "theirs", ana.Fingerprint())
	if ana.Fingerprint() == ben.Fingerprint() || len(ana.Fingerprint()) != 40 {
		t.Fatalf("fingerprints %q and %q", ana.Fingerprint(), ben.Fingerprint())
	}

	// What goes over the wire must not hold the text: else the "msg" below
	// would prove nothing.
	ana.Send("Grüße, <b>Ben</b> 🦉")
	sealed := ana.Expect("inject").Text
	if !strings.HasPrefix(sealed, "?OTR:") || strings.Contains(sealed, "Ben") {
		t.Fatalf("sealed as %q", sealed)
	}
	ben.Receive(sealed)
	if got := ben.Expect("msg").Text; got != "Grüße, <b>Ben</b> 🦉" {
		t.Fatalf("opened as %q", got)
	}
	ben.Receive("in clear")
	if got := ben.Expect("clear").Text; got != "in clear" {
		t.Fatalf("clear text came as %q", got)
	}
	ben.Drain()

	ana.ExtraKey(7, []byte{0, 1, 2})
	sent := ana.Drain()
	key, _ := find(sent, "key")
	for _, e := range sent {
		if e.Kind == "inject" {
			ben.Receive(e.Text)
		}
	}
	got := ben.Expect("symkey")
	if got.Usage != 7 || string(got.Data) != "\x00\x01\x02" || len(got.Key) != 32 || string(got.Key) != string(key.Key) {
		t.Fatalf("TLV 8 came as %+v, sent with %+v", got, key)
	}

	ana.End()
	atAna, atBen = carry(t, ana, ben)
	want(t, atAna, "insecure", "")
	want(t, atBen, "ended", "")
	want(t, atBen, "insecure", "")
}

func TestOTRPeersCheck(t *testing.T) {
	ana, ben := pair(t, lab.OTRPeerOptions{})
	ana.Query()
	carry(t, ana, ben)

	for _, c := range []struct{ question, secret, answer, result string }{
		{"", "hoot", "hoot", "smp-ok"},
		{"", "hoot", "toot", "smp-fail"},
		{"Where did we meet?", "in the attic", "in the attic", "smp-ok"},
		{"Where did we meet?", "in the attic", "at sea", "smp-fail"},
	} {
		ana.Check(c.question, c.secret)
		_, atBen := carry(t, ana, ben)
		want(t, atBen, "smp-ask", c.question)
		ben.Answer(c.answer)
		atAna, atBen := carry(t, ana, ben)
		want(t, atAna, c.result, "")
		want(t, atBen, c.result, "")
	}

	ana.Check("", "hoot")
	carry(t, ana, ben)
	ben.Abort()
	atAna, _ := carry(t, ana, ben)
	want(t, atAna, "smp-abort", "")
}

func TestOTRPeerSendsNothingInClear(t *testing.T) {
	ana, ben := pair(t, lab.OTRPeerOptions{})
	ana.Send("before it is private")
	first := ana.Expect("inject").Text
	if !strings.HasPrefix(first, "?OTRv3?") || strings.Contains(first, "before") {
		t.Fatalf("policy always sent %q", first)
	}
	ben.Receive(first)
	_, atBen := carry(t, ana, ben)
	found := false
	for _, e := range atBen {
		found = found || e.Kind == "msg" && strings.HasSuffix(e.Text, "before it is private")
	}
	if !found {
		t.Fatalf("the text did not come after the exchange: %+v", atBen)
	}

	manual, _ := pair(t, lab.OTRPeerOptions{Manual: true}) // the control
	manual.Send("before it is private")
	if got := manual.Expect("inject").Text; got != "before it is private" {
		t.Fatalf("policy manual sent %q", got)
	}
}

func TestOTRPeerFragmentsAndWhitespace(t *testing.T) {
	ana, ben := pair(t, lab.OTRPeerOptions{Manual: true, Whitespace: true, Max: 200})
	ana.Send("hello")
	atAna, atBen := carry(t, ana, ben)
	want(t, atAna, "secure", "new")
	want(t, atBen, "clear", "hello")

	long := strings.Repeat("owl ", 300)
	ana.Send(long)
	sent := ana.Drain()
	if len(sent) < 5 {
		t.Fatalf("%d fragments", len(sent))
	}
	for _, e := range sent {
		if len(e.Text) > 200 {
			t.Fatalf("a fragment of %d bytes", len(e.Text))
		}
		ben.Receive(e.Text)
	}
	if got := ben.Expect("msg").Text; got != long {
		t.Fatalf("came as %q", got)
	}
}

func TestOTRPeerKeepsItsKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	a := lab.NewOTRPeer(t, lab.OTRPeerOptions{KeyFile: file})
	b := lab.NewOTRPeer(t, lab.OTRPeerOptions{KeyFile: file})
	if a.Fingerprint() != b.Fingerprint() || a.Tag() != b.Tag() || a.Tag() < 0x100 {
		t.Fatalf("%s %x, then %s %x", a.Fingerprint(), a.Tag(), b.Fingerprint(), b.Tag())
	}
}
