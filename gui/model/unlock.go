package model

import (
	"hushwing/client"
	"hushwing/i18n"
	"hushwing/secret"
)

// unlockState is what the page with the password holds.
type unlockState struct {
	password string
	busy     bool
	locking  bool // the profile is being closed
	problem  *client.Problem
}

// Starting returns the view of ScreenStarting.
func (m *Model) Starting() StartingView {
	return StartingView{Text: i18n.T("Opening Hushwing…")}
}

// Broken returns the view of ScreenBroken.
func (m *Model) Broken() BrokenView {
	p := client.Problem{}
	if m.broken != nil {
		p = *m.broken
	}
	v := BrokenView{
		Title:   i18n.T("Your profile cannot be opened"),
		Problem: *problem(p, nil),
		Quit:    suggested(quit.Text(), Action{Kind: ActionQuit}, true),

		Language: viewLanguage(true),
	}
	if !m.destroyed.failed {
		v.Safe = untouched()
	}
	if m.canDestroy() {
		v.Destroy = destroyButton()
	}
	return v
}

// Unlock returns the view of ScreenUnlock.
func (m *Model) Unlock() UnlockView {
	u := m.unlock
	v := UnlockView{
		Title: i18n.T("Welcome back"),
		Text:  i18n.T("Your password opens Hushwing on this computer."),
		Field: Field{
			ID:      FieldIDUnlock,
			Kind:    FieldSecret,
			Label:   i18n.T("Password"),
			Value:   u.password,
			Enabled: !u.busy && !u.locking,
		},
		Unlock:  suggested(i18n.T("Open"), Action{Kind: ActionUnlock}, !u.busy && !u.locking && u.password != ""),
		Destroy: destroyButton(),

		Language: viewLanguage(!u.busy && !u.locking),
	}
	v.Destroy.Enabled = !u.busy
	if u.locking {
		v.Busy = &Busy{Text: i18n.T("Locking…"), Fraction: -1}
	}
	if u.busy {
		v.Busy = &Busy{Text: i18n.T("Opening your profile. This takes a few seconds, so that guessing takes years…"), Fraction: -1}
	}
	if u.problem != nil {
		v.Problem = problem(*u.problem, map[remedy]Action{
			remedyRetry: {Kind: ActionUnlock},
			remedyQuit:  {Kind: ActionQuit},
		})
		switch u.problem.Cause {
		case client.ProfileDamaged, client.ProfileForeign, client.ProfileNewer:
			if !m.destroyed.failed {
				v.Problem.Next = join(untouched(), v.Problem.Next)
			}
		}
	}
	return v
}

// setUnlockField takes the password as it is typed.
func (m *Model) setUnlockField(id FieldID, text string) {
	if id != FieldIDUnlock || m.unlock.busy || m.unlock.locking {
		return
	}
	m.unlock.password = text
	m.unlock.problem = nil
	m.changes.Unlock = true
}

// pressUnlock tries the password.
func (m *Model) pressUnlock() {
	if m.screen != ScreenUnlock || m.unlock.busy || m.unlock.locking || m.unlock.password == "" {
		return
	}
	m.unlock.busy = true
	m.unlock.problem = nil
	m.changes.Unlock = true
	m.do(client.Unlock{Password: secret.New(m.unlock.password), ID: m.ask(func(p *client.Problem) {
		m.changes.Unlock = true
		if p == nil {
			m.unlock.password = "" // the Snapshot brings the next screen
			return
		}
		m.unlock.busy = false
		m.unlock.problem = p // what was typed stays: a slip can be looked at
		m.focus(FieldIDUnlock)
	})})
}

// destroyButton is for when there is no time for the password, or no use in it.
func destroyButton() Button {
	return button(i18n.T("Destroy everything…"), Action{Kind: ActionAskDestroy})
}

// untouched is what is said where the profile cannot be opened.
func untouched() string { return i18n.T("Nothing was changed or deleted.") }
