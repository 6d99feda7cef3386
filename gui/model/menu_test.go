package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

// Locking takes everything off the screen before anybody has answered, and
// what comes until the answer does not come back with it.
func TestLock(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.hear(ana, "1", "hello", d.now)
	d.press(d.item("Settings"))
	d.press(d.item("Lock now"))
	sent[client.Lock](d)
	d.screen(ScreenUnlock)
	if !d.last.Forget || d.m.Conversation().Open || d.m.Page().Open || len(d.m.Rows()) > 0 {
		t.Error("something is still there")
	}
	v := d.m.Unlock()
	if v.Busy == nil || v.Field.Enabled {
		t.Errorf("%+v", v)
	}
	d.quiet(func() { d.m.Lock(); d.m.SetField(FieldIDUnlock, "early"); d.m.Press(v.Unlock.Action) })
	d.hear(ana, "2", "late", d.now)
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	if len(d.m.contacts) > 0 || d.m.Unlock().Busy != nil || d.m.Unlock().Field.Value != "" || d.last.FocusID != FieldIDUnlock {
		t.Errorf("%+v, focus %q", d.m.Unlock(), d.last.FocusID)
	}
}

// Nothing is locked where nothing is open.
func TestLockNothing(t *testing.T) {
	d := newDesk(t)
	d.quiet(func() { d.m.Lock() })
	d.apply(client.ProfileChanged{State: client.ProfileNone})
	d.quiet(func() { d.m.Lock(); d.m.Press(Action{Kind: ActionAskDestroy}) })
	if d.m.Dialog().Open {
		t.Error("there is nothing to destroy")
	}
}

// The profile is destroyed after one question, open or locked; the question says
// what that does not reach, and afterwards the first run says that it is done.
func TestDestroy(t *testing.T) {
	for _, locked := range []bool{false, true} {
		d := chatDesk(t, client.PrivateChecked)
		if locked {
			d.apply(client.ProfileChanged{State: client.ProfileLocked})
			d.press(d.m.Unlock().Destroy)
		} else {
			d.press(d.item("Destroy everything…"))
		}
		v := d.m.Dialog()
		if !v.Open || !v.OK.Destructive || v.OK.Suggested || len(v.Evidence) < 4 {
			t.Fatalf("locked %v: %+v", locked, v)
		}
		n := len(d.cmds)
		d.press(v.Cancel)
		if d.m.Dialog().Open || len(d.cmds) != n {
			t.Fatal("keeping everything destroys something")
		}
		d.m.Press(Action{Kind: ActionAskDestroy})
		d.step()
		d.m.Escape()
		d.step()
		if d.m.Dialog().Open || len(d.cmds) != n {
			t.Fatal("Escape destroys something")
		}
		d.m.Press(Action{Kind: ActionAskDestroy})
		d.step()
		d.press(d.m.Dialog().OK)
		c := sent[client.DestroyProfile](d)
		d.quiet(func() { d.m.Press(v.OK.Action) }) // once is enough
		d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.ProfileReadOnly}})
		if d.m.Dialog().Problem == nil {
			t.Fatal("it does not say that nothing was destroyed")
		}
		d.press(d.m.Dialog().OK)
		c = sent[client.DestroyProfile](d)
		d.apply(client.ProfileChanged{State: client.ProfileNone}, client.Done(c))
		d.screen(ScreenFirstRun)
		if f := d.m.FirstRun(); plain(f.Title) != "Everything is destroyed" || d.m.Dialog().Open {
			t.Errorf("%+v", f)
		}
		d.m.Press(Action{Kind: ActionDoorNew})
		d.m.Press(Action{Kind: ActionBack})
		d.apply(client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
		d.apply(client.ProfileChanged{State: client.ProfileNone})
		if f := d.m.FirstRun(); strings.Contains(plain(f.Title), "destroyed") {
			t.Error("another first run says it again")
		}
	}
}

// Every item of the main menu leads somewhere, and stands there once.
func TestMainMenu(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	d.m.SetVersion("1.0")
	d.isData("1.0")
	seen := map[string]bool{}
	for _, group := range d.m.Main().Menu {
		for _, b := range group {
			if seen[b.Label] {
				t.Errorf("%q stands there twice", plain(b.Label))
			}
			seen[b.Label] = true
			if b.Action.Kind == ActionLock {
				continue // TestLock
			}
			d.press(b)
			if !d.m.Dialog().Open && !d.m.Page().Open && !d.last.Quit {
				t.Errorf("%q does nothing", plain(b.Label))
			}
			d.m.Escape()
			d.step()
			if d.m.Dialog().Open || d.m.Page().Open {
				t.Errorf("%q stays", plain(b.Label))
			}
		}
	}
}
