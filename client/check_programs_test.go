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

// TestCheckOfOneProgram: a check belongs to the chat with one program of a contact's.
// What becomes of the chat with another one leaves it alone, and when its own ends it
// is over, at once, on both sides, at no cost.
func TestCheckOfOneProgram(t *testing.T) {
	t.Parallel()
	type scene struct {
		*town
		ana, ben, other *resident // the other one is Ben's too
	}
	comes := func(s *scene) {
		s.t.Helper()
		s.other = s.comes("ben", "other", "ana")
		s.other.start()
		s.other.Look(s.ana.at)
		must(s.t, s.other.Private(s.ana.at))
		must(s.t, s.ana.Until("the chat with the other one", func(w *journey.World) bool {
			return w.Safety[s.ben.at].Resource == s.full(s.ben.at)
		}))
		time.Sleep(2 * time.Second)
	}
	ends := func(s *scene, who *resident) {
		who.Client.Do(client.CloseChat{Peer: who.Peer(s.ana.at)})
		time.Sleep(5 * time.Second)
	}
	over := func(s *scene, who *resident, with string) {
		s.t.Helper()
		if got := checkOf(who.Person, with); got.Stage != client.CheckAborted {
			s.t.Errorf("%s is in the stage %d of the check", who.at, got.Stage)
		}
		for _, k := range who.keys(with) {
			if k.Left != 3 || !k.Checked.IsZero() {
				s.t.Errorf("%s has a key with %d attempts left, checked %v", who.at, k.Left, k.Checked)
			}
		}
	}
	well := func(s *scene) {
		s.t.Helper()
		must(s.t, s.ana.Checked(s.ben.at, client.CheckSame))
		must(s.t, s.ben.Checked(s.ana.at, client.CheckSame))
		must(s.t, s.ben.Protected(s.ana.at, client.PrivateChecked))
		s.ana.Client.Do(client.StartAgain{Peer: s.ana.Peer(s.ben.at)})
		must(s.t, s.ana.Protected(s.ben.at, client.PrivateChecked))
		time.Sleep(time.Second)
		for _, k := range s.ana.keys(s.ben.at) {
			if first := k.Fingerprint == keyOfSomeone(s.t, "ben").Fingerprint(); first == k.Checked.IsZero() {
				s.t.Errorf("the first one's key: %v, checked: %v", first, k.Checked)
			}
		}
	}
	for name, f := range map[string]func(s *scene){
		"another one ends while Ana waits": func(s *scene) {
			code, err := s.ana.AskCode(s.ben.at)
			must(s.t, err)
			comes(s)
			ends(s, s.other)
			must(s.t, s.ana.Protected(s.ben.at, client.OtherEnded))
			if c := checkOf(s.ana.Person, s.ben.at); c.Stage != client.CheckWaiting || c.Code.Export() != code {
				s.t.Errorf("Ana's check is in the stage %d", c.Stage)
			}
			must(s.t, s.ben.AnswerCode(s.ana.at, code))
			well(s)
		},
		"another one ends while Ana is asked": func(s *scene) {
			code, err := s.ben.AskCode(s.ana.at)
			must(s.t, err)
			must(s.t, s.ana.Checked(s.ben.at, client.CheckQuestion))
			comes(s)
			ends(s, s.other)
			must(s.t, s.ana.Protected(s.ben.at, client.OtherEnded))
			must(s.t, s.ana.AnswerCode(s.ben.at, code))
			well(s)
		},
		"another one quits": func(s *scene) {
			code, err := s.ana.AskCode(s.ben.at)
			must(s.t, err)
			comes(s)
			s.other.Close()
			time.Sleep(5 * time.Second)
			must(s.t, s.ben.AnswerCode(s.ana.at, code))
			well(s)
		},
		"its own ends": func(s *scene) {
			_, err := s.ana.AskCode(s.ben.at)
			must(s.t, err)
			comes(s)
			ends(s, s.ben)
			over(s, s.ana, s.ben.at)
			over(s, s.ben, s.ana.at)
			must(s.t, s.ana.Private(s.ben.at)) // with the other one
		},
		"its own ends after another one": func(s *scene) {
			_, err := s.ben.AskCode(s.ana.at)
			must(s.t, err)
			comes(s)
			ends(s, s.other)
			ends(s, s.ben)
			over(s, s.ana, s.ben.at)
			over(s, s.ben, s.ana.at)
		},
		"its own quits after another one has ended": func(s *scene) {
			_, err := s.ana.AskCode(s.ben.at)
			must(s.t, err)
			comes(s)
			ends(s, s.other)
			s.ben.Close()
			time.Sleep(5 * time.Second)
			over(s, s.ana, s.ben.at)
		},
		"its own vanishes after another one has ended": func(s *scene) {
			_, err := s.ana.AskCode(s.ben.at)
			must(s.t, err)
			comes(s)
			ends(s, s.other)
			s.haunt(s.ben.at) // both, in fact
			time.Sleep(time.Minute)
			s.exorcise()
			time.Sleep(5 * time.Second)
			over(s, s.ana, s.ben.at)
		},
		"an earlier one asks": func(s *scene) {
			comes(s)
			_, err := s.ben.AskCode(s.ana.at)
			must(s.t, err)
			time.Sleep(5 * time.Second)
			over(s, s.ben, s.ana.at) // Ana is asked about whom she sees
			must(s.t, s.ana.Checked(s.ben.at, client.CheckNone))
			code, err := s.ana.AskCode(s.ben.at)
			must(s.t, err)
			must(s.t, s.other.AnswerCode(s.ana.at, code))
			must(s.t, s.ana.Checked(s.ben.at, client.CheckSame))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inTown(t, func(t *testing.T, w *town) {
				s := &scene{town: w}
				s.ana, s.ben = w.neighbours()
				f(s)
			})
		})
	}
}

// TestCheckOfWhoWasReplaced: in the middle of a check with a program whose key is
// checked another one turns up at the very same address, with a key that is not: the
// first is not read there any more, so that nobody waits for it. What it says all the
// same comes too late: it can neither pass the check nor learn by it, free of charge,
// whether a guess was right.
func TestCheckOfWhoWasReplaced(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		const ben = "ben@" + "example.test"
		ana := w.comes("ana", "", "ben")
		ana.start()
		first := w.puppet("ben", "")
		first.private(someone{at: ana.at})
		must(t, ana.Private(ben))
		must(t, ana.Compare(ben, true))
		must(t, ana.Protected(ben, client.PrivateChecked))
		must(t, ana.Ask(ben, "which boat?", "the blue one"))
		first.until("the question", func() bool {
			return first.has(func(e otr.Event) bool { _, ok := e.(otr.Question); return ok })
		})
		first.ignore(everything) // that it is over

		_, resource, _ := strings.Cut(first.stream.Address().String(), "/")
		w.set(func() { w.named = resource })
		second := w.puppet("ben", "second")
		second.private(someone{at: ana.at})
		must(t, ana.Protected(ben, client.KeyLocked))
		must(t, ana.Checked(ben, client.CheckAborted))
		second.end()
		time.Sleep(5 * time.Second)
		must(t, ana.Checked(ben, client.CheckAborted))

		first.ignore(nil)
		_, from := w.exchanges(0)
		first.mu.Lock()
		wires, err := first.latest.Answer(secret.New("the blue one"))
		must(t, err)
		first.send(first.latest.Peer(), wires...)
		first.mu.Unlock()
		time.Sleep(5 * time.Second)
		must(t, ana.Checked(ben, client.CheckAborted))
		if slices.ContainsFunc(w.sent(from), func(m letter) bool { return m.from == w.full(ana.at) && m.long() }) {
			t.Error("Ana's proof went out")
		}
		for _, k := range ana.keys(ben) {
			if k.Left != 3 || k.How == string(client.HowQuestion) {
				t.Errorf("a key with %d attempts left, checked by %q", k.Left, k.How)
			}
		}
	})
}
