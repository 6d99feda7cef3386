package xmpp

import (
	"fmt"
	"sync/atomic"
	"time"
)

// A server may resume a session and be deaf to it: it sends, and says that the
// session goes on, but whatever we write is lost in it. Prosody 0.12 is, when the
// connection before broke off within a stanza: the new one is read by the XML
// parser of the old one, which still stands in the text of that stanza, and takes
// for a part of it all that comes. Resumed once more, it would be so for ever.
//
// So the first thing that is said on a resumed stream is a question for the
// server's count. Signs of life do not answer it.

// deafTime is how long the server may take to answer it: some round trips through
// Tor. In nanoseconds; only tests change it.
var deafTime atomic.Int64

func init() { deafTime.Store(int64(20 * time.Second)) }

// askFirst puts the question before what is written again.
func (s *Stream) askFirst() {
	s.out.queue = append(s.out.queue, outgoing{data: fmt.Appendf(nil, `<r xmlns="%s"/>`, nsSM)})
}

// prove gives up a session that was resumed if the server does not answer.
func (s *Stream) prove() {
	if !s.resumed {
		return
	}
	time.AfterFunc(time.Duration(deafTime.Load()), func() {
		if s.q.stuck() { // nobody takes events, so nothing is read: our own doing
			s.prove()
			return
		}
		s.mu.Lock()
		deaf := !s.proven && !s.over
		if deaf {
			// No session that can go on: the next one is a new one. The good-bye, which
			// no parser takes for text, makes such a server end this one at once, so
			// that contacts see us go and do not write to it.
			s.acks.forget()
			s.deaf, s.out.queue = true, nil
		}
		s.mu.Unlock()
		if deaf {
			s.finish(ErrHung, true)
			s.goodbye()
		}
	})
}
