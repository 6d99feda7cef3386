package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

// branch is a page of the first run on which something is asked of the client.
type branch struct {
	page Page
	// ask goes there, types, and presses on. It returns what answers with a problem.
	ask func(t *testing.T) (d *desk, fail func(client.Problem))
	// typed is what has to be there afterwards, by field.
	typed map[FieldID]string
}

// branches are all of them.
func branches() map[string]branch {
	refuse := func(d *desk, id client.CommandID) func(client.Problem) {
		return func(p client.Problem) { d.apply(client.Refused{ID: id, Problem: p}) }
	}
	return map[string]branch{
		"password": {PagePassword, func(t *testing.T) (*desk, func(client.Problem)) {
			d := newDesk(t)
			d.apply(client.ProfileChanged{State: client.ProfileNone})
			d.press(d.m.FirstRun().Doors[0].Button)
			d.set(FieldIDPassword, "copper lantern meadow")
			d.set(FieldIDRepeat, "copper lantern meadow")
			d.press(d.m.FirstRun().Next)
			return d, refuse(d, sent[client.CreateProfile](d).ID)
		}, map[FieldID]string{FieldIDPassword: "copper lantern meadow", FieldIDRepeat: "copper lantern meadow"}},
		"Tor": {PageTor, func(t *testing.T) (*desk, func(client.Problem)) {
			d := newDesk(t)
			d.apply(client.ProfileChanged{State: client.ProfileNone}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
			d.press(d.m.FirstRun().Doors[0].Button)
			return d, func(p client.Problem) { d.apply(client.TorChanged{State: client.TorFailed, Problem: &p}) }
		}, nil},
		"bridges": {PageTorWay, func(t *testing.T) (*desk, func(client.Problem)) {
			d := newDesk(t)
			d.apply(client.ProfileChanged{State: client.ProfileNone}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
			d.press(d.m.FirstRun().Doors[0].Button)
			d.press(d.m.FirstRun().Other)
			d.set(FieldIDBridges, "obfs4 192.0.2.7:443")
			d.set(FieldIDTorHand, "9050")
			d.press(d.m.FirstRun().Next)
			return d, refuse(d, sent[client.UseTor](d).ID)
		}, map[FieldID]string{FieldIDBridges: "obfs4 192.0.2.7:443", FieldIDTorHand: "9050"}},
		"server": {PageNew, func(t *testing.T) (*desk, func(client.Problem)) {
			d := through(t, 0)
			d.ownServer("example.test", "abc.onion")
			d.press(d.m.FirstRun().Next)
			return d, refuse(d, sent[client.AskForm](d).ID)
		}, map[FieldID]string{FieldIDDomain: "example.test", FieldIDHost: "abc.onion", FieldIDName: "quietotter417"}},
		"form": {PageForm, func(t *testing.T) (*desk, func(client.Problem)) {
			d, _ := puzzled(t)
			d.set("form:why", "Because")
			d.set("form:ocr", "427")
			d.press(d.m.FirstRun().Next)
			return d, refuse(d, sent[client.Register](d).ID)
		}, map[FieldID]string{"form:why": "Because", FieldIDDomain: "example.test", FieldIDName: "quietotter417"}},
		"another picture": {PageForm, func(t *testing.T) (*desk, func(client.Problem)) {
			d, _ := puzzled(t)
			d.set("form:why", "Because")
			d.press(d.field(d.m.FirstRun().Fields, "form:ocr").Button)
			return d, refuse(d, sent[client.RenewForm](d).ID)
		}, map[FieldID]string{"form:why": "Because", FieldIDDomain: "example.test", FieldIDName: "quietotter417"}},
		"an address that one has": {PageExisting, func(t *testing.T) (*desk, func(client.Problem)) {
			d := through(t, 1)
			d.set(FieldIDAddress, "ana@example.test")
			d.set(FieldIDSecret, "hunter2")
			d.press(d.m.FirstRun().Next)
			return d, refuse(d, sent[client.AddAccount](d).ID)
		}, map[FieldID]string{FieldIDAddress: "ana@example.test", FieldIDSecret: "hunter2"}},
		"a friend": {PageDone, func(t *testing.T) (*desk, func(client.Problem)) {
			d := through(t, 1)
			d.set(FieldIDAddress, "ana@example.test")
			d.set(FieldIDSecret, "hunter2")
			d.press(d.m.FirstRun().Next)
			add := sent[client.AddAccount](d)
			d.apply(client.AccountChanged{Account: client.Account{ID: "a1", Address: "ana@example.test"}}, client.Done{ID: add.ID})
			d.set(FieldIDFriend, "ben@example.test")
			d.press(d.m.FirstRun().Next)
			return d, refuse(d, sent[client.AddContact](d).ID)
		}, map[FieldID]string{FieldIDFriend: "ben@example.test"}},
	}
}

// TestEveryBranch: whatever fails on whichever page is told in its own words, with
// a way on that does something, and nothing that was typed is gone.
func TestEveryBranch(t *testing.T) {
	for name, b := range branches() {
		for _, c := range allCauses(t) {
			blind = true // the other tests have looked at the way there
			d, fail := b.ask(t)
			blind = false
			if d.m.FirstRun().Busy == nil {
				t.Fatalf("%s: nothing says that it is under way", name)
			}
			if out := d.m.FirstRun().Back; b.page != PagePassword && !out.Shown() {
				t.Errorf("%s: no way out while it is under way", name)
			}
			fail(client.Problem{Cause: c})
			v := d.m.FirstRun()
			if v.Busy != nil {
				t.Errorf("%s, cause %d: it still turns", name, c)
			}
			if v.Page != b.page && (b.page != PageForm || v.Page != PageNew) {
				t.Errorf("%s, cause %d: page %v", name, c, v.Page)
			}
			words := explain(c).text.Text()
			told := v.Problem != nil && v.Problem.Text == words
			all := append(append([]Field(nil), v.Fields...), v.Folded...)
			for _, f := range all {
				told = told || strings.Contains(f.Problem, words)
			}
			if !told {
				t.Errorf("%s, cause %d: its words are not there", name, c)
			}
			ways := 0
			if v.Next.Shown() && v.Next.Enabled {
				ways++
			}
			if v.Problem != nil && v.Problem.Button.Shown() && v.Problem.Button.Enabled {
				ways++
			}
			if v.Other.Shown() && v.Other.Enabled {
				ways++
			}
			if ways == 0 {
				t.Errorf("%s, cause %d: no way on", name, c)
			}
			for id, want := range b.typed {
				if got, ok := d.typed(id); !ok || got != want {
					t.Errorf("%s, cause %d: %s is %q", name, c, id, got)
				}
			}
			// Whatever is pressed does something.
			on := v.Next
			if v.Problem != nil && v.Problem.Button.Shown() {
				on = v.Problem.Button
			} else if b.page == PageTor {
				on = v.Other
			}
			n := len(d.cmds)
			d.press(on)
			if len(d.cmds) == n && d.m.FirstRun().Page == v.Page && d.m.first.fresh.chosen == len(client.Suggested()) && !d.last.Quit {
				t.Errorf("%s, cause %d: %q does nothing", name, c, plain(on.Label))
			}
			d.cmds = nil
		}
	}
}

// typed is what stands in a field, on whatever page that is.
func (d *desk) typed(id FieldID) (string, bool) {
	at := d.m.first.page
	defer func() { d.m.first.page = at }()
	for p := PageWelcome; p <= PageDone; p++ {
		d.m.first.page = p
		v := d.m.FirstRun()
		for _, f := range append(append([]Field(nil), v.Fields...), v.Folded...) {
			if f.ID == id {
				return f.Value, true
			}
		}
	}
	for name, value := range d.m.first.fresh.values { // of a form that is gone, until it comes again
		if id == FieldID(fieldIDForm+name) {
			return value, true
		}
	}
	return "", false
}

// TestBackKeepsSecrets: what was typed hidden is there again, too, and only as
// long as the pages are.
func TestBackKeepsSecrets(t *testing.T) {
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileNone})
	d.press(d.m.FirstRun().Doors[0].Button)
	d.set(FieldIDPassword, "copper lantern")
	d.set(FieldIDRepeat, "copper")
	d.press(d.m.FirstRun().Back)
	d.press(d.m.FirstRun().Doors[1].Button)
	v := d.page(PagePassword)
	if d.field(v.Fields, FieldIDPassword).Value != "copper lantern" || d.field(v.Fields, FieldIDRepeat).Value != "copper" {
		t.Error("the password for this computer is gone")
	}
	d = through(t, 1)
	d.set(FieldIDAddress, "ana@example.test")
	d.set(FieldIDSecret, "hunter2")
	d.set(FieldIDOwnHost, "abc.onion")
	d.press(d.m.FirstRun().Back)
	d.press(d.m.FirstRun().Doors[1].Button)
	v = d.page(PageExisting)
	if d.field(v.Fields, FieldIDSecret).Value != "hunter2" || v.Folded[0].Value != "abc.onion" {
		t.Error("the password of the address is gone")
	}
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	if d.m.first.existing.password != "" {
		t.Error("the password outlives the lock")
	}
	d, _ = puzzled(t)
	d.set("form:why", "Because")
	d.press(d.m.FirstRun().Back)
	sent[client.DropForm](d)
	d.press(d.page(PageNew).Next)
	d.apply(puzzle(sent[client.AskForm](d).ID))
	if d.field(d.page(PageForm).Fields, "form:why").Value != "Because" {
		t.Error("the server's form is empty")
	}
}
