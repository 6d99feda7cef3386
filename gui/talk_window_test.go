package gui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/client"
)

// TestLongText: all of an unfolded text is on the screen, in several labels, and
// a row that showed it shows another text all by itself.
func TestLongText(t *testing.T) {
	s := newStage(t)
	text := strings.Repeat("It was a bright cold day in April. ", 1100)
	chat(s, client.PrivateChecked, added(theirs(0, text)))
	l := s.w.main.right.messages
	s.ui(func() { l.shown[1].fold.Clicked() })
	s.frames()
	onUI(t, func() {
		var all strings.Builder
		for _, x := range l.shown[1].labels() {
			part, _ := x.GetText()
			if len(part) > 2*chunkBytes {
				t.Errorf("a label has %d bytes", len(part))
			}
			all.WriteString(part)
		}
		if strings.TrimSpace(all.String()) != strings.TrimSpace(text) {
			t.Errorf("%d bytes of %d are shown", all.Len(), len(text))
		}
	})
	s.ui(func() { l.bind(l.shown[1], s.w.m.Row(0)); l.bind(l.shown[1], s.w.m.Row(1)) })
	s.play(client.MessageAdded{Message: mine(1, "short", client.TheyHave)})
	s.ui(func() { l.bind(l.shown[1], s.w.m.Row(2)) })
	onUI(t, func() {
		if n := len(l.shown[1].labels()); n != 1 {
			t.Errorf("%d labels are left", n)
		}
	})
}

func TestChunks(t *testing.T) {
	for _, text := range []string{
		"", "short", strings.Repeat("x", 40000), strings.Repeat("長", 13000), strings.Repeat("words and ", 4000), strings.Repeat("line\n", 8000), strings.Repeat("\n", 40000),
	} {
		at := 0
		var all strings.Builder
		for _, c := range chunksOf(text) {
			if c.from != at || c.to-c.from > chunkBytes+chunkBytes/2 || c.skip > 1 {
				t.Fatalf("%+v after %d", c, at)
			}
			all.WriteString(text[c.from:c.to] + strings.Repeat("\n", c.skip))
			at = c.to + c.skip
		}
		if all.String() != text {
			t.Errorf("something of %d bytes is lost", len(text))
		}
	}
}

// TestPickRows picks with the keyboard and by dragging, and copies.
func TestPickRows(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	l := s.w.main.right.messages
	last := func() *messageRow { return l.shown[len(l.shown)-1] }
	picked := func() (n int) {
		for _, r := range l.shown {
			if r.picked != must(r.row.GetStyleContext()).HasClass("picked") {
				t.Error("a row does not look as it is")
			}
			if r.picked {
				n++
			}
		}
		return n
	}
	s.ui(func() { last().row.GrabFocus(); last().act(gdk.KEY_Up, gdk.SHIFT_MASK) })
	s.ui(func() { last().act(gdk.KEY_Up, gdk.SHIFT_MASK) })
	onUI(t, func() {
		if n := picked(); n != 3 || !l.shown[len(l.shown)-3].row.IsFocus() {
			t.Errorf("%d rows are picked, the keyboard is on %q", n, focused(s.w))
		}
	})
	s.ui(func() { last().act(gdk.KEY_a, gdk.CONTROL_MASK) })
	onUI(t, func() {
		if n := picked(); n != len(l.shown) {
			t.Errorf("%d of %d rows are picked", n, len(l.shown))
		}
	})
	s.ui(func() { s.w.shortcut(gdk.KEY_Escape, 0) })
	onUI(t, func() {
		if n := picked(); n != 0 || !s.w.m.Conversation().Open {
			t.Errorf("%d are picked after Escape", n)
		}
	})
	s.ui(func() {
		l.dragFrom = l.shown[2]
		a, b := l.shown[2].row.GetAllocation(), l.shown[4].row.GetAllocation()
		if l.dragTo(a.GetY() + 1) {
			t.Error("a drag within a text picks its row")
		}
		l.dragTo(b.GetY() + 1)
	})
	onUI(t, func() {
		if n := picked(); n != 3 || !l.shown[2].picked || !l.shown[4].picked {
			t.Errorf("dragging picked %d", n)
		}
		if !l.shown[4].act(gdk.KEY_c, gdk.CONTROL_MASK) {
			t.Error("Ctrl+C does nothing")
		}
	})
	// A message that comes does not change what is picked.
	s.play(client.MessageAdded{Message: theirs(30, "new")})
	onUI(t, func() {
		if n := picked(); n != 3 {
			t.Errorf("%d are picked after a new message", n)
		}
	})
}

// TestBurstIntoView: rows that show others than before are what the model has, to
// the last detail that few rows have.
func TestBurstIntoView(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, append(talk(), added(theirs(20, "https://bank.com@evil.example/"), mine(21, "failed", client.NotSent))...))
	var lines []client.Event
	for i := range 40 {
		m := theirs(30, strings.Repeat("line ", 1+i%30))
		if i%4 == 1 {
			m = mine(30, "own", client.TheyHave)
		}
		m.ID = string(rune('A'+i)) + "-burst"
		lines = append(lines, client.MessageAdded{Message: m})
	}
	s.play(lines...)
	s.caughtUp()
	onUI(t, func() {
		l := s.w.main.right.messages
		if len(l.shown) == 0 || l.from+len(l.shown) != s.w.m.RowCount() {
			t.Fatalf("%d rows from %d of %d", len(l.shown), l.from, s.w.m.RowCount())
		}
		for i, r := range l.shown {
			want := s.w.m.Row(l.from + i)
			text, _ := r.text.GetText()
			if text != want.Text || l.byID[want.ID] != r || l.box.index(r.row) != i {
				t.Errorf("row %d shows %q, not %q", i, text, want.Text)
			}
			if want.Kind != r.now.Kind {
				t.Errorf("row %d is of kind %d", i, r.now.Kind)
			}
			if r.frame == nil || r.meta == nil {
				continue
			}
			style := must(r.frame.GetStyleContext())
			if style.HasClass("mine") != want.Mine || style.HasClass("theirs") == want.Mine {
				t.Errorf("row %d is on the wrong side", i)
			}
			if r.warning != nil && r.warning.GetVisible() != (want.Warning != "") || r.problem != nil && r.problem.GetVisible() != (want.Problem != "") ||
				r.mark != nil && r.mark.GetVisible() != (want.Mark.Icon+want.Mark.Glyph != "") || r.more != nil && r.more.GetVisible() != (want.MenuName != "") {
				t.Errorf("row %d has something of another", i)
			}
		}
	})
}

// TestNothingOpensLinks: no part of the window can hand an address to another
// program, and a text of somebody's is never read as markup, which has links that
// GTK opens.
func TestNothingOpensLinks(t *testing.T) {
	opens := regexp.MustCompile(`(?i)show_?uri|launch_default|app_?info|link_?button|xdg-open|"use-markup"|SetMarkup|set_markup|use-markup">(1|true|yes)`)
	for _, pattern := range []string{"*.go", "ui/*.ui"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if found := opens.Find(data); found != nil {
				t.Errorf("%s: %s", name, found)
			}
		}
	}
	s := newStage(t)
	chat(s, client.PrivateChecked, added(theirs(0, `<a href="https://evil.example">bank</a> <b>x</b>`)))
	onUI(t, func() {
		l := s.w.main.right.messages.shown[1].text
		if text, _ := l.GetText(); text != `<a href="https://evil.example">bank</a> <b>x</b>` || l.GetUseMarkup() {
			t.Errorf("it is shown as %q", text)
		}
	})
}
