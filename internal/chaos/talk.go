package chaos

import (
	"errors"
	"sync"
	"time"

	"hushwing/client"
)

// window is how many texts may be under way from one person to another: somebody
// who writes a lot, and does not wait for an answer.
const window = 40

// Talk is what one person writes to another: texts with numbers, as many as are
// allowed at the moment.
type Talk struct {
	*Ledger
	from     *Program
	to       string // address
	mu       sync.Mutex
	allowed  int
	written  int
	refusals int
	wake     chan struct{}
	stop     chan struct{}
	done     chan struct{}
}

// NewTalk begins one; Allow lets it go on.
func NewTalk(name string, from *Program, to string) *Talk {
	return &Talk{
		Ledger: NewLedger(name), from: from, to: to, wake: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
}

// Allow lets it write up to text n.
func (t *Talk) Allow(n int) {
	t.mu.Lock()
	t.allowed = max(t.allowed, n)
	t.mu.Unlock()
	t.nudge()
}

func (t *Talk) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Written is how many texts were written, whatever became of them.
func (t *Talk) Written() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written
}

// Run writes until End.
func (t *Talk) Run() {
	defer close(t.done)
	for {
		t.mu.Lock()
		n, more := t.written, t.written < t.allowed
		t.mu.Unlock()
		if accepted, shown, _ := t.Count(); !more || accepted-shown >= window {
			select {
			case <-t.wake:
			case <-time.After(50 * time.Millisecond):
			case <-t.stop:
				return
			}
			continue
		}
		select {
		case <-t.stop:
			return
		default:
		}
		if !t.ready() {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		id, err := t.from.Tell(Order{Do: "say", Peer: t.to, Text: numbered(t.Name, n)})
		if id == 0 {
			time.Sleep(20 * time.Millisecond) // there is no program now; nothing was said to it
			continue
		}
		if err == nil {
			_, err = t.from.Answer("a text", id)
		}
		var no *refused
		if errors.As(err, &no) {
			// What was typed is still in the entry: typed again, later.
			t.mu.Lock()
			t.refusals++
			t.mu.Unlock()
			time.Sleep(200 * time.Millisecond)
			continue
		}
		if err != nil { // killed meanwhile
			t.Doubt(n)
		}
		t.mu.Lock()
		t.written++
		t.mu.Unlock()
	}
}

// ready reports whether there is a composer to type into.
func (t *Talk) ready() bool {
	_, open := t.from.State("snapshot")
	safety, known := t.from.State("protection " + t.to)
	return open && known && client.Protection(safety).Open()
}

// End stops writing.
func (t *Talk) End() {
	close(t.stop)
	<-t.done
}
