package tortest

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"hushwing/tor"
)

// Far starts a server for the far end of Tor, on a loopback port: it says back
// all that it hears. It ends with the test, with all its connections.
func Far(t testing.TB) (address string) {
	t.Helper()
	return FarAt(t, "127.0.0.1:0")
}

// FarAt is Far at an address of one's choice, such as a host of the lab's.
func FarAt(t testing.TB, address string) string {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	f := &far{conns: map[net.Conn]bool{}}
	f.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			if f.conns[c] = true; f.ended {
				_ = c.Close()
			}
			f.mu.Unlock()
			f.wait.Go(func() { f.echo(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		f.mu.Lock()
		f.ended = true
		for c := range f.conns {
			_ = c.Close()
		}
		f.mu.Unlock()
		f.wait.Wait()
	})
	return l.Addr().String()
}

type far struct {
	wait  sync.WaitGroup
	mu    sync.Mutex
	ended bool
	conns map[net.Conn]bool
}

func (f *far) echo(c net.Conn) {
	_, _ = io.Copy(c, c)
	_ = c.Close()
	f.mu.Lock()
	delete(f.conns, c)
	f.mu.Unlock()
}

// Greet says a word to a Far and hears it.
func Greet(c io.ReadWriter) error {
	const word = "hoot"
	if _, err := io.WriteString(c, word); err != nil {
		return err
	}
	b := make([]byte, len(word))
	if n, err := io.ReadFull(c, b); err != nil {
		return fmt.Errorf("after %q: %w", b[:n], err)
	}
	if string(b) != word {
		return fmt.Errorf("heard %q", b)
	}
	return nil
}

// Talk dials a Far through Tor and greets it.
func Talk(ctx context.Context, d *tor.Dialer, host string, port uint16) error {
	c, err := d.Dial(ctx, host, port)
	if err != nil {
		return err
	}
	defer c.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(end)
	}
	return Greet(c)
}
