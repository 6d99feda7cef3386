package apart

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

func TestHold(t *testing.T) {
	for name, s := range map[string]*tortest.Server{"tcp": tortest.New(t), "unix": tortest.NewUnix(t, filepath.Join(t.TempDir(), "s"))} {
		t.Run(name, func(t *testing.T) {
			s.Serve("example.test", tortest.Far(t))
			h := started(t, environ(s))
			n := hold(t, h, tor.Options{DataDir: "/what the client thinks"})
			if e := n.Endpoint(); e.Address != s.Endpoint().Address || e.From != tor.FromEnvironment || n.Managed() {
				t.Errorf("%+v", e)
			}
			talk(t, n)
			other := hold(t, h, tor.Options{})
			if err := n.Close(); err != nil {
				t.Error(err)
			}
			if _, err := n.Dialer(isolation).Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
				t.Error(err)
			}
			talk(t, other)
			keeper, opener := h.Pid(), openerOf(t, h.Pid(), 0)
			if err := h.Close(); err != nil || alive(keeper) || alive(opener) {
				t.Errorf("after Close: %v, keeper %v, opener %v", err, alive(keeper), alive(opener))
			}
			if _, err := h.Hold(t.Context(), tor.Options{}); reason(t, err) != tor.NoHelper {
				t.Error(err)
			}
		})
	}
}

// TestManyAtOnce: questions do not wait for each other.
func TestManyAtOnce(t *testing.T) {
	s := tortest.New(t)
	s.Serve("example.test", tortest.Far(t))
	n := hold(t, started(t, environ(s)), tor.Options{})
	done := make(chan error)
	const many = 40
	for range many {
		go func() {
			c, err := n.Dialer(isolation).Dial(t.Context(), "example.test", 5222)
			if err == nil {
				err = tortest.Greet(c)
				_ = c.Close()
			}
			done <- err
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestWhatTheyAreGiven: of the window's environment and files, the other
// processes have what they need and no more.
func TestWhatTheyAreGiven(t *testing.T) {
	// What a C library might leave open: without close-on-exec.
	leak, err := syscall.Open("/etc/hostname", syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(leak) }()
	s := tortest.New(t)
	h := started(t, environ(s))
	hold(t, h, tor.Options{})
	for who, pid := range map[string]int{"keeper": h.Pid(), "opener": openerOf(t, h.Pid(), 0)} {
		env, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for v := range strings.SplitSeq(strings.TrimRight(string(env), "\x00"), "\x00") {
			name, _, _ := strings.Cut(v, "=")
			names = append(names, name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != "HOME PATH TOR_SOCKS_HOST TOR_SOCKS_PORT" {
			t.Errorf("%s: environment %s", who, got)
		}
		fds, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, fd := range fds {
			to, _ := os.Readlink(fd)
			// Go's runtime looks at how many processors there are.
			if to != "/dev/null" && !strings.HasPrefix(to, "/sys/fs/cgroup/") && !strings.HasPrefix(to, "socket:") && !strings.HasPrefix(to, "anon_inode:") {
				t.Errorf("%s: descriptor %s is %s", who, filepath.Base(fd), to)
			}
		}
	}
}

func TestRefusedOptions(t *testing.T) {
	h := started(t, environ(tortest.New(t)))
	for name, o := range map[string]tor.Options{
		"opener": {Opener: tor.Direct}, "environment": {Getenv: os.Getenv}, "candidates": {Candidates: []tor.Endpoint{}},
		"program": {Program: "/bin/sh"}, "stuck": {Stuck: 1}, "holder": {Holder: h}, "starter": {Starter: h},
	} {
		if _, err := h.Hold(t.Context(), o); reason(t, err) != tor.BadSetting {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoProgram(t *testing.T) {
	if _, err := Start("/nonexistent/hushwing-net", StartOptions{DataDir: t.TempDir()}); reason(t, err) != tor.NoHelper {
		t.Error(err)
	}
	h, err := Start("/bin/true", StartOptions{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.Hold(t.Context(), tor.Options{}); reason(t, err) != tor.NoHelper {
		t.Error(err)
	}
}

// TestOpenerDies: what it held is gone, what it opened lives on, and the next
// one does it all again.
func TestOpenerDies(t *testing.T) {
	s := tortest.New(t)
	s.Serve("example.test", tortest.Far(t))
	h := started(t, environ(s))
	old := 0
	for range 3 {
		n := hold(t, h, tor.Options{})
		c := talk(t, n)
		old = openerOf(t, h.Pid(), old)
		signal(t, old, syscall.SIGKILL)
		select {
		case <-n.Done():
		case <-time.After(5 * time.Second):
			t.Fatal("its end is not noticed")
		}
		if _, err := n.Dialer(isolation).Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
			t.Error(err)
		}
		say(t, c)
	}
	talk(t, hold(t, h, tor.Options{}))
}

// TestOpenerDiesMeanwhile: a Hold that is under way goes to the successor.
func TestOpenerDiesMeanwhile(t *testing.T) {
	s := tortest.New(t)
	s.Serve("example.test", tortest.Far(t))
	s.At(tortest.Reply, tortest.Hang)
	h := started(t, environ(s))
	got := make(chan *tor.Network)
	go func() {
		n, err := h.Hold(t.Context(), tor.Options{})
		if err != nil {
			t.Error(err)
		}
		got <- n
	}()
	eventually(t, "nothing is asked", func() bool { return len(s.Requests()) > 0 })
	s.At(tortest.Reply, 0)
	signal(t, openerOf(t, h.Pid(), 0), syscall.SIGKILL)
	n := <-got
	defer n.Close()
	talk(t, n)
}

func TestKeeperDies(t *testing.T) {
	s := tortest.New(t)
	h := started(t, environ(s))
	n := hold(t, h, tor.Options{})
	opener := openerOf(t, h.Pid(), 0)
	signal(t, h.Pid(), syscall.SIGKILL)
	<-n.Done()
	eventually(t, "the opener goes on", func() bool { return !alive(opener) })
	begun := time.Now()
	if _, err := h.Hold(t.Context(), tor.Options{}); reason(t, err) != tor.NoHelper || time.Since(begun) > time.Second {
		t.Error(err, time.Since(begun))
	}
}

// TestOpenerStopped: one that does not answer is given up and replaced.
func TestOpenerStopped(t *testing.T) {
	s := tortest.New(t)
	s.Serve("example.test", tortest.Far(t))
	h := started(t, environ(s))
	n := hold(t, h, tor.Options{})
	talk(t, n)
	old := openerOf(t, h.Pid(), 0)
	signal(t, old, syscall.SIGSTOP)
	if _, err := n.Dialer(isolation).Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
		t.Error(err)
	}
	<-n.Done()
	talk(t, hold(t, h, tor.Options{}))
	if alive(old) {
		t.Error("it is still there")
	}
}

// TestKeeperStopped: while it does not answer there is an error, in time; when
// it goes on, so does everything.
func TestKeeperStopped(t *testing.T) {
	h := started(t, environ(tortest.New(t))[:2]) // names no Tor, and has no program to start
	ours := tor.Options{Bridges: []string{"192.0.2.1:1"}}
	if _, err := h.Hold(t.Context(), ours); reason(t, err) != tor.NoTor {
		t.Fatal(err)
	}
	signal(t, h.Pid(), syscall.SIGSTOP)
	begun := time.Now()
	_, err := h.Hold(t.Context(), ours)
	took := time.Since(begun)
	signal(t, h.Pid(), syscall.SIGCONT)
	if reason(t, err) != tor.NoHelper || took > 8*time.Second {
		t.Errorf("%v after %v", err, took)
	}
	if _, err := h.Hold(t.Context(), ours); reason(t, err) != tor.NoTor {
		t.Error(err)
	}
}

// TestByHand: another place is for another opener, which may reach it.
func TestByHand(t *testing.T) {
	named, hand := tortest.New(t), tortest.NewUnix(t, filepath.Join(t.TempDir(), "s"))
	hand.Serve("example.test", tortest.Far(t))
	h := started(t, environ(named))
	before := openerOf(t, h.Pid(), 0)
	e := hand.Endpoint()
	n := hold(t, h, tor.Options{Only: &e})
	if got := n.Endpoint(); got.Address != e.Address || got.From != tor.FromHand {
		t.Errorf("%+v", got)
	}
	talk(t, n)
	after := openerOf(t, h.Pid(), before)
	if alive(before) {
		t.Error("the one before is still there")
	}
	talk(t, hold(t, h, tor.Options{Only: &e}))
	if now := openerOf(t, h.Pid(), before); now != after {
		t.Error("the same place took another one")
	}
	if got := hold(t, h, tor.Options{}).Endpoint(); got.From != tor.FromEnvironment {
		t.Errorf("without: %+v", got)
	}
	for _, bad := range []tor.Endpoint{{Network: "tcp", Address: "192.0.2.1:9050"}, {Network: "tcp", Address: "example.test:9050"}, {Network: "unix", Address: "socks"}, {}} {
		if _, err := h.Hold(t.Context(), tor.Options{Only: &bad}); reason(t, err) != tor.BadSetting {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if openerOf(t, h.Pid(), before) != after {
		t.Error("a bad place took another opener")
	}
}

// TestCanceled: giving up is known on the other side.
func TestCanceled(t *testing.T) {
	s := tortest.New(t)
	s.At(tortest.Reply, tortest.Hang)
	h := started(t, environ(s))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if _, err := h.Hold(ctx, tor.Options{}); !errors.Is(err, ctx.Err()) || time.Since(begun) > time.Second {
		t.Error(err, time.Since(begun))
	}
	eventually(t, "the opener goes on asking", func() bool { return s.Conns() == 0 })
}
