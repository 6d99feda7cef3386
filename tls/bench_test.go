package tls_test

import (
	"runtime"
	"testing"

	"hushwing/tls"
)

// BenchmarkParseRoots is what the first judgement of a program costs.
func BenchmarkParseRoots(b *testing.B) {
	var before, after runtime.MemStats
	b.ReportAllocs()
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		p := tls.ParseRoots()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(p)
	}
	b.ReportMetric(float64(after.HeapAlloc)-float64(before.HeapAlloc), "B-kept")
}
