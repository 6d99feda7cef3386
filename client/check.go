package client

import (
	"errors"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
)

// attemptsPerKey is how often a key may be checked by a question or a code:
// somebody in between gets few guesses (UX: "Three attempts for each key"). They
// are counted on disk (config.Key.Attempts).
const attemptsPerKey = 3

// trial is one attempt that goes on.
type trial struct {
	in    *otr.Conversation
	how   How
	asked bool // by us
	code  string
	paid  bool // it is counted
}

// checked returns the conversation that a check is about: the one that texts
// go to, or the locked one that has to be checked before any may go.
func (c *chat) checked() *otr.Conversation {
	if c.locked != nil {
		return c.locked
	}
	return c.live
}

// setCheck shows where a check stands. With a stage that ends it, the attempt is
// over: see endTrial.
func (a *account) setCheck(c *chat, s CheckStage, question string) {
	now := Check{Peer: c.peer, Stage: s, Question: question, Left: attemptsPerKey}
	v := c.checked()
	if t := c.trial; t != nil {
		v = t.in
		now.How, now.Asked = t.how, t.asked
		if s == CheckWaiting {
			now.Code = secret.New(t.code)
		}
	} else if s != CheckNone {
		now.How, now.Asked = c.check.How, c.check.Asked
	}
	if v != nil {
		now.Left = a.attemptsLeft(c, v.Fingerprint())
		now.Other = !a.isHushwingNow(c, v)
	}
	c.check = now
	if !s.underWay() {
		c.trial = nil
	}
	if a.has(c) {
		a.emit(CheckChanged{Check: c.check})
	}
}

// isHushwingNow reports whether the program at the other end is known to be a
// Hushwing: it said so, now or before.
func (a *account) isHushwingNow(c *chat, v *otr.Conversation) bool {
	if t := c.talks[v]; t != nil && t.hushwing {
		return true
	}
	k := a.contact(c.peer.Address)
	return k != nil && confirmsTexts(k, v.Fingerprint())
}

// attemptsLeft says how many attempts a key has left.
func (a *account) attemptsLeft(c *chat, print otr.Fingerprint) int {
	if k := a.contact(c.peer.Address); k != nil {
		for i := range k.Keys {
			if k.Keys[i].Fingerprint == print {
				return leftOf(k.Keys[i])
			}
		}
	}
	return attemptsPerKey
}

func leftOf(k config.Key) int { return max(attemptsPerKey-int(k.Attempts), 0) }

// attempt counts an attempt, on disk, and only then does what begin says and shows
// the stage: whatever happens in between, no attempt is made that was not counted.
// still says whether it is still wanted when that is done.
func (a *account) attempt(c *chat, id CommandID, t *trial, s CheckStage, question string,
	still func() bool, begin func() ([]otr.Wire, error),
) {
	address, print := c.peer.Address, t.in.Fingerprint()
	c.wish++
	wish := c.wish
	a.saveProfile(func(p *config.Account) error {
		k := keyIn(p, address, print)
		switch {
		case k == nil:
			return errNoContact
		case leftOf(*k) == 0:
			return errNoAttempts
		}
		k.Attempts++
		return nil
	}, func(err error) {
		switch {
		case errors.Is(err, errNoAttempts):
			a.refuse(id, Problem{Cause: NoAttemptsLeft})
			return
		case err != nil:
			a.refuse(id, problemOf(err))
			return
		case !a.has(c):
			a.refuse(id, Problem{Cause: NoSuchContact})
			return
		}
		t.paid = true
		if c.wish != wish || !t.in.Private() || !still() {
			a.giveBack(c, t)
			a.refuse(id, Problem{Cause: NotPrivateNow})
			return
		}
		a.endTrial(c, t.in)
		wires, err := begin()
		if err != nil {
			a.giveBack(c, t)
			a.refuse(id, problemOf(err))
			return
		}
		c.post(t.in.Peer(), wires, nil)
		a.flush(c)
		c.trial = t
		a.setCheck(c, s, question)
		a.done(id)
	})
}

// endTrial ends the attempt that goes on, if any. What nobody can have learnt
// anything from is given back: otherwise whoever can cut the connection, as the
// server can, would use up all attempts and keep two people from ever checking.
//
// In the conversation next another one begins, or has begun, which ends this one
// there; elsewhere it is aborted, so that nothing more can come of it.
func (a *account) endTrial(c *chat, next *otr.Conversation) {
	t := c.trial
	if t == nil {
		return
	}
	c.trial = nil
	spent := t.in.Spent()
	if t.in != next {
		a.abort(c, t.in)
	}
	if !spent {
		a.giveBack(c, t)
	}
}

// abort ends what goes on in a conversation, and tells the other side, who may ask
// faster than anything goes out.
func (a *account) abort(c *chat, v *otr.Conversation) {
	if wires, err := v.Abort(); err == nil && len(c.toSend) < mostParcels {
		c.post(v.Peer(), wires, nil)
		a.flush(c)
	}
}

// giveBack takes an attempt off the count.
func (a *account) giveBack(c *chat, t *trial) {
	if !t.paid {
		return
	}
	t.paid = false
	address, print := c.peer.Address, t.in.Fingerprint()
	a.saveProfile(func(p *config.Account) error {
		if k := keyIn(p, address, print); k != nil && k.Attempts > 0 {
			k.Attempts--
		}
		return nil
	}, func(err error) {
		if err != nil || !a.has(c) {
			return
		}
		a.update(c)
		if left := a.attemptsLeft(c, print); c.trial == nil && c.check.Left != left && c.check.Stage != CheckNone {
			c.check.Left = left
			a.emit(CheckChanged{Check: c.check})
		}
	})
}

// breakOff ends a check that goes on, because what it was about has gone. Where the
// conversation still stands it is aborted: see endTrial.
func (a *account) breakOff(c *chat) {
	if t := c.trial; t != nil {
		spent := t.in.Spent()
		a.abort(c, t.in)
		a.setCheck(c, CheckAborted, "")
		if !spent {
			a.giveBack(c, t)
		}
	}
}

// asked: the other side wants to be sure of us.
func (a *account) asked(c *chat, e otr.Question) {
	if v := c.checked(); v != nil && v != e.Conversation {
		a.abort(c, e.Conversation) // an older one: who asks there is answered here only, and need not wait
		return
	}
	a.endTrial(c, e.Conversation)
	t, question := &trial{in: e.Conversation, how: HowQuestion}, e.Text
	if isCodeQuestion(question) {
		t.how, question = HowCode, ""
	} else {
		c.seen.text(question)
	}
	c.trial = t
	a.setCheck(c, CheckQuestion, question)
}

// theirs returns their attempt that waits for our answer, or nil.
func (c *chat) theirs(how How) *trial {
	if t := c.trial; t != nil && !t.asked && t.how == how && t.in.Private() && c.check.Stage == CheckQuestion {
		return t
	}
	return nil
}

// stopCheck breaks a check off, or puts its result away.
func (a *account) stopCheck(m StopCheck) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		return
	}
	c.wish++
	a.endTrial(c, nil)
	a.setCheck(c, CheckNone, "")
}

// checkDone: a question checks only the one who asked. Somebody in between
// could have chosen a question whose answer everyone knows. A code checks both: the
// one who answers typed what they heard from the other's own voice.
func (a *account) checkDone(c *chat, e otr.CheckDone) {
	t := c.trial
	if t == nil || t.in != e.Conversation {
		return // of an earlier conversation, or of a check that nobody waits for
	}
	end := func(s CheckStage, spent bool) {
		a.setCheck(c, s, "")
		if !spent {
			a.giveBack(c, t)
		}
	}
	switch {
	case e.Result == otr.Different:
		end(CheckDifferent, e.Spent)
	case e.Result != otr.Same:
		// other programs send an abort though nothing had begun
		end(CheckAborted, e.Spent)
	case !e.Asked && t.how != HowCode:
		end(CheckAskBack, false) // they know the answer: it was no guess
	default:
		a.keyChecked(c, e.Conversation, e.Fingerprint, t.how)
	}
}

// keyChecked writes down that a key is checked, and only then says so.
func (a *account) keyChecked(c *chat, v *otr.Conversation, print otr.Fingerprint, how How) {
	c.trial = nil // it ended well: the count ends with it
	a.alterKey(c, print, func(k *config.Key) {
		k.Checked, k.How = time.Now().UTC(), string(how)
		k.Attempts, k.Differs, k.Overridden = 0, time.Time{}, time.Time{}
	}, func(err error) {
		if c.trial == nil { // otherwise they have asked something since
			stage := CheckSame
			if err != nil {
				stage = CheckAborted
			}
			c.check.How = how
			a.setCheck(c, stage, "")
		}
		a.settle(c, v)
		a.update(c)
	})
}

// alterKey alters what is on disk about a key. done runs if the contact is still
// there.
func (a *account) alterKey(c *chat, print otr.Fingerprint, f func(*config.Key), done func(error)) {
	address := c.peer.Address
	a.saveProfile(func(p *config.Account) error {
		k := keyIn(p, address, print)
		if k == nil {
			return errNoContact
		}
		f(k)
		return nil
	}, func(err error) {
		if a.has(c) {
			done(err)
		}
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
	errNoContact  = errors.New("client: no such contact")
	errNoAccount  = errors.New("client: no such account")
	errNoAttempts = errors.New("client: no attempts left")
)
