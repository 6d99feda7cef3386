package xmpp

import "time"

// OpenOn is Open on any connection that says what TLS it has: for connections in
// memory, which work in simulated time. All that comes after TLS is the same.
var OpenOn = open

// Pace is a rule of liveness, for the tests that hold it.
type Pace struct{ Least, Most, Answer time.Duration }

// The two rules.
var (
	Chatting = Pace{chatting.least, chatting.most, chatting.answer}
	Idle     = Pace{idle.least, idle.most, idle.answer}
)

// Stretch makes a Leftover count on a server for longer than that said.
func (l *Leftover) Stretch(d time.Duration) { l.until = l.until.Add(d) }
