package apart

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// madeUp is a window's end of a line to an opener that a test plays.
func madeUp(t *testing.T) (c *caller, far *link) {
	t.Helper()
	ours, theirs, err := pair()
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLink(ours, true)
	if err != nil {
		t.Fatal(err)
	}
	if far, err = newLink(theirs, false); err != nil {
		t.Fatal(err)
	}
	c = newCaller(l, nil)
	t.Cleanup(func() {
		c.end(nil)
		far.close()
	})
	return c, far
}

// asked has c ask m, and returns the number that it goes by and what comes of it.
func asked(t *testing.T, c *caller, far *link, m *message) (id uint32, came <-chan error) {
	t.Helper()
	got := make(chan error, 1)
	go func() {
		a, err := c.ask(t.Context(), m, nil)
		if a.conn != nil {
			_ = a.conn.Close()
		}
		got <- err
	}()
	q, _, err := far.receive()
	if err != nil {
		t.Fatal(err)
	}
	return q.id, got
}

// wantEOF fails unless nobody has the other end of r any more.
func wantEOF(t *testing.T, r *os.File) {
	t.Helper()
	_ = r.SetReadDeadline(time.Now().Add(8 * time.Second))
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("it is kept: %v", err)
	}
}

// TestHostileOpener: nor does the window take a descriptor for a socket that is
// none, or one that nobody asked for.
func TestHostileOpener(t *testing.T) {
	c, far := madeUp(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := far.send(&message{kind: kindSocket, id: 77}, int(w.Fd())); err != nil {
		t.Fatal(err)
	}
	id, got := asked(t, c, far, &message{kind: kindDial})
	if err := far.send(&message{kind: kindSocket, id: id}, int(w.Fd())); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err == nil || !strings.Contains(err.Error(), "socket") {
		t.Errorf("a pipe for a socket: %v", err)
	}
	_ = w.Close()
	wantEOF(t, r)
	id, got = asked(t, c, far, &message{kind: kindDial})
	if err := far.send(&message{kind: kindOpened, id: id}); err != nil {
		t.Fatal(err)
	}
	if err := <-got; !errors.Is(err, errMessage) {
		t.Errorf("a Tor for a socket: %v", err)
	}
}

// TestHostileOpenerAnswersOpen: whatever comes as the answer to "open" and is
// no Tor ends the line, and what came with it is closed.
func TestHostileOpenerAnswersOpen(t *testing.T) {
	for what, kind := range map[string]kind{"a socket": kindSocket, "a pipe": kindSocket, "a question": kindOpen, "the keeper's words": kindOpener} {
		t.Run(what, func(t *testing.T) {
			c, far := madeUp(t)
			ours, theirs, err := os.Pipe()
			if what == "a socket" {
				var fds [2]int
				fds, err = syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
				ours, theirs = os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "theirs")
			}
			if err != nil {
				t.Fatal(err)
			}
			defer ours.Close()
			id, got := asked(t, c, far, &message{kind: kindOpen})
			if err := far.send(&message{kind: kind, id: id}, int(theirs.Fd())); err != nil {
				t.Fatal(err)
			}
			_ = theirs.Close()
			if err := <-got; !errors.Is(err, errLost) || !errors.Is(err, errMessage) {
				t.Errorf("the window takes it: %v", err)
			}
			wantEOF(t, ours)
			if _, err := c.ask(t.Context(), &message{kind: kindPing}, nil); !errors.Is(err, errLost) {
				t.Errorf("and goes on: %v", err)
			}
		})
	}
}
