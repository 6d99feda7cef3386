//go:build linux

package tor_test

import (
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/tor"
	"hushwing/tor/tortest"
)

const (
	stop = syscall.SIGSTOP
	goOn = syscall.SIGCONT
)

// until waits for a status that is as wanted.
func until(t *testing.T, n *tor.Network, bound time.Duration, what string, wanted func(tor.Status) bool) tor.Status {
	t.Helper()
	end := time.After(bound)
	for {
		s, changed := n.Status()
		if wanted(s) {
			return s
		}
		select {
		case <-changed:
		case <-end:
			t.Fatalf("%s: %+v", what, s)
		}
	}
}

func controlled(s tor.Status) bool {
	return s.Controlled && strings.HasPrefix(s.Version, "0.") && s.Progress.Percent == 100 && s.Progress.Tag == "done" && s.Trouble == tor.NoTrouble
}

// merged is an environment with the variables of both lists.
func (r real) env(more ...string) func(string) string {
	return only(append(more, r.lab.Env()...)...)
}

// control: every way to sign in to a control port that belongs to a Tor that
// was found, with the Tor of the lab.
func (r real) control(t *testing.T) {
	host, port, _ := net.SplitHostPort(r.lab.Control())
	at := []string{"TOR_CONTROL_HOST=" + host, "TOR_CONTROL_PORT=" + port}
	wrong := filepath.Join(t.TempDir(), "cookie")
	if err := os.WriteFile(wrong, make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	socket := "TOR_CONTROL_IPC_PATH=" + r.lab.ControlSocket()
	for name, env := range map[string][]string{
		"port, cookie":                append(at, "TOR_CONTROL_COOKIE_AUTH_FILE="+r.lab.Cookie()),
		"port, the cookie Tor names":  at,
		"socket, cookie":              {socket, "TOR_CONTROL_COOKIE_AUTH_FILE=" + r.lab.Cookie()},
		"port, password":              append(at, "TOR_CONTROL_COOKIE_AUTH_FILE=/nonexistent", "TOR_CONTROL_PASSWD="+lab.ControlPassword),
		"wrong cookie, then password": append(at, "TOR_CONTROL_COOKIE_AUTH_FILE="+wrong, "TOR_CONTROL_PASSWD="+lab.ControlPassword),
	} {
		n, err := tor.Find(t.Context(), tor.Options{Getenv: r.env(env...)})
		if err != nil {
			t.Fatal(err)
		}
		if name == "wrong cookie, then password" {
			// The port cannot show that it knows the file: nothing more is
			// said to it.
			time.Sleep(300 * time.Millisecond)
			if s, _ := n.Status(); s.Controlled {
				t.Errorf("%s: %+v", name, s)
			}
		} else {
			until(t, n, 5*time.Second, name, controlled)
		}
		_ = n.Close()
	}
	// What cannot be opened is no failure of the Tor itself.
	n, err := tor.Find(t.Context(), tor.Options{Getenv: r.env(append(at, "TOR_CONTROL_COOKIE_AUTH_FILE=/nonexistent")...)})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	_, changed := n.Status()
	select {
	case <-changed:
		s, _ := n.Status()
		t.Errorf("no way in: %+v", s)
	case <-time.After(300 * time.Millisecond):
	}
	talk(t, n, r.onion, 5222)
}

// filter: what a filter refuses is no failure; the rest is used.
func (r real) filter(t *testing.T) {
	defer tor.SetWatchTimes(10*time.Second, 200*time.Millisecond, time.Second, time.Second)()
	cookie, err := os.ReadFile(r.lab.Cookie())
	if err != nil {
		t.Fatal(err)
	}
	dial := func() (net.Conn, error) {
		c, err := net.Dial("unix", r.lab.ControlSocket())
		if err != nil {
			return nil, err
		}
		if _, err := fmt.Fprintf(c, "AUTHENTICATE %s\r\n", hex.EncodeToString(cookie)); err != nil {
			return nil, err
		}
		ok := make([]byte, len("250 OK\r\n"))
		_, err = c.Read(ok)
		return c, err
	}
	socks := tor.Endpoint{Network: "tcp", Address: r.lab.Socks()}
	for name, c := range map[string]struct {
		allowed []string
		wanted  func(tor.Status) bool
	}{
		"everything":     {[]string{""}, controlled},
		"no events":      {[]string{"GETINFO"}, controlled},
		"one event":      {[]string{"GETINFO", "SETEVENTS STATUS_CLIENT"}, controlled},
		"bootstrap only": {[]string{"GETINFO status/bootstrap-phase"}, func(s tor.Status) bool { return s.Controlled && s.Progress.Percent == 100 && s.Version == "0.0.0.0" }},
		"nothing": {nil, func(s tor.Status) bool {
			return s.Controlled && s.Progress == tor.Progress{} && s.Trouble == tor.NoTrouble
		}},
	} {
		f := tortest.NewFilter(t, dial, c.allowed...)
		n, err := tor.Find(t.Context(), tor.Options{Getenv: f.Env(socks)})
		if err != nil {
			t.Fatal(err)
		}
		until(t, n, 5*time.Second, name, c.wanted)
		asked := len(f.Commands())
		time.Sleep(500 * time.Millisecond)
		if s, _ := n.Status(); !c.wanted(s) || len(f.Commands()) == asked {
			t.Errorf("%s, later: %+v %q", name, s, f.Commands())
		}
		_ = n.Close()
		f.Stop()
	}
}

// replaced: a Tor that was found goes, and something else takes its port.
func (r real) replaced(t *testing.T) {
	defer tor.SetWatchTimes(time.Second, 200*time.Millisecond, 200*time.Millisecond, 50*time.Millisecond)()
	defer tor.SetProbeTime(time.Second)()
	defer tor.SetTellTime(time.Second)()
	dir := t.TempDir()
	port := closedPort(t)
	start := func() *lab.Client {
		c, err := r.lab.StartClient(t.Context(), dir, "SocksPort "+port, "CookieAuthentication 0")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := start()
	env := only("TOR_SOCKS_PORT="+port[len("127.0.0.1:"):], "TOR_CONTROL_IPC_PATH="+filepath.Join(dir, "lab.control"))
	n, err := tor.Find(t.Context(), tor.Options{Getenv: env})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	until(t, n, 20*time.Second, "at first, without any way to sign in", controlled)
	d := n.Dialer(isolation("ana", 0))
	talk(t, n, r.onion, 5222)

	// It hangs.
	if err := c.Signal(stop); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := d.Dial(t.Context(), r.onion, 5222); reason(t, err) != tor.Silent {
		t.Errorf("hung: %v", err)
	}
	until(t, n, 5*time.Second, "hung", func(s tor.Status) bool { return s.Trouble == tor.Hung && !s.Controlled })
	t.Logf("hung: noticed after %v", time.Since(begun).Round(time.Millisecond))
	if err := c.Signal(goOn); err != nil {
		t.Fatal(err)
	}
	until(t, n, 5*time.Second, "awake again", controlled)

	// It is killed, and an impostor takes its place.
	c.Kill()
	until(t, n, 5*time.Second, "away", func(s tor.Status) bool { return s.Trouble == tor.Away && !s.Controlled })
	if _, err := d.Dial(t.Context(), r.onion, 5222); reason(t, err) != tor.Gone {
		t.Errorf("killed: %v", err)
	}
	i := impostor(t, port)
	if _, err := d.Dial(t.Context(), r.onion, 5222); reason(t, err) != tor.NotTor {
		t.Errorf("impostor: %v", err)
	}
	time.Sleep(200 * time.Millisecond)
	if s, _ := n.Status(); s.Trouble != tor.Away {
		t.Errorf("impostor: %+v", s)
	}
	i.end()
	c = start()
	defer c.Stop()
	until(t, n, 20*time.Second, "back", controlled)
	talk(t, n, r.onion, 5222)
}

// hangs: our own Tor is stopped. Whoever dials is told, and it is ended, so that
// it can be started again.
func (r real) hangs(t *testing.T) {
	defer tor.SetWatchTimes(500*time.Millisecond, 500*time.Millisecond, 500*time.Millisecond, 50*time.Millisecond)()
	defer tor.SetProbeTime(500 * time.Millisecond)()
	defer tor.SetTellTime(500 * time.Millisecond)()
	o := tor.Options{Program: r.lab.TorProgram(), DataDir: filepath.Join(t.TempDir(), "tor")}
	n, err := tor.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	until(t, n, 3*time.Second, "at first", controlled)
	if err := syscall.Kill(n.Pid(), stop); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := n.Dialer(isolation("ana", 0)).Dial(t.Context(), r.onion, 5222); reason(t, err) != tor.Silent {
		t.Errorf("hung: %v", err)
	}
	select {
	case <-n.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("it hangs on")
	}
	t.Logf("ended after %v", time.Since(begun).Round(time.Millisecond))
	n, err = tor.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	t.Logf("back after %v", time.Since(begun).Round(time.Millisecond))
}
