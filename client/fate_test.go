package client_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
)

// doubted waits until a text of hers is said to be of unknown fate.
func (r *resident) doubted(id string) {
	r.town.t.Helper()
	for range 60 {
		if m := r.message(id); m.Mark == client.ServerHas && m.Problem != nil && m.Problem.Cause == client.FateUnknown {
			return
		}
		time.Sleep(time.Second)
	}
	m := r.message(id)
	r.town.t.Fatalf("nothing is said of what nobody knows the fate of: mark %d, %+v", m.Mark, m.Problem)
}

// undoubted checks that nothing is said of a text that was read.
func (r *resident) undoubted(ids ...string) {
	r.town.t.Helper()
	for _, id := range ids {
		if m := r.message(id); m.Mark != client.ServerHas || m.Problem != nil {
			r.town.t.Errorf("%.8q was read: mark %d, %+v", m.Text, m.Mark, m.Problem)
		}
	}
}

// withOther is Ana, and Ben with another program than Hushwing.
func (w *town) withOther() (ana *resident, other *puppet, at string) {
	w.t.Helper()
	ana = w.comes("ana", "", "ben")
	ana.start()
	other = w.puppet("ben", "")
	other.private(someone{at: ana.at})
	at = "ben@example.test"
	must(w.t, ana.Private(at))
	time.Sleep(10 * time.Second) // it will not say hello any more
	return ana, other, at
}

// TestFateUnknown: a text to another program got as far as the server when the
// other end broke. It may be lost, and that is said; what was read before is not
// put in doubt. It is sent again when the user says so, and not by itself.
func TestFateUnknown(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, other, ben := w.withOther()
		texts := numberedTexts(3)
		read := ana.says(ben, texts[0])
		ana.marked(client.ServerHas, read...)
		time.Sleep(40 * time.Second)
		other.say("I have read that")
		must(t, ana.Reads(ben, "I have read that"))
		w.haunt(ben)
		lost := ana.says(ben, texts[1])
		ana.marked(client.ServerHas, lost...)
		time.Sleep(time.Minute)
		ana.undoubted(append(read, lost...)...)
		w.exorcise()
		ana.doubted(lost[0])
		ana.undoubted(read...)
		ana.killed()
		ana.start() // it is remembered
		ana.doubted(lost[0])
		again := w.puppet("ben", "")
		again.private(someone{at: ana.at})
		must(t, ana.Private(ben))
		ana.says(ben, texts[2])
		again.heard(texts[2])
		if again.count(texts[1]) > 0 {
			t.Error("it was sent again without a word")
		}
		ana.Client.Do(client.ReleaseText{Peer: ana.Peer(ben), Message: lost[0]})
		again.heard(texts[1])
		ana.marked(client.ServerHas, lost[0])
		ana.undoubted(lost[0])
	})
}

// TestFateIsLeft: the user leaves a text of unknown fate as it is.
func TestFateIsLeft(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, _, ben := w.withOther()
		w.haunt(ben)
		lost := ana.says(ben, "lost")
		ana.marked(client.ServerHas, lost...)
		w.exorcise()
		ana.doubted(lost[0])
		ana.Client.Do(client.DiscardText{Peer: ana.Peer(ben), Message: lost[0]})
		time.Sleep(2 * time.Second)
		ana.undoubted(lost...)
		ana.killed()
		ana.start()
		if m := ana.message(lost[0]); m.ID != "" {
			t.Error("it is still in the outbox")
		}
	})
}

// TestFateWhenTheServerDies: the server is killed with a text that it said it had.
// Everybody comes back, the other program under the name that it had before. That
// proves nothing.
func TestFateWhenTheServerDies(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		w.set(func() { w.named = "home" })
		ana, _, ben := w.withOther()
		time.Sleep(time.Minute)
		w.haunt(ben)
		lost := ana.says(ben, "lost")
		ana.marked(client.ServerHas, lost...)
		time.Sleep(40 * time.Second)
		w.mu.Lock()
		delete(w.seats, ben+"/home")
		w.mu.Unlock()
		w.cut(ana.at)
		must(t, ana.Protected(ben, client.Away))
		w.puppet("ben", "").private(someone{at: ana.at})
		must(t, ana.Private(ben))
		ana.doubted(lost[0])
	})
}

// TestFateOfANewExchange: the other program begins a new exchange where it was. It
// had everything that went there a while before.
func TestFateOfANewExchange(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, other, ben := w.withOther()
		ids := ana.says(ben, "one", "two")
		ana.marked(client.ServerHas, ids...)
		other.heard("two")
		time.Sleep(40 * time.Second)
		other.mu.Lock()
		other.latest = nil
		other.mu.Unlock()
		other.private(someone{at: ana.at})
		time.Sleep(time.Minute)
		ana.undoubted(ids...)
		ana.killed()
		ana.start()
		for _, id := range ids {
			if ana.message(id).ID != "" {
				t.Error("it is still in the outbox")
			}
		}
		if n := other.count("one") + other.count("two"); n != 2 {
			t.Errorf("%d texts came", n)
		}
	})
}

// TestFateAfterAnEnd: the other program ends the chat just after a text had gone
// there.
func TestFateAfterAnEnd(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, other, ben := w.withOther()
		other.ignore(everything)
		ids := ana.says(ben, "one", "two")
		ana.marked(client.ServerHas, ids...)
		other.end()
		must(t, ana.Protected(ben, client.OtherEnded))
		ana.doubted(ids[1])
	})
}

// TestUnreadableFromAnother: what another program wrote cannot be opened. It has
// to be asked for by hand, which is said once.
func TestUnreadableFromAnother(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, _, ben := w.withOther()
		for range 5 {
			w.anewFrom(ben, ana)
		}
		time.Sleep(time.Minute)
		must(t, ana.Private(ben))
		if n := ana.notes(ben, client.NoteUnreadable); n != 1 {
			t.Errorf("it was said %d times", n)
		}
		if n := ana.notes(ben, client.NoteAskedAgain); n != 0 {
			t.Error("nobody was asked")
		}
	})
}

// TestUnreadableFromHushwing: what another Hushwing wrote cannot be opened. It
// sends by itself what was not confirmed, and nothing is said; only where no
// private chat comes about is it said that it was asked to.
func TestUnreadableFromHushwing(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		w.anew(ana, ben)
		time.Sleep(2 * time.Minute)
		if n := ana.notes(ben.at, client.NoteUnreadable) + ana.notes(ben.at, client.NoteAskedAgain); n != 0 {
			t.Errorf("it was said %d times", n)
		}
		w.rules(func(m letter) fate {
			if bareOf(m.from) == ben.at {
				return vanish
			}
			return pass
		})
		w.anew(ana, ben)
		time.Sleep(2 * time.Minute)
		if n := ana.notes(ben.at, client.NoteAskedAgain); n != 1 || ana.notes(ben.at, client.NoteUnreadable) != 0 {
			t.Errorf("it was said %d times", n)
		}
	})
}

// TestOldDoubtsAreForgotten: what has been in doubt for thirty days leaves the
// outbox, or it would be full one day.
func TestOldDoubtsAreForgotten(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben")
		s, err := config.Open(ana.dir, secret.New(profilePassword))
		must(t, err)
		must(t, s.ModifyQueue(func(q *config.Queue) error {
			for _, days := range []int{29, 31} {
				for _, state := range []string{"server", "doubt", "held", ""} {
					q.Outgoing = append(q.Outgoing, config.Outgoing{
						ID: fmt.Sprint(state, days), Account: "a-ana", Peer: "ben@example.test", Text: "x", State: state,
						Written: time.Now().AddDate(0, 0, -days).UTC(), IDs: []otr.ID{{1}},
					})
				}
			}
			return nil
		}))
		must(t, s.Close())
		ana.start()
		ana.Close()
		s, err = config.Open(ana.dir, secret.New(profilePassword))
		must(t, err)
		defer s.Close()
		var left []string
		for _, o := range s.ViewQueue().Outgoing {
			left = append(left, o.ID)
		}
		if want := []string{"server29", "doubt29", "held29", "29", "held31", "31"}; !slices.Equal(left, want) {
			t.Errorf("%q are left", left)
		}
	})
}
