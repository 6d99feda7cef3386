package walls

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// foreign are words that belong to some machine, not to the project. They are
// put together here, so that this file passes its own test.
var foreign = []string{
	"/wo" + "rk/",
	"/ro" + "ot/",
	"/tmp" + "/hw",
	"proxy.gol" + "ang.org",
	"sum.gol" + "ang.org",
	"deb.deb" + "ian.org",
	"archive.ubu" + "ntu.com",
}

// foreignIn returns the lines of text that hold such a word.
func foreignIn(text []byte) []string {
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		for _, w := range foreign {
			if strings.Contains(line, w) {
				out = append(out, strings.TrimSpace(line))
				break
			}
		}
	}
	return out
}

// eachText calls do for every text file of the tree.
func eachText(t *testing.T, do func(rel string, text []byte)) {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != root && ignored(d.Name()) && d.Name() != "testdata":
			return filepath.SkipDir
		case !d.Type().IsRegular(), d.Name() == ".git": // a file in a worktree
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if utf8.Valid(text) && !bytes.ContainsRune(text, 0) {
			rel, _ := filepath.Rel(root, p)
			do(filepath.ToSlash(rel), text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoForeignWords(t *testing.T) {
	n := 0
	eachText(t, func(rel string, text []byte) {
		n++
		for _, line := range foreignIn(text) {
			t.Errorf("%s names a place on somebody's machine, or a host that only their set-up knows; a clone has neither: %s", rel, line)
		}
	})
	if n < 20 {
		t.Errorf("only %d files were read", n)
	}
	for _, w := range foreign {
		if len(foreignIn([]byte("see "+w+"x\n"))) != 1 {
			t.Errorf("%q would not be found", w)
		}
	}
}

// modules returns the direct requirements of a go.mod, path to version.
func modules(gomod string) map[string]string {
	out := map[string]string{}
	inside := false
	for _, line := range strings.Split(gomod, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "require (":
			inside = true
			continue
		case line == ")":
			inside = false
		case strings.HasPrefix(line, "require "):
			line = strings.TrimPrefix(line, "require ")
		case !inside:
			continue
		}
		f := strings.Fields(line)
		if len(f) == 2 && !strings.Contains(line, "// indirect") {
			out[f[0]] = f[1]
		}
	}
	return out
}

// TestDependenciesAreExplained: each direct requirement of go.mod has its
// line, with its version, in docs/dependencies.md.
func TestDependenciesAreExplained(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	mods := modules(string(gomod))
	if len(mods) < 5 {
		t.Fatalf("only %d requirements were read from go.mod", len(mods))
	}
	for _, m := range unexplained(mods, string(doc)) {
		t.Errorf("docs/dependencies.md has no line for %s %s: why it was taken, what was looked at instead, its licence", m, mods[m])
	}
	mods["example.org/planted"] = "v1.0.0"
	if len(unexplained(mods, string(doc))) == 0 {
		t.Error("a module that nobody explained was not noticed")
	}
}

// unexplained returns the modules without a table row that has both their
// path and their version.
func unexplained(mods map[string]string, doc string) []string {
	var out []string
next:
	for m, v := range mods {
		for _, line := range strings.Split(doc, "\n") {
			if strings.HasPrefix(line, "| "+m+" |") && strings.Contains(line, "| "+v+" |") {
				continue next
			}
		}
		out = append(out, m)
	}
	return out
}
