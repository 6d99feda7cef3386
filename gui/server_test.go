package gui

import (
	"testing"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/client"
	"hushwing/gui/model"
)

// TestServerQuestion opens the question with the widgets alone. Waiting has the
// keyboard, and asks for nothing; trusting asks for the key that is shown.
func TestServerQuestion(t *testing.T) {
	s := newStage(t)
	looking := question()
	looking.Paths.Same = 1
	questioned(s, looking)
	onUI(t, func() {
		if s.w.dialog != nil && s.w.dialog.open {
			t.Error("the question comes up by itself")
		}
	})
	s.ui(func() { s.w.main.left.status.button.Clicked() })
	onUI(t, func() {
		if got := focused(s.w); got != s.w.m.Dialog().Cancel.Name {
			t.Errorf("%q has the keyboard", got)
		}
		if s.w.dialog.ok.GetSensitive() {
			t.Error("it can be trusted while it is being looked at")
		}
		if len(s.w.dialog.evidence.parts) != 4 || !s.w.dialog.evidence.parts[2].spinner.GetMapped() {
			t.Error("nothing shows that it is being looked at")
		}
	})
	q := question()
	q.Proof = client.ProofGiven
	a := online()
	a.State, a.Problem, a.Question = client.CertificateChanged, &client.Problem{Cause: client.CertificateNewKey}, &q
	s.play(client.AccountChanged{Account: a})
	onUI(t, func() {
		if got := focused(s.w); got != s.w.m.Dialog().Cancel.Name {
			t.Errorf("news takes the keyboard to %q", got)
		}
	})
	s.ui(func() { s.w.win.ActivateFocus() }) // as Return does, with GTK's moment of a pressed button
	eventually(t, "waiting closes it", func() bool { return !s.w.dialog.open })
	if got := asked[client.TrustServer](s); len(got) != 0 {
		t.Fatalf("waiting has asked for %v", got)
	}

	s.ui(func() { s.w.main.left.status.button.Clicked() })
	s.ui(func() { s.w.dialog.ok.Clicked() })
	got := asked[client.TrustServer](s)
	if len(got) != 1 || got[0].Key != q.New.Key || got[0].Account != account || got[0].Name != "" {
		t.Fatalf("asked for %v", got)
	}
	s.play(client.Done{ID: got[0].ID}, client.AccountChanged{Account: online()})
	onUI(t, func() {
		if s.w.dialog.open {
			t.Error("it stays open")
		}
	})
}

// TestServerQuestionByName trusts what something speaks against: only in the
// fold, only with a name, and never by Return.
func TestServerQuestionByName(t *testing.T) {
	s := newStage(t)
	q := question()
	q.Paths, q.ByName = client.Paths{Asked: 3, Old: 3}, true
	server(s, q)
	s.frames()
	s.ui(func() {
		d := s.w.dialog
		if d.ok.GetVisible() || d.facts.fold.GetExpanded() || d.facts.ok.GetAllocatedHeight() > 1 {
			t.Error("it is offered outside of the fold")
		}
		for range 12 {
			if name := focused(s.w); name == s.w.m.Dialog().Folded[0].Label || name == s.w.m.Dialog().FoldedOK.Name {
				t.Errorf("Tab finds %q in the closed fold", name)
			}
			focusNext(s.w.win)
		}
		d.facts.fold.SetExpanded(true)
	})
	s.ui(func() {
		f := s.w.dialog.facts
		if f.ok.GetSensitive() {
			t.Error("it can be trusted without a name")
		}
		f.fields.parts[0].entry.SetText("example.org")
		f.fields.parts[0].entry.Activate()
		s.w.shortcut(gdk.KEY_Return, 0)
	})
	if got := asked[client.TrustServer](s); len(got) != 0 {
		t.Fatalf("Return has asked for %v", got)
	}
	s.ui(func() { s.w.dialog.facts.ok.Clicked() })
	got := asked[client.TrustServer](s)
	if len(got) != 1 || got[0].Name != "example.org" || got[0].Key != q.New.Key {
		t.Fatalf("asked for %v", got)
	}
	s.play(client.Refused{ID: got[0].ID, Problem: client.Problem{Cause: client.CertificateNameTyped}})
	s.ui(func() {
		f := s.w.dialog.facts.fields.parts[0]
		if text, _ := f.help.GetText(); text != s.w.m.Dialog().Folded[0].Problem || text == "" || !f.help.GetMapped() {
			t.Errorf("what is wrong is not said: %q", text)
		}
	})
	s.press(model.Action{Kind: model.ActionDialogCancel})
	onUI(t, func() {
		if s.w.dialog.open || s.w.dialog.facts.fold.GetExpanded() {
			t.Error("it stays open")
		}
	})
}
