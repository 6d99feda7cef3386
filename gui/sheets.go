package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// checkSheet is the way of checking a contact.
type checkSheet struct {
	w                  *window
	feet               []*gtk.Box
	root               *gtk.ScrolledWindow
	icon               *gtk.Image
	title, text, quote *gtk.Label
	ways               *many[*door]
	code               *codePart // nil until it is wanted
	place              *gtk.Box  // where it goes
	facts              *factsFold
	slim               bool
	fields             *form
	hints              *many[*gtk.Label]
	busy               *busyPart
	problem            *problemPart
	attempts, proves   *gtk.Label
	row                *buttons
	close              *button
	open               bool
	now                model.CheckView
}

func newCheckSheet(w *window) (*checkSheet, error) {
	u := open("sheet")
	s := &checkSheet{
		w: w, root: get[*gtk.ScrolledWindow](u, "sheet"), icon: get[*gtk.Image](u, "icon"),
		title: get[*gtk.Label](u, "title"), text: get[*gtk.Label](u, "text"),
		quote: newLabel("quote"), attempts: newLabel("small", "dim"), proves: newLabel("small", "dim"),
	}
	column := get[*gtk.Box](u, "column")
	if u.err != nil {
		return nil, u.err
	}
	s.ways = &many[*door]{box: vbox(8), make: func() *door { return newDoor(w.press) }, of: func(d *door) gtk.IWidget { return d.button }}
	s.place = vbox(0)
	s.place.Hide()
	s.fields = newForm(w, s.enter)
	s.hints = newNotes()
	s.busy = newBusy()
	s.problem = newProblem(w.press)
	for _, l := range []*gtk.Label{s.attempts, s.proves} {
		l.SetXAlign(0.5)
		l.SetJustify(gtk.JUSTIFY_CENTER)
	}
	foot := hbox(8)
	foot.SetHAlign(gtk.ALIGN_CENTER)
	place := hbox(8)
	s.feet = []*gtk.Box{foot, place}
	s.row = newButtons(place, w.press, "pill")
	s.close = newButton(w.press)
	addClass(s.close, "pill")
	foot.PackStart(s.close, false, false, 0)
	foot.PackStart(place, false, false, 0)
	for _, part := range []gtk.IWidget{
		s.problem.box, s.place, s.quote, s.ways.box, s.fields.box, s.hints.box, s.busy.box, s.attempts, foot, s.proves,
	} {
		column.PackStart(part, false, false, 0)
	}
	return s, nil
}

// narrow puts the buttons under each other.
func (s *checkSheet) narrow(on bool) {
	stack(s.feet, on)
	s.slim = on
	if s.code != nil {
		s.code.lay(s.across())
	}
}

// across is how many groups of digits fit in a row.
func (s *checkSheet) across() int {
	if s.slim {
		return 2
	}
	return 4
}

// setCode shows digits, and what other programs show instead.
func (s *checkSheet) setCode(v model.CheckView) {
	s.place.SetVisible(v.Code != nil)
	if s.code == nil {
		if v.Code == nil {
			return
		}
		s.code = newCode(s.across())
		s.facts = newFactsFold(s.w)
		s.place.PackStart(s.code.box, false, false, 0)
		s.place.PackStart(s.facts.fold, false, false, 0)
	}
	s.code.set(v.Code)
	s.facts.set(model.DialogView{FoldLabel: v.FoldLabel, Facts: v.Facts})
}

func (s *detailsSheet) narrow(on bool) { stack(s.feet, on) }

func stack(boxes []*gtk.Box, on bool) {
	for _, b := range boxes {
		if on {
			b.SetOrientation(gtk.ORIENTATION_VERTICAL)
		} else {
			b.SetOrientation(gtk.ORIENTATION_HORIZONTAL)
		}
	}
}

// enter is Return in a field: the button that stands out.
func (s *checkSheet) enter() {
	for _, b := range s.now.Buttons {
		if b.Suggested && b.Enabled {
			s.w.press(b.Action)
			return
		}
	}
}

func (s *checkSheet) set(v model.CheckView) {
	turned := s.open && v.Open && s.now.Title != v.Title && holdsFocus(s.root)
	s.open, s.now = v.Open, v
	say(s.title, v.Title)
	say(s.text, v.Text)
	showIcon(s.icon, v.Icon, gtk.ICON_SIZE_DIALOG)
	setStyle(s.icon, v.Style)
	s.setCode(v)
	say(s.quote, v.Quote)
	s.ways.size(len(v.Ways))
	for i, d := range s.ways.parts {
		y := v.Ways[i]
		d.setFace(y.Title, y.Text, y.Icon, y.Button)
	}
	s.fields.set(v.Fields)
	setNotes(s.hints, v.Hints)
	s.busy.set(v.Busy)
	s.problem.set(v.Problem)
	say(s.attempts, v.Attempts)
	say(s.proves, v.Proves)
	s.row.set(v.Buttons)
	s.close.set(v.Close)
	setName(s.root, v.Title)
	if turned { // what had the keyboard may be gone
		s.begin()
	}
}

// begin puts the keyboard on the first thing to fill in, else on the first way
// or the first button.
func (s *checkSheet) begin() {
	for _, p := range s.fields.parts {
		if p.entry != nil {
			p.entry.GrabFocus()
			return
		}
	}
	for _, d := range s.ways.parts {
		if d.GetSensitive() {
			d.GrabFocus()
			return
		}
	}
	for _, b := range s.row.parts {
		if b.IsVisible() && b.GetSensitive() {
			b.GrabFocus()
			return
		}
	}
	if s.now.Close.Shown() {
		s.close.GrabFocus()
	}
}

// detailsSheet is the technical details of a conversation.
type detailsSheet struct {
	feet        []*gtk.Box
	root        *gtk.ScrolledWindow
	title, text *gtk.Label
	rows        *many[*detailRow]
	row         *buttons
	close       *button
	open        bool
}

func newDetailsSheet(w *window) (*detailsSheet, error) {
	u := open("sheet")
	s := &detailsSheet{root: get[*gtk.ScrolledWindow](u, "sheet"), title: get[*gtk.Label](u, "title"), text: get[*gtk.Label](u, "text")}
	column := get[*gtk.Box](u, "column")
	if u.err != nil {
		return nil, u.err
	}
	s.rows = &many[*detailRow]{box: vbox(10, "card"), make: func() *detailRow { return newDetailRow(w.press) }, of: func(r *detailRow) gtk.IWidget { return r.box }}
	foot := hbox(8)
	foot.SetHAlign(gtk.ALIGN_CENTER)
	place := hbox(8)
	s.feet = []*gtk.Box{foot, place}
	s.row = newButtons(place, w.press, "pill")
	s.close = newButton(w.press)
	addClass(s.close, "pill")
	foot.PackStart(s.close, false, false, 0)
	foot.PackStart(place, false, false, 0)
	column.PackStart(s.rows.box, false, false, 0)
	column.PackStart(foot, false, false, 0)
	return s, nil
}

func (s *detailsSheet) set(v model.DetailsView) {
	s.open = v.Open
	say(s.title, v.Title)
	say(s.text, v.Text)
	s.rows.size(len(v.Rows))
	for i, r := range s.rows.parts {
		r.set(v.Rows[i])
	}
	s.row.set(v.Buttons)
	s.close.set(v.Close)
	setName(s.root, firstOf(v.Title, i18n.T("Technical details")))
}

// detailRow is a technical fact.
type detailRow struct {
	box          *gtk.Box
	label, value *gtk.Label
	copy         *button
}

func newDetailRow(press presser) *detailRow {
	r := &detailRow{box: hbox(10), label: newLabel("small", "dim"), value: newLabel(), copy: newButton(press)}
	words := vbox(1)
	words.PackStart(r.label, false, false, 0)
	words.PackStart(r.value, false, false, 0)
	r.value.SetSelectable(true)
	r.box.PackStart(words, true, true, 0)
	r.copy.SetVAlign(gtk.ALIGN_CENTER)
	r.box.PackStart(r.copy, false, false, 0)
	return r
}

func (r *detailRow) set(v model.DetailRow) {
	say(r.label, v.Label)
	say(r.value, v.Value)
	if v.Mono { // its groups would change places where one reads from the right
		setLTR(r.value)
	}
	setClass(r.value, "mono", v.Mono)
	setName(r.value, v.Label+": "+v.Value)
	r.copy.set(v.Copy)
}
