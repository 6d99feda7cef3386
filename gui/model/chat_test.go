package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

func TestStrip(t *testing.T) {
	for _, c := range []struct {
		state   client.Protection
		text    string
		style   Style
		buttons string
		open    bool
		hint    string
	}{
		{client.PrivateChecked, "Private. You checked Ana on 12 March.", StyleGood, "", true, "Write to Ana"},
		{client.PrivateUnknown, "Private. Is this really Ana? Check together once.", StyleWarn, "Check now", true, "Write to Ana"},
		{client.SettingUp, "Making this private…", StyleNeutral, "", true, "Write to Ana; it waits here until it can be sent"},
		{client.Away, "Ana is away. What you write waits here, encrypted, until they are back.", StyleNeutral, "", true, "Write to Ana; it waits here until it can be sent"},
		{client.OtherEnded, "Ana closed the private chat. Nothing is sent until it is private again.", StyleBad, "Start again", false, "Sending is paused"},
		{client.KeyLocked, "This is not the key of Ana’s that you checked. Often a new or reinstalled computer; it can also be someone in between. Sending is paused until you check again.", StyleBad, "Check now · Details", false, "Sending is paused"},
		{client.PrivateNewKey, "Ana’s key is new. Not expecting that? Check before writing anything risky.", StyleWarn, "Check now", true, "Write to Ana"},
		{client.TooOld, "Ana’s program is too old for a private chat. Ask them to use a newer one. What you write waits here.", StyleNeutral, "Which ones?", true, "Write to Ana; it waits here until it can be sent"},
		{client.PrivateInsist, "Private, but this is not the key of Ana’s that you checked. You chose to go on. Check again when you can.", StyleWarn, "Check now", true, "Write to Ana"},
		{client.AskedToAdd, "Ana has not accepted you yet. What you write waits here, encrypted, until they do.", StyleNeutral, "", true, "Write to Ana; it waits here until it can be sent"},
		{client.SetupFailed, "This could not be made private just now. What you write waits here, encrypted.", StyleNeutral, "Try again", true, "Write to Ana; it waits here until it can be sent"},
		{client.NotConnected, "Not connected. Signing in…", StyleNeutral, "", true, "Write to Ana; it waits here until it can be sent"},
	} {
		t.Run(plain(shortState(c.state)), func(t *testing.T) {
			d := chatDesk(t, c.state)
			if c.state == client.NotConnected {
				a := mine
				a.State = client.Authenticating
				d.apply(client.AccountChanged{Account: a})
			}
			v := d.m.Conversation()
			d.equal("strip", v.Strip.Text, c.text)
			d.equal("buttons", labels(v.Strip.Buttons), c.buttons)
			d.equal("hint", v.Composer.Placeholder, c.hint)
			if v.Strip.Style != c.style || v.Strip.Icon == "" || v.Composer.Enabled != c.open || v.Strip.Moving != (c.state == client.SettingUp) {
				t.Errorf("%+v, composer %+v", v.Strip, v.Composer)
			}
			if c.open != c.state.Open() {
				t.Error("the table and the client differ")
			}
			// Text is taken if, and only if, the composer is open.
			n := len(d.cmds)
			d.m.SetDraft("hello")
			d.m.Send()
			if took := len(d.cmds) > n; took != c.open {
				t.Errorf("text taken: %v, open: %v", took, c.open)
			}
			if !c.open && d.m.Conversation().Composer.Text != "hello" {
				t.Error("the text is gone")
			}
			var row ContactRow
			for _, r := range d.people() {
				if r.Peer == ana {
					row = r
				}
			}
			if row.Sub == "" || row.IconName == "" || row.Style != c.style {
				t.Errorf("row %+v", row)
			}
		})
	}
}

// Every state that the client knows has words of its own.
func TestEveryProtectionHasWords(t *testing.T) {
	seen := map[string]client.Protection{}
	for p := client.Away; p <= client.Blocked; p++ {
		s := shortState(p)
		if other, ok := seen[s]; ok || s == "" {
			t.Errorf("%d and %d are both %q", p, other, s)
		}
		seen[s] = p
	}
	if shortState(client.Blocked+1) != "" {
		t.Error("there is a state that this test does not know")
	}
}

func TestStripButtons(t *testing.T) {
	d := chatDesk(t, client.OtherEnded)
	d.press(d.m.Conversation().Strip.Buttons[0])
	if got := sent[client.StartAgain](d); got.Peer != ana {
		t.Errorf("%+v", got)
	}
	d = chatDesk(t, client.TooOld)
	d.press(d.m.Conversation().Strip.Buttons[0])
	if v := d.m.Dialog(); !v.Open || v.OK.Shown() || !v.Cancel.Shown() {
		t.Errorf("%+v", v)
	}
	d.m.Escape()
	if d.m.Dialog().Open {
		t.Error("Escape does not close it")
	}
	d = chatDesk(t, client.PrivateChecked)
	d.press(d.find(d.m.Conversation().Menu, "Close the private chat"))
	sent[client.CloseChat](d)
	d = chatDesk(t, client.Away)
	if strings.Contains(labels(d.m.Conversation().Menu), "Close the private chat") {
		t.Error("a chat that is not private can be closed")
	}
}

// The override of a locked key: only behind Details, destructive, warned.
func TestInsist(t *testing.T) {
	d := chatDesk(t, client.KeyLocked)
	d.press(d.find(d.m.Conversation().Strip.Buttons, "Details"))
	v := d.m.Details()
	b := d.find(v.Buttons, "Use this key without checking…")
	if !b.Destructive {
		t.Error("it looks harmless")
	}
	d.press(b)
	q := d.m.Dialog()
	if !q.OK.Destructive || q.Text == "" {
		t.Errorf("%+v", q)
	}
	d.press(q.OK)
	c := sent[client.Insist](d)
	d.protect(ana, client.PrivateInsist)
	d.apply(client.Done{ID: c.ID})
	if d.m.Dialog().Open || d.m.Details().Open || !d.m.Conversation().Composer.Enabled {
		t.Error("it is not over")
	}
	for p := client.Away; p <= client.Blocked; p++ {
		d := chatDesk(t, p)
		d.m.Press(Action{Kind: ActionDetails, Peer: ana})
		d.step()
		if got := len(d.m.Details().Buttons); (got == 1) != (p == client.KeyLocked) {
			t.Errorf("state %d: %d buttons", p, got)
		}
	}
}

func TestDetails(t *testing.T) {
	d := mainDesk(t)
	info := client.ProtectionInfo{Peer: ana, Protection: client.PrivateUnknown, Resource: "ana@example.test/x1"}
	info.Key[0], info.Ours[0] = 0xAB, 0xCD
	key := client.KeyInfo{Fingerprint: info.Key, First: d.now, Now: true}
	d.apply(client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "Ana", Protection: client.PrivateUnknown, Keys: []client.KeyInfo{key}}}, client.ProtectionChanged{Info: info})
	d.m.Select(ana)
	d.isData(info.Resource, info.Key.String(), info.Ours.String())
	d.press(d.find(d.m.Conversation().Menu, "Technical details"))
	var values []string
	for i, r := range d.m.Details().Rows {
		values = append(values, r.Value)
		d.press(r.Copy)
		if d.last.Clipboard != r.Value {
			t.Errorf("row %d copies %q", i, d.last.Clipboard)
		}
	}
	for _, want := range []string{info.Key.String(), info.Ours.String(), info.Resource, ana.Address, mine.Address} {
		if !slices.Contains(values, want) {
			t.Errorf("%q is not among %q", want, values)
		}
	}
	d.press(d.m.Details().Close)
	if d.m.Details().Open {
		t.Error("it stays open")
	}
}

func TestMarks(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	msg := client.Message{Peer: ana, ID: "m1", Mine: true, Text: "hello", Time: d.now}
	d.isData("hello")
	row := func() Row { return d.m.Rows()[len(d.m.Rows())-1] }
	d.apply(client.MessageAdded{Message: msg})
	for _, c := range []struct {
		mark    client.Mark
		problem *client.Problem
		label   string
		glyph   string
		buttons string
		heading string
	}{
		{client.Waiting, nil, "waits here", "", "", ""},
		{client.ServerHas, nil, "the server has it", "✓", "", ""},
		{client.ServerHas, &client.Problem{Cause: client.FateUnknown}, "the server had it, perhaps unread", "✓", "Send again · Copy · Leave it", ""},
		{client.TheyHave, nil, "their program has it", "✓✓", "", ""},
		{client.NotSent, &client.Problem{Cause: client.Bounced}, "not sent: The server sent it back.", "", "Retry · Copy · Discard", ""},
		{client.NotSent, nil, "not sent", "", "Retry · Copy · Discard", ""},
		{client.OtherKey, nil, "waits for your word", "", "Send · Copy · Discard", "Written for Ana’s earlier key"},
	} {
		msg.Mark, msg.Problem = c.mark, c.problem
		d.apply(client.MessageChanged{Message: msg})
		if !slices.Equal(d.last.Rows.Changed, []string{"m1"}) || d.last.Rows.Reset {
			t.Errorf("mark %d: changes %+v", c.mark, d.last.Rows)
		}
		r := row()
		d.equal("label", r.Mark.Label, c.label)
		d.equal("buttons", labels(r.Buttons), c.buttons)
		d.equal("heading", r.Heading, c.heading)
		if r.Mark.Glyph != c.glyph || r.Mark.Glyph == "" && r.Mark.Icon == "" {
			t.Errorf("mark %d: %+v", c.mark, r.Mark)
		}
		if !strings.Contains(plain(r.Accessible), c.label) || !strings.Contains(r.Accessible, "hello") {
			t.Errorf("mark %d: a screen reader hears %q", c.mark, plain(r.Accessible))
		}
	}

	d.press(d.find(row().Buttons, "Send"))
	if got := sent[client.ReleaseText](d); got.Message != "m1" || got.Peer != ana {
		t.Errorf("%+v", got)
	}
	d.press(d.find(row().Buttons, "Discard"))
	if got := sent[client.DiscardText](d); got.Message != "m1" || got.Peer != ana {
		t.Errorf("%+v", got)
	}
	d.press(d.find(row().Menu, "Copy"))
	if d.last.Clipboard != "hello" {
		t.Errorf("copied %q", d.last.Clipboard)
	}
	retry, discard := Action{Kind: ActionRetryText, Peer: ana, ID: "m1"}, Action{Kind: ActionDiscardText, Peer: ana, ID: "m1"}
	// What was acknowledged meanwhile can neither be sent again nor taken back.
	msg.Mark = client.TheyHave
	d.apply(client.MessageChanged{Message: msg})
	d.quiet(func() { d.m.Press(retry); d.m.Press(discard) })
	d.apply(client.MessageRemoved{Peer: ana, Message: "m1"})
	if !slices.Contains(d.last.Rows.Removed, "m1") {
		t.Errorf("changes %+v", d.last.Rows)
	}
	d.quiet(func() { d.m.Press(retry); d.m.Press(discard) })
}

// Every reason for which a text may not have been sent is told at it.
func TestNotSentCauses(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.isData("hello")
	msg := client.Message{Peer: ana, ID: "m1", Mine: true, Text: "hello", Time: d.now, Mark: client.NotSent}
	d.apply(client.MessageAdded{Message: msg})
	for _, c := range allCauses(t) {
		msg.Problem = &client.Problem{Cause: c}
		d.apply(client.MessageChanged{Message: msg})
		if r := d.m.Rows()[1]; r.Problem == "" || labels(r.Buttons) != "Retry · Copy · Discard" {
			t.Errorf("cause %d: %+v", c, r)
		}
	}
}

func TestRowKinds(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.hear(ana, "1", "secret", d.now)
	d.isData("open")
	d.apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "2", Clear: true, Text: "open", Time: d.now}})
	for i, n := range []client.Note{client.NoteUnreadable, client.NoteErrorNotice, client.NoteEnded, client.NotePrivate, client.NoteAskedAgain} {
		d.apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: fmt.Sprint("n", i), Note: n, Text: "bad\u202ething", Time: d.now}})
	}
	rows := d.m.Rows()
	if rows[0].Kind != RowDay || rows[1].Kind != RowText || rows[1].Mine || rows[1].Heading != "" {
		t.Errorf("%+v", rows[:2])
	}
	if rows[2].Kind != RowClear || plain(rows[2].Heading) != "Not private" || !strings.Contains(plain(rows[2].Accessible), "not private") {
		t.Errorf("%+v", rows[2])
	}
	for i, want := range []string{
		"A message could not be opened because the private chat started anew. Ask Ana to send it again.",
		"An error notice came in Ana’s name, not protected: “badthing”",
		"Ana closed the private chat.",
		"The chat is private from here on.",
		"A message could not be opened because the private chat started anew. Ana has been asked to send it again.",
	} {
		if rows[3+i].Kind != RowNote {
			t.Errorf("%+v", rows[3+i])
		}
		d.equal("note", rows[3+i].Text, want)
	}
	if d.people()[0].Unread != 2 {
		t.Error("notes count as unread")
	}
}

func TestDays(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	days := func() (out []string) {
		for _, r := range d.m.Rows() {
			if r.Kind == RowDay {
				out = append(out, plain(r.Text))
			}
		}
		return out
	}
	d.hear(ana, "1", "one", d.now.AddDate(0, 0, -3))
	d.hear(ana, "2", "two", d.now.AddDate(0, 0, -1))
	d.hear(ana, "3", "three", d.now)
	d.hear(ana, "4", "four", d.now.AddDate(0, 0, -1)) // late: it does not open its day again
	if got := days(); !slices.Equal(got, []string{"9 March", "Yesterday", "Today"}) {
		t.Errorf("%q", got)
	}
	d.now = d.now.AddDate(0, 0, 1)
	d.step()
	if got := days(); !slices.Equal(got, []string{"9 March", "11 March", "Yesterday"}) || len(d.last.Rows.Changed) != 2 {
		t.Errorf("after midnight: %q, %+v", got, d.last.Rows)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	had := func(id int) client.Message {
		return client.Message{Peer: ana, ID: fmt.Sprint(id), Mine: true, Mark: client.ServerHas, Text: "x", Time: d.now}
	}
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "waits", Mine: true, Text: "x", Time: d.now}})
	const many = maxLines + 5*spareLines
	for i := range many {
		d.m.Apply(client.MessageAdded{Message: had(i)})
	}
	d.m.TakeChanges()
	n := d.m.RowCount()
	if n <= maxLines || n > maxLines+spareLines+2 {
		t.Errorf("%d rows", n)
	}
	if got, want := d.m.Row(n-1).ID, fmt.Sprint(many-1); d.m.Row(0).Kind != RowDay || d.m.Row(1).ID != "waits" || got != want {
		t.Errorf("kept %q and %q", d.m.Row(1).ID, got)
	}
	c := d.m.contacts[ana]
	if len(c.byID) != c.count || c.count != n-1 || c.size != c.count || c.held.waiting != 1 {
		t.Errorf("%d IDs, %d lines, %d bytes, %d wait", len(c.byID), c.count, c.size, c.held.waiting)
	}
	// A mark of a line that was forgotten does not bring it back.
	gone := had(0)
	gone.Mark = client.TheyHave
	d.m.Apply(client.MessageChanged{Message: gone})
	if d.m.RowCount() != n {
		t.Error("a forgotten line came back")
	}
	// But one that wants the user's word does.
	gone.Mark = client.OtherKey
	d.m.Apply(client.MessageChanged{Message: gone})
	if d.m.RowCount() != n+1 || d.m.Row(n).ID != "0" {
		t.Error("a text that waits for the user's word is not shown")
	}
	// Received texts that nobody saw stay, however many.
	for i := range many {
		d.m.Apply(client.MessageAdded{Message: client.Message{Peer: cleo, ID: fmt.Sprint(i), Text: "x", Time: d.now}})
	}
	if got := d.m.contacts[cleo].count; got != many {
		t.Errorf("%d of them are left", got)
	}
}

// Long texts are forgotten sooner: it is the memory that is bounded.
func TestHistoryIsBoundedInBytes(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	text := strings.Repeat("long ", maxText/5)
	for i := range 2 * maxBytes / len(text) {
		d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: fmt.Sprint(i), Mine: true, Mark: client.TheyHave, Text: text, Time: d.now}})
	}
	c := d.m.contacts[ana]
	if c.size > maxBytes+spareBytes+len(text) || c.size < maxBytes/2 || c.size != c.count*len(text) {
		t.Errorf("%d bytes in %d lines", c.size, c.count)
	}
}

func TestSend(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.quiet(func() {
		d.m.Send()
		d.m.SetDraft(" \n ")
		d.m.Send()
	})
	d.isData("hello\n", "hello", "more", "hello\nmore")
	d.m.SetDraft("hello\n")
	d.step()
	if !d.last.Composer || !d.m.Conversation().Composer.Send.Enabled {
		t.Error("Send is not offered")
	}
	d.press(d.m.Conversation().Composer.Send)
	c := sent[client.SendText](d)
	if c.Text != "hello" || c.Peer != ana {
		t.Errorf("%+v", c)
	}
	if d.m.Conversation().Composer.Text != "" {
		t.Error("the composer is not empty")
	}
	// Refused: the text comes back, before what was typed since.
	d.m.SetDraft("more")
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.QueueFull}})
	v := d.m.Conversation().Composer
	if v.Text != "hello\nmore" || !d.last.Composer {
		t.Errorf("%+v", v)
	}
	d.equal("why", v.Problem, "Too many messages are waiting here already. Wait until some of them were sent, or discard some. Your text is still here.")
	d.m.SetDraft("hello")
	if d.m.Conversation().Composer.Problem != "" {
		t.Error("the sentence stays")
	}
	d.m.Send()
	c = sent[client.SendText](d)
	d.apply(client.MessageAdded{ID: c.ID, Message: client.Message{Peer: ana, ID: "m1", Mine: true, Text: "hello", Time: d.now}})
	if d.last.Rows.Appended != 2 || d.m.Conversation().Composer.Text != "" {
		t.Errorf("%+v", d.last)
	}
	if len(d.m.waiting) != 0 {
		t.Errorf("%d answers are still waited for", len(d.m.waiting))
	}
}

func TestSendTooLong(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	fits := strings.Repeat("é", maxText/2)
	d.isData(fits, fits+"x")
	d.m.SetDraft(fits + "x")
	d.quiet(func() { d.press(d.m.Conversation().Composer.Send) })
	v := d.m.Conversation().Composer
	if v.Text != fits+"x" {
		t.Error("the text is gone")
	}
	d.equal("why", v.Problem, "This text is too long to be sent at once. Send it in several parts. It is still here.")
	d.m.SetDraft(fits)
	d.press(d.m.Conversation().Composer.Send)
	if got := sent[client.SendText](d); got.Text != fits {
		t.Error("what fits was not sent as it is")
	}
}

// The refusal of a text to one contact goes to that contact's composer.
func TestDraftsStayApart(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.isData("for ana", "for cleo", "half", "for ana\nhalf")
	d.m.SetDraft("for ana")
	d.m.Send()
	c := sent[client.SendText](d)
	d.m.SetDraft("half")
	d.m.Select(cleo)
	d.step()
	if d.m.Conversation().Composer.Text != "" || !d.last.Composer || !d.last.Rows.Reset {
		t.Error("the draft followed to another contact")
	}
	d.m.SetDraft("for cleo")
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull}})
	if got := d.m.Conversation().Composer.Text; got != "for cleo" || d.m.Conversation().Composer.Problem != "" {
		t.Errorf("%q", got)
	}
	d.m.Select(ana)
	d.step()
	if got := d.m.Conversation().Composer.Text; got != "for ana\nhalf" {
		t.Errorf("%q", got)
	}
}

func TestSendCauses(t *testing.T) {
	for _, cause := range allCauses(t) {
		d := chatDesk(t, client.PrivateChecked)
		d.isData("hello")
		d.m.SetDraft("hello")
		d.m.Send()
		d.apply(client.Refused{ID: sent[client.SendText](d).ID, Problem: client.Problem{Cause: cause}})
		if v := d.m.Conversation().Composer; v.Text != "hello" || v.Problem == "" {
			t.Errorf("cause %d: %+v", cause, v)
		}
	}
}

// A flood of presences of others is one redraw, and costs little.
func TestFlood(t *testing.T) {
	d := mainDesk(t)
	var contacts []client.Contact
	for i := range 2000 {
		p := Peer{Account: "a1", Address: fmt.Sprintf("c%04d@example.test", i)}
		contacts = append(contacts, client.Contact{Peer: p, Name: fmt.Sprintf("c%04d", i)})
	}
	start := time.Now()
	for range 3 {
		for _, c := range contacts {
			c.Available = !c.Available
			d.m.Apply(client.ContactChanged{Contact: c})
		}
	}
	if c := d.m.TakeChanges(); !c.List || c.Conversation || c.Rows.Any() {
		t.Errorf("%+v", c)
	}
	if n := len(d.people()); n != 2003 {
		t.Errorf("%d rows", n)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("6,000 presences took %v", took)
	}
	if i18n.Language() != i18n.Pseudo {
		t.Error("the language changed under the tests")
	}
}
