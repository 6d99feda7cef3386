package tor_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

var steps = map[string]tortest.Step{"greeting": tortest.Greeting, "auth": tortest.Auth, "reply": tortest.Reply, "connected": tortest.Connected}

func TestDialTrouble(t *testing.T) {
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			s := tortest.New(t)
			d := s.Network(t).Dialer(isolation("ana", 0))
			s.Serve("example.test", tortest.Far(t))

			s.At(step, tortest.Close)
			if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
				t.Errorf("close: %v", err)
			}
			s.At(step, tortest.Garbage)
			if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.NotTor {
				t.Errorf("garbage: %v", err)
			}
			for _, trouble := range []tortest.Trouble{tortest.Hang, tortest.Half} {
				s.At(step, trouble)
				ctx, cancel := context.WithCancel(t.Context())
				var canceled time.Time
				time.AfterFunc(50*time.Millisecond, func() { canceled = time.Now(); cancel() })
				_, err := d.Dial(ctx, "example.test", 5222)
				if took := time.Since(canceled); took > 100*time.Millisecond {
					t.Errorf("came back %v after the cancellation", took)
				}
				if !errors.Is(err, context.Canceled) {
					t.Errorf("hang: %v", err)
				}
			}
			s.At(step, 0)
			c, err := d.Dial(t.Context(), "example.test", 5222)
			if err != nil {
				t.Fatal(err)
			}
			_ = c.Close()
		})
	}
}

func TestDialTimesOut(t *testing.T) {
	defer tor.SetDialTimes(100*time.Millisecond, 200*time.Millisecond)()
	s := tortest.New(t)
	d := s.Network(t).Dialer(isolation("ana", 0))
	s.At(tortest.Connected, tortest.Hang)
	for host, least := range map[string]time.Duration{
		"example.test": 100 * time.Millisecond, tortest.OnionAddress("x"): 200 * time.Millisecond,
	} {
		begun := time.Now()
		_, err := d.Dial(t.Context(), host, 5222)
		if took := time.Since(begun); took < least || took > least+time.Second {
			t.Errorf("%s: took %v", host, took)
		}
		if reason(t, err) != tor.TimedOut {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := d.Dial(ctx, "example.test", 5222); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's own deadline: %v", err)
	}
}

func TestTorGone(t *testing.T) {
	s := tortest.New(t)
	n := s.Network(t)
	d := n.Dialer(isolation("ana", 0))
	s.Serve("example.test", tortest.Far(t))
	c, err := d.Dial(t.Context(), "example.test", 5222)
	if err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection lives on")
	}
	if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
		t.Error(err)
	}
	select {
	case <-n.Done():
		t.Error("a Tor that is not ours cannot be known to have ended")
	default:
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	<-n.Done()
	if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
		t.Errorf("after Close: %v", err)
	}
}
