package otr

import (
	"fmt"
	"unicode/utf8"

	"hushwing/secret"
)

// check is how far a check (SMP) is. The engine is never asked to go on with
// one that it has not begun, nor with one that ended: it panics then.
type check struct {
	state checkState
	spent bool // see Conversation.Spent
}

type checkState uint8

const (
	checkNone     checkState = iota
	checkAsked               // we asked
	checkProved              // we asked, they answered, our proof went out
	checkOpen                // their question waits for our answer
	checkAnswered            // we answered
)

func (v *Conversation) ask(question string, answer secret.Text) ([]Wire, error) {
	question = withoutNUL(question)
	switch {
	case answer.IsZero():
		return nil, ErrEmpty
	case !utf8.ValidString(question):
		return nil, ErrNotUTF8
	case len(question) > MaxQuestion:
		return nil, fmt.Errorf("%w: %d of at most %d bytes", ErrTooLong, len(question), MaxQuestion)
	}
	if err := v.usable(); err != nil {
		return nil, err
	}
	wires, _, err := v.sealed(v.engine.ask(question, answer.Export()))
	if err == nil {
		v.check = check{state: checkAsked}
	}
	return wires, err
}

func (v *Conversation) answer(answer secret.Text) ([]Wire, error) {
	if answer.IsZero() {
		return nil, ErrEmpty
	}
	if err := v.usable(); err != nil {
		return nil, err
	}
	if v.check.state != checkOpen {
		return nil, ErrNothingAsked
	}
	wires, _, err := v.sealed(v.engine.answer(answer.Export()))
	if err == nil {
		v.check = check{state: checkAnswered}
	}
	return wires, err
}

func (v *Conversation) abort() ([]Wire, error) {
	if err := v.usable(); err != nil {
		return nil, err
	}
	if v.check.state == checkNone {
		return nil, ErrNothingAsked
	}
	wires, _, err := v.sealed(v.engine.abort())
	v.check.state = checkNone
	return wires, err
}

// checked turns the engine's steps into events.
func (v *Conversation) checked(steps []checkEvent) (events []Event) {
	for _, s := range steps {
		// Our answer meets their guess with their proof, and not before. A proof
		// that makes no sense may be a way to find out, so it counts.
		v.check.spent = v.check.spent || v.check.state == checkAnswered && s.step != stepAborted
		switch s.step {
		case stepAsked:
			v.check = check{state: checkOpen}
			events = append(events, Question{v, shown(s.question)})
		case stepSame:
			events = append(events, v.checkDone(Same)...)
		case stepDifferent:
			events = append(events, v.checkDone(Different)...)
		case stepProved:
			if v.check.state == checkAsked {
				v.check = check{state: checkProved, spent: true}
			}
		case stepAborted:
			// Some programs abort when nothing was begun. After our proof no
			// person has a hand in it any more: there, programs on otr3 say
			// with an abort that the answers differ.
			if v.check.state == checkProved {
				events = append(events, v.checkDone(Different)...)
			} else {
				events = append(events, v.checkDone(Aborted)...)
			}
		case stepFailed:
			events = append(events, v.checkDone(Aborted)...)
		}
	}
	return events
}

// checkDone ends the check. "Same" counts only while the engine still means
// the key and the session of the start.
func (v *Conversation) checkDone(r Result) []Event {
	asked := v.check.state == checkAsked || v.check.state == checkProved
	running := v.check.state != checkNone
	proven := v.check.state == checkProved || v.check.state == checkAnswered
	spent := v.check.spent
	v.check.state = checkNone
	if r == Same && (!proven || v.usable() != nil) {
		r = Aborted
	}
	if !running {
		return nil
	}
	return []Event{CheckDone{v, r, asked, v.agreed.theirs, spent}}
}

// stopCheck is for a conversation that goes away.
func (v *Conversation) stopCheck() []Event { return v.checkDone(Aborted) }
