package apart

import (
	"context"
	"fmt"
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
	beat = 100 * time.Millisecond
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "keeper":
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
		case "window":
			window(os.Args[2])
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

// window is a window's process that holds a Tor until it is killed.
func window(dir string) {
	h, err := Start(os.Args[0], StartOptions{DataDir: dir})
	if err == nil {
		_, err = h.Hold(context.Background(), tor.Options{})
	}
	fmt.Println("held", err)
	select {}
}
