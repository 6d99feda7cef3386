package model

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

func TestLegible(t *testing.T) {
	for _, same := range []string{
		"", "plain", "Grüße, ✓", "tab\there", "two\nlines", "مرحبا بالعالم", "سلام، خوبی؟ می\u200cخواهم", "שלום עולם", "בְּרֵאשִׁ֖ית", "नमस्ते क्\u200dष", "ประเทศไทย", "བཀྲ་ཤིས",
		"👩\u200d👩\u200d👧\u200d👦 👍🏽 ❤️ 🏳️\u200d🌈 1️⃣ 🇨🇭", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "葛󠄀城", "Việt Nam", "ﷺ", "\u200fעברית\u200e (abc)", "\u2067שלום\u2069 ok",
	} {
		if got := legible(same); got != same {
			t.Errorf("%q became %q", same, got)
		}
	}
	for in, want := range map[string]string{
		"a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh": "a\nb\nc\nd\ne\nf\ng\nh",
		"a\x00b\x1b[31mc\x7f":                  "a�b�[31mc�",
		"photo\u202egnp.exe":                   "photo�gnp.exe",
		"a\u202dz":                             "a�z",
		"\u202bשלום\u202c x":                   "\u2067שלום\u2069 x",
		"x\u2069\u202cy":                       "xy",
		"\u2067a\nb\u2069c":                    "\u2067a\nbc",
		"pay\u2060pal\ufeff":                   "paypal",
		"hi\U000e0041\U000e0042":               "hi",
		"\xff\xfe":                             "��",
		"Z" + strings.Repeat("\u0351", 40):     "Z" + strings.Repeat("\u0351", maxMarks),
		"Z" + strings.Repeat("\u0351\u2060\ufe0f", 40) + "a\u0351": "Z" + strings.Repeat("\u0351\ufe0f", maxMarks) + "a\u0351",
		strings.Repeat("\u2066", 20) + "a":                         strings.Repeat("\u2066", maxIsolate) + "a",
	} {
		if got := legible(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// Somebody who gives themselves a name cannot make it look like another in a
// line of ours, nor change what is beside it.
func TestNamesOfOutside(t *testing.T) {
	for in, want := range map[string]string{
		"Ana":                                "Ana",
		"A\u200dna\u200c":                    "Ana",
		"\u202eana\u202c":                    "ana",
		"Ana\u3164":                          "Ana",
		"A\u00adna\u2060":                    "Ana",
		"A\ufe0fna":                          "Ana",
		"Ana\n\n(checked)":                   "Ana  (checked)",
		"Ana" + strings.Repeat("\u0300", 30): "Ana" + strings.Repeat("\u0300", maxMarks),
		"می\u200cخواهم":                      "می\u200cخواهم",
		"👩\u200d💻 Ana":                       "👩\u200d💻 Ana",
		"葛󠄀城":                                "葛󠄀城",
		"🏴\U000e0067\U000e0062\U000e007f":    "🏴\U000e0067\U000e0062\U000e007f",
	} {
		if got := clean(in, 60); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := isolated("חנות"); got != "\u2068חנות\u2069" {
		t.Errorf("%q", got)
	}
	if got := isolated("Ana"); got != "Ana" {
		t.Errorf("%q", got)
	}
}

func TestDirection(t *testing.T) {
	for text, want := range map[string]Direction{
		"": DirectionNone, "12:30 😀": DirectionNone, "hello שלום": LeftToRight, "שלום hello": RightToLeft, "1. مرحبا": RightToLeft,
		"\u2067שלום\u2069 hello": LeftToRight, "(Ж": LeftToRight, "中": LeftToRight,
	} {
		if got := directionOf(text); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func FuzzLegible(f *testing.F) {
	for _, s := range []string{"photo\u202egnp.exe", "\u2067\u2066\u2069\u202c", "Z\u0351\u0351\u2060\u0351\u0351\u0351\u0351", "👩\u200d👩\u200d👧 🏴\U000e0067\U000e007f", "a\r\n\u2028\x00\xff", "می\u200cخواهم"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := legible(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is no text", got)
		}
		if again := legible(got); again != got {
			t.Fatalf("%q becomes %q, and that %q", s, got, again)
		}
		depth, marks := 0, 0
		for _, r := range got {
			p, _ := bidi.LookupRune(r)
			switch p.Class() {
			case bidi.LRO, bidi.RLO, bidi.LRE, bidi.RLE, bidi.PDF:
				t.Fatalf("%q overrides the direction", got)
			case bidi.LRI, bidi.RLI, bidi.FSI:
				depth++
			case bidi.PDI:
				if depth--; depth < 0 {
					t.Fatalf("%q closes what it has not opened", got)
				}
			}
			if r == '\n' {
				depth = 0
			}
			if depth > maxIsolate {
				t.Fatalf("%q goes %d deep", got, depth)
			}
			switch {
			case isSelector(r) || unicode.In(r, unicode.Cf):
			case unicode.In(r, unicode.Mn, unicode.Me):
				if marks++; marks > maxMarks {
					t.Fatalf("%q piles up", got)
				}
			default:
				marks = 0
			}
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Fatalf("%q has the control character %x", got, r)
			}
		}
		if name := clean(s, 40); clean(name, 40) != name && utf8.RuneCountInString(name) < 40 {
			t.Fatalf("the name %q becomes %q", name, clean(name, 40))
		}
	})
}
