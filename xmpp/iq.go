package xmpp

import (
	"context"
	"time"
)

// pending is one request that waits for its answer.
type pending struct{ answer chan *node }

// request asks our own server, on behalf of our own account, and waits for the
// answer: *StanzaError if it refuses, ErrHung when it takes too long (the
// stream goes on), ErrClosed, ErrSlow, or the context's error.
func (s *Stream) request(ctx context.Context, typ string, payload element) (*node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id, p := randomID(), &pending{answer: make(chan *node, 1)}
	s.mu.Lock()
	s.pending[id] = p
	s.mu.Unlock()
	s.q.expect(1)
	defer func() {
		s.mu.Lock()
		delete(s.pending, id)
		s.mu.Unlock()
		s.q.expect(-1)
	}()
	if err := s.enqueue(outgoing{data: el("iq", "type", typ, "id", id).with(payload).bytes(), stanza: true}); err != nil {
		return nil, err
	}
	timer := time.NewTimer(StepTimeout)
	defer timer.Stop()
	select {
	case n := <-p.answer:
		if n.get("type") == "error" {
			return nil, stanzaError(n)
		}
		return n, nil
	case <-s.done:
		if err := s.Err(); err != nil {
			return nil, err
		}
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, ErrHung
	}
}

// iqAnswer gives an answer to whoever waits for it. The id alone proves
// nothing: a contact could guess or repeat one. The server stamps who answers,
// and only itself can be no one, our account or its domain (RFC 6120, 8.1.2.1).
func (s *Stream) iqAnswer(n *node, from sender) error {
	if !from.own {
		return nil
	}
	id := n.get("id")
	if from.domain {
		if ours, err := s.ponged(id); ours || err != nil {
			return err
		}
	}
	s.mu.Lock()
	p := s.pending[id]
	delete(s.pending, id)
	s.mu.Unlock()
	if p != nil {
		p.answer <- n
	}
	return nil
}

// iqRequest answers our own server's pings and roster pushes, and tells it of
// its other requests that we do not know them. Nobody else gets an answer, not
// even that nothing is here: silence.
func (s *Stream) iqRequest(n *node, from sender) error {
	if !from.own {
		return nil
	}
	typ, id, to := n.get("type"), n.get("id"), n.get("from")
	if id == "" || len(id) > 1024 {
		return nil
	}
	query := n.child(nsRoster, "query")
	answer := el("iq", "type", "result", "id", id, "to", to)
	switch {
	case n.cut:
		return nil
	case typ == "set" && query != nil && from.account:
		if len(query.kids) != 1 {
			return nil
		}
		item, removed, ok := rosterItem(query.kids[0])
		if !ok {
			return nil
		}
		s.q.put(RosterChanged{Item: item, Removed: removed})
	case typ == "get" && n.child(nsPing, "ping") != nil && from.domain:
	case from.domain:
		answer = el("iq", "type", "error", "id", id, "to", to).with(
			el("error", "type", "cancel").with(el("service-unavailable", "xmlns", nsStanzas)))
	default:
		return nil
	}
	_ = s.enqueue(outgoing{data: answer.bytes(), stanza: true, reply: true}) // full: a flood gets no answer
	return nil
}
