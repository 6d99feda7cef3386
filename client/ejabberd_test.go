package client_test

import (
	"path/filepath"
	"testing"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/secret"
)

// TestEjabberdJourney: nothing depends on the other kind of server. Two people
// make addresses there, find each other, talk in private and check each other.
func TestEjabberdJourney(t *testing.T) {
	e := lab.SharedEjabberd(t)
	begin := func(name string) someone {
		dir := filepath.Join(t.TempDir(), name)
		s := someone{Person: journey.InLab(t, lab.Shared(t), dir), dir: dir}
		must(t, s.Create(profilePassword))
		must(t, s.TorReady())
		var err error
		s.at, err = s.Register(e.Domain(), e.Onion(), name)
		must(t, err)
		return s
	}
	ana, ben := begin("ana"), begin("ben")
	must(t, ana.Add(ben.at))
	must(t, ben.Accept(ana.at))
	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	must(t, ben.Private(ana.at))
	text, err := ana.Say(ben.at, "the owl's nest & <eggs>")
	must(t, err)
	must(t, ben.Reads(ana.at, "the owl's nest & <eggs>"))
	must(t, ana.Marked(text, client.TheyHave))
	_, err = ben.Say(ana.at, "found it")
	must(t, err)
	must(t, ana.Reads(ben.at, "found it"))
	check(t, ana, ben)

	_, err = ben.Register(e.Domain(), e.Onion(), "ana")
	wantCause(t, err, client.NameTaken)
	wantCause(t, ana.SignIn("nobody@"+e.Domain(), "wrong", e.Onion()), client.SignInWrongPassword)
	must(t, e.AddUser("shutout", "right"))
	must(t, e.Configure(lab.EjabberdOptions{Closed: []string{"shutout"}}))
	t.Cleanup(func() { must(t, e.Configure(lab.EjabberdOptions{})) })
	wantCause(t, ana.SignIn("shutout@"+e.Domain(), "right", e.Onion()), client.SignInDisabled)
}

// TestWeakerSignIn: a server that moves to TLS 1.3 and loses channel binding by
// it is signed in to; one that offers less under the same version stops the
// account until the user accepts just that, and what was accepted is kept.
func TestWeakerSignIn(t *testing.T) {
	e := lab.SharedEjabberd(t)
	set := func(o lab.EjabberdOptions) {
		t.Helper()
		must(t, e.Configure(o))
	}
	t.Cleanup(func() { set(lab.EjabberdOptions{}) })
	must(t, e.AddUser("weaker", "right"))
	at := "weaker@" + e.Domain()
	dir := filepath.Join(t.TempDir(), "p")
	p := journey.InLab(t, lab.Shared(t), dir)
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())

	var id string
	again := func() {
		p.Client.Do(client.GoOffline{Account: id})
		must(t, p.Offline(at))
		p.Client.Do(client.GoOnline{Account: id})
	}
	set(lab.EjabberdOptions{TLS12: true})
	must(t, p.SignIn(at, "right", e.Onion()))
	id = p.Peer(at).Account
	set(lab.EjabberdOptions{TLS13: true})
	again()
	must(t, p.Online(at))

	set(lab.EjabberdOptions{TLS12: true, NoMechanisms: []string{"SCRAM-SHA-256-PLUS"}})
	again()
	shown := func() (now client.WeakerSignIn) {
		t.Helper()
		must(t, p.Until("a weaker sign-in", func(w *journey.World) bool {
			a := w.Accounts[at]
			if a.State != client.Failed || a.Problem.Cause != client.SignInDowngrade || a.Problem.SignIn == nil {
				return false
			}
			now = *a.Problem.SignIn
			return true
		}))
		return now
	}
	now := shown()
	if want := (client.WeakerSignIn{Before: "SCRAM-SHA-256-PLUS", Now: "SCRAM-SHA-256", Context: "tls1.2 tls-unique"}); now != want {
		t.Errorf("shown %+v, want %+v", now, want)
	}
	other := now
	other.Now = "PLAIN"
	wantCause(t, p.AcceptWeaker(other), client.SignInDowngrade)
	shown()
	must(t, p.AcceptWeaker(now))
	must(t, p.Online(at))
	wantCause(t, p.AcceptWeaker(now), client.SignInDowngrade) // it is online: there is nothing to accept

	p.Close()
	p = journey.InLab(t, lab.Shared(t), dir)
	must(t, p.Unlock(profilePassword))
	must(t, p.Online(at))

	// what is better again is remembered again
	set(lab.EjabberdOptions{TLS12: true})
	again()
	must(t, p.Online(at))
	set(lab.EjabberdOptions{TLS12: true, NoMechanisms: []string{"SCRAM-SHA-256-PLUS"}})
	again()
	shown()

	p.Close()
	store, err := config.Open(dir, secret.New(profilePassword))
	must(t, err)
	defer store.Close()
	got := store.View().Accounts[0].Mechanisms
	if len(got) != 2 || got["tls1.2 tls-unique"] != "SCRAM-SHA-256-PLUS" || got["tls1.3 tls-exporter"] != "SCRAM-SHA-256" {
		t.Errorf("remembered: %v", got)
	}
}
