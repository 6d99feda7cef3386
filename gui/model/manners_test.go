package model

import (
	"slices"
	"testing"
	"time"

	"hushwing/client"
)

// lockedBy counts how often the model asked for a lock.
func (d *desk) locks() (n int) {
	for _, c := range d.cmds {
		if _, ok := c.(client.Lock); ok {
			n++
		}
	}
	return n
}

// TestLockAfterIdle: after fifteen minutes without anybody, or as the user has
// set it, and not a moment earlier; never where the user wants it so.
func TestLockAfterIdle(t *testing.T) {
	for name, c := range map[string]struct {
		set   int
		after time.Duration // 0: never
	}{
		"by default":         {0, 15 * time.Minute},
		"after five minutes": {5, 5 * time.Minute},
		"after two hours":    {120, 2 * time.Hour},
		"never":              {-1, 0},
		"never, said oddly":  {-50, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := chatDesk(t, client.PrivateChecked)
			d.apply(client.SettingsChanged{Settings: client.Settings{LockAfter: c.set}})
			if c.after == 0 {
				d.now = d.now.Add(1000 * time.Hour)
				if d.m.CheckIdle() || d.m.LockIn() != 0 || d.locks() > 0 {
					t.Error("it locks")
				}
				return
			}
			d.now = d.now.Add(c.after - time.Second)
			d.m.Acted() // somebody is there
			d.step()
			if in := d.m.LockIn(); in != c.after {
				t.Errorf("it looks again in %v", in)
			}
			d.now = d.now.Add(c.after - time.Second)
			if d.m.CheckIdle() {
				t.Error("too early")
			}
			if in := d.m.LockIn(); in != time.Second {
				t.Errorf("it looks again in %v", in)
			}
			d.now = d.now.Add(time.Second)
			if !d.m.CheckIdle() || d.locks() != 1 {
				t.Errorf("it does not lock: %d", d.locks())
			}
			d.step()
			d.screen(ScreenUnlock)
			d.now = d.now.Add(c.after)
			if d.m.CheckIdle() || d.m.LockIn() != 0 || d.locks() != 1 {
				t.Error("it locks what is locked")
			}
		})
	}
}

// TestIdleOverSleep: who opens the lid in the morning does not find it open: the
// first key counts as the first after a long time, not as a sign of presence.
func TestIdleOverSleep(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.m.Acted()
	d.now = d.now.Round(0).Add(8 * time.Hour) // the monotonic clock stood still
	d.m.Acted()
	if d.locks() != 1 {
		t.Error("it is open")
	}
}

// TestLockWithSession: the desktop's lock and sleep lock the profile, unless the
// user wants it to stay open.
func TestLockWithSession(t *testing.T) {
	for stay, want := range map[bool]int{false: 1, true: 0} {
		d := chatDesk(t, client.PrivateChecked)
		d.apply(client.SettingsChanged{Settings: client.Settings{StayOpen: stay}})
		d.m.SessionLocked()
		d.step()
		if d.locks() != want {
			t.Errorf("staying open %v: locked %d times", stay, d.locks())
		}
	}
}

// TestClose: the window's close ends the program; where the user wants it it goes
// on without a window, but not with a locked profile, where there is nothing to wait for.
func TestClose(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.m.Close()
	d.step()
	if !d.last.Quit || d.last.Hide {
		t.Errorf("%+v", d.last)
	}
	d = chatDesk(t, client.PrivateChecked)
	d.apply(client.SettingsChanged{Settings: client.Settings{Background: true}})
	d.m.Close()
	d.step()
	if d.last.Quit || !d.last.Hide {
		t.Errorf("in the background: %+v", d.last)
	}
	d.m.Called("")
	d.step()
	if !d.last.Present {
		t.Error("a second start does not show it")
	}
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.m.Close()
	d.step()
	if !d.last.Quit {
		t.Error("locked: it goes on for nothing")
	}
}

// TestWindowPlace: the size is written down where it changed, when the window goes
// or the profile is locked, and comes back once.
func TestWindowPlace(t *testing.T) {
	d := mainDesk(t)
	place := client.WindowPlace{Width: 900, Height: 600, Maximized: true}
	d.m.Placed(place)
	d.m.Lock()
	lock := slices.IndexFunc(d.cmds, func(c client.Command) bool { _, ok := c.(client.Lock); return ok })
	if set := slices.IndexFunc(d.cmds, func(c client.Command) bool {
		s, ok := c.(client.SetSettings)
		return ok && s.Settings.Window == place
	}); set < 0 || set > lock {
		t.Fatalf("not written down before the lock: %+v", d.cmds)
	}
	d = mainDesk(t)
	d.apply(client.SettingsChanged{Settings: client.Settings{Window: place}})
	d.m.Placed(place)
	d.m.Close()
	for _, c := range d.cmds {
		if s, ok := c.(client.SetSettings); ok {
			t.Errorf("written down although it is the same: %+v", s)
		}
	}
	d = newDesk(t)
	open := func() {
		d.apply(client.ProfileChanged{State: client.ProfileLocked})
		d.isData("me@example.test")
		d.m.Apply(client.SettingsChanged{Settings: client.Settings{Window: place}})
		d.apply(client.Snapshot{Accounts: []client.Account{{ID: "a1", Address: "me@example.test"}}})
	}
	open()
	if !d.last.Place {
		t.Error("the size is not given back")
	}
	open()
	if d.last.Place {
		t.Error("it is given back again, over what the user has made of it")
	}
}
