package client

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/tor/tortest"
)

// TestLockLeavesWhoIsStuck: an account that does not end is not waited for, and
// what it says afterwards comes to nobody.
func TestLockLeavesWhoIsStuck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	s, err := config.Create(dir, secret.New("correct horse battery staple"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var told atomic.Int64
	socks := tortest.New(t)
	k := &core{
		emit: func(Event) { told.Add(1) }, box: newMailbox[any](), ctx: ctx, policy: tls.NewPolicy(tls.MozillaRoots()),
		opts:     Options{Dir: dir, Tor: tor.Options{Getenv: socks.Env}},
		accounts: map[string]*running{}, forms: map[CommandID]*form{}, opening: true,
	}
	t.Cleanup(func() { cancel(); k.close() })
	k.handle(profileOpened{store: s})
	say := k.world().emit
	say(AccountRemoved{})
	k.accounts["stuck"] = &running{stop: func() {}, ended: make(chan struct{})}
	began := time.Now()
	k.handle(Lock{})
	if d := time.Since(began); d > 4*time.Second {
		t.Errorf("it took %v", d)
	}
	before := told.Load()
	say(AccountRemoved{})
	if told.Load() != before {
		t.Error("it is heard after the lock")
	}
	if before == 0 {
		t.Error("the control: nothing was heard before either")
	}
}
