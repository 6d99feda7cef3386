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
	case !c.Protection.Private():
		v.Text = i18n.T("You can check as soon as the chat is private. %s must be there for it.", name)
	case check.Stage == client.CheckQuestion:
		m.viewTheirQuestion(&v, c, check)
	case s.asking && check.Stage != client.CheckWaiting:
		m.viewAsk(&v, c, check)
	default:
		m.viewStage(&v, c, check)
	}
	return v
}

// viewWays shows how two people can check.
func (m *Model) viewWays(v *CheckView, c *contact) {
	v.Title = i18n.T("How can you two check?")
	later := i18n.T("This comes with a later version.")
	closed := func(title, icon string) WayRow {
		b := button(title, Action{})
		b.Name = i18n.T("%[1]s: %[2]s", title, later)
		b.Enabled = false
		return WayRow{Title: title, Text: later, Icon: icon, Button: b}
	}
	memory := i18n.T("We share a memory")
	v.Ways = []WayRow{
		closed(i18n.T("We are in the same room"), "system-users-symbolic"),
		closed(i18n.T("We can call"), "call-start-symbolic"),
		{
			Title:  memory,
			Text:   i18n.T("You ask a question whose answer only %s knows.", c.name()),
			Icon:   "dialog-question-symbolic",
			Button: suggested(memory, Action{Kind: ActionWayQuestion}, true),
		},
	}
}

// viewAsk shows question and answer, to be filled in.
func (m *Model) viewAsk(v *CheckView, c *contact, check client.Check) {
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
	v.Attempts = attempts(check)
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
	again := suggested(tryAgain.Text(), Action{Kind: ActionWayQuestion}, true)
	switch check.Stage {
	case client.CheckWaiting:
		v.Busy = &Busy{Text: i18n.T("Waiting for %s’s answer. You can go on writing meanwhile.", name), Fraction: -1}
		v.Buttons = []Button{stop}
	case client.CheckAnswered:
		v.Busy = &Busy{Text: i18n.T("Comparing the two answers…"), Fraction: -1}
		v.Buttons = []Button{stop}
	case client.CheckSame:
		v.Title = i18n.T("This is %s", name)
		v.Icon, v.Style = "security-high-symbolic", StyleGood
		when := c.checkedOn()
		if when.IsZero() {
			when = m.now()
		}
		v.Text = i18n.T("You checked %[1]s on %[2]s.", name, i18n.Date(when))
	case client.CheckAskBack:
		v.Icon, v.Style = "security-medium-symbolic", StyleWarn
		v.Text = i18n.T("%s is now sure of you. Now ask them.", name)
		if c.Protection == client.PrivateChecked {
			v.Icon, v.Style = "security-high-symbolic", StyleGood
			v.Title = i18n.T("This is %s", name)
			v.Text = i18n.T("%s is now sure of you, and you are sure of them.", name)
			return
		}
		v.Buttons = []Button{suggested(i18n.T("Ask back"), Action{Kind: ActionAskBack}, true)}
	case client.CheckDifferent:
		v.Icon, v.Style = "dialog-warning-symbolic", StyleBad
		v.Text = i18n.T("The answers differ. Usually a typing slip. Try again by phone. If it fails twice, share nothing sensitive here.")
		if check.Left > 0 {
			v.Attempts = attempts(check)
			v.Buttons = []Button{again}
		} else {
			v.Problem = problem(client.Problem{Cause: client.NoAttemptsLeft}, nil)
		}
	case client.CheckAborted:
		v.Icon = "dialog-information-symbolic"
		v.Text = i18n.T("The check was broken off. It says nothing about %s.", name)
		v.Buttons = []Button{again}
	default:
		m.viewWays(v, c)
	}
}

// attempts says how many attempts are left.
func attempts(check client.Check) string {
	if check.Left <= 0 {
		return ""
	}
	return i18n.N("%d attempt left", "%d attempts left", check.Left, check.Left)
}
