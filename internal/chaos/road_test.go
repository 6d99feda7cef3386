package chaos_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"hushwing/internal/chaos"
)

// record is a TLS record as somebody on the way sees it.
func record(content byte, n int) []byte {
	return append([]byte{0x17, 3, 3, byte(n >> 8), byte(n)}, bytes.Repeat([]byte{content}, n)...)
}

// travel sends what a client would over a road with a blow, and returns what
// reached the server and how long that took.
func travel(t *testing.T, b chaos.Blow, units ...[]byte) (got []byte, took time.Duration) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var server sync.WaitGroup
	server.Go(func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		got, _ = io.ReadAll(c)
	})
	road, err := chaos.NewRoad("test", "127.0.0.1:0", l.Addr().String(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	struck := road.Arm(b)
	c, err := net.Dial("tcp", road.Addr()) // the road itself, on loopback
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, u := range units {
		for _, half := range [][]byte{u[:len(u)/2], u[len(u)/2:]} { // boundaries are not those of packets
			if _, err := c.Write(half); err != nil {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
	<-struck
	_ = c.(*net.TCPConn).CloseWrite()
	server.Wait()
	took = time.Since(began)
	c.Close()
	road.Close()
	return got, took
}

// TestRoadStrikesWhereItShould: what arrives is exactly what came before the blow.
func TestRoadStrikesWhereItShould(t *testing.T) {
	units := [][]byte{[]byte("<stream>"), []byte("<starttls/>"), record('a', 10), record('b', 1000), record('c', 20)}
	whole := func(n int) []byte { return bytes.Join(units[:n], nil) }
	for at := range 5 {
		if got, _ := travel(t, chaos.Blow{Kind: chaos.Cut, Fresh: true, At: at}, units...); !bytes.Equal(got, whole(at)) {
			t.Errorf("cut after %d records: %d bytes arrive, want %d", at, len(got), len(whole(at)))
		}
	}
	if got, _ := travel(t, chaos.Blow{Kind: chaos.Halve, Fresh: true, At: 3, Part: 500}, units...); !bytes.Equal(got, append(whole(3), units[3][:502]...)) {
		t.Errorf("halved: %d bytes arrive", len(got))
	}
	for _, at := range []int{0, 7, 25, 500} {
		if got, _ := travel(t, chaos.Blow{Kind: chaos.Chop, Fresh: true, At: at}, units...); !bytes.Equal(got, whole(5)[:at]) {
			t.Errorf("cut at byte %d: %d arrive", at, len(got))
		}
	}
	for _, kind := range []chaos.Kind{chaos.Delay, chaos.Freeze} {
		got, took := travel(t, chaos.Blow{Kind: kind, Fresh: true, At: 2, Hold: 300 * time.Millisecond}, units...)
		if !bytes.Equal(got, whole(5)) || took < 300*time.Millisecond {
			t.Errorf("%v: %d bytes arrive after %v", kind, len(got), took)
		}
	}
}
