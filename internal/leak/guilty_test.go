//go:build linux

package leak_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
)

// TestQuietBox: a box in which nothing runs sends nothing, and one in which an
// innocent program runs, neither.
func TestQuietBox(t *testing.T) {
	t.Parallel()
	b := open(t)
	time.Sleep(2 * time.Second) // the kernel itself may have something to say
	p, err := b.Start(exec.Command("ls", "/"))
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if v := verdict(t, b); v.Guilty+v.ToTor+v.Network != 0 || p.Err() != nil {
		t.Errorf("in an empty box: %v, %v", v, p.Err())
	}
}

// TestGuilty: each way to the network but Tor's is seen.
func TestGuilty(t *testing.T) {
	t.Parallel()
	l := lab.Shared(t)
	program := built(t, "hushwing/internal/leak/testdata/guilty")
	relay := l.Relays()[0].String()
	b := open(t)
	before := 0
	for _, c := range []struct {
		way  []string
		seen string // must be in what is told
	}{
		{[]string{"resolver"}, "asks for example.test."},
		{[]string{"libc"}, "asks for example.test."},
		{[]string{"direct"}, "tcp on out0"},
		{[]string{"IPv6"}, "[2001:db8::7]:443"},
		{[]string{"UDP"}, "udp on out0"},
		{[]string{"UDP6"}, "[2001:db8::7]:3478"},
		{[]string{"stub"}, "127.0.0.53:53"},
		{[]string{"loopback"}, "127.0.0.1:8118"},
		{[]string{"loopback6"}, "[::1]:9050"},
		{[]string{"elsewhere"}, "127.0.0.2:9050"},
		{[]string{"multicast"}, "224.0.0.251:5353"},
		{[]string{"fast open"}, "192.0.2.7:443"},
		{[]string{"multipath"}, "192.0.2.7:443"},
		{[]string{"ICMP"}, "icmp on out0"},
		{[]string{"raw"}, "IP protocol 253"},
		{[]string{"packet"}, "ethernet 0x88b5 on out0"},
		{[]string{"bypass"}, "ethernet 0x88b5 on out0"},
		{[]string{"packet lo"}, "ethernet 0x88b5 on lo"},
		{[]string{"relay", relay}, "tcp to a relay by " + program}, // as if it were Tor
		{[]string{"half", relay}, "to " + relay},
	} {
		b.Mark(strings.Join(c.way, " "))
		p, err := b.Start(exec.Command(program, c.way...))
		if err != nil {
			t.Fatal(err)
		}
		<-p.Done()
		if p.Err() != nil {
			t.Errorf("%v: the program itself failed: %v", c.way, p.Err())
		}
		v := verdict(t, b)
		if v.Guilty == before {
			t.Errorf("%v: not seen", c.way)
			continue
		}
		found := false
		for _, x := range v.Packets {
			found = found || x.During == strings.Join(c.way, " ") && strings.Contains(x.String(), c.seen)
		}
		if !found {
			t.Errorf("%v: %q is not in what was seen: %v", c.way, c.seen, v.Packets[len(v.Packets)-(v.Guilty-before):])
		}
		before = v.Guilty
	}
}
