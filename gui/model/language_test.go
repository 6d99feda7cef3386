package model

import (
	"slices"
	"testing"

	"hushwing/client"
	"hushwing/i18n"
)

// abroad is a desk in front of somebody who does not read the computer's language:
// from the first choice on the words are not marked any more, and not looked at.
func abroad(t *testing.T, events ...client.Event) *desk {
	t.Helper()
	home := func() { blind = false; i18n.Set(i18n.Pseudo) }
	home()
	t.Cleanup(home)
	d := newDesk(t)
	d.apply(events...)
	return d
}

// says chooses a language by its own name.
func (d *desk) says(v LanguageView, own string) {
	d.t.Helper()
	blind = true
	d.press(d.find(v.Choices, own))
}

// speaks fails when another language is spoken.
func (d *desk) speaks(when, want string) {
	d.t.Helper()
	if got := i18n.Language(); got != want {
		d.t.Errorf("%s: it speaks %s, not %s", when, got, want)
	}
}

// The first page has the languages by their own names. The one that is chosen is
// spoken at once, from there to the new profile without a word in another, and
// written into its settings, where nothing is written before.
func TestLanguageFirst(t *testing.T) {
	d := abroad(t, client.ProfileChanged{State: client.ProfileNone})
	v := d.page(PageWelcome).Language
	d.equal("its name", v.Name, "Language")
	if len(v.Choices) != len(i18n.Languages()) || !v.Enabled {
		t.Fatalf("%+v", v)
	}
	d.quiet(func() { d.says(v, "فارسی") })
	d.speaks("at once", "fa")
	c := d.last
	if i18n.Direction() != i18n.RTL || !c.Language || !c.Screen || !c.FirstRun || c.FocusID != FieldIDSpoken {
		t.Errorf("%+v", c)
	}
	v = d.m.FirstRun().Language
	for _, b := range v.Choices {
		if b.Chosen != (b.Label == "فارسی") {
			t.Errorf("%q: chosen %v", b.Label, b.Chosen)
		}
	}
	if v.Own != "فارسی" {
		t.Errorf("it is called %q", v.Own)
	}
	d.press(d.m.FirstRun().Doors[0].Button)
	if d.m.FirstRun().Language.Shown() {
		t.Error("it is on every page")
	}
	d.set(FieldIDPassword, "copper lantern meadow orbit willow")
	d.set(FieldIDRepeat, "copper lantern meadow orbit willow")
	d.press(d.m.FirstRun().Next)
	id := sent[client.CreateProfile](d).ID
	for _, e := range []client.Event{client.Done{ID: id}, client.ProfileChanged{State: client.ProfileOpen}, client.SettingsChanged{}} {
		d.quiet(func() { d.apply(e) })
		d.speaks("while the profile is made", "fa")
	}
	d.apply(client.Snapshot{})
	i := slices.IndexFunc(d.cmds, func(c client.Command) bool { _, ok := c.(client.SetSettings); return ok })
	if i < 0 {
		t.Fatal("it is not written down")
	}
	set := d.cmds[i].(client.SetSettings)
	if want := (client.Settings{Language: "fa"}); set.Settings != want {
		t.Errorf("%+v", set.Settings)
	}
	d.apply(client.SettingsChanged{Settings: set.Settings}, client.Done{ID: set.ID})
	d.speaks("in the profile", "fa")
	d.m.Lock()
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.speaks("locked", i18n.Pseudo)
}

// While the profile is being made one can go back and choose: that counts, too.
// Who ends with the computer's language has chosen none.
func TestLanguageFirstLate(t *testing.T) {
	for _, last := range []string{"Français", ""} {
		d := abroad(t, client.ProfileChanged{State: client.ProfileNone})
		d.m.system = "de"
		d.says(d.page(PageWelcome).Language, "Español")
		d.press(d.m.FirstRun().Doors[0].Button)
		d.set(FieldIDPassword, "copper lantern meadow orbit willow")
		d.set(FieldIDRepeat, "copper lantern meadow orbit willow")
		d.press(d.m.FirstRun().Next)
		id := sent[client.CreateProfile](d).ID
		d.press(d.m.FirstRun().Back)
		if last == "" {
			d.says(d.m.FirstRun().Language, "Deutsch")
		} else {
			d.says(d.m.FirstRun().Language, last)
		}
		d.apply(client.Done{ID: id}, client.ProfileChanged{State: client.ProfileOpen}, client.SettingsChanged{})
		if last == "" {
			d.quiet(func() { d.apply(client.Snapshot{}) })
			d.speaks("back at the computer's", "de")
			continue
		}
		d.apply(client.Snapshot{})
		if got := sent[client.SetSettings](d).Settings.Language; got != "fr" {
			t.Errorf("%q is written down", got)
		}
		// The profile is open, and there are no settings to be seen yet.
		d.says(d.m.FirstRun().Language, "Русский")
		if got := sent[client.SetSettings](d).Settings.Language; got != "ru" {
			t.Errorf("%q is written down", got)
		}
		d.speaks("at once", "ru")
	}
}

// In front of a locked profile, or one that cannot be opened, a language holds for
// as long as nothing else is known; it is written nowhere, takes nothing of what was
// typed, and goes with the profile that is closed.
func TestLanguageLocked(t *testing.T) {
	for _, c := range []struct{ settings, want string }{{"", "fr"}, {"zh_CN", "zh_CN"}} {
		d := abroad(t, client.ProfileChanged{State: client.ProfileLocked})
		d.set(FieldIDUnlock, "right")
		d.quiet(func() { d.says(d.m.Unlock().Language, "Français") })
		d.speaks("at once", "fr")
		if v := d.m.Unlock(); v.Field.Value != "right" || d.last.FocusID != FieldIDUnlock || !d.last.Language {
			t.Errorf("%+v, %+v", v, d.last)
		}
		d.press(d.m.Unlock().Unlock)
		if d.m.Unlock().Language.Enabled {
			t.Error("it can be chosen while the profile is being opened")
		}
		id := sent[client.Unlock](d).ID
		d.quiet(func() {
			d.apply(
				client.Done{ID: id}, client.ProfileChanged{State: client.ProfileOpen},
				client.SettingsChanged{Settings: client.Settings{Language: c.settings}}, client.Snapshot{Accounts: []client.Account{mine}},
			)
		})
		d.screen(ScreenMain)
		d.speaks("open", c.want)
		d.quiet(func() { d.m.Press(Action{Kind: ActionSpeak, ID: "de"}) }) // there are settings for that
		d.speaks("open", c.want)
		d.apply(client.ProfileChanged{State: client.ProfileLocked})
		d.speaks("locked again", i18n.Pseudo)
	}
	d := abroad(t, client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: client.ProfileDamaged}})
	d.quiet(func() { d.says(d.m.Broken().Language, "العربية") })
	d.speaks("broken", "ar")
	d.m.Press(Action{Kind: ActionAskDestroy})
	d.m.Press(d.m.Dialog().OK.Action)
	d.apply(client.ProfileChanged{State: client.ProfileNone}, client.Done{ID: sent[client.DestroyProfile](d).ID})
	d.speaks("who destroyed it reads that it is done", "ar")
}

// Nothing but a language that there is, where it is offered, is taken.
func TestLanguageElsewhere(t *testing.T) {
	d := abroad(t, client.ProfileChanged{State: client.ProfileNone})
	for _, l := range []string{"", "xx", "../de", "de_AT"} {
		d.m.Press(Action{Kind: ActionSpeak, ID: l})
		d.speaks(l, i18n.Pseudo)
	}
	d.press(d.page(PageWelcome).Doors[0].Button)
	d.m.Press(Action{Kind: ActionSpeak, ID: "de"})
	d.speaks("on another page", i18n.Pseudo)
	d = mainDesk(t)
	d.m.Press(Action{Kind: ActionAddAccount})
	d.step()
	if d.page(PageWelcome).Language.Shown() {
		t.Error("it is offered where there are settings")
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionSpeak, ID: "de"}) })
	d.speaks("with another address", i18n.Pseudo)
}
