package gui

import (
	"github.com/gotk3/gotk3/gtk"
)

// fold hides what most people need not see under a line that opens it. GTK's
// own (GtkExpander) begins at the left wherever reading begins.
type fold struct {
	*gtk.Box
	head   *gtk.ToggleButton
	arrow  *gtk.Image
	label  *gtk.Label
	inside *gtk.Box
}

func newFold(inside gtk.IWidget) *fold {
	f := &fold{Box: vbox(8), head: must(gtk.ToggleButtonNew()), arrow: must(gtk.ImageNew()), label: must(gtk.LabelNew("")), inside: vbox(0)}
	line := hbox(6)
	f.arrow.Show()
	f.label.Show()
	line.PackStart(f.arrow, false, false, 0)
	line.PackStart(f.label, false, false, 0)
	f.head.Add(line)
	f.head.SetRelief(gtk.RELIEF_NONE)
	f.head.SetHAlign(gtk.ALIGN_START)
	addClass(f.head, "fold")
	f.head.Connect("toggled", f.toggled)
	f.head.Show()
	f.inside.PackStart(inside, true, true, 0)
	f.inside.Hide()
	f.PackStart(f.head, false, false, 0)
	f.PackStart(f.inside, false, false, 0)
	f.toggled()
	return f
}

func (f *fold) toggled() {
	icon := "pan-end-symbolic"
	switch {
	case f.head.GetActive():
		icon = "pan-down-symbolic"
	case isRTL(f):
		icon = "pan-start-symbolic"
	}
	f.arrow.SetFromIconName(icon, gtk.ICON_SIZE_MENU)
	f.inside.SetVisible(f.head.GetActive())
}

func (f *fold) SetLabel(text string) {
	setText(f.label, text)
	setName(f.head, text)
}

func (f *fold) SetExpanded(on bool) { f.head.SetActive(on) }

func (f *fold) GetExpanded() bool { return f.head.GetActive() }
