// Command guilty opens each kind of connection that Hushwing must not, for the
// control of the test that looks for them. Nobody answers any of them.
package main

import (
	"net"
	"time"
)

func main() {
	for _, to := range [][2]string{
		{"tcp", "127.0.0.1:1"},
		{"tcp", "[::1]:1"},
		{"udp", "127.0.0.1:53"},
		{"unix", "/nowhere/at/all"},
	} {
		if c, err := net.DialTimeout(to[0], to[1], time.Second); err == nil {
			_, _ = c.Write([]byte("?"))
			c.Close()
		}
	}
}
