package build_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// script runs build/NAME with an environment of its own and returns its exit
// status and all that it said.
func script(t *testing.T, env []string, name string, args ...string) (int, string) {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/bash", append([]string{path}, args...)...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// elsewhere is a PATH as on a system without apt: what the scripts themselves
// use, and the given fakes.
func elsewhere(t *testing.T, fakes ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, p := range []string{"awk", "sed", "dirname", "cat", "id", "uname", "sort", "grep"} {
		real, err := exec.LookPath(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(real, filepath.Join(dir, p)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range fakes {
		fake(t, dir, p, "exit 0")
	}
	return dir
}

// fake puts a program of one line into dir, never through a link that is there.
func fake(t *testing.T, dir, name, line string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+line+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestRunWithoutDisplay(t *testing.T) {
	status, said := script(t, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, "run.sh")
	if status == 0 || !strings.Contains(said, "no display") || !strings.Contains(said, "make demo") {
		t.Errorf("status %d, said %q", status, said)
	}
}

func TestDepsElsewhere(t *testing.T) {
	status, said := script(t, []string{"PATH=" + elsewhere(t, "gcc", "pkg-config")}, "deps.sh", "run", "test")
	if status == 0 || !strings.Contains(said, "by hand") {
		t.Errorf("status %d, said %q", status, said)
	}
	for _, name := range []string{" prosody ", " age "} {
		if !strings.Contains(said, name) {
			t.Errorf("the missing package%sis not named: %q", name, said)
		}
	}
	for _, name := range []string{" gcc ", " libgtk-3-dev "} {
		if strings.Contains(said, name) {
			t.Errorf("the package%sis there and is named: %q", name, said)
		}
	}
}

// TestDepsAskForNothing: with everything there, apt and sudo are not run.
func TestDepsAskForNothing(t *testing.T) {
	dir := elsewhere(t)
	mark := filepath.Join(dir, "asked")
	fake(t, dir, "apt-get", ": >"+mark)
	fake(t, dir, "sudo", ": >"+mark)
	fake(t, dir, "dpkg-query", "printf installed")
	status, said := script(t, []string{"PATH=" + dir}, "deps.sh", "run", "test")
	if _, err := os.Stat(mark); err == nil || status != 0 || said != "" {
		t.Errorf("status %d, said %q, asked: %v", status, said, err == nil)
	}
	// And the control: without them, sudo is.
	fake(t, dir, "dpkg-query", "exit 1")
	fake(t, dir, "id", "echo 1000")
	status, said = script(t, []string{"PATH=" + dir}, "deps.sh", "run", "test")
	if _, err := os.Stat(mark); err != nil || status != 0 || !strings.Contains(said, "with sudo") {
		t.Errorf("status %d, said %q, asked: %v", status, said, err == nil)
	}
}

// TestOldGo: a Go that is too old is not used. There is none to fetch for the
// machine that it is told of; the one of /usr/local/go may answer instead.
func TestOldGo(t *testing.T) {
	dir := elsewhere(t)
	fake(t, dir, "uname", "echo Plan9 mips")
	for _, c := range []struct {
		version string
		old     bool
	}{
		{"go1.19.8", true}, {"go1.9", true}, {"go1.25.12", true}, {"go1.26.0", false}, {"go1.26.8", false}, {"go1.100.1", false}, {"go2.0.0", false},
	} {
		fake(t, dir, "go", "echo go version "+c.version+" plan9/mips")
		status, said := script(t, []string{"PATH=" + dir, "HOME=" + dir}, "go.sh")
		switch {
		case c.old && said == filepath.Join(dir, "go")+"\n", c.old && status != 0 && !strings.Contains(said, "or newer is needed"):
			t.Errorf("%s: status %d, said %q", c.version, status, said)
		case !c.old && (status != 0 || said != filepath.Join(dir, "go")+"\n"):
			t.Errorf("%s: status %d, said %q", c.version, status, said)
		}
	}
}
