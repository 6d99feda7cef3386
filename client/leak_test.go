package client_test

import (
	"runtime"
	"testing"
	"time"

	"hushwing/client"
)

// TestNothingIsLeftRunning: signing in and out many times, and the end of the
// program, leave no goroutine behind; and the end is quick.
func TestNothingIsLeftRunning(t *testing.T) {
	ana := newcomer(t, "ana")
	account := ana.Peer("").Account
	round := func() {
		ana.Client.Do(client.GoOffline{Account: account})
		must(t, ana.Offline(ana.at))
		ana.Client.Do(client.GoOnline{Account: account})
		must(t, ana.Online(ana.at))
	}
	round()
	settled := func(most int) int {
		n := runtime.NumGoroutine()
		for end := time.Now().Add(5 * time.Second); n > most && time.Now().Before(end); n = runtime.NumGoroutine() {
			time.Sleep(50 * time.Millisecond)
		}
		return n
	}
	before := settled(0)
	for range 5 {
		round()
	}
	if after := settled(before); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	// in each state on the way, and never to the end of it
	for i := range 6 {
		ana.Client.Do(client.GoOffline{Account: account})
		ana.Client.Do(client.GoOnline{Account: account})
		time.Sleep(time.Duration(i) * 150 * time.Millisecond)
		ana.Client.Do(client.GoOffline{Account: account})
		must(t, ana.Offline(ana.at))
	}
	if after := settled(before); after > before {
		t.Errorf("%d goroutines before, %d after breaking off", before, after)
	}
	ana.Client.Do(client.GoOnline{Account: account})
	must(t, ana.Online(ana.at))
	began := time.Now()
	ana.Close()
	if d := time.Since(began); d > 4*time.Second {
		t.Errorf("the end took %v", d)
	}
	if after := settled(before - 5); after >= before {
		t.Errorf("%d goroutines before the end, %d after", before, after)
	}
}
