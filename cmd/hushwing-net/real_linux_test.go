package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/tor"
	"hushwing/tor/apart"
	"hushwing/tor/tortest"
)

// echoing publishes an onion service that says back what it hears.
func echoing(t *testing.T, l *lab.Lab) string {
	t.Helper()
	name, err := l.Publish(t.Context(), map[uint16]string{5222: tortest.Far(t)})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// others is a window's process with those that it has started.
type others struct {
	cmd    *exec.Cmd
	out    *bufio.Reader
	keeper int
}

// caged starts a window's process and waits until it has said a line that
// begins with until.
func caged(t *testing.T, env []string, until string, hosts ...string) *others {
	t.Helper()
	dir, err := os.MkdirTemp("", "w")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	o := &others{cmd: exec.Command(os.Args[0], append([]string{"window", program, dir}, hosts...)...)}
	o.cmd.Env = append([]string{"HOME=/nonexistent"}, env...)
	// As a desktop starts it. In a session that it shares with whoever inherits
	// orphans, as a container's first process may, the kernel would not wake them.
	o.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.cmd.Stderr = os.Stderr
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = o.cmd.Process.Kill()
		_ = o.cmd.Wait()
	})
	o.out = bufio.NewReader(out)
	begun := time.Now()
	for {
		line, err := o.out.ReadString('\n')
		if err != nil {
			t.Fatalf("%q %v", line, err)
		}
		t.Logf("%5.2fs %s", time.Since(begun).Seconds(), strings.TrimSpace(line))
		if rest, ok := strings.CutPrefix(line, "held "); ok && o.keeper == 0 {
			f := strings.Fields(rest)
			o.keeper, _ = strconv.Atoi(f[2])
			if f[1] != "true" {
				t.Error("the window's process has no seccomp: this test shows nothing")
			}
		}
		if strings.HasPrefix(line, until) {
			return o
		}
	}
}

func own(l *lab.Lab) []string {
	return []string{"PATH=" + filepath.Dir(l.TorProgram()) + ":" + os.Getenv("PATH")}
}

// TestCagedWindow: a process that has given up every socket but its line works
// through the opener, in their cages, also after its last door has shut.
func TestCagedWindow(t *testing.T) {
	l := lab.Shared(t)
	host := echoing(t, l)
	if err := l.SetHost("plain.test", l.Net()+".9.9"); err != nil {
		t.Fatal(err)
	}
	tortest.FarAt(t, l.Net()+".9.9:5222")
	t.Run("tcp", func(t *testing.T) { caged(t, l.Env(), "stays", host, "plain.test") })
	t.Run("unix", func(t *testing.T) { caged(t, []string{"TOR_SOCKS_IPC_PATH=" + l.SocksUnix()}, "stays", host) })
}

// TestOwnTor: the keeper starts our own Tor, in its cage. It outlives an opener,
// not the keeper.
func TestOwnTor(t *testing.T) {
	l := lab.Shared(t)
	host := echoing(t, l)
	dir, err := os.MkdirTemp("", "o")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	h, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(dir, "tor"), Environ: own(l)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	progress := make(chan tor.Progress, 100)
	begun := time.Now()
	n, err := h.Hold(t.Context(), tor.Options{Progress: progress, DataDir: "/of no account"})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("started in %v", time.Since(begun).Round(time.Millisecond))
	var last tor.Progress
	for len(progress) > 0 {
		last = <-progress
	}
	if last.Percent != 100 || last.Tag != "done" {
		t.Errorf("progress ends with %+v", last)
	}
	if e := n.Endpoint(); !n.Managed() || e.From != tor.FromOwn || e.Address != filepath.Join(dir, "tor", "socks") {
		t.Errorf("%+v", e)
	}
	if err := greet(n, host); err != nil {
		t.Fatal(err)
	}
	if s, _ := n.Status(); !s.Controlled || s.Version == "" {
		t.Errorf("status %+v", s)
	}
	child := torOf(t, dir, h.Pid())

	kill(t, named(h.Pid(), "opener"), syscall.SIGKILL)
	<-n.Done()
	begun = time.Now()
	if n, err = h.Hold(t.Context(), tor.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("held again in %v", time.Since(begun).Round(time.Millisecond))
	if now := torOf(t, dir, h.Pid()); now != child {
		t.Error("it is another Tor")
	}
	if err := greet(n, host); err != nil {
		t.Error(err)
	}

	kill(t, child, syscall.SIGKILL)
	select {
	case <-n.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("the end of Tor is not noticed")
	}
	if n, err = h.Hold(t.Context(), tor.Options{}); err != nil {
		t.Fatal(err)
	}
	child = torOf(t, dir, h.Pid())
	if err := n.Close(); err != nil || alive(child) {
		t.Errorf("after Close: %v, Tor %v", err, alive(child))
	}
}

// TestBridges: bridges cross the line, and their program runs in the keeper's
// cage.
func TestBridges(t *testing.T) {
	l := lab.Shared(t)
	host := echoing(t, l)
	b, err := l.StartBridge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lines, err := tor.ParseBridges(b.Line)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "b")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	h, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(dir, "tor"), Environ: own(l)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	n, err := h.Hold(t.Context(), tor.Options{Bridges: lines})
	if err != nil {
		t.Fatal(err)
	}
	if err := greet(n, host); err != nil {
		t.Error(err)
	}
	torPid := torOf(t, dir, h.Pid())
	proxy := children(torPid)
	if len(proxy) != 1 {
		t.Fatalf("%d processes for the bridge", len(proxy))
	}
	// Another choice of the user's ends it, and nothing is left of it.
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	for end := time.Now().Add(5 * time.Second); alive(torPid) || alive(proxy[0]); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("alive: tor %v, proxy %v", alive(torPid), alive(proxy[0]))
		}
	}
}

// TestEndsWithTheWindow: however one of the processes ends, and whichever
// other one is stopped meanwhile, nothing is left.
func TestEndsWithTheWindow(t *testing.T) {
	l := lab.Shared(t)
	host := echoing(t, l)
	for name, act := range map[string]func(t *testing.T, o *others, opener, tor int){
		"killed": func(t *testing.T, o *others, _, _ int) { kill(t, o.cmd.Process.Pid, syscall.SIGKILL) },
		"Ctrl-C": func(t *testing.T, o *others, _, _ int) { kill(t, -o.cmd.Process.Pid, syscall.SIGINT) },
		"killed, keeper stopped": func(t *testing.T, o *others, _, _ int) {
			kill(t, o.keeper, syscall.SIGSTOP)
			kill(t, o.cmd.Process.Pid, syscall.SIGKILL)
		},
		"killed, opener stopped": func(t *testing.T, o *others, opener, _ int) {
			kill(t, opener, syscall.SIGSTOP)
			kill(t, o.cmd.Process.Pid, syscall.SIGKILL)
		},
		"killed, tor stopped": func(t *testing.T, o *others, _, tor int) {
			kill(t, tor, syscall.SIGSTOP)
			kill(t, o.cmd.Process.Pid, syscall.SIGKILL)
		},
		"keeper killed": func(t *testing.T, o *others, _, _ int) { kill(t, o.keeper, syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := caged(t, own(l), "held", host)
			opener, tor := named(o.keeper, "opener"), named(o.keeper, "--DataDirectory")
			if opener == 0 || tor == 0 {
				t.Fatalf("opener %d, tor %d", opener, tor)
			}
			begun := time.Now()
			act(t, o, opener, tor)
			for alive(o.keeper) || alive(opener) || alive(tor) {
				if time.Since(begun) > 10*time.Second {
					t.Fatalf("alive: keeper %v, opener %v, tor %v", alive(o.keeper), alive(opener), alive(tor))
				}
				time.Sleep(5 * time.Millisecond)
			}
			t.Logf("gone after %v", time.Since(begun).Round(time.Millisecond))
		})
	}
}

func kill(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if pid == 0 {
		t.Fatal("no such process")
	}
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
	// A busy machine takes a while over it, and the kernel wakes at the end of a
	// window only what has stopped by then.
	for end := time.Now().Add(10 * time.Second); s == syscall.SIGSTOP && !stopped(pid); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not stop")
		}
	}
}

// stopped reports whether a process stands still: only when the last of its
// threads does has it stopped, to the kernel.
func stopped(pid int) bool {
	threads, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat")
	for _, stat := range threads {
		b, err := os.ReadFile(stat)
		_, after, _ := strings.Cut(string(b), ") ")
		if err != nil || !strings.HasPrefix(after, "T") {
			return false
		}
	}
	return len(threads) > 0
}

// alive reports whether a process runs. A zombie does not: whoever inherits it
// may take its time.
func alive(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(b), ") ")
	return err == nil && !strings.HasPrefix(after, "Z")
}

// children are the processes that parent has started.
func children(parent int) (all []int) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		stat, err := os.ReadFile(dir + "/stat")
		_, after, _ := strings.Cut(string(stat), ") ")
		f := strings.Fields(after)
		if err == nil && len(f) > 1 && f[0] != "Z" && f[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(dir))
			all = append(all, pid)
		}
	}
	return all
}

// named finds the process that parent has started with an argument; 0: none.
func named(parent int, argument string) int {
	for _, pid := range children(parent) {
		line, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if strings.Contains("\x00"+string(line), "\x00"+argument+"\x00") {
			return pid
		}
	}
	return 0
}

// torOf finds the Tor whose folder is in dir.
func torOf(t *testing.T, dir string, keeper int) int {
	t.Helper()
	pid := named(keeper, filepath.Join(dir, "tor"))
	if pid == 0 {
		t.Fatal("there is no Tor")
	}
	return pid
}
