package tor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// probeTime bounds how long one place may take to prove that it is a Tor. A
// real one answers in milliseconds, even before it has reached its network.
// Only tests change it.
var probeTime = 3 * time.Second

// Find looks for a Tor that runs already: the one that was set by hand or that
// the environment names, or else the first of the candidates that proves to be one. All are asked at
// once; none is waited for longer than 3 s. It starts nothing.
//
// When nothing is found the reason is the most telling one: NoIsolation,
// NotTor, or NoTor where nothing listens. For a Tor that was named it is what is wrong with that one: BadSetting, Gone (nothing listens there),
// NotTor, NoIsolation. The error of ctx is returned as it is.
func Find(ctx context.Context, o Options) (*Network, error) {
	if named(o) {
		e, err := chosen(o)
		if err != nil {
			return nil, err
		}
		if err := probe(ctx, o.opener(), e, probeTime); err != nil {
			return nil, err
		}
		return newNetwork(e, o), nil
	}
	list := o.Candidates
	if list == nil {
		list = usual()
	}
	return search(ctx, list, o)
}

func newNetwork(e Endpoint, o Options) *Network {
	closed := make(chan struct{})
	return &Network{endpoint: e, opener: o.opener(), places: controls(o, e), closed: closed, done: closed}
}

// search asks all at once and takes the first in the list that is a Tor, so
// that one that hangs delays the answer but does not change it.
func search(ctx context.Context, list []Endpoint, o Options) (*Network, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make([]chan error, len(list))
	for i, e := range list {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- probe(ctx, o.opener(), e, probeTime) }()
	}
	var found *Network
	var why []error
	for i, e := range list {
		err := <-answers[i] // every probe is waited for: nothing is left behind
		switch {
		case found != nil:
		case err == nil:
			found = newNetwork(e, o)
			cancel()
		default:
			why = append(why, err)
		}
	}
	if found != nil {
		return found, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, telling(why)
}

// weight orders reasons by how much they tell.
var weight = map[Reason]int{NoTor: 1, Gone: 2, BadSetting: 3, NotTor: 4, NoIsolation: 5}

// telling makes one error of those of all candidates.
func telling(errs []error) error {
	best := &Error{Reason: NoTor}
	for _, err := range errs {
		var e *Error
		if !errors.As(err, &e) || e.Reason == Gone {
			continue // nothing listens: the usual case
		}
		if weight[e.Reason] > weight[best.Reason] {
			best = e
		}
	}
	return best
}

// worse joins why no Tor was found and why none could be started: when there
// is nothing to start, what was found is the news.
func worse(found, started error) error {
	var f, s *Error
	if !errors.As(found, &f) || !errors.As(started, &s) || f.Reason == NoTor {
		return started
	}
	if s.Reason == NoTor {
		return found
	}
	s.Err = joined(s.Err, found)
	return s
}

func joined(err, before error) error {
	if err == nil {
		return fmt.Errorf("(before: %w)", before)
	}
	return fmt.Errorf("%w (before: %w)", err, before)
}
