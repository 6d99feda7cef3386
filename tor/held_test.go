package tor_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// held stands for a Tor in another process.
type held struct {
	tor.Opener
	at      tor.Endpoint
	managed bool
	done    chan struct{}
	closed  int
}

func (h *held) Endpoint() tor.Endpoint { return h.at }
func (h *held) Managed() bool          { return h.managed }
func (h *held) Done() <-chan struct{}  { return h.done }
func (h *held) Close() error           { h.closed++; return nil }
func (h *held) Status() (tor.Status, <-chan struct{}) {
	return tor.Status{Version: "of the other process"}, h.done
}

func TestAttach(t *testing.T) {
	s := tortest.New(t)
	s.Serve("example.test", tortest.Far(t))
	h := &held{Opener: tor.Direct, at: s.Endpoint(), managed: true, done: make(chan struct{})}
	n, err := tor.Attach(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := n.Status(); n.Endpoint() != s.Endpoint() || !n.Managed() || status.Version != "of the other process" {
		t.Errorf("%+v", n)
	}
	d := n.Dialer(isolation("ana", 0))
	c, err := d.Dial(t.Context(), "example.test", 5222)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	close(h.done)
	<-n.Done()
	if _, err := d.Dial(t.Context(), "example.test", 5222); reason(t, err) != tor.Gone {
		t.Error(err)
	}
	_ = n.Close()
	if err := n.Close(); err != nil || h.closed != 1 {
		t.Error(err, h.closed)
	}
}

// TestAttachTakesNobodysWord: what the other process calls a Tor has to be one.
func TestAttachTakesNobodysWord(t *testing.T) {
	defer tor.SetProbeTime(500 * time.Millisecond)()
	for name, e := range map[string]tor.Endpoint{
		"web": at(web(t)), "hangs": at(mute(t)), "elsewhere": at("192.0.2.1:9050"), "nothing": at(closedPort(t)),
	} {
		if n, err := tor.Attach(t.Context(), &held{Opener: tor.Direct, at: e, done: make(chan struct{})}); n != nil || reason(t, err) == 0 {
			t.Errorf("%s: %v %v", name, n, err)
		}
	}
}

// holder stands for what starts the other process.
type holder struct{ got []tor.Options }

var errHolder = errors.New("no process")

func (h *holder) Hold(_ context.Context, o tor.Options) (*tor.Network, error) {
	h.got = append(h.got, o)
	return nil, errHolder
}

// TestHolder: what has a holder does nothing by itself, also when that fails.
func TestHolder(t *testing.T) {
	h, never := &holder{}, &counting{}
	_, err := tor.Open(t.Context(), tor.Options{Holder: h, Opener: never, Program: "-", DataDir: "there"})
	if !errors.Is(err, errHolder) || len(h.got) != 1 || h.got[0].Holder != nil || h.got[0].DataDir != "there" || never.n != 0 {
		t.Errorf("%v %+v %d", err, h.got, never.n)
	}
}

// TestOnly: a Tor that was set by hand is the only one tried.
func TestOnly(t *testing.T) {
	healthy, mine := tortest.New(t), tortest.New(t)
	open := func(e tor.Endpoint) (*tor.Network, error) {
		return tor.Open(t.Context(), tor.Options{Only: &e, Getenv: healthy.Env, Candidates: []tor.Endpoint{healthy.Endpoint()}, DataDir: t.TempDir()})
	}
	n, err := open(tor.Endpoint{Network: "tcp", Address: mine.Endpoint().Address})
	if err != nil || n.Endpoint() != (tor.Endpoint{Network: "tcp", Address: mine.Endpoint().Address, From: tor.FromHand}) || n.Managed() {
		t.Fatal(n, err)
	}
	for want, e := range map[tor.Reason]tor.Endpoint{
		tor.Gone:       at(closedPort(t)),
		tor.NotTor:     at(web(t)),
		tor.BadSetting: {Network: "tcp", Address: "10.0.0.1:9050", From: tor.FromEnvironment},
	} {
		if _, err := open(e); reason(t, err) != want {
			t.Errorf("%v: %v", e, err)
		}
	}
	if r := healthy.Requests(); len(r) != 0 {
		t.Errorf("another was asked: %+v", r)
	}
	// Bridges are for our own.
	e := mine.Endpoint()
	for _, o := range []tor.Options{{Only: &e, Getenv: silent}, {Getenv: healthy.Env}} {
		o.Bridges, o.Opener = []string{"192.0.2.1:443"}, &counting{}
		if _, err := tor.Open(t.Context(), o); reason(t, err) != tor.NotOurs {
			t.Error(err)
		}
	}
}
