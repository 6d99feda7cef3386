//go:build linux

package tor_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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
	"hushwing/tor/tortest"
)

// TestRealTor runs everything with real Tor, in a private network.
func TestRealTor(t *testing.T) {
	keys, err := lab.KeptNetworks()
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Start(t.Context(), lab.Options{Keys: keys, Progress: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	onion, err := l.Publish(t.Context(), map[uint16]string{5222: tortest.Far(t)})
	if err != nil {
		t.Fatal(err)
	}
	r := real{l, onion}
	t.Run("whoever opens", func(t *testing.T) { tortest.SuiteReal(t, l, onion, within) })
	t.Run("by the environment", r.environment)
	t.Run("on a socket", r.socket)
	t.Run("control port", r.control)
	t.Run("control port behind a filter", r.filter)
	t.Run("hangs, goes, is replaced", r.replaced)
	t.Run("troubles", r.troubles)
	t.Run("isolation", r.isolation)
	t.Run("bridge", r.bridge)
	t.Run("own child hangs", r.hangs)
	t.Run("own child", r.own)
	t.Run("own child by PATH", r.path)
	t.Run("end with us", r.orphan)
}

type real struct {
	lab   *lab.Lab
	onion string
}

// talk dials host and greets it.
func talk(t *testing.T, n *tor.Network, host string, port uint16) {
	t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	if err := tortest.Talk(ctx, n.Dialer(isolation("ana", 0)), host, port); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %v", host, time.Since(begun).Round(time.Millisecond))
}

func (r real) environment(t *testing.T) {
	begun := time.Now()
	n, err := tor.Open(t.Context(), tor.Options{Getenv: only(r.lab.Env()...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("found in %v", time.Since(begun).Round(time.Millisecond))
	if e := n.Endpoint(); e.From != tor.FromEnvironment || e.Address != r.lab.Socks() || n.Managed() {
		t.Errorf("%+v", e)
	}
	talk(t, n, r.onion, 5222)
	// The way to a name, which an exit resolves.
	addr := r.lab.Net() + ".9.9"
	if err := r.lab.SetHost("plain.test", addr); err != nil {
		t.Fatal(err)
	}
	tortest.FarAt(t, addr+":5222")
	talk(t, n, "plain.test", 5222)
	_, err = n.Dialer(isolation("ana", 0)).Dial(t.Context(), "plain.test", 5223)
	var reply *tor.ReplyError
	// Exits say "connection refused" or no more than that it failed.
	if !errors.As(err, &reply) || !reply.Refused() && reply.Code != 1 {
		t.Errorf("a port where nobody listens: %v", err)
	}
	_, err = n.Dialer(isolation("ana", 0)).Dial(t.Context(), "nobody.test", 5222)
	if !errors.As(err, &reply) || !reply.Unreachable() {
		t.Errorf("a name that does not exist: %v", err)
	}
}

func (r real) socket(t *testing.T) {
	path := tor.Endpoint{Network: "unix", Address: r.lab.SocksUnix(), From: tor.FromSocket}
	n, err := find(t, at(closedPort(t)), path)
	if err != nil || n.Endpoint() != path {
		t.Fatal(n, err)
	}
	talk(t, n, r.onion, 5222)
	begun := time.Now()
	_, err = n.Dialer(isolation("ana", 0)).Dial(t.Context(), tortest.OnionAddress("nobody"), 5222)
	var reply *tor.ReplyError
	if !errors.As(err, &reply) || !reply.OnionNotFound() {
		t.Errorf("an onion that does not exist: %v", err)
	}
	t.Logf("not found after %v", time.Since(begun).Round(time.Millisecond))
	_, err = n.Dialer(isolation("ana", 0)).Dial(t.Context(), r.onion, 5223)
	if !errors.As(err, &reply) {
		t.Errorf("a port that the onion does not have: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	begun = time.Now()
	_, err = n.Dialer(isolation("ana", 0)).Dial(ctx, tortest.OnionAddress("nobody either"), 5222)
	if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > 120*time.Millisecond {
		t.Errorf("canceled: %v after %v", err, took)
	}
}

func (r real) own(t *testing.T) {
	// A path that is too long for a socket, with what confuses a configuration.
	dir := filepath.Join(t.TempDir(), `a "b" \c #d `+strings.Repeat("long", 30), "tor")
	progress := make(chan tor.Progress, 100)
	o := tor.Options{
		Getenv: silent, Candidates: []tor.Endpoint{at(closedPort(t))},
		Program: r.lab.TorProgram(), DataDir: dir, Progress: progress,
	}
	begun := time.Now()
	n, err := tor.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	t.Logf("started in %v", time.Since(begun).Round(time.Millisecond))
	last, count := tor.Progress{Percent: -1}, 0
	for len(progress) > 0 {
		p := <-progress
		if p.Percent <= last.Percent || p.Tag == "" || p.Summary == "" {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
		count++
	}
	if last.Percent != 100 || last.Tag != "done" || count < 3 {
		t.Errorf("%d stages, the last %+v", count, last)
	}
	e := n.Endpoint()
	if !n.Managed() || e.From != tor.FromOwn || e.Network != "unix" || len(e.Address) > 103 {
		t.Errorf("%+v", e)
	}
	for _, private := range []string{dir, filepath.Dir(e.Address)} {
		if i, err := os.Stat(private); err != nil || i.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", private, i.Mode(), err)
		}
	}
	talk(t, n, r.onion, 5222)

	// The own Tor gives the extended errors.
	var reply *tor.ReplyError
	if _, err = n.Dialer(isolation("ana", 0)).Dial(t.Context(), tortest.OnionAddress("nobody"), 5222); !errors.As(err, &reply) || !reply.OnionNotFound() {
		t.Errorf("an onion that does not exist: %v", err)
	}

	// A second one in the same folder says why not.
	if _, err := tor.Start(t.Context(), o); reason(t, err) != tor.NotStarted || !strings.Contains(err.Error(), "another Tor") {
		t.Errorf("the second: %v", err)
	}

	// It is killed: every end of it is noticed.
	c, err := n.Dialer(isolation("ana", 0)).Dial(t.Context(), r.onion, 5222)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := syscall.Kill(n.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-n.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("its end is not noticed")
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection lives on")
	}
	if _, err := n.Dialer(isolation("ana", 0)).Dial(t.Context(), r.onion, 5222); reason(t, err) != tor.Gone {
		t.Errorf("dialling: %v", err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if exists(filepath.Dir(e.Address)) {
		t.Error("the socket's folder is left behind")
	}

	// It starts again, in the same folder, quicker.
	begun = time.Now()
	n, err = tor.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("started again in %v", time.Since(begun).Round(time.Millisecond))
	talk(t, n, r.onion, 5222)
	pid := n.Pid()
	begun = time.Now()
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("Close took %v", took)
	}
	if exists("/proc/" + strconv.Itoa(pid)) {
		t.Error("it goes on after Close")
	}
}

// path: with the folder of the program first in PATH, no name is needed. The
// socket is in Tor's folder when its path is short.
func (r real) path(t *testing.T) {
	t.Setenv("PATH", filepath.Dir(r.lab.TorProgram())+":"+os.Getenv("PATH"))
	dir, err := os.MkdirTemp("", "t")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	n, err := tor.Start(t.Context(), tor.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if e := n.Endpoint(); e.Address != filepath.Join(dir, "socks") {
		t.Errorf("%+v", e)
	}
	// What the child was told and kept: nothing of a destination.
	talk(t, n, r.onion, 5222)
	args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", n.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	needle := strings.TrimSuffix(r.onion, ".onion")
	err = filepath.Walk(dir, func(path string, i os.FileInfo, err error) error {
		if err != nil || !i.Mode().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), needle) {
			t.Errorf("%s holds the address that was dialled", path)
		}
		return err
	})
	if err != nil || strings.Contains(string(args), needle) {
		t.Error(err)
	}
}

// orphan: when we are killed the child ends, at once.
func (r real) orphan(t *testing.T) {
	us := exec.Command(os.Args[0])
	us.Env = append(os.Environ(), asProgram+"="+r.lab.TorProgram(), asDataDir+"="+filepath.Join(t.TempDir(), "tor"))
	out, err := us.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := us.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_ = us.Process.Kill()
	_ = us.Wait()
	pid := strings.TrimSpace(line)
	if _, bad := strconv.Atoi(pid); err != nil || bad != nil {
		t.Fatalf("%q %v", line, err)
	}
	begun := time.Now()
	for exists("/proc/"+pid) && !zombie(pid) {
		if time.Since(begun) > 5*time.Second {
			t.Fatal("tor goes on without us")
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("gone after %v", time.Since(begun).Round(time.Millisecond))
}

// zombie reports whether a process has ended and nobody has asked after it:
// whoever inherits it may take its time.
func zombie(pid string) bool {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	_, after, _ := strings.Cut(string(b), ") ")
	return err != nil || strings.HasPrefix(after, "Z")
}
