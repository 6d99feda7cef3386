package client

import (
	"slices"
	"time"

	"hushwing/config"
	"hushwing/otr"
)

// opened takes a text that a conversation opened: on disk first, then it is
// shown and acknowledged. A repetition is acknowledged and not shown.
func (a *account) opened(c *chat, e otr.Text) {
	t := c.talks[e.Conversation]
	var repeats []otr.ID
	if t != nil {
		repeats, t.repeats = t.repeats, nil
	}
	again := a.seen[e.ID] || slices.ContainsFunc(repeats, func(id otr.ID) bool { return a.seen[id] })
	a.seen[e.ID] = true
	in := config.Incoming{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: e.Plain,
		Received: time.Now().UTC(), Key: e.Conversation.Fingerprint(),
	}
	if !again {
		c.unread[in.ID] = true
	}
	a.saveQueue(func(q *config.Queue) error {
		q.Seen = append(q.Seen, config.Seen{ID: e.ID, When: in.Received})
		if !again {
			q.Incoming = append(q.Incoming, in)
		}
		return nil
	}, func(err error) {
		if !again {
			// Shown even where the disk refuses it, but then it is not
			// acknowledged: the other side keeps it and sends it again.
			a.emit(MessageAdded{Message: incoming(c.peer, in)})
			a.update(c)
		}
		if err == nil && t != nil {
			t.owed = append(t.owed, e.ID)
			a.acknowledge(c, e.Conversation)
		}
	})
}

// clearText takes a text that came unprotected. It is shown as what it is.
func (a *account) clearText(c *chat, e otr.Clear) {
	in := config.Incoming{
		ID: config.NewID(), Account: a.id, Peer: c.peer.Address, Text: e.Text,
		Received: time.Now().UTC(), Clear: true,
	}
	a.saveQueue(func(q *config.Queue) error {
		q.Incoming = append(q.Incoming, in)
		return nil
	}, func(err error) {
		if err != nil {
			return
		}
		c.unread[in.ID] = true
		a.emit(MessageAdded{Message: incoming(c.peer, in)})
		a.update(c)
	})
}

// incoming returns a received text as a screen may know it.
func incoming(p Peer, in config.Incoming) Message {
	return Message{Peer: p, ID: in.ID, Clear: in.Clear, Text: in.Text, Time: in.Received}
}

// note puts a line of the program's own into a conversation.
func (a *account) note(c *chat, n Note, text string) {
	a.emit(MessageAdded{Message: Message{
		Peer: c.peer, ID: a.newLineID(), Note: n, Text: text, Time: time.Now().UTC(),
	}})
}

// shown: these are on the screen now, so the disk need not keep them any more.
func (a *account) shown(m Shown) {
	c := a.chats[m.Peer.Address]
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
