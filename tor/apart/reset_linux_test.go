package apart

import (
	"net"
	"testing"
	"time"
)

// TestSocketResetOnItsWay: Tor dies between the connection and its arrival in
// the window's process. That is an error, and no more.
func TestSocketResetOnItsWay(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	take := func() error {
		f, err := near.(*net.TCPConn).File()
		if err != nil {
			t.Fatal(err)
		}
		c, err := stream(f)
		if err == nil {
			c.Close()
		}
		return err
	}
	if err := take(); err != nil {
		t.Errorf("a connection that stands: %v", err) // the control
	}
	if err := far.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	far.Close() // with a reset
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := near.Write([]byte{0}); err != nil {
			break // it has arrived
		}
		if time.Now().After(end) {
			t.Fatal("no reset comes")
		}
	}
	if take() == nil {
		t.Error("a connection without a far end is taken")
	}
}
