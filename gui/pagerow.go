package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// pageRow is a row of a page: its words, and at the end of it or under it what
// it does.
type pageRow struct {
	page  *pageScreen
	box   *gtk.Box
	now   model.PageRow
	built bool
	quiet bool // we write, not the user

	icons       *gtk.Stack
	icon        *gtk.Image
	spinner     *gtk.Spinner
	label       *gtk.Label
	value       *gtk.Label // at the end
	under       *gtk.Label // the same, where it is long
	help, loses *gtk.Label
	line        *gtk.Box // all of it
	toggle      *gtk.Switch
	combo       *gtk.ComboBoxText
	entry       *form // of one field
	strength    *strengthPart
	link        *button
	row         *buttons
}

func newPageRow(p *pageScreen) *pageRow { return &pageRow{page: p, box: vbox(0)} }

// longValue is the number of letters above which a value stands under its label.
const longValue = 26

func (r *pageRow) build(v model.PageRow) {
	r.box.GetChildren().Foreach(func(c any) { remove(c.(gtk.IWidget)) })
	r.toggle, r.combo, r.entry, r.strength, r.link = nil, nil, nil, nil, nil
	line := hbox(12)
	r.line = line
	r.icons = must(gtk.StackNew())
	r.icons.SetVAlign(gtk.ALIGN_START)
	r.icons.SetMarginTop(2)
	r.icon, r.spinner = must(gtk.ImageNew()), must(gtk.SpinnerNew())
	r.icon.Show()
	r.spinner.Show()
	r.icons.AddNamed(r.icon, "icon")
	r.icons.AddNamed(r.spinner, "moving")
	line.PackStart(r.icons, false, false, 0)
	words := vbox(2)
	words.SetVAlign(gtk.ALIGN_CENTER)
	r.label, r.under, r.help, r.loses = newLabel(), newLabel(), newLabel("small", "dim"), newLabel("small")
	r.label.SetMaxWidthChars(28) // what it asks for; it takes what there is
	for _, l := range []*gtk.Label{r.label, r.under, r.help, r.loses} {
		words.PackStart(l, false, false, 0)
	}
	line.PackStart(words, true, true, 0)
	r.value = newLabel("dim")
	r.value.SetXAlign(1)
	r.value.SetMaxWidthChars(longValue)
	line.PackStart(r.value, false, false, 0)
	if v.Kind == model.PageLink {
		r.buildLink(line)
	} else {
		addClass(line, "row")
		r.box.PackStart(line, false, false, 0)
	}
	switch v.Kind {
	case model.PageSwitch:
		r.buildSwitch(line)
	case model.PageChoice:
		r.buildChoice(line)
	case model.PageText:
		r.buildEntry(words)
	}
	place := hbox(6)
	place.SetVAlign(gtk.ALIGN_CENTER)
	r.row = newButtons(place, r.page.w.press)
	if v.Kind != model.PageLink {
		line.PackStart(place, false, false, 0)
	}
	r.built = true
	r.narrow(r.page.tight)
}

// narrow puts what is to be chosen under its words, where there is no room
// beside them.
func (r *pageRow) narrow(on bool) {
	if r.combo != nil {
		stack([]*gtk.Box{r.line}, on)
	}
}

// buildLink makes all of the row a button.
func (r *pageRow) buildLink(line *gtk.Box) {
	arrow := "pan-end-symbolic"
	if isRTL(r.page.root) {
		arrow = "pan-start-symbolic"
	}
	i := must(gtk.ImageNewFromIconName(arrow, gtk.ICON_SIZE_MENU))
	i.Show()
	addClass(i, "dim")
	line.PackStart(i, false, false, 0)
	r.link = newButton(r.page.w.press)
	r.link.icon = true // its face is made here
	addClass(r.link, "row", "link")
	r.link.Add(line)
	r.box.PackStart(r.link, false, false, 0)
}

func (r *pageRow) buildSwitch(line *gtk.Box) {
	r.toggle = must(gtk.SwitchNew())
	r.toggle.SetVAlign(gtk.ALIGN_CENTER)
	r.toggle.Connect("notify::active", func() {
		if r.quiet {
			return
		}
		to := model.SwitchOff
		if r.toggle.GetActive() {
			to = model.SwitchOn
		}
		r.chose(to)
	})
	r.toggle.Show()
	line.PackStart(r.toggle, false, false, 0)
}

func (r *pageRow) buildChoice(line *gtk.Box) {
	r.combo = must(gtk.ComboBoxTextNew())
	r.combo.SetVAlign(gtk.ALIGN_CENTER)
	r.combo.Connect("changed", func() {
		if !r.quiet {
			r.chose(r.combo.GetActiveID())
		}
	})
	r.combo.Show()
	line.PackStart(r.combo, false, false, 0)
}

func (r *pageRow) buildEntry(words *gtk.Box) {
	words.SetSpacing(6)
	r.entry = newForm(r.page.w, func() { r.page.enter(r.now.Action) })
	r.strength = newStrength()
	words.PackStart(r.entry.box, false, false, 0)
	words.PackStart(r.strength.box, false, false, 0)
}

// chose tells the model what was switched or chosen, then shows what came of
// it. If that is not what was asked for, the control goes back.
func (r *pageRow) chose(to string) {
	w, id := r.page.w, r.now.ID
	w.m.SetField(id, to)
	w.flush()
	if r.page == w.page {
		r.set(r.now)
	}
}

func (r *pageRow) set(v model.PageRow) {
	if !r.built || v.Kind != r.now.Kind || v.ID != r.now.ID {
		r.now = model.PageRow{}
		r.build(v)
	}
	r.quiet = true
	defer func() { r.quiet = false }()
	r.setWords(v)
	switch v.Kind {
	case model.PageSwitch:
		if r.toggle.GetActive() != v.On {
			r.toggle.SetActive(v.On)
		}
		r.name(r.toggle, v)
	case model.PageChoice:
		r.setChoices(v)
		setNames(r.combo, v.Label)
		r.name(r.combo, v)
	case model.PageText:
		f := model.Field{
			ID: v.ID, Kind: v.Entry, Label: v.Label, Value: v.Value, Placeholder: v.Placeholder,
			Help: v.Help, Problem: v.Problem, Enabled: v.Enabled, Reveal: v.Reveal,
		}
		if len(v.Buttons) > 0 {
			f.Button, v.Buttons = v.Buttons[0], v.Buttons[1:]
		}
		r.entry.set([]model.Field{f})
		r.strength.set(v.Strength)
	case model.PageLink:
		name := v.Label
		if v.Value != "" {
			name += ": " + v.Value
		}
		r.link.set(model.Button{Name: name, Action: v.Action, Enabled: v.Enabled})
		setDescription(r.link, firstOf(v.Loses, v.Help))
	default:
		setName(r.box, v.Label+": "+v.Value)
	}
	if v.Kind != model.PageLink {
		r.row.set(v.Buttons)
	}
	r.now = v
}

func (r *pageRow) setWords(v model.PageRow) {
	r.icons.SetVisible(v.Icon != "" || v.Moving)
	if v.Icon != "" {
		showIcon(r.icon, v.Icon, gtk.ICON_SIZE_BUTTON)
	}
	setStyle(r.icon, v.Style)
	moving(r.icons, r.spinner, v.Moving)
	if v.Kind == model.PageText { // its entry has label and help
		for _, l := range []*gtk.Label{r.label, r.under, r.value, r.help} {
			l.Hide()
		}
	} else {
		value, under := v.Value, ""
		if v.Kind == model.PageChoice {
			value = ""
		}
		if v.Mono || len([]rune(value)) > longValue {
			value, under = "", value
		}
		say(r.label, v.Label)
		say(r.value, value)
		say(r.under, under)
		if v.Mono && under != "" { // where it does not fit a line nothing may be put in
			underline(r.under, nil)
		}
		say(r.help, v.Help)
		setClass(r.under, "mono", v.Mono)
		setClass(r.label, "caption", under != "")
	}
	say(r.loses, v.Loses)
	setClass(r.loses, "dim", v.Style != model.StyleWarn && v.Style != model.StyleBad)
	setClass(r.loses, "warn-text", v.Style == model.StyleWarn)
	setClass(r.loses, "problem-text", v.Style == model.StyleBad)
}

// name says what a control does, and what that means, to screen readers.
func (r *pageRow) name(w gtk.IWidget, v model.PageRow) {
	setName(w, v.Label)
	text := v.Help
	if v.Loses != "" {
		if text != "" {
			text += " "
		}
		text += v.Loses
	}
	setDescription(w, text)
	w.ToWidget().SetSensitive(v.Enabled)
}

func (r *pageRow) setChoices(v model.PageRow) {
	same := len(v.Options) == len(r.now.Options)
	for i := 0; same && i < len(v.Options); i++ {
		same = v.Options[i] == r.now.Options[i]
	}
	if !same {
		r.combo.RemoveAll()
		for _, o := range v.Options {
			r.combo.Append(o.Value, o.Label)
		}
	}
	if r.combo.GetActive() < 0 || r.combo.GetActiveID() != v.Value {
		r.combo.SetActiveID(v.Value)
	}
}

// grab puts the keyboard on what the row does, and reports whether it does
// anything now.
func (r *pageRow) grab() bool {
	var w *gtk.Widget
	switch {
	case r.toggle != nil:
		w = r.toggle.ToWidget()
	case r.combo != nil:
		w = r.combo.ToWidget()
	case r.entry != nil:
		return r.now.Enabled && r.entry.focus(r.now.ID)
	case r.link != nil:
		w = r.link.ToWidget()
	case len(r.row.parts) > 0:
		w = r.row.parts[0].ToWidget()
	}
	if w == nil || !w.GetSensitive() {
		return false
	}
	w.GrabFocus()
	return true
}
