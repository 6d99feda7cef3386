package walls

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPromisesHaveTests: every test that docs/ names to prove a promise exists.
// A name that ends in "…" stands for all that begin with it.
func TestPromisesHaveTests(t *testing.T) {
	root := filepath.Join("..", "..")
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(src, -1) {
			there[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b((?:Test|Fuzz|Benchmark)[A-Z]\w*)(…?)`)
	count := 0
	for _, doc := range []string{"security.md", "known-issues.md", "architecture.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			count++
			if !found(there, m[1], m[2] != "") {
				t.Errorf("docs/%s names %s, and there is no such test", doc, m[1])
			}
		}
	}
	if count < 30 {
		t.Errorf("only %d tests are named: is this still the right place?", count)
	}
	if found(there, "TestThatNobodyWrote", false) {
		t.Error("a test that nobody wrote is found")
	}
}

func found(there map[string]bool, name string, prefix bool) bool {
	if !prefix {
		return there[name]
	}
	for n := range there {
		if strings.HasPrefix(n, name) {
			return true
		}
	}
	return false
}
