// Testreport reads `go test -json` from its standard input and prints what a
// person wants to see of it: go test's own line for each package as it ends,
// the whole output of what failed, and at the end what it all came to.
//
//	go test -json ./... | testreport [-title NAME]
//
// It ends with a non-zero status when a test failed, when a package did not
// build, when a test was skipped, and when no test ran at all. Skipping counts
// as failing because make test installs all that the tests need: what is
// missing then is a fault, and a security test that quietly did not run is
// worse than one that failed.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	title := flag.String("title", "tests", "what the closing line calls these tests")
	flag.Parse()
	if !report(os.Stdin, os.Stdout, *title) {
		os.Exit(1)
	}
}

// report is main without the process.
func report(in io.Reader, out io.Writer, title string) bool {
	s := newSummary(out)
	if err := s.read(in); err != nil {
		fmt.Fprintf(out, "%s: what go test said could not be read: %v\n", title, err)
		return false
	}
	return s.close(title)
}
