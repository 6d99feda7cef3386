package client

import (
	"fmt"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/xmpp"
)

// crowd is an account with n contacts that is online, as far as it can be without
// a stream. count is told of each event.
func crowd(t testing.TB, n int, asked bool, count func(Event)) *account {
	t.Helper()
	store, err := config.Create(t.TempDir(), secret.New("a long password"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	id, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Account{ID: "a1", Address: "ben@example.test", Identity: id.Export()}
	for i := range n {
		cfg.Contacts = append(cfg.Contacts, config.Contact{Address: nthContact(i), Name: fmt.Sprintf("Contact %05d", i), Asked: asked})
	}
	if _, err := store.Modify(func(p *config.Profile) error { p.Accounts = []config.Account{cfg}; return nil }); err != nil {
		t.Fatal(err)
	}
	a, err := newAccount(&world{store: store, emit: count}, cfg, config.Queue{})
	if err != nil {
		t.Fatal(err)
	}
	a.state = &online{}
	for _, c := range a.chats {
		c.otr = otr.NewChat(a.identity, "ben@example.test/r")
		a.update(c)
	}
	return a
}

func nthContact(i int) string { return fmt.Sprintf("c%05d@example.test", i) }

func presenceOf(t testing.TB, i int, there bool) xmpp.PresenceChanged {
	t.Helper()
	from, err := xmpp.ParseAddress(nthContact(i))
	if err != nil {
		t.Fatal(err)
	}
	if from, err = from.WithResource("r"); err != nil {
		t.Fatal(err)
	}
	return xmpp.PresenceChanged{From: from, Available: there}
}

// TestCrowd: what thousands of contacts bring is told once each and costs each
// the same however many there are; a second in which nothing happens costs
// nearly nothing.
func TestCrowd(t *testing.T) {
	const n = 10_000
	events := 0
	a := crowd(t, n, false, func(Event) { events++ })
	if events > 2*n+2 {
		t.Errorf("%d contacts are told of in %d events", n, events)
	}
	events = 0
	for i := range 2 * n {
		a.stanza(presenceOf(t, i%n, i < n))
	}
	if events > 4*n {
		t.Errorf("%d presences are told of in %d events", 2*n, events)
	}
	events = 0
	now := time.Now()
	a.tickChats(now) // it was not cut before
	busy := 0
	for _, c := range a.chats {
		if !c.quiet() {
			busy++
		}
	}
	if busy > 0 {
		t.Errorf("%d chats are looked after although nothing goes on", busy)
	}
	if got := testing.AllocsPerRun(3, func() { a.tickChats(now) }); got > 10 {
		t.Errorf("a second in which nothing happens allocates %v times", got)
	}
	a.openChat(OpenChat{Peer: Peer{Account: "a1", Address: nthContact(7)}})
	if a.chats[nthContact(7)].quiet() {
		t.Error("a chat that the user looks at is not looked after")
	}
	for _, c := range a.cfg.Contacts {
		if k := a.contact(c.Address); k == nil || k.Address != c.Address {
			t.Fatalf("%s is not found", c.Address)
		}
	}
	if a.contact("nobody@example.test") != nil {
		t.Error("nobody is found")
	}
}

// TestCrowdAccepts: ten thousand people accept at once, and the profile is
// written a few times, not ten thousand.
func TestCrowdAccepts(t *testing.T) {
	const n = 3_000
	a := crowd(t, n, true, func(Event) {})
	var roster []xmpp.RosterItem
	for i := range n {
		from := presenceOf(t, i, true).From.Bare()
		if i%2 == 0 {
			roster = append(roster, xmpp.RosterItem{Address: from, Subscription: "both"})
		} else {
			a.rosterChanged(xmpp.RosterChanged{Item: xmpp.RosterItem{Address: from, Subscription: "both"}})
		}
	}
	a.accepted(roster...)
	before := a.store.Generation()
	all := a.disk.in.take()
	if len(all) != n/2+1 {
		t.Errorf("%d wishes", len(all))
	}
	a.disk.writeProfile(all)
	for _, m := range a.box.take() {
		a.handle(m)
	}
	if wrote := a.store.Generation() - before; wrote != 1 {
		t.Errorf("the profile was written %d times", wrote)
	}
	for _, c := range a.store.View().Accounts[0].Contacts {
		if c.Asked {
			t.Fatal("not everybody's answer is on disk")
		}
	}
	if a.saving.Load() != 0 || a.contact(nthContact(1)).Asked {
		t.Error("the account does not know")
	}
}

// TestOneChangeFailsAlone: of changes that go to the disk together, the one that
// fails is the only one.
func TestOneChangeFailsAlone(t *testing.T) {
	a := crowd(t, 2, false, func(Event) {})
	got := map[string]error{}
	for _, name := range []string{"one", "bad", "two"} {
		a.saveProfile(func(p *config.Account) error {
			if name == "bad" {
				return errNoContact
			}
			contactIn(p, nthContact(0)).Name += name
			return nil
		}, func(err error) { got[name] = err })
	}
	a.disk.writeProfile(a.disk.in.take())
	for _, m := range a.box.take() {
		a.handle(m)
	}
	if name := a.contact(nthContact(0)).Name; name != "Contact 00000onetwo" || got["one"] != nil || got["two"] != nil || got["bad"] != errNoContact {
		t.Errorf("%q, %v", name, got)
	}
}

// BenchmarkPresences is a presence of one of ten thousand contacts, and a second
// in which nothing happens.
func BenchmarkPresences(b *testing.B) {
	a := crowd(b, 10_000, false, func(Event) {})
	all := make([]xmpp.PresenceChanged, 20_000)
	for i := range all {
		all[i] = presenceOf(b, i%10_000, i < 10_000)
	}
	i := 0
	b.Run("presence", func(b *testing.B) {
		for b.Loop() {
			a.stanza(all[i%len(all)])
			i++
		}
	})
	b.Run("idle-second", func(b *testing.B) {
		for b.Loop() {
			a.tickChats(time.Now())
		}
	})
}
