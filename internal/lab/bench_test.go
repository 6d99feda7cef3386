package lab_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"hushwing/internal/lab"
)

// The benches start whole labs, Prosody and its onion address included. Some
// runs tell enough: go test -run '^$' -bench Start -benchtime 5x ./internal/lab

func benchmarkStart(b *testing.B, keys func(i int) string) {
	var took []float64
	for i := range b.N {
		began := time.Now()
		var client time.Duration
		l, err := lab.Start(b.Context(), lab.Options{Keys: keys(i), Prosody: true, Progress: func(s string) {
			if s == "client bootstrapped" {
				client = time.Since(began)
			}
		}})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, client.Seconds())
		b.Logf("client %.1f s, onion published %.1f s", client.Seconds(), time.Since(began).Seconds())
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "s-median-to-client")
}

func BenchmarkColdStart(b *testing.B) {
	dir := b.TempDir()
	benchmarkStart(b, func(i int) string { return filepath.Join(dir, strconv.Itoa(i)) })
}

func BenchmarkWarmStart(b *testing.B) {
	dir := b.TempDir()
	l, err := lab.Start(b.Context(), lab.Options{Keys: dir})
	if err != nil {
		b.Fatal(err)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	benchmarkStart(b, func(int) string { return dir })
}
