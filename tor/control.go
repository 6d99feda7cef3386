package tor

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// control is a connection to a Tor's control port (control-spec). What it says
// is Tor's word, or that of whoever listens there: it is told to people, and
// nothing is entrusted to it.
type control struct {
	c       net.Conn
	replies chan reply
	events  chan string   // the first line of each; bounded, what finds no room is dropped
	done    chan struct{} // closed when nothing more is read
	closed  chan struct{}
	once    sync.Once

	mu sync.Mutex // one command at a time
}

// refusal is a reply that is not "OK". Of a filter between us and Tor it is an
// everyday thing.
type refusal struct {
	code int
	text string
}

func (r *refusal) Error() string { return fmt.Sprintf("control port: %d %s", r.code, clip(r.text)) }

// newControl takes over c.
func newControl(c net.Conn) *control {
	t := &control{
		c: c, replies: make(chan reply), events: make(chan string, 64),
		done: make(chan struct{}), closed: make(chan struct{}),
	}
	go t.read()
	return t
}

func (t *control) close() {
	t.once.Do(func() {
		close(t.closed)
		_ = t.c.Close()
	})
	<-t.done
}

func (t *control) read() {
	defer close(t.done)
	r := bufio.NewReaderSize(t.c, maxControlLine)
	for {
		got, err := readReply(r)
		if err != nil {
			_ = t.c.Close()
			return
		}
		if got.event() {
			select {
			case t.events <- got.lines[0]:
			default: // the next look at it all makes up for it
			}
			continue
		}
		select {
		case t.replies <- got:
		case <-t.closed:
			return
		}
	}
}

// do says one command and returns the lines of the reply. A *refusal leaves the
// connection as it is; after any other error it is of no use: a late answer
// would be taken for that to another question.
func (t *control) do(parent context.Context, bound time.Duration, command string) ([]string, error) {
	if strings.ContainsAny(command, "\r\n\x00") {
		return nil, errors.New("control: a command with a line break")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx, cancel := context.WithTimeout(parent, bound)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = t.c.Close() })
	defer stop()
	fail := func(err error) ([]string, error) {
		_ = t.c.Close()
		if over(parent) != nil {
			return nil, over(parent)
		}
		if over(ctx) != nil {
			return nil, errNoAnswer
		}
		return nil, err
	}
	if _, err := t.c.Write([]byte(command + "\r\n")); err != nil {
		return fail(err)
	}
	select {
	case got := <-t.replies:
		if !got.ok() {
			return nil, &refusal{got.code, got.lines[len(got.lines)-1]}
		}
		return got.lines, nil
	case <-ctx.Done():
		return fail(errNoAnswer)
	case <-t.done:
		return fail(errors.New("control port closed the connection"))
	}
}

// errNoAnswer: what listens takes connections and commands, and says nothing.
var errNoAnswer = errors.New("no answer in time")

// get asks for one value (GETINFO, control-spec 3.9).
func (t *control) get(ctx context.Context, key string) (string, error) {
	lines, err := t.do(ctx, controlTime, "GETINFO "+key)
	if err != nil {
		return "", err
	}
	for _, l := range lines {
		if v, ok := strings.CutPrefix(l, key+"="); ok {
			return v, nil
		}
	}
	return "", errControl
}
