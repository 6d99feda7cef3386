package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// This file is the server's own form, with the pictures that have to be read.

// puzzle reports whether the form has a picture.
func (p *newPage) puzzle() bool { return p.form != nil && p.firstPicture() != nil }

func (p *newPage) firstPicture() *client.Field {
	for i, f := range p.form.Fields {
		if f.Picture != nil {
			return &p.form.Fields[i]
		}
	}
	return nil
}

// take takes a form that has just come. What was typed stays, but for what was
// read in a picture that is gone.
func (p *newPage) take(e client.FormArrived) {
	p.form, p.live = &e, true
	for _, f := range e.Fields {
		if f.Picture != nil {
			p.values[f.Name] = ""
		}
	}
}

// dropForm lets go of a form that is not wanted any more.
func (m *Model) dropForm() {
	m.looseForm()
	m.first.fresh.form = nil
}

// looseForm lets go of a form, which is still looked at.
func (m *Model) looseForm() {
	p := &m.first.fresh
	if p.live {
		m.do(client.DropForm{Form: p.form.ID})
		p.live = false
	}
}

// stopForm breaks off what the server is being asked. What was typed stays.
func (m *Model) stopForm() {
	p := &m.first.fresh
	if p.asking != 0 {
		m.do(client.DropForm{Form: p.asking})
		delete(m.waiting, p.asking)
	}
	if p.registering != 0 {
		p.live = false // it is under way: the answer decides what becomes of it
	}
	m.dropForm()
	p.asking, p.registering, p.renewing, p.problem = 0, 0, 0, nil
	if m.first.page == PageForm {
		m.turn(PageNew)
	}
	m.changes.FirstRun = true
}

// applyForm takes a server's form.
func (m *Model) applyForm(e client.FormArrived) {
	p := &m.first.fresh
	delete(m.waiting, e.ID)
	switch {
	case m.screen == ScreenFirstRun && p.asking != 0 && e.ID == p.asking:
		p.asking = 0
		p.take(e)
		m.useForm()
	case m.screen == ScreenFirstRun && p.form != nil && e.ID == p.form.ID && (p.registering != 0 || p.renewing != 0):
		p.take(e) // what came of the other follows
		m.changes.FirstRun = true
	default:
		m.do(client.DropForm{Form: e.ID})
	}
}

// useForm shows the form when it wants to know something, and sends it otherwise.
func (m *Model) useForm() {
	p := &m.first.fresh
	for _, f := range p.form.Fields {
		if _, typed := p.values[f.Name]; !typed && f.Kind != client.FieldFixed {
			p.values[f.Name] = f.Value
		}
	}
	if len(p.form.Fields) > 0 {
		m.turn(PageForm)
		m.focusForm()
		return
	}
	m.register()
}

// focusForm puts the keyboard into the first field with nothing in it.
func (m *Model) focusForm() {
	p := &m.first.fresh
	at := formField(p.form.Fields[0])
	for _, f := range p.form.Fields {
		if f.Kind != client.FieldFixed && p.values[f.Name] == "" {
			at = formField(f)
			break
		}
	}
	m.focus(at)
}

func formField(f client.Field) FieldID { return FieldID(fieldIDForm + f.Name) }

// sendForm sends what was filled in.
func (m *Model) sendForm() {
	p := &m.first.fresh
	if p.busy() {
		return
	}
	if !p.live {
		m.askForm() // the connection is gone: the same form anew, what was typed is kept
		return
	}
	clear(p.wrong)
	for _, f := range p.form.Fields {
		if f.Required && f.Kind != client.FieldFixed && strings.TrimSpace(p.values[f.Name]) == "" {
			if len(p.wrong) == 0 {
				m.focus(formField(f))
			}
			p.wrong[formField(f)] = i18n.T("The server wants this filled in.")
		}
	}
	if len(p.wrong) == 0 {
		m.register()
	}
}

// anotherPicture asks for one, because this one cannot be read.
func (m *Model) anotherPicture() {
	p := &m.first.fresh
	if m.first.page != PageForm || p.busy() || !p.puzzle() {
		return
	}
	p.problem = nil
	clear(p.wrong)
	if !p.live {
		m.askForm()
		return
	}
	var id client.CommandID
	id = m.ask(func(prob *client.Problem) {
		m.changes.FirstRun = true
		f := &m.first.fresh
		if f.renewing != id {
			return
		}
		f.renewing = 0
		if prob != nil {
			f.live = false // the client has let go of it
			m.newProblem(prob)
			return
		}
		if f.puzzle() {
			m.focus(formField(*f.firstPicture()))
		}
	})
	p.renewing = id
	m.do(client.RenewForm{ID: id, Form: p.form.ID})
}

// puzzleWrong says so under the new picture. Without one, because the connection
// is gone, it says no.
func (m *Model) puzzleWrong(prob *client.Problem) bool {
	p := &m.first.fresh
	if !p.live || !p.puzzle() {
		return false
	}
	id := formField(*p.firstPicture())
	p.wrong[id] = sentence(*prob)
	m.turn(PageForm)
	m.focus(id)
	return true
}

// viewForm shows what else the server wants to know.
func (m *Model) viewForm(v *FirstRunView) {
	p := &m.first.fresh
	free := !p.busy()
	server, _, _ := p.server()
	v.Title = i18n.T("What the server asks")
	v.Text = i18n.T("%s wants to know this before it makes the address. Tell it nothing that leads to you.", clean(server.Domain, 100))
	next := i18n.T("Make this address")
	if p.form != nil {
		if words := clean(p.form.Instructions, 600); words != "" {
			v.Notes = append(v.Notes, i18n.T("The server says: %s", words))
		}
		for _, f := range p.form.Fields {
			v.Fields = append(v.Fields, formFieldView(f, p, free))
		}
		if !p.live && p.registering == 0 {
			next = i18n.T("Ask the server again")
		}
	}
	v.Next = suggested(next, Action{Kind: ActionNext}, free)
	m.viewNewState(v)
}

// formFieldView shows a field of the server's. Its words are the server's.
func formFieldView(f client.Field, p *newPage, free bool) Field {
	out := Field{
		ID:      formField(f),
		Label:   clean(f.Label, 200),
		Value:   p.values[f.Name],
		Problem: p.wrong[formField(f)],
		Enabled: free,
	}
	if out.Label == "" {
		out.Label = clean(f.Name, 100)
	}
	switch f.Kind {
	case client.FieldSecret:
		out.Kind = FieldSecret
	case client.FieldYesNo:
		out.Kind = FieldChoice
		out.Options = []Choice{{Value: "1", Label: i18n.T("Yes")}, {Value: "0", Label: i18n.T("No")}}
	case client.FieldChoice:
		out.Kind = FieldChoice
		for _, o := range f.Options {
			c := Choice{Value: o.Value, Label: clean(o.Label, 100)}
			if c.Label == "" {
				c.Label = clean(o.Value, 100)
			}
			out.Options = append(out.Options, c)
		}
	case client.FieldFixed:
		out.Kind = FieldFixed
		out.Value = clean(f.Value, 1000)
	}
	if f.Picture != nil {
		viewPuzzle(&out, f, p, free)
	}
	return out
}

// viewPuzzle shows a field with a picture.
func viewPuzzle(out *Field, f client.Field, p *newPage, free bool) {
	if clean(f.Label, 200) == "" {
		out.Label = i18n.T("What the picture shows")
	}
	out.Button = Button{
		Label: i18n.T("Another picture"), Name: i18n.T("Another picture"),
		Action: Action{Kind: ActionAnotherPicture}, Enabled: free,
	}
	if !p.live && p.registering == 0 {
		out.Enabled = false
		out.Help = i18n.T("The picture is no longer good. Ask for another one.")
		return
	}
	out.Picture = f.Picture
	out.PictureName = i18n.T("A picture from the server, with letters or digits to read")
	out.Help = i18n.T("So the server tells people from programs. If you cannot read it, ask for another picture, or go back and choose another server.")
}
