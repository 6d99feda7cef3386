package model

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// write adds texts of ours to Ana, a minute apart, and returns their rows.
func (d *desk) write(mark client.Mark, texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		d.isData(text)
		at := d.now.Add(time.Duration(d.m.contacts[ana].count-30) * time.Minute)
		d.apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "id-" + text, Mine: true, Text: text, Time: at, Mark: mark}})
	}
}

func (d *desk) row(text string) Row {
	d.t.Helper()
	for _, r := range d.m.Rows() {
		if r.Text == text {
			return r
		}
	}
	d.t.Fatalf("no row %q", text)
	return Row{}
}

// lines are the texts on the screen, in order.
func (d *desk) lines() string {
	var out []string
	for _, r := range d.m.Rows() {
		if r.Kind == RowText {
			out = append(out, r.Text)
		}
	}
	return strings.Join(out, " ")
}

// markCount reads from the source of the client how many marks there are.
func markCount(t *testing.T) (n int) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "client", "values.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		if id, ok := g.Specs[0].(*ast.ValueSpec).Type.(*ast.Ident); ok && id.Name == "Mark" {
			n += len(g.Specs)
		}
	}
	return n
}

// Every mark that the client knows is said in words of its own, to eyes and to
// screen readers, and what has not gone out can be copied and taken back, by
// buttons whose names tell them from those of the next text.
func TestEveryMark(t *testing.T) {
	if n := markCount(t); n != int(client.OtherKey)+1 {
		t.Fatalf("the client has %d marks: this test knows fewer", n)
	}
	d := chatDesk(t, client.PrivateChecked)
	said := map[string]bool{}
	for m := client.Waiting; m <= client.OtherKey; m++ {
		one, two := fmt.Sprintf("one%d", m), fmt.Sprintf("two%d", m)
		d.write(m, one, two)
		r := d.row(one)
		label := plain(r.Mark.Label)
		if label == "" || said[label] || !strings.Contains(plain(r.Accessible), label) {
			t.Errorf("mark %d: %q, and a screen reader hears %q", m, label, plain(r.Accessible))
		}
		said[label] = true
		if r.Mark.Icon == "" == (r.Mark.Glyph == "") {
			t.Errorf("mark %d: %+v", m, r.Mark)
		}
		gone := m == client.ServerHas || m == client.TheyHave
		var back, names []string
		for _, row := range []Row{r, d.row(two)} {
			for _, b := range row.Menu {
				names = append(names, b.Name)
				if b.Destructive {
					back = append(back, plain(b.Label))
				}
				if !strings.Contains(b.Name, row.Text) {
					t.Errorf("mark %d: the name %q does not say which text", m, plain(b.Name))
				}
			}
		}
		slices.Sort(names)
		if len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("mark %d: two buttons have one name: %q", m, names)
		}
		if (len(back) == 0) != gone {
			t.Errorf("mark %d: it can be taken back by %q", m, back)
		}
		d.press(d.find(r.Menu, "Copy"))
		if d.last.Clipboard != one {
			t.Errorf("mark %d: copied %q", m, d.last.Clipboard)
		}
		// What cannot be seen to be there is behind a button that can.
		if hidden := len(r.Buttons) == 0 && !gone; hidden != (r.MenuName != "") {
			t.Errorf("mark %d: buttons %q, the menu's %q", m, labels(r.Buttons), plain(r.MenuName))
		}
	}
	// What failed says why even where nobody said it.
	if d.row("one3").Problem == "" {
		t.Error("not sent, and no word about why")
	}
}

// The line over the composer: what waits for what, in each state.
func TestPendingLine(t *testing.T) {
	for state, want := range map[client.Protection]string{
		client.Away:           "3 messages wait here, encrypted, until Ana is back.",
		client.NotConnected:   "3 messages wait here, encrypted, until you are connected.",
		client.AskedToAdd:     "3 messages wait here, encrypted, until Ana accepts you.",
		client.KeyLocked:      "3 messages wait here, encrypted, until you check again.",
		client.SettingUp:      "3 messages wait here, encrypted, until the chat is private.",
		client.OtherEnded:     "3 messages wait here, encrypted, until the chat is private.",
		client.TooOld:         "3 messages wait here, encrypted, until the chat is private.",
		client.SetupFailed:    "3 messages wait here, encrypted, until the chat is private.",
		client.PrivateUnknown: "", // they go
		client.PrivateNewKey:  "",
		client.PrivateChecked: "",
		client.PrivateInsist:  "",
	} {
		d := chatDesk(t, state)
		d.write(client.Waiting, "one")
		if v := d.m.Conversation().Pending; v.Text != "" || len(v.Buttons) > 0 {
			t.Errorf("state %d: one text does not speak for itself: %+v", state, v)
		}
		d.write(client.Waiting, "two", "three")
		v := d.m.Conversation().Pending
		d.equal(fmt.Sprint("state ", state), v.Text, want)
		if want == "" {
			continue
		}
		if !d.last.Conversation {
			t.Error("it is not drawn")
		}
		d.equal("buttons", labels(v.Buttons), "Show · Cancel all")
		d.press(v.Buttons[0])
		if d.last.Focus != FocusRow || d.last.FocusRow != "id-one" {
			t.Errorf("Show goes to %+v", d.last)
		}
		d.press(v.Buttons[1])
		got := d.cmds[len(d.cmds)-3:]
		for i, text := range []string{"one", "two", "three"} {
			if got[i] != (client.DiscardText{Peer: ana, Message: "id-" + text}) {
				t.Errorf("%+v", got[i])
			}
		}
	}
}

// The worst is said first, and only what all of them can stand is offered.
func TestPendingTroubles(t *testing.T) {
	d := chatDesk(t, client.Away)
	d.write(client.Waiting, "one", "two")
	d.write(client.OtherKey, "three")
	v := d.m.Conversation().Pending
	d.equal("text", v.Text, "1 message waits for your word. 2 messages wait here, encrypted, until Ana is back.")
	d.equal("buttons", labels(v.Buttons), "Show")
	d.write(client.NotSent, "four", "five")
	v = d.m.Conversation().Pending
	d.equal("text", v.Text, "2 messages were not sent. 1 message waits for your word. 2 messages wait here, encrypted, until Ana is back.")
	d.press(v.Buttons[0])
	if v.Style != StyleBad || d.last.FocusRow != "id-four" {
		t.Errorf("%+v, shows %q", v, d.last.FocusRow)
	}
	d = chatDesk(t, client.PrivateChecked)
	d.write(client.NotSent, "one", "two")
	v = d.m.Conversation().Pending
	d.equal("buttons", labels(v.Buttons), "Show · Retry all")
	doubt := client.Message{Peer: ana, ID: "id-six", Mine: true, Text: "six", Time: d.now, Mark: client.ServerHas, Problem: &client.Problem{Cause: client.FateUnknown}}
	d.isData("six")
	d.apply(client.MessageAdded{Message: doubt})
	d.equal("with one in doubt", d.m.Conversation().Pending.Text, "2 messages were not sent. 1 message waits for your word.")
	d.equal("buttons", labels(d.m.Conversation().Pending.Buttons), "Show")
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-six"})
	d.press(v.Buttons[1])
	if got := sent[client.ReleaseText](d); got.Message != "id-two" {
		t.Errorf("%+v", got)
	}
}

// Discarding asks nothing beforehand, and can be undone: the text is where it was.
func TestUndo(t *testing.T) {
	d := chatDesk(t, client.Away)
	d.write(client.Waiting, "one", "two", "three")
	d.quiet(func() { d.m.Press(Action{Kind: ActionUndo}) })
	d.press(d.find(d.row("two").Menu, "Cancel sending"))
	if got := sent[client.DiscardText](d); got.Message != "id-two" {
		t.Errorf("%+v", got)
	}
	if d.last.Toast != nil {
		t.Error("it is said to be gone before it is")
	}
	old := d.m.contacts[ana].byID["id-two"].Message
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-two"})
	d.equal("rows", d.lines(), "one three")
	d.equal("said", d.last.Toast.Text, "1 message was discarded.")
	d.press(d.last.Toast.Button)
	c := sent[client.RestoreText](d)
	if c.Peer != ana || c.Message != "id-two" || c.ID == 0 {
		t.Errorf("%+v", c)
	}
	d.equal("rows", d.lines(), "one three") // not before the client says so
	d.apply(client.MessageAdded{ID: c.ID, Message: old})
	if d.last.Reveal != "id-two" || d.last.Focus != FocusNone {
		t.Errorf("what comes back is not brought into sight, or takes the keyboard: %+v", d.last)
	}
	d.equal("rows", d.lines(), "one two three")
	d.quiet(func() { d.m.Press(Action{Kind: ActionUndo}) }) // once

	// All of them at once, of which one has gone out meanwhile.
	for _, b := range d.m.Conversation().Pending.Buttons {
		if b.Action.Kind == ActionCancelAll {
			d.press(b)
		}
	}
	three := d.m.contacts[ana].byID["id-three"].Message
	three.Mark = client.ServerHas
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-one"}, client.MessageRemoved{Peer: ana, Message: "id-two", Sent: true}, client.MessageChanged{Message: three})
	d.equal("rows", d.lines(), "three")
	d.apply(client.MessageRemoved{Peer: cleo, Message: "id-one"})
	d.m.Press(Action{Kind: ActionUndo})
	d.step()
	if got := sent[client.RestoreText](d); got.Message != "id-two" {
		t.Errorf("%+v", got)
	}
}

// One discarding after the other is undone, the last one first.
func TestUndoInTurn(t *testing.T) {
	d := chatDesk(t, client.Away)
	d.write(client.Waiting, "one", "two")
	for _, text := range []string{"one", "two"} {
		d.press(d.find(d.row(text).Menu, "Cancel sending"))
		d.apply(client.MessageRemoved{Peer: ana, Message: "id-" + text})
	}
	for _, text := range []string{"two", "one"} {
		d.m.Press(Action{Kind: ActionUndo})
		d.step()
		if got := sent[client.RestoreText](d); got.Message != "id-"+text {
			t.Errorf("%q comes back, want %q", got.Message, text)
		}
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionUndo}) })
	for range 3 * mostUndo {
		d.m.discard(d.m.contacts[ana])
	}
	if n := len(d.m.undos); n > mostUndo {
		t.Errorf("%d are kept", n)
	}
}

// What was on its way once is said to be.
func TestUndoTellsTheTruth(t *testing.T) {
	d := chatDesk(t, client.Away)
	d.write(client.Waiting, "one", "two", "three")
	d.press(d.find(d.row("one").Menu, "Cancel sending"))
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-one", Sent: true})
	d.equal("said", d.last.Toast.Text, "1 message was discarded. It was on its way once, so Ana may get it all the same.")
	undo := d.last.Toast.Button
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-three"})
	if d.last.Toast != nil {
		t.Errorf("what nobody asked for is said: %+v", d.last.Toast)
	}
	// What cannot be brought back is not lost: it stands in the composer.
	d.press(undo)
	d.apply(client.Refused{ID: sent[client.RestoreText](d).ID, Problem: client.Problem{Cause: client.TooLate}})
	v := d.m.Conversation().Composer
	d.equal("composer", v.Text, "one")
	d.equal("why", v.Problem, "That message cannot be brought back any more. Write it again.")
	// What others take away is not said, and cannot be undone.
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-two"})
	if d.last.Toast != nil {
		t.Errorf("%+v", d.last.Toast)
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionUndo}) })
	// Nor after a while, nor after a lock.
	for _, wait := range []bool{true, false} {
		d = chatDesk(t, client.Away)
		d.write(client.Waiting, "one")
		d.press(d.find(d.row("one").Menu, "Cancel sending"))
		d.apply(client.MessageRemoved{Peer: ana, Message: "id-one"})
		if wait {
			d.now = d.now.Add(undoFor + time.Second)
		} else {
			d.m.forget()
		}
		d.quiet(func() { d.m.Press(Action{Kind: ActionUndo}) })
	}
}

// The list of contacts says that something waits or failed, in words, with a
// picture and to screen readers, and how safe the chat is besides.
func TestListTellsWhatWaits(t *testing.T) {
	d := chatDesk(t, client.Away)
	row := func() ContactRow {
		for _, r := range d.people() {
			if r.Peer == ana {
				return r
			}
		}
		return ContactRow{}
	}
	d.equal("sub", row().Sub, "Away")
	d.equal("all of it", row().Accessible, "Ana. Away")
	d.m.Select(Peer{})
	for _, c := range []struct {
		mark client.Mark
		sub  string
		icon string
	}{
		{client.Waiting, "1 message waits here", "document-open-recent-symbolic"},
		{client.OtherKey, "1 message waits for your word", "dialog-question-symbolic"},
		{client.NotSent, "1 message was not sent", "dialog-error-symbolic"},
	} {
		d.write(c.mark, c.sub+"!")
		if !d.last.List {
			t.Error("it is not drawn")
		}
		r := row()
		d.equal("sub", r.Sub, c.sub)
		d.equal("all of it", r.Accessible, "Ana. "+c.sub+". Away")
		if r.About.Icon != c.icon {
			t.Errorf("%q has the icon %q", c.sub, r.About.Icon)
		}
	}
	d.hear(ana, "u", "hi", d.now)
	d.equal("all of it", row().Accessible, "Ana. 1 new message. 1 message was not sent. Away")
	d.protect(ana, client.PrivateChecked)
	d.equal("sub", row().Sub, "1 message was not sent")
}
