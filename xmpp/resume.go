package xmpp

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	mellium "mellium.im/xmpp"
)

// mostLeft is how long we ask a server to keep a session, and how long we count
// on it at most.
const mostLeft = 10 * time.Minute

// token is what names a session of the server's that can be resumed (XEP-0198,
// 5). A server's "location" is not kept: where we go is not its to say.
type token struct {
	id  string
	max time.Duration
}

// newToken reads <enabled/>. The zero value cannot be resumed with.
func newToken(enabled *node) token {
	t := token{id: enabled.get("id"), max: mostLeft}
	if s := enabled.get("max"); s != "" {
		if n, err := strconv.ParseUint(s, 10, 32); err == nil {
			t.max = min(t.max, time.Duration(n)*time.Second)
		}
	}
	if on := enabled.get("resume"); on != "true" && on != "1" || len(t.id) > 4096 || t.id == "" || t.max == 0 {
		return token{}
	}
	return t
}

// Leftover is what a stream that ended without a good-bye left at the server: a
// session that can go on (XEP-0198, 5). It lives in memory alone and is for
// Login.Resume. Safe for concurrent use.
type Leftover struct {
	self     Address
	token    token
	until    time.Time
	received count
	acks     acks
	queue    []outgoing // was not even written
	roster   []RosterItem
	chatting bool

	mu   sync.Mutex
	used bool
}

// Until is when the server will have forgotten it, by the clock on the wall: at
// most ten minutes after the last sign of life.
func (l *Leftover) Until() time.Time {
	if l == nil {
		return time.Time{}
	}
	return l.until
}

// Address is the full address that the session has.
func (l *Leftover) Address() Address {
	if l == nil {
		return Address{}
	}
	return l.self
}

// claim takes l for one try, if it fits. It is given back when the server said
// nothing to it: then nothing has changed on either side.
func (l *Leftover) claim(account Address) bool {
	if l == nil || !l.self.Bare().Equal(account) || !time.Now().Before(l.until) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	free := !l.used
	l.used = true
	return free
}

func (l *Leftover) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used = false
}

// Resumed reports whether the stream goes on with the session of
// Login.Resume: with its address, its ids and its presence.
func (s *Stream) Resumed() bool { return s.usable() && s.resumed }

// Left returns what the stream left at the server: nil before the channel of
// Events is closed, and if it cannot be resumed. That is so where the server does
// not do it, after a good-bye of either side, if Close was called before all
// events were taken, if the server broke the protocol, if too much was not
// acknowledged, and if too much time has passed.
func (s *Stream) Left() *Leftover {
	if !s.usable() {
		return nil
	}
	select {
	case <-s.drained:
	default:
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	until := time.Unix(0, s.heardWall.Load()).Add(s.token.max)
	switch {
	case s.token.id == "", s.lost, !s.acks.keep, !unsaid(s.err), !time.Now().Before(until):
		return nil
	case s.left != nil:
		return s.left
	}
	l := &Leftover{
		self: s.self, token: s.token, until: until,
		received: s.q.handled(), acks: s.acks, roster: s.rosterNow(), chatting: s.pulse.at(s.now()) == chatting,
	}
	l.acks.waiting, l.acks.sent, l.acks.order = slices.Clone(s.acks.waiting), maps.Clone(s.acks.sent), slices.Clone(s.acks.order)
	for _, o := range s.out.queue {
		if o.stanza {
			l.queue = append(l.queue, o)
		}
	}
	s.left = l
	return l
}

// unsaid reports whether a stream that ended so may be resumed. What broke the
// protocol would be sent again. Of the errors that end a stream a server means
// one alone to leave the session (ejabberd, when we did not acknowledge).
func unsaid(err error) bool {
	var said *StreamError
	switch {
	case err == nil, errors.Is(err, ErrProtocol), errors.Is(err, ErrLimit), errors.Is(err, ErrClosed):
		return false
	case errors.As(err, &said):
		return said.Condition == "connection-timeout"
	}
	return err != io.EOF
}

// resume tries to go on with Login.Resume, after SASL and before the bind. It
// reports whether the session goes on.
func (in *signing) resume(s *mellium.Session) (bool, error) {
	l := in.login.Resume
	if _, offered := s.Feature(nsSM); !offered || !l.claim(in.login.Address) {
		return false, nil
	}
	n, err := exchange(s, el(nsSM, "resume", at("h", l.received.String(), "previd", l.token.id)))
	if err != nil {
		if in.wire.unsent != nil || unsaid(in.wire.err) {
			l.release()
		}
		return false, err
	}
	on := n.is(nsSM, "resumed")
	switch {
	case !on && !n.is(nsSM, "failed"):
		return false, fmt.Errorf("%w: no answer to resume", ErrProtocol)
	case on && n.get("previd") != l.token.id:
		return false, fmt.Errorf("%w: another session is resumed", ErrProtocol)
	}
	if h, said := lookup(n.Attr, "h"); said || on {
		if in.acked, err = l.acks.settled(h); err != nil {
			return false, err
		}
	}
	if on {
		in.resumed, in.full, in.sm, in.token = l, l.self, true, l.token
		s.UpdateAddr(l.self)
	}
	return on, nil
}

// noteRoster keeps what changes, so that the stream that goes on begins with the
// roster of now.
func (s *Stream) noteRoster(item RosterItem, removed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = map[string]RosterChanged{}
	}
	s.changed[item.Address.String()] = RosterChanged{Item: item, Removed: removed}
	if len(s.changed) > maxNodes {
		s.changed = nil
		s.acks.forget()
	}
}

// rosterNow is with the lock held.
func (s *Stream) rosterNow() []RosterItem {
	var items []RosterItem
	for _, i := range s.roster {
		if _, changed := s.changed[i.Address.String()]; !changed {
			items = append(items, i)
		}
	}
	for _, c := range s.changed {
		if !c.Removed {
			items = append(items, c.Item)
		}
	}
	return items
}

// settled takes the server's count of a stream before.
func (a *acks) settled(h string) ([]StanzaID, error) {
	c, err := parseCount(h)
	if err != nil {
		return nil, err
	}
	n, err := a.reach(c)
	if err != nil {
		return nil, err
	}
	ids := a.ids(n)
	a.drop(n)
	return ids, nil
}

// adopt makes s, which has not started, the one that goes on with l.
func (s *Stream) adopt(l *Leftover) {
	s.resumed, s.roster, s.q.received, s.out.told = true, l.roster, l.received, l.received
	s.acks.handled, s.acks.sent, s.acks.order = l.acks.handled, l.acks.sent, l.acks.order
	s.askFirst()
	for _, o := range repeatable(slices.Concat(l.acks.waiting, l.queue)) {
		s.out.queue = append(s.out.queue, o)
		s.out.bytes += len(o.data)
	}
	if l.chatting {
		s.pulse.message = 0
	}
}

// aRequest is the topic of a request: nobody waits for its answer any longer.
const aRequest = "request"

// presenceTopic names what a presence is about: a later one of the same topic
// makes it stale.
func presenceTopic(typ, to string) string {
	switch typ {
	case "subscribe", "unsubscribe":
		return "to see " + to
	case "subscribed", "unsubscribed":
		return "to be seen by " + to
	}
	return "to be here for " + to
}

// repeatable are those that are to be written again, in their order: all but
// requests and stale presences.
func repeatable(all []outgoing) []outgoing {
	var again []outgoing
	said := map[string]bool{aRequest: true}
	for _, o := range slices.Backward(all) {
		if o.topic == "" || !said[o.topic] {
			again = append(again, o)
		}
		if o.topic != "" {
			said[o.topic] = true
		}
	}
	slices.Reverse(again)
	return again
}
