package xmpp

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"mellium.im/xmpp/jid"
)

// MaxBody is the longest body of a message that makes an event, in bytes.
// Longer ones are dropped.
const MaxBody = 256 << 10

// sender is who sent a stanza, as our own server stamped it.
type sender struct {
	addr    Address
	own     bool // our own server, for itself or for our account
	account bool // no one, or our bare address: the account (RFC 6120, 8.1.2.1)
	domain  bool // no one, or the server's domain: the server
}

// sender reads "from". What cannot be read is nobody.
func (s *Stream) sender(n *node) (sender, bool) {
	text, there := n.lookup("from")
	if !there {
		return sender{addr: s.self.Bare(), own: true, account: true, domain: true}, true
	}
	a, err := jid.Parse(text)
	if err != nil {
		return sender{}, false
	}
	f := sender{addr: a}
	f.account = a.Equal(s.self.Bare())
	f.domain = a.Equal(s.self.Domain())
	f.own = f.account || f.domain || a.Equal(s.self)
	return f, true
}

// admitted reports whether from is an accepted contact. Our own account is
// none, whatever the gate says: what comes from there is for the roster alone.
func (s *Stream) admitted(from sender) bool {
	bare := from.addr.Bare()
	return s.gate != nil && !bare.Equal(s.self.Bare()) && !bare.Equal(s.self.Domain()) && s.gate.Admits(bare)
}

// handle looks at one element. It fails only for what ends the stream: nothing
// that a contact or a stranger sends can.
func (s *Stream) handle(n *node) error {
	select {
	case <-s.done: // only waiting for the server's end
		return nil
	default:
	}
	switch {
	case n.is(nsSM, "r") && s.sm:
		s.mu.Lock()
		s.out.answer = true
		s.mu.Unlock()
		s.signal()
		return nil
	case n.is(nsSM, "a") && s.sm:
		h, err := strconv.ParseUint(n.get("h"), 10, 32)
		if err != nil {
			return nil
		}
		return s.acknowledged(uint32(h))
	case n.name.Space != nsClient:
		return nil
	}
	defer func() { // the one place where incoming stanzas are counted
		switch n.name.Local {
		case "message", "presence", "iq":
			s.received.Add(1)
		}
	}()
	from, ok := s.sender(n)
	if !ok {
		return nil
	}
	switch n.name.Local {
	case "message":
		s.message(n, from)
	case "presence":
		s.presenceIn(n, from)
	case "iq":
		switch n.get("type") {
		case "result", "error":
			return s.iqAnswer(n, from)
		case "get", "set":
			return s.iqRequest(n, from)
		}
	}
	return nil
}

func (s *Stream) message(n *node, from sender) {
	if n.cut {
		return
	}
	switch n.get("type") {
	case "error":
		s.bounce(n, from)
		return
	case "groupchat", "headline":
		return
	}
	if !s.admitted(from) {
		return
	}
	body := n.child(nsClient, "body")
	if body == nil || body.text == "" || len(body.text) > MaxBody {
		return
	}
	for _, k := range n.kids {
		if strings.HasPrefix(k.name.Space, "urn:xmpp:carbons:") && k.name.Local != "private" {
			return
		}
	}
	id := n.get("id")
	if len(id) > 1024 {
		id = ""
	}
	s.q.put(MessageReceived{From: from.addr, ID: id, Body: body.text, Delayed: s.delayed(n)})
}

// delayed reads when the server stored a message (XEP-0203). Only our own
// server's word counts: a contact could write one, too.
func (s *Stream) delayed(n *node) time.Time {
	for _, k := range n.kids {
		if !k.is("urn:xmpp:delay", "delay") {
			continue
		}
		by, err := jid.Parse(k.get("from"))
		if err != nil || !by.Equal(s.self.Domain()) && !by.Equal(s.self.Bare()) {
			continue
		}
		if t, err := time.Parse(time.RFC3339Nano, k.get("stamp")); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// bounce tells that a message of ours came back. It is believed only of an id
// that is ours, once, from whom it went to or from our server.
func (s *Stream) bounce(n *node, from sender) {
	id := StanzaID(n.get("id"))
	s.mu.Lock()
	to, ours := s.acks.sent[id]
	ours = ours && (from.domain || from.addr.Bare().Equal(to.Bare()) && s.admitted(from))
	if ours {
		delete(s.acks.sent, id)
	}
	s.mu.Unlock()
	if ours {
		s.q.put(MessageBounced{ID: id, From: from.addr, Condition: stanzaError(n).Condition})
	}
}

func (s *Stream) presenceIn(n *node, from sender) {
	typ := n.get("type")
	bare := from.addr.Bare()
	if typ == "subscribe" {
		if !from.own && !bare.Equal(s.self.Bare()) && bare.Localpart() != "" {
			s.q.put(SubscriptionRequested{From: bare})
		}
		return
	}
	if n.cut || !s.admitted(from) {
		return
	}
	switch typ {
	case "unavailable":
		s.q.put(PresenceChanged{From: from.addr})
	case "":
		if from.addr.Resourcepart() == "" {
			return // RFC 6121, 4.3.2: presence is a resource's
		}
		show := ""
		if k := n.child(nsClient, "show"); k != nil {
			switch k.text {
			case "away", "chat", "dnd", "xa":
				show = k.text
			}
		}
		s.q.put(PresenceChanged{From: from.addr, Available: true, Show: show})
	}
}

// rosterItem reads one <item/> of the roster (RFC 6121, 2.1.2).
func rosterItem(n *node) (item RosterItem, removed, ok bool) {
	if !n.is(nsRoster, "item") {
		return item, false, false
	}
	a, err := jid.Parse(n.get("jid"))
	if err != nil {
		return item, false, false
	}
	item = RosterItem{
		Address: a.Bare(), Name: plainText(n.get("name"), 256),
		Subscription: "none", Ask: n.get("ask") == "subscribe",
	}
	switch sub := n.get("subscription"); sub {
	case "remove":
		removed = true
	case "to", "from", "both":
		item.Subscription = sub
	}
	return item, removed, true
}

// plainText makes a text of the server's fit to be shown: no control
// characters, none that change the direction of what follows, at most limit
// bytes.
func plainText(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return -1
		}
		return r
	}, s)
	if len(s) > limit {
		s = s[:limit]
	}
	return strings.ToValidUTF8(s, "")
}
