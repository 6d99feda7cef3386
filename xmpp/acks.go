package xmpp

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"time"

	"mellium.im/xmpp/stanza"
)

// AckTimeout is how long the server may take to acknowledge a message, whatever
// else it says meanwhile. After that the connection is taken for dead: ErrHung.
// (A connection on which nothing comes at all is given up earlier: see pace.)
const AckTimeout = 60 * time.Second

// Bounds of what waits to be acknowledged.
const (
	maxUnacked = 4096    // stanzas
	maxKept    = 4 << 20 // bytes that are kept to be written again
)

// Acknowledgements save packets: a question goes with the message that it is
// about. Another one about what followed waits until there may be more of it,
// and the answer to a question of the server's for something that takes it along.
const (
	askLater    = 300 * time.Millisecond
	answerLater = 300 * time.Millisecond // to twice that: not a mark of this program
)

// count is a number of stanzas, modulo 2^32 (XEP-0198, 4).
type count uint32

// since is how many came after old.
func (c count) since(old count) uint64 { return uint64(c - old) }

func (c count) String() string { return strconv.FormatUint(uint64(c), 10) }

func parseCount(s string) (count, error) {
	h, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%w: not a count", ErrProtocol)
	}
	return count(h), nil
}

// acks knows what the server has not acknowledged. Guarded by Stream.mu.
type acks struct {
	keep    bool          // whole stanzas, to be written again on a resumed stream
	waiting []outgoing    // stanzas written, in order, without their bytes unless keep
	bytes   int           // of those
	handled count         // the server's count so far
	fresh   bool          // a message, or very many others, were written since we asked last
	later   time.Duration // not asked about those before this
	asked   bool
	since   time.Duration // the question that is open
	now     bool          // ask, whatever there is to ask about
	ping    string        // id of the ping that asks, where there is no XEP-0198
	upTo    int           // how many of waiting that ping acknowledges

	sent  map[StanzaID]Address // for bounces
	order []StanzaID
}

// full reports whether more bytes would be too much to be kept.
func (a *acks) full(more int) bool {
	return len(a.waiting) >= maxUnacked || a.keep && a.bytes+more > maxKept
}

// wrote remembers one stanza.
func (a *acks) wrote(o outgoing) {
	if a.keep {
		// Replies are never refused, so a server could have us keep any number.
		if a.bytes += len(o.data); a.bytes > 2*maxKept || len(a.waiting) > 2*maxUnacked {
			a.forget()
		}
	}
	if !a.keep {
		o.data = nil
	}
	a.waiting = append(a.waiting, o)
	if o.id == "" {
		a.fresh = a.fresh || len(a.waiting) > maxUnacked/4
		return
	}
	a.fresh = true
	if a.sent == nil {
		a.sent = map[StanzaID]Address{}
	}
	if _, again := a.sent[o.id]; again {
		return
	}
	a.sent[o.id] = o.to
	a.order = append(a.order, o.id)
	if len(a.order) > maxUnacked {
		delete(a.sent, a.order[0])
		a.order = a.order[1:]
	}
}

// forget gives up keeping: the stream cannot be resumed any more.
func (a *acks) forget() {
	a.keep, a.bytes = false, 0
	for i := range a.waiting {
		a.waiting[i].data = nil
	}
}

// reach finds what the server's count acknowledges: how many of those that wait.
// Both counts go round at 2^32, so one that is less than before is one that is
// far too much.
func (a *acks) reach(h count) (int, error) {
	n := h.since(a.handled)
	if n > uint64(len(a.waiting)) {
		return 0, fmt.Errorf("%w: a count that cannot be", ErrProtocol)
	}
	return int(n), nil
}

// ids are those of the first n that wait, without those that nobody waits for.
func (a *acks) ids(n int) []StanzaID {
	var ids []StanzaID
	for _, o := range a.waiting[:n] {
		if o.id != "" {
			ids = append(ids, o.id)
		}
	}
	return ids
}

// drop takes the first n off.
func (a *acks) drop(n int) {
	for _, o := range a.waiting[:n] {
		a.bytes -= len(o.data)
	}
	a.waiting = slices.Delete(a.waiting, 0, n)
	a.handled += count(n)
	a.upTo = max(0, a.upTo-n)
}

// asks reports whether a question belongs into what is written now, or else how
// long after now it does. Zero: when something else has happened.
func (a *acks) asks(now time.Duration) (bool, time.Duration) {
	switch {
	case a.now:
		return true, 0
	case !a.fresh || a.asked:
		return false, 0
	case now < a.later:
		return false, a.later - now
	}
	return true, 0
}

// count tells the server how much has come.
func (s *Stream) count(b *bytes.Buffer) {
	s.out.answer, s.out.told = false, s.q.handled()
	fmt.Fprintf(b, `<a xmlns="%s" h="%v"/>`, nsSM, s.out.told)
}

// lastWord has the good-bye say how much has come (XEP-0198, 4): the server would
// send back, or store, what we have and did not acknowledge. Of what was not
// handed out we do not claim that we have it.
func (s *Stream) lastWord() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.answer = s.sm && !s.lost && s.q.handled() != s.out.told
}

// asked: the server wants to know how much has come. The answer waits a moment
// for something that takes it along (XEP-0198, 4, lets one collect): most likely
// our program has something to say to what has just come.
func (s *Stream) asked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.out.answer {
		wait := answerLater + random(answerLater)
		s.out.answer, s.out.due = true, s.now()+wait
		time.AfterFunc(wait, s.signal)
	}
}

// ask asks the server for its count (XEP-0198, 4), or pings it (XEP-0199) where
// it does not count: it works through our stanzas in order (RFC 6120, 10.1), so
// the answer acknowledges what went before. One question about messages at a
// time; any number to see whether there is life.
func (s *Stream) ask(b *bytes.Buffer, now time.Duration) {
	a := &s.acks
	if !a.asked {
		a.asked, a.since = true, now
	}
	a.fresh, a.now = false, false
	s.pulse.asked = now
	if s.sm {
		fmt.Fprintf(b, `<r xmlns="%s"/>`, nsSM)
	} else {
		a.ping, a.upTo = randomID(), len(a.waiting)
		b.Write(encodeTokens(stanza.IQ{XMLName: xml.Name{Space: nsClient}, Type: stanza.GetIQ, ID: a.ping, To: s.self.Domain()}.Wrap(el(nsPing, "ping", nil))))
	}
	s.rearm(now)
}

// acknowledged handles the server's count.
func (s *Stream) acknowledged(h count) error {
	s.mu.Lock()
	s.proven = true
	n, err := s.acks.reach(h)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	ids := s.acks.ids(n)
	s.mu.Unlock()
	return s.answered(ids, n)
}

// ponged reports whether an IQ answer is that of our ping, and handles it.
func (s *Stream) ponged(id string) (bool, error) {
	s.mu.Lock()
	if s.acks.ping == "" || s.acks.ping != id {
		s.mu.Unlock()
		return false, nil
	}
	s.acks.ping = ""
	n := s.acks.upTo
	ids := s.acks.ids(n)
	s.mu.Unlock()
	return true, s.answered(ids, n)
}

// answered tells of what the server has, and then forgets it: if the stream has
// ended meanwhile, so that nobody hears it, the server says it again when the
// session goes on.
func (s *Stream) answered(ids []StanzaID, n int) error {
	if len(ids) > 0 && !s.q.put(Acknowledged{IDs: ids}) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.acks
	a.drop(n)
	a.asked, a.later = false, s.now()+askLater
	s.signal()
	return nil
}
