package client

import (
	"context"
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

func (*online) public(i *Account) { i.State = Online }

func (s *online) enter(a *account) {
	s.since = time.Now()
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	stream, box := s.stream, a.box
	go func() {
		room := make(chan struct{}, onTheirWay)
		for e := range stream.Events() {
			if !a.roomFor(ctx, room) {
				continue // drain, so that the stream can end
			}
			box.put(streamed{of: stream, event: e, room: room})
		}
		box.put(streamEnded{of: stream, err: stream.Err()})
	}()
	a.came = true
	if stream.Resumed() {
		a.goOn(stream)
	} else {
		a.letGo()
		a.openChats(stream)
		a.begin()
		a.reconcile(stream)
	}
	a.appear(stream) // if the stream is ending already, what goes on from it comes here again
	a.hide(stream, true)
	a.askOffers(stream)
	for _, c := range a.chats {
		a.update(c)
	}
}

func (s *online) leave(a *account) {
	s.stop()
	if a.kept == nil {
		a.closeChats(s.stream)
	}
	_ = s.stream.Close()
}

func (s *online) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOffline:
		a.become(&offline{})
	case torLost: // the connection is dead, or goes through a Tor that is not wanted any more
		s.stream.Break() // streamEnded follows, and with it what may go on once there is a Tor
	case awoken:
		s.stream.Probe(time.Duration(probeTime.Load()))
	case streamed:
		if m.of == s.stream {
			a.stanza(m.event)
		}
	case streamEnded:
		if m.of != s.stream {
			return
		}
		a.forgive(time.Since(s.since))
		a.keep(s.stream)
		a.lost(endOf(m))
	}
}

// The bounds of what a stream may bring ahead of the account and of the disk.
// Beyond them it is not read, which slows the server down.
const (
	onTheirWay = 64
	mostSaving = 256
)

// roomFor waits until the account can take one more event, and takes a token of
// room for it. It reports false when the account has left the stream.
func (a *account) roomFor(ctx context.Context, room chan<- struct{}) bool {
	for a.saving.Load() > mostSaving {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
	select {
	case room <- struct{}{}:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
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
	if from := sender(e); a.shutOut(from) {
		return // it was on its way through the gate
	}
	switch e := e.(type) {
	case xmpp.MessageReceived:
		a.received(e)
	case xmpp.Acknowledged:
		a.worked()
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
