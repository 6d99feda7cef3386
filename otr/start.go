package otr

import (
	"slices"
	"time"
)

// Who asks whom, and when. The specification leaves it open, and two programs
// that ask at once can wait for each other for ever.
const (
	// wait is how long the side with the larger address waits for the other to
	// ask: a few round trips through Tor.
	wait = 4 * time.Second
	// fresh is how long our own question or exchange makes us ignore theirs.
	fresh = 15 * time.Second
	// slow is how long an exchange that stands still is gone on with when they
	// ask.
	slow = 75 * time.Second
	// again is how long an answer may take before we ask once more; it doubles
	// each time.
	again = 20 * time.Second
	// questions is how often we ask before ExchangeFailed.
	questions = 4
	// patience is how long exchanges that begin and do not end can put off
	// ExchangeFailed.
	patience = 6 * time.Minute

	maxWishes = 8
)

// wish is that we want to be private with somebody.
type wish struct {
	to      string
	asked   int       // questions so far
	last    time.Time // when we asked last
	due     time.Time // when to ask (again)
	until   time.Time // when to give up whatever happens
	touched bool      // an exchange began
}

// Start asks for a private conversation with the full address to. The side
// whose full address is the smaller asks at once; the other waits a little and
// then asks too. Chat.Tick repeats the question until a conversation turned
// private (TurnedPrivate) or too many went unanswered (ExchangeFailed). Start
// does nothing while it is already trying.
func (c *Chat) Start(now time.Time, to string) []Event {
	c.at(now)
	if c.wished(to) != nil {
		return nil
	}
	w := &wish{to: to, due: c.now, until: c.now.Add(patience)}
	if c.self >= to {
		w.due = c.now.Add(wait)
	}
	if len(c.wishes) >= maxWishes {
		c.wishes = slices.Delete(c.wishes, 0, 1)
	}
	c.wishes = append(c.wishes, w)
	return c.ask()
}

// Stop takes a Start back: no more questions go to that address. An exchange that
// has begun goes on.
func (c *Chat) Stop(to string) { c.unwish(to) }

// ask sends the questions that are due.
func (c *Chat) ask() (events []Event) {
	for _, w := range slices.Clone(c.wishes) {
		if c.now.Before(w.due) {
			continue
		}
		over := c.now.After(w.until)
		if c.busy(w.to) && !over {
			// An exchange is on its way: let it come to its end.
			w.due = c.now.Add(wait)
			w.touched = true
			continue
		}
		if w.asked >= questions || over {
			c.unwish(w.to)
			why := NoAnswer
			if w.touched {
				why = Unfinished
			}
			events = append(events, ExchangeFailed{w.to, why})
			continue
		}
		w.last = c.now
		w.due = c.now.Add(again << w.asked)
		w.asked++
		events = append(events, Transmit{w.to, Wire{ourQuery}})
	}
	return events
}

// repeat answers a query with what we have said already, if an exchange stands
// still that may be slow and nothing worse. To begin another one would undo it,
// and where the way is longer than the time between two questions none would
// ever come to its end.
func (c *Chat) repeat(peer string) []Event {
	for _, v := range c.all {
		if v.peer != peer || v.state != exchanging || c.now.Sub(v.used) >= slow {
			continue
		}
		switch v.exchange.step {
		case sentCommit, sentReveal:
			if c.now.Sub(v.exchange.again) < wait {
				return []Event{}
			}
			v.exchange.again = c.now
			return []Event{Transmit{v.peer, Wire{v.exchange.ours}}}
		case sentKey, exchangeEnded:
		}
	}
	return nil
}

// busy reports whether an exchange with that address moved a moment ago.
func (c *Chat) busy(peer string) bool {
	return slices.ContainsFunc(c.all, func(v *Conversation) bool {
		return v.peer == peer && v.state == exchanging && c.now.Sub(v.used) < fresh
	})
}

func (c *Chat) wished(to string) *wish {
	for _, w := range c.wishes {
		if w.to == to {
			return w
		}
	}
	return nil
}

func (c *Chat) unwish(to string) {
	c.wishes = slices.DeleteFunc(c.wishes, func(w *wish) bool { return w.to == to })
}

// offered is called when somebody says which versions they know, in a query or
// in a whitespace tag.
func (c *Chat) offered(from string, o offer) []Event {
	if !o.three {
		if !o.other {
			return nil
		}
		c.unwish(from)
		return []Event{TooOld{from}}
	}
	if c.busy(from) {
		return nil
	}
	if events := c.repeat(from); events != nil {
		return events
	}
	// Ours is on its way, and both sides know that ours counts.
	if w := c.wished(from); w != nil && c.self < from && w.asked > 0 && c.now.Sub(w.last) < fresh {
		return nil
	}
	return c.initiate(from)
}
