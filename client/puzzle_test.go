package client_test

import (
	"path/filepath"
	"testing"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// TestPuzzle: ejabberd wants a picture read. It is read from the pixels that a
// window would show; misread, another one comes, as after a name that is taken;
// then the address is made.
func TestPuzzle(t *testing.T) {
	e := lab.SharedEjabberd(t)
	must(t, e.Configure(lab.EjabberdOptions{Puzzle: true}))
	t.Cleanup(func() { must(t, e.Configure(lab.EjabberdOptions{})) })
	must(t, e.AddUser("puzzletaken", "x"))
	p := journey.InLab(t, lab.Shared(t), filepath.Join(t.TempDir(), "p"))
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())

	seen := map[string]bool{}
	solve := func(f client.FormArrived) map[string]string {
		t.Helper()
		if len(f.Fields) != 1 || f.Fields[0].Name != "ocr" || f.Fields[0].Picture == nil || f.Fields[0].Label == "" {
			t.Fatalf("the form asks for %+v", f.Fields)
		}
		pic := f.Fields[0].Picture
		text, err := lab.ReadPuzzle(pic.Width, pic.Height, pic.RGB)
		must(t, err)
		if seen[text] {
			t.Errorf("the picture %s came twice", text)
		}
		seen[text] = true
		return map[string]string{"ocr": text}
	}
	form, err := p.Form(e.Domain(), e.Onion())
	must(t, err)
	right := solve(form)
	wantCause(t, p.Submit(form, "puzzled", map[string]string{"ocr": "no" + right["ocr"]}), client.PuzzleWrong)
	again := p.FormNow(form)
	wantCause(t, p.Submit(form, "puzzletaken", solve(again)), client.NameTaken)
	solve(p.FormNow(form))
	last, err := p.AnotherPicture(form)
	must(t, err)
	must(t, p.Submit(form, "puzzled", solve(last)))
	if len(seen) != 4 {
		t.Errorf("%d pictures, want 4", len(seen))
	}
}
