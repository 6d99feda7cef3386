package tls

import (
	"net"
	"testing"
	"time"
)

// deadlines remembers the last write deadline that was set.
type deadlines struct {
	net.Conn
	set   int
	write time.Time
}

func (d *deadlines) Write(p []byte) (int, error) { return len(p), nil }

func (d *deadlines) SetDeadline(time.Time) error     { d.set++; return nil }
func (d *deadlines) SetReadDeadline(time.Time) error { d.set++; return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.set++
	d.write = t
	return nil
}

// TestGuard: the only deadline is the guard's own, for each write.
func TestGuard(t *testing.T) {
	below := &deadlines{}
	g := &guard{Conn: below}
	past := time.Unix(1, 0)
	for _, set := range []func(time.Time) error{g.SetDeadline, g.SetReadDeadline, g.SetWriteDeadline} {
		if err := set(past); err != nil || below.set != 0 {
			t.Fatal("a deadline of others came through", err)
		}
	}
	for want, prepare := range map[time.Duration]func(){writeTime: func() { g.closing.Store(false) }, goodbyeTime: g.hurry} {
		prepare()
		begun := time.Now()
		if _, err := g.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if got := below.write.Sub(begun); got < want || got > want+time.Second {
			t.Errorf("%v instead of %v", got, want)
		}
	}
}
