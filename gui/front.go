package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// front is the page that fills the window before the main screen: starting,
// broken, unlock and the first run are all shown by it, because they are all
// a title, a text, things to fill in and a way on.
type front struct {
	w           *window
	root        *gtk.Box
	header      *gtk.Container
	adj         *gtk.Adjustment
	picture     *gtk.Image
	title, text *gtk.Label
	steps       *gtk.Box
	doors       *many[*door]
	servers     *many[*choice]
	fields      *form
	strength    *strengthPart
	address     *addressPart
	notes       *many[*gtk.Label]
	fold        *fold
	folded      *form
	busy        *busyPart
	problem     *problemPart
	foot        *gtk.Box
	goBack      *button       // in the header bar
	next        *button       // under the page, always in sight: in the first run
	inner       *button       // the same in the page: elsewhere
	other       *button       // what few people need
	language    *languagePart // nil where it is not chosen
	drawn       [2]int        // step and steps, as dots
	now         model.FirstRunView
	telling     [2]bool // busy, problem: what the page says besides
	toEnd       bool    // bring it into sight once it has its place
}

func newFront(w *window) (*front, error) {
	u := open("front")
	f := &front{
		w: w, root: get[*gtk.Box](u, "front"), header: get[*gtk.Container](u, "header"), picture: get[*gtk.Image](u, "picture"),
		title: get[*gtk.Label](u, "title"), text: get[*gtk.Label](u, "text"), steps: get[*gtk.Box](u, "steps"),
		foot: get[*gtk.Box](u, "foot"),
	}
	column := get[*gtk.Box](u, "column")
	scroll := get[*gtk.ScrolledWindow](u, "scroll")
	place := get[*gtk.Box](u, "backplace")
	if u.err != nil {
		return nil, u.err
	}
	_ = f.header.SetProperty("title", w.o.Title)
	f.adj = scroll.GetVAdjustment()
	f.adj.Connect("changed", func() {
		if f.toEnd {
			f.toEnd = false
			f.adj.SetValue(f.adj.GetUpper() - f.adj.GetPageSize())
		}
	})
	f.goBack = newButton(w.press)
	place.PackStart(f.goBack, false, false, 0)
	f.doors = &many[*door]{box: vbox(10), make: func() *door { return newDoor(w.press) }, of: func(d *door) gtk.IWidget { return d.button }}
	f.servers = newChoices(w.press)
	f.fields = newForm(w, f.enter)
	f.strength = newStrength()
	f.address = newAddress(w.press)
	f.notes = newNotes()
	f.folded = newForm(w, f.enter)
	f.fold = newFold(f.folded.box)
	f.busy = newBusy()
	f.problem = newProblem(w.press)
	f.next = newButton(w.press)
	addClass(f.next, "pill")
	f.inner = newButton(w.press)
	f.inner.SetHAlign(gtk.ALIGN_CENTER)
	addClass(f.inner, "pill")
	f.other = newButton(w.press)
	f.other.SetHAlign(gtk.ALIGN_CENTER)
	f.foot.PackStart(f.next, false, false, 0)
	// Under the first field: that is what it speaks of.
	f.fields.box.PackStart(f.strength.box, false, false, 0)
	for _, part := range []gtk.IWidget{
		f.doors.box, f.servers.box, f.address.box, f.fields.box, f.fold, f.busy.box, f.problem.box, f.notes.box, f.inner, f.other,
	} {
		column.PackStart(part, false, false, 0)
	}
	return f, nil
}

// newNotes makes small print.
func newNotes() *many[*gtk.Label] {
	return &many[*gtk.Label]{
		box: vbox(4),
		make: func() *gtk.Label {
			l := newLabel("small", "dim")
			l.SetXAlign(0.5)
			l.SetJustify(gtk.JUSTIFY_CENTER)
			return l
		},
		of: func(l *gtk.Label) gtk.IWidget { return l },
	}
}

func setNotes(n *many[*gtk.Label], texts []string) {
	n.size(len(texts))
	for i, l := range n.parts {
		say(l, texts[i])
	}
}

// show draws the page of a screen.
func (f *front) show(s model.Screen) {
	v := model.FirstRunView{Page: -1}
	picture := appIcon
	switch s {
	case model.ScreenStarting:
		v.Busy = &model.Busy{Text: f.w.m.Starting().Text, Fraction: -1}
	case model.ScreenBroken:
		b := f.w.m.Broken()
		v.Title, v.Problem, v.Next = b.Title, &b.Problem, b.Quit
		if b.Safe != "" {
			v.Notes = []string{b.Safe}
		}
		v.Other, v.Language = b.Destroy, b.Language
	case model.ScreenUnlock:
		b := f.w.m.Unlock()
		v.Title, v.Text, v.Busy, v.Problem, v.Next = b.Title, b.Text, b.Busy, b.Problem, b.Unlock
		v.Fields = []model.Field{b.Field}
		v.Other, v.Language = b.Destroy, b.Language
	case model.ScreenFirstRun:
		v = f.w.m.FirstRun()
		if v.Page != model.PageWelcome {
			picture = ""
		}
	}
	turned := v.Page != f.now.Page
	f.now = v
	f.set(v)
	showIcon(f.picture, picture, gtk.ICON_SIZE_DIALOG)
	if turned {
		f.begin()
	}
}

func (f *front) set(v model.FirstRunView) {
	say(f.title, v.Title)
	say(f.text, v.Text)
	f.setSteps(v)
	f.doors.size(len(v.Doors))
	for i, d := range f.doors.parts {
		d.set(v.Doors[i])
	}
	setChoices(f.servers, v.Servers)
	f.fields.set(v.Fields)
	f.strength.set(v.Strength)
	f.fields.box.ReorderChild(f.strength.box, 1)
	f.address.set(v.Address)
	setNotes(f.notes, v.Notes)
	f.folded.set(v.Folded)
	f.fold.SetVisible(len(v.Folded) > 0)
	f.fold.SetLabel(firstOf(v.FoldLabel, i18n.T("Technical details")))
	f.busy.set(v.Busy)
	f.problem.set(v.Problem)
	// What goes on and what went wrong stand at the end of the page, which may
	// be out of sight.
	if t := [2]bool{v.Busy != nil, v.Problem != nil}; t != f.telling {
		f.telling, f.toEnd = t, t != [2]bool{}
	}
	f.other.set(v.Other)
	setClass(f.other, "flat-text", v.Steps == 0)
	f.goBack.set(v.Back)
	pinned, inner := v.Next, model.Button{}
	if v.Steps == 0 {
		pinned, inner = inner, pinned
	}
	f.next.set(pinned)
	f.inner.set(inner)
	f.setLanguage(v.Language)
	f.foot.SetVisible(pinned.Shown() || v.Language.Shown())
}

// setSteps shows how far along one is, as dots and, for screen readers, in words.
func (f *front) setSteps(v model.FirstRunView) {
	f.steps.SetVisible(v.Steps > 0)
	_ = f.header.SetProperty("subtitle", v.StepText)
	setName(f.steps, v.StepText)
	if now := [2]int{v.Step, v.Steps}; now == f.drawn {
		return
	}
	f.drawn = [2]int{v.Step, v.Steps}
	f.steps.GetChildren().Foreach(func(c any) { remove(c.(gtk.IWidget)) })
	for i := 1; i <= v.Steps; i++ {
		d := hbox(0, "dot")
		d.SetVAlign(gtk.ALIGN_CENTER)
		setClass(d, "now", i == v.Step)
		setClass(d, "past", i < v.Step)
		f.steps.PackStart(d, false, false, 0)
	}
}

// enter is Return in a field: the way on.
func (f *front) enter() {
	if f.now.Next.Shown() && f.now.Next.Enabled {
		f.w.press(f.now.Next.Action)
	}
}

// back is Escape: the page before.
func (f *front) back() {
	if f.now.Back.Shown() && f.now.Back.Enabled {
		f.w.press(f.now.Back.Action)
	}
}

// begin puts the keyboard where the page begins: the first thing to fill in,
// or the first door, or the way on.
func (f *front) begin() {
	if first := f.fields.ready(); first != nil {
		first.GrabFocus()
		return
	}
	switch {
	case len(f.doors.parts) > 0:
		f.doors.parts[0].GrabFocus()
	case f.next.GetVisible():
		f.next.GrabFocus()
	case f.inner.GetVisible():
		f.inner.GrabFocus()
	}
}

func (f *front) focus(id model.FieldID) {
	if id == model.FieldIDSpoken && f.language != nil {
		f.language.GrabFocus()
		return
	}
	if !f.fields.focus(id) && f.folded.focus(id) {
		f.fold.SetExpanded(true)
	}
}
