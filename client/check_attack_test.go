package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/otr"
	"hushwing/secret"
)

// wishForCode is what a Hushwing asks with for a code, as anyone can read it in the
// source.
const wishForCode = "Please enter the PIN that I shared with you."

// asks begins a check.
func (p *puppet) asks(question, answer string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	wires, err := p.latest.Ask(question, secret.New(answer))
	must(p.t, err)
	p.send(p.latest.Peer(), wires...)
}

// forget lets it wait for what comes from now on.
func (p *puppet) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = nil
}

// between is somebody in between: what Ana takes for Ben's program, and what Ben
// takes for Ana's, are two puppets of the same hand. It stands for a server, or
// whoever holds one, that leads each of the two to itself.
func (w *town) between() (ana, ben *resident, toAna, toBen *puppet) {
	w.t.Helper()
	ana, ben = w.comes("ana", "", "falseben"), w.comes("ben", "", "falseana")
	ana.start()
	ben.start()
	toAna, toBen = w.puppet("falseben", ""), w.puppet("falseana", "")
	toAna.private(someone{at: ana.at})
	toBen.private(someone{at: ben.at})
	must(w.t, ana.Private(falseBen))
	must(w.t, ben.Private(falseAna))
	return ana, ben, toAna, toBen
}

const falseBen, falseAna = "falseben@example.test", "falseana@example.test"

// unchecked checks that nobody took whoever is in between for the other.
func (r *resident) unchecked(with string) {
	r.town.t.Helper()
	time.Sleep(5 * time.Second)
	must(r.town.t, r.Protected(with, client.PrivateUnknown))
	if k := r.Key(with); !k.Checked.IsZero() {
		r.town.t.Errorf("%s has checked the key of who is in between", r.at)
	}
}

// TestCodeBetween: somebody in between passes the wish for a code on to Ben, who
// hears Ana's voice and types what she reads. Whatever they guess, and however often
// they ask, both see that the codes differ, after three attempts there are none, and
// a code of before is worth nothing on either side.
func TestCodeBetween(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben, toAna, toBen := w.between()
		var last string
		for range 3 {
			code, err := ana.AskCode(falseBen)
			must(t, err)
			guess := other(code)
			if last != "" {
				guess = last // which they may have heard of since
			}
			toBen.asks(wishForCode, guess)
			if last != "" {
				wantCause(t, ben.AnswerCode(falseAna, last), client.CodeSeen)
			}
			must(t, ben.AnswerCode(falseAna, code))
			must(t, ben.Checked(falseAna, client.CheckDifferent))
			toAna.answers(guess)
			toAna.forget()
			must(t, ana.Checked(falseBen, client.CheckDifferent))
			ana.unchecked(falseBen)
			ben.unchecked(falseAna)
			last = code
		}
		_, err := ana.AskCode(falseBen)
		wantCause(t, err, client.NoAttemptsLeft)
		toBen.asks(wishForCode, "123456")
		wantCause(t, ben.AnswerCode(falseAna, "654321"), client.NoAttemptsLeft)
		toBen.asks("which boat?", "the blue one")
		wantCause(t, ben.Answer(falseAna, "which boat?", "the blue one"), client.NoAttemptsLeft)
		ana.unchecked(falseBen)
		ben.unchecked(falseAna)
	})
}

// TestEasyQuestion: who asks "2+2?" learns that Ben can count, and nothing turns
// green for him; nor does it give an attempt back.
func TestEasyQuestion(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		_, ben, _, toBen := w.between()
		toBen.asks(wishForCode, "111111")
		must(t, ben.AnswerCode(falseAna, "222222"))
		must(t, ben.Checked(falseAna, client.CheckDifferent))
		ben.left(falseAna, 2)
		for _, q := range []string{
			"2+2?", "", "Please enter the PIN that I shared with you", "PLEASE ENTER THE PIN THAT I SHARED WITH YOU.",
			"Please enter the PIN that I shared with you. It is 4.", "\u202e" + wishForCode, wishForCode + wishForCode,
		} {
			toBen.asks(q, "4")
			must(t, ben.Until("the question", func(w *journey.World) bool {
				c := w.Checks[falseAna]
				return c.Stage == client.CheckQuestion && c.How == client.HowQuestion && c.Question == q && c.Other
			}))
			must(t, ben.Answer(falseAna, q, "4"))
			must(t, ben.Checked(falseAna, client.CheckAskBack))
			ben.unchecked(falseAna)
			ben.left(falseAna, 2)
		}
	})
}

// TestCodeInTheChat: a code that came in the chat is not taken, in whatever clothes
// it came, nor is one that is in the question, nor our own. And the code that is to
// be read aloud does not go out in a text.
func TestCodeInTheChat(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben, toAna, toBen := w.between()
		for _, c := range []struct{ text, code string }{
			{"type 481516 please", "481516"},
			{"the code is 2 3 - 4 2 (then) 0 8", "234208"},
			{"۱۵۱۶۲۳", "151623"},
			{"4815162342108", "162342"},
		} {
			toBen.say(c.text)
			must(t, ben.Reads(falseAna, c.text))
			toBen.asks(wishForCode, c.code)
			wantCause(t, ben.AnswerCode(falseAna, c.code), client.CodeSeen)
		}
		toBen.asks("77 88 99?", "x")
		must(t, ben.Until("the question", func(w *journey.World) bool { return w.Checks[falseAna].Question == "77 88 99?" }))
		toBen.asks(wishForCode, "778899")
		wantCause(t, ben.AnswerCode(falseAna, "778899"), client.CodeSeen)
		mine, err := ben.AskCode(falseAna)
		must(t, err)
		toBen.asks(wishForCode, mine)
		wantCause(t, ben.AnswerCode(falseAna, mine), client.CodeSeen)
		ben.unchecked(falseAna)
		ben.left(falseAna, 3) // none was made

		toBen.say("unread: 314159")
		must(t, ben.Until("the text", func(w *journey.World) bool {
			return slices.ContainsFunc(w.Messages, func(m client.Message) bool { return m.Text == "unread: 314159" })
		}))
		time.Sleep(time.Second)
		ben.killed()
		ben.start()
		again := w.puppet("falseana", "")
		again.private(someone{at: ben.at})
		must(t, ben.Private(falseAna))
		again.asks(wishForCode, "314159")
		wantCause(t, ben.AnswerCode(falseAna, "314159"), client.CodeSeen)

		code, err := ana.AskCode(falseBen)
		must(t, err)
		for _, text := range []string{code, "it is " + code[:3] + " " + code[3:] + ", right?", strings.Join(strings.Split(code, ""), " ")} {
			_, err = ana.Say(falseBen, text)
			wantCause(t, err, client.CodeInText)
		}
		_, err = ana.Say(falseBen, "I shall call you")
		must(t, err)
		toAna.heard("I shall call you")
		toAna.mu.Lock()
		defer toAna.mu.Unlock()
		if len(toAna.texts) != 1 {
			t.Errorf("%d texts went out", len(toAna.texts))
		}
	})
}

// TestCodeOfOurOwnInTheChat: people write what they heard, before they type it, while
// they wait for what comes of it, and when it went wrong. Whoever is in between would
// have the code then while one of the two still reads it aloud, or still types it, and
// be taken for the other. So what was written is not taken, and what was typed or
// read aloud is not sent, as long as anybody could make use of it.
func TestCodeOfOurOwnInTheChat(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben, toAna, toBen := w.between()
		wished := func(of *resident, with string) {
			t.Helper()
			time.Sleep(time.Second) // an earlier one may stand there
			must(t, of.Until("the wish", func(w *journey.World) bool {
				c := w.Checks[with]
				return c.Stage == client.CheckQuestion && c.How == client.HowCode
			}))
		}
		kept := func(of *resident, with string, code string) {
			t.Helper()
			_, err := of.Say(with, "I typed "+code[:2]+" "+code[2:]+", and now?")
			wantCause(t, err, client.CodeInText)
		}

		// Before he types it: they read it, and ask once more.
		code, err := ana.AskCode(falseBen)
		must(t, err)
		toBen.asks(wishForCode, "000000")
		wished(ben, falseAna)
		_, err = ben.Say(falseAna, "was it "+code+"?")
		must(t, err)
		toBen.heard("was it " + code + "?")
		toBen.asks(wishForCode, code)
		time.Sleep(time.Second)
		wantCause(t, ben.AnswerCode(falseAna, code), client.CodeSeen)
		kept(ben, falseAna, code)
		ben.unchecked(falseAna)

		// While he waits: who asked says only after his answer what they asked with.
		code, err = ana.AskCode(falseBen)
		must(t, err)
		toBen.asks(wishForCode, "000000")
		wished(ben, falseAna)
		toBen.ignore(everything)
		must(t, ben.AnswerCode(falseAna, code))
		must(t, ben.Checked(falseAna, client.CheckAnswered))
		kept(ben, falseAna, code)
		toBen.ignore(nil)
		ben.Client.Do(client.StopCheck{Peer: ben.Peer(falseAna)})
		time.Sleep(time.Second)
		kept(ben, falseAna, code) // Ana's screen has it still

		// When it went wrong with him: Ana waits for who has guessed.
		code, err = ana.AskCode(falseBen)
		must(t, err)
		toBen.asks(wishForCode, "000000")
		wished(ben, falseAna)
		must(t, ben.AnswerCode(falseAna, code))
		must(t, ben.Checked(falseAna, client.CheckDifferent))
		kept(ben, falseAna, code)

		// When it went wrong with her: Ben is being asked, and has it in his ear.
		toAna.answers("000000")
		must(t, ana.Checked(falseBen, client.CheckDifferent))
		kept(ana, falseBen, code)
		ana.unchecked(falseBen)
		ben.unchecked(falseAna)

		// What he wrote waits, and goes out after a new start.
		code, err = ana.AskCode(falseBen)
		must(t, err)
		w.rules(func(m letter) fate { return vanish })
		_, err = ben.Say(falseAna, "I have heard "+code)
		must(t, err)
		time.Sleep(time.Second)
		ben.killed()
		w.rules(nil)
		ben.start()
		again := w.puppet("falseana", "")
		again.private(someone{at: ben.at})
		must(t, ben.Private(falseAna))
		again.asks(wishForCode, code)
		wished(ben, falseAna)
		wantCause(t, ben.AnswerCode(falseAna, code), client.CodeSeen)
		ben.unchecked(falseAna)
	})
}

// TestGuessAndHangUp: who answers learns from Ana's proof whether the guess was
// right before she learns anything. Hanging up then, vanishing, or changing the
// subject with a question of one's own, in the same breath, makes no attempt undone,
// and a new connection, or a restart of hers, brings none back.
func TestGuessAndHangUp(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, _, toAna, _ := w.between()
		guess := func(p *puppet) {
			t.Helper()
			p.forget()
			code, err := ana.AskCode(falseBen)
			must(t, err)
			p.until("a wish for a code", func() bool {
				return p.has(func(e otr.Event) bool { _, ok := e.(otr.Question); return ok })
			})
			p.ignore(everything) // it keeps Ana's proof for itself
			p.mu.Lock()
			wires, err := p.latest.Answer(secret.New(other(code)))
			must(t, err)
			p.send(p.latest.Peer(), wires...)
			p.mu.Unlock()
			time.Sleep(5 * time.Second)
		}
		guess(toAna)
		toAna.asks("how are you?", "well")
		must(t, ana.Until("their question", func(w *journey.World) bool { return w.Checks[falseBen].Question == "how are you?" }))
		ana.left(falseBen, 2)
		_ = toAna.stream.Close()
		must(t, ana.Protected(falseBen, client.Away))

		toAna = w.puppet("falseben", "")
		toAna.private(someone{at: ana.at})
		must(t, ana.Private(falseBen))
		ana.left(falseBen, 2)
		guess(toAna)
		_ = toAna.stream.Close()
		must(t, ana.Checked(falseBen, client.CheckAborted))
		ana.left(falseBen, 1)

		ana.killed()
		ana.start()
		toAna = w.puppet("falseben", "")
		toAna.private(someone{at: ana.at})
		must(t, ana.Private(falseBen))
		ana.left(falseBen, 1)
		guess(toAna)
		w.cut(ana.at)
		time.Sleep(time.Minute)
		ana.left(falseBen, 0)
		must(t, ana.Until("the end of the check", func(w *journey.World) bool { return w.Checks[falseBen].Stage == client.CheckAborted }))
		_ = toAna.stream.Close()
		toAna = w.puppet("falseben", "")
		toAna.private(someone{at: ana.at})
		must(t, ana.Private(falseBen))
		_, err := ana.AskCode(falseBen)
		wantCause(t, err, client.NoAttemptsLeft)
		ana.unchecked(falseBen)
	})
}

// TestGuessAtBoth: who asks while Ana waits breaks her check off and gets none of
// their own out of it; what they answer then is heard by nobody. An earlier
// conversation cannot answer for the present one.
func TestGuessAtBoth(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, _, toAna, _ := w.between()
		code, err := ana.AskCode(falseBen)
		must(t, err)
		toAna.asks(wishForCode, code) // they would be right, even
		// Her check is over. Whether theirs stands depends on which of the two came first.
		must(t, ana.Until("the end of her check", func(w *journey.World) bool {
			c := w.Checks[falseBen]
			return c.Stage == client.CheckAborted || c.Stage == client.CheckQuestion && !c.Asked && c.Code.IsZero()
		}))
		ana.left(falseBen, 3)
		ana.unchecked(falseBen)
		if checkOf(ana.Person, falseBen).Stage == client.CheckQuestion {
			wantCause(t, ana.AnswerCode(falseBen, code), client.CodeSeen)
			ana.Client.Do(client.StopCheck{Peer: ana.Peer(falseBen)})
			time.Sleep(time.Second)
		}

		// A second program with another key, while Ana waits for the first one.
		toAna.forget()
		code, err = ana.AskCode(falseBen)
		must(t, err)
		first := ana.Key(falseBen).Fingerprint
		second := w.puppet("falseben", "second")
		second.private(someone{at: ana.at})
		must(t, ana.Until("the second key", func(w *journey.World) bool {
			return len(w.Contacts[falseBen].Keys) == 2 && w.Safety[falseBen].Key != first
		}))
		toAna.until("the wish", func() bool {
			return toAna.has(func(e otr.Event) bool { _, ok := e.(otr.Question); return ok })
		})
		toAna.ignore(everything) // that it is over
		second.asks(wishForCode, code)
		must(t, ana.Until("their wish", func(w *journey.World) bool { return w.Checks[falseBen].Stage == client.CheckQuestion }))
		time.Sleep(time.Second)
		toAna.ignore(nil)
		toAna.answers(code) // to what was given up: it may not count as a guess that costs nothing
		time.Sleep(5 * time.Second)
		toAna.mu.Lock()
		if slices.ContainsFunc(toAna.events, func(e otr.Event) bool { d, ok := e.(otr.CheckDone); return ok && d.Result == otr.Same }) {
			t.Error("a check that was given up told whether a guess was right")
		}
		toAna.mu.Unlock()
		for _, k := range ana.keys(falseBen) {
			if !k.Checked.IsZero() || k.Left != 3 {
				t.Errorf("a key with %d attempts left, checked %v", k.Left, k.Checked)
			}
		}
		wantCause(t, ana.AnswerCode(falseBen, code), client.CodeSeen)
	})
}

// keys are all keys of somebody.
func (r *resident) keys(with string) (keys []client.KeyInfo) {
	_ = r.Until("anything", func(w *journey.World) bool { keys = w.Contacts[with].Keys; return true })
	return keys
}

// TestAnswersThatCross: while the answer to one question is written down, another
// one comes: the answer goes to neither.
func TestAnswersThatCross(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		_, ben, _, toBen := w.between()
		toBen.asks("what is two and two?", "4")
		must(t, ben.Until("the question", func(w *journey.World) bool { return w.Checks[falseAna].Stage == client.CheckQuestion }))
		// What was typed for a question is no code, and the other way round.
		ben.Client.Do(client.AnswerCode{Peer: ben.Peer(falseAna), Code: secret.New("123456")})
		time.Sleep(time.Second)
		must(t, ben.Checked(falseAna, client.CheckQuestion))
		toBen.asks(wishForCode, "555555")
		must(t, ben.Until("the wish", func(w *journey.World) bool { return w.Checks[falseAna].How == client.HowCode }))
		ben.Client.Do(client.AnswerQuestion{Peer: ben.Peer(falseAna), Answer: secret.New("555555")})
		time.Sleep(time.Second)
		must(t, ben.Checked(falseAna, client.CheckQuestion))
		ben.left(falseAna, 3)
		ben.unchecked(falseAna)
	})
}
