package gui

import (
	"hushwing/client"
	"hushwing/gui/model"
)

// scenesPages are the pages that belong to no account and no contact.
func scenesPages() []scene {
	settings := func(s *stage, v client.Settings) {
		s.play(opened()...)
		s.play(client.SettingsChanged{Settings: v})
		s.press(model.Action{Kind: model.ActionSettings})
	}
	password := func(s *stage) {
		settings(s, client.Settings{})
		s.press(model.Action{Kind: model.ActionChangePassword})
	}
	protects := func(s *stage, p client.Protection, box client.Sandbox) {
		chat(s, p, talk())
		s.play(client.SandboxChanged{Sandbox: box})
		s.press(model.Action{Kind: model.ActionProtects})
	}
	return []scene{
		{"page-shortcuts", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionShortcuts})
		}},
		{"page-settings", func(s *stage) { settings(s, client.Settings{}) }},
		{"page-settings-lowered", func(s *stage) {
			settings(s, client.Settings{NotifyWho: true, LockAfter: -1, StayOpen: true, Background: true})
		}},
		{"page-settings-refused", func(s *stage) {
			settings(s, client.Settings{})
			s.fill(model.FieldIDNotify, model.SwitchOff)
			for _, c := range asked[client.SetSettings](s) {
				s.play(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull}})
			}
		}},
		{"page-password", password},
		{"page-password-suggested", func(s *stage) {
			password(s)
			s.fill(model.FieldIDOldPassword, "before")
			s.press(model.Action{Kind: model.ActionSuggestFresh})
			s.fill(model.FieldIDFreshPassword, "copper lantern meadow orbit willow")
		}},
		{"page-password-wrong", func(s *stage) {
			password(s)
			s.fill(model.FieldIDOldPassword, "not this")
			s.fill(model.FieldIDFreshPassword, "copper")
			s.fill(model.FieldIDFreshRepeat, "copper")
			s.press(model.Action{Kind: model.ActionUseFresh})
			for _, c := range asked[client.ChangePassword](s) {
				s.play(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.WrongPassword}})
			}
		}},
		{"page-password-busy", func(s *stage) {
			password(s)
			s.fill(model.FieldIDOldPassword, "before")
			s.fill(model.FieldIDFreshPassword, "copper lantern meadow")
			s.fill(model.FieldIDFreshRepeat, "copper lantern meadow")
			s.press(model.Action{Kind: model.ActionUseFresh})
		}},
		{"page-protects", func(s *stage) {
			protects(s, client.PrivateChecked, client.Sandbox{Known: true, Calls: true, Files: true, Signals: true, Buses: true})
		}},
		{"page-protects-unchecked", func(s *stage) { protects(s, client.PrivateUnknown, client.Sandbox{}) }},
		{"page-protects-locked", func(s *stage) {
			protects(s, client.KeyLocked, client.Sandbox{Known: true, Calls: true, Missing: []string{"files"}})
			s.play(client.SettingsChanged{Settings: client.Settings{StayOpen: true}})
			s.play(client.MessageAdded{Message: client.Message{Peer: ana, ID: "clear", Text: "Are you there?", Clear: true, Time: clock()}})
		}},
		{"page-protects-nothing", func(s *stage) {
			s.play(opened()...)
			a := online()
			a.State = client.WaitingForTor
			s.play(client.AccountChanged{Account: a}, client.TorChanged{State: client.TorStarting, Percent: 45, Stage: "loading_descriptors"})
			s.press(model.Action{Kind: model.ActionProtects})
		}},
		{"page-about", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionAbout})
		}},
		{"unlock-locking", func(s *stage) {
			s.play(opened()...)
			s.ui(func() { s.w.m.Lock(); s.w.flush() })
		}},
		{"destroy", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionAskDestroy})
		}},
		{"destroy-locked", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileLocked})
			s.press(model.Action{Kind: model.ActionAskDestroy})
		}},
		{"destroy-broken", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: client.ProfileDamaged, Detail: "key.age"}})
			s.press(model.Action{Kind: model.ActionAskDestroy})
		}},
		{"destroy-broken-refused", func(s *stage) {
			broken := client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: client.ProfileDamaged, Detail: "key.age"}}
			s.play(broken)
			s.press(model.Action{Kind: model.ActionAskDestroy})
			s.press(model.Action{Kind: model.ActionDialogOK})
			s.play(broken)
			for _, c := range asked[client.DestroyProfile](s) {
				s.play(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.ProfileReadOnly, Retry: client.RetryNow}})
			}
		}},
		{"broken-in-use", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileBroken, Problem: &client.Problem{Cause: client.ProfileInUse}})
		}},
		{"destroyed", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileLocked})
			s.press(model.Action{Kind: model.ActionAskDestroy})
			s.press(model.Action{Kind: model.ActionDialogOK})
			s.play(client.ProfileChanged{State: client.ProfileNone})
		}},
	}
}

// choose presses an item of the main menu, as a person would.
func (s *stage) choose(label string) {
	s.t.Helper()
	s.ui(func() { s.w.main.left.menu.popover.Popup() })
	s.ui(func() {
		for _, i := range s.w.main.left.menu.items {
			if accessibleName(i) == label {
				i.Clicked()
				return
			}
		}
		s.t.Errorf("%q is not in the main menu", label)
	})
}
