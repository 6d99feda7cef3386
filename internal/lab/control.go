package lab

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// control is a connection to a Tor's control socket (control-spec). Safe for
// concurrent use.
type control struct {
	conn    net.Conn
	replies chan []string
	events  chan string // bounded; the oldest is dropped
	done    chan struct{}

	mu sync.Mutex // one command at a time
}

// dialControl connects and signs in. It waits for the socket to appear.
func dialControl(ctx context.Context, socket, cookieFile string) (*control, error) {
	for {
		c, err := tryControl(ctx, socket, cookieFile)
		if err == nil {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lab: control socket: %w (%w)", ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func tryControl(ctx context.Context, socket, cookieFile string) (*control, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	cookie, err := os.ReadFile(cookieFile)
	if err != nil {
		cookie = nil // none is asked for, or it is not there yet
	}
	c := &control{conn: conn, replies: make(chan []string), events: make(chan string, 256), done: make(chan struct{})}
	go c.read()
	if _, err := c.do(ctx, "AUTHENTICATE "+hex.EncodeToString(cookie)); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *control) close() {
	if c == nil {
		return
	}
	c.conn.Close()
	<-c.done
}

// read sorts what comes into replies and events (status 650).
func (c *control) read() {
	defer close(c.done)
	defer close(c.replies)
	r := bufio.NewReader(c.conn)
	var lines []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 4 {
			continue
		}
		lines = append(lines, line)
		if line[3] == '+' { // data until a dot
			for {
				data, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if data = strings.TrimRight(data, "\r\n"); data == "." {
					break
				}
				lines = append(lines, "    "+strings.TrimPrefix(data, "."))
			}
		}
		if line[3] != ' ' {
			continue
		}
		whole := lines
		lines = nil
		if !strings.HasPrefix(whole[0], "650") {
			c.replies <- whole
			continue
		}
		for _, l := range whole {
			select {
			case c.events <- l[4:]:
			default:
			}
		}
	}
}

// do says one command and returns the reply's lines without their codes.
func (c *control) do(ctx context.Context, command string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// A socket on this machine answers at once or never.
	stop := context.AfterFunc(ctx, func() { c.conn.Close() })
	defer stop()
	if _, err := io.WriteString(c.conn, command+"\r\n"); err != nil {
		return nil, fmt.Errorf("lab: control: %w", err)
	}
	reply, ok := <-c.replies
	if !ok {
		return nil, errors.Join(errors.New("lab: control: tor closed the connection"), ctx.Err())
	}
	last := reply[len(reply)-1]
	if !strings.HasPrefix(last, "250") {
		verb, _, _ := strings.Cut(command, " ")
		return nil, fmt.Errorf("lab: control: %s: %s", verb, last)
	}
	out := make([]string, len(reply))
	for i, l := range reply {
		out[i] = l[4:]
	}
	return out, nil
}

// get asks for one value (GETINFO).
func (c *control) get(ctx context.Context, key string) (string, error) {
	lines, err := c.do(ctx, "GETINFO "+key)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(lines[0], key+"="), nil
}

// listener is the loopback port of a kind ("socks", "control") that this Tor
// listens on.
func (c *control) listener(ctx context.Context, kind string) (string, error) {
	list, err := c.get(ctx, "net/listeners/"+kind)
	if err != nil {
		return "", err
	}
	for _, l := range strings.Fields(list) {
		if l = strings.Trim(l, `"`); strings.HasPrefix(l, "127.0.0.1:") {
			return l, nil
		}
	}
	return "", fmt.Errorf("lab: tor has no %s port: %s", kind, list)
}

// bootstrapped waits until this Tor is, and tells progress.
func (c *control) bootstrapped(ctx context.Context, progress func(string)) error {
	if _, err := c.do(ctx, "SETEVENTS STATUS_CLIENT"); err != nil {
		return err
	}
	phase, err := c.get(ctx, "status/bootstrap-phase")
	for {
		if err != nil {
			return err
		}
		if strings.Contains(phase, "TAG=done") {
			return nil
		}
		select {
		case phase = <-c.events:
			if i := strings.Index(phase, "PROGRESS="); i >= 0 && progress != nil {
				progress(strings.Fields(phase[i:])[0])
			}
		case <-c.done:
			return errors.New("lab: tor has ended")
		case <-ctx.Done():
			return fmt.Errorf("lab: tor has not bootstrapped: %w (%s)", ctx.Err(), phase)
		}
	}
}
