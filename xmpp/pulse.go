package xmpp

import (
	"crypto/rand"
	"encoding/binary"
	"time"
)

// pace is a rule of how a stream sees whether the other end is still there. A
// question is asked when nothing at all has come for a while, which is another
// while each time: a fixed period would be a mark that anybody on the way can
// see. Whatever comes counts as an answer.
type pace struct {
	least, most time.Duration // of silence before a question
	answer      time.Duration // of silence after it: then the connection is dead
}

// The two rules. While people talk a dead link is found within 55 s; otherwise
// within four minutes and a half, with a packet each way every three minutes.
var (
	chatting = pace{least: 15 * time.Second, most: 30 * time.Second, answer: 25 * time.Second}
	idle     = pace{least: 2 * time.Minute, most: 4 * time.Minute, answer: 30 * time.Second}
)

// chatTime is how long after a message, sent or received, people still talk.
const chatTime = 3 * time.Minute

// pulse is what a stream knows of the life at the other end. All times are since
// Stream.born. Guarded by Stream.mu; what was heard is in Stream itself.
type pulse struct {
	message time.Duration // the last one, sent or received
	pace    pace
	wait    time.Duration // of silence before the next question
	asked   time.Duration // the last question
	timer   *time.Timer
}

func newPulse() pulse { return pulse{message: -chatTime, pace: idle, wait: idle.silence()} }

func (p *pulse) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
}

func (p *pulse) at(now time.Duration) pace {
	if now-p.message < chatTime {
		return chatting
	}
	return idle
}

func (p pace) silence() time.Duration { return p.least + random(p.most-p.least) }

// random is less than d and not to be foreseen.
func random(d time.Duration) time.Duration {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return time.Duration(binary.BigEndian.Uint64(b[:]) % uint64(d))
}

// sign: something came. The reader's alone.
func (s *Stream) sign() {
	s.heard.Store(int64(s.now()))
	s.heardWall.Store(time.Now().UnixNano())
}

// beat begins to look for life.
func (s *Stream) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulse.timer = time.AfterFunc(time.Hour, s.look)
	s.rearm(s.now())
}

// talks: a message went or came. The lock is held.
func (s *Stream) talks(now time.Duration) {
	s.pulse.message = now
	if s.pulse.pace != chatting {
		s.rearm(now)
	}
}

// look asks, or gives up, if it is time to.
func (s *Stream) look() {
	s.mu.Lock()
	now := s.now()
	hung := !s.over && s.rearm(now)
	s.mu.Unlock()
	if hung {
		s.finish(ErrHung, false)
	}
}

// rearm does what is due and sees to it that what is due next is done then. It
// reports whether the time for an answer is over. The lock is held.
func (s *Stream) rearm(now time.Duration) (hung bool) {
	p, a := &s.pulse, &s.acks
	if s.over || p.timer == nil {
		return false
	}
	if s.q.stuck() { // nobody takes events, so nothing is read: our own doing
		s.heard.Store(int64(now))
		a.since = now
	}
	if pace := p.at(now); pace != p.pace {
		p.pace, p.wait = pace, pace.silence()
	}
	heard := time.Duration(s.heard.Load())
	var next time.Duration
	if p.asked <= heard && now >= heard+p.wait {
		p.asked, p.wait = now, p.pace.silence()
		a.now = true
		s.signal()
	}
	if p.asked > heard {
		next = p.asked + p.pace.answer
		if hung = now >= next; now < p.asked+p.wait { // look before, lest the next question is late
			next = min(next, p.asked+p.wait)
		}
	} else {
		next = heard + p.wait
	}
	if a.asked {
		hung = hung || now >= a.since+AckTimeout
		next = min(next, a.since+AckTimeout)
	}
	p.timer.Reset(max(next-now, 0))
	return hung
}

// Probe asks the server at once whether it is there, as after a computer has
// woken up: the stream ends with ErrHung if nothing comes within timeout. It
// does not wait. Nothing happens if the stream has ended.
func (s *Stream) Probe(timeout time.Duration) {
	if !s.usable() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return
	}
	from := s.now()
	s.acks.now = true
	s.signal()
	time.AfterFunc(timeout, func() {
		if time.Duration(s.heard.Load()) < from && !s.q.stuck() {
			s.finish(ErrHung, false)
		}
	})
}
