//go:build linux

package config

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"hushwing/config/internal/work"
)

// child is what the other process does. It answers on its standard output.
func child() int {
	role, dir, _ := strings.Cut(os.Getenv(childEnv), " ")
	work.Set(1)
	switch role {
	case "hold": // opens the profile and keeps it
		s, err := Open(dir, oldPassword)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println("open")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until it is killed
		_ = s.Close()
	case "unlock": // measures an Open
		fmt.Println(memory("VmRSS:"))
		start := time.Now()
		s, err := Open(dir, oldPassword)
		took := time.Since(start)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println(memory("VmRSS:"))
		fmt.Println(memory("VmHWM:"))
		fmt.Println(took.Milliseconds())
		fmt.Println(held())
		_ = s.Close()
	case "refuse": // tries to open and to make a profile
		_, err := Open(dir, oldPassword)
		fmt.Println(err)
		_, err = Create(filepath.Join(dir, "another"), oldPassword)
		fmt.Println(err)
	case "save": // saves until it is killed
		s, err := Open(dir, oldPassword)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println("saving")
		for i := 0; ; i++ {
			generation, err := s.Modify(func(p *Profile) error { p.Settings.Language = strconv.Itoa(i); return nil })
			if err != nil {
				return 1
			}
			fmt.Println(generation)
			if err := s.ModifyQueue(func(q *Queue) error {
				q.Drafts = []Draft{{"1", "ben@example.test", strconv.Itoa(i)}}
				return nil
			}); err != nil {
				return 1
			}
		}
	case "mounted": // in mounts of its own
		return mounted(dir)
	}
	return 0
}

// memory returns a figure of this process in kB.
func memory(name string) int {
	raw, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(raw)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			n, _ := strconv.Atoi(fields[1])
			return n
		}
	}
	return -1
}

// held returns what the Go heap has from the system, in kB.
func held() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int((m.HeapSys - m.HeapReleased) >> 10)
}

func childCommand(t *testing.T, role, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childEnv+"="+role+" "+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// TestUnlockGivesMemoryBack opens a profile with the true work factor in a
// process of its own: afterwards at most 20 MB more are in use than before.
func TestUnlockGivesMemoryBack(t *testing.T) {
	if work.Default < 17 {
		t.Errorf("a work factor of %d is too little", work.Default)
	}
	factor := work.Default
	if raceEnabled() {
		factor = 15 // the same path, in reasonable time
	}
	defer work.Set(work.Set(factor))
	dir := profileDir(t)
	out, err := childCommand(t, "unlock", dir).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var before, after, peak, took, heap int
	if _, err := fmt.Sscan(string(out), &before, &after, &peak, &took, &heap); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("2^%d: %d ms, %d kB before, %d kB after, %d kB at most, %d kB of heap after", factor, took, before, after, peak, heap)
	if heap > 20<<10 {
		t.Errorf("the heap keeps %d kB", heap)
	}
	if after-before > 20<<10 && !raceEnabled() { // the detector's own memory stays
		t.Errorf("%d kB more than before", after-before)
	}
	if derived := 1 << factor; peak < derived {
		t.Errorf("at most %d kB were used: the derivation did not take its %d kB, so this measures nothing", peak, derived)
	}
}
