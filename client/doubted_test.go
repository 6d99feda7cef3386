package client_test

import (
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
)

// marks checks whether a text of somebody stands there as not private.
func (r *resident) marks(text string, want bool) {
	r.town.t.Helper()
	time.Sleep(2 * time.Second)
	n := 0
	_ = r.Until("anything", func(v *journey.World) bool {
		n = 0
		for _, m := range v.Messages {
			if m.Text == text {
				n++
				if m.Clear != want {
					r.town.t.Errorf("%q is marked: %v, want %v", text, m.Clear, want)
				}
			}
		}
		return true
	})
	if n != 1 {
		r.town.t.Errorf("%q is there %d times", text, n)
	}
}

// TestTextOfAnotherKeyStaysMarked: while Ben, whose key Ana has checked, is away,
// somebody else writes in his name with a key of their own. Ana reads it when he is
// back and the strip is green again, or after a restart: it does not look like his.
// When that key is checked, and only then, what came with it is like the rest; what
// came with a third one, or with none, stays as it is.
func TestTextOfAnotherKeyStaysMarked(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		const ben = "ben@example.test"
		ana := w.comes("ana", "", "ben")
		ana.start()
		come := func(device string, says ...string) *puppet {
			t.Helper()
			p := w.puppet("ben", device)
			p.private(someone{at: ana.at})
			time.Sleep(2 * time.Second)
			for _, text := range says {
				p.say(text)
				time.Sleep(2 * time.Second)
			}
			return p
		}
		goes := func(p *puppet) {
			t.Helper()
			_ = p.stream.Close()
			must(t, ana.Protected(ben, client.Away))
		}
		his := come("", "before the check")
		must(t, ana.Compare(ben, true))
		must(t, ana.Protected(ben, client.PrivateChecked))
		his.say("his own")
		goes(his)

		bad := come("bad", "bring the list to the mill")
		must(t, ana.Protected(ben, client.KeyLocked))
		ana.marks("bring the list to the mill", true)
		goes(bad)
		laptop := come("laptop", "a new laptop")
		must(t, ana.Protected(ben, client.KeyLocked))
		goes(laptop)
		w.writes(ben+"/nowhere", w.full(ana.at), "in clear")

		stands := func(laptops bool) {
			t.Helper()
			ana.marks("before the check", false)
			ana.marks("his own", false)
			ana.marks("bring the list to the mill", true)
			ana.marks("a new laptop", laptops)
			ana.marks("in clear", true)
		}
		his = come("")
		must(t, ana.Protected(ben, client.PrivateChecked))
		stands(true)
		goes(his)
		ana.killed()
		ana.start()
		his = come("")
		must(t, ana.Protected(ben, client.PrivateChecked))
		stands(true)
		goes(his)

		// To insist is not to be sure; to find them different still less.
		laptop = come("laptop")
		must(t, ana.Protected(ben, client.KeyLocked))
		ana.Client.Do(client.Insist{Peer: ana.Peer(ben)})
		must(t, ana.Protected(ben, client.PrivateInsist))
		stands(true)
		must(t, ana.Compare(ben, false))
		must(t, ana.Protected(ben, client.KeyLocked))
		stands(true)
		must(t, ana.Ask(ben, "which boat?", "the blue one"))
		laptop.answers("the blue one")
		must(t, ana.Checked(ben, client.CheckSame))
		must(t, ana.Protected(ben, client.PrivateChecked))
		stands(false)
		ana.killed()
		ana.start()
		stands(false)
	})
}
