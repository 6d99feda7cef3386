package otr

import (
	"crypto/rand"
	"math/big"
)

// The engine keeps the key that authenticated a message until the other side
// uses a newer one of ours, which it learns of only by hearing from us; then it
// reveals all that it kept in one message (OTR v3, "Revealing MAC keys"). Who
// only listens has to say something now and then: an empty message, which no
// program shows. The engine has one by itself, as libotr does, in answer to a
// text when nothing went out for a minute. This is for many texts in that
// minute. Between two Hushwings acknowledgements go out all the time, so that
// it never comes to that; and as an empty message is no text, none answers
// another.

// fewestTexts and mostTexts are between how many texts that were not answered
// in any way a heartbeat goes out. The number is drawn anew each time: an empty
// message after every thirty-second text would tell which program this is.
const (
	fewestTexts = 24
	mostTexts   = 48
)

// pulse counts texts that came since we last said something.
type pulse struct{ texts, limit int }

// spoke is that something authentic went out.
func (p *pulse) spoke() { *p = pulse{} }

// heard is that a text came. It reports whether a heartbeat is due.
func (p *pulse) heard() bool {
	if p.limit == 0 {
		p.limit = fewestTexts
		if n, err := rand.Int(rand.Reader, big.NewInt(mostTexts-fewestTexts+1)); err == nil {
			p.limit += int(n.Int64())
		}
	}
	p.texts++
	return p.texts >= p.limit
}

// beat makes a heartbeat: an empty text, about which no program says a word
// when it cannot read it.
func (v *Conversation) beat() []Event {
	wires, _, err := v.sealed(v.engine.seal(""))
	if err != nil {
		return nil
	}
	m, err := parse(wires[0].body)
	if err != nil {
		return nil
	}
	if body, ok := v.mirror.flagged(m, flagIgnoreUnreadable); ok {
		wires[0].body = body
	}
	return []Event{Transmit{v.peer, wires[0]}}
}
