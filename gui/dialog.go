package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// dialog is a small question over the whole window. It is part of the window:
// no window manager decides where it goes, and it fits a narrow one.
type dialog struct {
	w           *window
	root        *gtk.EventBox
	title, text *gtk.Label
	clamp       *gtk.Container
	evidence    *many[*evidencePart]
	fields      *form
	address     *addressPart
	busy        *busyPart
	problem     *problemPart
	facts       *factsFold
	ok, cancel  *button
	column      *gtk.Box
	open        bool
	before      *gtk.Widget // what had the keyboard; may be nil
	now         model.DialogView
}

// The widths of a dialog, in pixels: one with much to read is wider.
const (
	dialogWidth   = 460
	evidenceWidth = 620
)

func newDialog(w *window) (*dialog, error) {
	u := open("dialog")
	d := &dialog{
		w: w, root: get[*gtk.EventBox](u, "scrim"), column: get[*gtk.Box](u, "column"),
		clamp: get[*gtk.Container](u, "clamp"),
		title: get[*gtk.Label](u, "title"), text: get[*gtk.Label](u, "text"),
	}
	if u.err != nil {
		return nil, u.err
	}
	d.fields = newForm(w, d.enter)
	d.address = newAddress(w.press)
	d.busy = newBusy()
	d.problem = newProblem(w.press)
	d.evidence = &many[*evidencePart]{box: vbox(10, "card"), make: func() *evidencePart { return newEvidence(w.press) }, of: func(e *evidencePart) gtk.IWidget { return e.box }}
	d.evidence.size(0)
	d.facts = newFactsFold(w)
	d.ok, d.cancel = newButton(w.press), newButton(w.press)
	foot := hbox(8)
	foot.SetHAlign(gtk.ALIGN_END)
	foot.SetMarginTop(6)
	foot.PackStart(d.cancel, false, false, 0)
	foot.PackStart(d.ok, false, false, 0)
	for _, part := range []gtk.IWidget{d.evidence.box, d.fields.box, d.address.box, d.facts.fold, d.busy.box, d.problem.box, foot} {
		d.column.PackStart(part, false, false, 0)
	}
	setRole(d.column, roleDialog)
	return d, nil
}

func (d *dialog) enter() {
	if d.now.OK.Shown() && d.now.OK.Enabled {
		d.w.press(d.now.OK.Action)
	}
}

func (d *dialog) set(v model.DialogView) {
	opened := v.Open && !d.open
	d.open, d.now = v.Open, v
	d.root.SetVisible(v.Open)
	if !v.Open {
		d.fields.set(nil) // what was typed does not stay behind
		d.facts.set(model.DialogView{})
		return
	}
	say(d.title, v.Title)
	say(d.text, v.Text)
	setName(d.column, v.Title)
	width := dialogWidth
	if len(v.Evidence) > 0 {
		width = evidenceWidth
	}
	_ = d.clamp.SetProperty("maximum-size", width)
	d.evidence.size(len(v.Evidence))
	for i, e := range d.evidence.parts {
		e.set(v.Evidence[i])
	}
	d.facts.set(v)
	d.fields.set(v.Fields)
	d.address.set(v.Address)
	d.busy.set(v.Busy)
	d.problem.set(v.Problem)
	d.ok.set(v.OK)
	d.cancel.set(v.Cancel)
	if opened {
		d.begin()
	}
}

// begin puts the keyboard on the first field, else on the harmless button.
func (d *dialog) begin() {
	if first := d.fields.ready(); first != nil {
		first.GrabFocus()
		return
	}
	if d.now.Cancel.Shown() {
		d.cancel.GrabFocus()
	} else {
		d.ok.GrabFocus()
	}
}
