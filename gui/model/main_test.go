package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

func TestUnlock(t *testing.T) {
	d := newDesk(t)
	d.screen(ScreenStarting)
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.screen(ScreenUnlock)
	if d.m.Unlock().Unlock.Enabled {
		t.Error("an empty password can be tried")
	}
	d.set(FieldIDUnlock, "wrong")
	d.press(d.m.Unlock().Unlock)
	c := sent[client.Unlock](d)
	v := d.m.Unlock()
	if c.Password.Export() != "wrong" || v.Busy == nil || v.Unlock.Enabled || v.Field.Enabled {
		t.Errorf("%+v", v)
	}
	d.quiet(func() { d.m.Press(v.Unlock.Action) })
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.WrongPassword}})
	v = d.m.Unlock()
	d.equal("wrong", v.Problem.Text, "That is not the password.")
	if v.Busy != nil || !v.Unlock.Enabled || v.Field.Value != "wrong" {
		t.Errorf("after a wrong one: %+v", v)
	}
	d.set(FieldIDUnlock, "right")
	if d.m.Unlock().Problem != nil {
		t.Error("the sentence stays while the next is typed")
	}
	d.press(d.m.Unlock().Unlock)
	d.isData(mine.Address)
	d.apply(client.Done{ID: sent[client.Unlock](d).ID}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{Accounts: []client.Account{mine}})
	d.screen(ScreenMain)
	if d.m.unlock.password != "" {
		t.Error("the password stays in memory")
	}
}

// A profile without an address goes on where the first run was left.
func TestUnlockWithoutAddress(t *testing.T) {
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.set(FieldIDUnlock, "right")
	d.press(d.m.Unlock().Unlock)
	d.apply(client.Done{ID: sent[client.Unlock](d).ID}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{}, torReady)
	d.press(d.page(PageWelcome).Doors[0].Button)
	d.page(PageNew) // no second password
}

func TestUnlockCauses(t *testing.T) {
	for _, c := range allCauses(t) {
		d := newDesk(t)
		d.apply(client.ProfileChanged{State: client.ProfileLocked})
		d.set(FieldIDUnlock, "x")
		d.press(d.m.Unlock().Unlock)
		d.apply(client.Refused{ID: sent[client.Unlock](d).ID, Problem: client.Problem{Cause: c}})
		if v := d.m.Unlock(); v.Problem == nil || v.Problem.Text == "" || v.Problem.Next == "" || v.Busy != nil {
			t.Errorf("cause %d: %+v", c, v)
		}
	}
}

func TestBroken(t *testing.T) {
	for _, c := range allCauses(t) {
		d := newDesk(t)
		d.apply(client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: c, Detail: "key.age"}})
		d.screen(ScreenBroken)
		v := d.m.Broken()
		if v.Problem.Text == "" || v.Problem.Next == "" {
			t.Errorf("cause %d: %+v", c, v)
		}
		d.equal("safe", v.Safe, "Nothing was changed or deleted.")
		d.press(v.Quit)
		if !d.last.Quit {
			t.Error("it cannot be left")
		}
	}
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileBroken})
	if d.m.Broken().Problem.Text == "" {
		t.Error("broken without a problem says nothing")
	}
}

func TestStatus(t *testing.T) {
	in := func(d time.Duration) time.Time { return noon().Add(d) }
	hangs := &client.Problem{Cause: client.ServerHangs}
	onion := client.Account{ID: "a1", Address: "ben@example.test", State: client.Online, Onion: true}
	for _, c := range []struct {
		name     string
		accounts []client.Account
		tor      client.TorChanged
		text     string
		style    Style
		button   string
	}{
		{"onion", []client.Account{onion}, torReady, "Connected inside Tor.", StyleGood, ""},
		{"clearnet", []client.Account{{ID: "a1", State: client.Online}}, torReady, "Connected through Tor.", StyleGood, ""},
		{"connecting", []client.Account{{ID: "a1", State: client.Connecting}}, torReady, "Connecting through Tor…", StyleNeutral, ""},
		{"securing", []client.Account{{ID: "a1", State: client.Securing}}, torReady, "Making sure that it is the right server…", StyleNeutral, ""},
		{"signing in", []client.Account{{ID: "a1", State: client.Authenticating}}, torReady, "Signing in…", StyleNeutral, ""},
		{"connecting again", []client.Account{{ID: "a1", State: client.Connecting, Again: true}}, torReady, "Reconnecting through Tor…", StyleNeutral, ""},
		{"securing again", []client.Account{{ID: "a1", State: client.Securing, Again: true}}, torReady, "Reconnecting through Tor…", StyleNeutral, ""},
		{"signing in again", []client.Account{{ID: "a1", State: client.Authenticating, Again: true}}, torReady, "Reconnecting through Tor…", StyleNeutral, ""},
		{"offline", []client.Account{{ID: "a1", State: client.Offline}}, torReady, "Not connected, as you wished.", StyleNeutral, "Connect"},
		{
			"starting Tor",
			[]client.Account{{ID: "a1", State: client.WaitingForTor}},
			client.TorChanged{State: client.TorStarting, Stage: "loading_keys"},
			"Making sure that the map is genuine…", StyleNeutral, "",
		},
		{
			"no Tor",
			[]client.Account{{ID: "a1", State: client.WaitingForTor}},
			client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorMissing}},
			"Tor was not found on this computer. Open Tor Browser and leave it open, or install the program called “tor”. Then try again.", StyleBad, "Try again",
		},
		{
			"no process for the network",
			[]client.Account{{ID: "a1", State: client.WaitingForTor}},
			client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorHelperGone}},
			"The part of Hushwing that holds the network has ended. Close Hushwing and start it again. If that does not help, install it anew.", StyleBad, "Close Hushwing",
		},
		{
			"an identity card that ran out",
			[]client.Account{{ID: "a1", State: client.Failed, Problem: &client.Problem{Cause: client.CertificateLapsed}, NextTry: in(7500 * time.Millisecond)}},
			torReady, "By this computer’s clock, the identity card of your server has run out. Nothing of yours was sent. " +
				"If date and time are right here, whoever runs the server has not renewed it: tell them. Hushwing goes on by itself as soon as they have. Reconnecting through Tor in 8 s.", StyleWarn, "Try now",
		},
		{
			"tries again",
			[]client.Account{{ID: "a1", State: client.Failed, Problem: hangs, NextTry: in(7500 * time.Millisecond)}},
			torReady, "The server does not answer. Reconnecting through Tor in 8 s.", StyleWarn, "Try now",
		},
		{
			"for good",
			[]client.Account{{ID: "a1", State: client.Failed, Problem: &client.Problem{Cause: client.SignInDisabled}}},
			torReady, "The server has closed this address. Ask whoever runs the server, or make a new address elsewhere.", StyleBad, "Try again",
		},
		{
			"the worst of several",
			[]client.Account{onion, {ID: "a2", Address: "b@x.test", State: client.Failed, Problem: hangs, NextTry: in(time.Hour)}, {ID: "a3", Address: "c@x.test", State: client.CertificateChanged, Question: &client.ServerQuestion{}}},
			torReady, "c@x.test: The server’s identity changed. It may have been renewed; someone may also be in between. Nothing of yours was sent. Wait, or look closer at what is known.", StyleBad, "Look closer",
		},
		{
			"all well",
			[]client.Account{onion, {ID: "a2", Address: "b@x.test", State: client.Online, Onion: true}},
			torReady, "Your 2 addresses are connected through Tor.", StyleGood, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			for _, a := range c.accounts {
				d.isData(a.Address)
			}
			d.apply(client.Snapshot{Accounts: c.accounts})
			d.m.show(ScreenMain)
			d.apply(c.tor)
			v := d.m.Main().Status
			d.equal("text", v.Text, c.text)
			if v.Style != c.style || plain(v.Button.Label) != c.button || v.Icon == "" {
				t.Errorf("%+v", v)
			}
			if len(v.Accounts) != len(c.accounts) {
				t.Errorf("%d rows for %d accounts", len(v.Accounts), len(c.accounts))
			}
			if v.Button.Shown() {
				n := len(d.cmds)
				d.press(v.Button)
				if len(d.cmds) == n && !d.m.Dialog().Open && !d.last.Quit {
					t.Error("the button asks for nothing")
				}
			}
		})
	}
}

// Every cause has words in the line of the accounts and under the strip.
func TestStatusCauses(t *testing.T) {
	d := chatDesk(t, client.NotConnected)
	for _, c := range allCauses(t) {
		a := mine
		a.State, a.Problem = client.Failed, &client.Problem{Cause: c, Detail: "x"}
		d.apply(client.AccountChanged{Account: a})
		if v := d.m.Main().Status; v.Text == "" || !v.Button.Shown() {
			t.Errorf("cause %d: %+v", c, v)
		}
	}
}

// A connection that broke off is being made anew: the strip says that, and that
// text may be written.
func TestStripWhileReconnecting(t *testing.T) {
	d := chatDesk(t, client.NotConnected)
	for _, s := range []client.AccountState{client.Connecting, client.Securing, client.Authenticating} {
		a := mine
		a.State, a.Again = s, true
		d.apply(client.AccountChanged{Account: a})
		v := d.m.Conversation()
		d.equal("strip", v.Strip.Text, "Not connected. Reconnecting through Tor…")
		d.equal("hint", v.Composer.Placeholder, "Write to Ana; it waits here until it can be sent")
		if v.Strip.Style != StyleNeutral || !v.Composer.Enabled {
			t.Errorf("%+v, composer %+v", v.Strip, v.Composer)
		}
	}
}

func TestCountdown(t *testing.T) {
	d := chatDesk(t, client.NotConnected)
	if d.m.Ticking() {
		t.Error("it ticks with nothing to count")
	}
	a := mine
	a.State, a.NextTry, a.Problem = client.Failed, d.now.Add(8*time.Second), &client.Problem{Cause: client.ServerCloses}
	d.apply(client.AccountChanged{Account: a})
	strip := func() string { return plain(d.m.Conversation().Strip.Text) }
	d.equal("at 8 s", strip(), "Not connected. Reconnecting through Tor in 8 s.")
	for want := 7; want > 0; want-- {
		if !d.m.Ticking() {
			t.Fatal("it does not tick")
		}
		d.now = d.now.Add(time.Second)
		d.m.Tick()
		d.step()
		if !d.last.Conversation || !d.last.Status {
			t.Error("a tick is not drawn")
		}
		if d.last.List {
			t.Error("a tick draws the whole list")
		}
		d.equal("counting", strip(), fmt.Sprintf("Not connected. Reconnecting through Tor in %d s.", want))
	}
	d.now = d.now.Add(time.Second)
	d.m.Tick()
	d.step()
	d.equal("at 0", strip(), "Not connected. Reconnecting through Tor…")
	if d.m.Ticking() {
		t.Error("it ticks on")
	}
	a.NextTry = d.now.Add(5*time.Minute - time.Second)
	d.apply(client.AccountChanged{Account: a})
	d.equal("minutes", strip(), "Not connected. Reconnecting through Tor in 5 minutes.")
	b := d.find(d.m.Conversation().Strip.Buttons, "Try now")
	d.press(b)
	if got := sent[client.GoOnline](d); got.Account != "a1" {
		t.Errorf("%+v", got)
	}
}

func names(rows []ContactRow) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}

func TestOrder(t *testing.T) {
	d := mainDesk(t)
	list := func() string { return names(d.people()) }
	d.equal("by name", list(), "Ana cleo dora")
	d.hear(dora, "1", "one", d.now.Add(-time.Hour))
	d.equal("unread", list(), "dora Ana cleo")
	if r := d.people()[0]; r.Unread != 1 || plain(r.UnreadText) != "1 new message" {
		t.Errorf("%+v", r)
	}
	d.hear(cleo, "2", "two", d.now.Add(-time.Minute))
	d.hear(cleo, "3", "three", d.now.Add(-time.Minute))
	d.equal("the later first", list(), "cleo dora Ana")
	d.m.Select(cleo)
	d.step()
	d.m.MarkShown()
	d.step()
	if got := sent[client.Shown](d); got.Peer != cleo || !slices.Equal(got.Messages, []string{"2", "3"}) {
		t.Errorf("%+v", got)
	}
	d.equal("unread before recent", list(), "dora cleo Ana")
	d.quiet(func() { d.m.MarkShown() })
	// A clock that is wrong does not hold the top.
	d.hear(ana, "4", "four", d.now.Add(24*time.Hour))
	d.m.Select(ana)
	d.m.MarkShown()
	d.now = d.now.Add(time.Minute)
	d.hear(dora, "5", "five", d.now)
	d.m.Select(dora)
	d.m.MarkShown()
	d.step()
	d.equal("the last one first", list(), "dora Ana cleo")
	for _, r := range d.people() {
		if strings.Contains(r.Sub+r.Accessible, "five") {
			t.Error("the list shows what was written")
		}
	}
}

func TestMarkShownSome(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.hear(ana, "1", "one", d.now)
	d.hear(ana, "2", "two", d.now)
	d.m.MarkShown("1", "nonsense")
	if got := sent[client.Shown](d); !slices.Equal(got.Messages, []string{"1"}) {
		t.Errorf("%v", got.Messages)
	}
	if got := d.people()[0].Unread; got != 1 {
		t.Errorf("%d unread", got)
	}
}

func TestSearch(t *testing.T) {
	d := mainDesk(t)
	d.set(FieldIDSearch, " AN")
	d.equal("by name", names(d.people()), "Ana")
	d.set(FieldIDSearch, "dora@")
	d.equal("by address", names(d.people()), "dora")
	d.set(FieldIDSearch, "zzz")
	d.equal("none", d.m.Main().Empty, "Nobody fits what you search for.")
	d.set(FieldIDSearch, "")
	if got := len(d.people()); got != 3 {
		t.Errorf("%d rows", got)
	}
}

func TestSelection(t *testing.T) {
	d := mainDesk(t)
	at := func(want string) {
		t.Helper()
		got := ""
		for _, r := range d.people() {
			if r.Selected {
				got += r.Name
			}
		}
		d.equal("selected", got, want)
	}
	d.m.SelectNext(1)
	at("Ana")
	d.m.SelectNext(1)
	at("cleo")
	d.m.SelectNext(5)
	at("dora")
	d.m.SelectNext(-1)
	at("cleo")
	d.m.Escape()
	at("")
	if d.m.Conversation().Open {
		t.Error("Escape leaves it open")
	}
	d.quiet(func() { d.m.Select(Peer{Account: "a1", Address: "nobody@example.test"}) })
	at("")
}

// What others do never takes the focus.
func TestNoFocusFromOutside(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	for _, e := range []client.Event{
		client.MessageAdded{Message: client.Message{Peer: cleo, ID: "x", Text: "cleo", Time: d.now}},
		client.MessageAdded{Message: client.Message{Peer: ana, ID: "y", Text: "cleo", Time: d.now}},
		client.RequestArrived{Peer: Peer{Account: "a1", Address: "eve@example.test"}},
		client.CheckChanged{Check: client.Check{Peer: ana, Stage: client.CheckQuestion, Question: "?"}},
		client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "Ana", Available: true}},
	} {
		d.apply(e)
		if d.last.Focus != FocusNone || d.last.Toast != nil || d.m.Check().Open {
			t.Errorf("%T takes the focus: %+v", e, d.last)
		}
	}
}

func TestRequests(t *testing.T) {
	d := mainDesk(t)
	eve := Peer{Account: "a1", Address: "eve@example.test"}
	d.quiet(func() { d.apply(client.RequestArrived{Peer: eve}, client.RequestArrived{Peer: eve}) })
	rows := d.m.Main().Requests
	if len(rows) != 1 {
		t.Fatalf("%d requests", len(rows))
	}
	d.equal("text", rows[0].Text, "eve@example.test asks to be your contact.")
	d.press(rows[0].Accept)
	c := sent[client.AnswerRequest](d)
	if !c.Accept || c.Peer != eve {
		t.Errorf("%+v", c)
	}
	if r := d.m.Main().Requests[0]; !r.Busy || r.Accept.Enabled || r.Refuse.Enabled {
		t.Errorf("%+v", r)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull}})
	r := d.m.Main().Requests[0]
	d.equal("problem", r.Problem, "The disk is full. Make some room on the disk, then try again.")
	d.press(r.Refuse)
	c = sent[client.AnswerRequest](d)
	if c.Accept {
		t.Error("refusing accepts")
	}
	d.apply(client.RequestGone{Peer: eve}, client.Done{ID: c.ID})
	if len(d.m.Main().Requests) != 0 {
		t.Error("it stays")
	}
	if d.last.Toast == nil {
		t.Fatal("nothing says that they can ask again")
	}
	d.equal("toast", d.last.Toast.Text, "eve@example.test was refused. They can ask again.")
	d.press(d.last.Toast.Button)
	if b := sent[client.BlockContact](d); b.Peer != eve {
		t.Errorf("%+v", b)
	}
	d.quiet(func() { d.m.Press(r.Accept.Action) })
}

func TestAddContact(t *testing.T) {
	d := mainDesk(t)
	d.press(d.m.Main().Add)
	v := d.m.Dialog()
	if !v.Open || d.last.FocusID != FieldIDContactAddress || len(v.Fields) != 2 {
		t.Fatalf("%+v", v)
	}
	d.set(FieldIDContactAddress, "eve at example.test")
	d.set(FieldIDContactName, "Eve ")
	for _, cause := range []client.Cause{client.AddressEmpty, client.AddressNoAt, client.AddressBadName, client.AddressBadServer, client.AddressOwn, client.AddressKnown} {
		d.press(d.m.Dialog().OK)
		c := sent[client.AddContact](d)
		d.quiet(func() { d.m.Press(Action{Kind: ActionDialogOK}) })
		d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: cause}})
		v = d.m.Dialog()
		if !v.Open || v.Busy != nil || v.Fields[0].Value != "eve at example.test" || v.Fields[1].Value != "Eve " {
			t.Errorf("%d: %+v", cause, v)
		}
		d.equal("problem", v.Fields[0].Problem, plain(sentence(client.Problem{Cause: cause})))
	}
	d.press(d.m.Dialog().OK)
	d.apply(client.Refused{ID: sent[client.AddContact](d).ID, Problem: client.Problem{Cause: client.DiskFull}})
	if v = d.m.Dialog(); v.Problem == nil || !v.Problem.Button.Shown() {
		t.Errorf("%+v", v)
	}
	d.set(FieldIDContactAddress, "eve@example.test")
	d.press(d.m.Dialog().OK)
	c := sent[client.AddContact](d)
	if c.Address != "eve@example.test" || c.Name != "Eve" || c.Account != "a1" {
		t.Errorf("%+v", c)
	}
	d.isData("Eve")
	eve := Peer{Account: "a1", Address: "eve@example.test"}
	d.apply(client.ContactChanged{Contact: client.Contact{Peer: eve, Name: "Eve", Asked: true, Protection: client.AskedToAdd}}, client.Done{ID: c.ID})
	if d.m.Dialog().Open {
		t.Error("it stays open")
	}
	d.equal("strip", d.m.Conversation().Strip.Text, "Eve has not accepted you yet. What you write waits here, encrypted, until they do.")
}

func TestDialogCancelWhileBusy(t *testing.T) {
	d := mainDesk(t)
	d.press(d.m.Main().Add)
	d.set(FieldIDContactAddress, "eve@example.test")
	d.press(d.m.Dialog().OK)
	c := sent[client.AddContact](d)
	d.press(d.m.Dialog().Cancel)
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull}})
	if d.m.Dialog().Open || d.last.Toast == nil {
		t.Error("a failure after Cancel is not told in passing")
	}
}

func TestRenameRemove(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	menu := d.m.Conversation().Menu
	d.press(d.find(menu, "Rename…"))
	if v := d.m.Dialog(); v.Fields[0].Value != "Ana" {
		t.Errorf("%+v", v)
	}
	d.set(FieldIDContactName, " Anna ")
	d.press(d.m.Dialog().OK)
	ren := sent[client.RenameContact](d)
	if ren.Peer != ana || ren.Name != "Anna" {
		t.Errorf("%+v", ren)
	}
	d.isData("Anna")
	d.apply(client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "Anna", Protection: client.PrivateChecked}}, client.Done{ID: ren.ID})
	if d.m.Dialog().Open || plain(d.m.Conversation().Title) != "Anna" {
		t.Error("the name is the old one")
	}
	d.press(d.find(d.m.Conversation().Menu, "Remove…"))
	v := d.m.Dialog()
	if !v.OK.Destructive || v.OK.Suggested {
		t.Errorf("%+v", v.OK)
	}
	d.press(v.OK)
	rem := sent[client.RemoveContact](d)
	d.apply(client.ContactRemoved{Peer: ana}, client.Done{ID: rem.ID})
	if d.m.Dialog().Open || d.m.Conversation().Open || len(d.people()) != 2 {
		t.Error("something of the contact stays")
	}
	// Late events of a contact that is gone are harmless.
	d.apply(
		client.MessageChanged{Message: client.Message{Peer: ana, ID: "1"}},
		client.MessageAdded{Message: client.Message{Peer: ana, ID: "2"}},
		client.MessageRemoved{Peer: ana, Message: "2"},
		client.CheckChanged{Check: client.Check{Peer: ana, Stage: client.CheckSame}},
		client.ProtectionChanged{Info: client.ProtectionInfo{Peer: ana}},
		client.ContactRemoved{Peer: ana},
		client.Done{ID: 4711}, client.Refused{ID: 4711},
	)
}

func TestMyAddress(t *testing.T) {
	d := mainDesk(t)
	second := client.Account{ID: "a2", Address: "ben2@example.test", State: client.Online}
	d.isData(second.Address)
	d.apply(client.AccountChanged{Account: second})
	d.press(d.item("My address"))
	v := d.m.Dialog()
	if v.Address.Address != mine.Address || len(v.Fields) != 1 {
		t.Errorf("%+v", v)
	}
	d.set(FieldIDContactAccount, "a2")
	if v = d.m.Dialog(); v.Address.Address != second.Address {
		t.Errorf("%+v", v)
	}
	d.press(v.Address.Copy)
	if d.last.Clipboard != second.Address {
		t.Errorf("copied %q", d.last.Clipboard)
	}
	d.apply(client.AccountRemoved{Account: "a1"})
	if len(d.people()) != 0 || len(d.m.Main().Status.Accounts) != 1 {
		t.Error("the account's contacts stay")
	}
	d.apply(client.AccountRemoved{Account: "a2"})
	d.page(PageWelcome)
}

// A lock, or whatever else closes the profile, leaves nothing in the model.
func TestLockForgets(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.hear(ana, "1", "one", d.now)
	d.m.SetDraft("a draft")
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.screen(ScreenUnlock)
	if len(d.m.contacts)+len(d.m.accounts) != 0 || d.m.Conversation().Open || d.m.RowCount() != 0 {
		t.Error("something is left")
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ana": "A", "Ana Liddell": "AL", "quiet.otter": "QO", "Чеширский Кот": "ЧК", "🐇": "?", "": "?", "  x": "X", "דורותי גייל": "דג",
	} {
		if got := initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for _, a := range []string{"", "a", "ana@example.test"} {
		if c := colour(a); c < 0 || c >= Colours || c != colour(a) {
			t.Errorf("%q: colour %d", a, c)
		}
	}
}
