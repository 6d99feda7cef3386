package lab_test

import (
	"testing"
	"time"

	"hushwing/internal/lab"
)

func TestColdThenWarm(t *testing.T) {
	keys := t.TempDir()
	for _, how := range []string{"cold", "warm", "warm"} {
		began := time.Now()
		l, err := lab.Start(t.Context(), lab.Options{Keys: keys, Progress: func(s string) { t.Logf("%5.1f s %s", time.Since(began).Seconds(), s) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s start: %.1f s", how, time.Since(began).Seconds())
		o, err := l.Publish(t.Context(), map[uint16]string{80: "127.0.0.1:1"})
		t.Logf("%s onion: %.1f s %v %v", how, time.Since(began).Seconds(), o, err)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
