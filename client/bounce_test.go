package client_test

import (
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// TestBounceOfOneWhoHasGone: the server says that the program which a text was for
// is not there. That is no failure: the text waits, and goes when they are back.
func TestBounceOfOneWhoHasGone(t *testing.T) {
	t.Parallel()
	for _, cond := range []string{"service-unavailable", "recipient-unavailable", "item-not-found", "remote-server-timeout", "remote-server-not-found"} {
		t.Run(cond, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				ana, ben := w.neighbours()
				texts := numberedTexts(5)
				n := 0
				w.rules(func(m letter) fate {
					if bareOf(m.to) == ben.at && m.long() {
						if n++; n > 2 {
							return bounce(cond)
						}
					}
					return pass
				})
				ids := ana.says(ben.at, texts...)
				must(t, ana.Protected(ben.at, client.Away)) // whatever his presence says
				ana.marked(client.TheyHave, ids[:2]...)
				ana.marked(client.Waiting, ids[2:]...)
				_, from := w.exchanges(0)
				time.Sleep(time.Minute)
				if begun, now := w.exchanges(from); begun > 0 || now-from > 10 {
					t.Errorf("%d letters to somebody who has gone", now-from)
				}
				w.rules(nil)
				w.cut(ben.at)
				ben.read(ana.at, texts...)
				ana.marked(client.TheyHave, ids...)
			})
		})
	}
}

// TestForgedBounce: the server says of each text that it came back, although it
// arrived. That makes no second copy, no failure that stays, and takes no tick away
// that the reader has given.
func TestForgedBounce(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(4)
		w.rules(func(m letter) fate {
			if bareOf(m.to) == ben.at && m.long() {
				return lie("service-unavailable")
			}
			return pass
		})
		ids := ana.says(ben.at, texts...)
		time.Sleep(time.Minute)
		w.rules(nil)
		w.cut(ben.at)
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
	})
}

// TestStoredForAGoneChat: the server kept what was sealed for Ben's program before
// it was killed. When he is back nobody can open that; his contact's program sends
// it again, and nothing is said of it.
func TestStoredForAGoneChat(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		texts := numberedTexts(40)
		w.set(func() { w.absent = func(letter) fate { return keep } })
		ana.Close()
		ana.open() // Ana is there when Ben goes
		must(t, ana.Online(ana.at))
		ana.Look(ben.at)
		must(t, ana.Private(ben.at))
		w.haunt(ben.at)
		w.rules(func(m letter) fate {
			if bareOf(m.to) == ben.at {
				return keep
			}
			return pass
		})
		ids := ana.says(ben.at, texts...)
		time.Sleep(3 * time.Hour)
		w.exorcise()
		ben.killed()
		w.rules(nil)
		_, from := w.exchanges(0)
		ben.start()
		time.Sleep(time.Minute)
		ben.read(ana.at, texts...)
		ana.marked(client.TheyHave, ids...)
		if n := ben.notes(ana.at, client.NoteUnreadable) + ben.notes(ana.at, client.NoteAskedAgain); n > 0 {
			t.Errorf("he was told %d times that something could not be opened", n)
		}
		if begun, _ := w.exchanges(from); begun > 6 {
			t.Errorf("%d exchanges were begun", begun)
		}
	})
}

// TestStoredFromOneWhoHasGone: the server kept what a program of Ana's asked an hour
// ago, and what it sealed. It has gone since: nothing is said to where it was, and
// the chat with the one that is there is left alone.
func TestStoredFromOneWhoHasGone(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		ben.Close()
		must(t, ana.Protected(ben.at, client.Away))
		gone := ana.at + "/gone"
		w.mu.Lock()
		for _, body := range []string{"?OTRv3?", "?OTR:AAMD" + strings.Repeat("A", 200) + ".", "?OTRv3?"} {
			w.stored[ben.at] = append(w.stored[ben.at], letter{
				from: gone, to: ben.at, id: "old", inner: "<body>" + body + "</body>", at: time.Now().Add(-time.Hour),
			})
		}
		w.mu.Unlock()
		_, from := w.exchanges(0)
		ben.start()
		ids := ana.says(ben.at, "hello")
		ben.read(ana.at, "hello")
		ana.marked(client.TheyHave, ids...)
		time.Sleep(time.Minute)
		for _, m := range w.sent(from) {
			if m.to == gone {
				t.Errorf("%.9s to somebody who has gone", m.body())
			}
		}
		if begun, _ := w.exchanges(from); begun > 2 {
			t.Errorf("%d exchanges were begun", begun)
		}
		if n := ben.notes(ana.at, client.NoteUnreadable) + ben.notes(ana.at, client.NoteAskedAgain); n > 0 {
			t.Errorf("he was told %d times that something could not be opened", n)
		}
	})
}
