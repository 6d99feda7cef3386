package xmpp

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mellium.im/xmlstream"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
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
func (s *Stream) sender(attrs []xml.Attr) (sender, bool) {
	text, there := lookup(attrs, "from")
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

// admit decides which elements the library sees: the silence is made here. What
// is not let in cannot be answered, not even by the library's own "not
// implemented". It fails only for what ends the stream: nothing that a contact
// or a stranger sends can.
//
// Stanzas are counted (XEP-0198) when they have been dealt with: see settle.
func (s *Stream) admit(e *element) (bool, error) {
	select {
	case <-s.life.Done(): // only waiting for the server's end
		return false, nil
	default:
	}
	switch {
	case e.is(nsSM, "r") && s.sm:
		s.asked()
		return false, nil
	case e.is(nsSM, "a") && s.sm:
		h, err := parseCount(e.get("h"))
		if err != nil {
			return false, nil
		}
		return false, s.acknowledged(h)
	case e.is(nsClient, "message"), e.is(nsClient, "presence"), e.is(nsClient, "iq"):
		s.unhandled = true
	default:
		return false, nil
	}
	from, ok := s.sender(e.start.Attr)
	if !ok || !plainTag(e) {
		return false, nil
	}
	switch typ := e.get("type"); e.start.Name.Local {
	case "message":
		switch typ {
		case "error":
			return !e.cut && s.bounced(StanzaID(e.get("id")), from, false), nil
		case "groupchat", "headline":
			return false, nil
		}
		return !e.cut && s.admitted(from), nil
	case "presence":
		if typ == "subscribe" {
			return !from.own && !from.addr.Bare().Equal(s.self.Bare()) && from.addr.Localpart() != "", nil
		}
		return !e.cut && s.admitted(from), nil
	}
	return s.admitIQ(e, from)
}

// settle counts the stanza that was read last, if it has said nothing that made
// an event: the library is done with it when it asks for the next one.
func (s *Stream) settle() {
	if s.unhandled {
		s.unhandled = false
		s.q.pass()
	}
}

// deal hands out what the stanza at hand says.
func (s *Stream) deal(e Event) bool {
	s.unhandled = false
	return s.q.deal(e)
}

// admitIQ lets in the answers that we wait for, and of all requests the roster
// pushes of our account and the pings of our server.
//
// The id of an answer alone proves nothing: a contact could guess or repeat
// one. The server stamps who answers, and only itself can be no one, our
// account or its domain (RFC 6120, 8.1.2.1).
func (s *Stream) admitIQ(e *element, from sender) (bool, error) {
	if !from.own {
		return false, nil
	}
	id := e.get("id")
	switch typ := e.get("type"); typ {
	case "result", "error":
		if from.domain {
			if ours, err := s.ponged(id); ours || err != nil {
				return false, err
			}
		}
		s.link.mu.Lock()
		defer s.link.mu.Unlock()
		return s.answers(e), nil
	case "get", "set":
		if id == "" || len(id) > 1024 || e.cut {
			return false, nil
		}
		n, err := s.wire.node(e)
		if err != nil {
			return false, err
		}
		_, _, push := pushed(n)
		return typ == "set" && push && from.account ||
			typ == "get" && n.child(nsPing, "ping") != nil && from.domain, nil
	}
	return false, nil
}

// pushed reads a change of the roster (RFC 6121, 2.1.6).
func pushed(n *node) (item RosterItem, removed, ok bool) {
	query := n.child(nsRoster, "query")
	if query == nil || len(query.Kids) != 1 {
		return item, false, false
	}
	return rosterItem(query.Kids[0])
}

// handler keeps HandleXMPP out of Stream's own methods.
type handler struct{ *Stream }

// HandleXMPP makes events of what was let in. It never fails, which would end
// the stream, and never asks anything itself.
func (h handler) HandleXMPP(t xmlstream.TokenReadEncoder, start *xml.StartElement) error {
	s := h.Stream
	n, err := readNode(xmlstream.MultiReader(xmlstream.Token(*start), t))
	if err != nil {
		return nil // if it is more than this stanza the next read says so
	}
	from := sender{addr: s.self.Bare()}
	if n.get("from") != "" { // the library makes our own bare address empty
		if from, _ = s.sender(n.Attr); from.addr.Equal(Address{}) {
			return nil
		}
	}
	switch n.XMLName.Local {
	case "message":
		if n.get("type") == "error" {
			if id := StanzaID(n.get("id")); s.bounced(id, from, false) &&
				s.deal(MessageBounced{ID: id, From: from.addr, Condition: stanzaError(n).Condition}) {
				s.bounced(id, from, true)
			}
			return nil
		}
		s.message(n, from)
	case "presence":
		s.presenceIn(n, from)
	case "iq":
		if typ := n.get("type"); typ != "get" && typ != "set" {
			return nil // an answer that nobody waits for any longer
		}
		if item, removed, ok := pushed(n); ok {
			if s.deal(RosterChanged{Item: item, Removed: removed}) {
				s.noteRoster(item, removed)
			}
		}
		answer := stanza.IQ{XMLName: xml.Name{Space: nsClient}, ID: n.get("id"), Type: stanza.ResultIQ}
		if n.get("from") != "" {
			answer.To = from.addr
		}
		_, _ = xmlstream.Copy(t, answer.Wrap(nil))
	}
	return nil
}

func (s *Stream) message(n *node, from sender) {
	body := n.child(nsClient, "body")
	if body == nil || body.Text == "" || len(body.Text) > MaxBody {
		return
	}
	for _, k := range n.Kids {
		if strings.HasPrefix(k.XMLName.Space, "urn:xmpp:carbons:") && k.XMLName.Local != "private" {
			return
		}
	}
	id := n.get("id")
	if len(id) > 1024 {
		id = ""
	}
	if s.deal(MessageReceived{From: from.addr, ID: id, Body: body.Text, Delayed: s.delayed(n)}) {
		s.mu.Lock()
		s.talks(s.now())
		s.mu.Unlock()
	}
}

// delayed reads when the server stored a message (XEP-0203). Only our own
// server's word counts: a contact could write one, too.
func (s *Stream) delayed(n *node) time.Time {
	for _, k := range n.Kids {
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

// bounced reports whether a message of ours came back. It is believed only of
// an id that is ours, once, from whom it went to or from our server.
func (s *Stream) bounced(id StanzaID, from sender, take bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, ours := s.acks.sent[id]
	ours = ours && (from.domain || from.addr.Bare().Equal(to.Bare()) && s.admitted(from))
	if ours && take {
		delete(s.acks.sent, id)
	}
	return ours
}

func (s *Stream) presenceIn(n *node, from sender) {
	switch n.get("type") {
	case "subscribe":
		s.deal(SubscriptionRequested{From: from.addr.Bare()})
	case "unavailable":
		s.deal(PresenceChanged{From: from.addr})
	case "":
		if from.addr.Resourcepart() == "" {
			return // RFC 6121, 4.3.2: presence is a resource's
		}
		show := ""
		if k := n.child(nsClient, "show"); k != nil {
			switch k.Text {
			case "away", "chat", "dnd", "xa":
				show = k.Text
			}
		}
		priority := int64(0)
		if k := n.child(nsClient, "priority"); k != nil {
			priority, _ = strconv.ParseInt(strings.TrimSpace(k.Text), 10, 8)
		}
		s.deal(PresenceChanged{From: from.addr, Available: true, Show: show, Priority: int8(priority)})
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
	switch n.get("subscription") { // the constant is kept, not a piece of the answer for each of thousands
	case "remove":
		removed = true
	case "to":
		item.Subscription = "to"
	case "from":
		item.Subscription = "from"
	case "both":
		item.Subscription = "both"
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
