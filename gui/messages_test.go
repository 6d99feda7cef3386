package gui

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gotk3/gotk3/gdk"

	"hushwing/client"
	"hushwing/gui/model"
)

// inOrder fails where the rows on the screen are not rows of the model, one after
// the other.
func inOrder(t *testing.T, s *stage) {
	t.Helper()
	fault := ""
	onUI(t, func() {
		fail := func(format string, args ...any) { fault = fmt.Sprintf(format, args...) }
		s.w.flush()
		l := s.w.main.right.messages
		for i, r := range l.shown {
			at := l.w.m.RowIndex(l.shown[0].now.ID) + i
			if want := l.w.m.Row(at); r.now.ID != want.ID || l.byID[want.ID] != r || l.box.index(r.row) != i {
				fail("row %d of %d shows %q, not %q", i, len(l.shown), r.now.Text, want.Text)
			}
			if text, _ := r.text.GetText(); r.now.Text != text {
				fail("row %d reads %q, not %q", i, text, r.now.Text)
			}
		}
		for _, r := range l.spare {
			if l.box.index(r.row) >= 0 {
				fail("a row that is put aside is in the list")
			}
		}
	})
	if fault != "" {
		t.Fatal(fault)
	}
}

// caughtUp waits until the newest row is made.
func (s *stage) caughtUp() {
	s.t.Helper()
	l := s.w.main.right.messages
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		s.rest()
		done := false
		onUI(s.t, func() { done = l.burst == nil && l.complete() })
		if done {
			break
		}
		if time.Now().After(end) {
			s.t.Fatal("the newest never shows")
		}
	}
	s.frames()
}

// lines are n texts of theirs, whose numbers begin at from.
func lines(from, n int) []client.Event {
	var out []client.Event
	for i := range n {
		out = append(out, client.MessageAdded{Message: theirs(30, "line "+strconv.Itoa(from+i))})
	}
	return out
}

// TestManyAtOnce: while messages come faster than they can be read, what is on the
// screen are always messages that follow each other, and the newest at the end.
func TestManyAtOnce(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	l := s.w.main.right.messages
	turns, last := 0, 0
	for i := range 40 {
		for _, e := range lines(i*25, 25) {
			s.w.queue.post(e)
		}
		time.Sleep(35 * time.Millisecond)
		inOrder(t, s)
		onUI(t, func() {
			if at := l.w.m.RowIndex(l.shown[0].now.ID); at != last {
				last, turns = at, turns+1
			}
			if !l.stick {
				t.Error("it is not at the end any more")
			}
		})
	}
	if turns < 2 {
		t.Errorf("what is seen changed %d times", turns)
	}
	s.caughtUp()
	inOrder(t, s)
	onUI(t, func() {
		if got := l.shown[len(l.shown)-1].now.Text; got != "line 999" {
			t.Errorf("the last row is %q", got)
		}
	})
}

// TestManyWhileReading: whoever reads further up stays there, whatever comes, also
// when that was begun to be made.
func TestManyWhileReading(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, lines(0, 200))
	s.frames()
	l := s.w.main.right.messages
	s.play(lines(200, 40)...)
	s.ui(func() { l.adj.SetValue(l.adj.GetValue() - 300) })
	s.frames()
	where := func() (id string, y int) {
		onUI(t, func() {
			top := l.adj.GetValue()
			for _, r := range l.shown {
				if a := r.row.GetAllocation(); float64(a.GetY()+a.GetHeight()) > top {
					id, y = r.now.ID, a.GetY()-int(top)
					return
				}
			}
		})
		return id, y
	}
	id, y := where()
	s.play(lines(240, 300)...)
	s.frames()
	time.Sleep(300 * time.Millisecond)
	s.frames()
	if now, at := where(); now != id || at < y-2 || at > y+2 {
		t.Errorf("it read %s at %d, now %s at %d", id, y, now, at)
	}
	onUI(t, func() {
		if l.stick || l.burst != nil || !l.newest.GetVisible() {
			t.Errorf("at the end %v, in the making %v, a way back %v", l.stick, l.burst, l.newest.GetVisible())
		}
	})
	inOrder(t, s)
}

// TestNothingOfAnother: what another conversation said is in no widget, not in those
// that are put aside to be used again either.
func TestNothingOfAnother(t *testing.T) {
	s := newStage(t)
	var events []client.Event
	for i := range 60 {
		m := theirs(i/6, "heron "+strconv.Itoa(i)+" https://heron.example/"+strconv.Itoa(i))
		if i%3 == 0 {
			m = mine(i/6, "heron of mine", client.NotSent)
		}
		events = append(events, client.MessageAdded{Message: m})
	}
	chat(s, client.PrivateChecked, events)
	s.frames()
	l := s.w.main.right.messages
	s.ui(func() {
		l.shown[len(l.shown)-2].popup()
		l.shown[len(l.shown)-2].menu.popover.Popdown()
	})
	var before, after string
	onUI(t, func() { before = texts() })
	s.ui(func() { s.w.m.Select(contacts()[2].Peer); s.w.flush() })
	s.frames()
	onUI(t, func() { after = texts() })
	if !strings.Contains(before, "heron 59") {
		t.Fatal("the conversation was not on the screen")
	}
	if i := strings.Index(after, "heron"); i >= 0 {
		t.Errorf("left: %q", after[max(0, i-40):min(len(after), i+40)])
	}
}

// TestRowEvents has each event of a row's come in as GTK hands it out: gotk3 ends
// the program where a handler expects another type than it can give.
func TestRowEvents(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	onUI(t, func() {
		l := s.w.main.right.messages
		r := l.shown[len(l.shown)-1]
		for _, e := range []struct {
			event int
			value uint
		}{{eventMotion, 0}, {eventPress, 1}, {eventMotion, uint(gdk.BUTTON1_MASK)}, {eventRelease, 1}} {
			sendEvent(r.row, e.event, e.value)
			sendEvent(r.text, e.event, e.value)
		}
		r.row.GrabFocus()
		if !sendEvent(r.row, eventKey, gdk.KEY_Up) || !l.shown[len(l.shown)-2].row.IsFocus() {
			t.Error("a key does nothing")
		}
		if !sendEvent(r.row, eventPress, 3) || r.menu == nil || !r.menu.popover.GetVisible() {
			t.Error("the right button does not open the menu")
		}
		r.menu.popover.Popdown()
		if !actRow(r.row) {
			t.Error("a screen reader cannot open the menu")
		}
		if r.menu == nil || !r.menu.popover.GetVisible() {
			t.Error("the menu does not open")
		}
		r.menu.popover.Popdown()
	})
	s.frames()
}

// TestRowKeys goes through a conversation by the keyboard, further than there are
// rows.
func TestRowKeys(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, lines(0, 300))
	s.frames()
	l := s.w.main.right.messages
	on := func() *messageRow {
		for _, r := range l.shown {
			if r.row.IsFocus() {
				return r
			}
		}
		t.Error("the keyboard is on no row")
		return l.shown[0]
	}
	s.ui(func() { l.goTo(l.count - 1) })
	for _, step := range []struct {
		key  uint
		want int // the row, from the end if below 0
	}{
		{gdk.KEY_Up, -2},
		{gdk.KEY_Up, -3},
		{gdk.KEY_Down, -2},
		{gdk.KEY_Page_Up, -2 - pageSteps},
		{gdk.KEY_Home, 0},
		{gdk.KEY_Up, 0},
		{gdk.KEY_Down, 1},
		{gdk.KEY_Page_Down, 1 + pageSteps},
		{gdk.KEY_End, -1},
		{gdk.KEY_Down, -1},
	} {
		onUI(t, func() {
			if !on().act(step.key, 0) {
				t.Errorf("key %x does nothing", step.key)
			}
		})
		s.frames()
		onUI(t, func() {
			r, want := on(), step.want
			if want < 0 {
				want += l.count
			}
			if at := s.w.m.RowIndex(r.now.ID); at != want {
				t.Errorf("after key %x it is on row %d, not %d", step.key, at, want)
			}
			a, top := r.row.GetAllocation(), l.adj.GetValue()
			if float64(a.GetY()) < top-1 || float64(a.GetY()+a.GetHeight()) > top+l.adj.GetPageSize()+1 {
				t.Errorf("after key %x its row is out of sight", step.key)
			}
		})
	}
	inOrder(t, s)
}

// TestAtRest: where nothing happens nothing is drawn but the mark in the entry, also
// when something moved on a screen before.
func TestAtRest(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	onUI(t, func() { s.w.front.busy.set(&model.Busy{Text: "Opening…", Fraction: -1}) })
	s.frames()
	time.Sleep(4 * time.Second) // the bars for scrolling fade
	var before, after int64
	onUI(t, func() { before = frameCount(s.w.win) })
	time.Sleep(time.Second)
	onUI(t, func() { after = frameCount(s.w.win) })
	if after-before > 6 {
		t.Errorf("%d frames in a second", after-before)
	}
	// The bar moves where it is seen.
	s = newStage(t)
	onUI(t, func() { s.w.front.busy.set(&model.Busy{Text: "Opening…", Fraction: -1}) })
	s.frames()
	onUI(t, func() {
		if s.w.front.busy.beat == 0 {
			t.Error("the bar does not move")
		}
		s.w.front.busy.set(nil)
		if s.w.front.busy.beat != 0 {
			t.Error("the bar moves without end")
		}
	})
}
