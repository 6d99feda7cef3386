//go:build !linux

// Command hushwing-net is the part of Hushwing that has the network. Only Linux
// needs it; elsewhere Hushwing's own process has the network.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "hushwing-net: not needed on this system")
	os.Exit(1)
}
