package model

import (
	"fmt"
	"slices"
	"testing"

	"hushwing/client"
)

// TestManyRequests: a hundred strangers are one line, until somebody looks; all
// can be refused at once, after a question.
func TestManyRequests(t *testing.T) {
	d := mainDesk(t)
	ask := func(i int) Peer {
		p := Peer{Account: "a1", Address: fmt.Sprintf("stranger%d@example.test", i)}
		d.isData(p.Address)
		d.m.Apply(client.RequestArrived{Peer: p})
		return p
	}
	ask(0)
	ask(1)
	d.step()
	if v := d.m.Main(); len(v.Requests) != 2 || v.Tray.Text != "" || v.Requests[0].Advice == "" {
		t.Fatalf("%+v", v.Tray)
	}
	for i := range 98 {
		ask(i + 2)
	}
	d.step()
	v := d.m.Main()
	d.equal("folded", v.Tray.Text, "100 people ask to be your contact.")
	if len(v.Requests) != 0 {
		t.Errorf("%d requests push the list away", len(v.Requests))
	}
	d.press(v.Tray.Toggle)
	v = d.m.Main()
	if len(v.Requests) != mostRequests || v.Requests[0].Advice != "" || v.Tray.Advice == "" {
		t.Errorf("%d are shown, %+v", len(v.Requests), v.Tray)
	}
	d.equal("the rest", v.Tray.Hidden, "80 more come as you answer these.")
	d.press(v.Tray.Refuse)
	d.equal("the question", d.m.Dialog().Title, "Refuse all 100 people?")
	d.quiet(func() { d.press(d.m.Dialog().Cancel) })
	d.press(d.m.Main().Tray.Refuse)
	n := len(d.cmds)
	d.press(d.m.Dialog().OK)
	if len(d.cmds) != n+100 || slices.ContainsFunc(d.cmds[n:], func(c client.Command) bool { return c.(client.AnswerRequest).Accept }) {
		t.Errorf("%d commands", len(d.cmds)-n)
	}
	for _, c := range d.cmds[n:] {
		d.m.Apply(client.Done{ID: c.(client.AnswerRequest).ID})
	}
	d.step()
	if v := d.m.Main(); len(v.Requests) != 0 || v.Tray.Text != "" {
		t.Errorf("%+v", v.Tray)
	}
}

// TestAccountMarks: with several accounts each contact says whose it is, by a number
// and in words; with one there is nothing to say.
func TestAccountMarks(t *testing.T) {
	d := mainDesk(t)
	if r := d.people()[0]; r.Mark != (AccountMark{}) || plain(r.Accessible) != "Ana. Away" {
		t.Errorf("%+v", r)
	}
	second := client.Account{ID: "a2", Address: "work@example.test", State: client.Online}
	eve := Peer{Account: "a2", Address: "eve@example.test"}
	d.isData(second.Address, eve.Address, "eve")
	d.apply(client.AccountChanged{Account: second}, client.ContactChanged{Contact: client.Contact{Peer: eve, Name: "eve"}})
	for i, want := range []string{"Ana. Away. At your address ben@example.test", "cleo. Away. At your address ben@example.test", "dora. Away. At your address ben@example.test", "eve. Away. At your address work@example.test"} {
		r := d.people()[i]
		d.equal("row", r.Accessible, want)
		if number := map[bool]int{false: 1, true: 2}[i == 3]; r.Mark.Number != number || r.Mark.Colour != number-1 {
			t.Errorf("%+v", r.Mark)
		}
	}
	if v := d.m.Main().Status; v.Accounts[0].Mark == v.Accounts[1].Mark || v.Accounts[1].Mark != d.people()[3].Mark {
		t.Errorf("%+v", v.Accounts)
	}
	d.apply(client.AccountRemoved{Account: "a2"})
	if r := d.people()[0]; r.Mark != (AccountMark{}) {
		t.Errorf("%+v", r.Mark)
	}
}

// TestStatusChoice: what contacts see is one choice for all addresses.
func TestStatusChoice(t *testing.T) {
	d := mainDesk(t)
	if f := d.m.Main().Status.Show; f.Value != showHere || len(f.Options) != 3 {
		t.Errorf("%+v", f)
	}
	d.quiet(func() { d.set(FieldIDShow, showHere); d.set(FieldIDShow, "nonsense") })
	d.set(FieldIDShow, showBusy)
	if c := sent[client.SetStatus](d); c.Show != "dnd" || c.Account != "" {
		t.Errorf("%+v", c)
	}
	busy := mine
	busy.Show = "dnd"
	d.apply(client.AccountChanged{Account: busy})
	if f := d.m.Main().Status.Show; f.Value != showBusy {
		t.Errorf("%+v", f)
	}
	second := client.Account{ID: "a2", Address: "work@example.test", State: client.Online}
	d.isData(second.Address)
	d.apply(client.AccountChanged{Account: second})
	if f := d.m.Main().Status.Show; f.Value != "" {
		t.Errorf("they differ, and %q is chosen", f.Value)
	}
}

// TestEmptyList: what is shown where there is nobody, and nobody who fits.
func TestEmptyList(t *testing.T) {
	d := mainDesk(t)
	d.set(FieldIDSearch, "zzz")
	v := d.m.Main()
	d.equal("nobody fits", v.Empty, "Nobody fits what you search for.")
	d.press(v.EmptyButton)
	if v := d.m.Main(); v.Empty != "" || v.Search.Value != "" || d.last.FocusID != FieldIDSearch {
		t.Errorf("%+v", v)
	}
	d.apply(client.ContactRemoved{Peer: ana}, client.ContactRemoved{Peer: cleo}, client.ContactRemoved{Peer: dora})
	if v := d.m.Main(); v.Empty == "" || v.EmptyButton.Action.Kind != ActionAskAdd {
		t.Errorf("%+v", v)
	}
}
