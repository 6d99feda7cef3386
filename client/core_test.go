package client

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"hushwing/config"
	"hushwing/secret"
)

func testCore(t *testing.T) (*core, *config.Store) {
	t.Helper()
	s, err := config.Create(filepath.Join(t.TempDir(), "p"), secret.New("correct horse battery staple"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	k := &core{
		emit: func(Event) {}, box: newMailbox[any](), ctx: ctx, store: s,
		sitting:  newSitting(ctx, func(Event) {}),
		accounts: map[string]*running{}, forms: map[CommandID]*form{},
	}
	t.Cleanup(func() { cancel(); k.close() })
	return k, s
}

// TestRegisteredAfterTheFormWasDropped: the user went back while the address was
// being made. It is kept, with the way to its server.
func TestRegisteredAfterTheFormWasDropped(t *testing.T) {
	k, s := testCore(t)
	id, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	host := "hidden.example.test"
	m := registered{
		cmd: Register{ID: 2, Form: 1}, server: ServerChoice{Domain: "example.test", Host: host, Port: 443},
		address: "ana@example.test", password: secret.New("x"), identity: id,
	}
	k.handle(m)
	if got := s.View().Accounts; len(got) != 1 || got[0].Route.Host != host || got[0].Route.Port != 443 {
		t.Errorf("kept: %d accounts", len(got))
	}
	k.handle(m) // the same address again does no harm
	if got := s.View().Accounts; len(got) != 1 {
		t.Errorf("kept: %d accounts", len(got))
	}
	m.address = "ben@example.test"
	k.tooLate(m) // the program was closed meanwhile
	if got := s.View().Accounts; len(got) != 2 || got[1].Route.Host != host {
		t.Errorf("kept at the end: %d accounts", len(got))
	}
}

// TestCloseWhileOpening: a profile that is opened after the end is closed again,
// so that the next start finds it free.
func TestCloseWhileOpening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	c := New(Options{Dir: dir})
	c.Do(CreateProfile{ID: 1, Password: secret.New("correct horse battery staple")})
	for e := range c.Events() {
		if _, ok := e.(ProfileChanged); ok {
			break
		}
	}
	c.Close()
	s, err := config.Open(dir, secret.New("correct horse battery staple"))
	if err == nil {
		err = s.Close()
	}
	if err != nil && !errors.Is(err, config.ErrNoProfile) {
		t.Errorf("after the end: %v", err)
	}
	if _, open := <-c.Events(); open {
		for range c.Events() { // ends, because the channel is closed
			continue
		}
	}
}
