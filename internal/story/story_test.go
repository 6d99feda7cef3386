package story_test

import (
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/internal/story"
)

// TestStory is the whole way through the windows: the built program, twice,
// driven as two people from the first run to the next day. Ana has a keyboard and
// nothing else; Ben has nothing but what a screen reader offers.
func TestStory(t *testing.T) {
	l := lab.Shared(t)
	program := built(t, "hushwing/cmd/hushwing")
	began := time.Now()
	play, err := story.New(t.Context(), story.Options{
		Program: program, Lab: l, Dir: t.TempDir(), Watch: true, Keys: true,
		Hook: func(s story.Step) error {
			t.Logf("%5.1fs %2d %s: %s", time.Since(began).Seconds(), s.Number, s.Name, s.Line)
			spills(t, s.Name, s.Person)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer play.Close()
	if err := play.Run(t.Context()); err != nil {
		keep(t, err)
		t.Fatal(err)
	}
	if err := play.Sound(); err != nil {
		t.Error(err)
	}
	for _, who := range play.People() {
		if err := who.Quit(); err != nil {
			t.Error(err)
		}
		if len(who.Retries) > 0 {
			t.Logf("%s had to try again: %q", who.Name, who.Retries)
		}
	}
	proveServer(t, play, l.Prosody())
	proveDisk(t, play)
	proveNetwork(t, play)
}

// keep leaves what was on the screens where somebody can look at it.
func keep(t *testing.T, err error) {
	t.Helper()
	var f *story.Failure
	if !errors.As(err, &f) {
		return
	}
	dir := t.ArtifactDir()
	for who, tree := range f.Trees {
		write(t, filepath.Join(dir, who+".tree"), []byte(tree))
	}
	for who, img := range f.Shots {
		picture(t, filepath.Join(dir, who+".png"), img)
	}
	t.Logf("pictures and trees of the windows are in %s", dir)
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Error(err)
	}
}

func picture(t testing.TB, path string, img image.Image) {
	t.Helper()
	f, err := os.Create(path)
	if err == nil {
		err = errors.Join(png.Encode(f, img), f.Close())
	}
	if err != nil {
		t.Error(err)
	}
}
