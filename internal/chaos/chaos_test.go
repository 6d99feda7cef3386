package chaos_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"hushwing/internal/chaos"
	"hushwing/internal/lab"
)

var (
	texts = flag.Int("texts", 300, "how many texts pass between two Hushwings, both ways together")
	blows = flag.Int("blows", 0, "how often something is broken; 0: once for every 25 texts")
	seed  = flag.Uint64("seed", 1, "of the plan; a seed repeats the blows")
	long  = flag.Bool("long", false, "some links are dead for good")
	racy  = flag.Bool("racy", false, "the programs look for data races")
	keep  = flag.Bool("story", false, "print the history of a good run as well")
)

// TestChaos: whatever happens to Tor, the server, the way or the programs,
// between two Hushwings no text is lost, doubled or out of order; with another
// program none is lost without a notice; the server and the disk hold none.
func TestChaos(t *testing.T) {
	dir, err := os.MkdirTemp("", "hc-") // short, for the sockets in it
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir) // of all that comes from here
	var net string
	t.Cleanup(func() { // the last of all
		var left []string
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if left = chaos.Left(dir, net); len(left) == 0 {
				break
			}
		}
		for _, l := range left {
			t.Errorf("left behind: %s", l)
		}
		os.RemoveAll(dir)
	})
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(work) })
	core := build(t, work)
	l := lab.New(t)
	net = l.Net()
	if len(chaos.Left(dir, net)) < 10 {
		t.Error("a lab that runs is not seen by the check for what is left")
	}
	n := *blows
	if n == 0 {
		n = max(12, *texts/25)
	}
	c := chaos.Begin(t, l, chaos.Options{
		Texts: *texts, Blows: n, Seed: *seed, Long: *long, Core: core, Dir: work,
		Socks:    [2]string{net + ".0.201:9050", net + ".0.202:9050"},
		Roads:    [2]string{net + ".1.21:5222", net + ".1.22:5223"},
		Progress: func(s string) { fmt.Fprintln(os.Stderr, "so far: "+s) },
	})
	began := time.Now()
	t.Logf("all are private after %v", c.Began().Round(time.Millisecond))
	err = c.Run()
	faults := c.Judge()
	if err != nil {
		faults = append(faults, err.Error())
	}
	t.Logf("the blows took %v", time.Since(began).Round(time.Millisecond))
	faults = append(faults, c.Close()...)
	tapped, err := c.Tapped()
	if err != nil {
		t.Error(err)
	}
	stored, err := c.OnDisk(l.Prosody().DataDir())
	if err != nil {
		t.Error(err)
	}
	faults = append(append(faults, tapped...), stored...)
	for _, line := range c.Table() {
		fmt.Fprintln(os.Stderr, "chaos: "+line)
	}
	fmt.Fprintln(os.Stderr, "chaos: "+c.Sum())
	for i, f := range faults {
		if i == 40 {
			t.Errorf("and %d more", len(faults)-i)
			break
		}
		t.Error(f)
	}
	if len(faults) > 0 {
		t.Logf("go test ./internal/chaos -texts %d -blows %d -seed %d -long=%v repeats the blows\n%s", *texts, n, *seed, *long, c.Story())
	} else if *keep {
		t.Log(c.Story())
	}
}

// build builds the program once. The race detector makes OTR ten times slower,
// so the programs have it only if asked.
func build(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "core")
	args := []string{"build", "-o", path}
	if *racy {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "hushwing/internal/chaos/core")...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}
