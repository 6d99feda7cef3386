package story_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hushwing/internal/lab"
)

// builtIn is where the programs are built, for all tests of this run.
var builtIn string

func TestMain(m *testing.M) {
	var err error
	if builtIn, err = os.MkdirTemp("", "hushwing-story-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := lab.Main(m)
	_ = os.RemoveAll(builtIn)
	os.Exit(status)
}

// built builds a command of this module, with the same flags as everywhere, and
// returns its path. What belongs beside it is there too.
func built(t testing.TB, pkg string) string {
	t.Helper()
	path := filepath.Join(builtIn, filepath.Base(pkg))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	cmd := exec.Command("go", "build", "-o", path, pkg)
	switch pkg {
	case "hushwing/cmd/hushwing":
		built(t, pkg+"-net")
	case "hushwing/cmd/hushwing-net":
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	return path
}
