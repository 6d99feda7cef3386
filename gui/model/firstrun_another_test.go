package model

import (
	"testing"

	"hushwing/client"
)

// settled is a desk with one address and the main window.
func settled(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.isData("ben@example.test", "ben")
	d.apply(
		client.ProfileChanged{State: client.ProfileLocked},
		client.ProfileChanged{State: client.ProfileOpen},
		client.Snapshot{Accounts: []client.Account{{ID: "a1", Address: "ben@example.test", State: client.Online}}},
		torReady,
	)
	d.screen(ScreenMain)
	d.cmds = nil
	return d
}

// TestAnotherAddress: from the main window through either door, and back to it
// from every page.
func TestAnotherAddress(t *testing.T) {
	d := settled(t)
	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	v := d.page(PageWelcome)
	if v.Step != 1 || v.Steps != 3 || !v.Back.Shown() {
		t.Errorf("step %d of %d, back %v", v.Step, v.Steps, v.Back.Shown())
	}
	d.press(v.Back)
	d.screen(ScreenMain)

	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	d.press(d.page(PageWelcome).Doors[0].Button) // no password's page, and past Tor's
	d.ownServer("example.test", "")
	d.m.Escape()
	d.step()
	d.press(d.page(PageWelcome).Doors[1].Button)
	d.set(FieldIDAddress, "ana@example.test")
	d.set(FieldIDSecret, "hunter2")
	d.m.Escape()
	d.step()
	d.press(d.page(PageWelcome).Doors[0].Button)
	if v := d.page(PageNew); d.field(v.Fields, FieldIDDomain).Value != "example.test" || v.Step != 2 {
		t.Error("what was typed is gone")
	}
	d.m.Escape()
	d.step()
	d.m.Escape()
	d.step()
	d.screen(ScreenMain)
	if d.m.first.existing.password != "" {
		t.Error("the password stays in memory")
	}

	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	d.press(d.page(PageWelcome).Doors[1].Button)
	d.set(FieldIDAddress, "ana@example.test")
	d.set(FieldIDSecret, "hunter2")
	d.press(d.m.FirstRun().Next)
	add := sent[client.AddAccount](d)
	d.apply(client.AccountChanged{Account: client.Account{ID: "a2", Address: "ana@example.test"}}, client.Done{ID: add.ID})
	if v = d.page(PageDone); v.Address.Address != "ana@example.test" || v.Step != 3 {
		t.Errorf("%q at step %d", v.Address.Address, v.Step)
	}
	d.press(v.Next)
	d.screen(ScreenMain)
	if n := len(d.m.Main().Status.Accounts); n != 2 {
		t.Errorf("%d accounts", n)
	}
}

// TestAnotherAddressWithoutTor: with Tor away its page says so, and leads back.
func TestAnotherAddressWithoutTor(t *testing.T) {
	d := settled(t)
	d.apply(client.TorChanged{State: client.TorFailed, Problem: &client.Problem{Cause: client.TorMissing}})
	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	d.press(d.page(PageWelcome).Doors[0].Button)
	v := d.page(PageTor)
	d.press(v.Back)
	d.press(d.page(PageWelcome).Back)
	d.screen(ScreenMain)
}

// TestAnotherAddressNotAwaited: who goes back to the main window before the
// server has answered is told when the address is there.
func TestAnotherAddressNotAwaited(t *testing.T) {
	d := settled(t)
	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	d.press(d.page(PageWelcome).Doors[1].Button)
	d.set(FieldIDAddress, "ana@example.test")
	d.set(FieldIDSecret, "hunter2")
	d.press(d.m.FirstRun().Next)
	add := sent[client.AddAccount](d)
	for range 3 { // cancel, back, back
		d.m.Escape()
		d.step()
	}
	d.screen(ScreenMain)
	d.apply(client.AccountChanged{Account: client.Account{ID: "a2", Address: "ana@example.test"}}, client.Done{ID: add.ID})
	d.screen(ScreenMain)
	if d.last.Toast == nil || plain(d.last.Toast.Text) != "Your new address ana@example.test is ready." {
		t.Errorf("toast %+v", d.last.Toast)
	}
}

// TestAnotherAddressLastRemoved: without any address there is no main window to
// go back to.
func TestAnotherAddressLastRemoved(t *testing.T) {
	d := settled(t)
	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	d.apply(client.AccountRemoved{Account: "a1"})
	if v := d.page(PageWelcome); v.Back.Shown() {
		t.Error("there is a way back to nothing")
	}
	d.m.Escape()
	d.step()
	d.page(PageWelcome)
}
