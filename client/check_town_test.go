package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/otr"
)

// left checks how many attempts somebody's only key has left.
func (r *resident) left(with string, want int) {
	r.town.t.Helper()
	time.Sleep(time.Second)
	if keys := r.keys(with); len(keys) != 1 || keys[0].Left != want {
		r.town.t.Errorf("%s: %+v, want one key with %d attempts left", r.at, keys, want)
	}
}

// other is a code that is not this one.
func other(code string) string {
	return strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
}

// wellChecked checks that both sides have checked each other, by this way.
func wellChecked(t *testing.T, how client.How, people ...*resident) {
	t.Helper()
	for i, p := range people {
		with := people[1-i].at
		must(t, p.Checked(with, client.CheckSame))
		must(t, p.Protected(with, client.PrivateChecked))
		must(t, p.Until("how", func(w *journey.World) bool { return w.Checks[with].How == how }))
		p.left(with, 3)
	}
}

// TestCode: a code that one hears and types checks both, with spaces and digits of
// any script, and lasts over a restart.
func TestCode(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		code, err := ana.AskCode(ben.at)
		must(t, err)
		ana.left(ben.at, 2)
		must(t, ben.Until("that nothing but the wish for a code is told", func(w *journey.World) bool {
			c := w.Checks[ana.at]
			return c.Stage == client.CheckQuestion && c.How == client.HowCode && c.Question == "" && c.Code.IsZero() && !c.Other
		}))
		persian := strings.Map(func(r rune) rune { return '۰' + r - '0' }, code)
		must(t, ben.AnswerCode(ana.at, " "+persian[:6]+" - "+persian[6:]))
		wellChecked(t, client.HowCode, ana, ben)
		for _, m := range w.sent(0) {
			if strings.Contains(m.inner, code) {
				t.Error("the server saw the code")
			}
		}
		ana.killed()
		ana.start()
		ana.Look(ben.at)
		must(t, ana.Protected(ben.at, client.PrivateChecked))
		must(t, ben.Protected(ana.at, client.PrivateChecked))
	})
}

// TestCodeTypedWrong: a slip checks nobody and costs one attempt on each side;
// what is no code at all costs none. After three there are no more, on either
// side, by either way, after a restart either; side by side they can still check.
func TestCodeTypedWrong(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		for n := range 3 {
			code, err := ana.AskCode(ben.at)
			must(t, err)
			for _, no := range []string{"", "12345", "1234567", "twelve"} {
				wantCause(t, ben.AnswerCode(ana.at, no), client.CodeNotDigits)
			}
			must(t, ben.AnswerCode(ana.at, other(code)))
			must(t, ana.Checked(ben.at, client.CheckDifferent))
			must(t, ben.Checked(ana.at, client.CheckDifferent))
			ana.left(ben.at, 2-n)
			ben.left(ana.at, 2-n)
			must(t, ana.Protected(ben.at, client.PrivateUnknown))
			must(t, ben.Protected(ana.at, client.PrivateUnknown))
		}
		none := func() {
			t.Helper()
			_, err := ana.AskCode(ben.at)
			wantCause(t, err, client.NoAttemptsLeft)
			wantCause(t, ana.Ask(ben.at, "which boat?", "the blue one"), client.NoAttemptsLeft)
			_, err = ben.AskCode(ana.at)
			wantCause(t, err, client.NoAttemptsLeft)
		}
		none()
		ana.killed()
		ben.killed()
		ana.start()
		ben.start()
		ana.Look(ben.at)
		must(t, ana.Private(ben.at))
		must(t, ben.Private(ana.at))
		ana.left(ben.at, 0)
		none()
		must(t, ana.Compare(ben.at, true))
		must(t, ben.Compare(ana.at, true))
		wellChecked(t, client.HowRoom, ana, ben)
	})
}

// TestCodeInterrupted: whatever ends a check that waits for its answer, it is over
// on both sides, costs nothing, and can be begun anew, with another code.
func TestCodeInterrupted(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *town, ana, ben *resident){
		"the one who asked stops":     func(_ *town, a, b *resident) { a.Client.Do(client.StopCheck{Peer: a.Peer(b.at)}) },
		"the other will not answer":   func(_ *town, a, b *resident) { b.Client.Do(client.StopCheck{Peer: b.Peer(a.at)}) },
		"the one who asked ends":      func(_ *town, a, b *resident) { a.Client.Do(client.CloseChat{Peer: a.Peer(b.at)}) },
		"the other ends":              func(_ *town, a, b *resident) { b.Client.Do(client.CloseChat{Peer: b.Peer(a.at)}) },
		"the one who asked goes off":  func(_ *town, a, b *resident) { a.offAndOn() },
		"the other goes off":          func(_ *town, a, b *resident) { b.offAndOn() },
		"the connection of the asker": func(w *town, a, _ *resident) { w.cut(a.at) },
		"the connection of the other": func(w *town, _, b *resident) { w.cut(b.at) },
		"the other is killed":         func(_ *town, _, b *resident) { b.killed(); b.start() },
		"the one who asked locks":     func(_ *town, a, _ *resident) { a.locks() },
		"the other locks":             func(_ *town, _, b *resident) { b.locks() },
		"the one who asked quits":     func(_ *town, a, _ *resident) { a.Close(); a.start() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inTown(t, func(t *testing.T, w *town) {
				ana, ben := w.neighbours()
				code, err := ana.AskCode(ben.at)
				must(t, err)
				must(t, ben.Checked(ana.at, client.CheckQuestion))
				end(w, ana, ben)
				time.Sleep(2 * time.Minute)
				for i, p := range []*resident{ana, ben} {
					with := []*resident{ben, ana}[i].at
					must(t, p.Until("the end of the check", func(w *journey.World) bool {
						s := w.Checks[with].Stage
						return s == client.CheckNone || s == client.CheckAborted
					}))
					p.Client.Do(client.StartAgain{Peer: p.Peer(with)})
					p.left(with, 3)
				}
				must(t, ana.Private(ben.at))
				must(t, ben.Private(ana.at))
				time.Sleep(time.Minute)
				again, err := ben.AskCode(ana.at) // the other way round this time
				must(t, err)
				if again == code {
					t.Error("the same code once more")
				}
				must(t, ana.AnswerCode(ben.at, again))
				wellChecked(t, client.HowCode, ana, ben)
			})
		})
	}
}

// locks locks the profile and opens it again.
func (r *resident) locks() {
	must(r.town.t, r.Lock())
	time.Sleep(5 * time.Second)
	must(r.town.t, r.Unlock(profilePassword))
	must(r.town.t, r.Online(r.at))
}

// offAndOn goes offline and comes back.
func (r *resident) offAndOn() {
	id := r.Peer("").Account
	r.Client.Do(client.GoOffline{Account: id})
	time.Sleep(5 * time.Second)
	r.Client.Do(client.GoOnline{Account: id})
	must(r.town.t, r.Online(r.at))
}

// TestCodeOfTheKilled: a program that is killed while it waits has used up an
// attempt, because nobody can know any more what became of it.
func TestCodeOfTheKilled(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		_, err := ana.AskCode(ben.at)
		must(t, err)
		ana.killed()
		ana.start()
		ana.Look(ben.at)
		must(t, ana.Private(ben.at))
		ana.left(ben.at, 2)
		code, err := ana.AskCode(ben.at)
		must(t, err)
		must(t, ben.AnswerCode(ana.at, code))
		wellChecked(t, client.HowCode, ana, ben)
	})
}

// TestBothAsk: two who ask at the same moment break each other's check off; that
// costs nothing, and then one of them asks.
func TestBothAsk(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		w.rules(func(m letter) fate { return hold })
		_, err := ana.AskCode(ben.at)
		must(t, err)
		_, err = ben.AskCode(ana.at)
		must(t, err)
		w.rules(nil)
		w.release(nil)
		must(t, ana.Checked(ben.at, client.CheckAborted))
		must(t, ben.Checked(ana.at, client.CheckAborted))
		ana.left(ben.at, 3)
		ben.left(ana.at, 3)
		code, err := ana.AskCode(ben.at)
		must(t, err)
		must(t, ben.AnswerCode(ana.at, code))
		wellChecked(t, client.HowCode, ana, ben)
	})
}

// TestRoom: "they match" checks the key for whoever said so; "they differ" locks
// it, also one that was checked, over a restart too, until it is compared again.
func TestRoom(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		var mine, theirs client.ProtectionInfo
		_ = ana.Until("anything", func(w *journey.World) bool { mine = w.Safety[ben.at]; return true })
		_ = ben.Until("anything", func(w *journey.World) bool { theirs = w.Safety[ana.at]; return true })
		if client.SafetyCode(mine.Ours, mine.Key) != client.SafetyCode(theirs.Ours, theirs.Key) {
			t.Error("the two screens show different codes")
		}
		must(t, ana.Compare(ben.at, true))
		must(t, ana.Protected(ben.at, client.PrivateChecked))
		must(t, ben.Protected(ana.at, client.PrivateUnknown)) // who has not looked is not sure
		must(t, ana.Compare(ben.at, false))
		must(t, ana.Protected(ben.at, client.KeyLocked))
		must(t, ana.Checked(ben.at, client.CheckDifferent))
		_, err := ana.Say(ben.at, "nobody")
		wantCause(t, err, client.NotPrivateNow)
		ana.killed()
		ana.start()
		ana.Look(ben.at)
		must(t, ana.Protected(ben.at, client.KeyLocked))
		must(t, ana.Until("why", func(w *journey.World) bool {
			return slices.ContainsFunc(w.Contacts[ben.at].Keys, func(k client.KeyInfo) bool { return k.Now && !k.Differs.IsZero() })
		}))
		must(t, ana.Compare(ben.at, true))
		must(t, ana.Protected(ben.at, client.PrivateChecked))

		// An answer about a key that is not in use any more is about nothing.
		for _, same := range []bool{true, false} {
			wantCause(t, ana.CompareKey(ben.at, otr.Fingerprint{1}, same), client.CodeAnother)
		}
		must(t, ana.Protected(ben.at, client.PrivateChecked))
		must(t, ana.Compare(ben.at, false))
		must(t, ana.Protected(ben.at, client.KeyLocked))
		ana.Client.Do(client.Insist{Peer: ana.Peer(ben.at)})
		must(t, ana.Protected(ben.at, client.PrivateInsist))
	})
}

// checkOf is where a check stands.
func checkOf(p *journey.Person, with string) (got client.Check) {
	_ = p.Until("anything", func(w *journey.World) bool { got = w.Checks[with]; return true })
	return got
}
