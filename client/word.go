package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// acknowledged: the server has these.
func (a *account) acknowledged(e xmpp.Acknowledged) {
	for _, id := range e.IDs {
		for _, o := range a.out {
			i := slices.Index(o.stanzas, id)
			if i < 0 {
				continue
			}
			o.stanzas = slices.Delete(o.stanzas, i, i+1)
			if len(o.stanzas) == 0 {
				o.had = time.Now()
				if o.mark == Waiting {
					a.setMark(o, ServerHas, nil)
					a.saveState(o)
				}
			}
			break
		}
	}
}

// willConfirm: the other program has said that it confirms texts. What was
// sealed for it before waits for its word from now on; and what nobody knew the
// fate of can go once more, because it would be known again.
func (a *account) willConfirm(c *chat, v *otr.Conversation) {
	for _, o := range a.out {
		if o.chat != c || o.Key != v.Fingerprint() || o.confirms || len(o.IDs) == 0 {
			continue
		}
		o.confirms = true
		if o.mark == ServerHas && o.problem != nil {
			o.sealedIn = nil
			a.setMark(o, ServerHas, nil)
		}
		a.saveState(o)
	}
}

// isHushwing remembers for good that the program with a key confirms texts.
func (a *account) isHushwing(c *chat, key otr.Fingerprint) {
	address := c.peer.Address
	if k := a.contact(address); k == nil || confirmsTexts(k, key) {
		return
	}
	a.saveProfile(func(p *config.Account) error {
		if k := contactIn(p, address); k != nil {
			for i := range k.Keys {
				k.Keys[i].Confirms = k.Keys[i].Confirms || k.Keys[i].Fingerprint == key
			}
		}
		return nil
	}, nil)
}

// confirmsTexts reports whether a key is known to be a Hushwing's.
func confirmsTexts(k *config.Contact, key otr.Fingerprint) bool {
	return slices.ContainsFunc(k.Keys, func(x config.Key) bool { return x.Fingerprint == key && x.Confirms })
}

// departed reports whether an error says that the program which a message was for
// is not there now, or cannot be reached now (RFC 6120, 8.3.3). That is no failure:
// the text waits as for anyone who is away. "gone" (8.3.3.5) is not among them: it
// says that the address was given up for good.
func departed(condition string) bool {
	switch condition {
	case "service-unavailable", "recipient-unavailable", "item-not-found",
		"remote-server-timeout", "remote-server-not-found":
		return true
	}
	return false
}

// bounced: the server sent a text back. Whatever was said of it before, it did
// not arrive; unless its reader has said otherwise, who cannot be forged.
func (a *account) bounced(e xmpp.MessageBounced) {
	for _, o := range a.out {
		if !slices.Contains(o.sent, e.ID) {
			continue
		}
		c, to := o.chat, o.to
		o.stanzas, o.sent, o.had = nil, nil, time.Time{}
		if !departed(e.Condition) {
			a.setMark(o, NotSent, &Problem{Cause: Bounced, Detail: e.Condition, Retry: RetryNow})
			a.saveState(o)
			return
		}
		o.sealedIn = nil
		a.setMark(o, Waiting, nil)
		a.saveState(o)
		a.gone(c, to)
		a.update(c)
		return
	}
	// Not a text: a question, an exchange, a signal.
	if c := a.chat(e.From.Bare().String()); c != nil && departed(e.Condition) && e.From.Resourcepart() != "" {
		a.gone(c, e.From.String())
		a.update(c)
	}
}

// gapWait is how long a text may stay without its reader's word after a later one
// of the same conversation has it.
const gapWait = 10 * time.Second

// silentWait is how long a program that confirms may say nothing of a text in a
// conversation that stands: the text was lost, or its word was. Then the text goes
// once more, and after twice as long again, up to silentMost times as often.
const (
	silentWait = 90 * time.Second
	silentMost = 5
)

// missing reports whether a text that is under way has to go once more where it
// went.
func (o *outText) missing(t *talk, now time.Time) bool {
	return !o.overtaken.IsZero() && now.Sub(o.overtaken) >= gapWait ||
		t != nil && t.hushwing && now.Sub(o.at) >= silentWait<<o.silences
}

// theyHave: the other program says, inside the private chat v, that it opened
// the message id and has it safe. Anyone on the way knows the id: what counts
// is that the one who says so holds the key that the text was written for.
func (a *account) theyHave(c *chat, v *otr.Conversation, id otr.ID) {
	for _, o := range a.out {
		if o.chat == c && o.Key == v.Fingerprint() && slices.Contains(o.IDs, id) {
			a.setMark(o, TheyHave, nil)
			a.finish(o)
			if o.IDs[len(o.IDs)-1] == id {
				a.overtook(o)
			}
			return
		}
	}
}

// overtook notes which texts of the same conversation should have been there
// before this one.
func (a *account) overtook(later *outText) {
	for _, o := range a.out {
		if o.chat == later.chat && o.sealedIn == later.sealedIn && o.turn < later.turn && o.overtaken.IsZero() {
			o.overtaken = time.Now()
		}
	}
}
