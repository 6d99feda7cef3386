package client

import (
	"context"
	"slices"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// outbox is an account with texts that wait, on disk too.
func outboxOf(t *testing.T, texts ...string) (a *account, s *config.Store, events *[]Event, save func()) {
	t.Helper()
	a, s = testAccount(t)
	events = &[]Event{}
	a.emit = func(e Event) { *events = append(*events, e) }
	c := a.chats["ben@example.test"]
	for i, text := range texts {
		o := &outText{chat: c, Outgoing: config.Outgoing{
			ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: text,
			Written: time.Now().UTC().Add(time.Duration(i-10) * time.Second), Key: otr.Fingerprint{7},
		}}
		a.out = append(a.out, o)
		if err := s.ModifyQueue(func(q *config.Queue) error { q.Outgoing = append(q.Outgoing, o.Clone()); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return a, s, events, func() {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		a.disk.run(ctx)
		for _, m := range a.box.take() {
			a.handle(m)
		}
	}
}

func texts(q []config.Outgoing) (out []string) {
	for _, o := range q {
		out = append(out, o.Text)
	}
	return out
}

// TestDiscardIsTakenBack: a text that was discarded is off the disk at once, and
// for a minute it can come back: to its place, for the key that it was written
// for, and with what names its earlier sealings.
func TestDiscardIsTakenBack(t *testing.T) {
	a, s, events, save := outboxOf(t, "one", "two", "three")
	peer, two := a.out[1].chat.peer, a.out[1]
	two.IDs = []otr.ID{{1}}
	a.command(DiscardText{Peer: peer, Message: two.ID})
	save()
	if got := texts(s.ViewQueue().Outgoing); !slices.Equal(got, []string{"one", "three"}) {
		t.Fatalf("on disk after it was discarded: %q", got)
	}
	if got := (*events)[0].(MessageRemoved); !got.Sent || got.Message != two.ID {
		t.Errorf("what was under way is not told as such: %+v", got)
	}
	*events = nil
	a.command(RestoreText{ID: 5, Peer: peer, Message: two.ID})
	if len(*events) != 0 {
		t.Errorf("it is said to wait before it is on disk: %+v", *events)
	}
	save()
	if got := texts(s.ViewQueue().Outgoing); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Fatalf("on disk after it came back: %q", got)
	}
	if d := outgoingIn(new(s.ViewQueue()), two.ID); d == nil || d.Key != (otr.Fingerprint{7}) || len(d.IDs) != 1 {
		t.Errorf("what came back is not what it was: %+v", d)
	}
	if got, ok := (*events)[0].(MessageAdded); !ok || got.ID != 5 || got.Message.Text != "two" || got.Message.Mark != Waiting {
		t.Errorf("%+v", *events)
	}
	if a.out[1] != two {
		t.Error("it does not stand where it stood")
	}
	// Once, and not for ever.
	*events = nil
	a.command(RestoreText{ID: 6, Peer: peer, Message: two.ID})
	a.command(DiscardText{Peer: peer, Message: two.ID})
	a.handle(tick{time.Now().Add(undoTime + time.Second)})
	a.command(RestoreText{ID: 7, Peer: peer, Message: two.ID})
	save()
	refused := map[CommandID]Cause{}
	for _, e := range *events {
		if r, ok := e.(Refused); ok {
			refused[r.ID] = r.Problem.Cause
		}
	}
	if refused[6] != TooLate || refused[7] != TooLate || len(a.discards) != 0 {
		t.Errorf("refused: %v, still kept: %d", refused, len(a.discards))
	}
}

// TestDiscardCallsNothingBack: what the server has is on its way, whatever a
// screen would like to show; and what came back is known not to have arrived.
func TestDiscardCallsNothingBack(t *testing.T) {
	a, _, events, _ := outboxOf(t, "one", "two", "three")
	one, two, three := a.out[0], a.out[1], a.out[2]
	one.mark, one.confirms = ServerHas, true
	a.command(DiscardText{Peer: one.chat.peer, Message: one.ID})
	if len(*events) != 0 || len(a.out) != 3 {
		t.Errorf("it was taken back from the server: %+v", *events)
	}
	two.IDs, two.sent = []otr.ID{{2}}, []xmpp.StanzaID{"two"}
	a.bounced(xmpp.MessageBounced{ID: "two", Condition: "gone"})
	*events = nil
	a.command(DiscardText{Peer: two.chat.peer, Message: two.ID})
	a.command(DiscardText{Peer: three.chat.peer, Message: three.ID})
	for _, e := range *events {
		if r, ok := e.(MessageRemoved); !ok || r.Sent {
			t.Errorf("%+v", e)
		}
	}
	if len(*events) != 2 {
		t.Errorf("%d events", len(*events))
	}
}
