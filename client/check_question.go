package client

import (
	"strings"

	"hushwing/otr"
	"hushwing/secret"
)

// askQuestion begins a check by question.
func (a *account) askQuestion(m AskQuestion) {
	c, v := a.toCheck(m.ID, m.Peer)
	answer := normalAnswer(m.Answer)
	switch {
	case v == nil:
		return
	case answer.IsZero():
		a.refuse(m.ID, Problem{Cause: AnswerEmpty})
		return
	}
	question := strings.TrimSpace(m.Question)
	if isCodeQuestion(question) {
		question += "?" // it is no code, so that their program shall not take it for one
	}
	t := &trial{in: v, how: HowQuestion, asked: true}
	a.attempt(c, m.ID, t, CheckWaiting, m.Question,
		func() bool { return c.checked() == v },
		func() ([]otr.Wire, error) { return v.Ask(question, answer) })
}

// toCheck returns the conversation that is to be checked, or refuses.
func (a *account) toCheck(id CommandID, p Peer) (*chat, *otr.Conversation) {
	c := a.chat(p.Address)
	if c == nil {
		a.refuse(id, Problem{Cause: NoSuchContact})
		return nil, nil
	}
	v := c.checked()
	if v == nil {
		a.refuse(id, Problem{Cause: NotPrivateNow})
		return c, nil
	}
	return c, v
}

// answerQuestion answers their question.
func (a *account) answerQuestion(m AnswerQuestion) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	t, answer := c.theirs(HowQuestion), normalAnswer(m.Answer)
	switch {
	case t == nil:
		a.refuse(m.ID, Problem{Cause: NotPrivateNow})
		return
	case answer.IsZero():
		a.refuse(m.ID, Problem{Cause: AnswerEmpty})
		return
	}
	a.answer(c, m.ID, t, answer)
}

// answer sends our answer to what they asked. It is an attempt too: whoever asks
// learns whether they guessed what we typed.
func (a *account) answer(c *chat, id CommandID, t *trial, answer secret.Text) {
	question := c.check.Question
	again := *t // the one that is answered; t stays the question until then
	a.attempt(c, id, &again, CheckAnswered, question,
		func() bool { return c.trial == t && c.check.Stage == CheckQuestion },
		func() ([]otr.Wire, error) {
			wires, err := t.in.Answer(answer)
			if err == nil && t.how == HowCode {
				c.seen.text(answer.Export()) // it is used up
			}
			return wires, err
		})
}

// normalAnswer is what two people who mean the same type: spaces at the ends
// do not matter, capitals do.
func normalAnswer(s secret.Text) secret.Text { return secret.New(strings.TrimSpace(s.Export())) }
