package client_test

import (
	"path/filepath"
	"testing"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// TestRealServersManage: with both kinds of server, a new password is taken and
// signed in with while a private chat goes on; whoever is blocked does not see us
// and is seen again afterwards; and a deleted address is gone.
func TestRealServersManage(t *testing.T) {
	l := lab.Shared(t)
	for name, server := range map[string]struct{ domain, onion string }{
		"Prosody":  {l.Prosody().Domain(), l.Prosody().Onion()},
		"ejabberd": {lab.SharedEjabberd(t).Domain(), lab.SharedEjabberd(t).Onion()},
	} {
		t.Run(name, func(t *testing.T) {
			begin := func(name string) someone {
				dir := filepath.Join(t.TempDir(), name)
				s := someone{Person: journey.InLab(t, l, dir), dir: dir, host: server.onion}
				must(t, s.Create(profilePassword))
				must(t, s.TorReady())
				var err error
				s.at, err = s.Register(server.domain, server.onion, name)
				must(t, err)
				return s
			}
			ana, ben := begin("manageana"), begin("manageben")
			must(t, ana.Add(ben.at))
			must(t, ben.Accept(ana.at))
			ana.Look(ben.at)
			must(t, ana.Private(ben.at))
			must(t, ben.Private(ana.at))
			before, _, err := ana.ServerPassword()
			must(t, err)

			// a new password
			must(t, ana.Until("that it may", func(w *journey.World) bool { return w.Accounts[ana.at].CanChangePassword }))
			must(t, ana.Do(func(id client.CommandID) client.Command {
				return client.ChangeServerPassword{ID: id, Account: ana.Peer("").Account}
			}))
			must(t, ana.Until("a sign-in with it", func(w *journey.World) bool { return len(w.Settled) == 1 && w.Settled[0].Changed }))
			must(t, ana.Online(ana.at))
			after, other, err := ana.ServerPassword()
			must(t, err)
			if before == after || !other.IsZero() {
				t.Error("the password is the one from before, or there are two")
			}
			text, err := ben.Say(ana.at, "still there?")
			must(t, err)
			must(t, ana.Reads(ben.at, "still there?"))
			must(t, ben.Marked(text, client.TheyHave))
			wantCause(t, ben.SignIn(ana.at, before.Export(), server.onion), client.SignInWrongPassword)

			// a block
			sees := func(there bool) {
				t.Helper()
				must(t, ben.Until("what he sees of her", func(w *journey.World) bool { return w.Contacts[ana.at].Available == there }))
			}
			sees(true)
			must(t, ana.Do(func(id client.CommandID) client.Command {
				return client.BlockContact{ID: id, Peer: ana.Peer(ben.at)}
			}))
			sees(false)
			must(t, ana.Protected(ben.at, client.Blocked))
			must(t, ana.Do(func(id client.CommandID) client.Command { return client.Unblock{ID: id, Peer: ana.Peer(ben.at)} }))
			sees(true)
			must(t, ana.Until("him", func(w *journey.World) bool { return w.Contacts[ben.at].Available }))
			ana.Look(ben.at)
			must(t, ana.Private(ben.at))

			// the end
			must(t, ana.Do(func(id client.CommandID) client.Command {
				return client.RemoveAccount{ID: id, Account: ana.Peer("").Account, OnServer: true}
			}))
			must(t, ana.Until("no address", func(w *journey.World) bool { return len(w.Accounts) == 0 }))
			wantCause(t, ben.SignIn(ana.at, after.Export(), server.onion), client.SignInWrongPassword)
		})
	}
}
