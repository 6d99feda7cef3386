//go:build linux

package leak_test

import (
	"syscall"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/lab"
)

// TestOwnTor: on a computer without a Tor each of the two starts one of their
// own, which may reach the relays; everything else is guilty. It is killed and
// started again.
func TestOwnTor(t *testing.T) {
	t.Parallel() // after TestTorTrouble, which stops the server
	c := &campaign{t: t, b: open(t), l: lab.Shared(t), rows: map[string]*row{}}
	c.spawn()
	c.b.Mark("own Tor")
	c.meet()
	c.b.Mark("own Tor killed")
	tors, err := c.b.Processes(c.l.Tor())
	must(t, err)
	if len(tors) != 2 {
		t.Fatalf("%d processes of tor run, not each one's own", len(tors))
	}
	for _, pid := range tors {
		must(t, syscall.Kill(pid, syscall.SIGKILL))
	}
	began := time.Now()
	c.state(client.WaitingForTor)
	c.ana.Do("online", c.anaAt)
	c.ben.Do("online", c.benAt)
	t.Logf("both online %v after their own Tor was killed", time.Since(began).Round(10*time.Millisecond))
	c.ana.Do("private", c.benAt)
	c.talk("and again")
	c.ana.Quit()
	c.ben.Quit()
	v := verdict(t, c.b)
	if v.Guilty > 0 || v.Network < 100 {
		t.Error(v)
	}
	if left, err := c.b.Processes(c.l.Tor()); err != nil || len(left) > 0 {
		t.Errorf("tor outlives the program: %v, %v", left, err)
	}
}
