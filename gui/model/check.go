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
	asking   bool // the page with question and answer, instead of the ways
	question string
	answer   string
	reply    string // to their question
	wrong    map[FieldID]string
	sent     client.CommandID
	problem  *client.Problem
}

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
	c.check.problem, c.check.wrong = nil, nil
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

// keyChanged forgets the result of a check that was about another key.
func (m *Model) keyChanged(c *contact) {
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
	s.asking = s.asking && e.Stage == client.CheckNone
	switch e.Stage {
	case client.CheckSame:
		s.question, s.answer = "", ""
	case client.CheckAskBack, client.CheckQuestion:
		s.reply = ""
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
		s.asking = false
		if stage == client.CheckQuestion {
			m.focus(FieldIDReply)
		}
	case ActionWayQuestion, ActionAskBack:
		if !c.Protection.Private() || s.sent != 0 {
			return
		}
		s.open, s.asking = true, true
		m.focus(FieldIDQuestion)
	case ActionAsk:
		m.askQuestion(c)
	case ActionAnswer:
		m.answerQuestion(c)
	case ActionStopCheck:
		if s.asking && s.sent == 0 {
			s.asking = false // back to the ways; what was typed stays
			return
		}
		s.sent, s.asking = 0, false
		m.do(client.StopCheck{Peer: c.Peer})
		if stage == client.CheckQuestion {
			s.open = false
		}
	case ActionCloseCheck:
		m.closeCheck()
	}
}

// askQuestion asks.
func (m *Model) askQuestion(c *contact) {
	s := &c.check
	if !s.asking || s.sent != 0 {
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
	if m.checks[c.Peer].Stage != client.CheckQuestion || s.sent != 0 {
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
		if p.Cause == client.AnswerEmpty {
			c.check.wrong = map[FieldID]string{field: sentence(*p)}
		} else {
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
	default:
		return false
	}
	delete(s.wrong, id)
	s.problem = nil
	m.changes.Check = true
	return true
}
