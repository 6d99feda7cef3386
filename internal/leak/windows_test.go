//go:build linux

package leak_test

import (
	"errors"
	"time"

	"hushwing/internal/leak"
	"hushwing/internal/story"
)

// windows plays the whole story through the windows of the built program in the
// box, with Tor hit on the way.
func (c *campaign) windows() {
	t := c.t
	t.Helper()
	built(t, "hushwing/cmd/hushwing-net") // belongs beside it
	hit := 0
	play, err := story.New(t.Context(), story.Options{
		Program: built(t, "hushwing/cmd/hushwing"), Lab: c.l, Dir: t.TempDir(),
		Place: c.b.Start, Environ: c.b.Environ(),
		Hook: func(s story.Step) error {
			c.b.Mark("windows: " + s.Name)
			t.Logf("windows: %s", s.Line)
			switch s.Name { // once all is well, so that what follows waits for it to be well again
			case "ana-private", "both-checked", "still-checked":
				hit++
				_, err := c.b.Strike(t.Context(), leak.Blow{How: leak.How(hit % int(leak.Hows)), Sort: leak.NamedSOCKS, Hold: time.Second})
				return err
			}
			return nil
		},
	})
	must(t, err)
	defer play.Close()
	if err := play.Run(t.Context()); err != nil {
		var f *story.Failure
		if errors.As(err, &f) {
			for who, tree := range f.Trees {
				t.Logf("%s:\n%s", who, tree)
			}
		}
		t.Fatal(err)
	}
	for _, who := range play.People() {
		if err := who.Quit(); err != nil {
			t.Error(err)
		}
	}
}
