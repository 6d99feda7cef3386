//go:build unix

package client_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
)

// counted counts what goes over the connections to Tor.
type counted struct{ in, out atomic.Int64 }

func (c *counted) Open(ctx context.Context, e tor.Endpoint) (net.Conn, error) {
	conn, err := tor.Direct.Open(ctx, e)
	if err != nil {
		return nil, err
	}
	return &countedConn{conn, c}, nil
}

func (c *counted) sum() int64 { return c.in.Load() + c.out.Load() }

type countedConn struct {
	net.Conn
	all *counted
}

func (c *countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.all.in.Add(int64(n))
	return n, err
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.all.out.Add(int64(n))
	return n, err
}

// worked is the processor time of this process: the client, and whoever reads its
// events. Tor and the server are processes of their own.
func worked(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// kept is what is on the heap, without what is garbage.
func kept() int64 {
	runtime.GC()
	runtime.GC() // what had a finalizer
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// spent is what something cost.
type spent struct {
	wall, cpu time.Duration
	bytes     int64
}

func (s spent) String() string {
	return fmt.Sprintf("%.2f s, %.2f s of processor time, %d kB over the wire", s.wall.Seconds(), s.cpu.Seconds(), s.bytes/1000)
}

// popular is a client of somebody with n contacts, which is started and measured.
type popular struct {
	crowd
	b     *testing.B
	c     *client.Client
	wire  counted
	began time.Time
	cpu   time.Duration
	bytes int64
}

func (p *popular) mark() { p.began, p.cpu, p.bytes = time.Now(), worked(p.b), p.wire.sum() }

func (p *popular) since() spent {
	return spent{time.Since(p.began), worked(p.b) - p.cpu, p.wire.sum() - p.bytes}
}

// until takes events until ok.
func (p *popular) until(ok func(client.Event) bool) {
	p.b.Helper()
	for patience := time.After(2 * time.Minute); ; {
		select {
		case e := <-p.c.Events():
			if ok(e) {
				return
			}
		case <-patience:
			p.b.Fatal("it never came to an end")
		}
	}
}

// sends has the first n of the crowd send a presence, and takes events until each
// of them is shown so.
func (p *popular) sends(server *lab.Prosody, presence string, there bool, n int) spent {
	p.b.Helper()
	p.mark()
	sent := make(chan error, 1)
	go func() { sent <- server.CrowdSends(presence, p.names(n)...) }()
	shown := map[string]bool{}
	p.until(func(e client.Event) bool {
		if c, ok := e.(client.ContactChanged); ok && c.Contact.Available == there {
			shown[c.Contact.Address] = true
		}
		return len(shown) == n
	})
	all := p.since()
	must(p.b, <-sent)
	return all
}

// signsIn prepares an account with n contacts, starts a client on its profile, and
// measures the way from the stream's opening to the last contact, what they keep in
// memory, and a storm.
func signsIn(b *testing.B, n int) (list, storm spent, memory int64) {
	b.Helper()
	l := lab.Shared(b)
	server := l.Prosody()
	k, name := newCrowd(b, n)
	at, dir := name+"@"+server.Domain(), filepath.Join(b.TempDir(), "popular")
	first := journey.InLab(b, l, dir)
	must(b, first.Create(profilePassword))
	must(b, first.TorReady())
	must(b, first.SignIn(at, "pw", server.Onion()))
	first.Close()
	first = nil

	p := &popular{b: b, crowd: k}
	before := kept()
	p.c = client.New(client.Options{
		Dir: dir, Tor: tor.Options{Getenv: journey.Getenv(l.Env()), Opener: &p.wire}, Roots: tls.RootsFrom(server.CA()),
	})
	defer p.c.Close()
	p.c.Do(client.Unlock{ID: 1, Password: secret.New(profilePassword)})
	state := func(s client.AccountState) func(client.Event) bool {
		return func(e client.Event) bool { a, ok := e.(client.AccountChanged); return ok && a.Account.State == s }
	}
	p.until(state(client.Authenticating))
	p.mark()
	away := 0
	p.until(func(e client.Event) bool {
		if c, ok := e.(client.ContactChanged); ok && c.Contact.Protection == client.Away {
			away++
		}
		return away == n
	})
	list = p.since()

	p.sends(server, "<presence/>", true, 1) // behind what the server says of those who are not there
	p.sends(server, "<presence type='unavailable'/>", false, 1)
	memory = kept() - before
	come := p.sends(server, "<presence/>", true, n)
	go_ := p.sends(server, "<presence type='unavailable'/>", false, n)
	storm = spent{come.wall + go_.wall, come.cpu + go_.cpu, come.bytes + go_.bytes}
	return list, storm, memory
}

// BenchmarkRealRoster: ten thousand contacts on a real server, over Tor, beside ten:
// from the opening of the stream to the last of them on the list, and all of them
// coming and going. How long that takes is the server's speed; what it costs here is
// ours.
func BenchmarkRealRoster(b *testing.B) {
	for b.Loop() {
		const few = 10
		list, storm, memory := signsIn(b, many)
		least, calm, little := signsIn(b, few)
		report := func(n int, list, storm spent, memory int64) {
			fmt.Fprintf(os.Stderr, "figure: %d contacts on Prosody: from the stream's opening to the last contact %v; %.1f MB in memory; all come and go, %d presences: %v\n",
				n, list, float64(memory)/1e6, 2*n, storm)
		}
		report(many, list, storm, memory)
		report(few, least, calm, little)
		grew := float64(memory-little) / 1e6
		fmt.Fprintf(os.Stderr, "figure: that is %.2f ms of processor time for a contact of the list, %.3f ms for a presence, %.2f kB for a contact kept; the window's part is in Contacts and PresenceStorm\n",
			list.cpu.Seconds()*1000/many, storm.cpu.Seconds()*1000/(2*many), grew*1000/many)
		b.ReportMetric(float64(list.wall.Milliseconds()), "list-ms")
		b.ReportMetric(float64(list.cpu.Milliseconds()), "list-cpu-ms")
		b.ReportMetric(float64(list.bytes), "list-B")
		b.ReportMetric(grew, "MB")
		b.ReportMetric(float64(storm.cpu.Milliseconds()), "storm-cpu-ms")
	}
	b.ReportMetric(0, "ns/op")
}
