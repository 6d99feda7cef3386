package apart

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"hushwing/tor"
)

// StartOptions say how the other processes run.
type StartOptions struct {
	// DataDir is the folder for our own Tor (tor.Options.DataDir). It is fixed
	// here: the window cannot name another one later.
	DataDir string
	// Environ is the environment that they get what they need of: PATH, HOME,
	// TMPDIR, XDG_RUNTIME_DIR, LANG, LC_ALL and every name that begins with
	// TOR_. nil is this process's.
	Environ []string
}

// Bounds.
const (
	endTime = 15 * time.Second // for all of it to end, our own Tor included
	tries   = 3                // openers that one Hold may wear out
)

// comeTime is for an opener to come. Only tests change it.
var comeTime = 10 * time.Second

// Holder is the window's side: a tor.Holder. It is safe for concurrent use.
type Holder struct {
	keeper *process
	l      *link
	wake   sync.Once
	ended  chan struct{} // closed when nothing comes from the keeper any more

	mu      sync.Mutex
	opener  *caller       // the latest; nil: none yet
	changed chan struct{} // closed when there is another
	err     error         // why there will be none any more; set before ended is closed
}

// Start starts program, which is cmd/hushwing-net, and does not wait for it.
// The caller may give up afterwards whatever it takes to start programs and to
// make sockets.
//
// The error is a *tor.Error (NoHelper).
func Start(program string, o StartOptions) (*Holder, error) {
	h, err := start(program, o)
	if err != nil {
		return nil, &tor.Error{Reason: tor.NoHelper, Err: err}
	}
	return h, nil
}

func start(program string, o StartOptions) (*Holder, error) {
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	ours, theirs, err := pair()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	l, err := newLink(ours, true)
	if err != nil {
		return nil, err
	}
	p, err := begin(program, []string{"keeper", o.DataDir}, clean(o.Environ), theirs)
	if err != nil {
		l.close()
		return nil, err
	}
	h := &Holder{keeper: p, l: l, ended: make(chan struct{}), changed: make(chan struct{})}
	go h.read()
	return h, nil
}

// Pid is the keeper's process.
func (h *Holder) Pid() int { return h.keeper.cmd.Process.Pid }

func (h *Holder) read() {
	for {
		m, f, err := h.l.receive()
		if err == nil {
			err = h.take(m, f)
		}
		if err == nil {
			continue
		}
		h.l.close()
		h.mu.Lock()
		if h.err == nil {
			h.err = fmt.Errorf("%w (%w)", errLost, err)
		}
		last := h.opener
		close(h.ended)
		h.mu.Unlock()
		if last != nil {
			last.end(errLost) // it dies with the keeper
		}
		return
	}
}

func (h *Holder) take(m *message, f *os.File) error {
	switch m.kind {
	case kindOpener:
		l, err := newLink(f, true)
		if err != nil {
			return err
		}
		c := newCaller(l, func() { _ = h.l.send(&message{kind: kindReplace}) })
		h.mu.Lock()
		old := h.opener
		h.opener = c
		close(h.changed)
		h.changed = make(chan struct{})
		h.mu.Unlock()
		if old != nil {
			old.end(errLost)
		}
		return nil
	case kindFarewell:
		h.mu.Lock()
		h.err = m.fault.err()
		h.mu.Unlock()
		return nil
	}
	if f != nil {
		_ = f.Close()
	}
	return errMessage
}

// current waits for an opener that is not the one that was lost.
func (h *Holder) current(ctx context.Context, lost *caller) (*caller, error) {
	late := time.NewTimer(comeTime)
	defer late.Stop()
	for {
		h.mu.Lock()
		c, changed := h.opener, h.changed
		h.mu.Unlock()
		select {
		case <-h.ended:
			return nil, &tor.Error{Reason: tor.NoHelper, Err: h.err}
		default:
		}
		if c != nil && c != lost {
			return c, nil
		}
		select {
		case <-changed:
		case <-h.ended:
		case <-late.C:
			return nil, &tor.Error{Reason: tor.NoHelper, Err: errors.New("it does not come up")}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Hold opens a Tor in the other process (see tor.Open). Of the options Only,
// Bridges, Running and Progress count; DataDir was fixed by Start. What would have to be
// decided in the other process (Opener, Getenv, Candidates, Program, Stuck) is
// refused: BadSetting.
//
// When the process with the network ends, what it held is Done, and the next
// Hold works with its successor. NoHelper: there is none any more, or it does
// not answer.
func (h *Holder) Hold(ctx context.Context, o tor.Options) (*tor.Network, error) {
	if o.Opener != nil || o.Getenv != nil || o.Candidates != nil || o.Program != "" || o.Stuck != 0 || o.Holder != nil || o.Starter != nil {
		return nil, &tor.Error{Reason: tor.BadSetting, Err: errors.New("an option that the other process does not take")}
	}
	h.wake.Do(func() { _ = h.l.send(&message{kind: kindWake}) })
	var c *caller
	var err error
	for range tries {
		if c, err = h.current(ctx, c); err != nil {
			return nil, err
		}
		var n *tor.Network
		if n, err = attach(ctx, c, o); err == nil {
			return n, nil
		}
		if !errors.Is(err, errLost) {
			return nil, err
		}
	}
	return nil, &tor.Error{Reason: tor.NoHelper, Err: err}
}

func attach(ctx context.Context, c *caller, o tor.Options) (*tor.Network, error) {
	held, err := c.hold(ctx, o)
	if err != nil {
		return nil, err
	}
	n, err := tor.Attach(ctx, held)
	if err != nil {
		_ = held.Close()
		return nil, err
	}
	return n, nil
}

// Close ends the other processes and our own Tor, and waits for them.
func (h *Holder) Close() error {
	h.l.close()
	<-h.ended
	select {
	case <-h.keeper.done:
		return nil
	case <-time.After(endTime):
		h.keeper.kill()
		return errors.New("apart: the other process had to be killed")
	}
}
