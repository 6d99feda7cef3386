package lab_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
)

// A network that is started for the first time, and twice again with its keys:
// only then do relays say for the first time what they have said before. The
// figures are for the log: a busy machine must not fail the test.
func TestColdAndWarmStart(t *testing.T) {
	keys := t.TempDir()
	for _, how := range []string{"cold", "warm", "warm again"} {
		began := time.Now()
		l, err := lab.Start(t.Context(), lab.Options{Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s start: %.1f s", how, time.Since(began).Seconds())
		stable(t, keys)
		greet(t, l)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if c, err := net.Dial("tcp", l.Socks()); err == nil {
			c.Close()
			t.Errorf("%s: the SOCKS port is still open", how)
		}
		fresh(t, keys, began)
	}
}

// stable: all three authorities are guards that clients take. With fewer, now and
// then no way led to an onion service, for minutes.
func stable(t *testing.T, keys string) {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(keys, "127.*", "client", "cached-microdesc-consensus"))
	if len(found) != 1 {
		t.Fatalf("consensuses: %q", found)
	}
	consensus, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(consensus)) {
		if strings.HasPrefix(line, "s Authority ") && strings.Contains(line, " Guard ") && strings.Contains(line, " Stable ") {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d authorities are guards that clients take", n)
	}
}

// fresh: the authorities know each relay by what it said since began, not by what
// is left of a start before.
func fresh(t *testing.T, keys string, began time.Time) {
	t.Helper()
	for _, authority := range []string{"auth1", "auth2", "auth3"} {
		latest := map[string]string{}
		for _, name := range []string{"cached-descriptors", "cached-descriptors.new"} {
			found, _ := filepath.Glob(filepath.Join(keys, "127.*", authority, name))
			for _, path := range found {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				router := ""
				for line := range strings.Lines(string(text)) {
					switch f := strings.Fields(line); {
					case strings.HasPrefix(line, "router "):
						router = f[1]
					case strings.HasPrefix(line, "published "):
						latest[router] = max(latest[router], f[1]+" "+f[2])
					}
				}
			}
		}
		for _, relay := range []string{"relay1", "relay2", "relay3"} {
			if latest[relay] < began.UTC().Format(time.DateTime) {
				t.Errorf("%s knows %s as of %q, and it was started at %v", authority, relay, latest[relay], began.UTC())
			}
		}
	}
}

// greet opens a connection through an exit by address and by name, and to an
// onion service, over the TCP port and over the socket.
func greet(t *testing.T, l *lab.Lab) {
	t.Helper()
	addr := l.Net() + ".9.9"
	server, err := net.Listen("tcp", addr+":8099")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, "hoot")
			c.Close()
		}
	}()
	if err := l.SetHost("owl.test", addr); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	onion, err := l.Publish(ctx, map[uint16]string{8099: addr + ":8099"})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{addr, "owl.test", onion} {
		for _, proxy := range [][2]string{{"tcp", l.Socks()}, {"unix", l.SocksUnix()}} {
			began := time.Now()
			c, err := dialThrough(proxy[0], proxy[1], host, 8099)
			if err != nil {
				t.Fatalf("%s over %s: %v", host, proxy[0], err)
			}
			got, err := io.ReadAll(c)
			c.Close()
			if err != nil || string(got) != "hoot" {
				t.Fatalf("%s over %s: %q, %v", host, proxy[0], got, err)
			}
			t.Logf("%s over %s: %.2f s", host, proxy[0], time.Since(began).Seconds())
		}
	}
	if _, err := dialThrough("tcp", l.Socks(), "nobody.test", 8099); err == nil {
		t.Error("a name that does not exist resolves")
	}
}

// What a program's own Tor does with the script: it bootstraps in the lab's
// network, whatever torrc it was given, and asks for defaults of its own in
// vain.
func TestTorProgramJoinsTheNetwork(t *testing.T) {
	l := lab.Shared(t)
	dir := t.TempDir()
	torrc := filepath.Join(dir, "torrc")
	if err := os.WriteFile(torrc, []byte("SocksPort 0\nDataDirectory "+filepath.Join(dir, "data")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("tor", "-f", torrc, "--defaults-torrc", "/nonexistent", "--Log", "notice stdout")
	cmd.Path = l.TorProgram()
	r, w := io.Pipe()
	cmd.Stdout = w
	cmd.Stderr = w
	began := time.Now()
	p, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Minute, func() { w.CloseWithError(errors.New("not in a minute")) })
	defer timer.Stop()
	var log strings.Builder
	buf := make([]byte, 4096)
	for !strings.Contains(log.String(), "Bootstrapped 100%") {
		n, err := r.Read(buf)
		log.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v\n%s", err, log.String())
		}
	}
	t.Logf("a new client's own bootstrap: %.1f s", time.Since(began).Seconds())
	r.Close()
	p.Stop(3 * time.Second)
}

func TestEnvNamesTheSocksPort(t *testing.T) {
	l := lab.Shared(t)
	host, port, err := net.SplitHostPort(l.Socks())
	if err != nil || host != "127.0.0.1" {
		t.Fatalf("SOCKS at %q, %v", l.Socks(), err)
	}
	want := "TOR_SOCKS_HOST=" + host + " TOR_SOCKS_PORT=" + port
	if got := strings.Join(l.Env(), " "); got != want {
		t.Errorf("the environment says %q, want %q", got, want)
	}
}

// Two labs with the same folder of kept keys do not get in each other's way.
func TestLabsSideBySide(t *testing.T) {
	a := lab.Shared(t)
	keys, err := lab.KeptNetworks()
	if err != nil {
		t.Fatal(err)
	}
	b, err := lab.Start(t.Context(), lab.Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if a.Net() == b.Net() || a.Socks() == b.Socks() {
		t.Errorf("both labs are on %s and %s", a.Net(), a.Socks())
	}
}

func TestMissingProgramIsNamed(t *testing.T) {
	err := error(&lab.MissingError{Program: "tor", Package: "tor"})
	if !strings.Contains(err.Error(), "install tor") {
		t.Errorf("%v", err)
	}
}
