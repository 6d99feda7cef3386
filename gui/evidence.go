package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// evidencePart is something that speaks for or against.
type evidencePart struct {
	box           *gtk.Box
	icons         *gtk.Stack
	icon          *gtk.Image
	spinner       *gtk.Spinner
	heading, text *gtk.Label
	button        *button
}

func newEvidence(press presser) *evidencePart {
	e := &evidencePart{
		box: hbox(12), icons: must(gtk.StackNew()), icon: must(gtk.ImageNew()), spinner: must(gtk.SpinnerNew()),
		heading: newLabel("caption"), text: newLabel(), button: newButton(press),
	}
	e.icon.Show()
	e.spinner.Show()
	e.icons.AddNamed(e.icon, "icon")
	e.icons.AddNamed(e.spinner, "moving")
	e.icons.SetVAlign(gtk.ALIGN_START)
	e.icons.SetMarginTop(1)
	e.icons.Show()
	words := vbox(2)
	e.text.SetMaxWidthChars(60)
	words.PackStart(e.heading, false, false, 0)
	words.PackStart(e.text, false, false, 0)
	e.button.SetHAlign(gtk.ALIGN_START)
	e.button.SetMarginTop(4)
	addClass(e.button, "pill", "slim")
	words.PackStart(e.button, false, false, 0)
	e.box.PackStart(e.icons, false, false, 0)
	e.box.PackStart(words, true, true, 0)
	return e
}

func (e *evidencePart) set(v model.EvidenceRow) {
	showIcon(e.icon, v.Icon, gtk.ICON_SIZE_BUTTON)
	setStyle(e.icon, v.Style)
	moving(e.icons, e.spinner, v.Moving)
	say(e.heading, v.Heading)
	say(e.text, v.Text)
	setClass(e.text, "problem-text", v.Style == model.StyleBad)
	setName(e.box, v.Heading+": "+v.Text)
	e.button.set(v.Button)
}

// factsFold hides the technical details of a dialog, and what is done there.
type factsFold struct {
	fold   *fold
	facts  *many[*detailRow]
	fields *form
	ok     *button
}

func newFactsFold(w *window) *factsFold {
	inside := vbox(12)
	f := &factsFold{
		facts: &many[*detailRow]{box: vbox(8), make: func() *detailRow { return newDetailRow(w.press) }, of: func(r *detailRow) gtk.IWidget { return r.box }},
		ok:    newButton(w.press),
	}
	f.fields = newForm(w, func() {}) // what speaks against it is not done by Return
	f.ok.SetHAlign(gtk.ALIGN_END)
	inside.PackStart(f.facts.box, false, false, 0)
	inside.PackStart(f.fields.box, false, false, 0)
	inside.PackStart(f.ok, false, false, 0)
	f.fold = newFold(inside)
	return f
}

func (f *factsFold) set(v model.DialogView) {
	f.fold.SetVisible(v.FoldLabel != "")
	if v.FoldLabel == "" {
		f.fold.SetExpanded(false)
	}
	f.fold.SetLabel(firstOf(v.FoldLabel, i18n.T("Technical details")))
	f.facts.size(len(v.Facts))
	for i, r := range f.facts.parts {
		r.set(v.Facts[i])
	}
	f.fields.set(v.Folded)
	f.ok.set(v.FoldedOK)
}
