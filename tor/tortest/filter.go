package tortest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"hushwing/tor"
)

// Filter stands between a program and a control port, as on Tails and Whonix
// (onion-grater): it signs in by itself, and lets only some commands through.
type Filter struct {
	l    net.Listener
	wait sync.WaitGroup

	mu       sync.Mutex
	commands []string
	conns    map[net.Conn]bool
	ended    bool
}

// NewFilter starts a filter on a loopback port; it ends with the test. dial
// gives a connection that has signed in to a real control port. Commands that
// do not begin with one of allowed are refused in the filter's own words.
func NewFilter(t testing.TB, dial func() (net.Conn, error), allowed ...string) *Filter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &Filter{l: l, conns: map[net.Conn]bool{}}
	f.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.wait.Go(func() { f.serve(c, dial, allowed) })
		}
	})
	t.Cleanup(f.Stop)
	return f
}

// Stop ends the filter and its connections, and waits.
func (f *Filter) Stop() {
	f.mu.Lock()
	f.ended = true
	for c := range f.conns {
		_ = c.Close()
	}
	f.mu.Unlock()
	_ = f.l.Close()
	f.wait.Wait()
}

// Env names the filter and s as the environment of Tails does; it is made for
// tor.Options.Getenv.
func (f *Filter) Env(socks tor.Endpoint) func(string) string {
	host, port, _ := net.SplitHostPort(f.l.Addr().String())
	sockshost, socksport, _ := net.SplitHostPort(socks.Address)
	names := map[string]string{
		"TOR_CONTROL_HOST": host, "TOR_CONTROL_PORT": port,
		"TOR_SOCKS_HOST": sockshost, "TOR_SOCKS_PORT": socksport,
	}
	return func(name string) string { return names[name] }
}

// Commands are what was asked for so far.
func (f *Filter) Commands() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.commands...)
}

func (f *Filter) track(c net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns[c] = true
	if f.ended {
		_ = c.Close()
	}
}

func (f *Filter) serve(c net.Conn, dial func() (net.Conn, error), allowed []string) {
	f.track(c)
	defer c.Close()
	far, err := dial()
	if err != nil {
		return
	}
	f.track(far)
	f.wait.Go(func() {
		_, _ = io.Copy(c, far)
		_ = c.Close()
	})
	defer far.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		f.mu.Lock()
		f.commands = append(f.commands, line)
		f.mu.Unlock()
		switch {
		case strings.HasPrefix(line, "PROTOCOLINFO"):
			_, _ = io.WriteString(c, "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.0.0.0\"\r\n250 OK\r\n")
		case strings.HasPrefix(line, "AUTHENTICATE"):
			_, _ = io.WriteString(c, "250 OK\r\n")
		case permitted(line, allowed):
			_, _ = fmt.Fprintf(far, "%s\r\n", line)
		default:
			_, _ = io.WriteString(c, "510 Command filtered\r\n")
		}
	}
}

func permitted(line string, allowed []string) bool {
	for _, a := range allowed {
		if strings.HasPrefix(line, a) {
			return true
		}
	}
	return false
}
