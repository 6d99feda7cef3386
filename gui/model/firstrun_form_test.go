package model

import (
	"testing"

	"hushwing/client"
)

// puzzle is a form with a picture and a question.
func puzzle(id client.CommandID) client.FormArrived {
	return client.FormArrived{
		ID: id, Server: client.ServerChoice{Domain: "example.test"}, Instructions: "Choose a name.",
		Fields: []client.Field{
			{Name: "why", Label: "Why do you come?"},
			{Name: "ocr", Label: "Enter the text you see", Required: true, Picture: &client.Picture{Width: 2, Height: 1, RGB: make([]byte, 6)}},
			{Name: "rules", Label: "Do you accept?", Kind: client.FieldYesNo, Value: "1"},
		},
	}
}

// puzzled is a desk before such a form.
func puzzled(t *testing.T) (d *desk, form client.CommandID) {
	t.Helper()
	d = through(t, 0)
	d.isData("Why do you come?", "Enter the text you see", "Do you accept?", "0", "1")
	d.ownServer("example.test", "")
	d.press(d.m.FirstRun().Next)
	form = sent[client.AskForm](d).ID
	d.apply(puzzle(form))
	return d, form
}

func TestFormWithPicture(t *testing.T) {
	d, form := puzzled(t)
	v := d.page(PageForm)
	f := d.field(v.Fields, "form:ocr")
	if f.Picture == nil || plain(f.PictureName) == "" || f.Button.Action.Kind != ActionAnotherPicture || !f.Enabled {
		t.Errorf("the picture's field: %+v", f)
	}
	if y := d.field(v.Fields, "form:rules"); y.Kind != FieldChoice || len(y.Options) != 2 || plain(y.Options[0].Label) != "Yes" || y.Value != "1" {
		t.Errorf("yes or no: %+v", y)
	}
	if d.last.FocusID != "form:why" {
		t.Errorf("the focus is in %q", d.last.FocusID)
	}
	d.set("form:why", "Because")
	d.quiet(func() { d.press(v.Next) })
	d.equal("empty", d.field(d.m.FirstRun().Fields, "form:ocr").Problem, "The server wants this filled in.")

	// Misread: another picture comes, and all but what was read stays.
	d.set("form:ocr", "427")
	d.press(d.m.FirstRun().Next)
	reg := sent[client.Register](d)
	if reg.Values["ocr"] != "427" || reg.Values["rules"] != "1" {
		t.Errorf("sent %v", reg.Values)
	}
	second := puzzle(form)
	d.apply(second, client.Refused{ID: reg.ID, Problem: client.Problem{Cause: client.PuzzleWrong}})
	v = d.page(PageForm)
	f = d.field(v.Fields, "form:ocr")
	d.equal("wrong", f.Problem, "That is not what the picture shows, or it took too long. Try once more, with another picture.")
	if f.Picture != second.Fields[1].Picture || f.Value != "" || d.field(v.Fields, "form:why").Value != "Because" {
		t.Errorf("after a wrong answer: %+v", f)
	}
	if d.last.FocusID != "form:ocr" || v.Problem != nil {
		t.Errorf("focus %q, problem %+v", d.last.FocusID, v.Problem)
	}

	// The name is taken: back to it, and then to a new picture.
	d.set("form:ocr", "428")
	d.press(d.m.FirstRun().Next)
	reg = sent[client.Register](d)
	d.apply(puzzle(form), client.Refused{ID: reg.ID, Problem: client.Problem{Cause: client.NameTaken}})
	if d.field(d.page(PageNew).Fields, FieldIDName).Problem == "" {
		t.Error("nothing says that the name is taken")
	}
	d.set(FieldIDName, "another")
	d.quiet(func() { d.press(d.m.FirstRun().Next) }) // the form is here
	d.page(PageForm)
	d.set("form:ocr", "429")
	d.press(d.m.FirstRun().Next)
	reg = sent[client.Register](d)
	if reg.Form != form || reg.Name != "another" || reg.Values["why"] != "Because" {
		t.Errorf("sent %+v", reg)
	}
}

// TestPictureServesOnce: a form whose picture was answered is not sent again, if no
// other has come in its place.
func TestPictureServesOnce(t *testing.T) {
	d, form := puzzled(t)
	d.set("form:ocr", "427")
	d.press(d.m.FirstRun().Next)
	d.apply(client.Refused{ID: sent[client.Register](d).ID, Problem: client.Problem{Cause: client.NameTaken}})
	d.set(FieldIDName, "another")
	d.press(d.page(PageNew).Next)
	if ask := sent[client.AskForm](d); ask.ID == form {
		t.Error("the old form is asked for")
	}
}

func TestAnotherPicture(t *testing.T) {
	d, form := puzzled(t)
	d.set("form:why", "Because")
	d.set("form:ocr", "4")
	d.press(d.field(d.m.FirstRun().Fields, "form:ocr").Button)
	ask := sent[client.RenewForm](d)
	if ask.Form != form {
		t.Errorf("asked for %v", ask.Form)
	}
	v := d.page(PageForm)
	d.equal("busy", v.Busy.Text, "Asking example.test for another picture…")
	d.quiet(func() { d.m.Press(Action{Kind: ActionAnotherPicture}) })
	next := puzzle(form)
	d.apply(next, client.Done{ID: ask.ID})
	v = d.page(PageForm)
	if f := d.field(v.Fields, "form:ocr"); f.Picture != next.Fields[1].Picture || f.Value != "" || v.Busy != nil || d.last.FocusID != "form:ocr" {
		t.Errorf("the new picture: %+v", f)
	}
	if d.field(v.Fields, "form:why").Value != "Because" {
		t.Error("what was typed is gone")
	}

	// It does not come: the old one is not good any more, which is said, and
	// asking anew is the way on.
	d.press(d.field(v.Fields, "form:ocr").Button)
	ask = sent[client.RenewForm](d)
	d.quiet(func() {
		d.apply(client.Refused{ID: ask.ID, Problem: client.Problem{Cause: client.ServerCloses}})
	})
	v = d.page(PageForm)
	f := d.field(v.Fields, "form:ocr")
	if v.Problem == nil || f.Picture != nil || f.Enabled || !f.Button.Enabled {
		t.Errorf("without a picture: %+v", f)
	}
	d.equal("gone", f.Help, "The picture is no longer good. Ask for another one.")
	d.equal("next", v.Next.Label, "Ask the server again")
	d.press(f.Button)
	again := sent[client.AskForm](d)
	d.apply(puzzle(again.ID))
	v = d.page(PageForm)
	if d.field(v.Fields, "form:why").Value != "Because" || d.field(v.Fields, "form:ocr").Picture == nil {
		t.Error("the form does not come back as it was")
	}

	// Back while it is asked for lets go of the form.
	d.press(d.field(v.Fields, "form:ocr").Button)
	ask = sent[client.RenewForm](d)
	d.press(d.m.FirstRun().Back)
	if drop := sent[client.DropForm](d); drop.Form != again.ID {
		t.Errorf("dropped %v", drop.Form)
	}
	d.page(PageNew)
	d.apply(puzzle(again.ID)) // too late
	sent[client.DropForm](d)
	d.apply(client.Refused{ID: ask.ID, Problem: client.Problem{Cause: client.RegistrationLater}})
	if v := d.page(PageNew); v.Problem != nil || v.Busy != nil {
		t.Error("a failure of what was cancelled is told")
	}
}
