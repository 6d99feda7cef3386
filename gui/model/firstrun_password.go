package model

import (
	"time"

	"hushwing/client"
	"hushwing/i18n"
	"hushwing/secret"
)

// passwordPage is what the page with the password for this computer holds.
type passwordPage struct {
	password string
	repeat   string
	proposed bool // the program wrote it: shown in clear
	differ   bool // said once Next was pressed
	creating client.CommandID
	problem  *client.Problem
}

// weakBelow is the time to guess under which a password is called too weak.
// It is not refused: that is the user's to decide.
const weakBelow = 30 * 24 * time.Hour

// setPasswordField takes what was typed.
func (m *Model) setPasswordField(id FieldID, text string) {
	p := &m.first.pass
	if p.creating != 0 {
		return
	}
	switch id {
	case FieldIDPassword:
		if text != p.password {
			p.proposed = false
		}
		p.password = text
	case FieldIDRepeat:
		p.repeat = text
	}
	p.differ, p.problem = false, nil
}

// suggestPassword fills in random words. They are to be typed once more by
// hand: who has typed them has seen them.
func (m *Model) suggestPassword() {
	p := &m.first.pass
	if m.first.page != PagePassword || p.creating != 0 {
		return
	}
	words, err := client.SuggestPassword()
	if err != nil {
		p.problem = &client.Problem{}
		return
	}
	p.password, p.repeat = words.Export(), ""
	p.proposed, p.differ, p.problem = true, false, nil
	m.focus(FieldIDRepeat)
}

// createProfile makes the profile.
func (m *Model) createProfile() {
	p := &m.first.pass
	if p.creating != 0 || p.password == "" {
		return
	}
	if p.password != p.repeat {
		p.differ = true
		m.focus(FieldIDRepeat)
		return
	}
	p.problem = nil
	p.creating = m.ask(func(prob *client.Problem) {
		m.changes.FirstRun = true
		if prob == nil {
			return // the Snapshot turns the page
		}
		m.first.pass.creating = 0
		m.first.pass.problem = prob
		m.focus(FieldIDPassword)
	})
	m.do(client.CreateProfile{ID: p.creating, Password: secret.New(p.password)})
}

// viewPassword shows the page.
func (m *Model) viewPassword(v *FirstRunView) {
	p := m.first.pass
	free := p.creating == 0
	v.Title = i18n.T("One password for this computer")
	v.Text = i18n.T("It encrypts everything that Hushwing keeps here. Nobody can reset it: if it is forgotten, what is here is gone.")
	first := Field{
		ID:      FieldIDPassword,
		Kind:    FieldSecret,
		Label:   i18n.T("Password"),
		Value:   p.password,
		Enabled: free,
		Reveal:  p.proposed,
		Button: Button{
			Label:   i18n.T("Suggest one"),
			Name:    i18n.T("Suggest a password of random words"),
			Action:  Action{Kind: ActionSuggestPassword},
			Enabled: free,
		},
	}
	if p.proposed {
		first.Help = i18n.T("Write these words on paper and keep it away from this computer, until you know them by heart.")
	}
	again := Field{
		ID:      FieldIDRepeat,
		Kind:    FieldSecret,
		Label:   i18n.T("The same once more"),
		Value:   p.repeat,
		Enabled: free,
	}
	if p.differ {
		again.Problem = i18n.T("This is not the same as above. Look at both, or type them again.")
	}
	v.Fields = []Field{first, again}

	next := i18n.T("Continue")
	weak := false
	if p.password != "" {
		s := client.PasswordStrength(secret.New(p.password))
		v.Strength = strength(s)
		weak = s.Guess < weakBelow
	}
	if weak {
		next = i18n.T("Use it all the same")
	}
	v.Next = suggested(next, Action{Kind: ActionNext}, free && p.password != "")
	v.Next.Suggested = !weak

	if !free {
		v.Busy = &Busy{Text: i18n.T("Making your profile. This takes a few seconds, so that guessing takes years…"), Fraction: -1}
	}
	if p.problem != nil {
		v.Problem = problem(*p.problem, map[remedy]Action{
			remedyRetry: {Kind: ActionNext},
			remedyQuit:  {Kind: ActionQuit},
		})
	}
}

// strength tells how long a password would stand.
func strength(s client.Strength) *StrengthView {
	const (
		day  = 24 * time.Hour
		year = 365 * day
	)
	v := &StrengthView{Fraction: min(max(s.Bits/80, 0.03), 1)}
	g := s.Guess
	switch {
	case g < weakBelow:
		v.Style = StyleBad
	case g < 20*year:
		v.Style = StyleWarn
	default:
		v.Style = StyleGood
	}
	count := func(unit time.Duration) int { return int(g / unit) }
	switch {
	case g < time.Minute:
		v.Text = i18n.T("Guessed at once")
	case g < time.Hour:
		v.Text = i18n.N("About %d minute to guess", "About %d minutes to guess", count(time.Minute), count(time.Minute))
	case g < day:
		v.Text = i18n.N("About %d hour to guess", "About %d hours to guess", count(time.Hour), count(time.Hour))
	case g < 60*day:
		v.Text = i18n.N("About %d day to guess", "About %d days to guess", count(day), count(day))
	case g < 2*year:
		v.Text = i18n.N("About %d month to guess", "About %d months to guess", count(30*day), count(30*day))
	case g < 100*year:
		v.Text = i18n.N("About %d year to guess", "About %d years to guess", count(year), count(year))
	default:
		v.Text = i18n.T("More than a lifetime to guess")
	}
	return v
}
