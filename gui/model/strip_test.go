package model

import (
	"testing"
	"time"

	"hushwing/client"
)

// What the strip says while there is no connection, in each state of the
// account: what is the matter, and what comes next.
func TestNotConnected(t *testing.T) {
	hangs := &client.Problem{Cause: client.ServerHangs}
	for _, c := range []struct {
		name    string
		account client.Account
		tor     client.TorChanged
		text    string
		buttons string
		ticks   bool
	}{
		{"as wished", client.Account{State: client.Offline}, torReady, "Not connected, as you wished. What you write waits here, encrypted.", "Connect", false},
		{"Tor starts", client.Account{State: client.WaitingForTor}, client.TorChanged{State: client.TorStarting, Stage: "conn"}, "Not connected. Reaching the Tor network…", "", false},
		{
			"no Tor",
			client.Account{State: client.WaitingForTor},
			client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorMissing}},
			"Not connected. Tor was not found on this computer. Open Tor Browser and leave it open, or install the program called “tor”. Then try again.", "Try again", false,
		},
		{"first time", client.Account{State: client.Connecting}, torReady, "Not connected. Connecting through Tor…", "", false},
		{"securing", client.Account{State: client.Securing}, torReady, "Not connected. Making sure that it is the right server…", "", false},
		{"signing in", client.Account{State: client.Authenticating}, torReady, "Not connected. Signing in…", "", false},
		{"again", client.Account{State: client.Connecting, Again: true}, torReady, "Not connected. Reconnecting through Tor…", "", false},
		{"again, securing", client.Account{State: client.Securing, Again: true}, torReady, "Not connected. Reconnecting through Tor…", "", false},
		{"again, signing in", client.Account{State: client.Authenticating, Again: true}, torReady, "Not connected. Reconnecting through Tor…", "", false},
		{"leaving", client.Account{State: client.Closing}, torReady, "Not connected. Disconnecting…", "", false},
		{"waits", client.Account{State: client.Failed, Problem: hangs, NextTry: noon().Add(7500 * time.Millisecond)}, torReady, "Not connected. Reconnecting through Tor in 8 s.", "Try now", true},
		{"for good", client.Account{State: client.Failed, Problem: &client.Problem{Cause: client.SignInDisabled}}, torReady, "Not connected. The server has closed this address. Ask whoever runs the server, or make a new address elsewhere.", "Try again", false},
		{
			"another key",
			client.Account{State: client.CertificateChanged, Question: &client.ServerQuestion{}},
			torReady,
			"Not connected. The server’s identity changed. It may have been renewed; someone may also be in between. Nothing of yours was sent. Wait, or look closer at what is known.", "Look closer", false,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := chatDesk(t, client.NotConnected)
			c.account.ID, c.account.Address = mine.ID, mine.Address
			d.apply(client.AccountChanged{Account: c.account}, c.tor)
			v := d.m.Conversation().Strip
			d.equal("strip", v.Text, c.text)
			d.equal("buttons", labels(v.Buttons), c.buttons)
			if v.Style != StyleNeutral || d.m.Ticking() != c.ticks {
				t.Errorf("%+v, ticking %v", v, d.m.Ticking())
			}
			if !d.m.Conversation().Composer.Enabled {
				t.Error("nothing can be written meanwhile")
			}
		})
	}
}

// A break that is over in a moment is not seen over the conversation: the client
// leaves the chat as it is, and the account's line alone says what goes on.
func TestBlink(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	there := client.Contact{Peer: ana, Name: "Ana", Available: true, Protection: client.PrivateChecked}
	d.apply(client.ContactChanged{Contact: there})
	before := d.m.Conversation()
	for _, state := range []client.AccountState{client.Connecting, client.Securing, client.Authenticating} {
		a := mine
		a.State, a.Again = state, true
		d.apply(client.AccountChanged{Account: a})
		now := d.m.Conversation()
		if now.Strip.Text != before.Strip.Text || now.Strip.Style != before.Strip.Style || now.Sub != before.Sub || now.Composer.Placeholder != before.Composer.Placeholder {
			t.Errorf("in state %d: %q, %q", state, plain(now.Strip.Text), plain(now.Sub))
		}
		d.equal("the account", d.m.Main().Status.Text, "Reconnecting through Tor…")
		if v := d.m.Main().Status; !v.Moving || v.Style != StyleNeutral {
			t.Errorf("%+v", v)
		}
	}
	d.apply(client.AccountChanged{Account: mine})
	d.equal("the account", d.m.Main().Status.Text, "Connected inside Tor.")
}
