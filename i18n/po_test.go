package i18n

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestEntries: what a catalogue says, and nothing else that stands in it.
func TestEntries(t *testing.T) {
	const text = `# A comment.
msgid ""
msgstr ""
"Language: xx\n"
"Plural-Forms: nplurals=2; plural=n != 1;\n"

#. A hint.
#: gui/window.go
#, c-format
msgid "one \"two\"\t\\n"
msgstr "eins »zwei«"
msgid ""
"first\n"
"second"
msgstr ""
"erste\n"
"zweite"

#, c-format, fuzzy
msgid "guess"
msgstr "wrong"

msgctxt "elsewhere"
msgid "plain"
msgstr "other"

msgid "plain"
msgstr ""

msgid "day"
msgid_plural "days"
msgstr[0] "Tag"
msgstr[1] "Ta"
"ge"

#~ msgid "gone"
#~ msgstr "weg"
`
	var got []string
	for e := range entries(text) {
		got = append(got, fmt.Sprintf("%q %q %q", e.id, e.plural, e.forms))
	}
	want := []string{
		`"" "" ["Language: xx\nPlural-Forms: nplurals=2; plural=n != 1;\n"]`,
		`"one \"two\"\t\\n" "" ["eins »zwei«"]`,
		`"first\nsecond" "" ["erste\nzweite"]`,
		`"plain" "" [""]`,
		`"day" "days" ["Tag" "Tage"]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for e := range entries(text) {
		if e.id != "" {
			t.Error("it goes on after a break")
		}
		break
	}
}

// TestPlural: rules as catalogues have them, and what C says of what binds more.
func TestPlural(t *testing.T) {
	const russian = "plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
	for _, c := range []struct {
		header string
		want   string // for 0, 1, 2, …
	}{
		{"", "1011111"},
		{"Language: de\nPlural-Forms: nplurals=2; plural=(n != 1);\n", "1011111"},
		{"nplurals=2; plural=n > 1;", "0011111"},
		{"nplurals=1; plural=0;", "000"},
		{"nplurals=3; " + russian, "2011122222222222222220111222"},
		{"plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5", "01233333333444"},
		{"plural=1 + n * 2 - 4 / 2 - 1 + !n * 2", "002"},
		{"plural=n || 1 && 0", "011"},
		{"plural=(n || 1) && 0", "000"},
		{"plural=!(n < 2)", "001"},
		{"plural=n % 0 + n / 0", "000"},
	} {
		f, err := plural(c.header)
		if err != nil {
			t.Errorf("%s: %v", c.header, err)
			continue
		}
		var got strings.Builder
		for n := range uint64(len(c.want)) {
			fmt.Fprint(&got, f(n))
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.header, got.String(), c.want)
		}
	}
	for _, bad := range []string{"plural=", "plural=n ==", "plural=(n", "plural=n ? 1", "plural=m", "plural=n n", "plural=99999999999"} {
		if _, err := plural(bad); err == nil {
			t.Errorf("%s is understood", bad)
		}
	}
}

// TestOddCatalogues: a number that the language has no form for stays English,
// and so does a language whose rule is not understood.
func TestOddCatalogues(t *testing.T) {
	const day = "\nmsgid \"day\"\nmsgid_plural \"days\"\nmsgstr[0] \"a\"\nmsgstr[1] \"b\"\n"
	l := parsed(t, "xx", "msgid \"\"\nmsgstr \"plural=n;\"\n"+day)
	for n, want := range map[int]string{-1: "a", 0: "a", 1: "b", 2: "days", 1 << 40: "days"} {
		if got := l.getN("day", "days", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if err := (&language{}).fill("msgid \"\"\nmsgstr \"plural=n n;\"\n" + day); err == nil {
		t.Error("a rule that is none is taken")
	}
}
