package model

import (
	"strings"
	"testing"
	"unicode/utf8"
)

const onionHost = "expyuzz4wqqyqhjn5zdlwkbvs3pyt2hiysr2nvcsbk5vmhgrdcw2nyid.onion"

func TestLinks(t *testing.T) {
	for _, c := range []struct {
		text  string
		links string // as they are marked, with what is copied after ">" and where it leads after "!"
	}{
		{"nothing here", ""},
		{"see https://example.org/path?q=1#top", "https://example.org/path?q=1#top"},
		{"HTTPS://Example.ORG/Path", "HTTPS://Example.ORG/Path > HTTPS://example.org/Path"},
		{"(https://example.org/a_(b))", "https://example.org/a_(b)"},
		{"Is it https://example.org? Yes, https://example.org/.", "https://example.org | https://example.org/"},
		{"“https://example.org/x”", "https://example.org/x"},
		{"<https://example.org/x>,", "https://example.org/x"},
		{"请看https://example.org/路，谢谢", "https://example.org/路"},
		{"ftp://example.org/f and www.example.org.", "ftp://example.org/f | www.example.org"},
		{"at " + onionHost + "/path!", onionHost + "/path"},
		{"http://www." + onionHost + ":8080/", "http://www." + onionHost + ":8080/"},
		{"write to mailto:ana@example.org or xmpp:ana@example.org?join", "mailto:ana@example.org | xmpp:ana@example.org?join"},
		{"https://[2001:db8::1]:443/", "https://[2001:db8::1]:443/"},
		{"https://192.168.1.1/", "https://192.168.1.1/"},
		// none
		{"example.org, a.b.c and ana@example.org", ""},
		{"https:// and http://? and mailto:x and www.", ""},
		{"xhttps://example.org blog.www.example.org", ""},
		{"javascript:alert(1) file:///etc/passwd data:text/html,x", ""},
		{"short.onion abc" + onionHost[6:], ""},
		{"https://" + strings.Repeat("a", maxLink), ""},
		// what looks as if it led elsewhere
		{"https://bank.com@evil.example/login", "https://bank.com@evil.example/login ! evil.example"},
		{"https://bank.com:443@evil.example", "https://bank.com:443@evil.example ! evil.example"},
		{"https://a@b@evil.example", "https://a@b@evil.example ! evil.example"},
		{"mailto:ana@bank.com@evil.example", "mailto:ana@bank.com@evil.example ! evil.example"},
		{`https://bank.com\@evil.example`, "https://bank.com"},
		{"https://bаnk.com/", "https://bаnk.com/ > https://xn--bnk-6cd.com/ ! xn--bnk-6cd.com"}, // a Cyrillic letter
		{"https://müller.example/", "https://müller.example/ > https://xn--mller-kva.example/ ! xn--mller-kva.example"},
		{"https://bank｡com/", "https://bank｡com/ > https://bank.com/ ! bank.com"},
		{"https://ba\u00adnk.com/", "https://ba\u00adnk.com/ > https://bank.com/ ! bank.com"},
		{"https://bank.com\u200b.evil.example/", "https://bank.com\u200b.evil.example/ > https://bank.com.evil.example/ ! bank.com.evil.example"},
		{"https://%65vil.example/", "https://%65vil.example/ > https://evil.example/ ! evil.example"},
		{"http://3232235777/", "http://3232235777/ > http://192.168.1.1/ ! 192.168.1.1"},
		{"http://0xc0.0250.257/", "http://0xc0.0250.257/ > http://192.168.1.1/ ! 192.168.1.1"},
		{"https://evil.example/\u200fmoc.knab", "https://evil.example/\u200fmoc.knab > https://evil.example/moc.knab ! evil.example"},
		{"https://evil.example/א/moc.knab", "https://evil.example/א/moc.knab ! evil.example"},
		{"https://a%00b.example/", "https://a%00b.example/ ! ?"},
		{"https://xn--a.example/", "https://xn--a.example/ ! ?"},
		{"http://256.256.256.256.1/", "http://256.256.256.256.1/ ! ?"},
	} {
		var got []string
		for _, k := range linksIn(c.text) {
			s := c.text[k.from:k.to]
			if k.address != s {
				s += " > " + k.address
			}
			if k.deceives {
				s += " ! " + k.host
				if k.host == "" {
					s += "?"
				}
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " | "); s != c.links {
			t.Errorf("%q:\n got  %q\n want %q", c.text, s, c.links)
		}
	}
}

// A text full of what could be links costs no more than its length.
func TestLinksAreBounded(t *testing.T) {
	for _, part := range []string{"https://", "https://a.example ", "www.", "a@", "(((", "mailto:a@b.example,", ".onion", "http://%", "xmpp:", "\u2066"} {
		text := strings.Repeat(part, maxText/len(part))
		if n := len(linksIn(text)); n > maxLinks {
			t.Errorf("%q: %d links", part, n)
		}
		if n := testing.AllocsPerRun(3, func() { linksIn(text) }); n > 60*maxLinks {
			t.Errorf("%q: %v allocations", part, n)
		}
	}
}

func FuzzLinks(f *testing.F) {
	for _, s := range []string{
		"see https://example.org/a_(b). (www.x.org)", "https://bank.com@evil.example", "mailto:a@b xmpp:c@d?join", onionHost + ":80/x",
		"http://0x7f.1/", "https://[::1%eth0]/", "https://bаnk｡com/\u200f", "https://%65%00/", "http://1.2.3.4.5", "https://xn--a/", "https://a.b:c@d",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		shown := legible(s)
		before := 0
		for _, k := range linksIn(shown) {
			if k.from < before || k.to <= k.from || k.to > len(shown) || k.to-k.from > maxLink {
				t.Fatalf("%q: a link from %d to %d", shown, k.from, k.to)
			}
			before = k.to
			if !utf8.ValidString(k.address) || strings.ContainsFunc(k.address, func(r rune) bool { return endsLink(r) || unseen(r) }) {
				t.Fatalf("%q is copied as %q", shown, k.address)
			}
			if k.host == "" && !k.deceives {
				t.Fatalf("%q: nobody knows where it leads, and nothing is said", shown)
			}
			for _, r := range k.host {
				if r >= utf8.RuneSelf || r <= ' ' {
					t.Fatalf("%q leads to %q", shown, k.host)
				}
			}
			// What is copied reads as it did before.
			again := linksIn(k.address)
			if len(again) != 1 || k.host != "" && again[0].host != k.host {
				t.Fatalf("%q: copied as %q, which leads to %+v, not to %q", shown, k.address, again, k.host)
			}
		}
	})
}
