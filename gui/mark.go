package gui

import (
	"strconv"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// mark tells accounts apart: a number in a colour.
type mark struct {
	*gtk.Label
	now model.AccountMark
}

func newMark() *mark {
	m := &mark{Label: must(gtk.LabelNew(""))}
	addClass(m, "mark")
	m.SetVAlign(gtk.ALIGN_CENTER)
	m.SetNoShowAll(true)
	return m
}

func (m *mark) set(v model.AccountMark) {
	if v == m.now {
		return
	}
	m.SetVisible(v.Number > 0)
	m.SetText(strconv.Itoa(v.Number))
	for i := range model.MarkColours {
		setClass(m, "mark-"+strconv.Itoa(i), v.Number > 0 && i == v.Colour)
	}
	setName(m, v.Name)
	m.SetTooltipText(v.Name)
	m.now = v
}

// showPart chooses what contacts see.
type showPart struct {
	w      *window
	box    *gtk.Box
	label  *gtk.Label
	none   *gtk.RadioButton // chosen where the accounts differ; never shown
	radios []*gtk.RadioButton
	now    model.Field
	quiet  bool
}

func newShow(w *window) *showPart {
	p := &showPart{w: w, box: vbox(2), label: newLabel("caption")}
	p.none = must(gtk.RadioButtonNew(nil))
	p.box.PackStart(p.label, false, false, 0)
	return p
}

func (p *showPart) set(v model.Field) {
	say(p.label, v.Label)
	p.now = v
	p.quiet = true
	defer func() { p.quiet = false }()
	p.none.SetActive(true)
	for i, o := range v.Options {
		if i == len(p.radios) {
			r := must(gtk.RadioButtonNewFromWidget(p.none))
			r.Connect("toggled", func() {
				if !p.quiet && r.GetActive() {
					p.w.m.SetField(p.now.ID, p.now.Options[i].Value)
					p.w.flush()
				}
			})
			r.Show()
			p.box.PackStart(r, false, false, 0)
			p.radios = append(p.radios, r)
		}
		p.radios[i].SetLabel(o.Label)
		setName(p.radios[i], o.Label)
		p.radios[i].SetActive(o.Value == v.Value)
	}
}
