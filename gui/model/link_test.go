package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

// TestOpenLink: a link waits for the password and for an open question, and
// then fills in the dialog; nothing is asked of anybody.
func TestOpenLink(t *testing.T) {
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.isData("eve@example.net", mine.Address)
	before := len(d.cmds)
	d.m.OpenLink("xmpp:eve@example.net?message;body=hello")
	d.step()
	if d.m.Screen() != ScreenUnlock || d.m.Dialog().Open {
		t.Fatal("a link passes the password by")
	}
	d.apply(client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{Accounts: []client.Account{mine}})
	v := d.m.Dialog()
	if !v.Open || len(v.Fields) == 0 || v.Fields[0].Value != "eve@example.net" {
		t.Errorf("the dialog is %+v", v)
	}
	if len(d.cmds) != before {
		t.Errorf("something was asked for: %v", d.cmds[before:])
	}
	d.m.Press(v.Cancel.Action)
	d.step()
	if d.m.Dialog().Open {
		t.Error("the same link comes back")
	}
}

func TestOpenLinkWaits(t *testing.T) {
	d := mainDesk(t)
	d.isData("eve@example.net", "x@example.net")
	d.m.Press(Action{Kind: ActionAskAdd})
	d.set(FieldIDContactAddress, "half@")
	d.m.OpenLink("xmpp:eve@example.net")
	d.step()
	if got := d.m.Dialog().Fields[0].Value; got != "half@" {
		t.Errorf("what was typed became %q", got)
	}
	d.m.Press(d.m.Dialog().Cancel.Action)
	d.step()
	if v := d.m.Dialog(); !v.Open || v.Fields[0].Value != "eve@example.net" {
		t.Errorf("after the question: %+v", v)
	}
}

// TestOpenLinkKnown: who is a contact is not added again.
func TestOpenLinkKnown(t *testing.T) {
	d := mainDesk(t)
	d.m.OpenLink("XMPP:" + dora.Address)
	d.step()
	if d.m.Dialog().Open || d.m.selected != dora {
		t.Errorf("selected %v, dialog %v", d.m.selected, d.m.Dialog().Open)
	}
}

// TestOpenLinkHostile: a link of a stranger's making cannot turn the line round
// or fill the screen.
func TestOpenLinkHostile(t *testing.T) {
	d := mainDesk(t)
	d.m.OpenLink("xmpp:\u202eeve@\nexample.net" + strings.Repeat("a", 100_000))
	got := d.m.Dialog().Fields[0].Value
	if strings.ContainsAny(got, "\u202e\n") || len(got) > 3000 {
		t.Errorf("the field holds %d bytes: %.40q", len(got), got)
	}
	d.m.Press(d.m.Dialog().Cancel.Action)
	d.step()
	d.m.OpenLink("xmpp:")
	d.step()
	if d.m.Dialog().Open {
		t.Error("a link to nobody opens a question")
	}
}
