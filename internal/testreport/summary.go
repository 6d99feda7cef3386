package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
)

// event is a line of go test -json (see `go doc test2json`).
type event struct {
	Action, Package, Test, Output string
	ImportPath                    string // of a package that does not build
	Elapsed                       float64
}

// key names a test, or a package where test is empty.
type key struct{ pkg, test string }

// summary gathers the events of one run of go test.
type summary struct {
	out io.Writer

	output   map[key][]string // what has been printed and not been shown
	running  map[key]bool     // packages and tests that have not ended
	passed   int
	packages int
	failed   []key
	skipped  []key
	seconds  map[string]float64
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, output: map[key][]string{}, running: map[key]bool{}, seconds: map[string]float64{}}
}

// read takes the events up to the end of in.
func (s *summary) read(in io.Reader) error {
	r := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) == nil && e.Action != "" {
				s.take(e)
			} else {
				// Not from go test: a warning of the linker, say.
				fmt.Fprintf(s.out, "%s", line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *summary) take(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "start", "run":
		s.running[k] = true
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "output":
		if e.Test == "" && packageLine(e.Output) {
			fmt.Fprint(s.out, e.Output)
			return
		}
		s.output[k] = append(s.output[k], e.Output)
	case "pass":
		delete(s.running, k)
		delete(s.output, k)
		if e.Test != "" {
			s.passed++
		} else {
			s.packages++
			s.seconds[e.Package] = e.Elapsed
		}
	case "skip":
		delete(s.running, k)
		// A package without tests is skipped too; that is nothing amiss.
		if e.Test != "" {
			s.skipped = append(s.skipped, k)
			s.show(k)
		}
		delete(s.output, k)
	case "fail":
		delete(s.running, k)
		s.failed = append(s.failed, k)
		s.show(k)
		if e.Test == "" {
			s.packages++
			s.seconds[e.Package] = e.Elapsed
		}
	}
}

// packageLine reports whether a line is go test's word on a whole package.
func packageLine(line string) bool {
	for _, p := range []string{"ok  \t", "FAIL\t", "---\t", "?   \t"} {
		if strings.HasPrefix(line, p) {
			return true
		}
	}
	return false
}

func (s *summary) show(k key) {
	for _, line := range s.output[k] {
		fmt.Fprint(s.out, line)
	}
	delete(s.output, k)
}

// close prints what it came to, and reports whether all is well.
func (s *summary) close(title string) bool {
	// A process that died in a test never says how the test ended.
	for k := range s.running {
		s.failed = append(s.failed, k)
		s.show(k)
	}
	s.times()
	ok := true
	if len(s.failed) > 0 {
		ok = false
		fmt.Fprintf(s.out, "%s: FAILED:\n%s", title, list(s.failed))
	}
	if len(s.skipped) > 0 {
		ok = false
		fmt.Fprintf(s.out, "%s: SKIPPED, which counts as failed (a missing part is to be installed, not passed over):\n%s", title, list(s.skipped))
	}
	if s.passed == 0 {
		ok = false
		fmt.Fprintf(s.out, "%s: no test passed: was there any?\n", title)
	}
	if ok {
		fmt.Fprintf(s.out, "%s: %d tests in %d packages passed, none skipped\n", title, s.passed, s.packages)
	}
	return ok
}

// times prints the slowest packages, for whoever wants to make them quicker.
func (s *summary) times() {
	names := make([]string, 0, len(s.seconds))
	for n, t := range s.seconds {
		if t >= 5 {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return
	}
	sort.Slice(names, func(i, j int) bool { return s.seconds[names[i]] > s.seconds[names[j]] })
	fmt.Fprintln(s.out, "slowest:")
	for _, n := range names[:min(len(names), 10)] {
		fmt.Fprintf(s.out, "  %6.1fs  %s\n", s.seconds[n], n)
	}
}

func list(keys []key) string {
	lines := make([]string, 0, len(keys))
	for _, k := range keys {
		line := "  " + k.pkg
		if k.test != "" {
			line += "  " + k.test
		}
		lines = append(lines, line+"\n")
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}
