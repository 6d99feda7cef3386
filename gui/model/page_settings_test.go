package model

import (
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/i18n"
)

// settingsDesk has the settings open.
func settingsDesk(t *testing.T, s client.Settings) *desk {
	t.Helper()
	d := chatDesk(t, client.PrivateUnknown)
	d.apply(client.SettingsChanged{Settings: s})
	d.press(d.item("Settings"))
	return d
}

// setting returns a row of the page.
func (d *desk) setting(id FieldID) PageRow {
	d.t.Helper()
	for _, s := range d.m.Page().Sections {
		for _, r := range s.Rows {
			if r.ID == id {
				return r
			}
		}
	}
	d.t.Fatalf("no row %q", id)
	return PageRow{}
}

// Whatever lowers the protection says what is lost before it is chosen, stands
// out while it is, is counted, and is taken back by one button; what is a matter
// of taste is not touched by that.
func TestLoweredSettings(t *testing.T) {
	taste := client.Settings{TextScale: 150, SendWithCtrlEnter: true, Window: client.WindowPlace{Width: 800, Height: 600}}
	for _, c := range []struct {
		name string
		set  func(*client.Settings)
		row  FieldID
		to   string
		low  bool
	}{
		{"who wrote", func(s *client.Settings) { s.NotifyWho = true }, FieldIDNotifyWho, SwitchOn, true},
		{"stays open", func(s *client.Settings) { s.StayOpen = true }, FieldIDLockAlong, SwitchOff, true},
		{"background", func(s *client.Settings) { s.Background = true }, FieldIDBackground, SwitchOn, true},
		{"never locks", func(s *client.Settings) { s.LockAfter = -1 }, FieldIDLockAfter, "-1", true},
		{"locks late", func(s *client.Settings) { s.LockAfter = 60 }, FieldIDLockAfter, "60", true},
		{"locks early", func(s *client.Settings) { s.LockAfter = 5 }, FieldIDLockAfter, "5", false},
		{"silent", func(s *client.Settings) { s.NoNotify = true }, FieldIDNotify, SwitchOff, false},
		{"larger", func(s *client.Settings) { s.TextScale = 200 }, FieldIDTextScale, "200", false},
		{"ctrl", func(s *client.Settings) { s.SendWithCtrlEnter = false }, FieldIDCtrlEnter, SwitchOff, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := settingsDesk(t, taste)
			before := d.setting(c.row)
			if low := before.Loses != ""; c.low && !low {
				t.Error("it does not say what is lost before it is chosen")
			}
			if before.Style != "" || len(d.m.Page().Buttons) != 0 {
				t.Errorf("it alarms before: %+v", before)
			}
			d.set(c.row, c.to)
			want := taste
			c.set(&want)
			got := sent[client.SetSettings](d)
			if got.Settings != want {
				t.Fatalf("asked for %+v", got.Settings)
			}
			d.apply(client.SettingsChanged{Settings: want}, client.Done{ID: got.ID})
			after := d.setting(c.row)
			if (after.Style == StyleWarn) != c.low || (len(d.m.Page().Buttons) == 1) != c.low {
				t.Errorf("%+v", after)
			}
			if !c.low {
				return
			}
			if !strings.HasPrefix(plain(d.m.Page().Text), "1 setting is less safe") {
				t.Errorf("%q", plain(d.m.Page().Text))
			}
			d.press(d.m.Page().Buttons[0])
			got = sent[client.SetSettings](d)
			if got.Settings != taste {
				t.Fatalf("taken back to %+v", got.Settings)
			}
			undo := d.last.Toast
			d.apply(client.Done{ID: got.ID}, client.SettingsChanged{Settings: got.Settings})
			if undo == nil {
				t.Fatal("nothing says that it can be undone")
			}
			d.m.Escape()
			d.press(undo.Button)
			if got := sent[client.SetSettings](d); got.Settings != want {
				t.Errorf("undone to %+v", got.Settings)
			}
		})
	}
}

// What was asked for shows at once; two changes in a row are both in the
// second; a refusal goes back and says why.
func TestSettingsAnswers(t *testing.T) {
	d := settingsDesk(t, client.Settings{})
	d.set(FieldIDNotify, SwitchOff)
	first := sent[client.SetSettings](d)
	if d.setting(FieldIDNotify).On || d.setting(FieldIDNotifyWho).Enabled {
		t.Error("the switch waits for the disk")
	}
	d.set(FieldIDCtrlEnter, SwitchOn)
	second := sent[client.SetSettings](d)
	if !second.Settings.NoNotify || !second.Settings.SendWithCtrlEnter {
		t.Errorf("%+v", second.Settings)
	}
	d.apply(client.Done{ID: first.ID}, client.SettingsChanged{Settings: first.Settings})
	if d.m.Settings().SendWithCtrlEnter || !d.setting(FieldIDCtrlEnter).On {
		t.Error("the answer to the first change takes the second back")
	}
	d.apply(client.Refused{ID: second.ID, Problem: client.Problem{Cause: client.DiskFull}})
	if p := d.m.Page().Problem; p == nil || !strings.Contains(plain(p.Text), "disk is full") {
		t.Errorf("%+v", p)
	}
	if d.setting(FieldIDCtrlEnter).On || d.setting(FieldIDNotify).On {
		t.Error("what was refused is shown as done")
	}
	d.quiet(func() { d.set(FieldIDCtrlEnter, SwitchOff) }) // as it is
}

// A value that no choice has, from a newer program perhaps, is shown as it is.
func TestSettingsUnknownValues(t *testing.T) {
	defer i18n.Set(i18n.Language())
	d := settingsDesk(t, client.Settings{LockAfter: 7, TextScale: 110})
	d.isData(i18n.PseudoRTL) // which is in no list
	d.apply(client.SettingsChanged{Settings: client.Settings{LockAfter: 7, TextScale: 110, Language: i18n.PseudoRTL}})
	for _, id := range []FieldID{FieldIDLockAfter, FieldIDTextScale, FieldIDLanguage} {
		r, found := d.setting(id), false
		for _, o := range r.Options {
			found = found || o.Value == r.Value
		}
		if !found {
			t.Errorf("%s: %q is not among %v", id, r.Value, r.Options)
		}
	}
}

// A language holds for everything at once, and for no longer than the profile
// is open: nothing of it is known without the password.
func TestLanguage(t *testing.T) {
	was := i18n.Language()
	defer i18n.Set(was)
	d := settingsDesk(t, client.Settings{})
	d.isData(i18n.PseudoRTL)
	d.last = Changes{}
	d.apply(client.SettingsChanged{Settings: client.Settings{Language: i18n.PseudoRTL}})
	if i18n.Language() != i18n.PseudoRTL || i18n.Direction() != i18n.RTL {
		t.Fatalf("%s", i18n.Language())
	}
	c := d.last
	if !c.Language || !c.Screen || !c.Main || !c.Conversation || !c.Page || !c.Rows.Reset {
		t.Errorf("not all is said anew: %+v", c)
	}
	if !d.m.Page().Open {
		t.Error("the settings close")
	}
	d.apply(client.SettingsChanged{Settings: client.Settings{Language: i18n.PseudoRTL, NoNotify: true}})
	if d.last.Language {
		t.Error("another setting makes everything anew")
	}
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	if i18n.Language() != was || !d.last.Language || !d.last.Forget {
		t.Errorf("locked, it still speaks %s", i18n.Language())
	}
	if d.m.Settings() != (client.Settings{}) {
		t.Errorf("locked, it still knows %+v", d.m.Settings())
	}
}

// The password is changed only after the same new one was typed twice; a wrong
// old one takes nothing of what was typed, and leaving the page all of it.
func TestChangePassword(t *testing.T) {
	d := settingsDesk(t, client.Settings{})
	d.press(Button{Label: "x", Enabled: true, Action: d.setting("set-password").Action})
	v := d.m.Page()
	if v.Kind != ActionChangePassword || v.Depth != 2 || d.last.FocusID != FieldIDOldPassword {
		t.Fatalf("%+v, focus %q", v, d.last.FocusID)
	}
	d.set(FieldIDOldPassword, "before")
	d.set(FieldIDFreshPassword, "secret")
	if b := d.m.Page().Buttons[0]; b.Suggested || plain(b.Label) != "Use it all the same" {
		t.Errorf("a weak one is suggested: %+v", b)
	}
	d.press(d.setting(FieldIDFreshPassword).Buttons[0])
	r := d.setting(FieldIDFreshPassword)
	d.isData(r.Value)
	if !r.Reveal || r.Strength == nil || r.Strength.Style != StyleGood || d.last.FocusID != FieldIDFreshRepeat {
		t.Errorf("%+v", r)
	}
	d.set(FieldIDFreshRepeat, "other")
	d.quiet(func() { d.press(d.m.Page().Buttons[0]) })
	if d.setting(FieldIDFreshRepeat).Problem == "" {
		t.Error("it does not say that they differ")
	}
	d.set(FieldIDFreshRepeat, r.Value)
	d.press(d.m.Page().Buttons[0])
	c := sent[client.ChangePassword](d)
	if c.Old.Export() != "before" || c.Fresh.Export() != r.Value {
		t.Fatal("other passwords are sent than were typed")
	}
	if v := d.m.Page(); v.Busy == nil || d.setting(FieldIDOldPassword).Enabled {
		t.Errorf("%+v", v)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.WrongPassword}})
	if d.setting(FieldIDOldPassword).Problem == "" || d.setting(FieldIDFreshPassword).Value != r.Value || d.last.FocusID != FieldIDOldPassword {
		t.Error("a slip in the old password costs more than that")
	}
	d.press(d.m.Page().Buttons[0])
	d.apply(client.Done{ID: sent[client.ChangePassword](d).ID})
	if d.m.Page().Kind != ActionSettings || d.last.Toast == nil {
		t.Errorf("%+v", d.m.Page())
	}
	d.press(Button{Label: "x", Enabled: true, Action: d.setting("set-password").Action})
	if d.setting(FieldIDOldPassword).Value+d.setting(FieldIDFreshPassword).Value+d.setting(FieldIDFreshRepeat).Value != "" {
		t.Error("what was typed is still there")
	}
	// Left while it goes on: the answer is told in passing.
	d.set(FieldIDOldPassword, "a")
	d.set(FieldIDFreshPassword, "b")
	d.set(FieldIDFreshRepeat, "b")
	d.press(d.m.Page().Buttons[0])
	c = sent[client.ChangePassword](d)
	d.m.Escape()
	d.step()
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.WrongPassword}})
	if d.last.Toast == nil {
		t.Error("the refusal is lost")
	}
}
