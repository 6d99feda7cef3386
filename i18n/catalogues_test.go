package i18n

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/leonelquinteros/gotext"
)

// shipped are the languages that are complete, always.
var shipped = []string{"ar", "de", "en", "es", "fa", "fr", "pt", "ru", "zh_CN"}

// forms is how many forms a number has in each of them (CLDR, as gettext
// counts them).
var forms = map[string]int{"ar": 6, "de": 2, "es": 2, "fa": 2, "fr": 2, "pt": 2, "ru": 3, "zh_CN": 1}

// TestShipped: these, no more and no fewer.
func TestShipped(t *testing.T) {
	if got := Languages(); !slices.Equal(got, shipped) {
		t.Errorf("there are catalogues for %v, want %v", got, shipped)
	}
}

// TestComplete: every sentence of the program is translated in every language,
// with the forms that its numbers have, and looks like a translation of it.
func TestComplete(t *testing.T) {
	template := parse(t, "messages.pot")
	if len(template) < 500 {
		t.Fatalf("the template has %d sentences", len(template))
	}
	for name, n := range forms {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("po", name+".po")
			// gettext's own checker first: header, forms, format.
			if out, err := exec.Command("msgfmt", "--check-header", "--check-domain", "-o", os.DevNull, path).CombinedOutput(); err != nil {
				t.Fatalf("msgfmt (of the package gettext): %v\n%s", err, out)
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(raw), "#, fuzzy") || strings.Contains(string(raw), "#~") {
				t.Error("there are guesses or left-overs: make languages takes them out")
			}
			have := parse(t, path)
			for id, want := range template {
				for _, p := range flaws(want, have[id], n) {
					t.Errorf("%q: %s", id, p)
				}
			}
			for id := range have {
				if template[id] == nil {
					t.Errorf("%q is not said by the program: make languages", id)
				}
			}
		})
	}
}

func parse(t *testing.T, path string) map[string]*gotext.Translation {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	po := gotext.NewPo()
	po.Parse(raw)
	all := po.GetDomain().GetTranslations()
	delete(all, "")
	return all
}

// flaws says what is wrong with a translation that should have n forms.
func flaws(want, have *gotext.Translation, n int) []string {
	if want.PluralID == "" {
		n = 1
	}
	if have == nil {
		return []string{"not translated"}
	}
	var out []string
	if len(have.Trs) != n {
		out = append(out, fmt.Sprintf("%d forms, want %d", len(have.Trs), n))
	}
	for i, text := range have.Trs {
		if text == "" {
			out = append(out, fmt.Sprintf("form %d is not translated", i))
			continue
		}
		out = append(out, looks(want.ID, text)...)
		if have.PluralID == "" {
			// All of what the sentence is given has to be in it.
			a, err := Verbs(want.ID)
			if err != nil {
				continue // shown as it is
			}
			if b, err := Verbs(text); err != nil || fmt.Sprint(a) != fmt.Sprint(b) {
				out = append(out, fmt.Sprintf("%q does not show what it is given: %v, want %v (%v)", text, b, a, err))
			}
		}
	}
	return out
}

// looks compares what a translation has to keep of its sentence: spaces at the
// ends, lines, and the way that it ends.
func looks(id, text string) []string {
	var out []string
	if !utf8.ValidString(text) {
		out = append(out, "not UTF-8")
	}
	edge := func(s string) string {
		trimmed := strings.TrimSpace(s)
		at := strings.Index(s, trimmed)
		return s[:at] + "|" + s[at+len(trimmed):]
	}
	if edge(id) != edge(text) {
		out = append(out, fmt.Sprintf("%q has other spaces at its ends", text))
	}
	if a, b := strings.Count(id, "\n"), strings.Count(text, "\n"); a != b {
		out = append(out, fmt.Sprintf("%q has %d ends of lines, want %d", text, b, a))
	}
	if a, b := ending(id), ending(text); a != b {
		out = append(out, fmt.Sprintf("%q ends with a %s, want a %s", text, b, a))
	}
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) || r == unicode.ReplacementChar {
			out = append(out, fmt.Sprintf("%q holds %U", text, r))
		}
	}
	return out
}

// ending says how a sentence ends, in any script.
func ending(s string) string {
	s = strings.TrimRight(s, " \n\t”»“\"')）")
	last, _ := utf8.DecodeLastRuneInString(s)
	switch last {
	case '.', '。', '۔':
		if strings.HasSuffix(s, "...") {
			return "ellipsis"
		}
		return "full stop"
	case '?', '؟', '？':
		return "question mark"
	case '…':
		return "ellipsis"
	case ':', '：':
		return "colon"
	case '!', '！':
		return "exclamation mark"
	}
	return "word"
}

// TestFlaws: each kind of flaw is found.
func TestFlaws(t *testing.T) {
	one := func(id string) *gotext.Translation { return &gotext.Translation{ID: id} }
	tr := func(texts ...string) *gotext.Translation {
		out := &gotext.Translation{Trs: map[int]string{}}
		for i, text := range texts {
			out.Trs[i] = text
		}
		return out
	}
	many := &gotext.Translation{ID: "%d day", PluralID: "%d days"}
	days := tr("Один день", "%d дня", "%d дней")
	days.PluralID = "%d days"
	for _, c := range []struct {
		want, have *gotext.Translation
		n, flaws   int
	}{
		{one("Send"), tr("Senden"), 2, 0},
		{one("Send"), nil, 2, 1},
		{one("Send"), tr(""), 2, 1},
		{one("%s wrote to %s."), tr("An %[2]s schrieb %[1]s."), 2, 0},
		{one("%s wrote to %s."), tr("%[2]s bekam Post."), 2, 1},
		{one("%s wrote."), tr("%d schrieb."), 2, 1},
		{one("Wait…"), tr("Warten"), 2, 1},
		{one("Really?"), tr("真的？"), 2, 0},
		{one("Really?"), tr("حقًا؟"), 2, 0},
		{one("It is so."), tr("Es ist so"), 2, 1},
		{one("A \n"), tr("A"), 2, 2},
		{one("A"), tr("A\a"), 2, 1},
		{many, days, 3, 0},
		{many, days, 2, 1},
	} {
		if got := flaws(c.want, c.have, c.n); len(got) != c.flaws {
			t.Errorf("%q, %v: %q, want %d", c.want.ID, c.have, got, c.flaws)
		}
	}
}

// TestGlossaries: a word that the program has settled on is the same one
// everywhere. docs/glossary has a table for each language; "*" in its third
// column stands for the letters that a form of the word may have.
func TestGlossaries(t *testing.T) {
	for name := range forms {
		t.Run(name, func(t *testing.T) {
			terms := glossary(t, filepath.Join("..", "docs", "glossary", name+".md"))
			if len(terms) < 20 {
				t.Fatalf("%d words", len(terms))
			}
			for id, tr := range parse(t, filepath.Join("po", name+".po")) {
				for _, term := range terms {
					if !term.english.MatchString(id) && !term.english.MatchString(tr.PluralID) {
						continue
					}
					for _, text := range tr.Trs {
						if !term.theirs.MatchString(text) {
							t.Errorf("%q: %q does not use the glossary’s word for %s", id, text, term.english)
						}
					}
				}
			}
		})
	}
}

type term struct{ english, theirs *regexp.Regexp }

// glossary reads the rows of a table: | English | word | forms | note |.
// English words are looked for with any ending; several are parted by " / ", as
// the forms are. A row without forms is advice alone.
func glossary(t *testing.T, path string) []term {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pattern := func(cell, before, after string) *regexp.Regexp {
		var any []string
		for one := range strings.SplitSeq(cell, " / ") {
			one = strings.Trim(strings.TrimSpace(one), "`")
			any = append(any, strings.ReplaceAll(regexp.QuoteMeta(one), `\*`, `[\p{L}\p{M}\x{200c}]*`))
		}
		return regexp.MustCompile("(?i)" + before + "(" + strings.Join(any, "|") + ")" + after)
	}
	var out []term
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 6 || strings.HasPrefix(cells[1], "-") || strings.TrimSpace(cells[1]) == "English" || strings.TrimSpace(cells[3]) == "" {
			continue
		}
		out = append(out, term{pattern(cells[1], `\b`, `\b`), pattern(cells[3], "", "")})
	}
	return out
}
