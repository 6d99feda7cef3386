package client

import (
	"context"
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/xmpp"
)

func numbered(i int) (p otr.Fingerprint) {
	binary.BigEndian.PutUint32(p[:], uint32(i+1))
	return p
}

// TestKeysAreBounded: whoever shows a new key every second fills nothing up,
// pushes out no key that was checked, and never makes a later key the first.
func TestKeysAreBounded(t *testing.T) {
	now := time.Now()
	k := &config.Contact{}
	for i := range 500 {
		addKey(k, numbered(i), now.Add(-time.Duration(i)*time.Hour)) // and a clock that runs backwards
		if i == 3 {
			k.Keys[3].Checked = now
		}
		if i == 5 {
			k.Keys[5].Overridden = now
		}
	}
	if len(k.Keys) > mostKeys || mostKeys > config.MaxKeys {
		t.Errorf("%d keys are kept", len(k.Keys))
	}
	kept := map[otr.Fingerprint]bool{}
	for i, key := range k.Keys {
		kept[key.Fingerprint] = true
		if i > 0 && !key.First.After(k.Keys[i-1].First) {
			t.Fatal("a later key looks earlier")
		}
	}
	if !kept[numbered(0)] || !kept[numbered(3)] || !kept[numbered(5)] || !kept[numbered(499)] {
		t.Error("the first, a checked, an insisted or the newest key is gone")
	}
	if !isFirst(k.Keys, numbered(0)) {
		t.Error("another key passes for the first")
	}
}

func TestSeenIsBounded(t *testing.T) {
	var s seenIDs
	id := func(i int) (x otr.ID) { binary.BigEndian.PutUint32(x[:], uint32(i)); return x }
	for i := range 2 * config.MaxSeen {
		s.add(id(i))
		s.add(id(i))
	}
	if len(s.known) != config.MaxSeen || len(s.order) != config.MaxSeen || !s.has(id(2*config.MaxSeen-1)) {
		t.Errorf("%d and %d are kept", len(s.known), len(s.order))
	}
}

// TestUnreadIsBounded: what others write leaves room for what the user writes,
// and one of them leaves room for the others.
func TestUnreadIsBounded(t *testing.T) {
	var q config.Queue
	add := func(peer, text string) error {
		return addIncoming(&q, config.Incoming{ID: config.NewID(), Account: "a", Peer: peer, Text: text})
	}
	var err error
	n := 0
	for ; err == nil; n++ {
		err = add("flood", "x")
	}
	if !errors.Is(err, config.ErrQueueFull) || n-1 != mostUnreadOfOne {
		t.Errorf("%v after %d", err, n)
	}
	if err := add("other", "y"); err != nil {
		t.Error(err)
	}
	for err = nil; err == nil; {
		err = add(config.NewID(), strings.Repeat("z", 40<<10))
	}
	bytes := 0
	for _, i := range q.Incoming {
		bytes += len(i.Text)
	}
	if bytes > config.MaxTextBytes/2 || len(q.Incoming) > config.MaxTexts*6/10 {
		t.Errorf("%d bytes in %d texts", bytes, len(q.Incoming))
	}
}

func TestSealingsAreBounded(t *testing.T) {
	var ids []otr.ID
	for i := range 200 {
		ids = addSealing(ids, otr.ID{byte(i)})
	}
	if len(ids) > mostSealings || ids[len(ids)-1] != (otr.ID{199}) {
		t.Errorf("%d IDs", len(ids))
	}
	var got repeated
	for part := range slices.Chunk(ids, mostRepeats) {
		data := repeatData("text", part)
		if len(data) > otr.MaxSignal {
			t.Error("the announcement is too long")
		}
		got = got.and(parseRepeated(data))
	}
	if !got.of("text") || got.of("other") || len(got.ids) != mostSealings {
		t.Errorf("the announcements hold %d IDs", len(got.ids))
	}
	for range 100 {
		got = got.and(parseRepeated(repeatData("text", ids[:mostRepeats])))
	}
	if len(got.ids) > 2*mostSealings {
		t.Errorf("a flood of announcements holds %d IDs", len(got.ids))
	}
	if got = got.and(parseRepeated(repeatData("other", ids[:1]))); got.of("text") || len(got.ids) != 1 {
		t.Error("an announcement adds to that of another text")
	}
	for _, data := range [][]byte{nil, {1}, make([]byte, 16)} {
		if parseRepeated(data).of("text") {
			t.Errorf("%d bytes announce something", len(data))
		}
	}
}

// testAccount is an account without a connection.
func testAccount(t *testing.T) (*account, *config.Store) {
	t.Helper()
	s, err := config.Create(filepath.Join(t.TempDir(), "p"), secret.New("correct horse battery staple"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	id, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Account{
		ID: config.NewID(), Address: "ana@example.test", Password: secret.New("x"), Identity: id.Export(), Paused: true,
		Contacts: []config.Contact{{Address: "ben@example.test"}},
	}
	if _, err := s.Modify(func(p *config.Profile) error { p.Accounts = append(p.Accounts, cfg); return nil }); err != nil {
		t.Fatal(err)
	}
	a, err := newAccount(&world{store: s, emit: func(Event) {}}, cfg, s.ViewQueue())
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

// TestStreamIsHeldBack: events are taken no faster than the account and the
// disk can follow.
func TestStreamIsHeldBack(t *testing.T) {
	a, _ := testAccount(t)
	room := make(chan struct{}, onTheirWay)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	n := 0
	for a.roomFor(ctx, room) {
		n++
	}
	if n != onTheirWay {
		t.Errorf("%d events are on their way", n)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	a.saving.Store(mostSaving + 1)
	if a.roomFor(ctx, make(chan struct{}, 1)) {
		t.Error("the disk is not waited for")
	}
}

// TestBounceAfterAcknowledgement: the server took the text and sends it back
// later. That is told, also after a restart; what its reader confirmed stays so.
func TestBounceAfterAcknowledgement(t *testing.T) {
	a, s := testAccount(t)
	c := a.chats["ben@example.test"]
	o := &outText{chat: c, Outgoing: config.Outgoing{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: "text", IDs: []otr.ID{{1}},
	}}
	if err := s.ModifyQueue(func(q *config.Queue) error { q.Outgoing = append(q.Outgoing, o.Clone()); return nil }); err != nil {
		t.Fatal(err)
	}
	a.out = append(a.out, o)
	o.stanzas, o.sent = []xmpp.StanzaID{"one"}, []xmpp.StanzaID{"one"}
	a.bounced(xmpp.MessageBounced{ID: "another"})
	a.acknowledged(xmpp.Acknowledged{IDs: []xmpp.StanzaID{"one"}})
	if o.mark != ServerHas {
		t.Fatalf("acknowledged: %d", o.mark)
	}
	a.bounced(xmpp.MessageBounced{ID: "one", Condition: "gone"})
	if o.mark != NotSent || o.problem == nil || o.problem.Cause != Bounced {
		t.Fatalf("bounced: %d", o.mark)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.disk.run(ctx) // all that waits
	again, err := newAccount(a.world, s.View().Accounts[0], s.ViewQueue())
	if err != nil || len(again.out) != 1 || again.out[0].mark != NotSent {
		t.Fatalf("after a restart: %+v, %v", again.out, err)
	}
	a.finish(o) // its reader has confirmed it
	a.bounced(xmpp.MessageBounced{ID: "one"})
	if len(a.out) != 0 {
		t.Error("a bounce undid what the reader confirmed")
	}
}

// TestTextsOfStrangers: a crash between removing a contact and removing their
// texts leaves nothing behind for ever.
func TestTextsOfStrangers(t *testing.T) {
	a, s := testAccount(t)
	if err := s.ModifyQueue(func(q *config.Queue) error {
		for _, peer := range []string{"ben@example.test", "gone@example.test"} {
			q.Outgoing = append(q.Outgoing, config.Outgoing{ID: config.NewID(), Account: a.id, Peer: peer, Text: "x"})
			q.Incoming = append(q.Incoming, config.Incoming{ID: config.NewID(), Account: a.id, Peer: peer, Text: "x"})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.run(ctx)
	if q := s.ViewQueue(); len(q.Outgoing) != 1 || len(q.Incoming) != 1 {
		t.Errorf("%d and %d texts are left", len(q.Outgoing), len(q.Incoming))
	}
}

// closer notices that it was closed.
type closer struct{ closed bool }

func (c *closer) Close() error { c.closed = true; return nil }

// TestLateResultIsClosed: what a job opens when its account has gone does not
// stay open.
func TestLateResultIsClosed(t *testing.T) {
	a, _ := testAccount(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, ready := &closer{}, make(chan struct{})
	a.job(t.Context(), &waitingForTor{}, func(context.Context) (any, error) { <-ready; return c, nil })
	time.AfterFunc(50*time.Millisecond, func() { close(ready) })
	a.run(ctx)
	if !c.closed {
		t.Error("it stays open")
	}
}

// TestTrayIsBounded: strangers can mint addresses.
func TestTrayIsBounded(t *testing.T) {
	a, s := testAccount(t)
	for i := range 100 {
		from, err := xmpp.ParseAddress("stranger" + strings.Repeat("x", i) + "@example.test")
		if err != nil {
			t.Fatal(err)
		}
		a.requested(xmpp.SubscriptionRequested{From: from})
		a.requested(xmpp.SubscriptionRequested{From: from})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.disk.run(ctx)
	if n := len(s.View().Accounts[0].Requests); n != trayLimit {
		t.Errorf("%d requests", n)
	}
}
