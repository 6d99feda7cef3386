package client

import (
	"context"

	"hushwing/xmpp"
)

// This file shows a server's form, and has it shown anew. It is made and sent in
// register.go.

// shownForm is a form as a screen may have it, or why it cannot.
type shownForm struct {
	instructions string
	fields       []Field
	problem      *Problem
}

func (s shownForm) event(id CommandID, server ServerChoice) FormArrived {
	return FormArrived{ID: id, Server: server, Instructions: s.instructions, Fields: s.fields}
}

// showForm takes time where there are pictures: it is for a job.
func showForm(got xmpp.Form) shownForm {
	if got.NeedsMore {
		p := Problem{Cause: FormCannotShow, Retry: RetryNow}
		if got.Reason == xmpp.NeedsWebsite {
			p.Cause, p.Detail = FormElsewhere, got.Website
		}
		return shownForm{problem: &p}
	}
	out := shownForm{instructions: got.Instructions}
	for _, x := range got.Fields {
		if x.Name == "username" || x.Name == "password" || x.Kind == xmpp.Hidden {
			continue
		}
		f, err := shownField(x)
		if err != nil {
			return shownForm{problem: &Problem{Cause: FormCannotShow, Retry: RetryNow}}
		}
		out.fields = append(out.fields, f)
	}
	return out
}

func shownField(x xmpp.Field) (Field, error) {
	f := Field{
		Name: x.Name, Label: x.Label, Value: x.Value, Required: x.Required,
		Kind: map[xmpp.FieldKind]FieldKind{
			xmpp.Text: FieldText, xmpp.Secret: FieldSecret, xmpp.Choice: FieldChoice, xmpp.Fixed: FieldFixed, xmpp.YesNo: FieldYesNo,
		}[x.Kind],
	}
	if f.Label == "" && x.Picture == nil {
		f.Label = f.Name
	}
	for _, o := range x.Options {
		f.Options = append(f.Options, Option{Value: o.Value, Label: o.Label})
	}
	if x.Picture == nil {
		return f, nil
	}
	var err error
	f.Picture, err = decodePicture(x.Picture)
	return f, err
}

// formRenewed brings a form anew.
type formRenewed struct {
	id, form CommandID
	reg      *xmpp.Registration
	shown    shownForm
	err      error
}

// renew asks for a form anew. It is for a job.
func renew(ctx context.Context, reg *xmpp.Registration, id, form CommandID) formRenewed {
	out := formRenewed{id: id, form: form, reg: reg}
	if out.err = reg.Renew(ctx); out.err == nil {
		out.shown = showForm(reg.Form())
	}
	return out
}

// renewForm asks the server for another picture, on the form's own connection.
func (k *core) renewForm(m RenewForm) {
	f := k.forms[m.Form]
	if f == nil || f.reg == nil || f.busy {
		k.refuse(m.ID, Problem{Cause: RegistrationLater, Retry: RetryNow})
		return
	}
	f.busy = true
	reg, open := f.reg, k.sitting.ctx
	k.job(func() any {
		ctx, cancel := context.WithTimeout(open, registerPatience)
		defer cancel()
		return renew(ctx, reg, m.ID, m.Form)
	})
}

func (k *core) formRenewed(m formRenewed) {
	f := k.left(m.form, m.reg)
	switch {
	case f == nil: // the user went back
		k.refuse(m.id, Problem{Cause: RegistrationLater, Retry: RetryNow})
	case m.err != nil:
		k.lostTor(m.err)
		k.dropForm(m.form)
		k.refuse(m.id, problemOf(m.err))
	case m.shown.problem != nil:
		k.dropForm(m.form)
		k.refuse(m.id, *m.shown.problem)
	default:
		k.emit(m.shown.event(m.form, f.server))
		k.done(m.id)
	}
}
