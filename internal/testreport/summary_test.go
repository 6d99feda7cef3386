package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReport runs the real go test over small modules.
func TestReport(t *testing.T) {
	const head = "package p\nimport \"testing\"\n"
	for _, c := range []struct {
		name, src string
		ok        bool
		want      []string
	}{
		{"passes", head + `func TestGood(t *testing.T) { println("quiet") }`, true, []string{"ok  \tp\t", "1 tests in 1 packages passed, none skipped"}},
		{"fails", head + `func TestBad(t *testing.T) { t.Error("the reason") }`, false, []string{"the reason", "FAIL\tp\t", "p  TestBad"}},
		{"skips", head + `func TestGood(t *testing.T) {}
func TestGone(t *testing.T) { t.Skip("no tor here") }`, false, []string{"no tor here", "SKIPPED", "p  TestGone"}},
		{"skips within", head + `func TestA(t *testing.T) { t.Run("b", func(t *testing.T) { t.SkipNow() }) }`, false, []string{"p  TestA/b"}},
		{"does not build", head + `func TestBad(t *testing.T) { nothing() }`, false, []string{"undefined: nothing", "FAIL"}},
		{"does not vet", head + "import \"fmt\"\nfunc TestBad(t *testing.T) { fmt.Printf(\"%d\", \"x\") }", false, []string{"FAILED"}},
		{"dies", head + "import \"os\"\nfunc TestBad(t *testing.T) { os.Exit(3) }", false, []string{"FAILED", "TestBad"}},
		{"panics", head + `func TestBad(t *testing.T) { panic("oh dear") }`, false, []string{"oh dear", "p  TestBad"}},
		{"has no tests", "package p", false, []string{"no test passed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "go.mod", "module p\n")
			write(t, dir, "p_test.go", c.src)
			cmd := exec.Command("go", "test", "-json", "./...")
			cmd.Dir = dir
			cmd.Stderr = os.Stderr
			events, _ := cmd.Output() // its status is what is being replaced
			var out bytes.Buffer
			if ok := report(bytes.NewReader(events), &out, "x"); ok != c.ok {
				t.Errorf("ok is %v", ok)
			}
			for _, w := range c.want {
				if !strings.Contains(out.String(), w) {
					t.Errorf("the report lacks %q", w)
				}
			}
			if strings.Contains(out.String(), "quiet") {
				t.Error("the report shows what a passing test printed")
			}
			if t.Failed() {
				t.Logf("the report:\n%s", out.String())
			}
		})
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCutShort: events that end in the middle of a test are a failure.
func TestCutShort(t *testing.T) {
	in := `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
`
	var out bytes.Buffer
	if report(strings.NewReader(in), &out, "x") || !strings.Contains(out.String(), "p  TestB") {
		t.Errorf("a run that was cut short passed:\n%s", out.String())
	}
}
