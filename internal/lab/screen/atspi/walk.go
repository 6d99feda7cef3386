package atspi

import (
	"strings"

	"github.com/godbus/dbus/v5"
)

// widget is a node with what a search needs of it, asked for in one go.
type widget struct {
	node   Node
	depth  int
	name   string
	role   string
	states States
}

// texts are the roles of what has a text. Others complain on standard error when
// they are asked for one.
var texts = map[string]bool{
	"label": true, "text": true, "password text": true, "entry": true, "terminal": true, "heading": true, "paragraph": true,
}

// text is asked for only where it matters: it is one more question.
func (w *widget) text() string {
	if !texts[w.role] {
		return ""
	}
	s, err := w.node.Text()
	if err != nil {
		return ""
	}
	return s
}

func (w *widget) fits(q Query) bool {
	if q.Role != "" && w.role != q.Role || q.Name != "" && w.name != q.Name || q.State != 0 && !w.states.Has(q.State) {
		return false
	}
	if q.Has != "" && !strings.Contains(w.name, q.Has) && !strings.Contains(w.text(), q.Has) {
		return false
	}
	return q.Text == "" || w.text() == q.Text
}

// walk visits n and what is inside, in order. visit says whether to go on inside.
// An error of n itself is returned, others mean that a widget has just gone.
func (n Node) walk(depth int, visit func(*widget) bool) error {
	if n.d == nil {
		return n.call("").Err
	}
	// Four questions at once: the answers take one round trip.
	o := n.d.conn.Object(n.ref.Bus, n.ref.Path)
	ctx, cancel := n.d.deadline()
	defer cancel()
	ask := func(method string, args ...any) *dbus.Call {
		return o.GoWithContext(ctx, method, 0, make(chan *dbus.Call, 1), args...)
	}
	name := ask("org.freedesktop.DBus.Properties.Get", accessible, "Name")
	role := ask(accessible + ".GetRoleName")
	states := ask(accessible + ".GetState")
	children := ask(accessible + ".GetChildren")

	w := &widget{node: n, depth: depth}
	var v dbus.Variant
	var words []uint32
	var refs []ref
	for _, reply := range []struct {
		call *dbus.Call
		to   any
	}{{name, &v}, {role, &w.role}, {states, &words}, {children, &refs}} {
		if err := (<-reply.call.Done).Store(reply.to); err != nil {
			return err
		}
	}
	w.name, _ = v.Value().(string)
	for i, word := range words {
		w.states |= States(word) << (32 * i)
	}
	if !visit(w) {
		return nil
	}
	for _, r := range refs {
		_ = (Node{n.d, r}).walk(depth+1, visit)
	}
	return nil
}
