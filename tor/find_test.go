package tor_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// closedPort is a loopback address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func at(address string) tor.Endpoint {
	return tor.Endpoint{Network: "tcp", Address: address, From: tor.FromSystem}
}

func find(t *testing.T, list ...tor.Endpoint) (*tor.Network, error) {
	t.Helper()
	return tor.Find(t.Context(), tor.Options{Getenv: silent, Candidates: list})
}

// mute listens, and never says a word.
func mute(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// web is what else may be on port 9050.
func web(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 100))
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

func TestFindNothing(t *testing.T) {
	_, err := find(t, at(closedPort(t)), tor.Endpoint{Network: "unix", Address: filepath.Join(t.TempDir(), "none"), From: tor.FromSocket})
	if reason(t, err) != tor.NoTor {
		t.Error(err)
	}
	_, err = tor.Open(t.Context(), tor.Options{Getenv: silent, Candidates: []tor.Endpoint{}, Program: "-"})
	if reason(t, err) != tor.NoTor {
		t.Error(err)
	}
}

// TestFindWhatIsNoTor: each of these listens where Tor should, and each must
// prove itself before it is used.
// TestRunningOnly: with Running none is started, though there is a program.
func TestRunningOnly(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "started")
	o := tor.Options{Getenv: silent, Candidates: []tor.Endpoint{}, DataDir: t.TempDir(), Program: script(t, "touch "+mark, "exit 1")}
	o.Running = true
	if _, err := tor.Open(t.Context(), o); reason(t, err) != tor.NoTor || exists(mark) {
		t.Errorf("%v; started: %v", err, exists(mark))
	}
	o.Running = false
	if _, err := tor.Open(t.Context(), o); err == nil || !exists(mark) { // the control
		t.Errorf("%v; started: %v", err, exists(mark))
	}
}

func TestFindWhatIsNoTor(t *testing.T) {
	t.Cleanup(tor.SetProbeTime(500 * time.Millisecond))
	real := tortest.New(t)
	for name, make := range map[string]func(t *testing.T) tor.Endpoint{
		"hangs": func(t *testing.T) tor.Endpoint { return at(mute(t)) },
		"web":   func(t *testing.T) tor.Endpoint { return at(web(t)) },
		"common SOCKS proxy": func(t *testing.T) tor.Endpoint {
			s := tortest.New(t)
			s.Resolve(7)
			return s.Endpoint()
		},
		"fixed answer": func(t *testing.T) tor.Endpoint {
			s := tortest.New(t)
			s.ResolveAs(net.IPv4(198, 18, 0, 1))
			return s.Endpoint()
		},
		"hangs at the method": func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Greeting, tortest.Hang) },
		"half a method":       func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Greeting, tortest.Half) },
		"closes":              func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Greeting, tortest.Close) },
		"hangs at the status": func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Auth, tortest.Hang) },
		"garbage for status":  func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Auth, tortest.Garbage) },
		"hangs at the reply":  func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Reply, tortest.Hang) },
		"garbage for reply":   func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Reply, tortest.Garbage) },
		"closes at the reply": func(t *testing.T) tor.Endpoint { return troubled(t, tortest.Reply, tortest.Close) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := make(t)
			begun := time.Now()
			_, err := find(t, e, at(closedPort(t)))
			if reason(t, err) != tor.NotTor {
				t.Errorf("alone: %v", err)
			}
			var te *tor.Error
			if errors.As(err, &te) && te.Endpoint != e {
				t.Errorf("names %v instead of %v", te.Endpoint, e)
			}
			if took := time.Since(begun); took > 1500*time.Millisecond {
				t.Errorf("took %v", took)
			}
			// The search goes on to the next, and then to the own child: here
			// there is none, so what was found remains the reason.
			n, err := find(t, e, real.Endpoint())
			if err != nil || n.Endpoint() != real.Endpoint() {
				t.Errorf("with a real one behind it: %v %v", n, err)
			}
			_, err = tor.Open(t.Context(), tor.Options{Getenv: silent, Candidates: []tor.Endpoint{e}, Program: "-"})
			if reason(t, err) != tor.NotTor {
				t.Errorf("Open: %v", err)
			}
		})
	}
}

func troubled(t *testing.T, step tortest.Step, trouble tortest.Trouble) tor.Endpoint {
	s := tortest.New(t)
	s.At(step, trouble)
	return s.Endpoint()
}

// TestFindHungInTime: with the bound that people get.
func TestFindHungInTime(t *testing.T) {
	s := tortest.New(t)
	begun := time.Now()
	n, err := find(t, at(mute(t)), s.Endpoint())
	if took := time.Since(begun); err != nil || took > 4*time.Second {
		t.Error(n, err, took)
	}
}

func TestFindPrefersOrder(t *testing.T) {
	first, second := tortest.New(t), tortest.NewUnix(t, filepath.Join(t.TempDir(), "s"))
	for range 5 {
		n, err := find(t, at(closedPort(t)), first.Endpoint(), second.Endpoint())
		if err != nil || n.Endpoint() != first.Endpoint() || n.Managed() {
			t.Fatal(n, err)
		}
		n, err = find(t, second.Endpoint(), first.Endpoint())
		if err != nil || n.Endpoint() != second.Endpoint() {
			t.Fatal(n, err)
		}
	}
}

func TestFindCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var canceled time.Time
	time.AfterFunc(50*time.Millisecond, func() { canceled = time.Now(); cancel() })
	_, err := tor.Find(ctx, tor.Options{Getenv: silent, Candidates: []tor.Endpoint{at(mute(t))}})
	if !errors.Is(err, context.Canceled) || time.Since(canceled) > 100*time.Millisecond {
		t.Error(err, time.Since(canceled))
	}
}

// only is an environment with these variables.
func only(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if v, ok := strings.CutPrefix(p, name+"="); ok {
				return v
			}
		}
		return ""
	}
}

func TestEnvironment(t *testing.T) {
	tcp, unix := tortest.New(t), tortest.NewUnix(t, filepath.Join(t.TempDir(), "s"))
	host, port, _ := net.SplitHostPort(tcp.Endpoint().Address)
	for name, env := range map[string][]string{
		tcp.Endpoint().Address:  {"TOR_SOCKS_HOST=" + host, "TOR_SOCKS_PORT=" + port},
		unix.Endpoint().Address: {"TOR_SOCKS_HOST=" + host, "TOR_SOCKS_PORT=" + port, "TOR_SOCKS_IPC_PATH=" + unix.Endpoint().Address},
	} {
		n, err := tor.Open(t.Context(), tor.Options{Getenv: only(env...), Candidates: []tor.Endpoint{}, Program: "-"})
		if err != nil || n.Endpoint().Address != name || n.Endpoint().From != tor.FromEnvironment {
			t.Errorf("%v: %v %v", env, n, err)
		}
	}
	for _, env := range [][]string{{"TOR_SOCKS_PORT=" + port}, {"TOR_SOCKS_HOST=localhost", "TOR_SOCKS_PORT=" + port}, {"TOR_SOCKS_IPC_PATH=unix:" + unix.Endpoint().Address}} {
		if _, err := tor.Find(t.Context(), tor.Options{Getenv: only(env...)}); err != nil {
			t.Errorf("%v: %v", env, err)
		}
	}
}

// TestEnvironmentFailsClosed: if the environment names a Tor that is not one,
// no other is tried, found or started.
func TestEnvironmentFailsClosed(t *testing.T) {
	defer tor.SetProbeTime(500 * time.Millisecond)()
	healthy := tortest.New(t)
	host, closed, _ := net.SplitHostPort(closedPort(t))
	_, hung, _ := net.SplitHostPort(mute(t))
	downgrade := tortest.New(t)
	downgrade.Method(0)
	_, down, _ := net.SplitHostPort(downgrade.Endpoint().Address)
	marker := filepath.Join(t.TempDir(), "started")
	program := script(t, "touch "+marker)
	for _, c := range []struct {
		want tor.Reason
		env  []string
	}{
		{tor.Gone, []string{"TOR_SOCKS_HOST=" + host, "TOR_SOCKS_PORT=" + closed}},
		{tor.Gone, []string{"TOR_SOCKS_IPC_PATH=/nonexistent/socks"}},
		{tor.NotTor, []string{"TOR_SOCKS_PORT=" + hung}},
		{tor.NoIsolation, []string{"TOR_SOCKS_PORT=" + down}},
		{tor.BadSetting, []string{"TOR_SOCKS_PORT=none"}},
		{tor.BadSetting, []string{"TOR_SOCKS_PORT=0"}},
		{tor.BadSetting, []string{"TOR_SOCKS_PORT=65536"}},
		{tor.BadSetting, []string{"TOR_SOCKS_PORT=-1"}},
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=tor.example.test"}}, // never looked up
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=192.0.2.1"}},        // not ours, not private
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=8.8.8.8"}},
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=::ffff:8.8.8.8"}},
		{tor.BadSetting, []string{"TOR_SOCKS_HOST=0.0.0.0"}},
		{tor.BadSetting, []string{"TOR_SOCKS_IPC_PATH=socks"}},
	} {
		before := len(healthy.Requests())
		o := tor.Options{
			Getenv: only(c.env...), Candidates: []tor.Endpoint{healthy.Endpoint()},
			Program: program, DataDir: t.TempDir(),
		}
		never := &counting{}
		if c.want == tor.BadSetting {
			o.Opener = never // if this fails it must not reach out
		}
		_, err := tor.Open(t.Context(), o)
		if never.n != 0 {
			t.Errorf("%v: %v was to be opened", c.env, never.last)
		}
		if reason(t, err) != c.want {
			t.Errorf("%v: %v", c.env, err)
		}
		if len(healthy.Requests()) != before {
			t.Errorf("%v: another was tried", c.env)
		}
	}
	if exists(marker) {
		t.Error("a program was started")
	}
}

// TestOnlyThisComputer: nothing but the environment may name another computer,
// and that a private address alone.
func TestOnlyThisComputer(t *testing.T) {
	o := &counting{}
	for _, e := range []tor.Endpoint{
		at("10.0.0.1:9050"), at("192.0.2.1:9050"), at("example.test:9050"), at("127.0.0.1"), at("127.0.0.1:0"),
		{Network: "udp", Address: "127.0.0.1:9050", From: tor.FromSystem},
		{Network: "unix", Address: "relative", From: tor.FromSocket},
	} {
		_, err := tor.Find(t.Context(), tor.Options{Getenv: silent, Candidates: []tor.Endpoint{e}, Opener: o})
		if reason(t, err) != tor.BadSetting {
			t.Errorf("%v: %v", e, err)
		}
		// Ended from the start, so that it cannot reach out if this fails.
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := tor.Direct.Open(ctx, e); errors.Is(err, context.Canceled) || reason(t, err) != tor.BadSetting {
			t.Errorf("Direct opened %v: %v", e, err)
		}
	}
	if o.n != 0 {
		t.Error("something was opened")
	}
	_, err := tor.Find(t.Context(), tor.Options{Getenv: only("TOR_SOCKS_HOST=10.152.152.10"), Opener: o})
	if o.n != 1 || o.last.Address != "10.152.152.10:9050" {
		t.Errorf("a gateway named by the environment: %v %+v", err, o)
	}
}

// counting is an opener that opens nothing.
type counting struct {
	n    int
	last tor.Endpoint
}

func (c *counting) Open(_ context.Context, e tor.Endpoint) (net.Conn, error) {
	c.n++
	c.last = e
	return nil, errors.New("closed")
}
