package client

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/xmpp"
)

// TestForgive: a server that throws us out at once is left alone for longer and
// longer; one that held is asked again soon.
func TestForgive(t *testing.T) {
	for _, c := range []struct {
		failures int
		held     time.Duration
		want     int
	}{
		{5, 0, 5}, {5, forgiven - 1, 5}, {5, forgiven, 4}, {5, time.Minute, 0}, {0, time.Hour, 0},
	} {
		a := &account{failures: c.failures}
		if a.forgive(c.held); a.failures != c.want {
			t.Errorf("%d failures, held for %v: %d are left, not %d", c.failures, c.held, a.failures, c.want)
		}
	}
}

// TestWorkedIsForgiven: a connection that carried a message of ours leaves a short
// pause, and never none.
func TestWorkedIsForgiven(t *testing.T) {
	for before, want := range map[int]int{0: 0, 1: 1, 9: 1} {
		a := &account{world: &world{emit: func(Event) {}}, identity: anyIdentity(), failures: before}
		if a.stanza(xmpp.Acknowledged{}); a.failures != want {
			t.Errorf("%d failures before: %d are left, not %d", before, a.failures, want)
		}
	}
	if p := pause(2); p > 4*firstPause {
		t.Errorf("the pause after that is %v", p)
	}
}

// TestAccountsStartApart: when Tor comes up, several accounts do not connect at
// the same moment, and one alone does not wait.
func TestAccountsStartApart(t *testing.T) {
	starts := func(n int64) (out []time.Duration) {
		for range 40 {
			w := &world{count: &atomic.Int64{}, emit: func(Event) {}}
			w.count.Store(n)
			a := &account{world: w, identity: anyIdentity(), state: &offline{}}
			a.startApart() // without Tor: those who do not wait go on to wait for it
			switch s := a.state.(type) {
			case *startingSoon:
				out = append(out, time.Until(s.at))
			default:
				out = append(out, 0)
			}
		}
		return out
	}
	for _, d := range starts(1) {
		if d != 0 {
			t.Fatalf("the only account waits %v", d)
		}
	}
	all := map[time.Duration]bool{}
	late := false
	for _, d := range starts(3) {
		all[d.Truncate(50*time.Millisecond)] = true
		late = late || d > apartEach
		if d > 2*apartEach {
			t.Errorf("one of three waits %v", d)
		}
	}
	if len(all) < 10 || !late {
		t.Errorf("three accounts start within %d moments", len(all))
	}
	for _, d := range starts(1000) {
		if d > apartMost {
			t.Errorf("one of many waits %v", d)
		}
	}
}

// TestStartingSoonEnds: waiting for one's own moment ends with it, at once when
// the user says so, and with Tor.
func TestStartingSoonEnds(t *testing.T) {
	at := time.Now().Add(time.Second)
	for _, c := range []struct {
		m    any
		want state
	}{
		{tick{at.Add(-time.Millisecond)}, &startingSoon{}},
		{tick{at}, &waitingForTor{}}, // what start comes to without Tor
		{GoOnline{}, &waitingForTor{}},
		{GoOffline{}, &offline{}},
		{torLost{}, &waitingForTor{}},
	} {
		s := &startingSoon{at: at}
		a := &account{world: &world{emit: func(Event) {}}, identity: anyIdentity(), state: s}
		s.handle(a, c.m)
		var got, want Account
		a.state.public(&got)
		c.want.public(&want)
		if got.State != want.State {
			t.Errorf("%T: state %d, not %d", c.m, got.State, want.State)
		}
	}
}

// TestTorWait: to look for Tor is cheap and is done often; to start one is not.
func TestTorWait(t *testing.T) {
	gone := &tor.Error{Reason: tor.Gone}
	broken := &tor.Error{Reason: tor.NotStarted}
	for n := 1; n < 100; n++ {
		if d := torWait(n, gone); d <= 0 || d > longLook {
			t.Errorf("after %d looks: %v", n, d)
		}
		if d := torWait(n, broken); d < startPause || d > longStart {
			t.Errorf("after %d starts: %v", n, d)
		}
	}
	for err, want := range map[error]bool{
		gone: true, &tor.Error{Reason: tor.NotTor}: true, &tor.Error{Reason: tor.NoIsolation}: true,
		&tor.Error{Reason: tor.Refused}: false, &tor.Error{Reason: tor.TimedOut}: false, errors.New("else"): false,
	} {
		if missing(err) != want {
			t.Errorf("%v: missing is %v", err, !want)
		}
	}
}
