package apart

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"hushwing/tor"
)

// KeepOptions are what the keeper needs.
type KeepOptions struct {
	Window  *os.File // its line to the window
	DataDir string   // for our own Tor
	// Opener gives the arguments that make program an opener. hand is the place
	// that a person has set, zero if there is none.
	Program string
	Opener  func(hand tor.Endpoint) []string
	// Confine locks this process in. It is called before all else.
	Confine func() error
}

// Bounds of openers that come and go.
const (
	steady   = 5 * time.Second        // one that lived for so long was sound
	breath   = 100 * time.Millisecond // before the next, for each in a row that was not
	maxQuick = 6                      // in a row
	linger   = 20 * time.Second       // of our own Tor, for the next opener to ask for it
)

// keeper starts the opener, again if it must, and our own Tor.
type keeper struct {
	o         KeepOptions
	l         *link
	replace   chan struct{}
	successor chan tor.Endpoint

	mu   sync.Mutex
	left *tor.Network              // our own Tor, of an opener that has gone
	used map[*tor.Network][]string // its bridges
}

// Idle waits until the window asks for something, or is gone, and reads
// nothing; but at most for d. A window that comes up has better use for the
// processor.
func Idle(window *os.File, d time.Duration) {
	end := time.Now().Add(d)
	for left := d; left > 0; left = time.Until(end) {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(window.Fd()), Events: unix.POLLIN}}, int(left.Milliseconds())+1)
		if n > 0 || err != nil && err != unix.EINTR {
			return
		}
	}
}

// Keep is the keeper. It returns when the window's process has gone, and all
// that it started has ended.
func Keep(o KeepOptions) error {
	k := &keeper{o: o, replace: make(chan struct{}, 1), successor: make(chan tor.Endpoint), used: map[*tor.Network][]string{}}
	confined := o.Confine()
	var err error
	if k.l, err = newLink(o.Window, false); err != nil {
		return errors.Join(confined, err)
	}
	defer k.l.close()
	if confined != nil {
		k.farewell(confined)
		return confined
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		k.listen()
		cancel()
		// Whatever hangs here must not outlive the window. What this process has
		// started ends with it.
		time.AfterFunc(endTime, func() { os.Exit(1) })
	}()
	err = k.run(ctx)
	if ctx.Err() != nil {
		err = nil // as it should
	}
	if n := k.takeLeft(); n != nil {
		_ = n.Close()
	}
	if err != nil {
		k.farewell(err)
	}
	return err
}

func (k *keeper) farewell(err error) {
	_ = k.l.send(&message{kind: kindFarewell, fault: faultOf(err)})
}

// listen returns when the window has gone, or says what it may not.
func (k *keeper) listen() {
	for {
		m, _, err := k.l.receive()
		if err == nil && m.kind == kindWake {
			continue // it has done what it is for: see Idle
		}
		if err != nil || m.kind != kindReplace {
			return
		}
		select {
		case k.replace <- struct{}{}:
		default:
		}
	}
}

// run has one opener after another.
func (k *keeper) run(ctx context.Context) error {
	var hand tor.Endpoint
	quick := 0
	for ctx.Err() == nil {
		began := time.Now()
		next, err := k.opener(ctx, hand)
		if err != nil {
			return err
		}
		asked := next != (tor.Endpoint{})
		if asked {
			hand = next
		}
		switch {
		case time.Since(began) > steady:
			quick = 0
		case quick < maxQuick:
			quick++
		case !asked:
			return errors.New("apart: the opener does not stay up")
		}
		select {
		case <-ctx.Done():
		case <-time.After(breath * time.Duration(max(0, quick-1))):
		}
	}
	return ctx.Err()
}

// opener has one opener until it ends, or has to. It returns the place that its
// successor is to reach, if that was asked for.
func (k *keeper) opener(ctx context.Context, hand tor.Endpoint) (next tor.Endpoint, err error) {
	select { // for the one before
	case <-k.replace:
	default:
	}
	windows, theirs, err := pair()
	if err != nil {
		return next, err
	}
	defer windows.Close()
	defer theirs.Close()
	ours, line, err := pair()
	if err != nil {
		return next, err
	}
	defer line.Close()
	l, err := newLink(ours, false)
	if err != nil {
		return next, err
	}
	p, err := begin(k.o.Program, k.o.Opener(hand), os.Environ(), theirs, line)
	if err != nil {
		l.close()
		return next, err
	}
	asked := make(chan tor.Endpoint, 1)
	s := &server{l: l, open: k.start, leave: k.leave, extra: func(m *message) error {
		if m.kind == kindSuccessor {
			asked <- m.endpoint
		}
		return errMessage // the last that it has to say
	}}
	served := make(chan struct{})
	serving, stop := context.WithCancel(ctx)
	go func() {
		defer close(served)
		_ = s.run(serving)
	}()
	err = handOver(k.l, &message{kind: kindOpener}, windows)
	_ = theirs.Close() // or the window would not see the opener's end
	_ = line.Close()
	if err == nil {
		select {
		case <-p.done:
		case <-served:
		case <-k.replace:
		case <-ctx.Done():
		}
	}
	p.kill()
	stop()
	<-served
	select {
	case next = <-asked:
		next, err = next.ByHand()
	default:
	}
	return next, err
}

// start starts our own Tor for an opener, or gives it the one that an opener
// before it has left.
func (k *keeper) start(ctx context.Context, m *message, progress chan<- tor.Progress) (*tor.Network, error) {
	if m.only != nil {
		return nil, &tor.Error{Reason: tor.BadSetting, Endpoint: *m.only, Err: errors.New("not the keeper's")}
	}
	if n := k.takeLeft(); n != nil {
		select {
		case <-n.Done():
		default:
			k.mu.Lock()
			same := slices.Equal(k.used[n], m.bridges)
			k.mu.Unlock()
			if same {
				return n, nil
			}
		}
		_ = n.Close()
	}
	n, err := tor.Start(ctx, tor.Options{DataDir: k.o.DataDir, Bridges: m.bridges, Progress: progress})
	if err == nil {
		k.mu.Lock()
		k.used[n] = m.bridges
		k.mu.Unlock()
		go func() {
			<-n.Done()
			k.mu.Lock()
			delete(k.used, n)
			k.mu.Unlock()
		}()
	}
	return n, err
}

// leave keeps a Tor for the next opener, for a while.
func (k *keeper) leave(n *tor.Network) {
	k.mu.Lock()
	before := k.left
	k.left = n
	k.mu.Unlock()
	if before != nil {
		go func() { _ = before.Close() }()
	}
	time.AfterFunc(linger, func() {
		k.mu.Lock()
		still := k.left == n
		if still {
			k.left = nil
		}
		k.mu.Unlock()
		if still {
			_ = n.Close()
		}
	})
}

func (k *keeper) takeLeft() *tor.Network {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.left
	k.left = nil
	return n
}
