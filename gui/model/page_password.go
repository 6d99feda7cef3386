package model

import (
	"hushwing/client"
	"hushwing/i18n"
	"hushwing/secret"
)

// The rows of the page that changes the password.
const (
	FieldIDOldPassword   FieldID = "old-password"
	FieldIDFreshPassword FieldID = "fresh-password"
	FieldIDFreshRepeat   FieldID = "fresh-repeat"
)

// passwordChange is what that page holds. It is emptied when the page closes.
type passwordChange struct {
	old, fresh, repeat string
	proposed           bool // the program wrote the fresh one: shown in clear
	differ             bool // said once the button was pressed
	busy               client.CommandID
	problem            *client.Problem
}

func (m *Model) openPassword(page) {
	m.password = passwordChange{}
	m.focus(FieldIDOldPassword)
}

func (m *Model) closePassword(page) { m.password = passwordChange{} }

// setPassword takes what was typed.
func (m *Model) setPassword(_ page, id FieldID, text string) bool {
	p := &m.password
	if p.busy != 0 {
		return true
	}
	switch id {
	case FieldIDOldPassword:
		p.old = text
	case FieldIDFreshPassword:
		p.proposed = p.proposed && text == p.fresh
		p.fresh = text
	case FieldIDFreshRepeat:
		p.repeat = text
	}
	p.differ, p.problem = false, nil
	return true
}

func (m *Model) pressPassword(_ page, a Action) bool {
	switch a.Kind {
	case ActionSuggestFresh:
		m.suggestFresh()
	case ActionUseFresh:
		m.useFresh()
	default:
		return false
	}
	return true
}

// suggestFresh fills in random words, as the first run does.
func (m *Model) suggestFresh() {
	p := &m.password
	if p.busy != 0 {
		return
	}
	words, err := client.SuggestPassword()
	if err != nil {
		p.problem = &client.Problem{}
		return
	}
	p.fresh, p.repeat = words.Export(), ""
	p.proposed, p.differ, p.problem = true, false, nil
	m.focus(FieldIDFreshRepeat)
}

// useFresh asks for the change. If the old password was wrong, the rest of what
// was typed stays.
func (m *Model) useFresh() {
	p := &m.password
	switch {
	case p.busy != 0 || p.old == "" || p.fresh == "":
		return
	case p.fresh != p.repeat:
		p.differ = true
		m.focus(FieldIDFreshRepeat)
		return
	}
	p.problem = nil
	var id client.CommandID
	id = m.ask(func(prob *client.Problem) {
		open := m.password.busy == id
		switch {
		case prob == nil:
			if top, ok := m.topPage(); open && ok && top.kind == ActionChangePassword {
				m.closePages(len(m.pages) - 1)
			}
			m.toast(i18n.T("The new password holds from now on."), Button{})
		case open:
			m.password.busy, m.password.problem = 0, prob
			m.focus(FieldIDOldPassword)
		default:
			m.toast(sentence(*prob), Button{})
		}
	})
	p.busy = id
	m.do(client.ChangePassword{ID: id, Old: secret.New(p.old), Fresh: secret.New(p.fresh)})
}

// viewChangePassword shows the page.
func (m *Model) viewChangePassword(_ page, v *PageView) {
	p := m.password
	free := p.busy == 0
	v.Title = i18n.T("Change the password")
	v.Text = i18n.T("It encrypts everything that Hushwing keeps here. Nobody can reset it: if it is forgotten, what is here is gone.")
	old := PageRow{
		ID: FieldIDOldPassword, Kind: PageText, Entry: FieldSecret, Label: i18n.T("Password until now"), Value: p.old, Enabled: free,
	}
	if p.problem != nil && p.problem.Cause == client.WrongPassword {
		old.Problem = i18n.T("That is not the password. Look at what you typed: capitals and spaces count.")
	}
	suggest := named(button(i18n.T("Suggest one"), Action{Kind: ActionSuggestFresh}), i18n.T("Suggest a password of random words"))
	suggest.Enabled = free
	fresh := PageRow{
		ID: FieldIDFreshPassword, Kind: PageText, Entry: FieldSecret, Label: i18n.T("New password"), Value: p.fresh, Enabled: free,
		Reveal: p.proposed, Buttons: []Button{suggest},
	}
	if p.proposed {
		fresh.Help = i18n.T("Write these words on paper and keep it away from this computer, until you know them by heart.")
	}
	repeat := PageRow{
		ID: FieldIDFreshRepeat, Kind: PageText, Entry: FieldSecret, Label: i18n.T("The same once more"), Value: p.repeat, Enabled: free,
	}
	if p.differ {
		repeat.Problem = i18n.T("This is not the same as above. Look at both, or type them again.")
	}
	label, weak := i18n.T("Change it"), false
	if p.fresh != "" {
		s := client.PasswordStrength(secret.New(p.fresh))
		fresh.Strength = strength(s)
		weak = s.Guess < weakBelow
	}
	if weak {
		label = i18n.T("Use it all the same")
	}
	change := suggested(label, Action{Kind: ActionUseFresh}, free && p.old != "" && p.fresh != "")
	change.Suggested = !weak
	v.Buttons = []Button{change}
	v.Sections = []Section{
		{Rows: []PageRow{old}},
		{Rows: []PageRow{fresh, repeat}, Text: i18n.T("Copies of your profile that were made before still open with the password until now.")},
	}
	if !free {
		v.Busy = &Busy{Text: i18n.T("Changing the password. This takes a few seconds, so that guessing takes years…"), Fraction: -1}
	}
	if p.problem != nil && p.problem.Cause != client.WrongPassword {
		v.Problem = problem(*p.problem, map[remedy]Action{remedyRetry: {Kind: ActionUseFresh}})
	}
}
