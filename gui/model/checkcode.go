package model

import (
	"strings"

	"rsc.io/qr"

	"hushwing/client"
	"hushwing/i18n"
	"hushwing/secret"
)

// safety is the safety code of two keys. It takes some milliseconds, so that it is
// made when somebody wants to see it, and once.
type safety struct {
	keys string // whose it is
	view CodeView
}

// safetyCode returns the code of the keys in use.
func (c *contact) safetyCode() *CodeView {
	s := &c.check.safety
	if keys := c.info.Ours.String() + c.info.Key.String(); s.keys != keys {
		s.keys = keys
		code := client.SafetyCode(c.info.Ours, c.info.Key)
		text := strings.Join(code[:], " ")
		s.view = CodeView{
			Groups: code[:],
			Name:   i18n.T("Safety code, the same on both screens: %s", spelled(code[:]...)),
			QR:     qrText(text),
			QRName: i18n.T("The same digits as a code for cameras"),
		}
	}
	v := s.view
	return &v
}

// spelled writes groups of digits so that they are read one by one.
func spelled(groups ...string) string {
	var out []string
	for _, g := range groups {
		out = append(out, strings.Join(strings.Split(g, ""), " "))
	}
	return strings.Join(out, ", ")
}

// qrText returns the rows of the QR code of a text; nil when it cannot be made.
func qrText(text string) [][]bool {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil
	}
	rows := make([][]bool, code.Size)
	for y := range rows {
		rows[y] = make([]bool, code.Size)
		for x := range rows[y] {
			rows[y][x] = code.Black(x, y)
		}
	}
	return rows
}

// askCode has a code made.
func (m *Model) askCode(c *contact) {
	s := &c.check
	if s.page != checkCall || s.sent != 0 {
		return
	}
	s.wrong, s.problem = nil, nil
	s.sent = m.ask(m.checkRefused(c.Peer, FieldIDCode))
	m.do(client.AskCode{ID: s.sent, Peer: c.Peer})
}

// answerCode hands on what was typed.
func (m *Model) answerCode(c *contact) {
	s := &c.check
	if check := m.checks[c.Peer]; check.Stage != client.CheckQuestion || check.How != client.HowCode || s.sent != 0 {
		return
	}
	s.wrong, s.problem = nil, nil
	s.sent = m.ask(m.checkRefused(c.Peer, FieldIDCode))
	m.do(client.AnswerCode{ID: s.sent, Peer: c.Peer, Code: secret.New(s.code)})
}

// sameCodes takes what the user found. It counts for the key whose code was on the
// screen when the button was drawn.
func (m *Model) sameCodes(c *contact, a Action) {
	s := &c.check
	switch {
	case s.page != checkRoom || s.sent != 0 || !c.Protection.Private():
		return
	case a.ID != c.info.Key.String():
		s.problem = &client.Problem{Cause: client.CodeAnother}
		return
	}
	s.wrong, s.problem = nil, nil
	s.sent = m.ask(m.checkRefused(c.Peer, FieldIDCode))
	m.do(client.SameCodes{ID: s.sent, Peer: c.Peer, Key: c.info.Key, Same: a.Kind == ActionSameCodes})
}

// replyField is where the answer to what they asked is typed.
func replyField(check client.Check) FieldID {
	if check.How == client.HowCode {
		return FieldIDCode
	}
	return FieldIDReply
}

// viewCall shows what to do before a code is made.
func (m *Model) viewCall(v *CheckView, c *contact) {
	s := &c.check
	free := s.sent == 0
	name := c.name()
	v.Title = i18n.T("Check %s by phone", name)
	v.Text = i18n.T("Call %s first, so that you hear each other. Then get a code and read it aloud: their program asks for it.", name)
	v.Hints = []string{
		i18n.T("Each code is for one attempt, and is shown to you alone."),
		i18n.T("Never write it in this chat: someone in between could read it there."),
	}
	v.Proves = callProves(name)
	v.Attempts = attempts(m.attemptsLeft(c))
	v.Buttons = []Button{
		button(i18n.T("Back"), Action{Kind: ActionStopCheck}),
		suggested(i18n.T("Get a code"), Action{Kind: ActionAskCode}, free),
	}
	if !free {
		v.Busy = &Busy{Text: i18n.T("Making a code…"), Fraction: -1}
		v.Buttons[0] = button(i18n.T("Stop"), Action{Kind: ActionStopCheck})
	}
}

// callProves says what a code proves.
func callProves(name string) string {
	return i18n.T("A code that %s hears from you and types shows that nobody sits in between, unless they also listen to your call or imitate a voice. It checks you both.", name)
}

// viewOurCode shows the code that is to be read aloud.
func (m *Model) viewOurCode(v *CheckView, c *contact, check client.Check) {
	name := c.name()
	digits := check.Code.Export()
	v.Title = i18n.T("Read this to %s", name)
	v.Text = i18n.T("Over the phone, aloud. %s types it.", name)
	if half := len(digits) / 2; half > 0 {
		v.Code = &CodeView{Groups: []string{digits[:half], digits[half:]}, Large: true, Name: i18n.T("The code: %s", spelled(digits[:half], digits[half:]))}
	}
	v.Hints = []string{i18n.T("Never write it in this chat: someone in between could read it there.")}
	if check.Other {
		v.Hints = append(v.Hints, i18n.T("%s’s program asks for it in a window of its own, as a question. It wants the digits without a space.", name))
	}
	v.Busy = &Busy{Text: i18n.T("Waiting for %s to type it.", name), Fraction: -1}
	v.Proves = callProves(name)
	v.Buttons = []Button{button(i18n.T("Stop"), Action{Kind: ActionStopCheck})}
}

// viewTheirCode is where the code is typed that they read to us.
func (m *Model) viewTheirCode(v *CheckView, c *contact, check client.Check) {
	s := &c.check
	free := s.sent == 0
	name := c.name()
	v.Title = i18n.T("Type the code that %s reads to you", name)
	v.Text = i18n.T("Type only what you heard from %s’s own voice, never what came in this chat.", name)
	v.Proves = callProves(name)
	no := button(i18n.T("Do not answer"), Action{Kind: ActionStopCheck})
	if m.attemptsLeft(c) == 0 {
		v.Problem = problem(client.Problem{Cause: client.NoAttemptsLeft}, nil)
		v.Buttons = []Button{no, button(i18n.T("Compare the safety code"), Action{Kind: ActionWayRoom})}
		return
	}
	v.Fields = []Field{{
		ID:      FieldIDCode,
		Kind:    FieldDigits,
		Label:   i18n.T("Six digits"),
		Value:   s.code,
		Problem: s.wrong[FieldIDCode],
		Enabled: free,
	}}
	v.Hints = []string{i18n.T("You are not on the phone with %s now? Then do not answer, and call them.", name)}
	v.Attempts = attempts(m.attemptsLeft(c))
	v.Buttons = []Button{no, suggested(i18n.T("Check"), Action{Kind: ActionAnswerCode}, free)}
	if !free {
		v.Busy = &Busy{Text: i18n.T("Comparing the two codes…"), Fraction: -1}
		v.Buttons[0] = button(i18n.T("Stop"), Action{Kind: ActionStopCheck})
	}
}

// viewRoom shows the safety code.
func (m *Model) viewRoom(v *CheckView, c *contact) {
	s := &c.check
	free := s.sent == 0
	name := c.name()
	v.Title = i18n.T("Are these digits the same on both screens?")
	v.Text = i18n.T("Let %s open the same page: Check now, then “We are in the same room”. Compare all eight groups.", name)
	v.Code = c.safetyCode()
	v.Hints = []string{i18n.T("The picture holds the same digits, for the camera of a phone.")}
	v.Proves = i18n.T("The same digits show that nobody sits in between and that this is %s’s own program. It lasts until their key changes.", name)
	v.FoldLabel = i18n.T("Technical details")
	v.Facts = checkFacts(c)
	key := c.info.Key.String()
	differ := button(i18n.T("They differ"), Action{Kind: ActionOtherCodes, ID: key})
	match := button(i18n.T("They match"), Action{Kind: ActionSameCodes, ID: key})
	differ.Enabled, match.Enabled = free, free
	// None of the two stands out, and Return presses neither: somebody has to have looked.
	v.Buttons = []Button{button(i18n.T("Back"), Action{Kind: ActionStopCheck}), differ, match}
	if !free {
		v.Busy = &Busy{Text: i18n.T("Writing it down…"), Fraction: -1}
	}
}

// attemptsLeft says how many attempts the key in use has left.
func (m *Model) attemptsLeft(c *contact) int {
	for _, k := range c.Keys {
		if k.Now {
			return k.Left
		}
	}
	if check, ok := m.checks[c.Peer]; ok {
		return check.Left
	}
	return allAttempts // if not, the client will say so
}
