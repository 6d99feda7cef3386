package client

import (
	"errors"
	"strings"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
)

// attemptsPerKey is how often a key may be checked by a question: somebody in
// between gets few guesses (UX: "Three attempts for each key").
const attemptsPerKey = 3

// howQuestion is config.Key.How for a check by question.
const howQuestion = "question"

// checked returns the conversation that a check is about: the one that texts
// go to, or the locked one that has to be checked before any may go.
func (c *chat) checked() *otr.Conversation {
	if c.locked != nil {
		return c.locked
	}
	return c.live
}

// setCheck shows where a check stands.
func (a *account) setCheck(c *chat, s CheckStage, question string) {
	left := attemptsPerKey
	if v := c.checked(); v != nil {
		left -= c.attempts[v.Fingerprint()]
	}
	c.check = Check{Peer: c.peer, Stage: s, Question: question, Left: max(left, 0)}
	if !s.underWay() {
		c.checkIn = nil
	}
	if a.has(c) {
		a.emit(CheckChanged{Check: c.check})
	}
}

// askQuestion begins a check by question.
func (a *account) askQuestion(m AskQuestion) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	v := c.checked()
	answer := normalAnswer(m.Answer)
	switch {
	case v == nil:
		a.refuse(m.ID, Problem{Cause: NotPrivateNow})
		return
	case answer.IsZero():
		a.refuse(m.ID, Problem{Cause: AnswerEmpty})
		return
	case c.attempts[v.Fingerprint()] >= attemptsPerKey:
		a.refuse(m.ID, Problem{Cause: NoAttemptsLeft})
		return
	}
	wires, err := v.Ask(strings.TrimSpace(m.Question), answer)
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	c.attempts[v.Fingerprint()]++
	c.post(v.Peer(), wires, nil)
	a.flush(c)
	c.checkIn = v
	a.setCheck(c, CheckWaiting, m.Question)
	a.done(m.ID)
}

// asked: the other side wants to be sure of us.
func (a *account) asked(c *chat, e otr.Question) {
	if v := c.checked(); v != nil && v != e.Conversation {
		return // an older conversation: whoever asks there is answered here only
	}
	c.checkIn = e.Conversation
	a.setCheck(c, CheckQuestion, e.Text)
}

// answerQuestion answers their question.
func (a *account) answerQuestion(m AnswerQuestion) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	v, answer := c.checkIn, normalAnswer(m.Answer)
	switch {
	case v == nil || !v.Private() || c.check.Stage != CheckQuestion:
		a.refuse(m.ID, Problem{Cause: NotPrivateNow})
		return
	case answer.IsZero():
		a.refuse(m.ID, Problem{Cause: AnswerEmpty})
		return
	}
	wires, err := v.Answer(answer)
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	c.post(v.Peer(), wires, nil)
	a.flush(c)
	a.setCheck(c, CheckAnswered, c.check.Question)
	a.done(m.ID)
}

// stopCheck breaks a check off, or puts its result away.
func (a *account) stopCheck(m StopCheck) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		return
	}
	if v := c.checkIn; v != nil && c.check.Stage.underWay() {
		if wires, err := v.Abort(); err == nil {
			c.post(v.Peer(), wires, nil)
			a.flush(c)
		}
	}
	a.setCheck(c, CheckNone, "")
}

// checkDone: a question checks only the one who asked. Somebody in between
// could have chosen a question whose answer everyone knows.
func (a *account) checkDone(c *chat, e otr.CheckDone) {
	if c.checkIn != e.Conversation {
		return // of an earlier conversation, or of a check that nobody waits for
	}
	switch {
	case e.Result == otr.Different:
		a.setCheck(c, CheckDifferent, "")
	case e.Result != otr.Same:
		// other programs send an abort though nothing had begun
		if c.check.Stage.underWay() {
			a.setCheck(c, CheckAborted, "")
		}
	case !e.Asked:
		a.setCheck(c, CheckAskBack, "")
	default:
		a.keyChecked(c, e.Conversation, e.Fingerprint)
	}
}

// keyChecked writes down that a key is checked, and only then says so.
func (a *account) keyChecked(c *chat, v *otr.Conversation, print otr.Fingerprint) {
	address := c.peer.Address
	a.saveProfile(func(p *config.Account) error {
		k := keyIn(p, address, print)
		if k == nil {
			return errNoContact
		}
		k.Checked, k.How = time.Now().UTC(), howQuestion
		return nil
	}, func(err error) {
		if err != nil {
			a.setCheck(c, CheckAborted, "")
			return
		}
		if !a.has(c) {
			return
		}
		delete(c.attempts, print)
		a.setCheck(c, CheckSame, "")
		a.settle(c, v)
		a.update(c)
	})
}

// insist uses an unchecked key because the user says so, after a warning.
func (a *account) insist(m Insist) {
	c := a.chat(m.Peer.Address)
	if c == nil || c.locked == nil {
		a.refuse(m.ID, Problem{Cause: NotPrivateNow})
		return
	}
	v := c.locked
	address, print := c.peer.Address, v.Fingerprint()
	a.saveProfile(func(p *config.Account) error {
		k := keyIn(p, address, print)
		if k == nil {
			return errNoContact
		}
		k.Overridden = time.Now().UTC()
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		a.settle(c, v)
		a.done(m.ID)
	})
}

// normalAnswer is what two people who mean the same type: spaces at the ends
// do not matter, capitals do.
func normalAnswer(s secret.Text) secret.Text { return secret.New(strings.TrimSpace(s.Export())) }

func contactIn(p *config.Account, address string) *config.Contact {
	for i := range p.Contacts {
		if p.Contacts[i].Address == address {
			return &p.Contacts[i]
		}
	}
	return nil
}

func keyIn(p *config.Account, address string, print otr.Fingerprint) *config.Key {
	c := contactIn(p, address)
	if c == nil {
		return nil
	}
	for i := range c.Keys {
		if c.Keys[i].Fingerprint == print {
			return &c.Keys[i]
		}
	}
	return nil
}

var (
	errNoContact = errors.New("client: no such contact")
	errNoAccount = errors.New("client: no such account")
)
