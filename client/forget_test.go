package client

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"
	"time"
	"weak"

	"hushwing/config"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/tor/tortest"
)

// TestLockForgets: nothing of the program holds what was in the profile after it
// was locked: the collector takes the accounts with their keys and texts, the
// password at the server, and the opened profile.
func TestLockForgets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	s, err := config.Create(dir, secret.New("correct horse battery staple"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Modify(func(p *config.Profile) error {
		p.Accounts = []config.Account{{
			ID: "a", Address: "ana@example.test", Paused: true, Password: secret.New("x"), Identity: id.Export(),
			Contacts: []config.Contact{{Address: "ben@example.test"}},
		}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	socks := tortest.New(t)
	k := &core{
		emit: func(Event) {}, box: newMailbox[any](), ctx: ctx, policy: tls.NewPolicy(tls.MozillaRoots()),
		opts:     Options{Dir: dir, Tor: tor.Options{Getenv: socks.Env}},
		accounts: map[string]*running{}, forms: map[CommandID]*form{}, opening: true,
	}
	t.Cleanup(func() { cancel(); k.close() })
	store := weak.Make(s)
	account, sitting := func() (weak.Pointer[account], weak.Pointer[sitting]) {
		k.handle(profileOpened{store: s})
		a := k.accounts["a"].account
		k.handle(SendText{ID: 1, Peer: Peer{Account: "a", Address: "ben@example.test"}, Text: "a text that waits"})
		return weak.Make(a), weak.Make(k.sitting)
	}()
	s = nil
	if account.Value() == nil || store.Value() == nil {
		t.Fatal("the control: nothing was held before either")
	}
	k.handle(Lock{})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		runtime.GC()
		k.handleAll()
		if account.Value() == nil && store.Value() == nil && sitting.Value() == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("still held: account %v, profile %v, sitting %v", account.Value() != nil, store.Value() != nil, sitting.Value() != nil)
		}
	}
}
