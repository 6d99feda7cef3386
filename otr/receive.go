package otr

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// maxNotice is how much of an error message is shown, in bytes.
const maxNotice = 1 << 10

const errorPrefix = "?OTR Error:"

// Receive takes the body of a message from a full address of this contact. It
// never panics, and everything it keeps is bounded.
func (c *Chat) Receive(now time.Time, from, body string) []Event {
	c.at(now)
	switch {
	case strings.HasPrefix(body, encodedPrefix):
		return c.encoded(from, body)
	case strings.HasPrefix(body, fragmentPrefix):
		f, ok := parseFragment(body)
		if !ok || (f.receiver != 0 && f.receiver != c.id.tag) || f.sender == c.id.tag {
			return nil
		}
		whole, done := c.pieces.add(c.now, from, f)
		if !done {
			return nil
		}
		// What comes out is one encoded message of that very sender, or
		// nothing: a piece that holds pieces is an attack.
		if m, err := parse(whole); err != nil || m.sender != f.sender {
			return c.unreadable(from)
		}
		return c.encoded(from, whole)
	case strings.HasPrefix(body, fragmentPrefixV2):
		return c.offered(from, offer{other: true})
	case strings.HasPrefix(body, errorPrefix):
		text := shown(body[len(errorPrefix):min(len(body), len(errorPrefix)+maxNotice)])
		return []Event{Notice{from, strings.TrimSpace(text)}}
	}
	if o, ok := parseQuery(body); ok {
		return c.offered(from, o)
	}
	return c.clear(from, body)
}

// clear takes text that is not protected.
func (c *Chat) clear(from, body string) (events []Event) {
	text, o := cutTag(body[:min(len(body), maxBody)])
	if text = shown(text); text != "" {
		events = append(events, Clear{from, text})
	}
	return append(events, c.offered(from, o)...)
}

// encoded takes a whole encoded message.
func (c *Chat) encoded(from, body string) []Event {
	m, err := parse(body)
	switch {
	case errors.Is(err, errOtherVersion):
		return c.offered(from, offer{other: true})
	case err != nil:
		// A cut exchange message loses nothing but time.
		if m.kind == kindCommit || m.kind == kindKey || m.kind == kindReveal || m.kind == kindSignature {
			return nil
		}
		return c.unreadable(from)
	case m.sender == c.id.tag:
		return nil // our own, thrown back
	case m.kind == kindData:
		return c.data(from, m)
	}
	return c.exchanged(from, m)
}

func (c *Chat) unreadable(from string) []Event { return []Event{Unreadable{from}} }

// data takes a data message. The conversation that it belongs to is found before
// any engine sees it.
func (c *Chat) data(from string, m message) []Event {
	tell := m.flags&flagIgnoreUnreadable == 0
	if m.receiver != c.id.tag {
		// For another program of ours, or for this one before it lost its
		// identity; in the second case somebody has to be told.
		if !tell || slices.ContainsFunc(c.all, func(v *Conversation) bool {
			return v.peer == from && v.Private()
		}) {
			return nil
		}
		return c.unreadable(from)
	}
	if c.opened.has(m.id()) {
		return nil // twice, as a server may deliver what it is not sure of
	}
	for _, v := range c.all {
		if v.peer != from || v.tag != m.sender || !v.reads() {
			continue
		}
		switch v.mirror.judge(m) {
		case genuine:
			return c.open(v, m)
		case forged, overtook:
			tell = true // whatever its flag says: that may be the forgery
		case foreign:
		}
	}
	if !tell {
		return nil
	}
	return c.unreadable(from)
}

// open has the engine open a message that is known to be genuine.
func (c *Chat) open(v *Conversation, m message) []Event {
	if !bearable(v.mirror.open(m)) {
		return c.unreadable(v.peer)
	}
	p := v.mirror.find(m.recipientKey, m.senderKey)
	got := v.engine.receive(m)
	if v.engine.dead {
		// It threw up on this message, and its state is unknown.
		events := append(v.stopCheck(), Unreadable{v.peer})
		c.forget(v)
		return append(events, c.Start(c.now, v.peer)...)
	}
	v.mirror.took(m, p)
	if !got.opened {
		return c.unreadable(v.peer)
	}
	c.opened.add(m.id())
	return c.openedBy(v, m, got)
}

// openedBy turns what an engine said about an authentic message into events.
func (c *Chat) openedBy(v *Conversation, m message, got outcome) (events []Event) {
	v.used = c.now
	v.theyKnow = max(v.theyKnow, m.recipientKey)
	if v.state != past && !got.ended && v.engine.session() != v.agreed {
		// The second wall, see Conversation.usable: nothing that comes out of
		// such an engine is worth showing or sending.
		events = append(v.stopCheck(), Unreadable{v.peer})
		c.forget(v)
		return append(events, c.Start(c.now, v.peer)...)
	}
	if v.state != past && !got.ended {
		events = v.transmit(got.send)
		if len(events) > 0 {
			v.pulse.spoke()
		}
	}
	if text := shown(got.text); text != "" {
		events = append(events, Text{v, m.id(), text})
		if v.Private() && !got.ended && v.pulse.heard() {
			events = append(events, v.beat()...)
		}
	}
	for _, s := range got.signals {
		events = append(events, SignalReceived{v, m.id(), s})
	}
	switch {
	case v.state == past:
		if got.ended {
			c.forget(v)
		}
		return events
	case got.ended:
		events = append(events, v.stopCheck()...)
		c.room(maxPast, c.forget, over)
		v.state, v.engine = over, nil
		return append(events, Ended{v})
	}
	return append(events, v.checked(got.checks)...)
}
