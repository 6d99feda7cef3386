package model

import (
	"testing"

	"hushwing/client"
)

// TestWhereabouts: the header says whether they are there, as long as that is known.
func TestWhereabouts(t *testing.T) {
	d := newDesk(t)
	me := client.Account{ID: "a1", Address: "ben@example.test", State: client.Online}
	ana := client.Contact{Peer: Peer{Account: "a1", Address: "ana@example.test"}, Name: "Ana"}
	d.isData("ben@example.test", "ana@example.test", "Ana", "A")
	d.apply(client.ProfileChanged{State: client.ProfileLocked}, client.ProfileChanged{State: client.ProfileOpen},
		client.Snapshot{Accounts: []client.Account{me}, Contacts: []client.Contact{ana}}, torReady)
	d.m.Select(ana.Peer)
	d.step()
	for _, c := range []struct {
		there bool
		show  string
		want  string
	}{
		{false, "", "ana@example.test"},
		{true, "", "online · ana@example.test"},
		{true, "chat", "online · ana@example.test"},
		{true, "away", "stepped away · ana@example.test"},
		{true, "xa", "stepped away · ana@example.test"},
		{true, "dnd", "busy · ana@example.test"},
		{true, "made up by their program", "online · ana@example.test"},
	} {
		ana.Available, ana.Show = c.there, c.show
		d.apply(client.ContactChanged{Contact: ana})
		if !d.last.Conversation {
			t.Errorf("%q: the header is not drawn anew", c.show)
		}
		d.equal(c.show, d.m.Conversation().Sub, c.want)
	}
	me.State = client.Connecting
	d.apply(client.AccountChanged{Account: me})
	d.equal("a break that may be over in a moment", d.m.Conversation().Sub, "online · ana@example.test")
	ana.Protection = client.NotConnected
	d.apply(client.ContactChanged{Contact: ana})
	d.equal("not connected", d.m.Conversation().Sub, "ana@example.test")
}
