package client

import (
	"strings"
	"testing"

	"hushwing/otr"
)

const hexKey = "AEA4D503298797D4A4FC823BC1D24524B4C54338" // of the example in XEP-0364

func keyOf(t testing.TB, s string) otr.Fingerprint {
	k, err := otr.ParseFingerprint(s)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestParseInvitation(t *testing.T) {
	const other = "0123456789abcdef0123456789abcdef01234567"
	for in, want := range map[string]struct {
		address, key string
		link         bool
	}{
		"":                   {"", "", false},
		" ana@example.test ": {"ana@example.test", "", false},
		"<ana@example.test>": {"ana@example.test", "", false},
		"ana@example.test?otr-fingerprint=" + hexKey: {"ana@example.test?otr-fingerprint=" + hexKey, "", false},
		"xmpp:":                 {"", "", true},
		"xmpp:ana@example.test": {"ana@example.test", "", true},
		"<XMPP:ana@example.test?roster;name=Eve>":                                        {"ana@example.test", "", true},
		"xmpp:ana@example.test/phone":                                                    {"ana@example.test", "", true},
		"xmpp:ana%20b%26c@b%C3%BCcher.test":                                              {"ana b&c@bücher.test", "", true},
		"xmpp:100%@example.test":                                                         {"100%@example.test", "", true},
		"xmpp:ana%2540@example.test":                                                     {"ana%40@example.test", "", true}, // decoded once
		"xmpp:ana@example.test?otr-fingerprint=" + hexKey:                                {"ana@example.test", hexKey, true},
		"xmpp:ana@example.test?otr-fingerprint=" + strings.ToLower(hexKey) + "#x":        {"ana@example.test", hexKey, true},
		"xmpp:ana@example.test?subscribe;omemo-sid-1=00;otr-fingerprint=" + hexKey:       {"ana@example.test", hexKey, true},
		"xmpp:ana@example.test?subscribe&OTR-Fingerprint=" + hexKey + "&x=y":             {"ana@example.test", hexKey, true},
		"xmpp:ana@example.test?otr-fingerprint=" + hexKey + ";otr-fingerprint=" + hexKey: {"ana@example.test", hexKey, true},
		"xmpp:ana@example.test?otr-fingerprint=" + hexKey + ";otr-fingerprint=" + other:  {"ana@example.test", "", true},
		"xmpp:ana@example.test?otr-fingerprint=" + hexKey + ";otr-fingerprint=zz":        {"ana@example.test", "", true},
		"xmpp:ana@example.test?otr-fingerprint=" + hexKey[2:]:                            {"ana@example.test", "", true},
		"xmpp:ana@example.test?body=otr-fingerprint%3D" + hexKey:                         {"ana@example.test", "", true},
		"xmpp:ana@example.test#?otr-fingerprint=" + hexKey:                               {"ana@example.test", "", true},
		"xmpp://guest@example.test/ana@example.test?message":                             {"ana@example.test", "", true},
		"xmpp://ana@example.test":                                                        {"ana@example.test", "", true},
		"xmpp://ana@example.test/phone":                                                  {"ana@example.test", "", true},
		"https://example.test/xmpp:ana@example.test":                                     {"https://example.test/xmpp:ana@example.test", "", false},
	} {
		i, link := ParseInvitation(in)
		key := otr.Fingerprint{}
		if want.key != "" {
			key = keyOf(t, want.key)
		}
		if i.Address != want.address || i.Key != key || link != want.link {
			t.Errorf("%q: %+v %v", in, i, link)
		}
	}
	if got := (Invitation{Address: "ana#1@example.test", Key: keyOf(t, hexKey)}).String(); got != "xmpp:ana%231@example.test?otr-fingerprint="+hexKey {
		t.Errorf("written as %q", got)
	}
	if got := (Invitation{Address: "ana@example.test"}).String(); got != "xmpp:ana@example.test" {
		t.Errorf("written as %q", got)
	}
}

// FuzzInvitation reads anything, and reads back what it writes.
func FuzzInvitation(f *testing.F) {
	for _, s := range []string{
		"xmpp:ana@example.test?otr-fingerprint=" + hexKey, "xmpp://a@b/c@d?x&y;z=%41#f", "<XMPP:%%%@%zz>", "xmpp:?otr-fingerprint=", "ana@example.test",
		"xmpp:\u202ea@b?otr-fingerprint=" + hexKey + ";otr-fingerprint=00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, link := ParseInvitation(s)
		if len(i.Address) > invitationLimit || !link && !i.Key.IsZero() {
			t.Fatalf("%q: %+v", s, i)
		}
		name, server, ok := strings.Cut(i.Address, "@")
		if !ok || strings.TrimSpace(i.Address) != i.Address || len(s) > 1000 || strings.HasPrefix(name, "//") || strings.ContainsAny(server, "@") {
			return // no address: it need not survive
		}
		again, link := ParseInvitation(i.String())
		if !link || again != i {
			t.Fatalf("%q: %+v is written as %q and read as %+v", s, i, i.String(), again)
		}
	})
}
