package atspi

import (
	"fmt"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	accessible = "org.a11y.atspi.Accessible"
	action     = "org.a11y.atspi.Action"
	component  = "org.a11y.atspi.Component"
	editable   = "org.a11y.atspi.EditableText"
	textIface  = "org.a11y.atspi.Text"
	selection  = "org.a11y.atspi.Selection"
	valueIface = "org.a11y.atspi.Value"
)

// ref is an accessible's address: the D-Bus type (so).
type ref struct {
	Bus  string
	Path dbus.ObjectPath
}

// Node is one widget as a screen reader meets it. It is a reference: each method
// asks the program anew. A widget that is gone gives errors. The zero value is
// nobody's.
type Node struct {
	d   *Desktop
	ref ref
}

func (n Node) call(method string, args ...any) *dbus.Call {
	if n.d == nil {
		return &dbus.Call{Err: fmt.Errorf("atspi: no such widget")}
	}
	ctx, cancel := n.d.deadline()
	defer cancel()
	return n.d.conn.Object(n.ref.Bus, n.ref.Path).CallWithContext(ctx, method, 0, args...)
}

func (n Node) property(iface, name string, value any) error {
	var v dbus.Variant
	if err := n.call("org.freedesktop.DBus.Properties.Get", iface, name).Store(&v); err != nil {
		return fmt.Errorf("atspi: %s: %w", name, err)
	}
	return v.Store(value)
}

// Name is the accessible name.
func (n Node) Name() (s string, err error) { err = n.property(accessible, "Name", &s); return }

// Description is the accessible description.
func (n Node) Description() (s string, err error) {
	err = n.property(accessible, "Description", &s)
	return
}

// Role is the role's name as AT-SPI has it: "push button", "label", "text" …
func (n Node) Role() (s string, err error) {
	if err = n.call(accessible + ".GetRoleName").Store(&s); err != nil {
		err = fmt.Errorf("atspi: role: %w", err)
	}
	return
}

// Children are the widgets inside.
func (n Node) Children() ([]Node, error) {
	var refs []ref
	if err := n.call(accessible + ".GetChildren").Store(&refs); err != nil {
		return nil, fmt.Errorf("atspi: children: %w", err)
	}
	nodes := make([]Node, len(refs))
	for i, r := range refs {
		nodes[i] = Node{n.d, r}
	}
	return nodes, nil
}

// Parent is the widget around this one.
func (n Node) Parent() (Node, error) {
	var r ref
	err := n.property(accessible, "Parent", &r)
	return Node{n.d, r}, err
}

// States is what the widget is at the moment.
func (n Node) States() (States, error) {
	var words []uint32
	if err := n.call(accessible + ".GetState").Store(&words); err != nil {
		return 0, fmt.Errorf("atspi: states: %w", err)
	}
	var s States
	for i, w := range words {
		s |= States(w) << (32 * i)
	}
	return s, nil
}

// Is reports whether the widget is there and has all of the states.
func (n Node) Is(states ...State) bool {
	have, err := n.States()
	return err == nil && have.Has(states...)
}

// Text is the whole content of a text, entry or label.
func (n Node) Text() (s string, err error) {
	if err = n.call(textIface+".GetText", int32(0), int32(-1)).Store(&s); err != nil {
		err = fmt.Errorf("atspi: text: %w", err)
	}
	return
}

// SetText replaces the content of an entry or a text that can be edited.
func (n Node) SetText(s string) error {
	var ok bool
	if err := n.call(editable+".SetTextContents", s).Store(&ok); err != nil {
		return fmt.Errorf("atspi: set text: %w", err)
	}
	if !ok {
		return fmt.Errorf("atspi: the text cannot be set")
	}
	return nil
}

// Actions are the names of what can be done with the widget.
func (n Node) Actions() ([]string, error) {
	var count int32
	if err := n.property(action, "NActions", &count); err != nil {
		return nil, err
	}
	var names []string
	for i := range count {
		var name string
		if err := n.call(action+".GetName", i).Store(&name); err != nil {
			return nil, fmt.Errorf("atspi: action: %w", err)
		}
		names = append(names, name)
	}
	return names, nil
}

// Do does the action of this name. Whether anything came of it is for the
// caller to look.
func (n Node) Do(name string) error {
	names, err := n.Actions()
	if err != nil {
		return err
	}
	for i, have := range names {
		if !strings.EqualFold(have, name) {
			continue
		}
		var ok bool
		if err := n.call(action+".DoAction", int32(i)).Store(&ok); err != nil {
			return fmt.Errorf("atspi: do %s: %w", name, err)
		}
		if !ok {
			return fmt.Errorf("atspi: %s was refused", name)
		}
		return nil
	}
	return fmt.Errorf("atspi: no action %q, only %q", name, names)
}

// Click does the first action that there is: a button's is "click", an entry's
// "activate" (which is Enter). It refuses where a person's click would do
// nothing: on what is insensitive or does not show.
func (n Node) Click() error {
	if s, err := n.States(); err != nil {
		return err
	} else if !s.Has(Showing, Sensitive) {
		return fmt.Errorf("atspi: cannot be clicked, it is %s", s)
	}
	names, err := n.Actions()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("atspi: nothing can be done with it")
	}
	return n.Do(names[0])
}

// Focus gives the widget the keyboard.
func (n Node) Focus() error {
	var ok bool
	if err := n.call(component + ".GrabFocus").Store(&ok); err != nil {
		return fmt.Errorf("atspi: focus: %w", err)
	}
	if !ok {
		return fmt.Errorf("atspi: it takes no focus")
	}
	return nil
}

// SelectChild chooses the i-th child, of a list or a combo box.
func (n Node) SelectChild(i int) error {
	var ok bool
	if err := n.call(selection+".SelectChild", int32(i)).Store(&ok); err != nil {
		return fmt.Errorf("atspi: select: %w", err)
	}
	if !ok {
		return fmt.Errorf("atspi: child %d cannot be chosen", i)
	}
	return nil
}

// Value is the number of a slider, a bar or a spin button.
func (n Node) Value() (v float64, err error) {
	err = n.property(valueIface, "CurrentValue", &v)
	return
}

// Extents is where the widget is on the screen, in pixels.
type Extents struct{ X, Y, Width, Height int32 }

// Extents asks where the widget is.
func (n Node) Extents() (e Extents, err error) {
	const screen = uint32(0)
	if err = n.call(component+".GetExtents", screen).Store(&e); err != nil {
		err = fmt.Errorf("atspi: extents: %w", err)
	}
	return
}
