package client

import (
	"testing"
	"time"

	"hushwing/config"
	"hushwing/otr"
)

var (
	day  = time.Date(2026, 3, 12, 10, 0, 0, 0, time.UTC)
	keyA = otr.Fingerprint{1}
	keyB = otr.Fingerprint{2}
	keyC = otr.Fingerprint{3}
)

func seenKey(f otr.Fingerprint, after int) config.Key {
	return config.Key{Fingerprint: f, First: day.Add(time.Duration(after) * time.Hour)}
}

func checkedKey(f otr.Fingerprint, after int) config.Key {
	k := seenKey(f, after)
	k.Checked, k.How = k.First.Add(time.Minute), string(HowQuestion)
	return k
}

func insistedKey(f otr.Fingerprint, after int) config.Key {
	k := seenKey(f, after)
	k.Overridden = k.First.Add(time.Minute)
	return k
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []config.Key
		at   otr.Fingerprint
		want verdict
	}{
		{"no key at all", nil, otr.Fingerprint{}, locked},
		{"zero key of a known contact", []config.Key{checkedKey(keyA, 0)}, otr.Fingerprint{}, locked},
		{"first contact ever", nil, keyA, openUnknown},
		{"the only key, not checked", []config.Key{seenKey(keyA, 0)}, keyA, openUnknown},
		{"a second key, none checked", []config.Key{seenKey(keyA, 0), seenKey(keyB, 1)}, keyB, openNew},
		{"a second key not yet written down", []config.Key{seenKey(keyA, 0)}, keyB, openNew},
		{"back at the first key", []config.Key{seenKey(keyA, 0), seenKey(keyB, 1)}, keyA, openUnknown},
		{"two keys at the same instant", []config.Key{seenKey(keyA, 0), seenKey(keyB, 0)}, keyB, openNew},
		{"checked", []config.Key{checkedKey(keyA, 0)}, keyA, openChecked},
		{"the first was checked, another comes", []config.Key{checkedKey(keyA, 0)}, keyB, locked},
		{"the same, written down already", []config.Key{checkedKey(keyA, 0), seenKey(keyB, 1)}, keyB, locked},
		{"both checked", []config.Key{checkedKey(keyA, 0), checkedKey(keyB, 1)}, keyB, openChecked},
		{"the later was checked, the earlier comes back", []config.Key{seenKey(keyA, 0), checkedKey(keyB, 1)}, keyA, locked},
		{"the user insisted", []config.Key{checkedKey(keyA, 0), insistedKey(keyB, 1)}, keyB, openInsisted},
		{"insisted on one, yet another comes", []config.Key{checkedKey(keyA, 0), insistedKey(keyB, 1)}, keyC, locked},
		{"insisted where nothing was checked", []config.Key{seenKey(keyA, 0), insistedKey(keyB, 1)}, keyB, openNew},
	} {
		if got := judge(c.keys, c.at); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if verdict(0).open() {
		t.Error("the zero verdict is open: it must fail closed")
	}
}

func TestMayGo(t *testing.T) {
	none := otr.Fingerprint{}
	for _, c := range []struct {
		name    string
		keys    []config.Key
		written otr.Fingerprint
		at      otr.Fingerprint
		want    bool
	}{
		{"written before any key, to the first", []config.Key{seenKey(keyA, 0)}, none, keyA, true},
		{"written before any key, to a later one", []config.Key{seenKey(keyA, 0), seenKey(keyB, 1)}, none, keyB, false},
		{"to its own key", []config.Key{seenKey(keyA, 0), seenKey(keyB, 1)}, keyB, keyB, true},
		{"to another, unchecked", []config.Key{seenKey(keyA, 0), seenKey(keyB, 1)}, keyA, keyB, false},
		{"to another, although both are checked", []config.Key{checkedKey(keyA, 0), checkedKey(keyB, 1)}, keyA, keyB, false},
		{"to its own key, which is locked now", []config.Key{checkedKey(keyA, 0), seenKey(keyB, 1)}, keyB, keyB, false},
		{"to its own key, insisted on", []config.Key{checkedKey(keyA, 0), insistedKey(keyB, 1)}, keyB, keyB, true},
		{"to no key", []config.Key{checkedKey(keyA, 0)}, keyA, none, false},
	} {
		if got := mayGo(c.keys, c.written, c.at); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWrittenFor(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []config.Key
		live otr.Fingerprint
		want otr.Fingerprint
	}{
		{"nothing known", nil, otr.Fingerprint{}, otr.Fingerprint{}},
		{"private now", []config.Key{checkedKey(keyA, 0)}, keyB, keyB},
		{"away, one key", []config.Key{seenKey(keyA, 0)}, otr.Fingerprint{}, keyA},
		{"away, the newest of two", []config.Key{seenKey(keyB, 1), seenKey(keyA, 0)}, otr.Fingerprint{}, keyB},
		{"away, the checked before a newer one", []config.Key{checkedKey(keyA, 0), seenKey(keyB, 1)}, otr.Fingerprint{}, keyA},
		{"away, the one checked last", []config.Key{checkedKey(keyA, 0), checkedKey(keyB, 1), seenKey(keyC, 2)}, otr.Fingerprint{}, keyB},
	} {
		if got := writtenFor(c.keys, c.live); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
