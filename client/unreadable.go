package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// cryEvery bounds how often the chat starts anew because something could not be
// opened, and how often that is said.
const cryEvery = 10 * time.Second

// lostWait is how long a chat may take to be private again before the user hears
// that something could not be opened.
const lostWait = 30 * time.Second

// lost is that something could not be opened. Whether the user has to know shows
// only later: another Hushwing sends again by itself what we have not confirmed,
// and then nothing is lost.
type lost struct {
	at     time.Time
	before bool // it was for the conversation before the present one
}

// unreadable: something came that cannot be opened. The chat starts anew, but not
// at every message of a flood.
func (a *account) unreadable(c *chat, from string) {
	now := time.Now()
	young := now.Sub(c.turnedAt) <= helloWait
	if c.lost == nil {
		c.lost = &lost{at: now, before: young}
	}
	if now.Sub(c.lastCry) < cryEvery {
		if !young { // else it was still for the one before
			c.cry = from // the next tick that may
		}
		return
	}
	c.lastCry, c.cry = now, ""
	if _, there := c.there[from]; !there && (c.live != nil || len(c.there) > 0) {
		a.seek(c) // who sent it has gone; somebody else is there
		return
	}
	if _, asked := c.tries[from]; !asked && c.otr != nil {
		c.lost.before = false
		a.try(c, from)
	}
}

// staleAfter is the age from which on what the server kept for us says nothing of
// who is there now.
const staleAfter = 2 * time.Minute

// stored takes the edge off what comes of a message that the server had kept: if
// it cannot be opened it was for a conversation that is gone, which is no reason to
// give up the present one; and who asked a while ago for a private chat, and has
// left since, gets no answer.
func (a *account) stored(c *chat, e xmpp.MessageReceived, events []otr.Event) []otr.Event {
	_, there := c.there[e.From.String()]
	stale := !there && time.Since(e.Delayed) > staleAfter
	unreadable := false
	events = slices.DeleteFunc(slices.Clone(events), func(x otr.Event) bool {
		switch x.(type) {
		case otr.Unreadable:
			unreadable = true
			return true
		case otr.Transmit:
			return stale
		}
		return false
	})
	if unreadable {
		if c.lost == nil {
			c.lost = &lost{at: time.Now(), before: true}
		}
		a.seek(c)
	}
	return events
}

// tickLost decides what the user hears of what could not be opened: nothing, where
// another Hushwing sends it again.
func (a *account) tickLost(c *chat, now time.Time) {
	if c.cry != "" {
		a.unreadable(c, c.cry)
	}
	l := c.lost
	if l == nil {
		return
	}
	t := c.talks[c.live]
	switch {
	case t != nil && t.hushwing && (l.before || t.private.After(l.at)):
		c.lost = nil
	case t != nil && (l.before || t.private.After(l.at)) && now.Sub(t.private) > helloWait:
		a.note(c, NoteUnreadable, "")
		c.lost = nil
	case now.Sub(l.at) > lostWait && len(c.there) > 0:
		if k := a.contact(c.peer.Address); k != nil && slices.ContainsFunc(k.Keys, func(x config.Key) bool { return x.Confirms }) {
			a.note(c, NoteAskedAgain, "")
		} else {
			a.note(c, NoteUnreadable, "")
		}
		c.lost = nil
	}
}
