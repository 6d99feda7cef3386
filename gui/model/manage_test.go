package model

import (
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/otr"
	"hushwing/secret"
)

// onPage finds a row of the open page by what stands at its beginning.
func (d *desk) onPage(label string) PageRow {
	d.t.Helper()
	for _, s := range d.m.Page().Sections {
		for _, r := range s.Rows {
			if plain(r.Label) == label {
				return r
			}
		}
	}
	d.t.Fatalf("no row %q on the page", label)
	return PageRow{}
}

func (d *desk) pageButton(row, label string) Button {
	d.t.Helper()
	return d.find(d.onPage(row).Buttons, label)
}

// addressDesk shows the page of the user's own address.
func addressDesk(t *testing.T, change func(*client.Account)) *desk {
	d := mainDesk(t)
	a := mine
	a.CanChangePassword = true
	if change != nil {
		change(&a)
	}
	d.apply(client.AccountChanged{Account: a})
	d.press(d.item("My addresses…"))
	d.m.Press(d.onPage(a.Address).Action)
	d.step()
	if v := d.m.Page(); v.Kind != ActionAccount || v.Depth != 2 {
		t.Fatalf("%+v", v)
	}
	return d
}

// The password of an address is on the screen only when asked for, and no longer
// than its page.
func TestServerPasswordIsShown(t *testing.T) {
	d := addressDesk(t, nil)
	const password = "Kq7Rb2xkTm9WcYh4"
	d.isData(password)
	d.press(d.pageButton("Password", "Show"))
	d.quiet(func() { d.m.Press(d.pageButton("Password", "Show").Action) }) // once is enough
	got := sent[client.ShowServerPassword](d)
	d.apply(client.ServerPassword{ID: got.ID + 99, Account: "a1", Password: secret.New("of another question")})
	d.apply(client.ServerPassword{ID: got.ID, Account: "a1", Password: secret.New(password)})
	if r := d.onPage("Password"); r.Value != password || !r.Mono {
		t.Errorf("%+v", r)
	}
	d.press(d.pageButton("Shown until you leave this page", "Copy"))
	if d.last.Clipboard != password {
		t.Error("not copied")
	}
	d.press(d.pageButton("Shown until you leave this page", "Hide"))
	d.equal("hidden", d.onPage("Password").Value, "Kept here, encrypted")

	d.press(d.pageButton("Password", "Show"))
	got = sent[client.ShowServerPassword](d)
	d.m.Escape()
	d.step()
	d.apply(client.ServerPassword{ID: got.ID, Account: "a1", Password: secret.New(password)}) // too late
	d.m.Press(Action{Kind: ActionAccount, ID: "a1"})
	d.step()
	d.equal("another time", d.onPage("Password").Value, "Kept here, encrypted")
}

// A new password: what is said never goes beyond what is known.
func TestNewServerPassword(t *testing.T) {
	d := addressDesk(t, nil)
	d.press(d.pageButton("A new password", "Make a new one…"))
	d.press(d.m.Dialog().OK)
	c := sent[client.ChangeServerPassword](d)
	if c.Account != "a1" || d.m.Dialog().Busy == nil {
		t.Errorf("%+v, %+v", c, d.m.Dialog().Busy)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.PasswordUnsure}})
	if v := d.m.Dialog(); v.Problem == nil || !strings.Contains(plain(v.Problem.Text), "keeps both") {
		t.Errorf("%+v", v.Problem)
	}
	d.press(d.m.Dialog().Cancel)
	a := mine
	a.CanChangePassword, a.PasswordUnsure = true, true
	d.apply(client.AccountChanged{Account: a})
	if !strings.HasPrefix(plain(d.onPage("It is not known yet whether the server took a new password. Hushwing keeps both, and the next sign-in shows which one it is.").Label), "It is not known") {
		t.Error("not told")
	}
	d.apply(client.PasswordSettled{Account: "a1", Changed: false})
	if d.last.Toast == nil || !strings.Contains(plain(d.last.Toast.Text), "still uses the old") {
		t.Errorf("%+v", d.last.Toast)
	}
	d.apply(client.PasswordSettled{Account: "a1", Changed: true})
	if d.last.Toast == nil || !strings.Contains(plain(d.last.Toast.Text), "uses the new password") {
		t.Errorf("%+v", d.last.Toast)
	}
	d.apply(client.PasswordSettled{Account: "gone", Changed: true})

	for _, off := range []func(*client.Account){
		func(a *client.Account) { a.CanChangePassword = false },
		func(a *client.Account) { a.State, a.CanChangePassword = client.Offline, false },
	} {
		d = addressDesk(t, off)
		if b := d.pageButton("A new password", "Make a new one…"); b.Enabled || d.onPage("A new password").Help == "" {
			t.Errorf("%+v", b)
		}
	}
}

// An address goes only after a question that says what is lost, and where the server
// refuses to delete it that is said and nothing goes.
func TestRemoveAddress(t *testing.T) {
	d := addressDesk(t, nil)
	d.quiet(func() { d.press(d.pageButton("At its server too", "Delete for good…")) })
	if v := d.m.Dialog(); !v.OK.Destructive || v.OK.Suggested || !strings.Contains(plain(v.Text), "Nothing brings it back") {
		t.Errorf("%+v", v)
	}
	d.press(d.m.Dialog().OK)
	c := sent[client.RemoveAccount](d)
	if !c.OnServer || c.Account != "a1" {
		t.Errorf("%+v", c)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DeleteRefused, Detail: "not-allowed"}})
	if v := d.m.Dialog(); v.Problem == nil || !strings.Contains(plain(v.Problem.Text), "Nothing was removed") {
		t.Errorf("%+v", v)
	}
	d.press(d.m.Dialog().Cancel)
	d.press(d.pageButton("On this computer", "Remove…"))
	d.press(d.m.Dialog().OK)
	if c = sent[client.RemoveAccount](d); c.OnServer {
		t.Errorf("%+v", c)
	}
	d.apply(client.AccountRemoved{Account: "a1"}, client.Done{ID: c.ID})
	d.screen(ScreenFirstRun) // it was the only one
	if d.m.Dialog().Open || d.m.Page().Open {
		t.Error("something of it is still open")
	}

	d = addressDesk(t, func(a *client.Account) { a.State = client.Offline })
	if d.pageButton("At its server too", "Delete for good…").Enabled || !d.pageButton("On this computer", "Remove…").Enabled {
		t.Error("without a connection only this computer can be cleaned")
	}
}

func TestOwnStatus(t *testing.T) {
	d := addressDesk(t, nil)
	d.set(FieldIDStatus, "dnd")
	c := sent[client.SetStatus](d)
	if c.Account != "a1" || c.Show != "dnd" || d.onPage("Contacts see you as").Value != "dnd" {
		t.Errorf("%+v", c)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull}})
	if d.onPage("Contacts see you as").Value != statusThere || d.m.Page().Problem == nil {
		t.Error("what was refused is still shown, or not told")
	}
	d.quiet(func() { d.set(FieldIDStatus, "<presence/>") })
	d.quiet(func() { d.set(FieldIDStatus, statusThere) })
}

// Blocking is taken back where it was done, and on the page of the address.
func TestBlockAndUndo(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	d.press(d.find(d.m.Conversation().Menu, "About this contact…"))
	d.press(d.pageButton("Block", "Block"))
	c := sent[client.BlockContact](d)
	if c.Peer != ana {
		t.Errorf("%+v", c)
	}
	if d.last.Toast != nil {
		t.Error("told before it was done")
	}
	a := mine
	a.Blocked = []string{ana.Address, "stranger@example.test"}
	d.isData("stranger@example.test")
	d.apply(
		client.AccountChanged{Account: a},
		client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "Ana", Blocked: true, Protection: client.Blocked}},
		client.Done{ID: c.ID},
	)
	undo := d.last.Toast.Button
	if d.m.Conversation().Composer.Enabled {
		t.Error("one can write to somebody who is blocked")
	}
	d.press(undo)
	if u := sent[client.Unblock](d); u.Peer != ana {
		t.Errorf("%+v", u)
	}
	d.press(d.pageButton("Blocked", "Unblock"))
	d.m.Press(Action{Kind: ActionAccount, ID: "a1"})
	d.step()
	d.press(d.pageButton("stranger@example.test", "Unblock"))
	if u := sent[client.Unblock](d); u.Peer.Address != "stranger@example.test" {
		t.Errorf("%+v", u)
	}
}

// A contact's page says of each key how it was checked, and forgets one only after
// a question.
func TestContactPage(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	key := otr.Fingerprint{1, 2, 3}
	other := otr.Fingerprint{9}
	d.isData(key.String(), other.String(), "phone")
	c := client.Contact{
		Peer: ana, Name: "Ana", Protection: client.PrivateChecked, Available: true,
		Keys: []client.KeyInfo{
			{Fingerprint: key, First: d.now, Checked: d.now, How: "room", Now: true},
			{Fingerprint: other, First: d.now.AddDate(0, 0, -3), Overridden: d.now},
		},
		Devices: []client.Device{{Resource: "phone", Now: true, Private: true, Key: key}},
	}
	d.apply(client.ContactChanged{Contact: c})
	d.m.Press(Action{Kind: ActionContact, Peer: ana})
	d.step()
	if r := d.onPage("Checked on 12 March, side by side"); r.Value != key.String() || r.Style != StyleGood || !strings.Contains(plain(r.Help), "In use now") {
		t.Errorf("%+v", r)
	}
	if r := d.onPage("Never checked"); r.Style != StyleWarn || !strings.Contains(plain(r.Help), "you chose to use it") {
		t.Errorf("%+v", r)
	}
	if r := d.onPage("phone"); r.Style != StyleGood {
		t.Errorf("%+v", r)
	}
	for how, want := range map[string]string{"question": "by a question", "code": "read aloud", "room": "side by side", "": "Checked on"} {
		if got := plain(checkedText(client.KeyInfo{Checked: d.now, How: how})); !strings.Contains(got, want) {
			t.Errorf("%q: %q", how, got)
		}
	}
	d.quiet(func() { d.press(d.pageButton("Never checked", "Forget…")) })
	d.press(d.m.Dialog().OK)
	if got := sent[client.ForgetKey](d); got.Key != other || got.Peer != ana {
		t.Errorf("%+v", got)
	}
	d.apply(client.Done{ID: sent[client.ForgetKey](d).ID})
	// It went by itself while the question was open: nothing is asked for.
	d.press(d.pageButton("Never checked", "Forget…"))
	c.Keys = c.Keys[:1]
	d.apply(client.ContactChanged{Contact: c})
	d.quiet(func() { d.press(d.m.Dialog().OK) })
	d.apply(client.ContactRemoved{Peer: ana})
	if d.m.Page().Open {
		t.Error("the page outlives its contact")
	}
}

func TestGroupsOfAContact(t *testing.T) {
	d := chatDesk(t, client.Away)
	d.isData("Family", "Night owls")
	d.apply(client.ContactChanged{Contact: client.Contact{Peer: cleo, Name: "cleo", Groups: []string{"Family"}}})
	d.m.Press(Action{Kind: ActionContact, Peer: ana})
	d.step()
	if r := d.onPage("Family"); r.Kind != PageSwitch || r.On {
		t.Errorf("%+v", r)
	}
	d.set("group:Family", SwitchOn)
	if got := sent[client.SetGroups](d); got.Peer != ana || len(got.Groups) != 1 || got.Groups[0] != "Family" {
		t.Errorf("%+v", got)
	}
	d.set(FieldIDNewGroup, "  Night   owls ")
	d.press(d.pageButton("A new group", "Add"))
	got := sent[client.SetGroups](d)
	if len(got.Groups) != 2 || got.Groups[1] != "Night owls" || d.onPage("A new group").Value != "" {
		t.Errorf("%+v", got)
	}
	d.apply(client.Refused{ID: got.ID, Problem: client.Problem{Cause: client.DiskFull}})
	if len(d.m.contacts[ana].Groups) != 1 || d.m.Page().Problem == nil {
		t.Errorf("%q", d.m.contacts[ana].Groups)
	}
	d.set("group:Family", SwitchOff)
	if got := sent[client.SetGroups](d); len(got.Groups) != 0 {
		t.Errorf("%+v", got)
	}
}

// The page of an address says how each identity of its server came to be trusted.
func TestServerIdentities(t *testing.T) {
	day := noon()
	for want, c := range map[string]client.Certificate{
		"In use since 12 March":          {First: day},
		"Trusted, and not signed in":     {Trusted: day},
		"not accepted any more":          {First: day, Until: day},
		"Not accepted any more since 12": {Until: day},
	} {
		if got := plain(certificateText(c)); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for want, c := range map[string]client.Certificate{
		"at the first sign-in":    {},
		"in place of the one":     {Trusted: day},
		"by typing the server":    {Trusted: day, Excused: true},
		"although nobody vouched": {Excused: true},
	} {
		if got := plain(trustText(c)); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
