package client

import (
	"context"
	"errors"

	"hushwing/otr"
	"hushwing/xmpp"
)

// parcel is what goes out to one full address. Parcels of a chat leave in the
// order in which they were sealed, because OTR's counters only go up: one that
// has to wait for the disk holds up those behind it, for a moment.
type parcel struct {
	to      string
	wires   []otr.Wire
	text    *outText // nil: not a text
	waiting bool     // for the disk
	dropped bool     // the disk said no: it must not go out
}

// post puts wires at the end of a chat's queue.
func (c *chat) post(to string, wires []otr.Wire, text *outText) *parcel {
	p := &parcel{to: to, wires: wires, text: text}
	c.toSend = append(c.toSend, p)
	return p
}

// flush sends what may go.
func (a *account) flush(c *chat) {
	if s := a.stream(); s != nil {
		a.flushTo(c, s)
	}
}

func (a *account) flushTo(c *chat, s *xmpp.Stream) {
	for len(c.toSend) > 0 && !c.toSend[0].waiting {
		p := c.toSend[0]
		if !p.dropped && !a.sendParcel(s, p) {
			return // too much on its way; the next tick goes on
		}
		c.toSend = c.toSend[1:]
	}
}

// sendParcel reports whether the parcel is done with.
func (a *account) sendParcel(s *xmpp.Stream, p *parcel) bool {
	to, err := parseFull(p.to)
	if err != nil {
		return true
	}
	for len(p.wires) > 0 {
		id, err := s.Send(context.Background(), to, p.wires[0])
		if err != nil {
			// One that has ended may go on, and the parcel with it.
			return !isSlow(err) && !errors.Is(err, xmpp.ErrClosed)
		}
		if p.text != nil {
			p.text.stanzas = append(p.text.stanzas, id)
			p.text.sent = append(p.text.sent, id)
		}
		p.wires = p.wires[1:]
	}
	return true
}
