package client_test

import (
	"crypto/sha256"
	"os"
	"slices"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/otr"
	"hushwing/secret"
)

// strip is what the strip says now.
func (s someone) strip(with someone) (got client.ProtectionInfo) {
	_ = s.Until("anything", func(w *journey.World) bool { got = w.Safety[with.at]; return true })
	return got
}

func (s someone) message(id string) (got client.Message) {
	_ = s.Until("anything", func(w *journey.World) bool {
		for _, m := range w.Messages {
			if m.ID == id {
				got = m
			}
		}
		return true
	})
	return got
}

// withPuppet makes two contacts, and takes the program of one of them away: a
// puppet with the same key or another one will speak for him.
func withPuppet(t *testing.T) (ana, ben someone) {
	t.Helper()
	ana, ben = newcomer(t, "ana"), newcomer(t, "ben")
	must(t, ana.Add(ben.at))
	must(t, ben.Accept(ana.at))
	must(t, ana.Until("an answer", func(w *journey.World) bool { return w.Contacts[ben.at].Available }))
	must(t, ben.Until("an answer", func(w *journey.World) bool { return w.Contacts[ana.at].Available }))
	ben.Close()
	must(t, ana.Protected(ben.at, client.Away))
	return ana, ben
}

// TestTwoProgramsOneChecked: of two programs of a contact at the same time, one
// has the key that was checked. In each order of arrival texts go to that one
// alone, the strip says so, and nothing from the other looks checked.
func TestTwoProgramsOneChecked(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	good := ben.puppet(t, nil)
	good.private(ana)
	must(t, ana.Private(ben.at))
	must(t, ana.Ask(ben.at, "which boat?", "the blue one"))
	good.answers("the blue one")
	must(t, ana.Checked(ben.at, client.CheckSame))
	must(t, ana.Protected(ben.at, client.PrivateChecked))

	bad := ben.puppet(t, nil)
	bad.private(ana)
	try := func(name string) {
		t.Helper()
		bad.say("not from him: " + name)
		must(t, ana.Until("a text of the other key", func(w *journey.World) bool {
			return slices.ContainsFunc(w.Messages, func(m client.Message) bool { return m.Text == "not from him: "+name && m.Clear })
		}))
		if got := ana.strip(ben); got.Protection != client.PrivateChecked || got.Key != good.id.Fingerprint() {
			t.Fatalf("%s: the strip says %d", name, got.Protection)
		}
		_, err := ana.Say(ben.at, "for the checked key: "+name)
		must(t, err)
		good.heard("for the checked key: " + name)
		if bad.count("for the checked key: "+name) != 0 {
			t.Fatalf("%s: a text went to the other key", name)
		}
	}
	try("the checked one first")

	_ = good.stream.Close()
	must(t, ana.Protected(ben.at, client.KeyLocked))
	_, err := ana.Say(ben.at, "nobody")
	wantCause(t, err, client.NotPrivateNow)
	good = ben.puppet(t, good.id)
	good.private(ana)
	must(t, ana.Protected(ben.at, client.PrivateChecked))
	try("the other one first")
}

// answers waits for a question and answers it.
func (p *puppet) answers(answer string) {
	p.t.Helper()
	p.until("a question", func() bool { return p.has(func(e otr.Event) bool { _, ok := e.(otr.Question); return ok }) })
	p.mu.Lock()
	defer p.mu.Unlock()
	wires, err := p.latest.Answer(secret.New(answer))
	must(p.t, err)
	p.send(p.latest.Peer(), wires...)
}

func (p *puppet) has(ok func(otr.Event) bool) bool { return slices.ContainsFunc(p.events, ok) }

// TestAcknowledgementsCannotBeForged: whoever knows the name of a message, as
// the server does, but not the key that it was written for, cannot make the
// second tick; nor can the server's own word.
func TestAcknowledgementsCannotBeForged(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	good := ben.puppet(t, nil)
	good.private(ana)
	must(t, ana.Private(ben.at))
	mine, err := ana.Say(ben.at, "for this key")
	must(t, err)
	id := good.heard("for this key").ID
	must(t, ana.Marked(mine, client.ServerHas))

	bad := ben.puppet(t, nil)
	bad.private(ana)
	must(t, ana.Until("the new key", func(w *journey.World) bool { return w.Safety[ben.at].Key == bad.id.Fingerprint() }))
	bad.signal(signalHave, id[:])
	bad.say("and now") // in order: when this is read, the signal was
	must(t, ana.Reads(ben.at, "and now"))
	if got := ana.message(mine).Mark; got == client.TheyHave {
		t.Fatalf("another key made the mark %d", got)
	}
	good.signal(signalHave, id[:])
	must(t, ana.Marked(mine, client.TheyHave))
}

// TestRepeatCannotHideAText: somebody on the way drops the text that an
// announcement speaks of. The next text is another one, and is shown.
func TestRepeatCannotHideAText(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	good := ben.puppet(t, nil)
	good.private(ana)
	id := good.say("first")
	must(t, ana.Reads(ben.at, "first"))
	hash := sha256.Sum256([]byte("first"))

	good.signal(signalRepeat, id[:]) // in an earlier form
	good.say("second")
	must(t, ana.Reads(ben.at, "second"))
	good.signal(signalRepeat, append(hash[:16:16], id[:]...))
	good.say("third")
	must(t, ana.Reads(ben.at, "third"))
	good.signal(signalRepeat, append(hash[:16:16], id[:]...))
	good.say("first")
	good.say("fourth")
	must(t, ana.Reads(ben.at, "fourth"))
	if got := ana.Texts(ben.at); len(got) != 4 {
		t.Errorf("a repetition was shown: %d texts", len(got))
	}

	// another key announces what the first one will say
	bad := ben.puppet(t, nil)
	bad.private(ana)
	hash = sha256.Sum256([]byte("fifth"))
	bad.signal(signalRepeat, append(hash[:16:16], id[:]...))
	bad.say("it was me")
	must(t, ana.Reads(ben.at, "it was me"))
	good.say("fifth")
	must(t, ana.Reads(ben.at, "fifth"))
}

// TestConfirmingProgram: a text for a program that confirms is not given up
// because that program is slow to say hello when it is back.
func TestConfirmingProgram(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	good := ben.puppet(t, nil)
	good.private(ana)
	must(t, ana.Private(ben.at))
	good.signal(signalHello, []byte{1})
	mine, err := ana.Say(ben.at, "confirm this")
	must(t, err)
	good.heard("confirm this")
	must(t, ana.Marked(mine, client.ServerHas))
	// it goes before it has confirmed, comes back, and takes its time to say hello
	_ = good.stream.Close()
	must(t, ana.Protected(ben.at, client.Away))
	again := ben.puppet(t, good.id)
	again.private(ana)
	time.Sleep(8 * time.Second)
	again.signal(signalHello, []byte{1})
	got := again.heard("confirm this")
	again.signal(signalHave, got.ID[:])
	must(t, ana.Marked(mine, client.TheyHave))
}

// TestOtherProgram: a program that is not Hushwing never confirms. Its texts
// stay at one tick and are not sent twice.
func TestOtherProgram(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	other := ben.puppet(t, nil)
	other.private(ana)
	must(t, ana.Private(ben.at))
	mine, err := ana.Say(ben.at, "to another program")
	must(t, err)
	other.heard("to another program")
	must(t, ana.Marked(mine, client.ServerHas))
	time.Sleep(7 * time.Second) // longer than a Hushwing takes to say hello
	_ = other.stream.Close()
	must(t, ana.Protected(ben.at, client.Away))
	again := ben.puppet(t, other.id)
	again.private(ana)
	must(t, ana.Private(ben.at))
	_, err = ana.Say(ben.at, "another text")
	must(t, err)
	again.heard("another text")
	if n := again.count("to another program"); n != 0 {
		t.Errorf("it came %d times more", n)
	}
	if got := ana.message(mine).Mark; got != client.ServerHas {
		t.Errorf("its mark is %d", got)
	}
	// it ends the chat: nothing goes until the user begins anew
	again.end()
	must(t, ana.Protected(ben.at, client.OtherEnded))
	_, err = ana.Say(ben.at, "after the end")
	wantCause(t, err, client.NotPrivateNow)
	ana.Client.Do(client.StartAgain{Peer: ana.Peer(ben.at)})
	must(t, ana.Private(ben.at))
}

func (p *puppet) end() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	wires, err := p.latest.End()
	must(p.t, err)
	p.send(p.latest.Peer(), wires...)
}

// TestCheckIsReplaced: a check that was going on in a conversation that is
// replaced is broken off here too, and its late result counts for nothing.
func TestCheckIsReplaced(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	good := ben.puppet(t, nil)
	good.private(ana)
	must(t, ana.Private(ben.at))
	must(t, ana.Ask(ben.at, "which boat?", "the blue one"))
	good.until("the question", func() bool { return good.has(func(e otr.Event) bool { _, ok := e.(otr.Question); return ok }) })
	good.mu.Lock()
	good.latest = nil
	good.mu.Unlock()
	good.private(ana) // anew
	must(t, ana.Checked(ben.at, client.CheckAborted))
	must(t, ana.Protected(ben.at, client.PrivateUnknown))
	// It was broken off before anybody could have guessed: only the new one counts.
	must(t, ana.Ask(ben.at, "which boat?", "the blue one"))
	if err := ana.Until("two attempts left", func(w *journey.World) bool { return w.Checks[ben.at].Left == 2 }); err != nil {
		t.Error(err)
	}
}

// TestRemovedContact: a contact who is removed in the middle of a private chat is
// not spoken to any more, whatever comes of it late.
func TestRemovedContact(t *testing.T) {
	t.Parallel()
	ana, ben := withPuppet(t)
	good := ben.puppet(t, nil)
	good.private(ana)
	must(t, ana.Private(ben.at))
	ana.Client.Do(client.RemoveContact{ID: 9001, Peer: ana.Peer(ben.at)})
	ana.Client.Do(client.SendText{ID: 9002, Peer: ana.Peer(ben.at), Text: "too late"})
	ana.Client.Do(client.OpenChat{Peer: ana.Peer(ben.at)})
	must(t, ana.Until("the contact gone", func(w *journey.World) bool { _, there := w.Contacts[ben.at]; return !there }))
	good.until("the end", func() bool { return good.has(func(e otr.Event) bool { _, ok := e.(otr.Ended); return ok }) })
	from := tapped(t, lab.Shared(t))
	time.Sleep(3 * time.Second)
	for _, s := range from(ana.at) {
		if s.Kind == "message" {
			t.Errorf("a removed contact was sent a %s", s.Kind)
		}
	}
	if ana.message("too late").Text != "" {
		t.Error("a text for nobody was taken")
	}
	if err := ana.Until("no contact", func(w *journey.World) bool { _, there := w.Contacts[ben.at]; return !there }); err != nil {
		t.Error(err)
	}
}

// tapped returns what a sender has sent since.
func tapped(t *testing.T, l *lab.Lab) func(from string) []lab.Stanza {
	t.Helper()
	before, err := l.Prosody().Tap()
	must(t, err)
	return func(from string) (out []lab.Stanza) {
		all, err := l.Prosody().Tap()
		must(t, err)
		for _, s := range all[len(before):] {
			if s.Dir == "in" && len(s.From) > len(from) && s.From[:len(from)] == from {
				out = append(out, s)
			}
		}
		return out
	}
}

// TestDiskRefuses: a text that the disk does not take is refused and stays with
// the user; nothing is said to wait that does not.
func TestDiskRefuses(t *testing.T) {
	t.Parallel()
	ana, ben := acquainted(t)
	away := ana.dir + ".away"
	must(t, os.Rename(ana.dir, away))
	_, err := ana.Say(ben.at, "it has no place")
	if err == nil {
		t.Error("a text is said to wait that is nowhere on disk")
	}
	if err := ana.Remove(ben.at); err == nil {
		t.Error("a contact was removed who is still on disk")
	}
	must(t, os.Rename(away, ana.dir))
	time.Sleep(time.Second)
	if n := len(ben.Texts(ana.at)); n != 0 {
		t.Errorf("%d texts went out", n)
	}
	must(t, ana.Until("the contact", func(w *journey.World) bool { _, there := w.Contacts[ben.at]; return there }))
	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	_, err = ana.Say(ben.at, "now it has")
	must(t, err)
	must(t, ben.Reads(ana.at, "now it has"))
}
