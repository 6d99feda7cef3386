package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// Check returns the view of the check of the open conversation.
func (m *Model) Check() CheckView {
	c := m.current()
	if c == nil || !c.check.open {
		return CheckView{}
	}
	s := &c.check
	name := c.name()
	v := CheckView{
		Open:   true,
		Peer:   c.Peer,
		Title:  i18n.T("Is this really %s?", name),
		Style:  StyleNeutral,
		Proves: i18n.T("A check shows that nobody sits in between and that this is %s’s own program. It lasts until their key changes.", name),
		Close:  button(i18n.T("Close"), Action{Kind: ActionCloseCheck}),
	}
	if s.problem != nil {
		v.Problem = problem(*s.problem, nil)
	}
	check := m.checks[c.Peer]
	switch {
	case !m.canSee(c):
		v.Text = i18n.T("You can check as soon as the chat is private. %s must be there for it.", name)
	case s.page == checkRoom:
		m.viewRoom(&v, c)
	case check.Stage == client.CheckQuestion && check.How == client.HowCode:
		m.viewTheirCode(&v, c, check)
	case check.Stage == client.CheckQuestion:
		m.viewTheirQuestion(&v, c, check)
	case s.page == checkQuestion && check.Stage != client.CheckWaiting:
		m.viewAsk(&v, c)
	case s.page == checkCall && check.Stage != client.CheckWaiting:
		m.viewCall(&v, c)
	default:
		m.viewStage(&v, c, check)
		return v
	}
	if s.page != checkWays && c.Protection.Private() {
		v.Close = Button{} // one way out of a page is enough: back
	}
	return v
}

// canSee reports whether there is a check to be seen: the chat is private, or one goes
// on, or has come to its good end, with another program of theirs than the one whose
// chat was ended.
func (m *Model) canSee(c *contact) bool {
	if c.Protection.Private() {
		return true
	}
	if c.Protection != client.OtherEnded || c.check.page == checkRoom {
		return false
	}
	switch m.checks[c.Peer].Stage {
	case client.CheckWaiting, client.CheckQuestion, client.CheckAnswered, client.CheckSame:
		return true
	}
	return false
}

// viewWays shows how two people can check.
func (m *Model) viewWays(v *CheckView, c *contact) {
	v.Title = i18n.T("How can you two check?")
	name := c.name()
	left := m.attemptsLeft(c)
	none := sentence(client.Problem{Cause: client.NoAttemptsLeft})
	way := func(title, text, icon string, kind ActionKind, open bool) WayRow {
		b := button(title, Action{Kind: kind})
		if !open {
			b.Enabled, text = false, none
		}
		b.Name = i18n.T("%[1]s: %[2]s", title, text)
		return WayRow{Title: title, Text: text, Icon: icon, Button: b}
	}
	v.Ways = []WayRow{
		way(i18n.T("We are in the same room"), i18n.T("You compare digits on your two screens. It is the surest way."),
			"system-users-symbolic", ActionWayRoom, true),
		way(i18n.T("We can call"), i18n.T("You read six digits to %s, who types them. It checks you both.", name),
			"call-start-symbolic", ActionWayCall, left > 0),
		way(i18n.T("We share a memory"), i18n.T("You ask a question whose answer only %s knows. It makes you sure of %s.", name, name),
			"dialog-question-symbolic", ActionWayQuestion, left > 0),
	}
	if left > 0 && left < allAttempts {
		v.Attempts = attempts(left)
	}
}

// allAttempts is how many there are for each key (UX, "Check").
const allAttempts = 3

// viewAsk shows question and answer, to be filled in.
func (m *Model) viewAsk(v *CheckView, c *contact) {
	s := &c.check
	free := s.sent == 0
	v.Title = i18n.T("Ask %s a question", c.name())
	v.Text = i18n.T("Ask about something that only the two of you know.")
	v.Fields = []Field{
		{
			ID:      FieldIDQuestion,
			Label:   i18n.T("Question"),
			Value:   s.question,
			Help:    i18n.T("%s sees it.", c.name()),
			Problem: s.wrong[FieldIDQuestion],
			Enabled: free,
		},
		{
			ID:      FieldIDAnswer,
			Label:   i18n.T("Answer"),
			Value:   s.answer,
			Help:    i18n.T("It never leaves this computer. Only whether the two answers are the same is found out."),
			Problem: s.wrong[FieldIDAnswer],
			Enabled: free,
		},
	}
	v.Hints = []string{
		i18n.T("Not something people could find online or guess."),
		i18n.T("Spaces at the ends do not matter, capitals do."),
	}
	v.Attempts = attempts(m.attemptsLeft(c))
	stop := button(i18n.T("Back"), Action{Kind: ActionStopCheck})
	v.Buttons = []Button{stop, suggested(i18n.T("Ask"), Action{Kind: ActionAsk}, free)}
	if !free {
		v.Busy = &Busy{Text: i18n.T("Asking…"), Fraction: -1}
		v.Buttons[0] = button(i18n.T("Stop"), stop.Action)
	}
}

// viewTheirQuestion shows their question, to be answered.
func (m *Model) viewTheirQuestion(v *CheckView, c *contact, check client.Check) {
	s := &c.check
	free := s.sent == 0
	name := c.name()
	v.Title = i18n.T("%s asks you a question", name)
	v.Quote = clean(check.Question, 1000)
	v.Text = i18n.T("Your answer shows %s that it is you.", name)
	if v.Quote == "" {
		v.Text = i18n.T("%s’s program sends no question with it. Type what the two of you agreed on.", name)
	}
	v.Fields = []Field{{
		ID:      FieldIDReply,
		Label:   i18n.T("Answer"),
		Value:   s.reply,
		Problem: s.wrong[FieldIDReply],
		Enabled: free,
	}}
	v.Hints = []string{
		i18n.T("Spaces at the ends do not matter, capitals do."),
		i18n.T("A question that anybody could answer proves nothing about who asks. Ask back afterwards."),
	}
	v.Buttons = []Button{
		button(i18n.T("Do not answer"), Action{Kind: ActionStopCheck}),
		suggested(i18n.T("Answer"), Action{Kind: ActionAnswer}, free),
	}
	if !free {
		v.Busy = &Busy{Text: i18n.T("Answering…"), Fraction: -1}
		v.Buttons[0] = button(i18n.T("Stop"), Action{Kind: ActionStopCheck})
	}
}

// viewStage shows what goes on, or what came of it.
func (m *Model) viewStage(v *CheckView, c *contact, check client.Check) {
	name := c.name()
	stop := button(i18n.T("Stop"), Action{Kind: ActionStopCheck})
	switch check.Stage {
	case client.CheckWaiting:
		if check.How == client.HowCode {
			m.viewOurCode(v, c, check)
			return
		}
		v.Busy = &Busy{Text: i18n.T("Waiting for %s’s answer. You can go on writing meanwhile.", name), Fraction: -1}
		v.Buttons = []Button{stop}
	case client.CheckAnswered:
		v.Busy = &Busy{Text: i18n.T("Comparing the two answers…"), Fraction: -1}
		if check.How == client.HowCode {
			v.Busy.Text = i18n.T("Comparing the two codes…")
		}
		v.Buttons = []Button{stop}
	case client.CheckSame:
		m.viewSame(v, c, check)
	case client.CheckAskBack:
		v.Icon, v.Style = "security-medium-symbolic", StyleWarn
		v.Text = i18n.T("%s is now sure of you. Now ask them.", name)
		if c.Protection == client.PrivateChecked {
			v.Icon, v.Style = "security-high-symbolic", StyleGood
			v.Title = i18n.T("This is %s", name)
			v.Text = i18n.T("%s is now sure of you, and you are sure of them.", name)
			return
		}
		v.Hints = []string{i18n.T("Whoever asks chooses the question, so that an answer checks only the one who gave it.")}
		v.Buttons = []Button{
			button(i18n.T("Check by phone"), Action{Kind: ActionWayCall}),
			suggested(i18n.T("Ask back"), Action{Kind: ActionAskBack}, true),
		}
		if m.attemptsLeft(c) == 0 {
			v.Buttons = []Button{button(i18n.T("Compare the safety code"), Action{Kind: ActionWayRoom})}
		}
	case client.CheckDifferent:
		m.viewDifferent(v, c, check)
	case client.CheckAborted:
		v.Icon = "dialog-information-symbolic"
		v.Text = i18n.T("The check was broken off. It says nothing about %s.", name)
		v.Hints = []string{i18n.T("You both asked at the same moment? Then let one of you ask.")}
		v.Buttons = []Button{suggested(tryAgain.Text(), againBy(check.How), true)}
	default:
		m.viewWays(v, c)
	}
}

// againBy is the way on to the same way of checking.
func againBy(how client.How) Action {
	switch how {
	case client.HowCode:
		return Action{Kind: ActionWayCall}
	case client.HowRoom:
		return Action{Kind: ActionWayRoom}
	}
	return Action{Kind: ActionWayQuestion}
}

// viewSame shows that it is them, and who is sure of whom.
func (m *Model) viewSame(v *CheckView, c *contact, check client.Check) {
	name := c.name()
	v.Title = i18n.T("This is %s", name)
	v.Icon, v.Style = "security-high-symbolic", StyleGood
	when := c.checkedOn()
	if when.IsZero() {
		when = m.now()
	}
	v.Text = i18n.T("You checked %[1]s on %[2]s.", name, i18n.Date(when))
	switch {
	case check.How == client.HowRoom:
		v.Hints = []string{i18n.T("%s is sure of you once they have pressed “They match” as well.", name)}
	case check.How == client.HowCode && !check.Other:
		v.Hints = []string{i18n.T("The code checked you both.")}
	case check.How == client.HowCode:
		v.Hints = []string{i18n.T("Whether %s’s program counts you as checked now, it shows there.", name)}
	default:
		v.Hints = []string{i18n.T("%s is not sure of you by this: let them ask you, too.", name)}
	}
}

// viewDifferent shows that something is not as it should be.
func (m *Model) viewDifferent(v *CheckView, c *contact, check client.Check) {
	name := c.name()
	v.Icon, v.Style = "dialog-warning-symbolic", StyleBad
	again := suggested(tryAgain.Text(), againBy(check.How), true)
	if check.How == client.HowRoom {
		v.Title = i18n.T("Stop: this may not be %s", name)
		v.Text = i18n.T("The safety codes differ, so sending is paused. Someone may be in between.")
		v.Hints = []string{
			i18n.T("Look whether both of you have this very conversation open, then compare once more."),
			i18n.T("If they differ again, share nothing here, and agree on another way while you are together."),
		}
		again.Label = i18n.T("Compare once more")
		again.Name = again.Label
		v.Buttons = []Button{again}
		return
	}
	v.Text = i18n.T("The answers differ. Usually a typing slip. Try again by phone. If it fails twice, share nothing sensitive here.")
	phone := button(i18n.T("Check by phone"), Action{Kind: ActionWayCall})
	v.Buttons = []Button{phone, again}
	if check.How == client.HowCode {
		v.Text = i18n.T("The codes differ. Usually a slip in hearing or typing. Try again with a new code. If it fails twice, share nothing sensitive here.")
		v.Buttons = []Button{again}
	}
	if check.Left > 0 {
		v.Attempts = attempts(check.Left)
		return
	}
	v.Problem = problem(client.Problem{Cause: client.NoAttemptsLeft}, nil)
	v.Buttons = []Button{button(i18n.T("Compare the safety code"), Action{Kind: ActionWayRoom})}
}

// attempts says how many attempts are left.
func attempts(left int) string {
	if left <= 0 {
		return ""
	}
	return i18n.N("%d attempt left", "%d attempts left", left, left)
}
