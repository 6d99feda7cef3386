package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/cage"
	"hushwing/internal/lab"
	"hushwing/tor"
	"hushwing/tor/apart"
	"hushwing/tor/tortest"
)

// program is this command, built as everybody builds it.
var program string

// TestMain makes this test program a window's process too.
func TestMain(m *testing.M) {
	if len(os.Args) > 4 && os.Args[1] == "window" {
		if err := window(os.Args[2], os.Args[3], os.Args[4:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		select {}
	}
	dir, err := os.MkdirTemp("", "hushwing-net-")
	if err == nil {
		program = filepath.Join(dir, "hushwing-net")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := lab.Main(m)
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// window does what the window's process does: it starts the program, gives up
// the network, and then talks to hosts, of whom each greets. What it does it
// says, line by line.
func window(program, dir string, hosts []string) error {
	h, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(dir, "tor")})
	if err != nil {
		return err
	}
	r, err := cage.Window(cage.WindowRules{Profile: dir})
	if err != nil {
		return err
	}
	n, err := h.Hold(context.Background(), tor.Options{})
	if err != nil {
		return err
	}
	fmt.Println("held", n.Managed(), r.Seccomp, h.Pid())
	for _, seal := range []func() error{func() error { return nil }, cage.SealWindow} {
		if err := seal(); err != nil {
			return err
		}
		// What it has without the opener: nothing.
		if c, err := net.DialTimeout("tcp", "127.0.0.1:9", time.Second); err == nil || !strings.Contains(err.Error(), "permission denied") {
			return fmt.Errorf("a socket of its own: %v %w", c, err)
		}
		for _, host := range hosts {
			if err := greet(n, host); err != nil {
				return fmt.Errorf("%s: %w", host, err)
			}
			fmt.Println("talked", host)
		}
		again, err := h.Hold(context.Background(), tor.Options{})
		if err != nil {
			return err
		}
		if err := greet(again, hosts[0]); err != nil {
			return err
		}
		if !again.Managed() { // our own is one for all
			if err := again.Close(); err != nil {
				return err
			}
		}
		fmt.Println("held again")
	}
	fmt.Println("stays")
	return nil
}

// greet says and hears a word.
func greet(n *tor.Network, host string) error {
	i := tor.NewIsolation([]byte("a secret made up for a test"), "window", 0)
	return tortest.Talk(context.Background(), n.Dialer(i), host, 5222)
}
