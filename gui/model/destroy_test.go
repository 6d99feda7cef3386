package model

import (
	"testing"

	"hushwing/client"
)

// A profile that cannot be opened is destroyed by the same question as any other,
// whatever is wrong with it; what another Hushwing has open is not: that one asks.
func TestDestroyBroken(t *testing.T) {
	for _, c := range allCauses(t) {
		d := newDesk(t)
		d.apply(client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: c, Detail: "key.age"}})
		if c == client.ProfileInUse {
			d.quiet(func() { d.m.Press(Action{Kind: ActionAskDestroy}) })
			if d.m.Broken().Destroy.Shown() || d.m.Dialog().Open {
				t.Error("what another Hushwing has open is offered")
			}
			continue
		}
		d.press(d.m.Broken().Destroy)
		v := d.m.Dialog()
		if plain(v.Title) != "Destroy everything?" || !v.OK.Destructive || len(v.Evidence) < 4 {
			t.Fatalf("cause %d: %+v", c, v)
		}
		d.quiet(func() { d.m.Escape(); d.step() })
		if d.m.Dialog().Open {
			t.Fatal("Escape does not close it")
		}
		d.press(d.m.Broken().Destroy)
		d.press(d.m.Dialog().OK)
		id := sent[client.DestroyProfile](d).ID
		d.apply(client.ProfileChanged{State: client.ProfileNone}, client.Done{ID: id})
		d.equal("afterwards", d.page(PageWelcome).Title, "Everything is destroyed")
		if d.m.Dialog().Open {
			t.Error("the question stays")
		}
	}
}

// A destruction that fails says so, over whatever screen it left, and nothing is
// said any more of what was not touched; it can be tried again.
func TestDestroyFails(t *testing.T) {
	damaged := &client.Problem{Cause: client.ProfileDamaged, Detail: "key.age"}
	broken, locked := client.ProfileChanged{State: client.ProfileBroken, Problem: damaged}, client.ProfileChanged{State: client.ProfileLocked}
	for _, c := range []struct {
		name          string
		before, after client.Event
		screen        Screen
	}{
		{"open", nil, locked, ScreenUnlock},
		{"open, and broken by it", nil, broken, ScreenBroken},
		{"locked", locked, locked, ScreenUnlock},
		{"broken", broken, broken, ScreenBroken},
	} {
		for _, left := range []bool{false, true} {
			d := chatDesk(t, client.PrivateChecked)
			if c.before != nil {
				d.apply(c.before)
			}
			d.m.Press(Action{Kind: ActionAskDestroy})
			d.step()
			d.press(d.m.Dialog().OK)
			id := sent[client.DestroyProfile](d).ID
			if left {
				d.m.Escape() // nobody waits
				d.step()
			}
			d.apply(c.after)
			d.screen(c.screen)
			if len(d.m.contacts) > 0 {
				t.Errorf("%s: a closed profile is still known", c.name)
			}
			d.apply(client.Refused{ID: id, Problem: client.Problem{Cause: client.ProfileReadOnly}})
			if left {
				if d.last.Toast == nil {
					t.Errorf("%s, left: nothing says that it failed", c.name)
				}
			} else if v := d.m.Dialog(); v.Problem == nil || !v.OK.Enabled {
				t.Errorf("%s: %+v", c.name, v)
			}
			if d.m.Broken().Safe != "" {
				t.Errorf("%s: it claims that nothing was touched", c.name)
			}
			d.m.Press(Action{Kind: ActionAskDestroy})
			d.step()
			d.press(d.m.Dialog().OK)
			again := sent[client.DestroyProfile](d).ID
			d.apply(client.ProfileChanged{State: client.ProfileNone}, client.Done{ID: again})
			d.equal(c.name, d.page(PageWelcome).Title, "Everything is destroyed")
		}
	}
}
