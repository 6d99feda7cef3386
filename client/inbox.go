package client

import (
	"errors"
	"maps"
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
)

// opened takes a text that a conversation opened: on disk first, then it is
// shown and acknowledged. A repetition is acknowledged and not shown.
func (a *account) opened(c *chat, e otr.Text) {
	t, key := c.talks[e.Conversation], e.Conversation.Fingerprint()
	var said repeated
	if t != nil {
		said, t.repeats = t.repeats, repeated{}
	}
	again, remember := a.seen.repetition(key, e.ID, e.Plain, said)
	for _, id := range remember {
		a.seen.add(id)
	}
	in := config.Incoming{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: e.Plain,
		Received: time.Now().UTC(), Key: key,
		Clear: a.doubtful(c, e.Conversation),
	}
	if again {
		in = a.unsaved.again(c, e.ID, said)
	} else {
		put(&c.unread, in.ID, true)
	}
	a.saveQueue(func(q *config.Queue) error {
		for _, id := range remember {
			q.Seen = append(q.Seen, config.Seen{ID: id, When: time.Now().UTC()})
		}
		if in.ID == "" {
			return nil
		}
		return addIncoming(q, in)
	}, func(err error) {
		if !a.has(c) {
			return
		}
		if !again {
			// Shown even where the disk refuses it, but then it is not
			// acknowledged: the other side keeps it and sends it again.
			a.line(c, MessageAdded{Message: a.incoming(c, in)})
			a.doubted(c, in)
			a.update(c)
		}
		if err != nil {
			a.unsaved.add(e.ID, in)
			return
		}
		a.unsaved.saved(in.ID)
		if t != nil && len(t.owed) < mostOwed {
			t.owed = append(t.owed, e.ID)
			a.acknowledge(c, e.Conversation)
		}
	})
}

// unsaved are texts that were shown although the disk refused them, by the messages
// that brought them. When one of these is repeated the disk is asked once more:
// only what it has is confirmed.
type unsaved map[otr.ID]config.Incoming

// mostUnsaved bounds them. Beyond it a text may be confirmed that was only shown.
const mostUnsaved = 1000

func (u unsaved) add(id otr.ID, in config.Incoming) {
	if in.ID != "" && len(u) < mostUnsaved {
		u[id] = in
	}
}

// again returns the text that a repetition brings, if it was neither saved nor
// looked at; otherwise nothing.
func (u unsaved) again(c *chat, id otr.ID, said repeated) config.Incoming {
	for _, x := range append([]otr.ID{id}, said.ids...) {
		if in, ok := u[x]; ok && c.unread[in.ID] {
			return in
		}
	}
	return config.Incoming{}
}

func (u unsaved) saved(text string) {
	maps.DeleteFunc(u, func(_ otr.ID, in config.Incoming) bool { return in.ID == text })
}

// The bounds of the unread texts on disk. The queue has a bound for all
// together; nobody's flood shall take the room of the user's own texts, nor one
// contact's that of the others.
const (
	mostUnread      = 600
	mostUnreadBytes = 2 << 20
	mostUnreadOfOne = 300
)

// addIncoming adds a received text to the queue, if there is room.
func addIncoming(q *config.Queue, in config.Incoming) error {
	bytes, ofOne := len(in.Text), 1
	for _, i := range q.Incoming {
		bytes += len(i.Text)
		if i.Account == in.Account && i.Peer == in.Peer {
			ofOne++
		}
	}
	if len(q.Incoming) >= mostUnread || bytes > mostUnreadBytes || ofOne > mostUnreadOfOne {
		return config.ErrQueueFull
	}
	q.Incoming = append(q.Incoming, in)
	return nil
}

// clearText takes a text that came unprotected. It is shown as what it is.
func (a *account) clearText(c *chat, e otr.Clear) {
	in := config.Incoming{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: e.Text,
		Received: time.Now().UTC(), Clear: true,
	}
	a.saveQueue(func(q *config.Queue) error {
		return addIncoming(q, in)
	}, func(err error) {
		if !a.has(c) || errors.Is(err, config.ErrQueueFull) {
			return // a flood of what anyone can write is not worth more room
		}
		put(&c.unread, in.ID, true)
		a.line(c, MessageAdded{Message: a.incoming(c, in)})
		a.update(c)
	})
}

// incoming returns a received text as a screen may know it.
func (a *account) incoming(c *chat, in config.Incoming) Message {
	return Message{Peer: c.peer, ID: in.ID, Clear: in.Clear && !a.cleared(c, in), Text: in.Text, Time: in.Received}
}

// line tells about a new line at the end of a conversation.
func (a *account) line(c *chat, e MessageAdded) {
	c.last = e.Message.Note
	a.emit(e)
}

// note puts a line of the program's own into a conversation. That they ended the
// chat is not said again while nothing else was: they may come and go all day long,
// with several programs, and the strip says how it is now.
func (a *account) note(c *chat, n Note, text string) {
	if n == NoteEnded && c.last == NoteEnded {
		return
	}
	a.line(c, MessageAdded{Message: Message{
		Peer: c.peer, ID: a.newLineID(), Note: n, Text: text, Time: time.Now().UTC(),
	}})
}

// shown: these are on the screen now, so the disk need not keep them any more.
func (a *account) shown(m Shown) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		return
	}
	gone := map[string]bool{}
	for _, id := range m.Messages {
		if c.unread[id] {
			gone[id] = true
			delete(c.unread, id)
		}
	}
	if len(gone) == 0 {
		return
	}
	a.saveQueue(func(q *config.Queue) error {
		q.Incoming = slices.DeleteFunc(q.Incoming, func(i config.Incoming) bool { return gone[i.ID] })
		return nil
	}, nil)
	a.update(c)
}
