package tor

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// How often a Tor is asked how it is, and looked for when it does not answer.
// Only tests change them.
var (
	checkTime   = 15 * time.Second // over the control port
	proofTime   = 30 * time.Second // over the SOCKS port, where there is no control port
	troubleTime = time.Second      // while it is hung or away
	controlWait = time.Minute      // between attempts at a control port that does not let us in
)

// watch keeps the status of one Tor.
//
// The rule for a Tor that hangs: it is Hung when a question on its control port
// gets no answer in 10 s (controlTime) and then a probe of its SOCKS port gets
// none in 3 s (probeTime); without a control port the probe alone counts. Our
// own is then killed, which closes Network.Done, and whoever uses it starts it
// again; one that is not ours is looked at every second until it answers. A
// Dial that meets silence has the question asked at once.
type watch struct {
	opener Opener
	at     Endpoint
	places []controlPlace
	own    *child // may be nil

	mu      sync.Mutex
	now     Status
	changed chan struct{}
	failed  int // how many hosts could not be reached since the last progress

	nudged chan struct{} // holds one
	cancel context.CancelFunc
	ended  chan struct{}
}

func newWatch(o Opener, at Endpoint, places []controlPlace, own *child) *watch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watch{
		opener: o, at: at, places: places, own: own,
		changed: make(chan struct{}), nudged: make(chan struct{}, 1), cancel: cancel, ended: make(chan struct{}),
	}
	go w.run(ctx)
	return w
}

// stop ends the watch and waits for it: a moment, as nothing in it waits for
// anything but its context.
func (w *watch) stop() {
	w.cancel()
	<-w.ended
}

func (w *watch) status() (Status, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, w.changed
}

// unreachable says how many relays or bridges Tor could not reach since its
// last progress.
func (w *watch) unreachable() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed
}

func (w *watch) set(s Status, failed int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s != w.now || failed != w.failed {
		w.now, w.failed = s, failed
		close(w.changed)
		w.changed = make(chan struct{})
	}
}

// nudge has the next look taken now.
func (w *watch) nudge() {
	select {
	case w.nudged <- struct{}{}:
	default:
	}
}

func (w *watch) run(ctx context.Context) {
	defer close(w.ended)
	var last time.Time // when the control port was tried
	for ctx.Err() == nil {
		if s, _ := w.status(); s.Trouble == NoTrouble && time.Since(last) >= controlWait {
			last = time.Now()
			if t, p, version := w.connect(ctx); t != nil {
				err := w.follow(ctx, t, p, version)
				t.close()
				if ctx.Err() != nil {
					return
				}
				if errors.Is(err, errNoAnswer) || err == nil {
					last = time.Time{} // lost: it may be back at once
				}
			}
		}
		w.prove(ctx)
		pause := proofTime
		if s, _ := w.status(); s.Trouble != NoTrouble {
			pause, last = troubleTime, time.Time{}
		} else if last.IsZero() {
			pause = troubleTime
		}
		w.sleep(ctx, pause)
	}
}

func (w *watch) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.nudged:
	case <-ctx.Done():
	}
}

// prove sees whether what listens is still there, is a Tor, and answers.
func (w *watch) prove(ctx context.Context) {
	s := Status{}
	switch err := probe(ctx, w.opener, w.at, probeTime); {
	case ctx.Err() != nil:
		return
	case err == nil:
	case errors.Is(err, errNoAnswer):
		s.Trouble = Hung
	default:
		s.Trouble = Away
	}
	if s.Trouble == Away && w.own != nil {
		return // its end will tell, or it has only just begun
	}
	w.set(s, 0)
	if s.Trouble == Hung && w.own != nil {
		kill(w.own.cmd.Process)
	}
}

// connect takes the first control port that lets us in and belongs to the Tor
// in question.
func (w *watch) connect(ctx context.Context) (*control, controlPlace, string) {
	for _, p := range w.places {
		t, version, err := dialControl(ctx, w.opener, p)
		// Our own opens its port a moment before it writes the cookie.
		for try := 0; err != nil && w.own != nil && try < 100 && !errors.Is(err, errNoAnswer); try++ {
			w.sleep(ctx, 20*time.Millisecond)
			t, version, err = dialControl(ctx, w.opener, p)
		}
		if err != nil {
			continue
		}
		if w.belongs(ctx, t, p) {
			return t, p, version
		}
		t.close()
	}
	return nil, controlPlace{}, ""
}

// belongs asks whether the Tor behind a control port is the one in use, by its
// listeners (GETINFO net/listeners/socks). A control port that was named, and a
// filter that does not let this question through, are taken at their word.
func (w *watch) belongs(ctx context.Context, t *control, p controlPlace) bool {
	if p.at.From == FromEnvironment || p.at.From == FromOwn {
		return true
	}
	listeners, err := t.get(ctx, "net/listeners/socks")
	if err != nil {
		var no *refusal
		return errors.As(err, &no)
	}
	return listens(listeners, w.at)
}

// listens reports whether e is in the list: quoted strings, such as
// "127.0.0.1:9050" "unix:/run/tor/socks".
func listens(list string, e Endpoint) bool {
	for list = strings.TrimSpace(list); list != ""; list = strings.TrimSpace(list) {
		one, rest, ok := controlValue(list)
		if !ok {
			return false
		}
		list = rest
		if one == e.String() {
			return true
		}
		a, err1 := netip.ParseAddrPort(one)
		b, err2 := netip.ParseAddrPort(e.Address)
		if e.Network == "tcp" && err1 == nil && err2 == nil && a.Port() == b.Port() && a.Addr().IsUnspecified() {
			return true
		}
	}
	return false
}

// follow keeps the status by what the control port says, until that is lost
// (nil) or hangs (errNoAnswer).
func (w *watch) follow(ctx context.Context, t *control, p controlPlace, version string) error {
	s := Status{Controlled: true, Version: version}
	f := &facts{}
	if v, err := t.get(ctx, "version"); err == nil {
		s.Version, _, _ = strings.Cut(clip(v), " ") // "0.4.8.16 (git-…)"
	}
	// A filter may let some of them through, or none: then there are the looks.
	sets := []string{"STATUS_CLIENT STATUS_GENERAL NETWORK_LIVENESS ORCONN", "STATUS_CLIENT STATUS_GENERAL NETWORK_LIVENESS", "STATUS_CLIENT"}
	for _, events := range sets {
		_, err := t.do(ctx, controlTime, "SETEVENTS "+events)
		var no *refusal
		if err == nil || !errors.As(err, &no) {
			break
		}
	}
	tick := time.NewTicker(checkTime)
	defer tick.Stop()
	for {
		if err := look(ctx, t, f); err != nil {
			if errors.Is(err, errNoAnswer) {
				return err
			}
			return nil
		}
		for again := false; !again; {
			f.tell(&s)
			w.set(s, len(f.failed))
			select {
			case e := <-t.events:
				f.hear(e)
			case <-tick.C:
				again = true
			case <-w.nudged:
				again = true
			case <-t.done:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// look asks for all that events would have told. What is refused is an answer,
// too.
func look(ctx context.Context, t *control, f *facts) error {
	phase, err := t.get(ctx, "status/bootstrap-phase")
	var no *refusal
	if err == nil {
		f.bootstrap(phase)
	} else if !errors.As(err, &no) {
		return err
	}
	live, err := t.get(ctx, "network-liveness")
	if err == nil {
		f.live(live)
	} else if !errors.As(err, &no) {
		return err
	}
	return nil
}
