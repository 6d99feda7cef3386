package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
)

// Programs other than Hushwing never say that they have read a text. Whether they
// have shows in what comes from them later, because everything on the way keeps its
// order: whoever answers from the same stream had what was sent there before.
//
// echo is how long after the server took a text something has to have come from its
// reader: what comes sooner may have been under way already.
const echo = 30 * time.Second

// wasRead reports whether the program at the other end has read a text: it knows a
// key that only texts like this one have told it, or something has come from it
// since. With the same key as an earlier message, one of the two was read, which
// need not be this one.
func (o *outText) wasRead(v *otr.Conversation, t *talk) bool {
	known := v.TheyKnow()
	return known > o.sealedWith+1 || o.firstWith && known > o.sealedWith ||
		!o.had.IsZero() && t.heard.Sub(o.had) >= echo
}

// metBy reports whether a text reached the program that has turned private anew
// where it went: it was there all the time, and what it said for that was said
// after the text had come. The same address is no proof after it, or we, were away:
// a server that was killed takes what it had with it, and many programs come back
// under the name that they had.
func (o *outText) metBy(c *chat, v *otr.Conversation, t *talk) bool {
	p, there := c.there[o.to]
	return o.to == v.Peer() && there && p.at.Before(o.at) && !o.had.IsZero() && t.private.Sub(o.had) >= echo
}

// inDoubt is what is said of a text whose fate nobody knows.
func inDoubt() *Problem { return &Problem{Cause: FateUnknown, Retry: RetryNow} }

// doubt leaves it to the user whether a text is sent again.
func (a *account) doubt(o *outText) {
	a.setMark(o, ServerHas, inDoubt())
	a.saveState(o)
}

// forgetDoubts lets go of what has been in doubt for so long that nobody waits for
// an answer: it would fill the queue one day.
func (a *account) forgetDoubts(now time.Time) {
	for _, o := range slices.Clone(a.out) {
		if o.mark == ServerHas && !o.confirms && now.Sub(o.Written) > config.SeenFor {
			a.finish(o)
		}
	}
}

// settleFate ends what can be done for a text that the server had.
func (a *account) settleFate(o *outText, read bool) {
	if read {
		a.finish(o)
		return
	}
	a.doubt(o)
}

// heard: something authentic came in a conversation.
func (a *account) heard(c *chat, v *otr.Conversation) {
	t := c.talks[v]
	if t == nil {
		return
	}
	t.heard = time.Now()
	a.read(c, func(w *otr.Conversation) bool { return v == w }, false)
}

// parted: conversations of a chat are over, and what they carried is not on its
// way any more. Texts that the server has, for a program that never confirms, have
// come as far as they can.
func (a *account) parted(c *chat, over func(*otr.Conversation) bool) { a.read(c, over, true) }

// left: we have ended our conversations, or our own connection is gone. The texts
// of programs that do not confirm stay until the same program is heard of again, or
// another one is in its place.
func (a *account) left(c *chat) {
	a.read(c, func(*otr.Conversation) bool { return true }, false)
	for _, o := range a.out {
		if o.chat == c {
			o.stanzas = nil
		}
	}
}

// read looks at the texts that went into some conversations with programs that
// do not confirm: those that were read are done with. ended says that nothing more
// will be learned about the others.
func (a *account) read(c *chat, in func(*otr.Conversation) bool, ended bool) {
	now := time.Now()
	for i := len(a.out) - 1; i >= 0; i-- { // it takes some away
		o := a.out[i]
		if o.chat != c || o.sealedIn == nil || !in(o.sealedIn) {
			continue
		}
		if ended {
			o.stanzas = nil
		}
		t := c.talks[o.sealedIn]
		if t == nil || t.hushwing || o.confirms || o.mark != ServerHas || o.rests() || now.Sub(t.private) <= helloWait {
			continue
		}
		was := o.wasRead(o.sealedIn, t)
		if was || ended {
			a.settleFate(o, was)
		}
	}
}
