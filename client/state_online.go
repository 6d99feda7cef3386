package client

import (
	"context"
	"errors"
	"io"
	"time"

	"hushwing/xmpp"
)

// online: signed in. The only state that has a stream, so the only one in which
// anything can be sent.
type online struct {
	stream *xmpp.Stream
	since  time.Time
	stop   context.CancelFunc
}

// streamEnded says that the stream of this state is over.
type streamEnded struct {
	of  *xmpp.Stream
	err error
}

// steady is how long a connection must hold before earlier failures are forgotten.
const steady = 30 * time.Second

func (*online) public(i *Account) { i.State = Online }

func (s *online) enter(a *account) {
	s.since = time.Now()
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	stream, box := s.stream, a.box
	go func() {
		for e := range stream.Events() {
			select {
			case <-ctx.Done():
				continue // drain, so that the stream can end
			default:
			}
			box.put(streamed{e})
		}
		box.put(streamEnded{of: stream, err: stream.Err()})
	}()
	a.openChats(stream)
	a.reconcile(stream)
	if err := stream.Available(ctx); err != nil {
		return // the stream is ending; streamEnded follows
	}
	for _, c := range a.chats {
		a.update(c)
	}
}

func (s *online) leave(a *account) {
	s.stop()
	a.closeChats(s.stream)
	_ = s.stream.Close()
}

func (s *online) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOffline:
		a.become(&offline{})
	case streamed:
		a.stanza(m.event)
	case streamEnded:
		if m.of != s.stream {
			return
		}
		err := m.err
		if err == nil || errors.Is(err, io.EOF) {
			err = errServerClosed
		}
		a.fail(err)
	case tick:
		if a.failures > 0 && m.now.Sub(s.since) > steady {
			a.failures = 0
		}
	}
}

// stream returns the stream if there is one.
func (a *account) stream() *xmpp.Stream {
	if s, ok := a.state.(*online); ok {
		return s.stream
	}
	return nil
}

// stanza takes what the server brought. Whoever is not a contact was dropped
// below, save requests.
func (a *account) stanza(e xmpp.Event) {
	switch e := e.(type) {
	case xmpp.MessageReceived:
		a.received(e)
	case xmpp.Acknowledged:
		a.acknowledged(e)
	case xmpp.MessageBounced:
		a.bounced(e)
	case xmpp.PresenceChanged:
		a.presence(e)
	case xmpp.SubscriptionRequested:
		a.requested(e)
	case xmpp.RosterChanged:
		a.rosterChanged(e)
	}
}
