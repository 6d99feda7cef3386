package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
	"hushwing/secret"
)

// checkState is what the check of one contact holds beside what the client
// knows of it (client.Check).
type checkState struct {
	open     bool
	page     checkPage
	question string
	answer   string
	reply    string // to their question
	code     string // that the user heard
	safety   safety // of the two keys
	wrong    map[FieldID]string
	sent     client.CommandID
	problem  *client.Problem
}

// checkPage is what of the check the user has gone to; what goes on, or came of it,
// takes its place.
type checkPage int

const (
	checkWays     checkPage = iota
	checkQuestion           // question and answer, to be filled in
	checkCall               // before a code is made
	checkRoom               // the safety code
)

// checkOpen reports whether the check of the open conversation is on the screen.
func (m *Model) checkOpen() bool {
	c := m.current()
	return c != nil && c.check.open
}

// closeCheck takes the check off the screen. What goes on goes on; a result
// was read and is put away.
func (m *Model) closeCheck() {
	c := m.current()
	if c == nil {
		return
	}
	c.check.open = false
	c.check.problem, c.check.wrong, c.check.code = nil, nil, ""
	m.changes.Check, m.changes.Conversation = true, true
	m.changes.Focus = FocusComposer
	switch m.checks[c.Peer].Stage {
	case client.CheckAskBack:
		if c.Protection == client.PrivateChecked {
			m.putAway(c)
		}
	case client.CheckSame, client.CheckDifferent, client.CheckAborted:
		m.putAway(c)
	}
}

// keyChanged forgets the result of a check that was about another key. Somebody
// who is comparing the safety code has to know that it is another one.
func (m *Model) keyChanged(c *contact) {
	if c.check.open && c.check.page == checkRoom {
		c.check.problem = &client.Problem{Cause: client.CodeAnother}
	}
	switch m.checks[c.Peer].Stage {
	case client.CheckAskBack, client.CheckSame, client.CheckDifferent, client.CheckAborted:
		m.putAway(c)
	}
}

// putAway forgets a result.
func (m *Model) putAway(c *contact) {
	m.do(client.StopCheck{Peer: c.Peer})
	check := m.checks[c.Peer]
	check.Stage, check.Question = client.CheckNone, ""
	m.checks[c.Peer] = check
	m.touch(c)
}

// applyCheck takes where a check stands.
func (m *Model) applyCheck(e client.Check) {
	c := m.contacts[e.Peer]
	if c == nil {
		return
	}
	m.checks[e.Peer] = e
	s := &c.check
	s.sent, s.problem = 0, nil
	// What the other side does takes nobody away from comparing.
	if e.Stage != client.CheckNone && (s.page != checkRoom || e.How == client.HowRoom) {
		s.page = checkWays
	}
	switch e.Stage {
	case client.CheckSame:
		s.question, s.answer, s.code = "", "", ""
	case client.CheckAskBack, client.CheckQuestion, client.CheckDifferent, client.CheckAborted:
		s.reply, s.code = "", "" // each attempt begins with an empty field
	}
	m.touch(c)
	if c.Peer == m.selected {
		m.changes.Check = true
	}
}

// pressCheck does what is asked for in the check.
func (m *Model) pressCheck(a Action) {
	if a.Kind == ActionCheck && a.Peer != (Peer{}) {
		m.Select(a.Peer)
	}
	c := m.current()
	if c == nil {
		return
	}
	s := &c.check
	m.changes.Check, m.changes.Conversation = true, true
	stage := m.checks[c.Peer].Stage
	switch a.Kind {
	case ActionCheck:
		if stage == client.CheckSame || stage == client.CheckAborted {
			m.putAway(c) // an old result, of another key perhaps
		}
		s.open = true
		s.page = checkWays
		if stage == client.CheckQuestion {
			m.focus(replyField(m.checks[c.Peer]))
		}
	case ActionWayQuestion, ActionAskBack:
		if m.goTo(c, checkQuestion) {
			m.focus(FieldIDQuestion)
		}
	case ActionWayCall:
		m.goTo(c, checkCall)
	case ActionWayRoom:
		m.goTo(c, checkRoom)
	case ActionAsk:
		m.askQuestion(c)
	case ActionAskCode:
		m.askCode(c)
	case ActionAnswer:
		m.answerQuestion(c)
	case ActionAnswerCode:
		m.answerCode(c)
	case ActionSameCodes, ActionOtherCodes:
		m.sameCodes(c, a)
	case ActionStopCheck:
		if s.page != checkWays && s.sent == 0 {
			m.goBack(c)
			return
		}
		s.sent, s.page = 0, checkWays
		m.do(client.StopCheck{Peer: c.Peer})
		if stage == client.CheckQuestion {
			s.open = false
		}
	case ActionCloseCheck:
		m.closeCheck()
	}
}

// goTo goes to a page of the check.
func (m *Model) goTo(c *contact, p checkPage) bool {
	s := &c.check
	if !c.Protection.Private() || s.sent != 0 {
		return false
	}
	s.open, s.page, s.problem, s.wrong = true, p, nil, nil
	return true
}

// goBack goes back to the ways; what was typed stays.
func (m *Model) goBack(c *contact) {
	c.check.page, c.check.problem, c.check.wrong = checkWays, nil, nil
	m.changes.Check = true
}

// leaveCheck is Escape: from a page to the ways, from there to the conversation.
func (m *Model) leaveCheck() {
	if c := m.current(); c != nil && c.check.page != checkWays && c.check.sent == 0 && c.Protection.Private() {
		m.goBack(c)
		return
	}
	m.closeCheck()
}

// askQuestion asks.
func (m *Model) askQuestion(c *contact) {
	s := &c.check
	if s.page != checkQuestion || s.sent != 0 {
		return
	}
	// Blanks at the ends do not matter: two people never type the same ones.
	question, answer := strings.TrimSpace(s.question), strings.TrimSpace(s.answer)
	s.wrong, s.problem = map[FieldID]string{}, nil
	if answer == "" {
		s.wrong[FieldIDAnswer] = i18n.T("Type the answer that only the two of you know.")
		m.focus(FieldIDAnswer)
	}
	if question == "" {
		s.wrong[FieldIDQuestion] = i18n.T("Type a question.")
		m.focus(FieldIDQuestion)
	}
	if len(s.wrong) > 0 {
		return
	}
	s.sent = m.ask(m.checkRefused(c.Peer, FieldIDAnswer))
	m.do(client.AskQuestion{ID: s.sent, Peer: c.Peer, Question: question, Answer: secret.New(answer)})
}

// answerQuestion answers theirs.
func (m *Model) answerQuestion(c *contact) {
	s := &c.check
	if check := m.checks[c.Peer]; check.Stage != client.CheckQuestion || check.How == client.HowCode || s.sent != 0 {
		return
	}
	s.wrong, s.problem = map[FieldID]string{}, nil
	reply := strings.TrimSpace(s.reply)
	if reply == "" {
		s.wrong[FieldIDReply] = sentence(client.Problem{Cause: client.AnswerEmpty})
		m.focus(FieldIDReply)
		return
	}
	s.sent = m.ask(m.checkRefused(c.Peer, FieldIDReply))
	m.do(client.AnswerQuestion{ID: s.sent, Peer: c.Peer, Answer: secret.New(reply)})
}

// checkRefused takes the answer to a question that was asked or answered: what
// was typed stays.
func (m *Model) checkRefused(peer Peer, field FieldID) func(*client.Problem) {
	return func(p *client.Problem) {
		c := m.contacts[peer]
		if c == nil || p == nil {
			return // CheckChanged tells
		}
		c.check.sent = 0
		switch p.Cause {
		case client.AnswerEmpty, client.CodeNotDigits, client.CodeSeen:
			c.check.wrong = map[FieldID]string{field: sentence(*p)}
			m.focus(field)
		default:
			c.check.problem = p
		}
		m.changes.Check = true
	}
}

// setCheckField takes what was typed.
func (m *Model) setCheckField(id FieldID, text string) bool {
	c := m.current()
	if c == nil {
		return false
	}
	s := &c.check
	if s.sent != 0 {
		return false
	}
	switch id {
	case FieldIDQuestion:
		s.question = text
	case FieldIDAnswer:
		s.answer = text
	case FieldIDReply:
		s.reply = text
	case FieldIDCode:
		s.code = text
	default:
		return false
	}
	delete(s.wrong, id)
	s.problem = nil
	m.changes.Check = true
	return true
}
