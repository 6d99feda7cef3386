package tor

import (
	"bytes"
	"errors"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzWords: whatever a child writes, what is kept of it is bounded, on one
// line, and a percentage.
func FuzzWords(f *testing.F) {
	f.Add([]byte("Nov 21 21:13:22.000 [notice] Bootstrapped 10% (conn_done): Connected to a relay\n"), 7)
	f.Add([]byte("Nov 21 21:13:22.875 [notice] Opened Socks listener connection (ready) on 127.0.0.1:40503\n"), 1)
	f.Add([]byte("x [warn] ] \xff\x00\n[err] Bootstrapped 300% (: \n"), 3)
	f.Add(bytes.Repeat([]byte("a"), 5000), 1000)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		w := newWords()
		if size <= 0 {
			size = 1
		}
		for rest := b; len(rest) > 0; {
			part := rest[:min(size, len(rest))]
			if n, err := w.Write(part); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
			rest = rest[len(part):]
		}
		r := w.read()
		if len(w.warnings) > maxWarnings {
			t.Error(w.warnings)
		}
		for _, s := range append([]string{r.last, r.progress.Tag, r.progress.Summary}, w.warnings...) {
			if len(s) > maxLast+len("…") || strings.ContainsAny(s, "\n\r\x00") || !utf8.ValidString(s) {
				t.Errorf("%q", s)
			}
		}
		if len(w.line) > maxLine || len(r.listener) > maxLine || r.progress.Percent < 0 || r.progress.Percent > 100 {
			t.Errorf("%+v", r)
		}
	})
}

func TestParseProgress(t *testing.T) {
	for text, want := range map[string]Progress{
		"Bootstrapped 0% (starting): Starting":                    {Percent: 0, Tag: "starting", Summary: "Starting"},
		"Bootstrapped 100% (done): Done":                          {Percent: 100, Tag: "done", Summary: "Done"},
		"Bootstrapped 5%: Connecting to directory server":         {Percent: 5, Tag: "", Summary: "Connecting to directory server"},
		"Bootstrapped 75% (enough_dirinfo): Loaded enough (a): b": {Percent: 75, Tag: "enough_dirinfo", Summary: "Loaded enough (a): b"},
	} {
		if p, ok := parseProgress(text); !ok || p != want {
			t.Errorf("%q: %+v %v", text, p, ok)
		}
	}
	for _, text := range []string{"", "Bootstrapped", "Bootstrapped x% (a): b", "Bootstrapped 101% (a): b", "Bootstrapped 10% (a) b", "bootstrapped 1%: x"} {
		if p, ok := parseProgress(text); ok {
			t.Errorf("%q: %+v", text, p)
		}
	}
}

// FuzzValidOnion: what is valid has one form, and dials as it is.
func FuzzValidOnion(f *testing.F) {
	f.Add("2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion")
	f.Add("www.torproject.org")
	f.Add("ſoo.onion")
	f.Fuzz(func(t *testing.T, host string) {
		valid := ValidOnion(host)
		got, err := HostName(host)
		if valid && (err != nil || got != strings.ToLower(host) || len(got) != 62) {
			t.Errorf("%q: %q %v", host, got, err)
		}
		if err == nil && isOnion(got) && !ValidOnion(got) {
			t.Errorf("%q: an invalid onion would be dialled as %q", host, got)
		}
		if err == nil && net.ParseIP(got) == nil && !isName(strings.TrimSuffix(got, ".onion")) {
			t.Errorf("%q would be dialled as %q", host, got)
		}
	})
}

func TestValidOnion(t *testing.T) {
	const good = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion" // www.torproject.org's
	if !ValidOnion(good) || !ValidOnion(strings.ToUpper(good)) {
		t.Error("a true address is refused")
	}
	for i := range 56 {
		b := []byte(good)
		if b[i]++; b[i] > 'z' || b[i] == '8' {
			b[i] = 'b'
		}
		if string(b) != good && ValidOnion(string(b)) {
			t.Errorf("a typing slip at %d passes", i)
		}
	}
	for _, s := range []string{"", ".onion", good + ".", "a." + good, good[1:], good[:56], " " + good} {
		if ValidOnion(s) {
			t.Errorf("%q passes", s)
		}
	}
}

// FuzzSocksAnswer: whatever a proxy answers, a probe ends and believes it only
// after the echo of the random address.
func FuzzSocksAnswer(f *testing.F) {
	f.Add([]byte{5, 2, 1, 0, 5, 0, 0, 1, 198, 18, 0, 0, 0, 0})
	f.Add([]byte{5, 0})
	f.Add([]byte("HTTP/1.1 400\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		reason, err := resolve(&scripted{r: bytes.NewReader(b)})
		if err == nil && (len(b) < 14 || b[8] != 198) {
			t.Errorf("% x is taken for Tor", b)
		}
		if err != nil && reason != NotTor && reason != NoIsolation {
			t.Errorf("% x: %v %v", b, reason, err)
		}
		o := &observed{Conn: &scripted{r: bytes.NewReader(b)}}
		if _, err := o.Write([]byte{5, 2, 0, 2}); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 7)
		for {
			n, err := o.Read(buf)
			if n > 0 && len(b) > 1 && b[0] == 5 && b[1] != 2 {
				t.Errorf("% x: read past a refused method", b)
			}
			if err != nil {
				break
			}
		}
		if reason, err := o.verdict(errMethod); reason == 0 || err == nil {
			t.Errorf("% x: no verdict", b)
		}
	})
}

// scripted is a connection that says what it was given.
type scripted struct{ r *bytes.Reader }

func (s *scripted) Read(p []byte) (int, error)     { return s.r.Read(p) }
func (*scripted) Write(p []byte) (int, error)      { return len(p), nil }
func (*scripted) Close() error                     { return nil }
func (*scripted) LocalAddr() net.Addr              { return addr("") }
func (*scripted) RemoteAddr() net.Addr             { return addr("") }
func (*scripted) SetDeadline(time.Time) error      { return nil }
func (*scripted) SetReadDeadline(time.Time) error  { return nil }
func (*scripted) SetWriteDeadline(time.Time) error { return nil }

// FuzzParseBridges: what is taken is for Tor's configuration one line of known
// words, and is taken again as it is.
func FuzzParseBridges(f *testing.F) {
	const key = "0123456789ABCDEF0123456789ABCDEF01234567"
	f.Add("Bridge 192.0.2.1:443 " + key)
	f.Add("obfs4 [2001:db8::1]:443 " + key + " cert=" + strings.Repeat("A", 70) + " iat-mode=0\r\n# x\n")
	f.Add("snowflake 192.0.2.3:80 url=https://a.test/ fronts=b.test,c.test ice=stun:d.test:3478")
	f.Add("webtunnel 192.0.2.3:80 url=https://a.test/\\\nControlPort 9051")
	f.Add("192.0.2.1:443 # \"\\\x00")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseBridges(text)
		if err != nil {
			var e *BridgeError
			if !errors.As(err, &e) || e.Line < 1 || e.Reason == 0 || list != nil || len(e.Text) > maxLast+len("…") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if len(list) > maxBridges {
			t.Error(len(list))
		}
		for _, b := range list {
			if strings.Trim(b.line, valueLetters+" ") != "" || strings.ContainsAny(b.line, "\n\r\"\\#") || len(b.line) > maxBridgeLine+20 {
				t.Errorf("%q", b.line)
			}
			if _, known := transports[b.transport]; b.transport != "" && (!known || !strings.HasPrefix(b.line, b.transport+" ")) {
				t.Errorf("%+v", b)
			}
			if again, reason := parseBridge(b.line); reason != 0 || again != b {
				t.Errorf("%q is read as %+v", b.line, again)
			}
		}
	})
}
