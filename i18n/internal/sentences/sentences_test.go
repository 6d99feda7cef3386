package sentences

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// root is the module's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestEveryCallCanBeTranslated reads the whole program.
func TestEveryCallCanBeTranslated(t *testing.T) {
	all, problems, err := Collect(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	if len(all) < 12 {
		t.Errorf("only %d sentences: the months alone are twelve", len(all))
	}
}

// TestTemplateIsUpToDate holds i18n/messages.pot to the source.
func TestTemplateIsUpToDate(t *testing.T) {
	dir := root(t)
	all, _, err := Collect(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(dir, "i18n", "messages.pot"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, Template(all)) {
		t.Error("i18n/messages.pot is not up to date: go run ./i18n/extract")
	}
}

func TestFinds(t *testing.T) {
	all, problems, err := Collect(fstest.MapFS{
		"a/a.go": {Data: []byte(`package a
import words "hushwing/i18n"
var table = []words.Message{words.Mark("In a table")}
func f(n int, x string) {
	_ = words.T("Plain")
	_ = words.T("Joined " + ("together " +
		"%s"), x)
	_ = words.N("%d day", "%d days", n, n)
	_ = words.T("100% private")
	_ = words.T("Plain")
	_ = other.T("Not ours")
}`)},
		"a/a_test.go":     {Data: []byte(`package a; import "hushwing/i18n"; var _ = i18n.T("In a test")`)},
		"a/testdata/b.go": {Data: []byte(`package`)},
		"b/b.go":          {Data: []byte(`package b; import "hushwing/i18n"; func T(string) {}; func g() { T("Somebody else's"); _ = i18n.T("Plain") }`)},
		"c/c.ui": {Data: []byte(`<interface><object class="GtkLabel">
<property name="label" translatable="yes" comments="on a
button">Save &amp; close</property>
<property name="label" translatable="yes" context="menu">Plain</property>
<property name="icon">document-save</property></object></interface>`)},
	})
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	var got []string
	for _, s := range all {
		got = append(got, strings.Join([]string{s.Context, s.ID, s.Plural, strings.Join(s.Hints, ","), strings.Join(s.Refs, ",")}, "|"))
	}
	want := []string{
		"|%d day|%d days||a/a.go",
		"|100% private|||a/a.go",
		"|In a table|||a/a.go",
		"|Joined together %s|||a/a.go",
		"|Plain|||a/a.go,b/b.go",
		"menu|Plain|||c/c.ui",
		"|Save & close||on a\nbutton|c/c.ui",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestProblems plants one breach after the other.
func TestProblems(t *testing.T) {
	for body, want := range map[string]string{
		`i18n.T(x)`:                                "not a literal",
		`i18n.T("a" + x)`:                          "not a literal",
		`i18n.T(fmt.Sprintf("%s", x))`:             "not a literal",
		`i18n.N("a", x, 1)`:                        "not a literal",
		`i18n.Mark(x)`:                             "not a literal",
		`i18n.T("")`:                               "empty",
		`i18n.T("%s and %s", x)`:                   "shows 2 arguments and is given 1",
		`i18n.T("Hello", x)`:                       "shows 0 arguments and is given 1",
		`i18n.T("100% private %s", x)`:             "not allowed",
		`i18n.N("%s day", "%d days", 1, 1)`:        "differently",
		`i18n.N("%d day", "%d days", 1, 1, 2)`:     "shows 1 arguments and is given 2",
		`i18n.N("a", "b")`:                         "too few",
		`run(i18n.T)`:                              "handed on",
		`f := i18n.N; f("a", "b", 1)`:              "handed on",
		`i18n.N("a", "b", 1); i18n.N("a", "c", 1)`: "another plural",
	} {
		_, problems, err := Collect(fstest.MapFS{"a.go": {Data: []byte(
			"package a\nimport \"hushwing/i18n\"\nfunc f(x string) { " + body + " }")}})
		if err != nil {
			t.Fatal(body, err)
		}
		if len(problems) != 1 || !strings.Contains(problems[0].Why, want) || !strings.HasPrefix(problems[0].String(), "a.go:3: ") {
			t.Errorf("%s: %v, want %q", body, problems, want)
		}
	}
	_, problems, err := Collect(fstest.MapFS{"a.go": {Data: []byte("package a\nimport . \"hushwing/i18n\"\nvar _ = T(\"x\")")}})
	if err != nil || len(problems) != 1 {
		t.Error("a dot import:", problems, err)
	}
}

// TestGettextTakesTheTemplate lets gettext's own checker read it.
func TestGettextTakesTheTemplate(t *testing.T) {
	program, err := exec.LookPath("msgfmt")
	if err != nil {
		t.Fatal("install the package gettext: this test checks the template with it")
	}
	pot := filepath.Join(t.TempDir(), "messages.po")
	text := Template([]Sentence{
		{ID: "Plain", Refs: []string{"a.go"}},
		{ID: "%d \"day\"\n", Plural: "%d\tdays\\\n", Hints: []string{"two\nlines"}, Refs: []string{"a.go", "b.go"}},
		{ID: "Two\nlines", Context: "menu", Refs: []string{"a.go"}},
	})
	text = bytes.ReplaceAll(text, []byte("nplurals=INTEGER; plural=EXPRESSION"), []byte("nplurals=2; plural=n != 1"))
	if err := os.WriteFile(pot, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "--check-format", "-o", filepath.Join(t.TempDir(), "out"), pot).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
}
