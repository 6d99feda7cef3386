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

// TestThreeProgramsOneSpeaks: of three programs of a contact the one that speaks
// came first, and is away. It is found within half a minute, gets the text, and the
// others were asked once each, as people see that.
func TestThreeProgramsOneSpeaks(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", "", "ben"), w.comes("ben", "", "ana")
		ana.start() // and wants nothing yet
		ben.start()
		w.shows(w.full(ben.at), "<show>away</show>")
		phone, television := w.puppet("ben", ""), w.puppet("ben", "")
		for _, p := range []*puppet{phone, television} {
			p.ignore(everything)
		}
		low := w.puppet("ben", "")
		low.ignore(everything)
		w.shows(low.stream.Address().String(), "<priority>-1</priority>")
		time.Sleep(10 * time.Second)
		began := time.Now()
		ids := ana.says(ben.at, "hello")
		ana.marked(client.TheyHave, ids...)
		if d := time.Since(began); d > 40*time.Second {
			t.Errorf("it took %v", d)
		}
		time.Sleep(10 * time.Minute)
		asked := map[string]int{}
		for _, m := range w.sent(0) {
			asked[m.to]++
		}
		for _, p := range []*puppet{phone, television} {
			if n := asked[p.stream.Address().String()]; n < 1 || n > 2 {
				t.Errorf("another program was asked %d times", n)
				w.tell()
			}
		}
		if n := asked[low.stream.Address().String()]; n != 0 {
			t.Errorf("a program that wants no messages got %d", n)
		}
	})
}

// TestThreeProgramsNoneSpeaks: nobody answers, and the strip says so in the end.
func TestThreeProgramsNoneSpeaks(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben")
		for range 3 {
			w.puppet("ben", "").ignore(everything)
		}
		ana.start()
		const ben = "ben@example.test"
		ids := ana.says(ben, "hello")
		must(t, ana.Protected(ben, client.SettingUp))
		time.Sleep(6 * time.Minute)
		must(t, ana.Protected(ben, client.SetupFailed))
		ana.marked(client.Waiting, ids...)
		if n := len(w.sent(0)); n > 12 {
			t.Errorf("%d questions", n)
		}
	})
}

// TestThreeProgramsAllSpeak: each has a private chat. A text goes to one of them;
// when that has gone the next text goes to another, and the strip is true all along.
func TestThreeProgramsAllSpeak(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben")
		const ben = "ben@example.test"
		ana.start()
		var programs []*puppet
		for range 3 {
			p := w.puppet("ben", "")
			p.private(someone{at: ana.at})
			programs = append(programs, p)
			time.Sleep(10 * time.Second)
		}
		must(t, ana.Private(ben))
		for i := range 3 {
			text := fmt.Sprint("text ", i)
			ana.says(ben, text)
			time.Sleep(30 * time.Second)
			var got []int
			for j, p := range programs {
				if p.count(text) > 0 {
					got = append(got, j)
				}
			}
			if len(got) != 1 {
				t.Fatalf("%s came to %v", text, got)
			}
			must(t, ana.Protected(ben, client.PrivateUnknown))
			gone := programs[got[0]]
			_ = gone.stream.Close()
			programs = slices.Delete(programs, got[0], got[0]+1)
			time.Sleep(5 * time.Second)
		}
		must(t, ana.Protected(ben, client.Away))
		if begun, _ := w.exchanges(0); begun > 12 {
			t.Errorf("%d exchanges", begun)
		}
	})
}

// TestTwoDevicesOfOurs: Ana has two programs, each with a key of its own, and
// types on both. Each shows what was written to it and nothing else, and nobody
// talks for ever.
func TestTwoDevicesOfOurs(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		one, ben := w.neighbours()
		two := w.comes("ana", "two", "ben")
		two.start()
		two.Look(ben.at)
		must(t, two.Private(ben.at))
		a := one.says(ben.at, "from one")
		b := two.says(ben.at, "from two")
		one.marked(client.TheyHave, a...)
		two.marked(client.TheyHave, b...)
		c := one.says(ben.at, "from one again")
		one.marked(client.TheyHave, c...)
		d := ben.says(one.at, "to Ana")
		ben.marked(client.TheyHave, d...)
		time.Sleep(time.Minute)
		_, from := w.exchanges(0)
		time.Sleep(20 * time.Minute)
		begun, now := w.exchanges(from)
		if begun > 0 || now-from > 10 {
			t.Errorf("%d exchanges and %d letters in all, while nobody wrote", begun, now-from)
		}
		if n := len(one.from(ben.at)) + len(two.from(ben.at)); n != 1 {
			t.Errorf("one text came %d times", n)
		}
		for _, r := range []*resident{one, two, ben} {
			for _, x := range r.shown() {
				if x.Clear {
					t.Errorf("%s shows %q as not protected", r.dir, x.Text)
				}
			}
			other := ben.at
			if r == ben {
				other = one.at
			}
			if n := r.notes(other, client.NoteUnreadable) + r.notes(other, client.NoteErrorNotice); n > 0 {
				t.Errorf("%d notes", n)
			}
		}
		if got := ben.from(one.at); !slices.Equal(got, []string{"from one", "from two", "from one again"}) {
			t.Errorf("Ben read %q", got)
		}
	})
}

// TestOneOfTwoDevicesQuits: the program that Ben's texts go to is closed, which
// ends the chat with it. The other one is there, and gets what comes next.
func TestOneOfTwoDevicesQuits(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		one, ben := w.neighbours()
		two := w.comes("ana", "two", "ben")
		two.start()
		two.Look(ben.at)
		must(t, two.Private(ben.at))
		must(t, ben.Protected(one.at, client.PrivateNewKey))
		two.Close()
		must(t, ben.Protected(one.at, client.PrivateUnknown))
		ids := ben.says(one.at, "to the other one")
		one.read(ben.at, "to the other one")
		ben.marked(client.TheyHave, ids...)
	})
}

// TestOnlyWhereNoMessagesAreWanted: all that is there of a contact has a negative
// priority. That is as good as away.
func TestOnlyWhereNoMessagesAreWanted(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben")
		const ben = "ben@example.test"
		low := w.puppet("ben", "")
		w.shows(low.stream.Address().String(), "<priority>-5</priority>")
		ana.start()
		ids := ana.says(ben, "hello")
		time.Sleep(time.Minute)
		must(t, ana.Protected(ben, client.Away))
		ana.marked(client.Waiting, ids...)
		if n := len(w.sent(0)); n > 0 {
			t.Errorf("%d letters", n)
		}
		w.shows(low.stream.Address().String(), "<priority>0</priority>")
		low.heard("hello")
	})
}

// TestManyConversations: a contact turns private with more programs than are kept.
// What was under way in one that is pushed out goes again in the latest.
func TestManyConversations(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben")
		const ben = "ben@example.test"
		ana.start()
		var latest *puppet
		var ids []string
		for i := range 12 {
			latest = w.puppet("ben", "")
			latest.private(someone{at: ana.at})
			time.Sleep(2 * time.Second)
			latest.signal(signalHello, []byte{1})
			time.Sleep(2 * time.Second)
			if i == 0 {
				ids = ana.says(ben, "for any of them")
			}
			must(t, ana.Private(ben))
		}
		latest.heard("for any of them")
		if n := latest.count("for any of them"); n != 1 {
			t.Errorf("it came %d times", n)
		}
		ids = append(ids, ana.says(ben, "and the next")...)
		got := latest.heard("and the next")
		latest.signal(signalHave, got.ID[:])
		ana.marked(client.TheyHave, ids[1])
		time.Sleep(15 * time.Second) // the first one is missing, and goes once more
		latest.mu.Lock()
		got = latest.texts[len(latest.texts)-1]
		latest.mu.Unlock()
		latest.signal(signalHave, got.ID[:])
		ana.marked(client.TheyHave, ids...)
	})
}

// TestTooOldToRepeat: a text was sealed more than thirty days ago, and nobody has
// said that it came. Who has it may have forgotten that by now, so it does not go by
// itself.
func TestTooOldToRepeat(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", "", "ben"), w.comes("ben", "", "ana")
		key := keyOfSomeone(t, "ben").Fingerprint()
		s, err := config.Open(ana.dir, secret.New(profilePassword))
		must(t, err)
		_, err = s.Modify(func(p *config.Profile) error {
			p.Accounts[0].Contacts[0].Keys = []config.Key{{Fingerprint: key, First: time.Now().AddDate(0, -2, 0).UTC(), Confirms: true}}
			return nil
		})
		must(t, err)
		must(t, s.ModifyQueue(func(q *config.Queue) error {
			for i, days := range []int{31, 29} {
				q.Outgoing = append(q.Outgoing, config.Outgoing{
					ID: fmt.Sprint("old", i), Account: "a-ana", Peer: ben.at, Text: fmt.Sprint("days ", days),
					Written: time.Now().AddDate(0, 0, -days).UTC(), Key: key, State: "held", IDs: []otr.ID{{byte(i + 1)}},
				})
			}
			return nil
		}))
		must(t, s.Close())
		ana.start()
		ben.start()
		ben.read(ana.at, "days 29")
		ana.doubted("old0")
		ana.Client.Do(client.ReleaseText{Peer: ana.Peer(ben.at), Message: "old0"})
		ben.read(ana.at, "days 29", "days 31")
	})
}

// TestTooMuchWaits: the queue has a bound. What does not fit is refused in words,
// and there is room again when something has gone.
func TestTooMuchWaits(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", "", "ben", "carl"), w.comes("ben", "", "ana")
		s, err := config.Open(ana.dir, secret.New(profilePassword))
		must(t, err)
		must(t, s.ModifyQueue(func(q *config.Queue) error {
			for i := range config.MaxTexts {
				q.Outgoing = append(q.Outgoing, config.Outgoing{
					ID: fmt.Sprint("m", i), Account: "a-ana", Peer: "carl@example.test", Text: fmt.Sprint("text ", i), Written: time.Now().UTC(),
				})
			}
			return nil
		}))
		must(t, s.Close())
		ana.start()
		ben.start()
		_, err = ana.Say(ben.at, "one more")
		wantCause(t, err, client.QueueFull)
		ana.Client.Do(client.DiscardText{Peer: ana.Peer("carl@example.test"), Message: "m7"})
		ids := ana.says(ben.at, "one more")
		ben.read(ana.at, "one more")
		ana.marked(client.TheyHave, ids...)
	})
}

// TestAwayForLong: texts wait for somebody who is away for hours, while both
// programs are ended and started again; they go when he appears, wherever. A program
// with another key that is there meanwhile does not get them, and keeps nobody away.
func TestAwayForLong(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		ben.Close()
		must(t, ana.Protected(ben.at, client.Away))
		texts := numberedTexts(6)
		ids := ana.says(ben.at, texts[:2]...)
		time.Sleep(time.Hour)
		ana.killed()
		ana.start()
		ids = append(ids, ana.says(ben.at, texts[2:4]...)...)
		ana.marked(client.Waiting, ids...)
		time.Sleep(2 * time.Hour)
		ana.Close()
		ana.open()
		must(t, ana.Online(ana.at))
		ids = append(ids, ana.says(ben.at, texts[4:]...)...)
		time.Sleep(time.Hour)
		phone := w.puppet("ben", "two") // which has another key
		must(t, ana.Protected(ben.at, client.PrivateNewKey))
		ana.marked(client.OtherKey, ids...)
		time.Sleep(time.Hour)
		ben.before = nil
		ben.start()
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
		if phone.count(texts[0]) > 0 {
			t.Error("what was written for one key went to another")
		}
	})
}

// TestRemovedWhileOffline: who was removed while the account was offline is taken
// off the server's list at the next sign-in, once.
func TestRemovedWhileOffline(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		ana.Client.Do(client.GoOffline{Account: "a-ana"})
		must(t, ana.Offline(ana.at))
		must(t, ana.Remove(ben.at))
		ana.killed()
		ana.open()
		ana.Client.Do(client.GoOnline{Account: "a-ana"})
		must(t, ana.Online(ana.at))
		time.Sleep(10 * time.Second)
		w.mu.Lock()
		n := len(w.removed)
		w.mu.Unlock()
		if n != 1 {
			t.Fatalf("he was taken off the list %d times", n)
		}
		ana.killed()
		ana.start()
		time.Sleep(10 * time.Second)
		w.set(func() { n = len(w.removed) })
		if n != 1 {
			t.Errorf("he was taken off the list %d times", n)
		}
	})
}
