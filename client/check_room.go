package client

import (
	"time"

	"hushwing/config"
)

// sameCodes takes what the user found side by side with the other person.
func (a *account) sameCodes(m SameCodes) {
	c, v := a.toCheck(m.ID, m.Peer)
	if v == nil {
		return
	}
	if v.Fingerprint() != m.Key {
		// what they compared was another key's
		a.refuse(m.ID, Problem{Cause: CodeAnother})
		return
	}
	c.wish++
	a.endTrial(c, nil) // what was asked or answered meanwhile is settled by this
	a.alterKey(c, m.Key, func(k *config.Key) {
		if m.Same {
			k.Checked, k.How = time.Now().UTC(), string(HowRoom)
			k.Attempts, k.Differs, k.Overridden = 0, time.Time{}, time.Time{}
			return
		}
		// Whatever checked this key before: it is not the one on their screen.
		k.Checked, k.How, k.Overridden = time.Time{}, "", time.Time{}
		k.Differs = time.Now().UTC()
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		stage := CheckDifferent
		if m.Same {
			stage = CheckSame
		}
		c.check.How, c.check.Asked = HowRoom, true
		a.setCheck(c, stage, "")
		a.settle(c, v)
		a.update(c)
		a.done(m.ID)
	})
}
