package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/apart"
	"hushwing/tor/tortest"
)

// rounds is how often each is measured, in turns; the median counts.
const rounds = 300

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// BenchmarkConnection: how much longer a connection takes through the process
// with the network, in its cage, than from within.
func BenchmarkConnection(b *testing.B) {
	s := tortest.New(b)
	s.Serve("example.test", tortest.Far(b))
	direct := s.Network(b)
	h := begun(b, s)
	through, err := h.Hold(b.Context(), tor.Options{})
	if err != nil {
		b.Fatal(err)
	}
	i := tor.NewIsolation([]byte("a secret made up for a test"), "bench", 0)
	for b.Loop() {
		var took [2][]time.Duration
		for range rounds {
			for k, n := range []*tor.Network{direct, through} {
				began := time.Now()
				c, err := n.Dialer(i).Dial(b.Context(), "example.test", 5222)
				took[k] = append(took[k], time.Since(began))
				if err != nil {
					b.Fatal(err)
				}
				_ = c.Close()
			}
		}
		more := median(took[1]) - median(took[0])
		b.ReportMetric(float64(more.Microseconds()), "more-µs")
		verdict(more < time.Millisecond, "a connection through the network's process: %d µs, from within %d µs: %d µs more (under 1000)",
			median(took[1]).Microseconds(), median(took[0]).Microseconds(), more.Microseconds())
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBegin: what starting the processes costs the window before it can go
// on, and how long until they have found a Tor.
func BenchmarkBegin(b *testing.B) {
	s := tortest.New(b)
	for b.Loop() {
		var start, found []time.Duration
		for range 20 {
			began := time.Now()
			h := begun(b, s)
			start = append(start, time.Since(began))
			if _, err := h.Hold(b.Context(), tor.Options{}); err != nil {
				b.Fatal(err)
			}
			found = append(found, time.Since(began))
			_ = h.Close()
		}
		b.ReportMetric(float64(median(start).Microseconds()), "begin-µs")
		b.ReportMetric(float64(median(found).Microseconds())/1000, "found-ms")
		verdict(median(start) < 5*time.Millisecond, "starting the network's process: the window goes on after %.1f ms (under 5), Tor is found after %.1f ms",
			float64(median(start).Microseconds())/1000, float64(median(found).Microseconds())/1000)
	}
	b.ReportMetric(0, "ns/op")
}

func begun(b *testing.B, s *tortest.Server) *apart.Holder {
	b.Helper()
	h, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(b.TempDir(), "tor"), Environ: s.Environ()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = h.Close() })
	return h
}

// verdict says what came out, in a line that is found in the output.
func verdict(kept bool, format string, args ...any) {
	word := "kept"
	if !kept {
		word = "MISSED"
	}
	fmt.Fprintf(os.Stderr, "figure: %s: %s\n", word, fmt.Sprintf(format, args...))
}
