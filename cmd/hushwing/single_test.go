//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hushwing/gui"
)

func runtimeIn(dir string) func(string) string {
	return func(name string) string {
		if name == "XDG_RUNTIME_DIR" {
			return dir
		}
		return ""
	}
}

// opened opens the door as the first.
func opened(t *testing.T, runtime, profile string) *door {
	t.Helper()
	d, told, err := openDoor(profile, runtimeIn(runtime), gui.Call{})
	if err != nil || told || d == nil {
		t.Fatal(d, told, err)
	}
	t.Cleanup(d.close)
	return d
}

func next(t *testing.T, calls <-chan gui.Call) gui.Call {
	t.Helper()
	select {
	case c := <-calls:
		return c
	case <-time.After(5 * time.Second):
		t.Fatal("nobody called")
	}
	return gui.Call{}
}

// TestSecondStart: it tells the first one what the user wants and is done; another
// profile is another matter; and one that was killed is in nobody's way.
func TestSecondStart(t *testing.T) {
	runtime := t.TempDir()
	first := opened(t, runtime, "/home/ana/profile")
	calls := first.calls()
	opened(t, runtime, "/home/ana/another")
	want := gui.Call{Token: "gnome-shell_TIME123", Link: "xmpp:ben@example.test"}
	d, told, err := openDoor("/home/ana/profile", runtimeIn(runtime), want)
	if d != nil || !told || err != nil {
		t.Fatal(d, told, err)
	}
	if got := next(t, calls); got != want {
		t.Errorf("%+v", got)
	}
	// As one that was killed leaves it: the pipe is there, and nobody has the lock.
	first.pipe.Close()
	first.lock.Close()
	again := opened(t, runtime, "/home/ana/profile")
	go knock(again.path, gui.Call{})
	if got := next(t, again.calls()); got != (gui.Call{}) {
		t.Errorf("%+v", got)
	}
	again.close()
	if left, _ := filepath.Glob(filepath.Join(runtime, "hushwing", "one-????????????????????????")); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestDoorFolder: who else has the folder, or can write to it, is not listened to.
func TestDoorFolder(t *testing.T) {
	for name, place := range map[string]func(dir string) error{
		"open to others": func(dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Chmod(dir, 0o777)
		},
		"a link": func(dir string) error { return os.Symlink(os.TempDir(), dir) },
		"a file": func(dir string) error { return os.WriteFile(dir, nil, 0o600) },
	} {
		runtime := t.TempDir()
		if err := place(filepath.Join(runtime, "hushwing")); err != nil {
			t.Fatal(err)
		}
		if d, told, err := openDoor("/p", runtimeIn(runtime), gui.Call{}); err == nil || told || d != nil {
			t.Errorf("%s: %v, %v, %v", name, d, told, err)
		}
	}
}

// TestHostileCaller: whatever another program of the user writes there, the most
// that comes of it is the wish to see the window, now and then, and an address to
// be offered.
func TestHostileCaller(t *testing.T) {
	d := opened(t, t.TempDir(), "/p")
	calls := make(chan gui.Call)
	go readCalls(d.pipe, calls, 0)
	pipe, err := os.OpenFile(d.path, os.O_WRONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	for line, want := range map[string]gui.Call{
		"":                                    {},
		"\x00\x01\xff":                        {},
		"a b c":                               {Token: "a"},
		" xmpp:ben@example.test":              {Link: "xmpp:ben@example.test"},
		"t xmpp:ben@example.test evil":        {Token: "t"},
		"t http://example.test/":              {Token: "t"},
		"t file:///etc/passwd":                {Token: "t"},
		"t xmpp:\x1b[2J":                      {Token: "t"},
		"<b>t</b> xmpp:x":                     {Link: "xmpp:x"},
		"t xmpp:" + strings.Repeat("x", 2500): {Token: "t"},
		strings.Repeat("t", 300) + " xmpp:y":  {Link: "xmpp:y"},
	} {
		if _, err := pipe.WriteString(line + "\n"); err != nil {
			t.Fatal(err)
		}
		if got := next(t, calls); got != want {
			t.Errorf("%q: %+v", line[:min(len(line), 30)], got)
		}
	}
	// A line without an end is none, and what follows it is read again.
	go func() {
		_, _ = pipe.WriteString(strings.Repeat("x", 3900))
		_, _ = pipe.WriteString(strings.Repeat("x", 3900) + "\n")
		_, _ = pipe.WriteString("after xmpp:z\n")
	}()
	if got := next(t, calls); got != (gui.Call{Token: "after", Link: "xmpp:z"}) {
		t.Errorf("after a line without an end: %+v", got)
	}
}

// TestCallsArePaced: who calls all the time is heard now and then.
func TestCallsArePaced(t *testing.T) {
	calls := make(chan gui.Call, 1000)
	readCalls(strings.NewReader(strings.Repeat("t xmpp:x\n", 1000)), calls, time.Minute)
	if n := len(calls); n != 1 {
		t.Errorf("heard %d times", n)
	}
}
