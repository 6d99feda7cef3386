package model

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/i18n"
)

// causeNames reads the names of all causes from the source of the client, in
// order: their numbers are their places.
func causeNames(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "client", "problem.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, decl := range file.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		first, ok := g.Specs[0].(*ast.ValueSpec)
		if !ok {
			continue
		}
		if id, ok := first.Type.(*ast.Ident); !ok || id.Name != "Cause" {
			continue
		}
		for _, s := range g.Specs {
			for _, n := range s.(*ast.ValueSpec).Names {
				names = append(names, n.Name)
			}
		}
	}
	if len(names) < 50 || names[0] != "CauseUnknown" {
		t.Fatalf("found %d causes: %v", len(names), names)
	}
	return names
}

func allCauses(t *testing.T) []client.Cause {
	t.Helper()
	var out []client.Cause
	for i := range causeNames(t) {
		out = append(out, client.Cause(i))
	}
	return out
}

func TestEveryCauseHasWords(t *testing.T) {
	tables := []map[client.Cause]explanation{profileCauses, torCauses, serverCauses, accountCauses, manageCauses, chatCauses}
	said := map[string]string{}
	for i, name := range causeNames(t) {
		n := 0
		for _, table := range tables {
			if _, ok := table[client.Cause(i)]; ok {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s is explained %d times, want once", name, n)
			continue
		}
		e := explain(client.Cause(i))
		text, next := plain(e.text.Text()), plain(e.next.Text())
		for _, s := range []string{text, next} {
			if s == "" || !strings.HasSuffix(s, ".") || strings.ToUpper(s[:1]) != s[:1] {
				t.Errorf("%s: %q is no sentence", name, s)
			}
			if word := jargon.FindString(s); word != "" {
				t.Errorf("%s: %q says %q", name, s, word)
			}
		}
		if other, ok := said[text]; ok {
			t.Errorf("%s and %s are told apart by nothing: %q", name, other, text)
		}
		said[text] = name
		switch e.remedy {
		case remedyRetry, remedyServer, remedyQuit:
			if e.label.IsZero() {
				t.Errorf("%s: a remedy without a word for its button", name)
			}
		}
	}
	if got := explain(client.Cause(9999)); got.text != profileCauses[client.CauseUnknown].text {
		t.Error("a cause without words is not told as unknown")
	}
}

// TestSentences walks every sentence of the package's source: no jargon but in
// details.go, no names of the story's people, proper quotes, no double spaces.
func TestSentences(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "i18n" {
				return true
			}
			count := map[string]int{"T": 1, "Mark": 1, "N": 2}[sel.Sel.Name]
			for _, arg := range call.Args[:count] {
				at := set.Position(arg.Pos())
				lit, ok := arg.(*ast.BasicLit)
				if !ok {
					t.Errorf("%s: the sentence is no constant", at)
					continue
				}
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				n++
				if _, err := i18n.Verbs(s); err != nil {
					t.Errorf("%s: %v", at, err)
				}
				if word := jargon.FindString(s); word != "" && name != "details.go" {
					t.Errorf("%s: %q says %q", at, s, word)
				}
				for _, bad := range []string{"Ana", "Ben", "  ", "...", "'", " she ", " he ", " her ", " his ", "!"} {
					if strings.Contains(" "+s+" ", bad) {
						t.Errorf("%s: %q has %q", at, s, bad)
					}
				}
			}
			return true
		})
	}
	if n < 150 {
		t.Errorf("only %d sentences were found", n)
	}
}

func TestJargonIsFound(t *testing.T) {
	for _, s := range []string{"your OTR key", "The fingerprint differs", "pin", "SCRAM-SHA-1", "a JID", "SMP.", "TLS 1.3"} {
		if !jargon.MatchString(s) {
			t.Errorf("%q is not found", s)
		}
	}
	for _, s := range []string{"spinning", "opinion", "a key", "Report"} {
		if jargon.MatchString(s) {
			t.Errorf("%q is found", s)
		}
	}
}

func TestNoLogging(t *testing.T) {
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{`"log"`, `"log/slog"`, `"fmt"`, `"os"`} {
			if strings.Contains(string(raw), bad) {
				t.Errorf("%s imports %s", name, bad)
			}
		}
	}
}

func TestRandomName(t *testing.T) {
	seen := map[string]bool{}
	for range 500 {
		n := randomName()
		if n != strings.ToLower(n) || strings.ContainsAny(n, " @-_.") || len(n) < 8 || len(n) > 24 {
			t.Errorf("a bad name: %q", n)
		}
		seen[n] = true
	}
	if len(seen) < 495 {
		t.Errorf("only %d of 500 names differ", len(seen))
	}
}

// TestRandomNamesAreEven: no word stands twice in the lists, every word and number
// comes, and none much more often: within six standard deviations of its chance.
func TestRandomNamesAreEven(t *testing.T) {
	for _, list := range [][]string{nameFirst, nameSecond} {
		seen := map[string]bool{}
		for _, w := range list {
			if seen[w] {
				t.Errorf("%q stands there twice", w)
			}
			seen[w] = true
		}
	}
	if n := len(nameFirst) * len(nameSecond) * 900; n < 5_000_000 {
		t.Errorf("only %d names: somebody may have to try twice", n)
	}
	const times = 40_000
	first, second, number := map[string]int{}, map[string]int{}, map[string]int{}
	for range times {
		n := randomName()
		words, digits := n[:len(n)-3], n[len(n)-3:]
		number[digits]++
		for _, w := range nameFirst {
			if rest, ok := strings.CutPrefix(words, w); ok && slices.Contains(nameSecond, rest) {
				first[w]++
				second[rest]++
				break
			}
		}
	}
	for name, c := range map[string]struct {
		drawn map[string]int
		of    int
	}{"first": {first, len(nameFirst)}, "second": {second, len(nameSecond)}, "number": {number, 900}} {
		want := float64(times) / float64(c.of)
		if len(c.drawn) != c.of {
			t.Errorf("%s: %d of %d came", name, len(c.drawn), c.of)
		}
		for w, n := range c.drawn {
			if math.Abs(float64(n)-want) > 6*math.Sqrt(want) {
				t.Errorf("%s: %q came %d times, even would be %.0f", name, w, n, want)
			}
		}
	}
}

func TestQR(t *testing.T) {
	rows := qrCode("xmpp:ana@example.test")
	n := len(rows)
	if n < 21 || n > 57 {
		t.Fatalf("%d rows", n)
	}
	// The three corners that a reader looks for: 7x7, dark rim, light ring, dark 3x3.
	for _, c := range [][2]int{{0, 0}, {0, n - 7}, {n - 7, 0}} {
		for y := range 7 {
			for x := range 7 {
				ring := max(max(3-x, x-3), max(3-y, y-3))
				if want := ring != 2; rows[c[0]+y][c[1]+x] != want {
					t.Fatalf("the corner at %v is not one", c)
				}
			}
		}
	}
	if qrCode("") != nil {
		t.Error("a code of nothing")
	}
	if qrCode(strings.Repeat("x", 5000)) != nil {
		t.Error("a code of what does not fit")
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202eb":      "ab", // text from right to left could read as another
		"a\x00b\x1b[1m": "ab[1m",
		"a\nb":          "a b",
		"  a ":          "a",
		"می\u200cخواهم": "می\u200cخواهم",
		"abcdef":        "abcde…",
	} {
		limit := 20
		if in == "abcdef" {
			limit = 5
		}
		if got := clean(in, limit); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
