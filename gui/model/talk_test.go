package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// said adds a text of Ana's.
func (d *desk) said(id, text string) {
	d.t.Helper()
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: id, Text: text, Time: d.now}})
	d.m.TakeChanges()
}

func (d *desk) rowOf(id string) Row {
	d.t.Helper()
	i := d.m.RowIndex(id)
	if i < 0 {
		d.t.Fatalf("no row %q", id)
	}
	return d.m.Row(i)
}

// A link is copied, never opened: there is no action that opens one. What is
// copied comes with the advice where to take it.
func TestCopyLink(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.said("1", "see https://example.org/x, xmpp:ana@example.org and https://bank.com@evil.example/")
	r := d.rowOf("1")
	if len(r.Links) != 3 || r.Text[r.Links[0].From:r.Links[0].To] != "https://example.org/x" {
		t.Fatalf("%+v", r.Links)
	}
	d.equal("warning", r.Warning, "This link leads to evil.example.")
	if !strings.Contains(r.Accessible, r.Warning) || r.MenuName == "" {
		t.Error("who does not see it is not told")
	}
	d.equal("menu", labels(r.Menu), "Copy · Copy link: https://example.org/x · Copy link: xmpp:ana@example.org · Copy link: https://bank.com@evil.example/")
	for i, want := range []struct{ address, toast string }{
		{"https://example.org/x", "The link was copied. Paste it into Tor Browser: another browser would show the site where you are."},
		{"xmpp:ana@example.org", "The link was copied."},
	} {
		d.m.Press(r.Menu[1+i].Action)
		c := d.m.TakeChanges()
		if c.Clipboard != want.address {
			t.Errorf("copied %q", c.Clipboard)
		}
		d.equal("toast", c.Toast.Text, want.toast)
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionCopyTextLink, Peer: ana, ID: "1", Index: 7}) })
	// One link needs no name in the menu.
	d.said("2", "https://example.org/x")
	d.equal("menu", labels(d.rowOf("2").Menu), "Copy · Copy link")
}

// In a text that reads from right to left a link is kept together, and is copied
// without what keeps it.
func TestLinkFromRightToLeft(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.said("1", "קישור https://example.org/x/ ועוד")
	r := d.rowOf("1")
	if r.Direction != RightToLeft || len(r.Links) != 1 || !strings.Contains(r.Text, "\u2066https://example.org/x/\u2069") {
		t.Errorf("%+v in %q", r.Links, r.Text)
	}
	d.m.Press(r.Menu[1].Action)
	if c := d.m.TakeChanges(); c.Clipboard != "https://example.org/x/" {
		t.Errorf("copied %q", c.Clipboard)
	}
}

// A text that overrides the direction reads as it is stored, on the screen, for
// screen readers and on the clipboard.
func TestTextOfOutside(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.said("1", "photo_\u202egnp.exe\x00")
	r := d.rowOf("1")
	d.m.Press(r.Menu[0].Action)
	for _, s := range []string{r.Text, r.Accessible, d.m.TakeChanges().Clipboard} {
		if strings.ContainsAny(s, "\u202e\x00") || !strings.Contains(s, "photo_�gnp.exe�") {
			t.Errorf("%q", s)
		}
	}
}

func TestTelling(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.said("1", "/me waves")
	r := d.rowOf("1")
	d.equal("text", r.Text, "* Ana waves")
	if !r.Telling {
		t.Error("it is shown as any text")
	}
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "2", Mine: true, Text: "/me is late", Time: d.now}})
	own, _, _ := strings.Cut(mine.Address, "@")
	d.equal("own", d.rowOf("2").Text, "* "+own+" is late")
	for i, text := range []string{"/me", "/me ", "/meow", " /me waves", "/ME waves"} {
		d.said(fmt.Sprint("no", i), text)
		if r := d.rowOf(fmt.Sprint("no", i)); r.Telling || r.Text != text {
			t.Errorf("%q became %q", text, r.Text)
		}
	}
	// It is sent as it is typed.
	d.m.SetDraft("/me waves")
	d.m.Send()
	if got := sent[client.SendText](d); got.Text != "/me waves" {
		t.Errorf("sent %q", got.Text)
	}
}

func TestFoldedText(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	for name, text := range map[string]string{
		"prose": strings.Repeat("words and words ", maxText/16),
		"solid": strings.Repeat("x", maxText),
		"lines": strings.Repeat("x\n", maxText/2),
		"wide":  strings.Repeat("長", maxText/3),
	} {
		d.said(name, text)
		shown := -1
		for step := 0; ; step++ {
			r := d.rowOf(name)
			if _, lines := cut(r.Text, 0, 1<<30); lines > foldLines+1+step*(stepLines+1) {
				t.Fatalf("%s: %d lines at step %d", name, lines, step)
			}
			if len(r.Text) <= shown {
				t.Fatalf("%s: step %d shows no more", name, step)
			}
			if shown = len(r.Text); !strings.HasSuffix(r.Text, "…") {
				break
			}
			d.m.Press(r.Fold.Action)
			if c := d.m.TakeChanges(); !slices.Equal(c.Rows.Changed, []string{name}) {
				t.Fatalf("%+v", c.Rows)
			}
		}
		r := d.rowOf(name)
		if strings.TrimSpace(r.Text) != strings.TrimSpace(text) {
			t.Errorf("%s: something is missing at the end", name)
		}
		d.equal("fold", r.Fold.Label, "Show less")
		d.m.Press(r.Fold.Action)
		if c := d.m.TakeChanges(); c.Reveal != name || len(d.rowOf(name).Text) > 3*(foldLines+1)*lineBytes {
			t.Errorf("%s: it is not folded again", name)
		}
	}
	d.said("short", strings.Repeat("words and words ", 60))
	if r := d.rowOf("short"); r.Fold.Shown() {
		t.Error("a text that is hardly longer than the fold is folded")
	}
	// All of it is copied, folded or not.
	d.m.Press(d.rowOf("solid").Menu[0].Action)
	if got := d.m.TakeChanges().Clipboard; len(got) != maxText {
		t.Errorf("%d bytes were copied", len(got))
	}
}

func FuzzFold(f *testing.F) {
	f.Add("some words\nand a line", 0)
	f.Add(strings.Repeat("long ", 500), 1)
	f.Add(strings.Repeat("\r\n\u2028長\xff", 300), 0)
	f.Fuzz(func(t *testing.T, text string, steps int) {
		if steps < 0 || steps > 50 {
			return
		}
		part, left := fold(text, steps)
		if !strings.HasPrefix(text, part) || left < 0 || left == 0 && part != text {
			t.Fatalf("%q: %q and %d more", text, part, left)
		}
		if more, _ := fold(text, steps+1); len(more) < len(part) {
			t.Fatalf("%q shows less when it is unfolded", text)
		}
	})
}

func TestPicking(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	d.now = d.now.Add(-24 * time.Hour)
	d.said("1", "one")
	d.now = d.now.Add(24 * time.Hour)
	d.said("2", "/me waves")
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "3", Mine: true, Text: "three", Time: d.now, Mark: client.TheyHave}})
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "n", Note: client.NotePrivate, Time: d.now}})
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "4", Clear: true, Text: "four", Time: d.now}})
	d.m.TakeChanges()
	copied := func() string {
		d.t.Helper()
		if !d.m.CopyPicked() {
			return ""
		}
		return plain(d.m.TakeChanges().Clipboard)
	}
	if copied() != "" {
		t.Error("something was copied, and nothing is picked")
	}
	d.m.PickMore(0, "2")
	if got := copied(); got != "/me waves" {
		t.Errorf("one alone is copied as %q", got)
	}
	d.m.PickMore(1, "nonsense") // goes on from there
	c := d.m.TakeChanges()
	if !c.Picked || c.FocusRow != "3" {
		t.Errorf("%+v", c)
	}
	own, _, _ := strings.Cut(mine.Address, "@")
	if got, want := copied(), "[12:00] * Ana waves\n[12:00] "+own+": three\n"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	d.m.PickAll()
	want := "Yesterday\n[12:00] Ana: one\nToday\n[12:00] * Ana waves\n[12:00] " + own + ": three\n[12:00] Ana (not private): four\n"
	if got := copied(); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	// What goes is not picked any more; another conversation has none.
	d.m.Apply(client.MessageRemoved{Peer: ana, Message: "4"})
	if _, _, ok := d.m.PickedRows(); ok {
		t.Error("a row that has gone is picked")
	}
	d.m.PickAll()
	d.m.Escape()
	if _, _, ok := d.m.PickedRows(); ok || !d.m.Conversation().Open {
		t.Error("Escape does not end the picking, and that alone")
	}
	d.m.PickAll()
	d.m.Select(cleo)
	if _, _, ok := d.m.PickedRows(); ok || copied() != "" {
		t.Error("another conversation is picked")
	}
}

// Clearing takes everything but what is still to be sent, from the disk, too, and
// comes back from memory alone, for a while.
func TestClear(t *testing.T) {
	d := chatDesk(t, client.Away)
	d.hear(ana, "1", "one", d.now)
	d.hear(ana, "2", "two", d.now)
	d.write(client.TheyHave, "had")
	d.write(client.Waiting, "waits")
	d.write(client.NotSent, "failed")
	before := d.m.Rows()
	n := len(d.cmds)
	clear := d.find(d.m.Conversation().Menu, "Clear this conversation")
	d.m.Press(clear.Action)
	c := d.m.TakeChanges()
	if len(d.cmds) != n+1 || !slices.Equal(sent[client.Shown](d).Messages, []string{"1", "2"}) {
		t.Errorf("asked for %+v", d.cmds[n:])
	}
	if !c.Rows.Reset || d.lines() != "waits failed" {
		t.Errorf("left: %q", d.lines())
	}
	d.counted()
	d.equal("toast", c.Toast.Text, "The conversation was cleared. 2 messages that were not sent yet stay.")
	if d.find(d.m.Conversation().Menu, "Clear this conversation").Enabled {
		t.Error("there is nothing to clear")
	}
	d.quiet(func() { d.m.Press(c.Toast.Button.Action) })
	d.m.TakeChanges()
	after := d.m.Rows()
	if len(after) != len(before) {
		t.Errorf("%d rows came back, of %d", len(after), len(before))
	}
	for i := range after {
		if after[i].ID != before[i].ID {
			t.Errorf("row %d is %q, was %q", i, after[i].ID, before[i].ID)
		}
	}
	d.counted()
	if d.m.contacts[ana].unread() != 0 {
		t.Error("what came back is new")
	}
	// After a while nothing holds it any more.
	d.m.Press(clear.Action)
	if !d.m.Ticking() {
		t.Error("nothing will forget it")
	}
	d.now = d.now.Add(clearedFor + time.Second)
	d.m.Tick()
	if len(d.m.undos) != 0 || d.m.Ticking() {
		t.Error("it is held for ever")
	}
	d.m.Press(Action{Kind: ActionUndo})
	if d.lines() != "waits failed" {
		t.Errorf("%q", d.lines())
	}
}

// A draft is saved when its writer pauses, or goes elsewhere, once; and forgotten
// when it has become a message that is safe.
func TestDrafts(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	saved := func() (out []string) {
		for _, c := range d.cmds {
			if s, ok := c.(client.SaveDraft); ok {
				out = append(out, s.Peer.Address+": "+s.Text)
			}
		}
		d.cmds = nil
		return out
	}
	wait := func(seconds int) {
		for range seconds {
			d.now = d.now.Add(time.Second)
			if d.m.Ticking() {
				d.m.Tick()
			}
		}
	}
	expect := func(what string, want ...string) {
		t.Helper()
		if got := saved(); !slices.Equal(got, want) {
			t.Errorf("%s: %q", what, got)
		}
	}
	saved()
	for i := range 5 {
		d.m.SetDraft("hello"[:i+1])
		wait(1)
	}
	expect("while writing")
	wait(3)
	expect("at a pause", ana.Address+": hello")
	wait(60)
	expect("once")
	if d.m.Ticking() {
		t.Error("it ticks with nothing to save")
	}
	for i := range 30 {
		d.m.SetDraft(strings.Repeat("x", i+1))
		wait(1)
	}
	if got := saved(); len(got) != 1 {
		t.Errorf("who never pauses: %d", len(got))
	}
	d.m.SetDraft("to be said")
	d.m.Select(cleo)
	expect("elsewhere", ana.Address+": to be said")
	row := func() ContactRow {
		for i := range d.m.ListLen() {
			if r := d.m.ListRow(i); r.Contact != nil && r.Contact.Peer == ana {
				return *r.Contact
			}
		}
		return ContactRow{}
	}
	d.equal("row", row().Sub, "Draft")
	d.m.Select(ana)
	d.equal("row of the open one", row().Sub, "Private, checked")
	d.m.Send()
	text := sent[client.SendText](d)
	wait(30)
	expect("before the message is safe")
	d.m.Apply(client.MessageAdded{ID: text.ID, Message: client.Message{Peer: ana, ID: "m", Mine: true, Text: text.Text, Time: d.now}})
	expect("when it is", ana.Address+": ")
	d.m.SetDraft("   ")
	wait(5)
	expect("blanks")
	d.m.SetDraft("on the way out")
	d.m.SaveDrafts()
	expect("at the end", ana.Address+": on the way out")
}

func TestDraftsComeBack(t *testing.T) {
	d := newDesk(t)
	d.isData(mine.Address, "was begun", "Ana")
	d.apply(client.Snapshot{
		Accounts: []client.Account{mine}, Contacts: []client.Contact{{Peer: ana, Name: "Ana", Protection: client.PrivateChecked}},
		Drafts: []client.Draft{{Peer: ana, Text: "was begun"}, {Peer: Peer{Account: "a1", Address: "gone@example.test"}, Text: "x"}},
	})
	d.m.show(ScreenMain)
	d.m.Select(ana)
	if got := d.m.Conversation().Composer.Text; got != "was begun" {
		t.Errorf("%q", got)
	}
	d.quiet(func() { d.m.SaveDrafts() })
}

func TestRoom(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	for n, want := range map[int]string{
		100: "", maxText - roomTold: "", maxText - 1999: "Room for about 1999 more letters", maxText - 1: "Room for about 1 more letter",
		maxText: "Room for about 0 more letters", maxText + 5: "Too long by about 5 letters",
	} {
		d.m.SetDraft(strings.Repeat("x", n))
		d.equal(fmt.Sprint(n), d.m.Conversation().Composer.Left, want)
	}
	d.m.SetDraft(strings.Repeat("x", maxText))
	d.m.TakeChanges()
	d.m.SetDraft("x")
	if !d.m.TakeChanges().Composer {
		t.Error("the number stays")
	}
}
