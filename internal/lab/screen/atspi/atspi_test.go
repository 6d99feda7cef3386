package atspi_test

import (
	"context"
	"image/color"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab/child"
	"hushwing/internal/lab/screen"
	"hushwing/internal/lab/screen/atspi"
)

// owl builds and starts the test's window and returns its program.
func owl(t *testing.T, s *screen.Screen) atspi.Node {
	t.Helper()
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "gtk+-3.0").Output()
	if err != nil {
		t.Fatalf("no GTK: %v: install gcc, pkg-config and libgtk-3-dev", err)
	}
	program := filepath.Join(t.TempDir(), "owl")
	if out, err := exec.Command("gcc", append([]string{"-o", program, "testdata/owl.c"}, strings.Fields(string(flags))...)...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	cmd := s.Command(program)
	began := time.Now()
	p, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(0) })
	d, err := atspi.Connect(s.A11yAddress())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	app, err := d.App(soon(t), p.Pid())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the program is there after %.2f s", time.Since(began).Seconds())
	if byName, err := d.AppNamed(soon(t), "owl"); err != nil || byName != app {
		t.Errorf("by its name the program is %v, %v", byName, err)
	}
	return app
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestDriveAWindow(t *testing.T) {
	s := screen.New(t)
	app := owl(t, s)
	node, str := must[atspi.Node](t), must[string](t)

	win := node(app.Find(soon(t), "frame", "Owl"))
	entry := node(win.Find(soon(t), "text", "Message"))
	said := node(win.Find(soon(t), "label", "Said"))
	if got := str(said.Text()); got != "nothing yet" {
		t.Fatalf("the label says %q", got)
	}
	const text = "Grüße, 🦉 سلام"
	if err := entry.SetText(text); err != nil {
		t.Fatal(err)
	}
	if err := node(win.Find(soon(t), "push button", "Say")).Click(); err != nil {
		t.Fatal(err)
	}
	node(win.FindQuery(soon(t), atspi.Query{Role: "label", Text: text}))

	// Hidden first, found when it shows; there from the start for who asks so.
	late := atspi.Query{Has: "was hidden"}
	if all, err := win.All(late); err != nil || len(all) != 0 {
		t.Errorf("what is hidden was found: %v, %v", all, err)
	}
	node(win.FindQuery(soon(t), atspi.Query{Has: "was hidden", Hidden: true}))
	node(win.FindQuery(soon(t), late))

	box := node(win.Find(soon(t), "check box", "Loud"))
	if box.Is(atspi.Checked) {
		t.Error("the box is checked before")
	}
	if err := box.Click(); err != nil {
		t.Fatal(err)
	}
	node(win.FindQuery(soon(t), atspi.Query{Name: "Loud", State: atspi.Checked}))

	if err := node(win.Find(soon(t), "push button", "Forbidden")).Click(); err == nil {
		t.Error("a button that is insensitive was clicked")
	}
	if e, err := entry.Extents(); err != nil || e.Width < 50 || e.Height < 10 {
		t.Errorf("the entry is at %+v, %v", e, err)
	}
	began := time.Now()
	dump := app.Dump()
	t.Logf("%d lines of tree in %v", strings.Count(dump, "\n"), time.Since(began))
	if !strings.Contains(dump, `push button "Forbidden" (insensitive)`) || !strings.Contains(dump, text) {
		t.Errorf("the tree is drawn as\n%s", dump)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := win.Find(ctx, "push button", "Nobody"); err == nil || !strings.Contains(err.Error(), `"Forbidden"`) {
		t.Errorf("a search in vain ends with %v", err)
	}
	if err := win.Gone(soon(t), atspi.Query{Name: "Nobody"}); err != nil {
		t.Error(err)
	}
}

// The window is red: what the picture shows is the screen, in true colours.
func TestScreenshotShowsTheWindow(t *testing.T) {
	s := screen.New(t)
	win := must[atspi.Node](t)(owl(t, s).Find(soon(t), "frame", "Owl"))
	e, err := win.Extents()
	if err != nil {
		t.Fatal(err)
	}
	want := color.RGBA{0xff, 0, 0, 0xff}
	var got color.Color
	for end := time.Now().Add(20 * time.Second); got != want && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		img, err := s.Image()
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() != 1280 || b.Dy() != 800 {
			t.Fatalf("the screen is %v", b)
		}
		got = img.At(int(e.X+e.Width)-2, int(e.Y+e.Height)-2)
	}
	if got != want {
		t.Errorf("the window's corner is %v, want %v", got, want)
	}
	if err := s.Screenshot(filepath.Join(t.TempDir(), "shot.png")); err != nil {
		t.Error(err)
	}
}
