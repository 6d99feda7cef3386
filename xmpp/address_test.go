package xmpp_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"hushwing/xmpp"
)

func TestParseAddress(t *testing.T) {
	onion := strings.Repeat("a", 56) + ".onion"
	for in, want := range map[string]any{
		"ana@example.test":                      "ana@example.test",
		"  ana@example.test \n":                 "ana@example.test",
		"xmpp:ana@example.test":                 "ana@example.test",
		"XMPP:Ana@Example.TEST":                 "ana@example.test",
		"ana@example.test.":                     "ana@example.test",
		"a.b-c_d+e=f@example.test":              "a.b-c_d+e=f@example.test",
		"ana@" + onion:                          "ana@" + onion,
		"ana@localhost":                         "ana@localhost",
		"\u00e4na@b\u00fccher.test":             "\u00e4na@b\u00fccher.test",
		"a\u0308na@xn--bcher-kva.test":          "\u00e4na@b\u00fccher.test",
		"\u0430\u043d\u043d\u0430@example.test": "\u0430\u043d\u043d\u0430@example.test",
		"\u5f20\u4e09@example.test":             "\u5f20\u4e09@example.test",
		"\uff41na@example.test":                 "ana@example.test",

		"": xmpp.AddressEmpty, "   ": xmpp.AddressEmpty, "xmpp:": xmpp.AddressEmpty,
		"ana": xmpp.AddressNoAt, "example.test": xmpp.AddressNoAt,
		"@example.test": xmpp.AddressBadName, "a na@example.test": xmpp.AddressBadName,
		"a\"b@example.test": xmpp.AddressBadName, "a<b@example.test": xmpp.AddressBadName,
		"a:b@example.test": xmpp.AddressBadName, "a'b@example.test": xmpp.AddressBadName,
		"a&b@example.test": xmpp.AddressBadName, "\U0001f600@example.test": xmpp.AddressBadName,
		"ana@": xmpp.AddressBadServer, "ana@example test": xmpp.AddressBadServer,
		"ana@@example.test": xmpp.AddressBadServer, "ana@example..test": xmpp.AddressBadServer,
		"ana@.test": xmpp.AddressBadServer, "ana@-x.test": xmpp.AddressBadServer, "ana@x-.test": xmpp.AddressBadServer,
		"ana@127.0.0.1": xmpp.AddressBadServer, "ana@[::1]": xmpp.AddressBadServer, "ana@1": xmpp.AddressBadServer,
		"ana@exa_mple.test": xmpp.AddressBadServer, "ana@example.test:5222": xmpp.AddressBadServer,
		"ana@example.test?message": xmpp.AddressBadServer, "ana@exa%mple.test": xmpp.AddressBadServer,
		"ana@" + strings.Repeat("a", 64) + ".test":  xmpp.AddressBadServer,
		"ana@" + strings.Repeat("a.", 130) + "test": xmpp.AddressBadServer,
		strings.Repeat("a", 1024) + "@example.test": xmpp.AddressTooLong,
		"ana@" + strings.Repeat("a", 1024):          xmpp.AddressTooLong,
		strings.Repeat("a", 5000):                   xmpp.AddressTooLong,
		"ana@example.test/home":                     xmpp.AddressResource,
		"ana@example.test/":                         xmpp.AddressResource,
		"xmpp://ana@example.test":                   xmpp.AddressResource,
		"ana\u202e@example.test":                    xmpp.AddressHidden,
		"ana@\u2066example.test":                    xmpp.AddressHidden,
		"a\u200bna@example.test":                    xmpp.AddressHidden,
		"a\u00adna@example.test":                    xmpp.AddressHidden,
		"a\u034fna@example.test":                    xmpp.AddressHidden,
		"a\ufe0fna@example.test":                    xmpp.AddressHidden,
		"a\x00na@example.test":                      xmpp.AddressHidden,
		"ana\n@example.test":                        xmpp.AddressHidden,
		"ana\u00a0@example.test":                    xmpp.AddressHidden,
		"a\xffna@example.test":                      xmpp.AddressHidden,
		"a\u3164na@example.test":                    xmpp.AddressHidden,
		"\u0430na@example.test":                     xmpp.AddressMixed, // Cyrillic а
		"ana@ex\u0430mple.test":                     xmpp.AddressMixed,
		"\u03bfana@example.test":                    xmpp.AddressMixed, // Greek ο
		"ana@xn--exmple-4nf.test":                   xmpp.AddressMixed,
	} {
		a, err := xmpp.ParseAddress(in)
		var typed *xmpp.AddressError
		switch want := want.(type) {
		case string:
			if err != nil || a.String() != want {
				t.Errorf("%q: got %q, %v, want %q", in, a, err, want)
			}
		case xmpp.AddressReason:
			if !errors.As(err, &typed) || typed.Reason != want {
				t.Errorf("%q: got %q, %v, want reason %d", in, a, err, want)
			}
		}
	}
}

// FuzzParseAddress: what comes out is canonical, bare, and shows what it is.
func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"ana@example.test", "xmpp:a@b.test", "\u202eana@b.test", "a@b/c", "@", "a@xn--a", "\u0430na@b.test", "a@" + strings.Repeat("b", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := xmpp.ParseAddress(s)
		if err != nil {
			var typed *xmpp.AddressError
			if !errors.As(err, &typed) || typed.Reason == 0 {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		again, err := xmpp.ParseAddress(a.String())
		if err != nil || !again.Equal(a) {
			t.Fatalf("%q is %q, which is %q, %v", s, a, again, err)
		}
		if a.Localpart() == "" || a.Domainpart() == "" || a.Resourcepart() != "" {
			t.Fatalf("%q is %q", s, a)
		}
		for _, r := range a.String() {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) {
				t.Fatalf("%q holds %q", a, r)
			}
		}
	})
}
