package leak

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Sort is what an impostor is: something on Tor's port that is not Tor.
type Sort int

// The sorts of impostors.
const (
	PlainSOCKS  Sort = iota // a SOCKS proxy without user names, which connects by itself
	NamedSOCKS              // one that takes any user name and password, and connects by itself
	WebServer               // answers in HTTP
	SilentOne               // takes connections and says nothing
	SlammingOne             // takes connections and closes them
	Sorts
)

func (s Sort) String() string {
	return [...]string{"a SOCKS proxy", "a SOCKS proxy with user names", "a web server", "something silent", "something that hangs up"}[s]
}

// Impostor is something on a port of Tor's. It counts who talked to it.
type Impostor struct {
	Sort Sort

	b     *Box
	l     net.Listener
	mu    sync.Mutex
	conns map[net.Conn]bool
	Asked int // connections that it took; read it after Close
	wait  sync.WaitGroup
}

// Impersonate puts an impostor on the SOCKS port, which must be free.
func (b *Box) Impersonate(s Sort) (*Impostor, error) {
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(SocksPort))
	var l net.Listener
	var err error
	for range 100 { // the port may not be free again at once
		if l, err = b.listen(at); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		return nil, fmt.Errorf("leak: %w", err)
	}
	i := &Impostor{Sort: s, b: b, l: l, conns: map[net.Conn]bool{}}
	i.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			i.mu.Lock()
			i.Asked++
			i.conns[c] = true
			i.mu.Unlock()
			i.wait.Go(func() {
				i.serve(c)
				_ = c.Close()
			})
		}
	})
	return i, nil
}

// Close frees the port.
func (i *Impostor) Close() {
	_ = i.l.Close()
	i.mu.Lock()
	for c := range i.conns {
		_ = c.Close()
	}
	i.mu.Unlock()
	i.wait.Wait()
}

func (i *Impostor) serve(c net.Conn) {
	switch i.Sort {
	case WebServer:
		_, _ = c.Read(make([]byte, 512))
		_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	case SilentOne:
		_, _ = io.Copy(io.Discard, c)
	case SlammingOne:
	default:
		i.socks(c)
	}
}

// socks speaks SOCKS 5 (RFC 1928, RFC 1929) as a common proxy does: of Tor's
// own commands it knows none. Whoever asks it to connect has told it where to,
// and would have come there without Tor.
func (i *Impostor) socks(c net.Conn) {
	r := bufio.NewReader(c)
	take := func(n int) []byte {
		b := make([]byte, n)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil
		}
		return b
	}
	head := take(2)
	if head == nil || head[0] != 5 || take(int(head[1])) == nil {
		return
	}
	if i.Sort == PlainSOCKS {
		_, _ = c.Write([]byte{5, 0})
	} else {
		_, _ = c.Write([]byte{5, 2})
		if h := take(2); h == nil || take(int(h[1])) == nil {
			return
		}
		if n := take(1); n == nil || take(int(n[0])) == nil {
			return
		}
		_, _ = c.Write([]byte{1, 0})
	}
	req := take(5)
	if req == nil {
		return
	}
	host := take(int(req[4]) + 2)
	if req[1] != 1 { // not CONNECT
		_, _ = c.Write([]byte{5, 7, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	from, _ := netip.ParseAddrPort(c.RemoteAddr().String())
	to := "?"
	if len(host) > 2 && req[3] == 3 {
		to = string(host[:len(host)-2])
	}
	i.b.hand(Packet{Where: "lo", Proto: "request to " + i.Sort.String() + " to connect", From: from, Name: to})
	_, _ = c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	_, _ = io.Copy(io.Discard, r)
}
