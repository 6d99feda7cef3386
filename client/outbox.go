package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/xmpp"
)

// outText is a text of ours from the moment it is on disk until its reader's
// program has confirmed it (or, with programs that never do, the server).
type outText struct {
	config.Outgoing // as on disk
	chat            *chat
	sealedIn        *otr.Conversation // the conversation it was last sealed in
	turn            uint64            // of the last sealing: later ones have higher numbers
	to              string            // the full address of the last sealing
	at              time.Time         // of the last sealing
	stanzas         []xmpp.StanzaID   // under way, not acknowledged
	sent            []xmpp.StanzaID   // of the last sealing, acknowledged or not: for bounces
	had             time.Time         // when the server acknowledged it
	sealedWith      uint32            // otr.Conversation.SealedWith
	firstWith       bool              // nothing was sealed with that key before
	silences        uint8             // how often it went again because nothing was said of it
	overtaken       time.Time         // since when a later one of the same conversation is confirmed
	released        bool              // the user has said that it is to go
	confirms        bool              // its reader's program confirms, so the server's word is not the end
	mark            Mark
	problem         *Problem
}

// What config.Outgoing.State can hold, besides nothing.
const (
	stateServer  = "server"  // the server has it, and nobody will say more
	stateConfirm = "confirm" // it went to a program that confirms, which has not
	stateHeld    = "held"    // as stateConfirm, and the server has it
	stateBounced = "bounced" // the server sent it back
	stateDoubt   = "doubt"   // the server had it, and nobody knows whether it was read
)

// loadQueue takes what waited when the program ended.
func (a *account) loadQueue(q config.Queue) {
	for _, o := range q.Outgoing {
		c := a.chats[o.Peer]
		if o.Account != a.id || c == nil {
			continue
		}
		t := &outText{Outgoing: o, chat: c}
		switch o.State {
		case stateServer:
			t.mark = ServerHas
		case stateConfirm:
			t.confirms = true
		case stateHeld:
			t.mark, t.confirms = ServerHas, true
		case stateBounced:
			t.mark, t.problem = NotSent, &Problem{Cause: Bounced, Retry: RetryNow}
		case stateDoubt:
			t.mark, t.problem = ServerHas, inDoubt()
		}
		a.out = append(a.out, t)
	}
	for _, o := range a.out {
		o.chat.seen.text(o.Text)
	}
	for _, i := range q.Incoming {
		if c := a.chats[i.Peer]; i.Account == a.id && c != nil {
			put(&c.unread, i.ID, true)
			a.doubted(c, i)
			c.seen.text(i.Text)
		}
	}
	for _, s := range q.Seen {
		a.seen.add(s.ID)
	}
}

// message returns a text of ours as a screen may know it.
func (o *outText) message() Message {
	return Message{
		Peer: o.chat.peer, ID: o.ID, Mine: true, Text: o.Text, Time: o.Written,
		Mark: o.mark, Problem: o.problem,
	}
}

// setMark shows how far a text has come.
func (a *account) setMark(o *outText, m Mark, p *Problem) {
	if o.mark == m && o.problem == p {
		return
	}
	o.mark, o.problem = m, p
	a.emit(MessageChanged{Message: o.message()})
}

// hasWaiting reports whether a chat has texts that want to go.
func (a *account) hasWaiting(c *chat) bool {
	return slices.ContainsFunc(a.out, func(o *outText) bool {
		return o.chat == c && !o.rests() && (o.mark == Waiting || o.mark == OtherKey || len(o.IDs) > 0)
	})
}

// rests reports whether nothing more is done for a text until the user says so.
func (o *outText) rests() bool {
	return o.mark == NotSent || o.mark == ServerHas && o.problem != nil
}

// diskState is what is written down of how far a text has come.
func (o *outText) diskState() string {
	switch {
	case o.mark == NotSent && o.problem != nil && o.problem.Cause == Bounced:
		return stateBounced
	case o.mark == ServerHas && o.problem != nil:
		return stateDoubt
	case o.confirms && o.mark == ServerHas:
		return stateHeld
	case o.confirms:
		return stateConfirm
	case o.mark == ServerHas:
		return stateServer
	}
	return ""
}

func (a *account) saveState(o *outText) {
	id, state := o.ID, o.diskState()
	a.saveQueue(func(q *config.Queue) error {
		if d := outgoingIn(q, id); d != nil {
			d.State = state
		}
		return nil
	}, nil)
}

// finish takes a text off the outbox: all has been done for it.
func (a *account) finish(o *outText) {
	a.out = slices.DeleteFunc(a.out, func(x *outText) bool { return x == o })
	a.saveQueue(func(q *config.Queue) error {
		q.Outgoing = slices.DeleteFunc(q.Outgoing, func(d config.Outgoing) bool { return d.ID == o.ID })
		return nil
	}, nil)
}

func (a *account) findOut(c *chat, id string) *outText {
	for _, o := range a.out {
		if c != nil && o.chat == c && o.ID == id {
			return o
		}
	}
	return nil
}

func outgoingIn(q *config.Queue, id string) *config.Outgoing {
	for i := range q.Outgoing {
		if q.Outgoing[i].ID == id {
			return &q.Outgoing[i]
		}
	}
	return nil
}
