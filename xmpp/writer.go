package xmpp

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

const streamFooter = "</stream:stream>"

// Bounds of what waits to be written and to be acknowledged.
const (
	outStanzas = 256
	outBytes   = 2 << 20
	outReplies = 32 // answers to the server's own requests
)

// gatherTime is how long what follows a message waits for more: a burst shares
// its packets. The first one of a burst waits for nothing.
const gatherTime = 25 * time.Millisecond

// outgoing is one thing to be written, whole.
type outgoing struct {
	data   []byte
	stanza bool     // message, presence or iq: counted (XEP-0198)
	id     StanzaID // of a message that Send gave out
	to     Address  // of the same
	reply  bool
	topic  string // see repeatable
}

// outbox is what waits for the writer. Guarded by Stream.mu.
type outbox struct {
	queue   []outgoing
	bytes   int
	replies int
	answer  bool          // the server asked for our count
	told    count         // what it was told last
	due     time.Duration // when it gets that, if nothing goes out before that could take it along (since Stream.born)
	last    bool          // nothing comes after this

	scan     *scanner             // finds where what the library writes ends
	reserved int                  // stanzas that were admitted and are not here yet
	given    map[StanzaID]Address // of those, the messages
}

func newOutbox() outbox {
	scan := newScanner(nil)
	scan.ours, scan.header, scan.depth, scan.passed = true, true, 1, 1
	return outbox{scan: scan, given: map[StanzaID]Address{}}
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
	case n >= outStanzas, s.out.bytes+size > outBytes, s.acks.full(s.out.bytes + size):
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
	typ, _ := lookup(start.Attr, "type")
	switch start.Name.Local {
	case "iq":
		o.reply = typ == "result" || typ == "error"
		o.stanza = true
		if !o.reply {
			o.topic = aRequest
		}
	case "presence":
		to, _ := lookup(start.Attr, "to")
		o.topic = presenceTopic(typ, to)
		o.stanza = true
	case "message":
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
		b := s.batch()
		if len(b.data) > 0 {
			if _, err := s.wire.conn.Write(b.data); err != nil {
				s.finish(fmt.Errorf("xmpp: writing: %w", err), false)
				return
			}
		}
		switch {
		case b.last:
			return
		case b.hung:
			s.finish(ErrHung, false)
			return
		case b.message:
			s.gather()
		case len(b.data) == 0:
			<-s.wake
		}
	}
}

// gather waits for what else there will be to write.
func (s *Stream) gather() {
	t := time.NewTimer(gatherTime)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.life.Done():
	}
}

// batch is what is written at once.
type batch struct {
	data    []byte
	message bool // there was one in it
	last    bool // nothing comes after it
	hung    bool // far too much is not acknowledged
}

// batch takes what waits, counts it, and adds the questions and answers of
// acknowledgement. It is the one place where outgoing stanzas are counted.
func (s *Stream) batch() batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil && s.err != io.EOF && !s.deaf {
		return batch{last: true}
	}
	var b bytes.Buffer
	messages := false
	for _, o := range s.out.queue {
		if s.out.answer && string(o.data) == streamFooter {
			s.count(&b)
		}
		b.Write(o.data)
		if o.stanza {
			s.acks.wrote(o)
		}
		messages = messages || o.id != ""
	}
	s.out.queue, s.out.bytes, s.out.replies = nil, 0, 0
	if s.over {
		return batch{data: b.Bytes(), last: s.out.last}
	}
	now := s.now()
	if s.out.answer && (b.Len() > 0 || now >= s.out.due) {
		s.count(&b)
	}
	if ask, wait := s.acks.asks(now); ask {
		s.ask(&b, now)
	} else if wait > 0 {
		time.AfterFunc(wait, s.signal)
	}
	if messages {
		s.talks(now)
	}
	return batch{data: b.Bytes(), message: messages, hung: len(s.acks.waiting) > 4*maxUnacked}
}
