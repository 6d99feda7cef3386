package gui

import (
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// languagePart chooses the language on pages before the settings: a quiet button
// with a globe, for who reads nothing else here, and its own name on it.
type languagePart struct {
	*gtk.Button
	label *gtk.Label
	menu  *menu // nil while it is closed
	press presser
	now   model.LanguageView
}

func newLanguage(press presser) *languagePart {
	p := &languagePart{Button: must(gtk.ButtonNew()), label: must(gtk.LabelNew("")), press: press}
	addClass(p.Button, "flat-text", "language")
	line := hbox(8)
	for _, icon := range []string{"preferences-desktop-locale-symbolic", "", "pan-down-symbolic"} {
		if icon == "" {
			p.label.Show()
			line.PackStart(p.label, false, false, 0)
			continue
		}
		i := must(gtk.ImageNew())
		addClass(i, "dim")
		showIcon(i, icon, gtk.ICON_SIZE_BUTTON)
		line.PackStart(i, false, false, 0)
	}
	p.Add(line)
	p.Connect("clicked", p.open)
	p.Show()
	return p
}

// open shows the languages. Most people never look at them: they are made now, and
// done away with once they are closed.
func (p *languagePart) open() {
	if p.menu != nil {
		return
	}
	m := newMenu(p, p.press)
	m.radio = true
	m.set(p.now.Choices)
	m.popover.Connect("hide", func() {
		p.menu = nil
		whenIdle(glib.PRIORITY_LOW, func() bool { remove(m.popover); return false })
	})
	p.menu = m
	m.popover.Popup()
}

func (p *languagePart) set(v model.LanguageView) {
	p.now = v
	setText(p.label, v.Own)
	setName(p, v.Name)
	setDescription(p, v.Own)
	p.SetSensitive(v.Enabled)
}

// setLanguage shows the choice of the language, or takes it away.
func (f *front) setLanguage(v model.LanguageView) {
	switch {
	case !v.Shown():
		if f.language != nil {
			remove(f.language)
			f.language = nil
		}
		return
	case f.language == nil:
		f.language = newLanguage(f.w.press)
		f.foot.PackStart(f.language, false, false, 0)
	}
	f.language.set(v)
}
