// Command hushwing-net is the part of Hushwing that has the network. Hushwing
// starts it by itself; it is of no use alone.
//
//	hushwing-net keeper DIR               with its line to the window as descriptor 3
//	hushwing-net opener [NETWORK ADDRESS] with the line to the window as 3, to the keeper as 4
//
// See package tor/apart for who does what. This program is the composition: it
// reads its arguments, locks itself in, and runs the part.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"hushwing/cage"
	"hushwing/tor"
	"hushwing/tor/apart"
)

// The parts.
const (
	keeper   = "keeper"
	enclosed = "enclosed-keeper"
	opener   = "opener"
)

// firstFrame is when the window has come up.
const firstFrame = 400 * time.Millisecond

// ourselves is this very program, also when the file has been replaced since.
const ourselves = "/proc/self/exe"

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

// run returns the exit status: 0, 1 for a failure, 2 for a wrong call.
func run(args []string, stderr io.Writer) int {
	var err error
	switch {
	case len(args) == 2 && args[0] == keeper && filepath.IsAbs(args[1]):
		err = keep(args[1], func(window *os.File) error { return enclose(args[1], window) })
	case len(args) == 2 && args[0] == enclosed && filepath.IsAbs(args[1]):
		err = keep(args[1], func(*os.File) error { return harden() })
	case len(args) == 1 && args[0] == opener:
		err = serve(tor.Endpoint{})
	case len(args) == 3 && args[0] == opener:
		var hand tor.Endpoint
		if hand, err = (tor.Endpoint{Network: args[1], Address: args[2]}).ByHand(); err == nil {
			err = serve(hand)
		}
	default:
		fmt.Fprintln(stderr, "hushwing-net: a part of Hushwing, which starts it by itself")
		return 2
	}
	if err != nil {
		fmt.Fprintln(stderr, "hushwing-net:", err)
		return 1
	}
	return 0
}

func keep(dir string, confine func(window *os.File) error) error {
	window := os.NewFile(3, "window")
	return apart.Keep(apart.KeepOptions{
		Window:  window,
		DataDir: dir,
		Program: ourselves,
		Opener: func(hand tor.Endpoint) []string {
			if hand == (tor.Endpoint{}) {
				return []string{opener}
			}
			return []string{opener, hand.Network, hand.Address}
		},
		Confine: func() error { return confine(window) },
	})
}

// enclose locks the keeper in and goes on as the enclosed one; it returns only
// if that fails. Landlock has made a domain of its own for each thread that was
// there, and from one to another no signal passes: whether Tor could be ended
// would depend on the thread that tries. The program that follows has one
// thread to begin with.
func enclose(dir string, window *os.File) error {
	apart.Idle(window, firstFrame)
	self, err := os.Readlink(ourselves)
	if err != nil {
		return err
	}
	// It has to be there to be allowed.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	programs, beside := tor.Programs(tor.Options{})
	_, files := tor.Places(tor.Options{})
	rules := cage.KeeperRules{DataDir: dir, Programs: append(programs, self), Read: append(files, beside...)}
	if _, err := cage.Keeper(rules); err != nil {
		return err
	}
	return unix.Exec(ourselves, []string{"hushwing-net", enclosed, dir}, os.Environ())
}

func serve(hand tor.Endpoint) error {
	return apart.Serve(apart.ServeOptions{
		Window: os.NewFile(3, "window"),
		Keeper: os.NewFile(4, "keeper"),
		Hand:   hand,
		Confine: func() error {
			if err := harden(); err != nil {
				return err
			}
			var o tor.Options
			ports, files := tor.Places(o)
			if hand != (tor.Endpoint{}) {
				o.Only = &hand
				more, sockets := tor.Places(o)
				ports, files = append(ports, more...), append(files, sockets...)
			}
			_, err := cage.Opener(cage.OpenerRules{Ports: ports, Sockets: files})
			return err
		},
	})
}

// harden keeps memory from being written to the disk, and other programs of the
// same user from reading it: bridges and what opens a control port are in it.
func harden() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
