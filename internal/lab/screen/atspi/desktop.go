// Package atspi drives programs with windows the way a screen reader does: over
// the accessibility bus (AT-SPI 2). What a test finds and presses here, a blind
// person can find and press, too.
package atspi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// callTimeout bounds one question to a program: longer, and its window hangs.
const callTimeout = 5 * time.Second

// pollEvery is how often a search looks again.
const pollEvery = 15 * time.Millisecond

// Desktop is a connection to an accessibility bus. It is safe for concurrent use.
type Desktop struct{ conn *dbus.Conn }

// Connect opens the bus at this D-Bus address: screen.Screen's A11yAddress.
func Connect(address string) (*Desktop, error) {
	conn, err := dbus.Connect(address)
	if err != nil {
		return nil, fmt.Errorf("atspi: %w", err)
	}
	return &Desktop{conn}, nil
}

// Close closes the connection.
func (d *Desktop) Close() error { return d.conn.Close() }

func (d *Desktop) deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), callTimeout)
}

// Apps are the programs on the bus.
func (d *Desktop) Apps() ([]Node, error) {
	root := Node{d, ref{"org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"}}
	return root.Children()
}

// pid is the process behind a node.
func (d *Desktop) pid(n Node) (pid uint32, err error) {
	ctx, cancel := d.deadline()
	defer cancel()
	err = d.conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetConnectionUnixProcessID", 0, n.ref.Bus).Store(&pid)
	return
}

// App waits for the program with this process id, or with a child of it on the
// bus: a program that reaches the bus through a filter has the filter's id there.
func (d *Desktop) App(ctx context.Context, pid int) (Node, error) {
	return d.await(ctx, fmt.Sprintf("program with process id %d", pid), func(n Node) bool {
		have, err := d.pid(n)
		return err == nil && (int(have) == pid || parent(int(have)) == pid)
	})
}

// parent is the process that started another one; 0: not known.
func parent(pid int) (of int) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name, in brackets, may hold anything.
	_, rest, _ := strings.Cut(string(b[bytes.LastIndexByte(b, ')')+1:]), " ")
	var state string
	if _, err := fmt.Sscan(rest, &state, &of); err != nil {
		return 0
	}
	return of
}

// AppNamed waits for a program of this name.
func (d *Desktop) AppNamed(ctx context.Context, name string) (Node, error) {
	return d.await(ctx, fmt.Sprintf("program %q", name), func(n Node) bool {
		have, err := n.Name()
		return err == nil && have == name
	})
}

func (d *Desktop) await(ctx context.Context, what string, fits func(Node) bool) (Node, error) {
	for {
		apps, err := d.Apps()
		if err != nil {
			return Node{}, err
		}
		for _, app := range apps {
			if fits(app) {
				return app, nil
			}
		}
		select {
		case <-ctx.Done():
			return Node{}, fmt.Errorf("atspi: no %s: %w", what, ctx.Err())
		case <-time.After(pollEvery):
		}
	}
}

// Query says what to look for. Empty fields fit everything.
type Query struct {
	Role   string // as Node.Role
	Name   string // the whole name
	Has    string // a part of the name, or of the text
	Text   string // the whole text
	State  State  // one more state that it must have
	Hidden bool   // look among what does not show, too
}

// String is the query in words.
func (q Query) String() string {
	var b strings.Builder
	add := func(format, s string) {
		if s != "" {
			fmt.Fprintf(&b, " "+format, s)
		}
	}
	add("%s", q.Role)
	add("named %q", q.Name)
	add("with %q", q.Has)
	add("that says %q", q.Text)
	if q.State != 0 {
		add("that is %s", States(1<<q.State).String())
	}
	return strings.TrimSpace(b.String())
}

// Find waits for the first widget inside n with this role and name, of those
// that show. When there is none until ctx is over, the error tells what there
// was instead.
func (n Node) Find(ctx context.Context, role, name string) (Node, error) {
	return n.FindQuery(ctx, Query{Role: role, Name: name})
}

// FindQuery is Find for other properties.
func (n Node) FindQuery(ctx context.Context, q Query) (Node, error) {
	for {
		found, err := n.search(q, true)
		if len(found) > 0 {
			return found[0], nil
		}
		select {
		case <-ctx.Done():
			return Node{}, fmt.Errorf("atspi: no %s: %w; there is\n%s", q, errors.Join(ctx.Err(), err), n.Dump())
		case <-time.After(pollEvery):
		}
	}
}

// All lists every widget inside n that fits at the moment.
func (n Node) All(q Query) ([]Node, error) { return n.search(q, false) }

// Gone waits until nothing inside n fits.
func (n Node) Gone(ctx context.Context, q Query) error {
	for {
		found, err := n.search(q, true)
		if len(found) == 0 && err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("atspi: %s is still there: %w; there is\n%s", q, errors.Join(ctx.Err(), err), n.Dump())
		case <-time.After(pollEvery):
		}
	}
}

// search walks the tree in order. Widgets that vanish meanwhile are passed over.
func (n Node) search(q Query, first bool) (found []Node, err error) {
	err = n.walk(0, func(w *widget) bool {
		if w.depth > 0 && !q.Hidden && !w.states.Has(Showing) && w.role != "application" {
			return false
		}
		if w.depth > 0 && w.fits(q) {
			found = append(found, w.node)
		}
		return !first || len(found) == 0
	})
	return found, err
}

// Dump draws the tree inside n, for error messages.
func (n Node) Dump() string {
	var b strings.Builder
	lines := 0
	err := n.walk(0, func(w *widget) bool {
		if lines++; lines > 500 {
			return false
		}
		fmt.Fprintf(&b, "%s%s %q", strings.Repeat("  ", w.depth), w.role, w.name)
		if t := w.text(); t != "" && t != w.name {
			fmt.Fprintf(&b, " says %q", t)
		}
		if !w.states.Has(Showing) {
			b.WriteString(" (not showing)")
		} else if !w.states.Has(Sensitive) {
			b.WriteString(" (insensitive)")
		}
		b.WriteByte('\n')
		return true
	})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}
