package client

import (
	"context"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/config/configtest"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/xmpp"
)

// hall is an account without a connection, whose letters the test carries: it sees
// what the account holds, and can have its conversations do what no code of ours does.
type hall struct {
	t      *testing.T
	a      *account
	store  *config.Store
	guests map[string]*guest // by full address
}

const hallAt = "ana@example.test/a"

// guest is a program that talks with the account.
type guest struct {
	full   string
	chat   *otr.Chat
	with   *otr.Conversation // its own
	heard  []otr.Event
	letter []string // on their way to the account
}

func newHall(t *testing.T) *hall {
	t.Helper()
	configtest.Cheap(t)
	a, s := testAccount(t)
	h := &hall{t: t, a: a, store: s, guests: map[string]*guest{}}
	a.saveProfile(func(p *config.Account) error {
		p.Contacts = append(p.Contacts, config.Contact{Address: "cleo@example.test"})
		return nil
	}, func(err error) { h.must(err); a.newChat("cleo@example.test") })
	h.write()
	for _, c := range a.chats {
		c.otr = otr.NewChat(a.identity, hallAt)
	}
	return h
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// write brings to the disk what waits for it, and back what came of it.
func (h *hall) write() (any bool) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h.a.disk.run(ctx)
	for _, m := range h.a.box.take() {
		any = true
		h.a.handle(m)
	}
	return any
}

// carry carries letters until there are none.
func (h *hall) carry() {
	h.t.Helper()
	for moved := true; moved; {
		moved = h.write()
		for _, c := range h.a.chats {
			parcels := c.toSend
			c.toSend = nil
			for _, p := range parcels {
				for _, w := range p.wires {
					moved = true
					h.guests[p.to].takes(w)
				}
			}
		}
		for _, g := range h.guests {
			letters := g.letter
			g.letter = nil
			for _, body := range letters {
				moved = true
				h.brings(g.full, body)
			}
		}
	}
}

// brings has the server bring something in somebody's name.
func (h *hall) brings(from, body string) {
	h.t.Helper()
	at, err := parseFull(from)
	h.must(err)
	h.a.received(xmpp.MessageReceived{From: at, Body: body})
}

func (g *guest) takes(w otr.Wire) {
	for _, e := range g.chat.Receive(time.Now(), hallAt, w.Body()) {
		switch e := e.(type) {
		case otr.Transmit:
			g.writes(e.Wire)
		case otr.TurnedPrivate:
			_ = g.chat.Promote(e.Conversation)
			g.with = e.Conversation
		}
		g.heard = append(g.heard, e)
	}
}

func (g *guest) writes(wires ...otr.Wire) {
	for _, w := range wires {
		g.letter = append(g.letter, w.Body())
	}
}

// comes has a program turn private with the account.
func (h *hall) comes(full string) *guest {
	h.t.Helper()
	id, err := newIdentity()
	h.must(err)
	g := &guest{full: full, chat: otr.NewChat(id, full)}
	h.guests[full] = g
	h.brings(full, "?OTRv3?")
	h.carry()
	if g.with == nil || h.talk(g) == nil || !h.talk(g).Live() {
		h.t.Fatalf("no private chat with %s", full)
	}
	return g
}

// talk is the account's conversation with a program.
func (h *hall) talk(g *guest) *otr.Conversation {
	for _, c := range h.a.chats {
		for v := range c.talks {
			if v.Peer() == g.full {
				return v
			}
		}
	}
	return nil
}

// plays runs a check in the account's conversation with a program that nobody here
// has asked for, as a fault of ours or of the engine's might, to its real end.
func (h *hall) plays(g *guest, result otr.Result) {
	h.t.Helper()
	g.heard = nil
	wires, err := h.talk(g).Ask("which boat?", secret.New("the blue one"))
	h.must(err)
	for _, w := range wires {
		g.takes(w)
	}
	switch result {
	case otr.Same:
		wires, err = g.with.Answer(secret.New("the blue one"))
	case otr.Different:
		wires, err = g.with.Answer(secret.New("the red one"))
	case otr.Aborted:
		wires, err = g.with.Abort()
	}
	h.must(err)
	g.writes(wires...)
	h.carry()
	if result == otr.Aborted {
		return
	}
	for _, e := range g.heard {
		if d, ok := e.(otr.CheckDone); ok && d.Result == result {
			return
		}
	}
	h.t.Fatalf("the check with %s did not come to the end %v", g.full, result)
}

// key is what is on disk about the key of a program.
func (h *hall) key(g *guest) (found config.Key) {
	h.t.Helper()
	for _, c := range h.store.View().Accounts[0].Contacts {
		for _, k := range c.Keys {
			if k.Fingerprint == h.talk(g).Fingerprint() {
				found = k
			}
		}
	}
	if found.Fingerprint.IsZero() {
		h.t.Fatalf("the key of %s is not on disk", g.full)
	}
	return found
}

// TestResultOfAnother: while Ana waits for one program of Ben's, a check with another
// one of his, or with another contact, comes to whatever end: hers goes on, and no key
// is checked. Nor is it by the right answer if it comes under another's name. Only what
// that program itself says ends it, and checks that key alone.
func TestResultOfAnother(t *testing.T) {
	h := newHall(t)
	ben := h.a.chats["ben@example.test"]
	first := h.comes("ben@example.test/first")
	h.a.askCode(AskCode{ID: 1, Peer: ben.peer})
	h.carry()
	second, cleo := h.comes("ben@example.test/second"), h.comes("cleo@example.test/c")
	others := []*guest{second, cleo}
	code := ben.check.Code.Export()

	stands := func(what string) {
		t.Helper()
		if ben.trial == nil || ben.trial.in != h.talk(first) || ben.check.Stage != CheckWaiting || ben.check.Code.Export() != code {
			t.Fatalf("%s: the check is in the stage %d", what, ben.check.Stage)
		}
		if k := h.key(first); !k.Checked.IsZero() || k.Attempts != 1 {
			t.Fatalf("%s: the key has %d attempts, checked %v", what, k.Attempts, k.Checked)
		}
		for _, g := range others {
			if k := h.key(g); !k.Checked.IsZero() || k.Attempts != 0 {
				t.Fatalf("%s: the key of %s has %d attempts, checked %v", what, g.full, k.Attempts, k.Checked)
			}
		}
	}
	stands("at first")
	for _, g := range others {
		for _, r := range []otr.Result{otr.Aborted, otr.Different, otr.Same} {
			h.plays(g, r)
			stands(g.full + " plays " + r.String())
		}
	}
	// And if it were handed to the wrong chat.
	for _, r := range []otr.Result{otr.Aborted, otr.Different, otr.Same} {
		v := h.talk(cleo)
		h.a.checkDone(ben, otr.CheckDone{Conversation: v, Result: r, Asked: true, Fingerprint: v.Fingerprint()})
		h.a.checkDone(ben, otr.CheckDone{Conversation: v, Result: r, Asked: true, Fingerprint: h.talk(first).Fingerprint()})
		h.carry()
		stands("Cleo's result in Ben's chat: " + r.String())
	}

	wires, err := first.with.Answer(secret.New(code))
	h.must(err)
	for _, g := range others {
		for _, w := range wires {
			h.brings(g.full, w.Body())
		}
		h.write()
		stands("the answer under the name of " + g.full)
	}
	first.writes(wires...)
	h.carry()
	if k := h.key(first); k.Checked.IsZero() || k.How != string(HowCode) || ben.check.Stage != CheckSame {
		t.Errorf("the stage %d, the key checked %v by %q", ben.check.Stage, k.Checked, k.How)
	}
	for _, g := range others {
		if k := h.key(g); !k.Checked.IsZero() {
			t.Errorf("the key of %s is checked by a %s", g.full, k.How)
		}
	}

	// Nobody waits for anything any more.
	for _, g := range others {
		if v := h.talk(g); v.Private() {
			h.a.checkDone(h.a.chats["ben@example.test"], otr.CheckDone{Conversation: v, Result: otr.Same, Asked: true, Fingerprint: v.Fingerprint()})
			h.write()
		}
		if k := h.key(g); !k.Checked.IsZero() {
			t.Errorf("the key of %s is checked by a %s", g.full, k.How)
		}
	}
}

// TestAskedTooOften: whoever asks where they are told no, faster than that can be said,
// fills no memory.
func TestAskedTooOften(t *testing.T) {
	h := newHall(t)
	ben := h.a.chats["ben@example.test"]
	first := h.comes("ben@example.test/first")
	h.comes("ben@example.test/second")
	for range mostParcels - 1 {
		ben.post(first.full, nil, nil)
	}
	for range 3 {
		wires, err := first.with.Ask("which boat?", secret.New("the blue one"))
		h.must(err)
		h.brings(first.full, wires[0].Body())
		if len(ben.toSend) != mostParcels {
			t.Fatalf("%d parcels wait", len(ben.toSend))
		}
	}
	first.heard = nil
	h.carry()
	if len(first.heard) != 1 || ben.trial != nil {
		t.Errorf("they heard %d things", len(first.heard))
	}
}
