package lab

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// door is a port of the lab that leads to another one, which can be changed
// while it is open. Connections that are through stay.
type door struct {
	listener net.Listener

	mu sync.Mutex
	to string // "host:port"
}

func openDoor(address, to string) (*door, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	d := &door{listener: l, to: to}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			go d.pass(c)
		}
	}()
	return d, nil
}

func (d *door) lead(to string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = to
}

// pass carries bytes both ways until either end has had enough.
func (d *door) pass(in net.Conn) {
	defer in.Close()
	d.mu.Lock()
	to := d.to
	d.mu.Unlock()
	// Straight to the lab's own server on loopback: what is in front of it is under test.
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		_, _ = io.Copy(out, in)
		out.Close()
		in.Close()
	}()
	_, _ = io.Copy(in, out)
}

func (d *door) close() {
	if d != nil {
		d.listener.Close()
	}
}
