package tor_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hushwing/tor"
)

const (
	someKey  = "0123456789ABCDEF0123456789ABCDEF01234567"
	someCert = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// programs puts empty programs into a folder that is the whole PATH.
func programs(t *testing.T, names ...string) {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		if err := os.WriteFile(filepath.Join(dir, n), []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
}

func TestParseBridges(t *testing.T) {
	programs(t, "obfs4proxy", "snowflake-client", "webtunnel-client")
	for given, want := range map[string]string{
		"":                         "",
		"\n# mine\n \r\n":          "",
		"192.0.2.1:443":            "192.0.2.1:443",
		"Bridge 192.0.2.1:443":     "192.0.2.1:443",
		"[2001:db8::1]:443":        "[2001:db8::1]:443",
		"[::ffff:192.0.2.1]:443":   "192.0.2.1:443",
		"192.0.2.1:443 " + someKey: "192.0.2.1:443 " + someKey,
		" bridge\t192.0.2.1:443  $" + strings.ToLower(someKey) + "\r\n":               "192.0.2.1:443 " + someKey,
		"192.0.2.1:443\nBridge 192.0.2.1:443\n192.0.2.2:443":                          "192.0.2.1:443|192.0.2.2:443",
		"Bridge OBFS4 192.0.2.1:443 " + someKey + " cert=" + someCert + " iat-mode=0": "obfs4 192.0.2.1:443 " + someKey + " cert=" + someCert + " iat-mode=0",
		"snowflake 192.0.2.3:80 " + someKey + " fingerprint=" + someKey + " url=https://a.test/?x=1&y fronts=b.test,c.test ice=stun:d.test:3478,stun:e.test utls-imitate=hellorandomizedalpn": "snowflake 192.0.2.3:80 " + someKey + " fingerprint=" + someKey + " url=https://a.test/?x=1&y fronts=b.test,c.test ice=stun:d.test:3478,stun:e.test utls-imitate=hellorandomizedalpn",
		"webtunnel [2001:db8::2]:443 " + someKey + " url=https://a.test/b ver=0.0.1":                                                                                                          "webtunnel [2001:db8::2]:443 " + someKey + " url=https://a.test/b ver=0.0.1",
		"meek_lite 192.0.2.20:80 url=https://a.test front=b.test":                                                                                                                             "meek_lite 192.0.2.20:80 url=https://a.test front=b.test",
	} {
		got, err := tor.ParseBridges(given)
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%q: %q %v", given, got, err)
		}
		// What comes out is read as it is.
		if again, err := tor.ParseBridges(strings.Join(got, "\n")); err != nil || strings.Join(again, "|") != want {
			t.Errorf("again %q: %q %v", given, again, err)
		}
	}
}

func TestParseBridgesRefuses(t *testing.T) {
	programs(t, "obfs4proxy")
	obfs4 := "obfs4 192.0.2.1:443 " + someKey + " cert=" + someCert
	many := ""
	for i := range 51 {
		many += fmt.Sprintf("192.0.2.1:%d\n", 1000+i)
	}
	for line, want := range map[string]tor.BridgeReason{
		"hello":                             tor.BridgeBadLine,
		"Bridge":                            tor.BridgeBadLine,
		"UseBridges 1":                      tor.BridgeUnknownTransport,
		"obfs4":                             tor.BridgeBadLine,
		"bridge.test:443":                   tor.BridgeBadLine, // no name is looked up
		"192.0.2.1":                         tor.BridgeBadLine,
		"192.0.2.1:0":                       tor.BridgeBadLine,
		"192.0.2.1:65536":                   tor.BridgeBadLine,
		"0.0.0.0:443":                       tor.BridgeBadLine,
		"224.0.0.1:443":                     tor.BridgeBadLine,
		"[fe80::1%eth0]:443":                tor.BridgeBadLine,
		"192.0.2.1:443 0123":                tor.BridgeBadLine,
		"192.0.2.1:443 " + someKey + "00":   tor.BridgeBadLine,
		"192.0.2.1:443 " + someKey + " a=b": tor.BridgeBadLine,
		"192.0.2.1:443 # comment":           tor.BridgeBadLine,
		"192.0.2.1:443 \\":                  tor.BridgeBadLine,
		"obfs4 192.0.2.1:443":               tor.BridgeBadLine,
		obfs4[:len(obfs4)-1]:                tor.BridgeBadLine, // cut short
		obfs4 + " iat-mode=3":               tor.BridgeBadLine,
		obfs4 + " iat-mode=0 iat-mode=0":    tor.BridgeBadLine,
		obfs4 + " x=\"y\"":                  tor.BridgeBadLine,
		obfs4 + " x=y#z":                    tor.BridgeBadLine,
		obfs4 + " x=y\\":                    tor.BridgeBadLine,
		obfs4 + " x=\x00":                   tor.BridgeBadLine,
		obfs4 + " x=y\rSocksPort=9999":      tor.BridgeBadLine,
		obfs4 + " x=y\vSocksPort=9999":      tor.BridgeBadLine,
		obfs4 + " x=y\u2028SocksPort=9999":  tor.BridgeBadLine,
		obfs4 + " =y":                       tor.BridgeBadLine,
		obfs4 + " x=":                       tor.BridgeBadLine,
		obfs4 + "\nControlPort 9051":        tor.BridgeUnknownTransport,
		obfs4 + "\nClientTransportPlugin obfs4 exec /bin/sh": tor.BridgeUnknownTransport,
		obfs4 + " x=" + strings.Repeat("y", 2048):            tor.BridgeBadLine,
		"scramblesuit 192.0.2.1:443":                         tor.BridgeUnknownTransport,
		"snowflake 192.0.2.3:80":                             tor.BridgeMissingProgram,
		"webtunnel 192.0.2.3:80 url=http://a.test":           tor.BridgeBadLine,
		"meek_lite 192.0.2.3:80":                             tor.BridgeBadLine,
		many:                                                 tor.BridgeTooMany,
	} {
		got, err := tor.ParseBridges("\n" + line)
		var e *tor.BridgeError
		if !errors.As(err, &e) || e.Reason != want || got != nil {
			t.Errorf("%.200q: %q %v", line, got, err)
			continue
		}
		if at := 1 + strings.Count(strings.TrimSuffix(line, "\n"), "\n") + 1; e.Line != at || e.Error() == "" || strings.Contains(e.Error(), "192.0") {
			t.Errorf("%.200q: %+v", line, e)
		}
		if want == tor.BridgeMissingProgram && e.Program != "snowflake-client" {
			t.Errorf("%+v", e)
		}
	}
}

// A folder whose name would end the line, or add a word, is none to take a
// program from.
func TestBridgeProgramWithAStrangePath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "snowflake-client"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	var e *tor.BridgeError
	if _, err := tor.ParseBridges("snowflake 192.0.2.3:80"); !errors.As(err, &e) || e.Reason != tor.BridgeMissingProgram {
		t.Error(err)
	}
}
