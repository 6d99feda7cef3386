package tor_test

import (
	"bytes"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// fake is a common SOCKS proxy in the place of Tor: it takes every name and
// password, connects to everything, and remembers what it is told.
type fake struct {
	l    net.Listener
	wait sync.WaitGroup

	mu    sync.Mutex
	heard bytes.Buffer
	conns []net.Conn
}

func impostor(t *testing.T, address string) *fake {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{l: l}
	f.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			f.conns = append(f.conns, c)
			f.mu.Unlock()
			f.wait.Go(func() { f.serve(c) })
		}
	})
	t.Cleanup(f.end)
	return f
}

func (f *fake) serve(c net.Conn) {
	defer c.Close()
	b := make([]byte, 600)
	for _, answer := range [][]byte{{5, 2}, {1, 0}, {5, 0, 0, 1, 127, 0, 0, 1, 0, 0}, nil} {
		n, err := c.Read(b)
		if err != nil {
			return
		}
		f.mu.Lock()
		f.heard.Write(b[:n])
		f.mu.Unlock()
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

func (f *fake) end() {
	_ = f.l.Close()
	f.mu.Lock()
	for _, c := range f.conns {
		_ = c.Close()
	}
	f.mu.Unlock()
	f.wait.Wait()
}

func (f *fake) words() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.heard.String()
}

// TestImpostorHearsNothing: a program takes over Tor's port between two dials.
// It learns neither the isolation's name, nor its password, nor the host.
func TestImpostorHearsNothing(t *testing.T) {
	for name, network := range map[string]func(*testing.T, *tor.Network) *tor.Network{
		"found": func(_ *testing.T, n *tor.Network) *tor.Network { return n },
		"held by another process": func(t *testing.T, n *tor.Network) *tor.Network {
			n, err := tor.Attach(t.Context(), &held{Opener: tor.Direct, at: n.Endpoint(), done: make(chan struct{})})
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
	} {
		s := tortest.New(t)
		s.Serve("example.test", tortest.Far(t))
		n := network(t, s.Network(t))
		d := n.Dialer(isolation("ana", 0))
		c, err := d.Dial(t.Context(), "example.test", 5222)
		if err != nil {
			t.Fatal(name, err)
		}
		_ = c.Close()
		requests := s.Requests()
		genuine := requests[len(requests)-1]
		if genuine.Host != "example.test" || len(genuine.User) != 64 {
			t.Fatalf("%s: %+v", name, genuine)
		}
		s.Stop()
		f := impostor(t, s.Endpoint().Address)
		if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.NotTor {
			t.Errorf("%s: %v", name, err)
		}
		f.end()
		heard := f.words()
		if heard == "" || slices.ContainsFunc([]string{genuine.User, "example", "\x01" + genuine.Password + "\x05"}, func(s string) bool { return strings.Contains(heard, s) }) {
			t.Errorf("%s: the impostor heard %q", name, heard)
		}
	}
}
