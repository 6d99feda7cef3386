package gui

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/client"
	"hushwing/gui/model"
)

func TestAvailable(t *testing.T) {
	none := func(string) string { return "" }
	if err := available(none, "linux"); !errors.Is(err, ErrNoDisplay) {
		t.Errorf("without a display: %v", err)
	}
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY"} {
		with := func(n string) string {
			if n == name {
				return ":0"
			}
			return ""
		}
		if err := available(with, "linux"); err != nil {
			t.Errorf("with %s: %v", name, err)
		}
	}
	if err := available(none, "darwin"); err != nil {
		t.Errorf("where a display needs no name: %v", err)
	}
}

// TestUnlock types the password into the entry and presses Return there.
func TestUnlock(t *testing.T) {
	s := newStage(t)
	s.play(client.ProfileChanged{State: client.ProfileLocked})
	s.ui(func() {
		f := s.w.front.fields.parts[0]
		if f.entry.GetVisibility() {
			t.Error("the password can be read")
		}
		f.entry.SetText("copper lantern")
		s.w.front.fields.parts[0].entry.Activate()
	})
	got := asked[client.Unlock](s)
	if len(got) != 1 || got[0].Password.Export() != "copper lantern" {
		t.Fatalf("asked for %v", got)
	}
	s.play(client.Done{ID: got[0].ID})
	s.play(opened()...)
	onUI(t, func() {
		if n := s.w.stack.GetVisibleChildName(); n != "main" {
			t.Errorf("the screen is %q", n)
		}
	})
}

// TestFirstRun goes from the welcome to an address with the widgets alone.
func TestFirstRun(t *testing.T) {
	s := newStage(t)
	s.play(client.ProfileChanged{State: client.ProfileNone})
	s.ui(func() { s.w.front.doors.parts[0].Clicked() })
	s.ui(func() {
		for _, f := range s.w.front.fields.parts {
			f.entry.SetText("copper lantern meadow orbit willow")
		}
	})
	s.ui(func() { s.w.front.next.Clicked() })
	made := asked[client.CreateProfile](s)
	if len(made) != 1 || made[0].Password.Export() != "copper lantern meadow orbit willow" {
		t.Fatalf("asked for %v", made)
	}
	s.play(client.Done{ID: made[0].ID}, client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{}, client.TorChanged{State: client.TorReady})
	s.ui(func() { s.w.front.servers.parts[1].radio.SetActive(true) })
	var name string
	s.ui(func() { name, _ = s.w.front.fields.parts[0].entry.GetText() })
	if name == "" {
		t.Error("no name is filled in")
	}
	s.ui(func() { s.w.front.next.Clicked() })
	forms := asked[client.AskForm](s)
	if len(forms) != 1 || forms[0].Server.Domain != client.Suggested()[1].Domain {
		t.Fatalf("asked for %v", forms)
	}
	s.play(client.FormArrived{ID: forms[0].ID, Server: forms[0].Server})
	reg := asked[client.Register](s)
	if len(reg) != 1 || reg[0].Name != name {
		t.Fatalf("asked to register %v, not %q", reg, name)
	}
}

// TestWriting chooses a contact, writes and sends.
func TestWriting(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.ui(func() {
		l := s.w.main.left.list
		l.rowOf(ana).box.Activate()
	})
	if got := asked[client.OpenChat](s); len(got) == 0 || got[len(got)-1].Peer != ana {
		t.Fatalf("opened %v", got)
	}
	s.play(protected(client.PrivateChecked)...)
	s.ui(func() { s.w.main.right.composer.buffer.SetText("Grüße\nzweite Zeile ✓") })
	s.ui(func() { s.w.main.right.composer.send.Clicked() })
	sent := asked[client.SendText](s)
	if len(sent) != 1 || sent[0].Text != "Grüße\nzweite Zeile ✓" || sent[0].Peer != ana {
		t.Fatalf("sent %v", sent)
	}
	l := mine(1, sent[0].Text, client.Waiting)
	s.play(client.MessageAdded{ID: sent[0].ID, Message: l})
	onUI(t, func() {
		if got := s.w.main.right.composer.text(); got != "" {
			t.Errorf("%q is still in the composer", got)
		}
		if n := len(s.w.main.right.messages.shown); n == 0 {
			t.Error("the text is not on the screen")
		}
	})
	for _, c := range []struct {
		key     uint
		mods    gdk.ModifierType
		control bool
		send    bool
	}{
		{gdk.KEY_Return, 0, false, true},
		{gdk.KEY_KP_Enter, 0, false, true},
		{gdk.KEY_Return, gdk.SHIFT_MASK, false, false},
		{gdk.KEY_Return, gdk.CONTROL_MASK, false, false},
		{gdk.KEY_a, 0, false, false},
		{gdk.KEY_Return, 0, true, false},
		{gdk.KEY_Return, gdk.CONTROL_MASK, true, true},
		{gdk.KEY_Return, gdk.CONTROL_MASK | gdk.SHIFT_MASK, true, false},
	} {
		if sends(c.key, c.mods, c.control) != c.send {
			t.Errorf("key %x with %x, %v", c.key, c.mods, c.control)
		}
	}
}

// TestLockedComposer shows that nothing can be written where nothing may go out.
func TestLockedComposer(t *testing.T) {
	s := newStage(t)
	chat(s, client.KeyLocked, talk())
	onUI(t, func() {
		c := s.w.main.right.composer
		if c.view.GetSensitive() || c.send.GetSensitive() {
			t.Error("a locked conversation can be written in")
		}
		ctx := must(s.w.main.right.strip.box.GetStyleContext())
		if !ctx.HasClass("bad") || !s.w.main.right.strip.box.GetMapped() {
			t.Error("the strip does not warn")
		}
	})
}

// TestNoFocusStealing writes in the search while messages come in.
func TestNoFocusStealing(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.ui(func() { s.w.main.left.search.GrabFocus() })
	l := theirs(9, "Look at me")
	l.Peer = peer("newsroom@example.net")
	s.play(client.MessageAdded{Message: l}, client.MessageAdded{Message: theirs(9, "And me")},
		client.RequestArrived{Peer: peer("someone@example.com")}, client.CheckChanged{Check: client.Check{Peer: ana, Stage: client.CheckQuestion, Question: "?", Left: 3}})
	onUI(t, func() {
		if !s.w.main.left.search.IsFocus() {
			t.Errorf("the focus went to %q", focused(s.w))
		}
	})
}

// TestNarrow folds the panes and goes there and back.
func TestNarrow(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.ui(func() { s.w.win.Resize(380, 680) })
	eventually(t, "the panes fold", func() bool { return s.w.main.isFolded() })
	page := func() string {
		v, _ := s.w.main.leaflet.GetProperty("visible-child-name")
		n, _ := v.(string)
		return n
	}
	onUI(t, func() {
		if page() != "list" {
			t.Errorf("folded to %q", page())
		}
	})
	s.ui(func() { s.w.m.Select(ana); s.w.flush() })
	s.frames()
	onUI(t, func() {
		if page() != "chat" || !s.w.main.right.back.GetMapped() {
			t.Errorf("at %q, way back %v", page(), s.w.main.right.back.GetMapped())
		}
	})
	s.ui(func() { s.w.main.right.back.Clicked() })
	onUI(t, func() {
		if page() != "list" || s.w.m.Conversation().Open {
			t.Errorf("back at %q", page())
		}
	})
	s.ui(func() { s.w.win.Resize(1000, 680) })
	eventually(t, "the panes unfold", func() bool { return !s.w.main.isFolded() })
	onUI(t, func() {
		if s.w.main.right.back.GetMapped() {
			t.Error("a way back where both panes are seen")
		}
	})
}

// TestFoldingDoesNotDependOnContent shows the longest strip and details at a
// width where both panes fit.
func TestFoldingDoesNotDependOnContent(t *testing.T) {
	for _, sc := range scenes() {
		if sc.name == "details" || sc.name == "strip-08" || sc.name == "main-requests" || sc.name == "chat" {
			s := newStage(t)
			s.ui(func() { s.w.win.Resize(760, 640) })
			sc.play(s)
			s.frames()
			onUI(t, func() {
				if s.w.main.isFolded() {
					t.Errorf("%s folds the panes", sc.name)
				}
				if w := s.w.main.left.header.GetAllocatedWidth(); w < 280 || w > 320 {
					t.Errorf("%s makes the left pane %d wide", sc.name, w)
				}
			})
		}
	}
}

// TestKeys tries the keyboard's ways around.
func TestKeys(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	key := func(k uint, m gdk.ModifierType) {
		t.Helper()
		s.ui(func() {
			if !s.w.shortcut(k, m) {
				t.Errorf("key %x with %x does nothing", k, m)
			}
		})
	}
	selected := func() (p model.Peer) {
		onUI(t, func() { p = s.w.m.Conversation().Peer })
		return p
	}
	key(gdk.KEY_2, gdk.CONTROL_MASK)
	second := selected()
	if second != people(s)[1] {
		t.Errorf("Ctrl+2 chose %v", second)
	}
	key(gdk.KEY_Down, gdk.MOD1_MASK)
	if selected() == second {
		t.Error("Alt+Down stays")
	}
	key(gdk.KEY_Up, gdk.MOD1_MASK)
	key(gdk.KEY_k, gdk.CONTROL_MASK)
	onUI(t, func() {
		if !s.w.main.left.search.IsFocus() {
			t.Error("Ctrl+K does not find")
		}
	})
	key(gdk.KEY_n, gdk.CONTROL_MASK)
	onUI(t, func() {
		if s.w.dialog == nil || !s.w.dialog.open {
			t.Error("Ctrl+N opens nothing")
		}
	})
	key(gdk.KEY_Escape, 0)
	onUI(t, func() {
		if s.w.dialog.open || len(s.w.dialog.fields.parts) != 0 {
			t.Error("Escape does not close the dialog, or what was typed stays behind")
		}
	})
	key(gdk.KEY_Escape, 0)
	if selected() != (model.Peer{}) {
		t.Error("Escape does not leave the conversation")
	}
	key(gdk.KEY_q, gdk.CONTROL_MASK)
	if !s.w.closed {
		t.Error("Ctrl+Q does not close")
	}
}

// TestBurst floods the window: one redraw takes many events, and the newest is shown.
func TestBurst(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, nil)
	turns := 0
	onUI(t, func() {
		show := s.w.queue.flush
		s.w.queue.flush = func() { turns++; show() }
	})
	events := make([]client.Event, 0, 2000)
	for i := range 1000 {
		c := contacts()[1]
		c.Available = i%2 == 0
		events = append(events, client.ContactChanged{Contact: c}, client.MessageAdded{Message: theirs(i/60, "line "+strconv.Itoa(i))})
	}
	s.play(events...)
	s.caughtUp()
	onUI(t, func() {
		l := s.w.main.right.messages
		if got := l.shown[len(l.shown)-1].now.Text; got != "line 999" {
			t.Errorf("the last row is %q", got)
		}
		if n := len(l.shown); n > windowRows {
			t.Errorf("%d rows are made", n)
		}
		if l.adj.GetValue()+l.adj.GetPageSize() < l.adj.GetUpper()-1 {
			t.Error("the newest row is out of sight")
		}
	})
	if turns > len(events)/16+2 {
		t.Errorf("%d events took %d redraws", len(events), turns)
	}
}

// TestScrollback pages up through a long conversation and down again.
func TestScrollback(t *testing.T) {
	s := newStage(t)
	var lines []client.Event
	for i := range 300 {
		lines = append(lines, client.MessageAdded{Message: theirs(i/60, "line "+strconv.Itoa(i))})
	}
	chat(s, client.PrivateChecked, lines)
	s.frames()
	l := s.w.main.right.messages
	onUI(t, func() {
		if n := len(l.shown); n < 10 || n > restRows+sliceRows {
			t.Errorf("%d rows at first", n)
		}
	})
	for range 300 {
		s.ui(func() { l.adj.SetValue(0) })
		if l.from == 0 {
			break
		}
		time.Sleep(4 * time.Millisecond)
	}
	s.frames()
	onUI(t, func() {
		if l.from != 0 {
			t.Errorf("the way up ends at row %d", l.from)
		}
		if n := len(l.shown); n > windowRows {
			t.Errorf("%d rows are made", n)
		}
		if !l.newest.GetMapped() {
			t.Error("no way back to the newest row")
		}
		for i, r := range l.shown {
			if r.now.ID != s.w.m.Row(l.from+i).ID {
				t.Fatalf("row %d is out of order", i)
			}
		}
	})
	// A new line does not pull the reader away.
	s.play(client.MessageAdded{Message: theirs(9, "new")})
	onUI(t, func() {
		if l.stick {
			t.Error("a new line pulled the reader down")
		}
	})
	s.ui(func() { l.newest.Clicked() })
	s.frames()
	onUI(t, func() {
		if got := l.shown[len(l.shown)-1].now.Text; got != "new" || !l.stick {
			t.Errorf("the newest row is %q, at the end %v", got, l.stick)
		}
	})
}

// TestNothingOnDisk uses the window and looks for what it left behind.
func TestNothingOnDisk(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, talk())
	s.ui(func() { copyText("Let’s check each other"); s.w.front.back() })
	_ = filepath.Walk(os.Getenv("XDG_RUNTIME_DIR"), func(path string, i os.FileInfo, err error) error {
		if err == nil && i.Mode().IsRegular() {
			data, _ := os.ReadFile(path)
			if bytes.Contains(data, []byte("check each other")) || strings.Contains(path, "recently-used") {
				t.Errorf("left behind: %s", path)
			}
		}
		return nil
	})
	onUI(t, func() {
		set := must(gtk.SettingsGetDefault())
		if v, err := set.GetProperty("gtk-recent-files-enabled"); err != nil || v != false {
			t.Errorf("recent files: %v, %v", v, err)
		}
	})
}

// TestIconsAreCurrent compares what the icons were drawn from with what lies in
// src now, and looks for each as a bitmap.
func TestIconsAreCurrent(t *testing.T) {
	sources, err := filepath.Glob("icons/src/*.svg")
	if err != nil || len(sources) == 0 {
		t.Fatal("no icons: ", err)
	}
	var now strings.Builder
	for _, path := range sources {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&now, "%x  %s\n", sha256.Sum256(data), filepath.Base(path))
	}
	drawn := resource(t, "sources")
	if string(drawn) != now.String() {
		t.Error("icons/icons.gresource is older than its sources: go generate ./gui")
	}
	for _, path := range sources {
		name := strings.TrimSuffix(filepath.Base(path), ".svg")
		if name == installedIcon+"-symbolic" {
			continue // for the desktop: the window does not show it
		}
		folders, file := []string{"16x16/actions", "24x24/actions", "32x32/actions", "48x48/status", "64x64/actions"}, name+".symbolic.png"
		if name == installedIcon {
			folders, file = []string{".", "16x16/apps", "24x24/apps", "32x32/apps", "48x48/apps", "64x64/apps", "128x128/apps"}, appIcon+".png"
		}
		for _, folder := range folders {
			if _, err := png.Decode(bytes.NewReader(resource(t, filepath.Join(folder, file)))); err != nil {
				t.Errorf("%s/%s: %v", folder, file, err)
			}
		}
	}
}

// resource returns a file of our icons.
func resource(t *testing.T, path string) []byte {
	t.Helper()
	data, err := exec.Command("gresource", "extract", "icons/icons.gresource", "/hushwing/icons/"+path).Output()
	if err != nil {
		t.Fatalf("gresource (install libglib2.0-dev-bin): %v: %s", err, path)
	}
	return data
}

// TestIconsExist looks up every icon that the model may name.
func TestIconsExist(t *testing.T) {
	onUI(t, func() {
		theme := must(gtk.IconThemeGetDefault())
		for from, to := range ownIcons {
			if !theme.HasIcon(to) {
				t.Errorf("no icon %s for %s", to, from)
			}
		}
		// Named in interface files, by GTK's own parts and by libhandy's.
		for _, name := range []string{
			"go-previous-symbolic", "view-more-symbolic", "view-reveal-symbolic", "process-working-symbolic",
			"open-menu-symbolic", "list-add-symbolic", "pan-down-symbolic", "pan-end-symbolic", "pan-start-symbolic",
			"edit-find-symbolic", "edit-clear-symbolic", "caps-lock-symbolic",
			"window-close-symbolic", "window-minimize-symbolic", "window-maximize-symbolic", "window-restore-symbolic",
		} {
			if !theme.HasIcon(name) {
				t.Errorf("no icon %s", name)
			}
		}
		// HasIcon does not see it: it has one size, and so lies beside the folders.
		if _, err := theme.LoadIcon(appIcon, 112, 0); err != nil {
			t.Errorf("no icon %s: %v", appIcon, err)
		}
	})
}

// TestIconsAreTheirSize: no icon is made larger or smaller, at any size that the
// window shows, on ordinary screens and on those with twice as many pixels.
func TestIconsAreTheirSize(t *testing.T) {
	const name = "hw-key-symbolic"
	onUI(t, func() {
		theme := must(gtk.IconThemeGetDefault())
		for _, c := range []struct {
			size, scale int
			folder      string
		}{
			{16, 1, "16x16/actions"},
			{24, 1, "24x24/actions"},
			{32, 1, "32x32/actions"},
			{16, 2, "32x32/actions"},
			{24, 2, "48x48/status"},
			{32, 2, "64x64/actions"},
		} {
			want := must(gdk.PixbufNewFromResource(iconPath + "/" + c.folder + "/" + name + ".symbolic.png"))
			got := must(theme.LoadIconForScale(name, c.size, c.scale, 0))
			if !bytes.Equal(got.GetPixels(), want.GetPixels()) {
				t.Errorf("%d pixels, %d times: not the picture of %s", c.size, c.scale, c.folder)
			}
		}
	})
}

// noDrawings looks whether anything loaded the library that draws SVG, as an icon
// that is not among our own does.
func noDrawings(t *testing.T) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(maps, []byte("librsvg")) {
		t.Error("some icon is a drawing: librsvg is in memory from here on")
	}
}

// TestShown says that texts were seen only when they were: in the open
// conversation of the active window.
func TestShown(t *testing.T) {
	s := newStage(t)
	chat(s, client.PrivateChecked, nil)
	onUI(t, func() { s.w.win.Present() })
	eventually(t, "the window is the active one", func() bool { return s.w.win.IsActive() })
	l := theirs(1, "Hello")
	s.play(client.MessageAdded{Message: l})
	got := asked[client.Shown](s)
	if len(got) == 0 || got[len(got)-1].Messages[0] != l.ID {
		t.Fatalf("shown: %v", got)
	}
	// A check in its place hides the messages.
	s.press(model.Action{Kind: model.ActionCheck, Peer: ana})
	before := len(asked[client.Shown](s))
	s.play(client.MessageAdded{Message: theirs(2, "Unseen")})
	if n := len(asked[client.Shown](s)); n != before {
		t.Error("a text behind the check counts as seen")
	}
}
