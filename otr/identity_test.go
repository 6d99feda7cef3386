package otr_test

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"hushwing/otr"
)

func TestIdentityRoundTrip(t *testing.T) {
	t.Parallel()
	id := identities()[0]
	if id.Tag() < 0x100 || id.Fingerprint().IsZero() {
		t.Fatalf("tag %x, fingerprint %v", id.Tag(), id.Fingerprint())
	}
	again, err := otr.ImportIdentity(id.Export())
	if err != nil {
		t.Fatal(err)
	}
	if again.Tag() != id.Tag() || again.Fingerprint() != id.Fingerprint() || !bytes.Equal(again.Export(), id.Export()) {
		t.Error("something was lost on the way")
	}
	w := newWorld(t)
	ana, ben := w.person(anaAddr, again), w.person(benAddr, identities()[1])
	ana.start(benAddr)
	w.run()
	private(t, ana, ben)
	if ben.latest.Fingerprint() != id.Fingerprint() {
		t.Error("Ben sees another key")
	}
}

func TestImportIdentityRefuses(t *testing.T) {
	t.Parallel()
	good := identities()[0].Export()
	for n := range good {
		if _, err := otr.ImportIdentity(good[:n]); err == nil {
			t.Fatalf("took the first %d bytes", n)
		}
	}
	change := func(name string, f func([]byte) []byte) {
		if _, err := otr.ImportIdentity(f(bytes.Clone(good))); err == nil {
			t.Errorf("took %s", name)
		}
	}
	change("another version", func(b []byte) []byte { b[0] = 2; return b })
	change("a bad tag", func(b []byte) []byte { copy(b[1:], "\x00\x00\x00\xff"); return b })
	change("another kind of key", func(b []byte) []byte { b[6] = 1; return b })
	change("more behind", func(b []byte) []byte { return append(b, 0) })
	change("another private number", func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
	change("another public number", func(b []byte) []byte { b[len(b)-40] ^= 1; return b })
	change("another prime", func(b []byte) []byte { b[20] ^= 1; return b })
	change("a private number of zero", func(b []byte) []byte {
		copy(b[len(b)-20:], make([]byte, 20))
		return b
	})
}

func TestNewIdentityWithoutRandomness(t *testing.T) {
	t.Parallel()
	if _, err := otr.NewIdentity(iotest.ErrReader(errors.New("dry"))); err == nil {
		t.Error("a key from nothing")
	}
}

func TestIdentityNeverShows(t *testing.T) {
	t.Parallel()
	id := identities()[0]
	raw := id.Export()
	private := raw[len(raw)-16:]
	nested := struct{ ID *otr.Identity }{id}
	deep := struct{ V any }{*id}
	var log bytes.Buffer
	l := slog.New(slog.NewTextHandler(&log, nil))
	l.Info("x", "id", id, "n", nested, "d", deep)
	l = slog.New(slog.NewJSONHandler(&log, nil))
	l.Info("x", "id", id, "n", nested, "d", deep)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&log, verb+verb, id, nested)
	}
	out := log.String()
	for _, s := range []string{string(private), hex.EncodeToString(private), strings.ToUpper(hex.EncodeToString(private)), fmt.Sprint(private)} {
		if strings.Contains(out, strings.Trim(s, "[]")) {
			t.Error("the key shows")
		}
	}
	if _, err := json.Marshal(nested); err == nil {
		t.Error("JSON took a key")
	}
	if _, err := xml.Marshal(nested); err == nil {
		t.Error("XML took a key")
	}
	if err := gob.NewEncoder(&log).Encode(nested); err == nil {
		t.Error("gob took a key")
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	f := identities()[0].Fingerprint()
	s := f.String()
	if len(s) != 44 || strings.ToUpper(s) != s || strings.Count(s, " ") != 4 {
		t.Errorf("%q", s)
	}
	for _, in := range []string{s, strings.ToLower(s), strings.ReplaceAll(s, " ", ""), " " + s + "\n"} {
		if g, err := otr.ParseFingerprint(in); err != nil || g != f {
			t.Errorf("%q: %v, %v", in, g, err)
		}
	}
	for _, in := range []string{"", s[1:], s + "0", "g" + s[1:], s + s} {
		if _, err := otr.ParseFingerprint(in); err == nil {
			t.Errorf("took %q", in)
		}
	}
}
