package client_test

import (
	"slices"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
)

// lines is what stands in a conversation, in order: texts, and "ended" and
// "another note" for the program's own.
func (r *resident) lines(with string) (out []string) {
	_ = r.Until("anything", func(v *journey.World) bool {
		out = nil
		for _, m := range v.Messages {
			switch {
			case m.Address != with:
			case m.Note == client.NoteEnded:
				out = append(out, "ended")
			case m.Note != client.NoNote:
				out = append(out, "another note")
			default:
				out = append(out, m.Text)
			}
		}
		return true
	})
	return out
}

// TestEndedIsSaidOnce: Ana closes the private chat again and again, in every way that
// there is, and it is private anew each time. Ben's conversation says so once, and
// once more after something else was said; what comes late or twice from a chat that
// is gone adds nothing.
func TestEndedIsSaidOnce(t *testing.T) {
	t.Parallel()
	ended := []string{"ended"}
	private := func(t *testing.T, ana, ben *resident) {
		t.Helper()
		ana.Look(ben.at)
		must(t, ana.Private(ben.at))
		must(t, ben.Private(ana.at))
		time.Sleep(5 * time.Second)
	}
	for name, c := range map[string]struct {
		does func(t *testing.T, w *town, ana, ben *resident)
		want []string
	}{
		"locks": {func(t *testing.T, _ *town, ana, ben *resident) {
			for range 3 {
				ana.locks()
				private(t, ana, ben)
			}
		}, ended},
		"locks and quits": {func(t *testing.T, _ *town, ana, ben *resident) {
			ana.locks()
			private(t, ana, ben)
			ana.Close()
		}, ended},
		"goes offline": {func(t *testing.T, _ *town, ana, ben *resident) {
			for range 2 {
				ana.offAndOn()
				private(t, ana, ben)
			}
		}, ended},
		"closes it": {func(t *testing.T, _ *town, ana, ben *resident) {
			for range 2 {
				ana.Client.Do(client.CloseChat{Peer: ana.Peer(ben.at)})
				must(t, ben.Protected(ana.at, client.OtherEnded))
				ben.Client.Do(client.StartAgain{Peer: ben.Peer(ana.at)})
				private(t, ana, ben)
			}
		}, ended},
		"with two programs": {func(t *testing.T, w *town, ana, ben *resident) {
			other := w.comes("ana", "other", "ben")
			other.start()
			private(t, other, ben)
			other.Close()
			private(t, ana, ben)
			ana.Close()
		}, ended},
		"each letter comes twice": {func(t *testing.T, w *town, ana, ben *resident) {
			w.rules(func(m letter) fate {
				if m.from != w.full(ben.at) {
					w.carry(m, pass)
				}
				return pass
			})
			ana.locks()
			private(t, ana, ben)
		}, ended},
		"the end comes late": {func(t *testing.T, w *town, ana, ben *resident) {
			w.rules(func(m letter) fate { return hold })
			ana.locks()
			w.rules(nil)
			private(t, ana, ben)
			w.release(func(held []letter) []letter {
				if len(held) == 0 {
					t.Error("nothing was said at the end")
				}
				return held
			})
			time.Sleep(5 * time.Second)
			must(t, ben.Private(ana.at))
		}, nil},
		"something was said": {func(t *testing.T, _ *town, ana, ben *resident) {
			ana.locks()
			private(t, ana, ben)
			ana.says(ben.at, "back")
			must(t, ben.Reads(ana.at, "back"))
			ana.locks()
			private(t, ana, ben)
			ben.marked(client.TheyHave, ben.says(ana.at, "good")...)
			ana.locks()
			private(t, ana, ben)
			ana.Close()
		}, []string{"ended", "back", "ended", "good", "ended"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inTown(t, func(t *testing.T, w *town) {
				ana, ben := w.neighbours()
				c.does(t, w, ana, ben)
				time.Sleep(time.Minute)
				if got := ben.lines(ana.at); !slices.Equal(got, c.want) {
					t.Errorf("Ben's conversation says %q, want %q", got, c.want)
				}
			})
		})
	}
}
