package client_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
)

// TestWhateverHappens: two Hushwings write to each other while links die, with
// and without the server's notice, servers lose, return, store and misdirect what
// was for somebody who has gone, and either program is killed. Every text is shown
// once, in order. A seed repeats a failure (SEED); SEEDS is how many there are.
func TestWhateverHappens(t *testing.T) {
	t.Parallel()
	usual := uint64(2)
	if client.Slow {
		usual = 1
	}
	first, n := number(t, "SEED", 1), number(t, "SEEDS", usual)
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { inTown(t, func(t *testing.T, w *town) { weather(t, w, seed) }) })
	}
}

// number reads a number from the environment.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	if s := os.Getenv(name); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		must(t, err)
		return n
	}
	return otherwise
}

func weather(t *testing.T, w *town, seed uint64) {
	dice := rand.New(rand.NewPCG(seed, 4))
	ana, ben := w.neighbours()
	people := []*resident{ana, ben}
	var wrote [2][]string
	say := func(i int) {
		text := fmt.Sprintf("%03d of %d", len(wrote[i])+1, i)
		if _, err := people[i].Say(people[1-i].at, text); err == nil {
			wrote[i] = append(wrote[i], text)
		} else {
			t.Fatal(err)
		}
	}
	absences := []fate{bounce("service-unavailable"), bounce("recipient-unavailable"), vanish, keep, stray}
	steps := 40
	if client.Slow {
		steps = 16
	}
	for range steps {
		w.mu.Lock()
		absence := absences[dice.IntN(len(absences))]
		w.absent = func(letter) fate { return absence }
		w.mu.Unlock()
		who := dice.IntN(2)
		switch dice.IntN(10) {
		case 0:
			w.cut(people[who].at)
		case 1:
			w.haunt(people[who].at)
		case 2:
			w.exorcise()
		case 3:
			people[who].killed()
			people[who].open()
		case 4: // all stands still, and then goes on
			w.rules(func(letter) fate { return hold })
		case 5:
			w.rules(nil)
			w.release(nil)
		default:
		}
		for range dice.IntN(8) {
			say(dice.IntN(2))
		}
		time.Sleep(time.Duration(dice.IntN(9000)) * time.Millisecond)
	}
	w.rules(nil)
	w.release(nil)
	w.exorcise()
	for i, p := range people {
		p.read(people[1-i].at, wrote[1-i]...)
		if n := p.notes(people[1-i].at, client.NoteUnreadable); n > 0 {
			t.Errorf("%s was told %d times that something could not be opened", p.at, n)
		}
	}
}

// TestProgramComesBackElsewhere: Ben's link dies without a word, and he is back
// at another address before the server has noticed. What went to where he was comes
// first, then what was written since.
func TestProgramComesBackElsewhere(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(6)
		ids := ana.says(ben.at, texts[0])
		ana.marked(client.TheyHave, ids...)
		w.haunt(ben.at)
		ids = ana.says(ben.at, texts[1:4]...)
		must(t, ben.Online(ben.at))
		ids = append(ids, ana.says(ben.at, texts[4:]...)...)
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
		w.exorcise()
	})
}

// anew makes a private chat start anew: something comes that nobody can open.
func (w *town) anew(at, with *resident) { w.anewFrom(with.at, at) }

func (w *town) anewFrom(from string, at *resident) {
	w.writes(w.full(from), w.full(at.at), "?OTR:AAMD"+strings.Repeat("A", 200)+".")
}

// TestLateSealing: a text is on its way for long. It was repeated in the next
// private chat, and read there, when it comes at last.
func TestLateSealing(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(3)
		w.rules(func(m letter) fate {
			if m.long() {
				return hold
			}
			return pass
		})
		ids := ana.says(ben.at, texts[:2]...)
		time.Sleep(20 * time.Second)
		var held []letter
		w.set(func() { held, w.held = w.held, nil })
		w.rules(nil)
		w.anew(ben, ana)
		ben.read(ana.at, texts[:2]...)
		ids = append(ids, ana.says(ben.at, texts[2])...)
		ben.read(ana.at, texts...)
		if len(held) != 2 {
			t.Fatalf("%d texts were held", len(held))
		}
		for _, m := range held {
			w.carry(m, pass)
		}
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
	})
}

// TestConfirmationsAreLost: nothing that Ben's program says of what it has comes
// back. Every text goes again with each new chat, and is shown once, also after a
// hundred times.
func TestConfirmationsAreLost(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(2)
		came := map[string]int{}
		w.rules(func(m letter) fate {
			if m.isData() && bareOf(m.from) == ben.at && !strings.Contains(m.body(), "hello") {
				if came[m.from]++; came[m.from] > 1 { // the first is the hello
					return vanish
				}
			}
			if m.long() && len(came) > 2 {
				return vanish // and it was read early on, and never since
			}
			return pass
		})
		ids := ana.says(ben.at, texts...)
		rounds := 70 // more sealings than one signal names
		if client.Slow {
			rounds = 10
		}
		for range rounds {
			time.Sleep(10 * time.Second)
			w.cut(ben.at)
			must(t, ana.Protected(ben.at, client.Away))
			must(t, ana.Private(ben.at))
		}
		w.rules(nil)
		w.cut(ben.at)
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
	})
}

// TestOneIsLostInTheMiddle: the server loses one text of several. It goes again
// within seconds, without a new chat.
func TestOneIsLostInTheMiddle(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(4)
		n := 0
		w.rules(func(m letter) fate {
			if m.long() {
				if n++; n == 2 {
					return vanish
				}
			}
			return pass
		})
		_, from := w.exchanges(0)
		ids := ana.says(ben.at, texts...)
		began := time.Now()
		ana.marked(client.TheyHave, ids...)
		if d := time.Since(began); d > 20*time.Second {
			t.Errorf("it took %v", d)
		}
		ben.read(ana.at, texts[0], texts[2], texts[3], texts[1])
		if begun, _ := w.exchanges(from); begun > 0 {
			t.Error("for that the chat started anew")
		}
	})
}

// TestReleasedText: a text that came back for good waits for the user, and holds
// up nothing; sent again, it goes.
func TestReleasedText(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(4)
		n := 0
		w.rules(func(m letter) fate {
			if m.long() {
				if n++; n == 2 {
					return bounce("not-acceptable")
				}
			}
			return pass
		})
		ids := ana.says(ben.at, texts...)
		ana.marked(client.NotSent, ids[1])
		ana.marked(client.TheyHave, ids[0], ids[2], ids[3])
		ana.marked(client.TheyHave, ana.says(ben.at, "later")...)
		if p := ana.message(ids[1]).Problem; p == nil || p.Cause != client.Bounced || p.Detail != "not-acceptable" {
			t.Errorf("the reason is %+v", p)
		}
		ana.killed()
		ana.start()
		time.Sleep(time.Minute)
		if got := ana.message(ids[1]).Mark; got != client.NotSent {
			t.Errorf("after a restart its mark is %d", got)
		}
		ana.Client.Do(client.ReleaseText{Peer: ana.Peer(ben.at), Message: ids[1]})
		ana.marked(client.TheyHave, ids[1])
		ben.read(ana.at, texts[0], texts[2], texts[3], "later", texts[1])
	})
}

// TestShownAgainAfterAKill: what was shown and not looked at is shown again after
// a kill, as the same line.
func TestShownAgainAfterAKill(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(3)
		ana.says(ben.at, texts...)
		ben.read(ana.at, texts...)
		before := ben.shown()
		ben.Client.Do(client.Shown{Peer: ben.Peer(ana.at), Messages: []string{before[0].ID}})
		time.Sleep(time.Second)
		ben.killed()
		ben.before = nil
		ben.start()
		time.Sleep(time.Minute)
		after := ben.shown()
		if len(after) != 2 || after[0].ID != before[1].ID || after[1].ID != before[2].ID {
			t.Errorf("%d lines after the kill, or others than before", len(after))
		}
	})
}

// message is a line as the person sees it now.
func (r *resident) message(id string) (got client.Message) {
	_ = r.Until("anything", func(v *journey.World) bool {
		for _, m := range v.Messages {
			if m.ID == id {
				got = m
			}
		}
		return true
	})
	return got
}

// TestDiskRefusesSealings: the disk takes nothing while texts are on their way.
// None goes out that is not written down; the user hears why, and sends them again.
func TestDiskRefusesSealings(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		ben.Close()
		must(t, ana.Protected(ben.at, client.Away))
		texts := numberedTexts(4)
		ids := ana.says(ben.at, texts...)
		away := ana.dir + ".away"
		must(t, os.Rename(ana.dir, away))
		ben.start()
		ana.marked(client.NotSent, ids...)
		time.Sleep(time.Minute)
		for _, m := range w.sent(0) {
			if m.long() {
				t.Error("a text went out that was not written down")
			}
		}
		must(t, os.Rename(away, ana.dir))
		for _, id := range ids {
			ana.Client.Do(client.ReleaseText{Peer: ana.Peer(ben.at), Message: id})
		}
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
	})
}

// TestDiskRefusesReceived: Ben's disk takes nothing when texts come. They are
// shown, and not confirmed; when it takes them they are, and a kill then does not
// lose what he has not looked at.
func TestDiskRefusesReceived(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		away := ben.dir + ".away"
		must(t, os.Rename(ben.dir, away))
		texts := numberedTexts(3)
		ids := ana.says(ben.at, texts...)
		ben.read(ana.at, texts...)
		ana.marked(client.ServerHas, ids...)
		must(t, os.Rename(away, ben.dir))
		ana.marked(client.TheyHave, ids...)
		before := ben.shown()
		ben.killed()
		ben.before = nil
		ben.start()
		ben.read(ana.at, texts...)
		for i, m := range ben.shown() {
			if m.ID != before[i].ID {
				t.Error("a text is shown as another line than before")
			}
		}
	})
}
