package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// inputHintNoEmoji is GTK_INPUT_HINT_NO_EMOJI, which gotk3 does not name.
const inputHintNoEmoji = gtk.InputHints(1 << 10)

// form shows fields, one under the other.
type form struct {
	many[*field]
	m     *model.Model
	press presser
	enter func() // Return in a field of one line
	after func() // after the model took what was typed
}

func newForm(w *window, enter func()) *form {
	f := &form{m: w.m, press: w.press, enter: enter, after: w.flush}
	f.many = many[*field]{
		box:  vbox(12),
		make: func() *field { return &field{form: f, box: vbox(4)} },
		of:   func(p *field) gtk.IWidget { return p.box },
	}
	f.box.Hide()
	return f
}

func (f *form) set(v []model.Field) {
	f.size(len(v))
	for i, p := range f.parts {
		p.set(v[i])
	}
}

// focus puts the keyboard into a field, if it is here.
func (f *form) focus(id model.FieldID) bool {
	for _, p := range f.parts {
		if p.now.ID == id && p.focus != nil {
			p.focus.ToWidget().GrabFocus()
			return true
		}
	}
	return false
}

// field shows a model.Field.
type field struct {
	*form
	box   *gtk.Box
	now   model.Field
	built bool
	quiet bool // we write, not the user

	label  *gtk.Label
	shot   *picturePart // nil until there is a picture
	entry  *gtk.Entry
	lines  *gtk.TextView
	combo  *gtk.ComboBoxText
	fixed  *gtk.Label
	reveal *gtk.ToggleButton
	help   *gtk.Label
	button *button
	focus  gtk.IWidget
}

// build makes the widgets for a kind of field.
func (p *field) build(v model.Field) {
	p.box.GetChildren().Foreach(func(c any) { remove(c.(gtk.IWidget)) })
	p.shot, p.entry, p.lines, p.combo, p.fixed, p.reveal = nil, nil, nil, nil, nil, nil
	p.label = newLabel("caption")
	p.box.PackStart(p.label, false, false, 0)
	line := hbox(6)
	p.box.PackStart(line, false, false, 0)
	switch v.Kind {
	case model.FieldChoice:
		p.buildChoice(line)
	case model.FieldLines:
		p.buildLines(line)
	case model.FieldFixed:
		p.fixed = newLabel()
		p.fixed.SetSelectable(true)
		line.PackStart(p.fixed, true, true, 0)
		p.fixed.Show()
		p.focus = p.fixed
	default:
		p.buildEntry(line, v.Kind)
	}
	p.button = newButton(p.press)
	line.PackStart(p.button, false, false, 0)
	p.help = newLabel("small")
	p.box.PackStart(p.help, false, false, 0)
	p.built = true
}

func (p *field) buildChoice(line *gtk.Box) {
	p.combo = must(gtk.ComboBoxTextNew())
	p.combo.Connect("changed", func() {
		if !p.quiet {
			p.typed(p.combo.GetActiveID())
		}
	})
	line.PackStart(p.combo, true, true, 0)
	p.combo.Show()
	p.focus = p.combo
}

func (p *field) buildEntry(line *gtk.Box, kind model.FieldKind) {
	p.entry = must(gtk.EntryNew())
	// No emoji chooser: it would remember on disk what was chosen.
	p.entry.SetInputHints(gtk.INPUT_HINT_NO_SPELLCHECK | inputHintNoEmoji)
	p.entry.Connect("changed", func() {
		if !p.quiet {
			t, _ := p.entry.GetText()
			p.typed(t)
		}
	})
	p.entry.Connect("activate", func() { p.enter() })
	p.focus = p.entry
	p.entry.Show()
	switch kind {
	case model.FieldSecret:
		p.entry.SetVisibility(false)
		p.entry.SetInputPurpose(gtk.INPUT_PURPOSE_PASSWORD)
		pair := hbox(0, "linked")
		pair.PackStart(p.entry, true, true, 0)
		p.reveal = must(gtk.ToggleButtonNew())
		eye := must(gtk.ImageNewFromIconName("view-reveal-symbolic", gtk.ICON_SIZE_BUTTON))
		p.reveal.SetImage(eye)
		p.reveal.SetTooltipText(i18n.T("Show what is typed"))
		setName(p.reveal, i18n.T("Show what is typed"))
		p.reveal.Connect("toggled", func() { p.entry.SetVisibility(p.reveal.GetActive()) })
		p.reveal.Show()
		pair.PackStart(p.reveal, false, false, 0)
		line.PackStart(pair, true, true, 0)
		return
	case model.FieldAddress:
		setLTR(p.entry)
		p.entry.SetInputPurpose(gtk.INPUT_PURPOSE_EMAIL)
	case model.FieldDigits:
		setLTR(p.entry)
		p.entry.SetInputPurpose(gtk.INPUT_PURPOSE_NUMBER)
		addClass(p.entry, "digits")
		p.entry.SetMaxLength(40) // spaces and dashes where one likes
	}
	line.PackStart(p.entry, true, true, 0)
}

// buildLines makes a field for text of several lines. What is pasted there is
// long and has no spaces to break at, so that it breaks anywhere.
func (p *field) buildLines(line *gtk.Box) {
	p.lines = must(gtk.TextViewNew())
	p.lines.SetWrapMode(gtk.WRAP_CHAR)
	p.lines.SetAcceptsTab(false) // the keyboard has to get out again
	p.lines.SetInputHints(gtk.INPUT_HINT_NO_SPELLCHECK | inputHintNoEmoji)
	addClass(p.lines, "mono")
	for _, margin := range []func(int){p.lines.SetLeftMargin, p.lines.SetRightMargin, p.lines.SetTopMargin, p.lines.SetBottomMargin} {
		margin(8)
	}
	setLTR(p.lines)
	must(p.lines.GetBuffer()).Connect("changed", func() {
		if !p.quiet {
			p.typed(textOf(p.lines))
		}
	})
	frame := must(gtk.ScrolledWindowNew(nil, nil))
	frame.SetPolicy(gtk.POLICY_NEVER, gtk.POLICY_AUTOMATIC)
	frame.SetShadowType(gtk.SHADOW_IN)
	frame.SetSizeRequest(-1, 96)
	frame.Add(p.lines)
	frame.ShowAll()
	line.PackStart(frame, true, true, 0)
	p.focus = p.lines
}

// typed tells the model, then shows what came of it.
func (p *field) typed(text string) {
	p.now.Value = text
	p.m.SetField(p.now.ID, text)
	p.after()
}

func (p *field) set(v model.Field) {
	if !p.built || p.now.ID != v.ID || p.now.Kind != v.Kind {
		p.now = model.Field{}
		p.build(v)
	}
	p.quiet = true
	defer func() { p.quiet = false }()
	say(p.label, v.Label)
	p.setPicture(v)
	if p.combo != nil {
		setNames(p.combo, v.Label)
	}
	setName(p.focus, v.Label)
	p.focus.ToWidget().SetSensitive(v.Enabled || v.Kind == model.FieldFixed)
	switch {
	case p.entry != nil:
		if t, _ := p.entry.GetText(); t != v.Value {
			p.entry.SetText(v.Value)
			p.entry.SetPosition(-1)
		}
		p.entry.SetPlaceholderText(v.Placeholder)
		setClass(p.entry, "error", v.Problem != "")
		if p.reveal != nil && v.Reveal && !p.now.Reveal {
			p.reveal.SetActive(true)
		}
	case p.lines != nil:
		if textOf(p.lines) != v.Value {
			must(p.lines.GetBuffer()).SetText(v.Value)
		}
		setClass(p.lines, "error", v.Problem != "")
	case p.combo != nil:
		p.setChoices(v)
	default:
		say(p.fixed, v.Value)
	}
	if v.Problem != "" {
		say(p.help, v.Problem)
	} else {
		say(p.help, v.Help)
	}
	setClass(p.help, "problem-text", v.Problem != "")
	setClass(p.help, "dim", v.Problem == "")
	setDescription(p.focus, firstOf(v.Problem, v.Help))
	p.button.set(v.Button)
	p.now = v
}

func (p *field) setChoices(v model.Field) {
	same := len(v.Options) == len(p.now.Options)
	for i := 0; same && i < len(v.Options); i++ {
		same = v.Options[i] == p.now.Options[i]
	}
	if !same {
		p.combo.RemoveAll()
		for _, o := range v.Options {
			p.combo.Append(o.Value, o.Label)
		}
	}
	if p.combo.GetActiveID() != v.Value {
		p.combo.SetActiveID(v.Value)
	}
}

// textOf returns what stands in a field of several lines.
func textOf(v *gtk.TextView) string {
	b := must(v.GetBuffer())
	start, end := b.GetBounds()
	t, _ := b.GetText(start, end, true)
	return t
}

// ready returns the first widget to type into, or nil.
func (f *form) ready() *gtk.Widget {
	for _, p := range f.parts {
		if (p.entry != nil || p.lines != nil) && p.now.Enabled {
			return p.focus.ToWidget()
		}
	}
	return nil
}

// firstOf returns the first text that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
