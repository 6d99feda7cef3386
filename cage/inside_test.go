//go:build linux && (amd64 || arm64)

package cage

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hushwing/internal/lab/child"
)

// The attacks run in processes of their own, which are this test's program
// started again with another part to play. What attacks is testdata/attack.c,
// preloaded: it is there before the first line of Go, with a thread of its own.

const partVariable = "HW_CAGE_PART"

// part is what a process of the test plays.
type part struct {
	Role    string // "free", "figure", "buses", "window", "opener", "keeper", "victim"
	Window  WindowRules
	Opener  OpenerRules
	Keeper  KeeperRules
	Version int // of Landlock's interface, where it is to be an older one; 0: the kernel's
}

func TestMain(m *testing.M) {
	if s := os.Getenv(partVariable); s != "" {
		var p part
		if err := json.Unmarshal([]byte(s), &p); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		p.play()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// answer is what a process of the test says after each step.
type answer struct {
	Report Report
	Err    string
}

func say(r Report, err error) {
	a := answer{Report: r}
	if err != nil {
		a.Err = err.Error()
	}
	b, _ := json.Marshal(a)
	os.Stdout.Write(append(b, '\n'))
}

func (p part) play() {
	if p.Role == "victim" {
		victim()
		return
	}
	if p.Version != 0 {
		newest = p.Version
	}
	began := time.Now()
	switch p.Role {
	case "figure":
		_, err := Window(p.Window)
		if err == nil {
			err = SealWindow()
		}
		took := time.Since(began)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(took.Nanoseconds())
		return
	case "free":
		say(Report{}, nil)
	case "buses": // as the program does: the one right after the other
		buses, err := OpenBuses(os.Getenv)
		if err != nil {
			say(Report{}, err)
			return
		}
		p.Window.Buses = buses
		say(Window(p.Window))
	case "window":
		say(Window(p.Window))
	case "opener":
		say(Opener(p.Opener))
	case "keeper":
		say(Keeper(p.Keeper))
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		switch in.Text() {
		case "seal":
			say(Report{}, SealWindow())
		case "interfaces":
			i, err := net.Interfaces()
			if err == nil && len(i) == 0 {
				err = errors.New("there is no network interface")
			}
			say(Report{}, err)
		case "opener": // the keeper's child
			say(Opener(p.Opener))
		}
	}
}

var precious = []byte("what another process has in its memory")

// victim is another process of the same user. It says where its memory is, and
// each signal that it gets.
func victim() {
	got := make(chan os.Signal, 8)
	signal.Notify(got, unix.SIGUSR1)
	fmt.Printf("%p\n", precious)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for range got {
		fmt.Println("signal")
	}
}

// attackLibrary builds the attack.
var attackLibrary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "cage")
	if err != nil {
		return "", err
	}
	lib := filepath.Join(dir, "attack.so")
	if out, err := exec.Command("gcc", "-Wall", "-shared", "-fPIC", "-o", lib, "testdata/attack.c", "-lresolv", "-lpthread", "-ldl").CombinedOutput(); err != nil {
		return "", fmt.Errorf("gcc: %w: install gcc and libc6-dev\n%s", err, out)
	}
	return lib, nil
})

// inside is a process with the attack in it.
type inside struct {
	t      *testing.T
	proc   *child.Process
	attack *os.File
	in     io.Writer
	out    *bufio.Reader
	Report Report
}

// enter starts a process that plays p; files are its descriptors from 4 on.
func enter(t *testing.T, p part, files ...*os.File) *inside {
	t.Helper()
	lib, err := attackLibrary()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "attack"), os.NewFile(uintptr(pair[1]), "attack")
	i := &inside{t: t, attack: ours}
	i.proc, i.in, i.out = begin(t, p, append([]*os.File{theirs}, files...), "LD_PRELOAD="+lib, "HW_ATTACK_FD=3")
	theirs.Close()
	t.Cleanup(func() { ours.Close() })
	i.Report = i.hear()
	return i
}

func begin(t *testing.T, p part, files []*os.File, env ...string) (*child.Process, io.Writer, *bufio.Reader) {
	t.Helper()
	role, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{os.Args[0]}
	cmd.Env = append(append(os.Environ(), partVariable+"="+string(role)), env...)
	cmd.ExtraFiles = files
	cmd.Stderr = os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	proc, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proc.Stop(0) })
	return proc, in, bufio.NewReader(out)
}

// hear returns what the process says of its step.
func (i *inside) hear() Report {
	i.t.Helper()
	line, err := i.out.ReadString('\n')
	if err != nil {
		i.t.Fatalf("the process says nothing: %v", err)
	}
	var a answer
	if err := json.Unmarshal([]byte(line), &a); err != nil {
		i.t.Fatalf("the process says %q: %v", line, err)
	}
	if a.Err != "" {
		i.t.Fatalf("the process says: %s", a.Err)
	}
	return a.Report
}

// step has the process do the next thing.
func (i *inside) step(word string) {
	i.t.Helper()
	fmt.Fprintln(i.in, word)
	i.hear()
}

// try attacks; 0: it got out.
func (i *inside) try(line string) unix.Errno {
	i.t.Helper()
	e, err := try(i.attack, line)
	if err != nil {
		i.t.Fatalf("%s: the process has ended: %v", line, err)
	}
	return e
}

func try(f *os.File, line string) (unix.Errno, error) {
	if _, err := f.WriteString(line); err != nil {
		return 0, err
	}
	b := make([]byte, 64)
	n, err := f.Read(b)
	if err != nil {
		return 0, err
	}
	e, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err == nil && e < 0 {
		err = errors.New("no such attack")
	}
	return unix.Errno(e), err
}

// anyone is a victim that runs.
type anyone struct {
	proc    *child.Process
	address string
	signals chan string
}

func newVictim(t *testing.T) *anyone {
	t.Helper()
	proc, _, out := begin(t, part{Role: "victim"}, nil)
	v := &anyone{proc: proc, signals: make(chan string, 100)}
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	v.address = strings.TrimSpace(line)
	go func() {
		for {
			line, err := out.ReadString('\n')
			if err != nil {
				return
			}
			v.signals <- line
		}
	}()
	return v
}

// signalled reports whether a signal has arrived since the last time.
func (v *anyone) signalled(patience time.Duration) bool {
	got := false
	for {
		select {
		case <-v.signals:
			got, patience = true, min(patience, 50*time.Millisecond)
			continue
		case <-time.After(patience):
		}
		return got
	}
}
