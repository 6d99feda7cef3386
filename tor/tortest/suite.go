package tortest

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/tor"
)

// World is what surrounds a program that opens Tor.
type World struct {
	Env      []string // its environment
	DataDir  string
	Only     *tor.Endpoint
	Progress chan<- tor.Progress
}

// Open opens Tor, in this process or through another one.
type Open func(ctx context.Context, t *testing.T, w World) (*tor.Network, error)

// Lab is what the suite needs of a private network.
type Lab interface {
	Env() []string
	Socks() string
	SocksUnix() string
	TorProgram() string
}

// Suite is what has to hold whoever opens the connections: with fakes, because
// they can be made to misbehave.
func Suite(t *testing.T, open Open) {
	t.Run("environment", func(t *testing.T) { environment(t, open) })
	t.Run("environment fails closed", func(t *testing.T) { failsClosed(t, open) })
	t.Run("by hand", func(t *testing.T) { byHand(t, open) })
	t.Run("trouble", func(t *testing.T) { trouble(t, open) })
	t.Run("gone", func(t *testing.T) { gone(t, open) })
}

// SuiteReal is the same with real Tor: name is an onion service of the lab that
// greets who connects to port 5222.
func SuiteReal(t *testing.T, l Lab, name string, open Open) {
	t.Run("found by the environment", func(t *testing.T) {
		n := opened(t, open, World{Env: l.Env()})
		if e := n.Endpoint(); e.From != tor.FromEnvironment || e.Address != l.Socks() || n.Managed() {
			t.Errorf("%+v", e)
		}
		dialled(t, n, name)
	})
	t.Run("found on a socket", func(t *testing.T) {
		n := opened(t, open, World{Env: []string{"TOR_SOCKS_IPC_PATH=" + l.SocksUnix()}})
		dialled(t, n, name)
		var reply *tor.ReplyError
		if _, err := dial(t.Context(), n, OnionAddress("nobody")); !errors.As(err, &reply) || !reply.OnionNotFound() {
			t.Errorf("an onion that does not exist: %v", err)
		}
	})
	t.Run("our own", func(t *testing.T) { ours(t, l, name, open) })
}

func opened(t *testing.T, open Open, w World) *tor.Network {
	t.Helper()
	n, err := open(t.Context(), t, w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

func dialer(n *tor.Network) *tor.Dialer {
	return n.Dialer(tor.NewIsolation([]byte("a secret made up for a test"), "suite", 0))
}

func dial(ctx context.Context, n *tor.Network, host string) (*tor.Conn, error) {
	return dialer(n).Dial(ctx, host, 5222)
}

// dialled dials host, and says and hears a word.
func dialled(t *testing.T, n *tor.Network, host string) {
	t.Helper()
	if err := Talk(t.Context(), dialer(n), host, 5222); err != nil {
		t.Fatal(err)
	}
}

func because(t *testing.T, what string, err error, want tor.Reason) {
	t.Helper()
	var e *tor.Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Errorf("%s: %v instead of %v", what, err, want)
	}
}

// Environ names the server as the environment of Tails does.
func (s *Server) Environ() (env []string) {
	for _, name := range []string{"TOR_SOCKS_HOST", "TOR_SOCKS_PORT", "TOR_SOCKS_IPC_PATH"} {
		if v := s.Env(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func environment(t *testing.T, open Open) {
	tcp, unix := New(t), NewUnix(t, filepath.Join(t.TempDir(), "s"))
	for _, s := range []*Server{tcp, unix} {
		s.Serve("example.test", Far(t))
	}
	for want, env := range map[*Server][]string{tcp: tcp.Environ(), unix: append(tcp.Environ(), unix.Environ()...)} {
		n := opened(t, open, World{Env: env})
		if e := n.Endpoint(); e.Address != want.Endpoint().Address || e.From != tor.FromEnvironment || n.Managed() {
			t.Errorf("%v: %+v", env, e)
		}
		dialled(t, n, "example.test")
	}
}

func failsClosed(t *testing.T, open Open) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, nobody, _ := net.SplitHostPort(closed.Addr().String())
	_ = closed.Close()
	downgrade, garbage := New(t), New(t)
	downgrade.Method(0)
	garbage.At(Greeting, Garbage)
	marker := filepath.Join(t.TempDir(), "started")
	program := filepath.Join(t.TempDir(), "tor")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n: >'"+marker+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want tor.Reason
		env  []string
	}{
		{tor.Gone, []string{"TOR_SOCKS_PORT=" + nobody}},
		{tor.Gone, []string{"TOR_SOCKS_IPC_PATH=/nonexistent/socks"}},
		{tor.NotTor, garbage.Environ()},
		{tor.NoIsolation, downgrade.Environ()},
		{tor.BadSetting, []string{"TOR_SOCKS_PORT=none"}},
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=tor.example.test"}},
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=192.0.2.1"}},
		{tor.BadSetting, []string{"TOR_SOCKS_IPC_PATH=socks"}},
	} {
		env := append([]string{"PATH=" + filepath.Dir(program)}, c.env...)
		_, err := open(t.Context(), t, World{Env: env, DataDir: filepath.Join(t.TempDir(), "tor")})
		because(t, strings.Join(c.env, " "), err, c.want)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a program was started")
	}
}

func byHand(t *testing.T, open Open) {
	named, hand := New(t), New(t)
	hand.Serve("example.test", Far(t))
	e := hand.Endpoint()
	n := opened(t, open, World{Env: named.Environ(), Only: &e})
	if got := n.Endpoint(); got.Address != e.Address || got.From != tor.FromHand {
		t.Errorf("%+v", got)
	}
	dialled(t, n, "example.test")
	e.Address = "192.0.2.1:9050"
	_, err := open(t.Context(), t, World{Env: named.Environ(), Only: &e})
	because(t, e.Address, err, tor.BadSetting)
	if len(named.Requests()) > 0 {
		t.Error("the environment's was asked")
	}
}

func trouble(t *testing.T, open Open) {
	s := New(t)
	s.Serve("example.test", Far(t))
	n := opened(t, open, World{Env: s.Environ()})
	for _, step := range []Step{Greeting, Auth, Reply} {
		s.At(step, Close)
		_, err := dial(t.Context(), n, "example.test")
		because(t, "closes", err, tor.Gone)
		s.At(step, Garbage)
		_, err = dial(t.Context(), n, "example.test")
		because(t, "garbage", err, tor.NotTor)
		s.At(step, Hang)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		begun := time.Now()
		if _, err = dial(ctx, n, "example.test"); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > time.Second {
			t.Errorf("hangs: %v after %v", err, time.Since(begun))
		}
		cancel()
		s.At(step, 0)
	}
	s.Connect(0xF0)
	_, err := dial(t.Context(), n, "example.test")
	var reply *tor.ReplyError
	if because(t, "a reply", err, tor.Refused); !errors.As(err, &reply) || !reply.OnionNotFound() {
		t.Errorf("a reply: %v", err)
	}
	s.Connect(0)
	dialled(t, n, "example.test")
}

func gone(t *testing.T, open Open) {
	s := New(t)
	s.Serve("example.test", Far(t))
	n := opened(t, open, World{Env: s.Environ()})
	c, err := dial(t.Context(), n, "example.test")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s.Stop()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection lives on")
	}
	_, err = dial(t.Context(), n, "example.test")
	because(t, "it has gone", err, tor.Gone)
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	<-n.Done()
	_, err = dial(t.Context(), n, "example.test")
	because(t, "closed", err, tor.Gone)
}

func ours(t *testing.T, l Lab, name string, open Open) {
	dir, err := os.MkdirTemp("", "s") // a short path, for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	progress := make(chan tor.Progress, 100)
	w := World{
		Env:     []string{"PATH=" + filepath.Dir(l.TorProgram()) + ":" + os.Getenv("PATH")},
		DataDir: filepath.Join(dir, "tor"), Progress: progress,
	}
	n := opened(t, open, w)
	e := n.Endpoint()
	if !n.Managed() || e.From != tor.FromOwn || e.Address != filepath.Join(w.DataDir, "socks") {
		t.Fatalf("%+v: does a Tor run on this computer? It has to be stopped for this test", e)
	}
	last := tor.Progress{Percent: -1}
	for len(progress) > 0 {
		p := <-progress
		if p.Percent < last.Percent {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}
	if last.Percent != 100 || last.Tag != "done" {
		t.Errorf("the last progress is %+v", last)
	}
	if i, err := os.Stat(w.DataDir); err != nil || i.Mode().Perm() != 0o700 {
		t.Errorf("its folder: %v %v", i, err)
	}
	dialled(t, n, name)
	if s, _ := n.Status(); !s.Controlled || s.Version == "" {
		t.Errorf("%+v", s)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	<-n.Done()
	if _, err := net.Dial("unix", e.Address); err == nil {
		t.Error("it goes on after Close")
	}
}
