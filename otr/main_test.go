package otr_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"hushwing/otr"
)

// child names what this process is to do instead of running tests: some
// attacks kill the process that they hit.
const child = "HUSHWING_OTR_CHILD"

// keyFolder keeps the libotr peers' key for the time of the tests.
var keyFolder string

var children = map[string]func() error{}

func TestMain(m *testing.M) {
	if name := os.Getenv(child); name != "" {
		if err := children[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	// The engine prints at every encryption; keep that out of the results.
	terminal := os.Stdout
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	os.Stdout = w
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewReader(r)
		for {
			line, err := lines.ReadBytes('\n')
			if !bytes.HasPrefix(line, []byte("Unsupported ")) {
				_, _ = terminal.Write(line)
			}
			if err != nil {
				return
			}
		}
	}()
	if keyFolder, err = os.MkdirTemp("", "otr-keys-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(keyFolder)
	_ = w.Close()
	<-done
	os.Exit(code)
}

// inChild runs a part of this file's children in a process of its own.
func inChild(t *testing.T, name string) (stdout, stderr string, err error) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), child+"="+name)
	cmd.Stdout, cmd.Stderr = &out, &limited{w: &errs, left: 64 << 10}
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// limited keeps the beginning: a stack overflow has a lot to say.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	_, err := l.w.Write(p[:n])
	return len(p), err
}

// identities are made once: a key takes a moment.
var identities = sync.OnceValue(func() (ids [4]*otr.Identity) {
	var wait sync.WaitGroup
	for i := range ids {
		wait.Go(func() {
			id, err := otr.NewIdentity(nil)
			if err != nil {
				panic(err)
			}
			ids[i] = id
		})
	}
	wait.Wait()
	return ids
})
