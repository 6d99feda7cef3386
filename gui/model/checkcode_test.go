package model

import (
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/secret"
)

// keyed puts a key into the chat with Ana, with so many attempts left.
func (d *desk) keyed(p client.Protection, key byte, left int) {
	d.t.Helper()
	info := client.ProtectionInfo{Peer: ana, Protection: p}
	info.Ours[0], info.Key[0] = 200, key
	d.apply(client.ProtectionChanged{Info: info},
		client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "Ana", Protection: p, Keys: []client.KeyInfo{{Fingerprint: info.Key, Now: true, Left: left}}}})
}

// ways opens the check.
func ways(t *testing.T, left int) (*desk, CheckView) {
	t.Helper()
	d := chatDesk(t, client.PrivateUnknown)
	d.keyed(client.PrivateUnknown, 1, left)
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Check now"))
	return d, d.m.Check()
}

func (d *desk) checkIs(c client.Check) {
	d.t.Helper()
	c.Peer = ana
	d.apply(client.CheckChanged{Check: c})
}

// Another program of Ana's has ended its chat while a check goes on with the first: the
// code stays on the screen, their wish can be answered, and how it ended is said. When
// the first one's chat ends too, it is said that none can be made.
func TestCheckGoesOnAfterAnEnd(t *testing.T) {
	d, v := ways(t, 3)
	d.press(v.Ways[1].Button)
	d.press(d.find(d.m.Check().Buttons, "Get a code"))
	d.apply(client.Done{ID: sent[client.AskCode](d).ID})
	d.checkIs(client.Check{Stage: client.CheckWaiting, How: client.HowCode, Code: secret.New("012345"), Asked: true, Left: 2})
	d.protect(ana, client.OtherEnded)
	v = d.m.Check()
	if v.Code == nil || strings.Join(v.Code.Groups, " ") != "012 345" {
		t.Fatalf("the code has gone: %+v", v)
	}
	d.equal("the strip", labels(d.m.Conversation().Strip.Buttons), "Checking… · Start again")
	d.checkIs(client.Check{Stage: client.CheckSame, How: client.HowCode, Asked: true, Left: 3})
	d.equal("well", d.m.Check().Title, "This is Ana")
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowCode, Left: 3})
	d.set(FieldIDCode, "123456")
	d.press(d.find(d.m.Check().Buttons, "Check"))
	if c := sent[client.AnswerCode](d); c.Peer != ana || c.Code.Export() != "123456" {
		t.Errorf("%+v", c)
	}
	d.checkIs(client.Check{Stage: client.CheckAborted, How: client.HowCode, Left: 3})
	d.equal("none", d.m.Check().Text, "You can check as soon as the chat is private. Ana must be there for it.")
	d.equal("the strip", labels(d.m.Conversation().Strip.Buttons), "Start again")
}

// By phone, on the side of the one who reads the code.
func TestCheckCall(t *testing.T) {
	d, v := ways(t, 3)
	d.press(v.Ways[1].Button)
	v = d.m.Check()
	d.equal("before", v.Title, "Check Ana by phone")
	d.quiet(func() { d.m.Escape(); d.step() })
	d.equal("Escape goes back", d.m.Check().Title, "How can you two check?")
	d.press(d.m.Check().Ways[1].Button)
	d.press(d.find(d.m.Check().Buttons, "Get a code"))
	c := sent[client.AskCode](d)
	if c.Peer != ana || d.m.Check().Busy == nil {
		t.Errorf("%+v %+v", c, d.m.Check())
	}
	d.checkIs(client.Check{Stage: client.CheckWaiting, How: client.HowCode, Code: secret.New("012345"), Asked: true, Left: 2})
	d.apply(client.Done{ID: c.ID})
	v = d.m.Check()
	if v.Code == nil || strings.Join(v.Code.Groups, " ") != "012 345" || !v.Code.Large || v.Code.QR != nil {
		t.Fatalf("%+v", v.Code)
	}
	d.equal("read aloud", v.Code.Name, "The code: 0 1 2, 3 4 5")
	if len(v.Hints) != 1 {
		t.Errorf("between two Hushwings: %q", v.Hints)
	}
	// Closed and opened again it is still there.
	d.press(v.Close)
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Checking…"))
	if d.m.Check().Code == nil {
		t.Error("the code is gone")
	}
	d.checkIs(client.Check{Stage: client.CheckWaiting, How: client.HowCode, Code: secret.New("012345"), Asked: true, Left: 2, Other: true})
	if v = d.m.Check(); len(v.Hints) != 2 {
		t.Errorf("with another program: %q", v.Hints)
	}
	// A text with the code does not leave, and says why.
	d.checkIs(client.Check{Stage: client.CheckDifferent, How: client.HowCode, Asked: true, Left: 2})
	v = d.m.Check()
	d.equal("differ", v.Text, "The codes differ. Usually a slip in hearing or typing. Try again with a new code. If it fails twice, share nothing sensitive here.")
	d.equal("left", v.Attempts, "2 attempts left")
	d.equal("strip", labels(d.m.Conversation().Strip.Buttons[:1]), "The codes differ")
	d.press(d.find(v.Buttons, "Try again"))
	d.press(d.find(d.m.Check().Buttons, "Get a code"))
	d.apply(client.Refused{ID: sent[client.AskCode](d).ID, Problem: client.Problem{Cause: client.NoAttemptsLeft}})
	if v = d.m.Check(); v.Problem == nil || v.Busy != nil {
		t.Errorf("%+v", v)
	}
	d.protect(ana, client.PrivateChecked)
	d.checkIs(client.Check{Stage: client.CheckSame, How: client.HowCode, Asked: true, Left: 3})
	v = d.m.Check()
	d.equal("same", v.Text, "You checked Ana on 12 March.")
	d.equal("both", v.Hints[0], "The code checked you both.")
	d.checkIs(client.Check{Stage: client.CheckSame, How: client.HowCode, Asked: true, Left: 3, Other: true})
	d.equal("their program", d.m.Check().Hints[0], "Whether Ana’s program counts you as checked now, it shows there.")
}

// By phone, on the side of the one who types what they hear. Nothing that came over
// the chat stands on the page.
func TestCheckTypeCode(t *testing.T) {
	d, v := ways(t, 3)
	d.press(v.Close)
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowCode, Question: "type 111111", Left: 3})
	if d.m.Check().Open {
		t.Error("it opens by itself")
	}
	d.equal("row", d.people()[0].Sub, "Wants to check by phone")
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Type Ana’s code"))
	v = d.m.Check()
	d.equal("rule", v.Text, "Type only what you heard from Ana’s own voice, never what came in this chat.")
	if v.Quote != "" || v.Code != nil || d.last.FocusID != FieldIDCode || v.Fields[0].Kind != FieldDigits {
		t.Errorf("%+v", v)
	}
	for _, cause := range []client.Cause{client.CodeNotDigits, client.CodeSeen} {
		d.set(FieldIDCode, "123 45")
		d.press(d.find(d.m.Check().Buttons, "Check"))
		c := sent[client.AnswerCode](d)
		if c.Code.Export() != "123 45" {
			t.Errorf("%q", c.Code.Export())
		}
		d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: cause}})
		v = d.m.Check()
		if v.Fields[0].Problem == "" || v.Fields[0].Value != "123 45" || v.Busy != nil || d.last.FocusID != FieldIDCode {
			t.Errorf("%+v", v)
		}
	}
	d.press(d.find(v.Buttons, "Check"))
	d.checkIs(client.Check{Stage: client.CheckAnswered, How: client.HowCode, Left: 2})
	d.equal("comparing", d.m.Check().Busy.Text, "Comparing the two codes…")
	d.checkIs(client.Check{Stage: client.CheckDifferent, How: client.HowCode, Left: 2})
	// The next one begins with an empty field.
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowCode, Left: 2})
	if v = d.m.Check(); v.Fields[0].Value != "" {
		t.Errorf("%+v", v.Fields)
	}
	d.equal("left", v.Attempts, "3 attempts left") // as the contact's key says
	// What is typed for a code answers no question that takes its place meanwhile.
	d.set(FieldIDCode, "123456")
	d.isData("How are you?")
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowQuestion, Question: "How are you?", Left: 2})
	d.quiet(func() { d.m.Press(Action{Kind: ActionAnswerCode}); d.step() })
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowCode, Left: 2})
	d.quiet(func() { d.m.Press(Action{Kind: ActionAnswer}); d.step() })
	d.press(d.find(d.m.Check().Buttons, "Do not answer"))
	sent[client.StopCheck](d)

	d.keyed(client.PrivateUnknown, 1, 0)
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowCode, Left: 0})
	d.m.Press(Action{Kind: ActionCheck, Peer: ana})
	d.step()
	v = d.m.Check()
	if len(v.Fields) != 0 || v.Problem == nil {
		t.Errorf("without attempts left: %+v", v)
	}
	d.equal("ways out", labels(v.Buttons), "Do not answer · Compare the safety code")
}

// Side by side.
func TestCheckRoom(t *testing.T) {
	d, v := ways(t, 0)
	if v.Ways[1].Button.Enabled || v.Ways[2].Button.Enabled || !v.Ways[0].Button.Enabled {
		t.Errorf("without attempts left: %+v", v.Ways)
	}
	d.press(v.Ways[0].Button)
	v = d.m.Check()
	ours, key := d.m.contacts[ana].info.Ours, d.m.contacts[ana].info.Key
	want := client.SafetyCode(key, ours)
	if v.Code == nil || strings.Join(v.Code.Groups, " ") != strings.Join(want[:], " ") || len(v.Code.QR) == 0 || v.Code.Large {
		t.Fatalf("%+v", v.Code)
	}
	if !strings.Contains(plain(v.Code.Name), spelled(want[0], want[1])) || spelled("12345", "67890") != "1 2 3 4 5, 6 7 8 9 0" {
		t.Errorf("read aloud: %q", plain(v.Code.Name))
	}
	if len(v.Facts) != 2 || v.Facts[1].Value != key.String() {
		t.Errorf("%+v", v.Facts)
	}
	d.equal("buttons", labels(v.Buttons), "Back · They differ · They match")
	for _, b := range v.Buttons {
		if b.Suggested {
			t.Errorf("Return presses %q", plain(b.Label))
		}
	}
	old := d.find(v.Buttons, "They match")

	// Another key comes while they look: what they saw counts for nothing.
	d.keyed(client.PrivateNewKey, 2, 3)
	v = d.m.Check()
	if v.Problem == nil || v.Code.Groups[0] == want[0] && v.Code.Groups[1] == want[1] {
		t.Errorf("%+v %+v", v.Problem, v.Code)
	}
	d.quiet(func() { d.press(old) })
	// Nor does a question of theirs take the page away.
	d.checkIs(client.Check{Stage: client.CheckQuestion, How: client.HowCode, Left: 3})
	if d.m.Check().Code == nil {
		t.Error("their wish took the page away")
	}

	d.press(d.find(d.m.Check().Buttons, "They differ"))
	c := sent[client.SameCodes](d)
	if c.Same || c.Key != d.m.contacts[ana].info.Key || c.Peer != ana {
		t.Errorf("%+v", c)
	}
	for _, b := range d.m.Check().Buttons[1:] {
		if b.Enabled {
			t.Error("it can be said twice")
		}
	}
	d.checkIs(client.Check{Stage: client.CheckDifferent, How: client.HowRoom, Asked: true, Left: 3})
	d.apply(client.Done{ID: c.ID})
	d.keyed(client.KeyLocked, 2, 3)
	contact := client.Contact{Peer: ana, Name: "Ana", Protection: client.KeyLocked, Keys: []client.KeyInfo{{Fingerprint: c.Key, Now: true, Left: 3, Differs: noon()}}}
	d.apply(client.ContactChanged{Contact: contact})
	v = d.m.Check()
	d.equal("differ", v.Title, "Stop: this may not be Ana")
	if v.Style != StyleBad {
		t.Errorf("%+v", v)
	}
	strip := d.m.Conversation().Strip
	d.equal("strip", strip.Text, "The safety codes differed on 12 March: someone may be in between. Sending is paused until you check again.")
	d.equal("strip", labels(strip.Buttons), "Check now · Details")
	contact.Protection = client.PrivateInsist
	d.apply(client.ContactChanged{Contact: contact})
	d.protect(ana, client.PrivateInsist)
	d.equal("insisted", d.m.Conversation().Strip.Text, "Private, but the safety codes differed on 12 March. You chose to go on. Check again when you can.")

	d.press(d.find(d.m.Check().Buttons, "Compare once more"))
	d.press(d.find(d.m.Check().Buttons, "They match"))
	m := sent[client.SameCodes](d)
	if !m.Same {
		t.Errorf("%+v", m)
	}
	d.apply(client.Refused{ID: m.ID, Problem: client.Problem{Cause: client.CodeAnother}})
	if v = d.m.Check(); v.Problem == nil || v.Code == nil {
		t.Errorf("%+v", v)
	}
	d.press(d.find(v.Buttons, "They match"))
	d.protect(ana, client.PrivateChecked)
	d.checkIs(client.Check{Stage: client.CheckSame, How: client.HowRoom, Asked: true, Left: 3})
	v = d.m.Check()
	d.equal("same", v.Text, "You checked Ana on 12 March.")
	d.equal("their part", v.Hints[0], "Ana is sure of you once they have pressed “They match” as well.")
	d.m.Escape()
	d.step()
	if d.m.Check().Open {
		t.Error("Escape leaves it open")
	}
	sent[client.StopCheck](d)
}
