package gui

import (
	"testing"
	"time"

	"hushwing/client"
)

// flood has messages come for as long as f runs.
func flood(s *stage, f func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i += 5 {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
			for _, e := range lines(i, 5) {
				s.w.queue.post(e)
			}
		}
	}()
	f()
	close(stop)
	<-done
}

// TestCalmFlood: however fast messages come, what is seen changes as a whole at
// most three times a second.
func TestCalmFlood(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	l := s.w.main.right.messages
	var last time.Time
	turns := 0
	flood(s, func() {
		for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(4 * time.Millisecond) {
			onUI(t, func() {
				if l.turned == last {
					return
				}
				if pause := l.turned.Sub(last); pause < screenTime {
					t.Errorf("changed twice within %v", pause)
				}
				last = l.turned
				turns++
			})
		}
	})
	if turns < 2 {
		t.Errorf("changed %d times in two seconds", turns)
	}
	s.caughtUp()
}

// TestKeysGoFirst: no screenful is put into the frame that shows a key, for as long
// as that can be without the conversation standing still.
func TestKeysGoFirst(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	l, c := s.w.main.right.messages, s.w.main.right.composer
	onUI(t, func() {
		if c.buffer.InsertAtCursor("x"); time.Since(s.w.typed) > time.Minute {
			t.Error("a key is not noted")
		}
	})
	waited := func(typing bool) time.Duration {
		var whole, turned time.Time
		onUI(t, func() {
			if s.w.typed = (time.Time{}); typing {
				s.w.typed = time.Now().Add(time.Hour) // never a pause, however busy the machine is
			}
		})
		flood(s, func() {
			for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && turned.IsZero(); time.Sleep(4 * time.Millisecond) {
				onUI(t, func() {
					if b := l.burst; b != nil && !b.whole.IsZero() {
						whole = b.whole
					} else if !whole.IsZero() && l.turned.After(whole) {
						turned = l.turned
					}
				})
			}
		})
		s.caughtUp()
		if turned.IsZero() {
			t.Fatal("nothing new was ever seen")
		}
		return turned.Sub(whole)
	}
	if d := waited(true); d < politeTime-3*frameTime {
		t.Errorf("somebody types without a pause, and a screenful comes after %v", d)
	}
	if d := waited(false); d > politeTime*2/3 {
		t.Errorf("nobody types, and a screenful waits for %v", d)
	}
}
