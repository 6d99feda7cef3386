package apart

import (
	"context"
	"testing"
	"time"

	"hushwing/tor"
)

// TestNoAnswerAtTheEnd: an opener that has to go, because it is to have a
// successor, answers nothing any more. That it gave up a question would pass for
// an answer to it, and nobody would ask the successor.
func TestNoAnswerAtTheEnd(t *testing.T) {
	for range 300 { // it was a race
		ours, theirs, err := pair()
		if err != nil {
			t.Fatal(err)
		}
		l, err := newLink(ours, false)
		if err != nil {
			t.Fatal(err)
		}
		window, err := newLink(theirs, true)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		asked, done := make(chan struct{}), make(chan struct{})
		s := &server{l: l, open: func(ctx context.Context, _ *message, _ chan<- tor.Progress) (*tor.Network, error) {
			close(asked)
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		go func() {
			defer close(done)
			_ = s.run(ctx)
		}()
		if err := window.send(&message{kind: kindOpen, id: 1}); err != nil {
			t.Fatal(err)
		}
		<-asked
		cancel()
		_ = window.c.SetReadDeadline(time.Now().Add(8 * time.Second))
		if m, _, err := window.receive(); err == nil {
			t.Fatalf("it answers %v", m.fault.err())
		}
		<-done
		window.close()
	}
}
