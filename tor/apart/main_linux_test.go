package apart

import (
	"os"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hushwing/tor"
)

// TestMain makes this test program each of the other processes too, without
// their cages, which are cmd/hushwing-net's: its tests have them.
func TestMain(m *testing.M) {
	beat, comeTime = 300*time.Millisecond, 3*time.Second
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "keeper":
			// Whatever these tests do wrong, no Tor of this computer is started.
			_ = os.Setenv("PATH", "/nonexistent")
			ended(Keep(KeepOptions{
				Window: os.NewFile(3, "window"), DataDir: os.Args[2], Program: "/proc/self/exe", Confine: free,
				Opener: func(hand tor.Endpoint) []string { return []string{"opener", hand.Network, hand.Address} },
			}))
		case "opener":
			hand := tor.Endpoint{Network: os.Args[2], Address: os.Args[3]}
			if hand.Network != "" {
				hand.From = tor.FromHand
			}
			ended(Serve(ServeOptions{Window: os.NewFile(3, "window"), Keeper: os.NewFile(4, "keeper"), Hand: hand, Confine: free}))
		}
	}
	goleak.VerifyTestMain(m)
}

func free() error { return nil }

// ended ends the process without the second that the race detector takes.
func ended(err error) {
	if err != nil {
		syscall.Exit(1)
	}
	syscall.Exit(0)
}
