package gui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/glib"

	"hushwing/client"
	"hushwing/gui/model"
)

// people are the contacts of the list in order. On the main thread.
func people(s *stage) (out []model.Peer) {
	for i := range s.w.m.ListLen() {
		if c := s.w.m.ListRow(i).Contact; c != nil {
			out = append(out, c.Peer)
		}
	}
	return out
}

// crowd is a list of n contacts.
func crowd(n int, groups ...string) []client.Event {
	all := make([]client.Contact, n)
	for i := range all {
		all[i] = client.Contact{Peer: peer(fmt.Sprintf("c%05d@example.org", i)), Name: fmt.Sprintf("Contact %05d", i)}
		if len(groups) > 0 {
			all[i].Groups = groups[i%len(groups) : i%len(groups)+1]
		}
	}
	return []client.Event{
		client.ProfileChanged{State: client.ProfileOpen},
		client.TorChanged{State: client.TorReady},
		client.Snapshot{Accounts: []client.Account{online()}, Contacts: all},
	}
}

// inSight checks that each row in sight is there, once, in its place and with its
// contact, and returns them in order. On the main thread.
func inSight(t *testing.T, s *stage) (rows []*listRow) {
	t.Helper()
	l := s.w.main.left.list
	y, page := int(l.adj.GetValue()), int(l.adj.GetPageSize())
	for i := l.rowAt(y); i < l.rows && l.top(i) < y+page; i++ {
		want := s.w.m.ListRow(i)
		r := l.bound[want.Key]
		if r == nil || !r.box.GetMapped() {
			t.Errorf("row %d is in sight and has no widget", i)
			continue
		}
		if c := want.Contact; c != nil {
			if name, _ := r.contact.name.GetText(); name != c.Name || accessibleName(r.box) != c.Accessible {
				t.Errorf("row %d says %q, %q, not %q", i, name, accessibleName(r.box), c.Name)
			}
		}
		if _, at, err := r.box.TranslateCoordinates(l.scroll, 0, 0); err != nil || at != l.top(i)+rowGap-y {
			t.Errorf("row %d is at %d of the screen, not %d: %v", i, at, l.top(i)+rowGap-y, err)
		}
		if w := r.box.GetAllocatedWidth(); w != l.box.GetAllocatedWidth()-2*rowInset {
			t.Errorf("row %d is %d wide", i, w)
		}
		rows = append(rows, r)
	}
	return rows
}

// TestManyContacts opens a list of ten thousand and goes through it: a few
// widgets do for all of it.
func TestManyContacts(t *testing.T) {
	s := newStage(t)
	s.play(crowd(10_000)...)
	s.frames()
	l := s.w.main.left.list
	for _, at := range []float64{0, 0.1, 0.5, 0.501, 1, 0} {
		s.ui(func() { l.adj.SetValue(at * l.adj.GetUpper()) })
		s.frames()
		onUI(t, func() {
			if n := len(inSight(t, s)); n < 5 {
				t.Errorf("%d rows in sight at %v", n, at)
			}
		})
	}
	onUI(t, func() {
		if l.made > 40 {
			t.Errorf("%d row widgets were made", l.made)
		}
		if n := l.box.GetChildren().Length(); n > 40 {
			t.Errorf("the list has %d widgets", n)
		}
	})
	for _, h := range []int{400, 800} {
		s.ui(func() { s.w.win.Resize(1000, h) })
		s.frames()
		s.frames()
		onUI(t, func() { inSight(t, s) })
	}
}

// TestListFollows changes the order under the list.
func TestListFollows(t *testing.T) {
	s := newStage(t)
	s.play(crowd(100)...)
	s.frames()
	for i := range 40 {
		m := theirs(1, "text")
		m.ID, m.Peer = fmt.Sprint("m", i), peer(fmt.Sprintf("c%05d@example.org", i*37%100))
		s.play(client.MessageAdded{Message: m}, client.ContactRemoved{Peer: peer(fmt.Sprintf("c%05d@example.org", i*53%100))})
		s.frames()
		onUI(t, func() { inSight(t, s) })
	}
	s.frames()
	onUI(t, func() { inSight(t, s) })
}

// press types a key into the list.
func (s *stage) listKey(keys ...uint) {
	s.t.Helper()
	for _, k := range keys {
		s.ui(func() { s.w.main.left.list.pressed(k) })
	}
	s.frames()
}

// atRow returns the name of the row that has the keyboard.
func (s *stage) atRow() (name string) {
	onUI(s.t, func() {
		l := s.w.main.left.list
		for _, r := range l.bound {
			if r.box.IsFocus() {
				if r.now.Contact != nil {
					name = r.now.Contact.Name
				} else {
					name = "[" + r.now.Heading.Title + "]"
				}
				y := int(l.adj.GetValue())
				if r.y < y || r.y+l.tall[r.kind] > y+int(l.adj.GetPageSize()) {
					s.t.Errorf("%q has the keyboard and is out of sight", name)
				}
			}
		}
	})
	return name
}

func (s *stage) wantRow(want string) {
	s.t.Helper()
	if got := s.atRow(); got != want {
		s.t.Errorf("the keyboard is at %q, not %q", got, want)
	}
}

// TestListKeyboard goes through ten thousand contacts with the keyboard.
func TestListKeyboard(t *testing.T) {
	s := newStage(t)
	s.play(crowd(10_000)...)
	s.frames()
	s.ui(func() { s.w.main.left.search.GrabFocus() })
	s.ui(func() { s.w.main.left.searchKey(gdk.KEY_Down) })
	s.wantRow("Contact 00000")
	s.listKey(gdk.KEY_Down, gdk.KEY_Down)
	s.wantRow("Contact 00002")
	s.listKey(gdk.KEY_End)
	s.wantRow("Contact 09999")
	s.listKey(gdk.KEY_Down, gdk.KEY_Up)
	s.wantRow("Contact 09998")
	s.listKey(gdk.KEY_Home)
	s.wantRow("Contact 00000")
	s.listKey(gdk.KEY_Page_Down)
	if at := s.atRow(); at < "Contact 00004" || at > "Contact 00015" {
		t.Errorf("a page down leads to %q", at)
	}
	s.listKey(gdk.KEY_Page_Up, gdk.KEY_Up)
	onUI(t, func() {
		if !s.w.main.left.search.IsFocus() {
			t.Error("above the first row is not the search")
		}
	})
	// What has the keyboard keeps it wherever it goes.
	s.ui(func() { s.w.main.left.searchKey(gdk.KEY_Down) })
	s.listKey(gdk.KEY_Down)
	m := theirs(1, "text")
	m.Peer = peer("c05000@example.org")
	s.play(client.MessageAdded{Message: m})
	s.frames()
	s.wantRow("Contact 00001")
	s.ui(func() { a := s.w.main.left.list.adj; a.SetValue(a.GetUpper()) })
	s.listKey(gdk.KEY_Down)
	s.wantRow("Contact 00002")
	// What goes away leaves it to what comes in its place.
	s.play(client.ContactRemoved{Peer: peer("c00002@example.org")})
	s.frames()
	s.wantRow("Contact 00003")
	s.ui(func() { f := must(s.w.win.GetFocus()); f.ToWidget().Activate() })
	if got := asked[client.OpenChat](s); len(got) != 1 || got[0].Peer != peer("c00003@example.org") {
		t.Errorf("opened %v", got)
	}
}

// TestListTab: Tab comes to the row where one was and goes on from there.
func TestListTab(t *testing.T) {
	s := newStage(t)
	s.play(crowd(50)...)
	s.frames()
	s.ui(func() { s.w.main.left.list.focus() })
	s.listKey(gdk.KEY_Down, gdk.KEY_Down, gdk.KEY_Down)
	s.ui(func() { s.w.main.left.search.GrabFocus() })
	s.ui(func() { focusNext(s.w.win) })
	s.wantRow("Contact 00003")
	s.ui(func() { focusNext(s.w.win) })
	onUI(t, func() {
		if holdsFocus(s.w.main.left.list.box) {
			t.Error("Tab stays in the list")
		}
	})
}

// TestListSpeaks: a screen reader learns who it is, which of how many, and what
// is selected, and can open a row.
func TestListSpeaks(t *testing.T) {
	s := newStage(t)
	s.play(crowd(10_000)...)
	s.frames()
	s.ui(func() { s.w.main.left.list.focus() })
	s.listKey(gdk.KEY_End)
	l := s.w.main.left.list
	onUI(t, func() {
		r := l.rowOf(peer("c09999@example.org"))
		if p, n := rowAttribute(r.box, "posinset"), rowAttribute(r.box, "setsize"); p != "10000" || n != "10000" {
			t.Errorf("row %s of %s", p, n)
		}
		if !rowState(r.box, stateFocused) || rowState(r.box, stateSelected) {
			t.Error("the row has not the states of one that has the keyboard")
		}
		if !actRow(r.box) {
			t.Error("the row cannot be opened")
		}
	})
	s.frames()
	onUI(t, func() {
		r := l.rowOf(peer("c09999@example.org"))
		if !rowState(r.box, stateSelected) {
			t.Error("the row is not the selected one")
		}
		n := 0
		walk(l.box, func(w widgetInfo) {
			switch {
			case w.Type == "HwRow" && w.Role == "list item" && strings.HasPrefix(w.Name, "Contact 0"):
				n++
			case w.Type == "HwRow":
				t.Errorf("a row is %q, a %s", w.Name, w.Role)
			case w.Type == "HwRows" && w.Role != "list":
				t.Errorf("the list is a %s", w.Role)
			}
		})
		if n < 5 {
			t.Errorf("%d rows", n)
		}
	})
	// They are walked in the order in which they stand, whichever widget is where.
	s.ui(func() { l.adj.SetValue(200 * 60) })
	s.ui(func() { l.adj.SetValue(190 * 60) })
	s.frames()
	onUI(t, func() {
		last := ""
		walk(l.box, func(w widgetInfo) {
			if w.Type == "HwRow" && w.Name != "" {
				if w.Name < last {
					t.Errorf("%q comes after %q", w.Name, last)
				}
				last = w.Name
			}
		})
	})
}

// TestListFolds closes and opens groups with mouse and keyboard.
func TestListFolds(t *testing.T) {
	s := newStage(t)
	s.play(crowd(100, "Family", "Work")...)
	s.frames()
	s.ui(func() { s.w.main.left.list.focus() })
	s.listKey(gdk.KEY_Home)
	s.wantRow("[Family]")
	head := func() (n int, open bool) {
		s.frames()
		onUI(t, func() {
			n = s.w.m.ListLen()
			for _, r := range s.w.main.left.list.bound {
				if h := r.now.Heading; h != nil && h.Title == "Family" {
					open = rowState(r.box, stateExpanded)
				}
			}
			inSight(t, s)
		})
		return n, open
	}
	if n, open := head(); n != 102 || !open {
		t.Errorf("%d rows, open %v", n, open)
	}
	s.listKey(gdk.KEY_Left)
	if n, open := head(); n != 52 || open {
		t.Errorf("%d rows, open %v", n, open)
	}
	s.wantRow("[Family]")
	s.listKey(gdk.KEY_Down, gdk.KEY_Down)
	s.wantRow("Contact 00001")
	s.listKey(gdk.KEY_Left)
	s.wantRow("[Work]")
	s.listKey(gdk.KEY_Up, gdk.KEY_Right)
	if n, open := head(); n != 102 || !open {
		t.Errorf("%d rows, open %v", n, open)
	}
	s.ui(func() { f := must(s.w.win.GetFocus()); f.ToWidget().Activate() })
	if n, _ := head(); n != 52 {
		t.Errorf("%d rows", n)
	}
}

// TestListMenu opens the menu of a row as the keyboard does.
func TestListMenu(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.frames()
	l := s.w.main.left.list
	s.ui(func() { l.focus() })
	s.ui(func() {
		r := l.bound[l.at]
		if shown, err := r.box.Emit("popup-menu", glib.TYPE_BOOLEAN); err != nil || shown != true {
			t.Errorf("%v, %v", shown, err)
		}
	})
	s.frames()
	onUI(t, func() {
		if l.menu == nil || !l.menu.popover.GetMapped() || len(l.menu.items) < 2 {
			t.Error("there is no menu")
		}
	})
	s.play(client.ContactRemoved{Peer: l.at.Peer})
	s.frames()
	onUI(t, func() {
		if l.menu.popover.GetMapped() {
			t.Error("the menu of who is gone stays")
		}
	})
}
