package client_test

import (
	"flag"
	"runtime"
	"testing"
	"time"

	"hushwing/client"
)

// reconnects is how often TestFlat breaks the connection: `go test ./client -run
// TestFlat -reconnects 1000` is the whole of it.
var reconnects = flag.Int("reconnects", 30, "how often TestFlat breaks the connection")

// standing is what must not grow, once all that ends has ended: the goroutines,
// of which there are most at best, and the heap.
func standing(most int) (int, uint64) {
	n, since := runtime.NumGoroutine(), time.Now()
	for end := time.Now().Add(10 * time.Second); n > most && time.Since(since) < 3*time.Second && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if now := runtime.NumGoroutine(); now < n {
			n, since = now, time.Now()
		}
	}
	runtime.GC()
	runtime.GC() // what a finalizer held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return n, m.HeapAlloc
}

// TestFlat: a connection that breaks again and again, resumed every other time
// and refused every other time, under a private chat, leaves nothing behind.
func TestFlat(t *testing.T) {
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	round := func(i int) {
		h.set(func(h *host) { h.forget = i%2 == 1 })
		ana.GoOnline() // what has held for a moment only is left alone for a pause: not here
		h.cut()
		ana.back(t, h, i+2)
		must(t, ana.Private(benAt))
		if i%5 < 2 {
			must(t, ana.Marked(ana.say(t, "still here"), client.TheyHave))
		}
		h.Forget()
		h.Exit().Forget()
		h.set(func(h *host) { h.texts = nil })
		ana.Begin()
	}
	n := *reconnects
	warm := max(n/5, 4)
	for i := range warm {
		round(i)
	}
	goroutines, heap := standing(0)
	for i := warm; i < n; i++ {
		round(i)
	}
	after, heapAfter := standing(goroutines)
	t.Logf("%d reconnections: %d goroutines after %d of them, %d at the end; %d and %d kB", n, goroutines, warm, after, heap>>10, heapAfter>>10)
	if after > goroutines {
		t.Errorf("%d goroutines, %d at the end", goroutines, after)
	}
	// What has ended is held by timers for half a minute at most, a stream 60 kB each:
	// at the rate of a test that can be much. A leak of a stream each time shows here,
	// one of a kilobyte or two in a thousand.
	limit := heap + uint64(400<<10) + uint64(n-warm)*1000
	for end := time.Now().Add(45 * time.Second); heapAfter > limit && time.Now().Before(end); time.Sleep(time.Second) {
		_, heapAfter = standing(goroutines)
	}
	if heapAfter > limit {
		t.Errorf("the heap has grown from %d to %d kB", heap>>10, heapAfter>>10)
	}
}
