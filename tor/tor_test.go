package tor_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// reason takes the Reason out of an error, and fails if there is none.
func reason(t *testing.T, err error) tor.Reason {
	t.Helper()
	var e *tor.Error
	if !errors.As(err, &e) {
		t.Fatalf("not a *tor.Error: %v", err)
	}
	return e.Reason
}

func isolation(purpose string, epoch uint32) tor.Isolation {
	return tor.NewIsolation([]byte("a secret of the profile's"), purpose, epoch)
}

// silent is an environment that names nothing.
func silent(string) string { return "" }

func TestZeroValuesRefuse(t *testing.T) {
	s := tortest.New(t)
	n := s.Network(t)
	for name, d := range map[string]*tor.Dialer{
		"nil dialler":       nil,
		"zero dialler":      {},
		"zero network":      (&tor.Network{}).Dialer(isolation("x", 0)),
		"zero isolation":    n.Dialer(tor.Isolation{}),
		"short secret":      n.Dialer(tor.NewIsolation([]byte("short"), "x", 0)),
		"no purpose":        n.Dialer(tor.NewIsolation(make([]byte, 32), "", 0)),
		"network of nobody": (*tor.Network)(nil).Dialer(isolation("x", 0)),
	} {
		before := len(s.Requests())
		c, err := d.Dial(t.Context(), "example.test", 5222)
		if c != nil || reason(t, err) != tor.Unusable {
			t.Errorf("%s: %v, %v", name, c, err)
		}
		if len(s.Requests()) != before {
			t.Errorf("%s: something went out", name)
		}
	}
	var c tor.Conn
	_, readErr := c.Read(make([]byte, 1))
	_, writeErr := c.Write([]byte("x"))
	now := time.Now()
	for name, err := range map[string]error{
		"read": readErr, "write": writeErr, "close": c.Close(), "deadline": c.SetDeadline(now),
		"read deadline": c.SetReadDeadline(now), "write deadline": c.SetWriteDeadline(now),
	} {
		if reason(t, err) != tor.Unusable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !c.IsZero() || c.IsOnion() || c.Host() != "" || c.RemoteAddr().String() != "" {
		t.Error("a zero connection claims something")
	}
	if err := (&tor.Network{}).Close(); err != nil {
		t.Error(err)
	}
}

func TestDialThrough(t *testing.T) {
	server := tortest.Far(t)
	onion := tortest.OnionAddress("x")
	for _, s := range []*tortest.Server{tortest.New(t), tortest.NewUnix(t, filepath.Join(t.TempDir(), "s"))} {
		s.Serve("example.test", server)
		s.Serve(onion, server)
		s.Serve("xn--bcher-kva.test", server)
		d := s.Network(t).Dialer(isolation("ana", 0))
		for given, want := range map[string]string{
			"Example.TEST.":        "example.test",
			strings.ToUpper(onion): onion,
			"bücher.test":          "xn--bcher-kva.test",
		} {
			c, err := d.Dial(t.Context(), given, 5222)
			if err != nil {
				t.Fatal(given, err)
			}
			if err := tortest.Greet(c); err != nil {
				t.Error(given, err)
			}
			if c.Host() != want || c.IsOnion() != (want == onion) || c.RemoteAddr().String() != want+":5222" {
				t.Errorf("%v: %q %v %v", given, c.Host(), c.IsOnion(), c.RemoteAddr())
			}
			if got := c.LocalAddr().Network() + c.LocalAddr().String(); got != "tor" {
				t.Errorf("the local address shows: %s", got)
			}
			_ = c.Close()
			r := s.Requests()
			if last := r[len(r)-1]; last.Host != want || last.Port != 5222 || last.Command != 1 {
				t.Errorf("on the wire: %+v", last)
			}
		}
	}
}

// TestIsolationOnTheWire: what Tor sees differs for each account and epoch,
// stays for the same, and says nothing of the account.
func TestIsolationOnTheWire(t *testing.T) {
	s := tortest.New(t)
	n := s.Network(t)
	s.Serve("example.test", tortest.Far(t))
	seen := map[string]string{}
	for _, of := range []struct {
		name string
		i    tor.Isolation
	}{
		{"ana 0", isolation("ana@example.test", 0)},
		{"ana 1", isolation("ana@example.test", 1)},
		{"ben 0", isolation("ben@example.test", 0)},
		{"ana 0", isolation("ana@example.test", 0)},
		{"other profile", tor.NewIsolation([]byte("another profile's secret"), "ana@example.test", 0)},
	} {
		c, err := n.Dialer(of.i).Dial(t.Context(), "example.test", 5222)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		all := s.Requests()
		r := all[len(all)-1]
		if string(r.Methods) != "\x02" {
			t.Errorf("methods offered: %v", r.Methods)
		}
		if len(r.User) != 64 || r.Password == "" || strings.Contains(r.User+r.Password, "a@") {
			t.Errorf("user %q password %q", r.User, r.Password)
		}
		pair := r.User + "/" + r.Password
		if before, ok := seen[of.name]; ok && before != pair {
			t.Errorf("%s is not the same any more", of.name)
		}
		for other, p := range seen {
			if other != of.name && p == pair {
				t.Errorf("%s and %s share a circuit", other, of.name)
			}
		}
		seen[of.name] = pair
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		out := fmt.Sprintf(verb, isolation("ana", 0)) + fmt.Sprintf(verb, struct{ I any }{isolation("ana", 0)})
		for _, p := range seen {
			if strings.Contains(out, p[:64]) || strings.Contains(out, fmt.Sprintf("%x", p[:64])) {
				t.Errorf("%s prints the isolation", verb)
			}
		}
	}
}

func TestBadHostsSendNothing(t *testing.T) {
	s := tortest.New(t)
	n := s.Network(t)
	d := n.Dialer(isolation("ana", 0))
	before := len(s.Requests())
	good := tortest.OnionAddress("x")
	flip := map[byte]string{'a': "b"}[good[0]]
	if flip == "" {
		flip = "a"
	}
	for _, host := range []string{
		flip + good[1:], "aaaa.onion", "onion", ".onion", "sub." + good, good + "..", "foo.ONION.",
		"expyuzz4wqqyqhjn.onion", // version 2
		"ｆoo.ｏnion",              // full-width letters
		strings.Repeat("a", 56) + ".onion",
	} {
		_, err := d.Dial(t.Context(), host, 5222)
		var r *tor.ReplyError
		if reason(t, err) != tor.Refused || !errors.As(err, &r) || !r.BadOnion() {
			t.Errorf("%q: %v", host, err)
		}
	}
	for _, host := range []string{
		"", ".", "..", "a..b", "-a.test", "a-.test", "a b.test", "a\x00.test", "a:1.test", "1.2.3", "256.1.1.1",
		"localhost", "x.localhost", "printer.local", "foo.exit", "a@b.test", "a/b.test", "a.test\r\n", "[::1]",
		"fe80::1%eth0", "0.0.0.0", "::", strings.Repeat("a", 64) + ".test", strings.Repeat("abc.", 70) + "test",
	} {
		if _, err := d.Dial(t.Context(), host, 5222); reason(t, err) != tor.BadHost {
			t.Errorf("%q: %v", host, err)
		}
	}
	if _, err := d.Dial(t.Context(), "example.test", 0); reason(t, err) != tor.BadHost {
		t.Error(err)
	}
	if len(s.Requests()) != before {
		t.Error("something went out")
	}
}

func TestReplies(t *testing.T) {
	s := tortest.New(t)
	d := s.Network(t).Dialer(isolation("ana", 0))
	methods := map[string]func(*tor.ReplyError) bool{
		"notfound": (*tor.ReplyError).OnionNotFound, "down": (*tor.ReplyError).OnionDown,
		"auth": (*tor.ReplyError).OnionAuth, "bad": (*tor.ReplyError).BadOnion,
		"refused": (*tor.ReplyError).Refused, "unreachable": (*tor.ReplyError).Unreachable,
		"ttl": (*tor.ReplyError).TTLExpired, "notallowed": (*tor.ReplyError).NotAllowed,
	}
	for code, kind := range map[byte]string{
		1: "", 2: "notallowed", 3: "unreachable", 4: "unreachable", 5: "refused", 6: "ttl", 7: "", 8: "", 9: "",
		0xF0: "notfound", 0xF1: "notfound", 0xF2: "down", 0xF3: "down", 0xF4: "auth", 0xF5: "auth",
		0xF6: "bad", 0xF7: "down", 0xFF: "",
	} {
		s.Connect(code)
		c, err := d.Dial(t.Context(), "example.test", 5222)
		var r *tor.ReplyError
		if c != nil || reason(t, err) != tor.Refused || !errors.As(err, &r) || r.Code != code {
			t.Errorf("%02X: %v", code, err)
			continue
		}
		if r.Error() == "" {
			t.Errorf("%02X has no words", code)
		}
		for name, is := range methods {
			if is(r) != (name == kind) {
				t.Errorf("%02X: %s is %v", code, name, is(r))
			}
		}
	}
	s.Connect(0)
	if _, err := d.Dial(t.Context(), "nobody.test", 5222); reason(t, err) != tor.Refused {
		t.Error(err)
	}
}

// TestProxyThatDropsIsolation: a proxy that chooses "no authentication", or
// does not take the name and password, gets no request.
func TestProxyThatDropsIsolation(t *testing.T) {
	s := tortest.New(t)
	d := s.Network(t).Dialer(isolation("ana", 0))
	s.Serve("example.test", tortest.Far(t))
	for name, set := range map[string]func(){
		"no authentication": func() { s.Method(0) },
		"GSSAPI":            func() { s.Method(1) },
		"none acceptable":   func() { s.Method(0xFF) },
		"not taken":         func() { s.Method(2); s.AuthStatus(1) },
	} {
		set()
		if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.NoIsolation {
			t.Errorf("%s: %v", name, err)
		}
		r := s.Requests()
		if last := r[len(r)-1]; last.Command != 0 || last.Host != "" {
			t.Errorf("%s: the destination went out: %+v", name, last)
		}
		_, err := tor.Find(t.Context(), tor.Options{Getenv: silent, Candidates: []tor.Endpoint{s.Endpoint()}})
		if reason(t, err) != tor.NoIsolation {
			t.Errorf("%s: Find: %v", name, err)
		}
		s.Method(2)
		s.AuthStatus(0)
	}
}
