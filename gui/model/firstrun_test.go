package model

import (
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// torReady is what most tests of the first run begin with.
var torReady = client.TorChanged{State: client.TorReady, Percent: 100}

// through goes through a door as far as the address.
func through(t *testing.T, door int) *desk {
	t.Helper()
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileNone})
	v := d.page(PageWelcome)
	if len(v.Doors) != 2 {
		t.Fatalf("%d doors, want two: moving from another program comes later", len(v.Doors))
	}
	d.press(v.Doors[door].Button)
	d.page(PagePassword)
	d.set(FieldIDPassword, "correct horse battery staple")
	d.set(FieldIDRepeat, "correct horse battery staple")
	d.press(d.m.FirstRun().Next)
	c := sent[client.CreateProfile](d)
	if c.Password.Export() != "correct horse battery staple" {
		t.Fatal("another password was set than typed")
	}
	d.apply(client.Done{ID: c.ID}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
	d.page(PageTor)
	if d.m.first.pass.password != "" {
		t.Error("the password stays in memory")
	}
	d.apply(torReady)
	return d
}

// ownServer types a server of one's own.
func (d *desk) ownServer(domain, host string) {
	d.t.Helper()
	v := d.page(PageNew)
	d.press(v.Servers[len(v.Servers)-1].Choose)
	d.set(FieldIDDomain, domain)
	d.set(FieldIDHost, host)
	d.set(FieldIDName, "quietotter417")
}

func TestFirstRunNewAddress(t *testing.T) {
	d := through(t, 0)
	d.ownServer("Example.test ", "abcdef.onion:5269")
	v := d.page(PageNew)
	if help := plain(d.field(v.Fields, FieldIDName).Help); !strings.Contains(help, "quietotter417@example.test") {
		t.Errorf("help %q does not show the address", help)
	}
	d.press(v.Next)
	ask := sent[client.AskForm](d)
	if want := (client.ServerChoice{Domain: "example.test", Host: "abcdef.onion", Port: 5269}); ask.Server != want {
		t.Errorf("asked %+v, want %+v", ask.Server, want)
	}
	v = d.page(PageNew)
	d.equal("busy", v.Busy.Text, "Asking example.test for an address, through Tor. This can take a minute or two…")
	d.equal("out", v.Back.Label, "Cancel")

	// A form that asks for nothing is sent at once.
	d.apply(client.FormArrived{ID: ask.ID, Server: ask.Server, Instructions: "Choose a name."})
	reg := sent[client.Register](d)
	if reg.Form != ask.ID || reg.Name != "quietotter417" || len(reg.Values) != 0 {
		t.Errorf("registered %+v", reg)
	}
	d.isData("quietotter417@example.test")
	d.apply(
		client.AccountChanged{Account: client.Account{ID: "a1", Address: "quietotter417@example.test", State: client.WaitingForTor}},
		client.Done{ID: reg.ID},
	)
	v = d.page(PageDone)
	if v.Address == nil || v.Address.Address != "quietotter417@example.test" {
		t.Fatalf("address %+v", v.Address)
	}
	if n := len(v.Address.QR); n < 21 || len(v.Address.QR[0]) != n {
		t.Errorf("a QR code of %d rows", n)
	}
	d.press(v.Address.Copy)
	if d.last.Clipboard != "quietotter417@example.test" {
		t.Errorf("copied %q", d.last.Clipboard)
	}
	d.equal("next", v.Next.Label, "Start")

	// A friend whose address is none, then one that is.
	d.set(FieldIDFriend, "ana")
	d.equal("next", d.m.FirstRun().Next.Label, "Ask and start")
	d.press(d.m.FirstRun().Next)
	add := sent[client.AddContact](d)
	d.apply(client.Refused{ID: add.ID, Problem: client.Problem{Cause: client.AddressNoAt}})
	v = d.page(PageDone)
	f := d.field(v.Fields, FieldIDFriend)
	d.equal("problem", f.Problem, "The @ is missing. An address looks like name@server.")
	if f.Value != "ana" {
		t.Errorf("what was typed became %q", f.Value)
	}
	d.set(FieldIDFriend, " xmpp:Ana@example.test?roster ")
	d.press(d.m.FirstRun().Next)
	add = sent[client.AddContact](d)
	if add.Account != "a1" || add.Address != "Ana@example.test" {
		t.Errorf("asked %+v", add)
	}
	d.isData("ana", "ana@example.test")
	d.apply(
		client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "ana", Asked: true, Protection: client.AskedToAdd}},
		client.Done{ID: add.ID},
	)
	d.screen(ScreenMain)
	if got := sent[client.OpenChat](d); got.Peer != ana {
		t.Errorf("opened %v", got.Peer)
	}
}

func TestFirstRunWithoutFriend(t *testing.T) {
	d := through(t, 0)
	d.ownServer("example.test", "")
	d.press(d.m.FirstRun().Next)
	ask := sent[client.AskForm](d)
	d.apply(client.FormArrived{ID: ask.ID})
	reg := sent[client.Register](d)
	d.isData("quietotter417@example.test")
	d.apply(client.AccountChanged{Account: client.Account{ID: "a1", Address: "quietotter417@example.test"}}, client.Done{ID: reg.ID})
	d.quiet(func() { d.press(d.m.FirstRun().Next) })
	d.screen(ScreenMain)
	d.equal("empty", d.m.Main().Empty, "Nobody is here yet. Add a friend’s address, or give yours to a friend.")
}

func TestFirstRunSuggestedServers(t *testing.T) {
	d := through(t, 0)
	v := d.page(PageNew)
	known := client.Suggested()
	if len(known) == 0 || len(v.Servers) != len(known)+1 {
		t.Fatalf("%d rows for %d servers", len(v.Servers), len(known))
	}
	for i, s := range known {
		if v.Servers[i].Name != s.Domain || !strings.HasSuffix(plain(v.Servers[i].Choose.Name), "Reached inside Tor all the way. Open to everyone when we last looked.") {
			t.Errorf("row %+v for %+v", v.Servers[i], s)
		}
		d.isData(s.Domain)
	}
	if !v.Servers[0].Chosen || v.Servers[1].Chosen {
		t.Error("the first one should be chosen, and alone")
	}
	d.press(v.Servers[1].Choose)
	if v = d.page(PageNew); v.Servers[0].Chosen || !v.Servers[1].Chosen {
		t.Error("choosing does not choose")
	}
	name := d.field(v.Fields, FieldIDName)
	d.press(name.Button)
	if again := d.field(d.m.FirstRun().Fields, FieldIDName); again.Value == name.Value || again.Value == "" {
		t.Errorf("another name is %q after %q", again.Value, name.Value)
	}
	d.press(d.m.FirstRun().Next)
	if ask := sent[client.AskForm](d); ask.Server.Domain != known[1].Domain || ask.Server.Host != "" {
		t.Errorf("asked %+v", ask.Server)
	}
}

func TestFirstRunForm(t *testing.T) {
	d := through(t, 0)
	d.ownServer("example.test", "")
	d.press(d.m.FirstRun().Next)
	ask := sent[client.AskForm](d)
	d.isData("Your mail", "Terms", "Be kind.", "Colour", "Red", "red", "blue", "", "x@y")
	form := client.FormArrived{ID: ask.ID, Server: ask.Server, Instructions: "Please fill in.", Fields: []client.Field{
		{Name: "terms", Label: "Terms", Kind: client.FieldFixed, Value: "Be kind."},
		{Name: "email", Label: "Your mail", Required: true},
		{Name: "colour", Label: "Colour", Kind: client.FieldChoice, Value: "red", Options: []client.Option{{Value: "red", Label: "Red"}, {Value: "blue"}}},
	}}
	d.quiet(func() { d.apply(form) })
	v := d.page(PageForm)
	d.equal("words", v.Notes[0], "The server says: Please fill in.")
	if v.Fields[0].Kind != FieldFixed || v.Fields[2].Kind != FieldChoice || v.Fields[2].Value != "red" || v.Fields[2].Options[1].Label != "blue" {
		t.Errorf("fields %+v", v.Fields)
	}
	d.quiet(func() { d.press(v.Next) }) // something is missing
	d.equal("missing", d.m.FirstRun().Fields[1].Problem, "The server wants this filled in.")
	d.set("form:email", "x@y")
	d.press(d.m.FirstRun().Next)
	reg := sent[client.Register](d)
	if reg.Values["email"] != "x@y" || reg.Values["colour"] != "red" || len(reg.Values) != 2 {
		t.Errorf("values %v", reg.Values)
	}

	// A taken name: back to the names with everything as it was, and the same form.
	d.apply(client.Refused{ID: reg.ID, Problem: client.Problem{Cause: client.NameTaken}})
	v = d.page(PageNew)
	name := d.field(v.Fields, FieldIDName)
	d.equal("taken", name.Problem, "Somebody else has that name on this server. Choose another name.")
	if name.Value != "quietotter417" || d.field(v.Fields, FieldIDDomain).Value != "example.test" {
		t.Error("what was typed is gone")
	}
	d.press(name.Button)
	d.quiet(func() { d.press(d.m.FirstRun().Next) }) // the form is still good
	v = d.page(PageForm)
	if d.field(v.Fields, "form:email").Value != "x@y" {
		t.Error("the form was emptied")
	}
	d.press(v.Next)
	reg2 := sent[client.Register](d)
	if reg2.Form != ask.ID || reg2.Name == "quietotter417" {
		t.Errorf("registered %+v", reg2)
	}

	// Refused for good: the words of the server stand in the fold, Try again asks anew.
	d.apply(client.Refused{ID: reg2.ID, Problem: client.Problem{Cause: client.RegistrationRefused, Detail: "no\nway"}})
	v = d.page(PageForm)
	d.equal("refused", v.Problem.Text, "The server did not make the address.")
	d.equal("detail", v.Problem.Detail, "The server says: no way")
	d.equal("button", v.Problem.Button.Label, "Choose another server")
	d.press(v.Next)
	if again := sent[client.AskForm](d); again.ID == ask.ID {
		t.Error("the old form was used again")
	}
	d.press(d.m.FirstRun().Back)
	sent[client.DropForm](d)
	v = d.page(PageNew)
	if d.field(v.Fields, FieldIDDomain).Value != "example.test" {
		t.Error("going back emptied the page")
	}
}

func TestFirstRunCancelForm(t *testing.T) {
	d := through(t, 0)
	d.ownServer("example.test", "")
	d.press(d.m.FirstRun().Next)
	ask := sent[client.AskForm](d)
	d.press(d.m.FirstRun().Back)
	if drop := sent[client.DropForm](d); drop.Form != ask.ID {
		t.Errorf("dropped %v", drop.Form)
	}
	v := d.page(PageNew)
	if v.Busy != nil {
		t.Error("it still turns")
	}
	// The answer that comes too late is let go of, and does not turn the page.
	d.apply(client.FormArrived{ID: ask.ID})
	sent[client.DropForm](d)
	d.page(PageNew)
	d.quiet(func() { d.apply(client.Refused{ID: ask.ID, Problem: client.Problem{Cause: client.ServerHangs}}) })
	if d.m.FirstRun().Problem != nil {
		t.Error("a failure of what was cancelled is told")
	}
}

// Whoever cancels while the address is being made, and it is made all the same,
// is told: the address exists.
func TestFirstRunCancelRegister(t *testing.T) {
	d := through(t, 0)
	d.ownServer("example.test", "")
	d.press(d.m.FirstRun().Next)
	ask := sent[client.AskForm](d)
	d.apply(client.FormArrived{ID: ask.ID})
	reg := sent[client.Register](d)
	d.quiet(func() { d.press(d.m.FirstRun().Back) }) // the form is in use: not dropped
	d.page(PageNew)
	d.isData("quietotter417@example.test")
	d.apply(client.AccountChanged{Account: client.Account{ID: "a1", Address: "quietotter417@example.test"}}, client.Done{ID: reg.ID})
	d.page(PageDone)
}

// And if it is not made, the form is let go of and nothing is said.
func TestFirstRunCancelRegisterRefused(t *testing.T) {
	d := through(t, 0)
	d.ownServer("example.test", "")
	d.press(d.m.FirstRun().Next)
	ask := sent[client.AskForm](d)
	d.apply(client.FormArrived{ID: ask.ID})
	reg := sent[client.Register](d)
	d.press(d.m.FirstRun().Back)
	d.apply(client.Refused{ID: reg.ID, Problem: client.Problem{Cause: client.NameTaken}})
	if got := sent[client.DropForm](d); got.Form != ask.ID {
		t.Errorf("dropped %v", got.Form)
	}
	if d.field(d.page(PageNew).Fields, FieldIDName).Problem != "" {
		t.Error("a failure of what was cancelled is told")
	}
	if len(d.m.waiting) != 1 { // TryTor's
		t.Errorf("%d answers are still waited for", len(d.m.waiting))
	}
}

func TestFirstRunServerTyped(t *testing.T) {
	for _, c := range []struct {
		domain, host string
		wrong        FieldID
		say          string
	}{
		{"", "", FieldIDDomain, "Type the name of the server."},
		{"ana@example.test", "", FieldIDDomain, "It looks like example.org, with no @ and no spaces."},
		{"example.test", "host:port", FieldIDHost, ""},
		{"example.test", "host:0", FieldIDHost, ""},
		{"example.test", "host:70000", FieldIDHost, ""},
		{"example.test", "https://host", FieldIDHost, ""},
	} {
		d := through(t, 0)
		d.ownServer(c.domain, c.host)
		d.quiet(func() { d.press(d.m.FirstRun().Next) })
		f := d.field(d.m.FirstRun().Fields, c.wrong)
		if f.Problem == "" || c.say != "" && plain(f.Problem) != c.say {
			t.Errorf("%q %q: problem %q", c.domain, c.host, plain(f.Problem))
		}
		if d.last.Focus != FocusField || d.last.FocusID != c.wrong {
			t.Errorf("%q %q: focus on %v", c.domain, c.host, d.last.FocusID)
		}
	}
	for _, name := range []string{"", " ", "a@b", "a b", "a/b"} {
		d := through(t, 0)
		d.ownServer("example.test", "")
		d.set(FieldIDName, name)
		d.quiet(func() { d.press(d.m.FirstRun().Next) })
		if d.field(d.m.FirstRun().Fields, FieldIDName).Problem == "" {
			t.Errorf("the name %q was taken", name)
		}
	}
}

func TestFirstRunExisting(t *testing.T) {
	d := through(t, 1)
	v := d.page(PageExisting)
	d.quiet(func() { d.press(v.Next) })
	v = d.page(PageExisting)
	if v.Fields[0].Problem == "" || v.Fields[1].Problem == "" {
		t.Error("empty fields are not told")
	}
	d.set(FieldIDAddress, " <ana@example.test> ")
	d.set(FieldIDSecret, "hunter2")
	d.set(FieldIDOwnHost, "abc.onion:5222")
	d.press(d.m.FirstRun().Next)
	add := sent[client.AddAccount](d)
	if add.Address != "ana@example.test" || add.Password.Export() != "hunter2" || add.Host != "abc.onion" || add.Port != 5222 {
		t.Errorf("added %+v", add)
	}
	d.equal("busy", d.m.FirstRun().Busy.Text, "Signing in to example.test through Tor. This can take a minute or two…")

	d.apply(client.Refused{ID: add.ID, Problem: client.Problem{Cause: client.SignInWrongPassword}})
	v = d.page(PageExisting)
	d.equal("wrong", v.Fields[1].Problem, "The server does not know this address with this password. Look at both once more. Capitals count.")
	if v.Fields[0].Value != " <ana@example.test> " || v.Fields[1].Value != "hunter2" || v.Folded[0].Value != "abc.onion:5222" {
		t.Error("what was typed is gone")
	}
	d.set(FieldIDSecret, "hunter3")
	d.press(d.m.FirstRun().Next)
	add = sent[client.AddAccount](d)
	d.isData("ana@example.test")
	d.apply(client.AccountChanged{Account: client.Account{ID: "a7", Address: "ana@example.test", State: client.Online}}, client.Done{ID: add.ID})
	v = d.page(PageDone)
	if v.Address.Address != "ana@example.test" {
		t.Errorf("address %q", v.Address.Address)
	}
	if d.m.first.existing.password != "" {
		t.Error("the password stays in memory")
	}
}

func TestFirstRunExistingCancel(t *testing.T) {
	d := through(t, 1)
	d.set(FieldIDAddress, "ana@example.test")
	d.set(FieldIDSecret, "hunter2")
	d.press(d.m.FirstRun().Next)
	add := sent[client.AddAccount](d)
	d.press(d.m.FirstRun().Back)
	v := d.page(PageExisting)
	if v.Busy != nil || v.Fields[0].Value != "ana@example.test" {
		t.Error("cancelling does not lead back to what was typed")
	}
	d.apply(client.Refused{ID: add.ID, Problem: client.Problem{Cause: client.ServerHangs}})
	if d.m.FirstRun().Problem != nil {
		t.Error("a failure of what was cancelled is told")
	}
}

func TestFirstRunTor(t *testing.T) {
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileNone})
	d.press(d.m.FirstRun().Doors[0].Button)
	d.set(FieldIDPassword, "x")
	d.set(FieldIDRepeat, "x")
	d.press(d.m.FirstRun().Next)
	c := sent[client.CreateProfile](d)
	d.apply(client.Done{ID: c.ID}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
	looked := sent[client.TryTor](d).ID
	v := d.page(PageTor)
	d.equal("looking", v.Busy.Text, "Looking for Tor on this computer…")
	if v.Busy.Fraction >= 0 {
		t.Error("a fraction of what is not known")
	}
	d.apply(client.Done{ID: looked}, client.TorChanged{State: client.TorStarting, Percent: 45, Stage: "requesting_descriptors"})
	v = d.page(PageTor)
	d.equal("stage", v.Busy.Text, "Asking about the relays of the Tor network…")
	if v.Busy.Fraction != 0.45 {
		t.Errorf("fraction %v", v.Busy.Fraction)
	}
	d.apply(client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorStuck, Detail: "conn_done"}})
	v = d.page(PageTor)
	if v.Busy != nil || v.Problem == nil {
		t.Fatal("it still turns, or says nothing")
	}
	d.equal("what", v.Problem.Text, "Tor is running, but it does not reach its network.")
	if v.Problem.Next == "" || !v.Other.Shown() {
		t.Error("no next step")
	}
	// The client looks again by itself: the sentence stays until there is something new.
	d.apply(client.TorChanged{State: client.TorLooking})
	if d.m.FirstRun().Problem == nil {
		t.Error("the sentence went before it could be read")
	}
	d.apply(client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorMissing}})
	d.equal("button", d.m.FirstRun().Problem.Button.Label, "Try again")
	d.press(d.m.FirstRun().Problem.Button)
	sent[client.TryTor](d)
	if v = d.m.FirstRun(); v.Busy == nil || v.Problem != nil {
		t.Error("trying again shows nothing")
	}
	d.apply(torReady)
	d.page(PageNew)

	// Tor goes while the address is typed: it is said at the next step, nothing is lost.
	d.ownServer("example.test", "")
	d.apply(client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorStopped}})
	d.press(d.m.FirstRun().Next)
	d.page(PageTor)
	d.apply(torReady)
	v = d.page(PageNew)
	if d.field(v.Fields, FieldIDDomain).Value != "example.test" {
		t.Error("what was typed is gone")
	}
}

// Every tag that Tor knows has words of its own, and a later one has some.
func TestTorStages(t *testing.T) {
	unknown := plain(torStage("something_new"))
	for _, tag := range strings.Fields(`starting conn_pt conn_done_pt conn_proxy conn_done_proxy conn conn_done
		handshake handshake_done onehop_create requesting_status loading_status loading_keys
		requesting_descriptors loading_descriptors enough_dirinfo ap_conn_pt ap_conn_done_pt ap_conn_proxy
		ap_conn_done_proxy ap_conn ap_conn_done ap_handshake ap_handshake_done circuit_create done`) {
		if _, ok := torStages[tag]; !ok {
			t.Errorf("no words for %q", tag)
		}
		s := plain(torStage(tag))
		if s == "" || s == unknown || jargon.MatchString(s) || strings.Contains(s, "_") {
			t.Errorf("%q is told as %q", tag, s)
		}
	}
	if unknown == "" || plain(torStage("")) != unknown {
		t.Error("no words for what is not known")
	}
	if plain(torStage("ap_conn_done_something")) != plain(torStage("ap_conn_done")) {
		t.Error("a finer tag is not told as the coarser one")
	}
}

func TestFirstRunPassword(t *testing.T) {
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileNone})
	d.press(d.m.FirstRun().Doors[0].Button)
	v := d.page(PagePassword)
	if v.Next.Enabled || v.Strength != nil {
		t.Error("an empty password is judged or taken")
	}
	d.set(FieldIDPassword, "a")
	v = d.page(PagePassword)
	if v.Strength.Style != StyleBad || v.Next.Suggested || !v.Next.Enabled {
		t.Errorf("a weak password: %+v, %+v", v.Strength, v.Next)
	}
	d.equal("weak", v.Next.Label, "Use it all the same")
	d.quiet(func() { d.press(v.Next) })
	v = d.page(PagePassword)
	d.equal("differ", d.field(v.Fields, FieldIDRepeat).Problem, "This is not the same as above. Look at both, or type them again.")
	if d.last.FocusID != FieldIDRepeat {
		t.Error("the focus is elsewhere")
	}

	d.press(d.field(v.Fields, FieldIDPassword).Button)
	d.isData(d.m.first.pass.password)
	d.step()
	v = d.page(PagePassword)
	p := d.field(v.Fields, FieldIDPassword)
	if p.Value == "" || !p.Reveal || p.Help == "" || v.Strength.Style != StyleGood {
		t.Errorf("a suggested one: %+v, %+v", p, v.Strength)
	}
	d.set(FieldIDRepeat, p.Value)
	d.press(d.m.FirstRun().Next)
	c := sent[client.CreateProfile](d)
	if d.m.FirstRun().Busy == nil {
		t.Error("nothing says that it works")
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionNext}) }) // twice is once
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.ProfileDiskFull}})
	v = d.page(PagePassword)
	d.equal("full", v.Problem.Text, "The disk is full, so your profile could not be saved.")
	if d.field(v.Fields, FieldIDPassword).Value != p.Value || d.field(v.Fields, FieldIDRepeat).Value != p.Value {
		t.Error("what was typed is gone")
	}
	d.press(v.Problem.Button)
	sent[client.CreateProfile](d)

	// Back and in again keeps it, too.
	d.press(d.m.FirstRun().Back)
	d.page(PageWelcome)
	d.press(d.m.FirstRun().Doors[1].Button)
	if f := d.field(d.page(PagePassword).Fields, FieldIDPassword); f.Value != p.Value {
		t.Errorf("after Back: %q", f.Value)
	}
}

func TestBackKeepsTyped(t *testing.T) {
	d := through(t, 0)
	d.ownServer("example.test", "abc.onion")
	d.press(d.m.FirstRun().Back)
	d.page(PageWelcome)
	d.press(d.m.FirstRun().Doors[1].Button)
	d.page(PageExisting)
	d.set(FieldIDAddress, "ana@example.test")
	d.m.Escape()
	d.step()
	d.press(d.page(PageWelcome).Doors[0].Button)
	v := d.page(PageNew)
	if d.field(v.Fields, FieldIDDomain).Value != "example.test" || d.field(v.Fields, FieldIDHost).Value != "abc.onion" || d.field(v.Fields, FieldIDName).Value != "quietotter417" {
		t.Error("the new address is gone")
	}
	d.press(v.Back)
	d.press(d.page(PageWelcome).Doors[1].Button)
	if d.field(d.page(PageExisting).Fields, FieldIDAddress).Value != "ana@example.test" {
		t.Error("the existing address is gone")
	}
}

func TestStrengthWords(t *testing.T) {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	for _, c := range []struct {
		guess time.Duration
		text  string
		style Style
	}{
		{0, "Guessed at once", StyleBad},
		{time.Second, "Guessed at once", StyleBad},
		{time.Minute, "About 1 minute to guess", StyleBad},
		{5 * time.Hour, "About 5 hours to guess", StyleBad},
		{day, "About 1 day to guess", StyleBad},
		{59 * day, "About 59 days to guess", StyleWarn},
		{61 * day, "About 2 months to guess", StyleWarn},
		{3 * year, "About 3 years to guess", StyleWarn},
		{50 * year, "About 50 years to guess", StyleGood},
		{1<<63 - 1, "More than a lifetime to guess", StyleGood},
	} {
		v := strength(client.Strength{Bits: 40, Guess: c.guess})
		if plain(v.Text) != c.text || v.Style != c.style || v.Fraction <= 0 || v.Fraction > 1 {
			t.Errorf("%v: %+v, want %q %v", c.guess, v, c.text, c.style)
		}
	}
}
