package gui

import (
	"reflect"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// presser does what a button asks for.
type presser func(model.Action)

// button shows a model.Button.
type button struct {
	*gtk.Button
	now  model.Button
	icon bool // its face is a picture: the label becomes the tooltip
}

// newButton makes a button with its label as its face.
func newButton(press presser) *button {
	b := &button{Button: must(gtk.ButtonNew())}
	b.connect(press)
	return b
}

// pictured takes over a button of an interface file whose face is a picture.
func pictured(w *gtk.Button, press presser) *button {
	b := &button{Button: w, icon: true}
	b.connect(press)
	return b
}

func (b *button) connect(press presser) {
	b.Connect("clicked", func() { press(b.now.Action) })
}

// set shows v; nothing when v is no button.
func (b *button) set(v model.Button) {
	b.SetVisible(v.Shown())
	b.show(v)
}

// show has the button as v says, and leaves it as visible as it is.
func (b *button) show(v model.Button) {
	if v == b.now {
		return
	}
	if v.Label != b.now.Label {
		if b.icon {
			b.SetTooltipText(v.Label)
		} else {
			b.SetLabel(v.Label)
		}
	}
	name := v.Name
	if name == "" {
		name = v.Label
	}
	setName(b, name)
	b.SetSensitive(v.Enabled)
	if !b.icon {
		setClass(b, "suggested-action", v.Suggested)
		setClass(b, "destructive-action", v.Destructive)
	}
	b.now = v
}

// many shows a changing number of like things in a box, each by a part that is
// used again: what has the focus keeps it.
type many[P any] struct {
	box   *gtk.Box
	parts []P
	make  func() P
	of    func(P) gtk.IWidget
}

// size makes it n parts. The box is shown before it is filled and hidden after
// it is emptied: GTK forgets to measure again what changed while hidden.
func (m *many[P]) size(n int) {
	if n > 0 {
		m.box.Show()
	}
	for len(m.parts) > n {
		last := len(m.parts) - 1
		remove(m.of(m.parts[last]))
		m.parts = m.parts[:last]
	}
	for len(m.parts) < n {
		p := m.make()
		m.box.PackStart(m.of(p), false, false, 0)
		m.parts = append(m.parts, p)
	}
	if n == 0 {
		m.box.Hide()
	}
}

// buttons is a row of buttons.
type buttons struct{ many[*button] }

func newButtons(box *gtk.Box, press presser, classes ...string) *buttons {
	return &buttons{many[*button]{
		box: box,
		make: func() *button {
			b := newButton(press)
			addClass(b, classes...)
			return b
		},
		of: func(b *button) gtk.IWidget { return b },
	}}
}

// set shows the buttons that are any.
func (r *buttons) set(v []model.Button) {
	n := 0
	for _, b := range v {
		if b.Shown() {
			n++
		}
	}
	r.size(n)
	n = 0
	for _, b := range v {
		if b.Shown() {
			r.parts[n].set(b)
			n++
		}
	}
}

// menu is a popover of buttons, one under the other. They are made when it
// opens: most menus never do.
type menu struct {
	popover *gtk.Popover
	over    gtk.IWidget // what it belongs to
	box     *gtk.Box
	groups  [][]model.Button
	made    bool
	radio   bool // one of them holds: Chosen
	items   []*gtk.ModelButton
	lines   []*gtk.Separator // between the groups
	press   presser
}

func newMenu(over gtk.IWidget, press presser) *menu {
	m := &menu{popover: must(gtk.PopoverNew(over)), over: over, box: vbox(0), press: press}
	m.box.SetProperty("margin", 8)
	m.popover.Add(m.box)
	m.popover.Connect("show", func() {
		m.make()
		m.first()
	})
	return m
}

// show opens the menu at another widget.
func (m *menu) show(over gtk.IWidget, v []model.Button) {
	m.over = over
	m.popover.SetRelativeTo(over)
	m.set(v)
	m.popover.Popup()
}

// set shows the buttons v.
func (m *menu) set(v []model.Button) { m.setGroups([][]model.Button{v}) }

// setGroups shows groups of buttons with a line between them.
func (m *menu) setGroups(groups [][]model.Button) {
	if reflect.DeepEqual(groups, m.groups) {
		return
	}
	m.groups = groups
	for _, old := range m.items {
		remove(old)
	}
	for _, old := range m.lines {
		remove(old)
	}
	m.made, m.items, m.lines = false, nil, nil
	if m.popover.GetVisible() {
		m.make()
	}
}

func (m *menu) make() {
	if m.made {
		return
	}
	m.made = true
	for i, v := range m.groups {
		if i > 0 {
			line := must(gtk.SeparatorNew(gtk.ORIENTATION_HORIZONTAL))
			line.Show()
			m.box.PackStart(line, false, false, 4)
			m.lines = append(m.lines, line)
		}
		for _, b := range v {
			if b.Shown() {
				m.add(b.Label, b.Name, b.Enabled, func() { m.press(b.Action) })
				if m.radio {
					setRadio(m.items[len(m.items)-1], b.Chosen)
				}
			}
		}
	}
}

// buttons returns what the items show, in their order.
func (m *menu) buttons() (all []model.Button) {
	for _, v := range m.groups {
		for _, b := range v {
			if b.Shown() {
				all = append(all, b)
			}
		}
	}
	return all
}

// first gives the keyboard to the item that holds, or to the first that can be
// pressed, as GTK does with a popover that has something in it when it is shown.
func (m *menu) first() {
	var to *gtk.ModelButton
	for n, v := range m.buttons() {
		if i := m.items[n]; i.GetSensitive() && (to == nil || v.Chosen) {
			to = i
		}
	}
	if to != nil {
		to.GrabFocus()
	}
}

func (m *menu) add(label, name string, enabled bool, do func()) {
	i := must(gtk.ModelButtonNew())
	_ = i.SetProperty("text", label)
	setName(i, name)
	i.SetSensitive(enabled)
	i.Connect("clicked", func() { do() })
	i.Show()
	m.box.PackStart(i, false, false, 0)
	m.items = append(m.items, i)
}

// roleRadio is GTK_BUTTON_ROLE_RADIO, which gotk3 does not name.
const roleRadio = 2

// setRadio shows an item as one of several of which one holds.
func setRadio(i *gtk.ModelButton, on bool) {
	_ = i.SetProperty("role", roleRadio)
	_ = i.SetProperty("active", on)
}
