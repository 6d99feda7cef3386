package model

import (
	"testing"

	"hushwing/client"
)

func (d *desk) check(stage client.CheckStage, question string, left int) {
	d.t.Helper()
	d.apply(client.CheckChanged{Check: client.Check{Peer: ana, Stage: stage, Question: question, Left: left}})
}

// asking opens the check and fills in a question.
func asking(t *testing.T) *desk {
	t.Helper()
	d := chatDesk(t, client.PrivateUnknown)
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Check now"))
	v := d.m.Check()
	d.equal("title", v.Title, "How can you two check?")
	if len(v.Ways) != 3 || !v.Ways[0].Button.Enabled || !v.Ways[1].Button.Enabled || !v.Ways[2].Button.Enabled {
		t.Fatalf("ways %+v", v.Ways)
	}
	d.equal("ways", labels([]Button{v.Ways[0].Button, v.Ways[1].Button, v.Ways[2].Button}), "We are in the same room · We can call · We share a memory")
	if v.Proves == "" {
		t.Error("nothing says what a check proves")
	}
	d.press(v.Ways[2].Button)
	d.set(FieldIDQuestion, " Where did we meet? ")
	d.set(FieldIDAnswer, "  At the Lake ")
	return d
}

func TestCheckAsk(t *testing.T) {
	d := asking(t)
	d.press(d.find(d.m.Check().Buttons, "Ask"))
	c := sent[client.AskQuestion](d)
	if c.Peer != ana || c.Question != "Where did we meet?" || c.Answer.Export() != "At the Lake" {
		t.Errorf("%+v %q", c, c.Answer.Export())
	}
	if v := d.m.Check(); v.Busy == nil || v.Fields[0].Enabled {
		t.Errorf("%+v", v)
	}
	d.check(client.CheckWaiting, "Where did we meet?", 2)
	d.apply(client.Done{ID: c.ID})
	d.equal("waiting", d.m.Check().Busy.Text, "Waiting for Ana’s answer. You can go on writing meanwhile.")
	d.equal("strip", labels(d.m.Conversation().Strip.Buttons), "Checking…")
	d.protect(ana, client.PrivateChecked)
	d.check(client.CheckSame, "", 3)
	v := d.m.Check()
	d.equal("same", v.Text, "You checked Ana on 12 March.")
	if v.Style != StyleGood || v.Busy != nil || len(v.Fields) != 0 {
		t.Errorf("%+v", v)
	}
	if s := d.m.contacts[ana].check; s.answer != "" {
		t.Error("the answer stays in memory")
	}
	d.press(v.Close)
	sent[client.StopCheck](d)
	if d.m.Check().Open {
		t.Error("it stays open")
	}
}

// The result can come before the new state of the strip.
func TestCheckSameFirst(t *testing.T) {
	d := asking(t)
	d.press(d.find(d.m.Check().Buttons, "Ask"))
	d.check(client.CheckSame, "", 3)
	d.equal("same", d.m.Check().Text, "You checked Ana on 12 March.")
}

func TestCheckAskRefused(t *testing.T) {
	for _, cause := range allCauses(t) {
		d := asking(t)
		d.press(d.find(d.m.Check().Buttons, "Ask"))
		d.apply(client.Refused{ID: sent[client.AskQuestion](d).ID, Problem: client.Problem{Cause: cause}})
		v := d.m.Check()
		if v.Busy != nil || v.Fields[0].Value != " Where did we meet? " || v.Fields[1].Value != "  At the Lake " {
			t.Errorf("cause %d: %+v", cause, v)
		}
		if v.Problem == nil && v.Fields[1].Problem == "" {
			t.Errorf("cause %d: nothing is said", cause)
		}
	}
}

func TestCheckEmpty(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Check now"))
	d.press(d.m.Check().Ways[2].Button)
	d.set(FieldIDAnswer, "   ")
	d.quiet(func() { d.press(d.find(d.m.Check().Buttons, "Ask")) })
	v := d.m.Check()
	if v.Fields[0].Problem == "" || v.Fields[1].Problem == "" {
		t.Errorf("%+v", v.Fields)
	}
	// Back to the ways keeps what was typed.
	d.set(FieldIDQuestion, "Where?")
	d.quiet(func() { d.press(d.find(d.m.Check().Buttons, "Back")) })
	d.press(d.m.Check().Ways[2].Button)
	if d.m.Check().Fields[0].Value != "Where?" {
		t.Error("the question is gone")
	}
}

// Answering makes nobody sure of the one who asked.
func TestCheckAnswer(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	d.check(client.CheckQuestion, "Where did\u202e we meet?", 3)
	if d.m.Check().Open {
		t.Error("a question opens by itself")
	}
	row := d.people()[0]
	d.equal("row", row.Sub, "Asks you a question")
	d.isData("Where did we meet?")
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Answer Ana’s question"))
	v := d.m.Check()
	if v.Quote != "Where did we meet?" || d.last.FocusID != FieldIDReply {
		t.Errorf("%+v", v)
	}
	d.quiet(func() { d.press(d.find(v.Buttons, "Answer")) })
	if d.m.Check().Fields[0].Problem == "" {
		t.Error("an empty answer is not told")
	}
	d.set(FieldIDReply, " At the Lake ")
	d.press(d.find(d.m.Check().Buttons, "Answer"))
	c := sent[client.AnswerQuestion](d)
	if c.Answer.Export() != "At the Lake" {
		t.Errorf("%q", c.Answer.Export())
	}
	d.check(client.CheckAnswered, "Where did we meet?", 3)
	d.apply(client.Done{ID: c.ID})
	if d.m.Check().Busy == nil {
		t.Error("nothing says that it works")
	}
	d.check(client.CheckAskBack, "", 3)
	v = d.m.Check()
	d.equal("ask back", v.Text, "Ana is now sure of you. Now ask them.")
	if v.Style != StyleWarn {
		t.Error("it looks as if both were checked")
	}
	strip := d.m.Conversation().Strip
	d.equal("strip", strip.Text, "Private. Is this really Ana? Check together once.")
	d.equal("strip", labels(strip.Buttons), "Ask back")
	if strip.Style != StyleWarn {
		t.Error("the strip turned green by answering")
	}
	d.press(d.find(v.Buttons, "Ask back"))
	if len(d.m.Check().Fields) != 2 {
		t.Errorf("%+v", d.m.Check())
	}
	// Closed and opened again, it is still to be done.
	d.m.Escape()
	d.m.Escape()
	d.step()
	if d.m.Check().Open {
		t.Error("Escape does not close it")
	}
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Ask back"))
	if !d.m.Check().Open {
		t.Error("it does not open")
	}
	// A result is about one key: with another it is forgotten.
	info := client.ProtectionInfo{Peer: ana, Protection: client.PrivateUnknown}
	info.Key[0] = 1
	d.apply(client.ProtectionChanged{Info: info})
	d.protect(ana, client.Away)
	info.Key[0], info.Protection = 2, client.PrivateNewKey
	d.apply(client.ProtectionChanged{Info: info})
	d.equal("new key", labels(d.m.Conversation().Strip.Buttons), "Check now")
	d.check(client.CheckAskBack, "", 3)
	// Who is sure already need not ask back.
	d.protect(ana, client.PrivateChecked)
	v = d.m.Check()
	d.equal("both", v.Text, "Ana is now sure of you, and you are sure of them.")
	if len(v.Buttons) != 0 || v.Style != StyleGood {
		t.Errorf("%+v", v)
	}
}

func TestCheckWithoutQuestion(t *testing.T) {
	d := chatDesk(t, client.PrivateUnknown)
	d.check(client.CheckQuestion, "", 3)
	d.press(d.m.Conversation().Strip.Buttons[0])
	v := d.m.Check()
	d.equal("text", v.Text, "Ana’s program sends no question with it. Type what the two of you agreed on.")
	d.press(d.find(v.Buttons, "Do not answer"))
	if got := sent[client.StopCheck](d); got.Peer != ana {
		t.Errorf("%+v", got)
	}
	if d.m.Check().Open {
		t.Error("it stays open")
	}
}

func TestCheckDifferent(t *testing.T) {
	d := asking(t)
	d.press(d.find(d.m.Check().Buttons, "Ask"))
	d.check(client.CheckDifferent, "", 2)
	// The page with the question gives way to the result.
	v := d.m.Check()
	d.equal("differ", v.Text, "The answers differ. Usually a typing slip. Try again by phone. If it fails twice, share nothing sensitive here.")
	d.equal("left", v.Attempts, "2 attempts left")
	if v.Style != StyleBad || d.m.Conversation().Strip.Style == StyleGood {
		t.Errorf("%+v", v)
	}
	d.press(d.find(v.Buttons, "Try again"))
	v = d.m.Check()
	if len(v.Fields) != 2 || v.Fields[0].Value != " Where did we meet? " {
		t.Errorf("%+v", v)
	}
	d.press(d.find(v.Buttons, "Ask"))
	d.check(client.CheckDifferent, "", 0)
	v = d.m.Check()
	if v.Problem == nil || v.Attempts != "" {
		t.Errorf("without attempts left: %+v", v)
	}
	d.equal("without attempts left", labels(v.Buttons), "Compare the safety code")
	d.press(v.Buttons[0])
	d.equal("what is left to do", d.m.Check().Title, "Are these digits the same on both screens?")
}

func TestCheckAborted(t *testing.T) {
	d := asking(t)
	d.press(d.find(d.m.Check().Buttons, "Ask"))
	d.check(client.CheckWaiting, "", 2)
	d.check(client.CheckAborted, "", 2)
	v := d.m.Check()
	d.equal("aborted", v.Text, "The check was broken off. It says nothing about Ana.")
	d.press(d.find(v.Buttons, "Try again"))
	d.press(d.find(d.m.Check().Buttons, "Ask"))
	d.check(client.CheckWaiting, "", 1)
	d.press(d.find(d.m.Check().Buttons, "Stop"))
	sent[client.StopCheck](d)
	d.check(client.CheckNone, "", 1)
	d.equal("ways", d.m.Check().Title, "How can you two check?")
}

// There is no checking without a private chat, but it says so and can be left.
func TestCheckNotPrivate(t *testing.T) {
	for p := client.Away; p <= client.SetupFailed; p++ {
		d := chatDesk(t, p)
		d.m.Press(Action{Kind: ActionCheck, Peer: ana})
		d.step()
		v := d.m.Check()
		if !v.Open || !v.Close.Shown() || (len(v.Ways) == 3) != p.Private() {
			t.Errorf("state %d: %+v", p, v)
		}
		if !p.Private() {
			d.quiet(func() {
				d.m.Press(Action{Kind: ActionWayQuestion})
				d.m.Press(Action{Kind: ActionAsk})
				d.m.Press(Action{Kind: ActionAnswer})
			})
			if v.Text == "" {
				t.Errorf("state %d: it says nothing", p)
			}
		}
	}
}

// A locked chat can be checked: that is how it is unlocked.
func TestCheckLocked(t *testing.T) {
	d := chatDesk(t, client.KeyLocked)
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Check now"))
	d.press(d.m.Check().Ways[2].Button)
	d.set(FieldIDQuestion, "Where?")
	d.set(FieldIDAnswer, "There")
	d.press(d.find(d.m.Check().Buttons, "Ask"))
	sent[client.AskQuestion](d)
}
