//go:build linux

package leak_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"hushwing/config/configtest"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/internal/leak"
)

// builtIn is where programs are built, for all tests of this run, one at a time.
var (
	builtIn  string
	building sync.Mutex
)

func TestMain(m *testing.M) {
	configtest.CheapProcess(m)
	os.Exit(journey.Main(func() int {
		return leak.Main(func() int {
			var err error
			if builtIn, err = os.MkdirTemp("", "hushwing-leak-"); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			defer os.RemoveAll(builtIn)
			return lab.Main(m)
		})
	}))
}

// built builds a command of this module and returns its path.
func built(t testing.TB, pkg string) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	path := filepath.Join(builtIn, filepath.Base(pkg))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput()
	if err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	return path
}

// open opens a box that ends with the test.
func open(t testing.TB) *leak.Box {
	t.Helper()
	b, err := leak.Open(lab.Shared(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// verdict asks for one that can be trusted.
func verdict(t testing.TB, b *leak.Box) leak.Verdict {
	t.Helper()
	v, err := b.Verdict()
	if err != nil {
		t.Fatalf("the record cannot be trusted: %v\n%v", err, v)
	}
	return v
}
