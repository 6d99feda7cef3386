package leak

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// door is a relay's address in the box. Behind it, outside, is the relay.
type door struct {
	b  *Box
	at netip.AddrPort
	l  net.Listener

	mu    sync.Mutex
	conns map[net.Conn]bool
	shut  bool
	wait  sync.WaitGroup
}

func (b *Box) openDoor(at netip.AddrPort) (*door, error) {
	l, err := b.listen(at.String())
	if err != nil {
		return nil, fmt.Errorf("leak: %w", err)
	}
	d := &door{b: b, at: at, l: l, conns: map[net.Conn]bool{}}
	d.wait.Go(d.accept)
	return d, nil
}

func (d *door) accept() {
	for {
		c, err := d.l.Accept()
		if err != nil {
			return
		}
		d.wait.Go(func() { d.pass(c) })
	}
}

// hold keeps a connection to be closed at the end.
func (d *door) hold(c net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.shut {
		d.conns[c] = true
	}
	return !d.shut
}

func (d *door) drop(c net.Conn) {
	d.mu.Lock()
	delete(d.conns, c)
	d.mu.Unlock()
	_ = c.Close()
}

// pass carries a connection if it is tor's. It asks before it takes a byte.
func (d *door) pass(c net.Conn) {
	defer d.drop(c)
	if !d.hold(c) {
		return
	}
	who := d.b.owner(c.RemoteAddr(), c.LocalAddr())
	from, _ := netip.ParseAddrPort(c.RemoteAddr().String())
	d.b.record.settle(flow{from, d.at})
	switch {
	case who == "":
		d.b.mu.Lock()
		d.b.strange++
		d.b.mu.Unlock()
		return
	case !same(who, d.b.lab.Tor()):
		d.b.hand(Packet{Where: "lo", Proto: "tcp to a relay by " + who, From: from, To: d.at})
		return
	}
	out, err := net.DialTimeout("tcp4", d.at.String(), 5*time.Second)
	if err != nil {
		return
	}
	defer d.drop(out)
	if !d.hold(out) {
		return
	}
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{c, out}, {out, c}} {
		d.wait.Go(func() {
			d.carry(pair[0], pair[1])
			done <- struct{}{}
		})
	}
	<-done // an end on one side ends the other
}

// same reports whether two paths are one file: /usr/sbin may be /usr/bin.
func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// chunk is what came, and when it goes on.
type chunk struct {
	data []byte
	due  time.Time
}

// carry copies, each byte after the box's delay.
func (d *door) carry(to, from net.Conn) {
	way := make(chan chunk, 1024)
	d.wait.Go(func() {
		defer close(way)
		for {
			buf := make([]byte, 16<<10)
			n, err := from.Read(buf)
			if n > 0 {
				way <- chunk{buf[:n], time.Now().Add(time.Duration(d.b.delay.Load()))}
			}
			if err != nil {
				return
			}
		}
	})
	defer func() {
		_ = from.Close()     // so that the reader ends
		for c := range way { // or else the reader waits for room for ever
			clear(c.data)
		}
	}()
	for c := range way {
		time.Sleep(time.Until(c.due))
		if _, err := to.Write(c.data); err != nil {
			return
		}
	}
}

func (d *door) close() {
	d.mu.Lock()
	d.shut = true
	for c := range d.conns {
		_ = c.Close()
	}
	d.mu.Unlock()
	_ = d.l.Close()
	d.wait.Wait()
}
