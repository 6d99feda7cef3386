//go:build linux && (amd64 || arm64)

package cage

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkCage: what the window's cage costs by itself, each time in a process
// of its own. The filter of the buses comes up meanwhile and is not in it.
func BenchmarkCage(b *testing.B) {
	role, err := json.Marshal(part{Role: "figure", Window: WindowRules{Profile: b.TempDir()}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var all []time.Duration
		for range 21 {
			cmd := exec.Command("/proc/self/exe")
			cmd.Env = append(os.Environ(), partVariable+"="+string(role))
			out, err := cmd.Output()
			if err != nil {
				b.Fatalf("%v: %s", err, out)
			}
			ns, err := strconv.Atoi(strings.TrimSpace(string(out)))
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, time.Duration(ns))
		}
		slices.Sort(all)
		m := all[len(all)/2]
		word := "kept"
		if m >= 5*time.Millisecond {
			word = "MISSED"
		}
		fmt.Fprintf(os.Stderr, "figure: %s: the cage's own calls: %.2f ms (under 5)\n", word, m.Seconds()*1000)
		b.ReportMetric(m.Seconds()*1000, "ms")
	}
	b.ReportMetric(0, "ns/op")
}
