package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// door is a large button with a picture, a title and a text.
type door struct {
	*button
	icon        *gtk.Image
	title, text *gtk.Label
}

func newDoor(press presser) *door {
	d := &door{button: newButton(press), icon: must(gtk.ImageNew()), title: newLabel("title"), text: newLabel("small", "dim")}
	addClass(d.button, "door")
	line := hbox(14)
	d.icon.SetPixelSize(24)
	d.icon.SetVAlign(gtk.ALIGN_CENTER)
	line.PackStart(d.icon, false, false, 0)
	words := vbox(2)
	words.SetVAlign(gtk.ALIGN_CENTER)
	words.PackStart(d.title, false, false, 0)
	words.PackStart(d.text, false, false, 0)
	line.PackStart(words, true, true, 0)
	d.Add(line)
	d.button.icon = true // its face is made here
	return d
}

// setFace shows a door, or a way of checking, which looks the same.
func (d *door) setFace(title, text, icon string, b model.Button) {
	say(d.title, title)
	say(d.text, text)
	showIcon(d.icon, icon, gtk.ICON_SIZE_LARGE_TOOLBAR)
	b.Label = "" // no tooltip that repeats the title
	if b.Name == "" {
		b.Name = title
	}
	d.button.set(b)
	d.button.SetSensitive(b.Enabled)
	d.button.Show() // a closed way is there, too: it has no action
	setDescription(d.button, text)
}

func (d *door) set(v model.Door) { d.setFace(v.Title, v.Text, v.Icon, v.Button) }

// choice is one of several that exclude each other.
type choice struct {
	frame     *gtk.Box
	radio     *gtk.RadioButton
	name, why *gtk.Label
	now       model.ServerRow
	quiet     bool
}

// newChoices makes a list of choices of which one is taken.
func newChoices(press presser) *many[*choice] {
	l := &many[*choice]{box: vbox(4)}
	l.make = func() *choice { return newChoice(l, press) }
	l.of = func(c *choice) gtk.IWidget { return c.frame }
	return l
}

func newChoice(l *many[*choice], press presser) *choice {
	c := &choice{frame: hbox(0, "choice"), name: newLabel("title"), why: newLabel("small", "dim")}
	if len(l.parts) > 0 {
		c.radio = must(gtk.RadioButtonNewFromWidget(l.parts[0].radio))
	} else {
		c.radio = must(gtk.RadioButtonNew(nil))
	}
	words := vbox(1)
	words.PackStart(c.name, false, false, 0)
	words.PackStart(c.why, false, false, 0)
	c.radio.Add(words)
	c.radio.Connect("toggled", func() {
		if !c.quiet && c.radio.GetActive() {
			press(c.now.Choose.Action)
		}
	})
	c.radio.Show()
	c.frame.PackStart(c.radio, true, true, 0)
	return c
}

func setChoices(l *many[*choice], rows []model.ServerRow) {
	l.size(len(rows))
	for _, c := range l.parts {
		c.quiet = true
	}
	for i, c := range l.parts {
		v := rows[i]
		say(c.name, v.Name)
		say(c.why, v.Why)
		setName(c.radio, firstOf(v.Choose.Name, v.Name))
		setDescription(c.radio, v.Why)
		c.radio.SetSensitive(v.Choose.Enabled)
		if v.Chosen {
			c.radio.SetActive(true)
		}
		c.now = v
	}
	for _, c := range l.parts {
		c.quiet = false
	}
}

// strengthPart shows how long a password would stand.
type strengthPart struct {
	box  *gtk.Box
	bar  *gtk.ProgressBar
	text *gtk.Label
}

func newStrength() *strengthPart {
	s := &strengthPart{box: vbox(4), bar: must(gtk.ProgressBarNew()), text: newLabel("small", "dim")}
	addClass(s.bar, "strength")
	s.bar.Show()
	s.box.PackStart(s.bar, false, false, 0)
	s.box.PackStart(s.text, false, false, 0)
	s.box.Hide()
	return s
}

func (s *strengthPart) set(v *model.StrengthView) {
	s.box.SetVisible(v != nil)
	if v == nil {
		return
	}
	s.bar.SetFraction(v.Fraction)
	setStyle(s.bar, v.Style)
	say(s.text, v.Text)
	setName(s.bar, v.Text)
}
