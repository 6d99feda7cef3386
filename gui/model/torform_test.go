package model

import (
	"testing"

	"hushwing/client"
)

const aBridge = "obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 cert=abc iat-mode=0"

// atTor is somebody on Tor's page of the first run.
func atTor(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.apply(client.ProfileChanged{State: client.ProfileNone}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
	d.press(d.m.FirstRun().Doors[0].Button)
	d.page(PageTor)
	return d
}

// TestNetworkBlocksTor: from Tor's page to bridges and back to Tor's page.
func TestNetworkBlocksTor(t *testing.T) {
	d := atTor(t)
	d.press(d.m.FirstRun().Other)
	v := d.page(PageTorWay)
	d.set(FieldIDBridges, aBridge)
	d.press(v.Back)
	d.page(PageTor)
	d.press(d.m.FirstRun().Other)
	v = d.page(PageTorWay)
	d.equal("after going back", d.field(v.Fields, FieldIDBridges).Value, "") // nothing was asked for
	d.set(FieldIDBridges, aBridge)
	d.press(d.m.FirstRun().Next)
	c := sent[client.UseTor](d)
	if c.Bridges != aBridge || c.Hand != "" {
		t.Errorf("asked for %+v", c)
	}
	if v = d.m.FirstRun(); v.Busy == nil || v.Next.Enabled {
		t.Error("it can be asked for twice")
	}

	d.isData("obfs4proxy")
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.BridgeProgram, Detail: "obfs4proxy"}})
	v = d.page(PageTorWay)
	f := d.field(v.Fields, FieldIDBridges)
	if f.Problem == "" || f.Value != aBridge || d.last.FocusID != FieldIDBridges {
		t.Errorf("after a refusal: %+v", f)
	}

	d.press(d.m.FirstRun().Next)
	c = sent[client.UseTor](d)
	d.apply(client.TorChosen{Bridges: []string{aBridge}}, client.Done{ID: c.ID})
	d.page(PageTor)
	d.apply(client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.BridgesSilent}})
	d.equal("what", d.page(PageTor).Problem.Text, "None of the bridges answers.")
	d.press(d.m.FirstRun().Other)
	v = d.page(PageTorWay)
	d.isData(aBridge)
	d.equal("what is in force", d.field(v.Fields, FieldIDBridges).Value, aBridge)
}

// TestTorByHand: the field for technicians, where it went wrong and where it did not.
func TestTorByHand(t *testing.T) {
	d := atTor(t)
	d.press(d.m.FirstRun().Other)
	d.set(FieldIDTorHand, "192.0.2.1:9050")
	d.press(d.m.FirstRun().Next)
	c := sent[client.UseTor](d)
	d.isData("192.0.2.1:9050")
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.TorHandBad, Detail: "192.0.2.1:9050"}})
	v := d.page(PageTorWay)
	if f := d.field(v.Folded, FieldIDTorHand); f.Problem == "" || d.last.FocusID != FieldIDTorHand {
		t.Errorf("after a refusal: %+v", f)
	}
	d.press(v.Next)
	c = sent[client.UseTor](d)
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull}})
	if v = d.page(PageTorWay); v.Problem == nil || v.Problem.Button.Label == "" {
		t.Errorf("a full disk: %+v", v.Problem)
	}
}

// TestTorDialog: the same in the main window.
func TestTorDialog(t *testing.T) {
	d := newDesk(t)
	d.isData("ben@example.test")
	d.apply(client.ProfileChanged{State: client.ProfileLocked}, client.ProfileChanged{State: client.ProfileOpen},
		client.Snapshot{Accounts: []client.Account{{ID: "a1", Address: "ben@example.test", State: client.Online}}},
		client.TorChosen{Hand: "127.0.0.1:9050"}, torReady)
	d.screen(ScreenMain)
	d.m.Press(Action{Kind: ActionAskTor})
	d.step()
	v := d.m.Dialog()
	d.equal("what is in force", d.field(v.Fields, FieldIDTorHand).Value, "127.0.0.1:9050")
	d.set(FieldIDTorHand, "")
	d.press(v.Cancel)
	if d.m.Dialog().Open {
		t.Fatal("it cannot be left")
	}
	d.m.Press(Action{Kind: ActionAskTor})
	d.step()
	d.equal("after leaving", d.field(d.m.Dialog().Fields, FieldIDTorHand).Value, "127.0.0.1:9050")
	d.set(FieldIDTorHand, "")
	d.press(d.m.Dialog().OK)
	c := sent[client.UseTor](d)
	if c.Hand != "" || c.Bridges != "" {
		t.Errorf("asked for %+v", c)
	}
	d.apply(client.TorChosen{}, client.Done{ID: c.ID})
	if d.m.Dialog().Open {
		t.Error("it stays open")
	}
}

// TestNewIdentity: for an account that is on its way or online.
func TestNewIdentity(t *testing.T) {
	d := newDesk(t)
	d.isData("ben@example.test")
	d.apply(client.ProfileChanged{State: client.ProfileLocked}, client.ProfileChanged{State: client.ProfileOpen},
		client.Snapshot{Accounts: []client.Account{{ID: "a1", Address: "ben@example.test", State: client.Online}}}, torReady)
	for _, b := range d.m.Main().Status.Accounts[0].Buttons {
		if b.Action.Kind == ActionNewIdentity {
			d.press(b)
		}
	}
	c := sent[client.NewIdentity](d)
	if c.Account != "a1" {
		t.Fatalf("for %q", c.Account)
	}
	d.apply(client.Done{ID: c.ID})
	if d.last.Toast == nil {
		t.Error("nothing says that it was done")
	}
}

// TestTorsOwnWord: what Tor says is in its way is told while it still tries.
func TestTorsOwnWord(t *testing.T) {
	d := atTor(t)
	d.apply(client.TorChanged{State: client.TorStarting, Percent: 5, Stage: "conn", Problem: &client.Problem{Cause: client.TorClockWrong}})
	v := d.page(PageTor)
	if v.Busy == nil || len(v.Notes) != 1 || plain(v.Notes[0]) != plain(sentence(client.Problem{Cause: client.TorClockWrong})) {
		t.Errorf("%+v", v.Notes)
	}
}
