package xmpp

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"time"

	"mellium.im/xmpp/stanza"
)

const streamFooter = "</stream:stream>"

// Bounds of what waits to be written and to be acknowledged.
const (
	outStanzas = 256
	outBytes   = 2 << 20
	outReplies = 32   // answers to the server's own requests
	maxUnacked = 4096 // stanzas
)

// AckTimeout is how long the server may take to acknowledge. After that the
// connection is taken for dead: ErrHung.
const AckTimeout = 60 * time.Second

// outgoing is one thing to be written, whole.
type outgoing struct {
	data   []byte
	stanza bool     // message, presence or iq: counted (XEP-0198)
	id     StanzaID // of a message that Send gave out
	to     Address  // of the same
	reply  bool
}

// outbox is what waits for the writer. Guarded by Stream.mu.
type outbox struct {
	queue   []outgoing
	bytes   int
	replies int
	answer  bool // the server asked for our count
	last    bool // nothing comes after this

	scan     *scanner             // finds where what the library writes ends
	reserved int                  // stanzas that were admitted and are not here yet
	given    map[StanzaID]Address // of those, the messages
}

func newOutbox() outbox {
	scan := newScanner(nil)
	scan.ours, scan.header, scan.depth, scan.passed = true, true, 1, 1
	return outbox{scan: scan, given: map[StanzaID]Address{}}
}

// acks knows what the server has not acknowledged. Guarded by Stream.mu.
type acks struct {
	waiting []StanzaID // stanzas written, in order; "" for those not from Send
	handled uint32     // the server's count so far
	fresh   bool       // a message, or very many others, were written since we asked last
	asked   bool
	ping    string // id of the ping that asks, where there is no XEP-0198
	upTo    int    // how many of waiting that ping acknowledges
	timer   *time.Timer

	sent  map[StanzaID]Address // for bounces
	order []StanzaID
}

func (a *acks) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
}

// wrote remembers one stanza.
func (a *acks) wrote(o outgoing) {
	a.waiting = append(a.waiting, o.id)
	if o.id == "" {
		a.fresh = a.fresh || len(a.waiting) > maxUnacked/4
		return
	}
	a.fresh = true
	if a.sent == nil {
		a.sent = map[StanzaID]Address{}
	}
	a.sent[o.id] = o.to
	a.order = append(a.order, o.id)
	if len(a.order) > maxUnacked {
		delete(a.sent, a.order[0])
		a.order = a.order[1:]
	}
}

// take returns the first n that wait, without those that nobody waits for.
func (a *acks) take(n int) []StanzaID {
	ids := slices.DeleteFunc(slices.Clone(a.waiting[:n]), func(id StanzaID) bool { return id == "" })
	a.waiting = a.waiting[n:]
	return ids
}

// reserve finds room for one stanza of about size bytes, or says that there is
// none. It never waits.
func (s *Stream) reserve(size int, id StanzaID, to Address) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.out.queue) + s.out.reserved
	switch {
	case s.over:
		return ErrClosed
	case n >= outStanzas, s.out.bytes+size > outBytes, len(s.acks.waiting) >= maxUnacked:
		return ErrSlow
	}
	s.out.reserved++
	if id != "" {
		s.out.given[id] = to
	}
	return nil
}

// send gives a stanza to the library, which writes it into the outbox. It never
// waits.
func (s *Stream) send(r xml.TokenReader, size int, id StanzaID, to Address) error {
	if err := s.reserve(size, id, to); err != nil {
		return err
	}
	if err := s.session.Send(context.Background(), r); err != nil {
		return ErrClosed
	}
	return nil
}

// put takes what the library writes on a started stream, whole elements at a
// time. It never waits: the library holds its lock meanwhile.
func (s *Stream) put(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if string(p) == streamFooter && !s.out.last {
		s.out.queue = append(s.out.queue, outgoing{data: []byte(streamFooter)})
		return len(p), nil
	}
	if s.over {
		return 0, ErrClosed
	}
	scan := s.out.scan
	for _, c := range p {
		if err := scan.take(c); err != nil {
			return 0, err
		}
		if scan.whole() {
			if err := s.enqueue(bytes.Clone(scan.out), scan.cut); err != nil {
				return 0, err
			}
			scan.out = scan.out[:0]
		}
	}
	s.signal()
	return len(p), nil
}

// enqueue gives one element to the writer. The lock is held.
func (s *Stream) enqueue(data []byte, cut bool) error {
	t, err := xml.NewDecoder(bytes.NewReader(data)).Token()
	start, ok := t.(xml.StartElement)
	if err != nil || !ok || cut {
		return fmt.Errorf("%w: in what we write", ErrLimit)
	}
	o := outgoing{data: data}
	switch start.Name.Local {
	case "iq":
		typ, _ := lookup(start.Attr, "type")
		o.reply = typ == "result" || typ == "error"
		o.stanza = true
	case "message", "presence":
		o.stanza = true
	}
	if o.reply {
		if s.out.replies >= outReplies {
			return nil // a flood gets no answer
		}
		s.out.replies++
	} else if o.stanza {
		s.out.reserved = max(0, s.out.reserved-1)
		id, _ := lookup(start.Attr, "id")
		if to, ours := s.out.given[StanzaID(id)]; ours {
			o.id, o.to = StanzaID(id), to
			delete(s.out.given, o.id)
		}
	}
	s.out.queue = append(s.out.queue, o)
	s.out.bytes += len(data)
	return nil
}

// write is the writer's goroutine: nobody else writes on a started stream.
func (s *Stream) write() {
	defer close(s.writerDone)
	for {
		data, last := s.batch()
		if len(data) > 0 {
			if _, err := s.wire.conn.Write(data); err != nil {
				s.finish(fmt.Errorf("xmpp: writing: %w", err), false)
				return
			}
		}
		if last {
			return
		}
		if len(data) == 0 {
			<-s.wake
		}
	}
}

// batch takes what waits, counts it, and adds the questions and answers of
// acknowledgement. It is the one place where outgoing stanzas are counted.
func (s *Stream) batch() (data []byte, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil && s.err != io.EOF {
		return nil, true
	}
	var b bytes.Buffer
	for _, o := range s.out.queue {
		if s.out.answer && string(o.data) == streamFooter {
			s.count(&b)
		}
		b.Write(o.data)
		if o.stanza {
			s.acks.wrote(o)
		}
	}
	s.out.queue, s.out.bytes, s.out.replies = nil, 0, 0
	if s.over {
		return b.Bytes(), s.out.last
	}
	if s.out.answer {
		s.count(&b)
	}
	if s.acks.fresh && !s.acks.asked {
		s.ask(&b)
	}
	return b.Bytes(), false
}

// count tells the server how much has come.
func (s *Stream) count(b *bytes.Buffer) {
	s.out.answer = false
	fmt.Fprintf(b, `<a xmlns="%s" h="%d"/>`, nsSM, s.received.Load())
}

// ask asks the server for its count (XEP-0198, 4), or pings it (XEP-0199) where
// it does not count: it works through our stanzas in order (RFC 6120, 10.1), so
// the answer acknowledges what went before. Asked only after a message, and one
// question at a time.
func (s *Stream) ask(b *bytes.Buffer) {
	a := &s.acks
	a.fresh, a.asked = false, true
	if s.sm {
		fmt.Fprintf(b, `<r xmlns="%s"/>`, nsSM)
	} else {
		a.ping, a.upTo = randomID(), len(a.waiting)
		b.Write(encodeTokens(stanza.IQ{XMLName: xml.Name{Space: nsClient}, Type: stanza.GetIQ, ID: a.ping, To: s.self.Domain()}.Wrap(el(nsPing, "ping", nil))))
	}
	a.stop()
	var t *time.Timer
	t = time.AfterFunc(AckTimeout, func() {
		s.mu.Lock()
		current := a.timer == t && a.asked
		if current && s.q.stuck() { // nobody takes events, so nothing is read: our own doing
			t.Reset(AckTimeout)
			current = false
		}
		s.mu.Unlock()
		if current {
			s.finish(ErrHung, false)
		}
	})
	a.timer = t
}

// acknowledged handles the server's count.
func (s *Stream) acknowledged(h uint32) error {
	s.mu.Lock()
	n := h - s.acks.handled // both go round at 2^32
	if uint64(n) > uint64(len(s.acks.waiting)) {
		s.mu.Unlock()
		return fmt.Errorf("%w: more acknowledged than sent", ErrProtocol)
	}
	s.acks.handled = h
	ids := s.answered(int(n))
	s.mu.Unlock()
	return s.tell(ids)
}

// ponged reports whether an IQ answer is that of our ping, and handles it.
func (s *Stream) ponged(id string) (bool, error) {
	s.mu.Lock()
	if s.acks.ping == "" || s.acks.ping != id {
		s.mu.Unlock()
		return false, nil
	}
	s.acks.ping = ""
	ids := s.answered(s.acks.upTo)
	s.mu.Unlock()
	return true, s.tell(ids)
}

// answered is with the lock held.
func (s *Stream) answered(n int) []StanzaID {
	s.acks.asked = false
	s.acks.stop()
	if s.acks.fresh {
		s.signal()
	}
	return s.acks.take(n)
}

func (s *Stream) tell(ids []StanzaID) error {
	if len(ids) > 0 {
		s.q.put(Acknowledged{IDs: ids})
	}
	return nil
}
