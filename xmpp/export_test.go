package xmpp

import (
	"context"
	"testing"
	"time"

	"mellium.im/xmpp/stanza"
)

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

// Handled is how many stanzas the stream has counted.
func (s *Stream) Handled() uint32 { return uint32(s.q.handled()) }

// WantCarbons asks for copies of messages (XEP-0280), which the program never
// does.
func (s *Stream) WantCarbons(ctx context.Context) error {
	_, err := s.request(ctx, stanza.SetIQ, el("urn:xmpp:carbons:2", "enable", nil))
	return err
}

// SendBare sends a message without any hint, which the program never does.
func (s *Stream) SendBare(to Address, body string) error {
	return s.send(stanza.Message{ID: randomID(), To: to, Type: stanza.ChatMessage}.Wrap(el("", "body", nil, text(body))), len(body), "", Address{})
}

// DeafAfter changes how long a server that has resumed a session may take to
// answer, until the test ends.
func DeafAfter(t testing.TB, d time.Duration) {
	before := deafTime.Swap(int64(d))
	t.Cleanup(func() { deafTime.Store(before) })
}
