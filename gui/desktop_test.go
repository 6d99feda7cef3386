package gui

import (
	"bufio"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/i18n"
)

// notes is a notification service on a bus of its own, played by the test.
type notes struct {
	t    *testing.T
	bus  *dbus.Conn
	mu   sync.Mutex
	last uint32
	said []string          // each Notify, with all that it said
	up   map[uint32]string // titles of what is shown
}

// Notify is the service's method (Desktop Notifications Specification, 1.2).
func (n *notes) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, timeout int32) (uint32, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id := replaces
	if id == 0 {
		n.last++
		id = n.last
	}
	n.said = append(n.said, fmt.Sprint(app, icon, title, "[", body, "]", actions, hints, timeout))
	n.up[id] = title
	return id, nil
}

// CloseNotification is the service's method.
func (n *notes) CloseNotification(id uint32) *dbus.Error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.up, id)
	return nil
}

func (n *notes) shown() (titles []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.up {
		titles = append(titles, t)
	}
	return titles
}

// newBus starts a bus and returns its address.
func newBus(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", "--address=unix:dir="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start dbus-daemon (install the package dbus): %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func onBus(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	c, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// withDesktop is a stage whose window has reached a desktop with notifications.
func withDesktop(t *testing.T) (*stage, *notes) {
	t.Helper()
	address := newBus(t)
	n := &notes{t: t, bus: onBus(t, address), up: map[uint32]string{}}
	if err := n.bus.Export(n, notesPath, notesName); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{notesName, "org.gnome.ScreenSaver", "org.freedesktop.login1"} {
		if _, err := n.bus.RequestName(name, 0); err != nil {
			t.Fatal(err)
		}
	}
	was := reached
	reached.session, reached.system = onBus(t, address), onBus(t, address)
	t.Cleanup(func() { reached = was })
	return newStage(t), n
}

// until waits for something that another process has to do first.
func (s *stage) until(what string, ok func() bool) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		settle(s.t)
		if ok() {
			return
		}
	}
	s.t.Fatalf("waited in vain: %s", what)
}

// TestNotifications: what the desktop is told of a text: that there is one. A click
// leads to it, and what was read is taken back.
func TestNotifications(t *testing.T) {
	s, n := withDesktop(t)
	const text = "meet me at the old mill"
	s.play(opened()...)
	s.play(client.MessageAdded{Message: client.Message{Peer: ana, ID: "n1", Text: text, Time: clock()}})
	s.until("a notification", func() bool { return len(n.shown()) == 1 })
	n.mu.Lock()
	said := strings.Join(n.said, "\n")
	n.mu.Unlock()
	if !strings.Contains(said, i18n.T("New message")+"[]") || !strings.Contains(said, `"suppress-sound": true`) && !strings.Contains(said, "suppress-sound:true") {
		t.Errorf("said: %s", said)
	}
	for _, secret := range []string{text, "Ana", ana.Address, ana.Account} {
		if strings.Contains(said, secret) {
			t.Errorf("the desktop is told %q: %s", secret, said)
		}
	}
	emit := func(path dbus.ObjectPath, name string, values ...any) {
		if err := n.bus.Emit(path, name, values...); err != nil {
			t.Fatal(err)
		}
	}
	emit(notesPath, notesName+".ActionInvoked", uint32(4711), "default") // of another program's
	emit(notesPath, notesName+".ActivationToken", uint32(1), "token_TIME1")
	emit(notesPath, notesName+".ActionInvoked", uint32(1), "default")
	s.until("the conversation", func() (open bool) {
		onUI(t, func() { open = s.w.m.Conversation().Open })
		return open
	})
	s.until("the notification taken back", func() bool { return len(n.shown()) == 0 })
}

// TestLocksWithDesktop: the desktop's lock, the session's, and sleep.
func TestLocksWithDesktop(t *testing.T) {
	for _, c := range []struct {
		path, signal string
		value        []any
		locks        bool
	}{
		{"/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", []any{false}, false},
		{"/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", []any{true}, true},
		{"/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", []any{true}, true},
		{"/org/freedesktop/login1/session/_32", "org.freedesktop.login1.Session.Lock", nil, true},
		{"/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", []any{"nonsense", 3}, false},
	} {
		s, n := withDesktop(t)
		s.play(opened()...)
		s.play(client.MessageAdded{Message: client.Message{Peer: ana, ID: "n1", Text: "text", Time: clock()}})
		s.until("a notification", func() bool { return len(n.shown()) == 1 })
		if err := n.bus.Emit(dbus.ObjectPath(c.path), c.signal, c.value...); err != nil {
			t.Fatal(err)
		}
		if !c.locks {
			time.Sleep(100 * time.Millisecond)
			s.rest()
			if len(asked[client.Lock](s)) > 0 {
				t.Errorf("%s %v locks", c.signal, c.value)
			}
			continue
		}
		s.until("a lock after "+c.signal, func() bool { return len(asked[client.Lock](s)) == 1 })
		s.until("the notification taken back", func() bool { return len(n.shown()) == 0 })
	}
}

// TestDesktopThatHangs: one that answers nothing holds up neither the window nor
// its end.
func TestDesktopThatHangs(t *testing.T) {
	s, n := withDesktop(t)
	n.mu.Lock() // it answers nothing
	s.play(opened()...)
	began := time.Now()
	var events []client.Event
	for i := range 200 {
		events = append(events, client.SettingsChanged{Settings: client.Settings{NotifyWho: i%2 == 0}},
			client.MessageAdded{Message: client.Message{Peer: ana, ID: fmt.Sprint("n", i), Text: "text", Time: clock()}})
	}
	s.play(events...)
	onUI(t, func() {
		for i := range 200 { // the model is not so talkative
			s.w.desk.notify(model.Notification{Tag: fmt.Sprint(i), Title: "title"})
		}
		s.w.desk.settle(200 * time.Millisecond)
	})
	if d := time.Since(began); d > 20*time.Second { // 200 times its patience would be 400 s
		t.Errorf("it took %v", d)
	}
	n.mu.Unlock()
}

// TestActivityIsSeen: a key or the pointer in the window is a sign, once a second
// at most; and after a quarter of an hour without one it is locked.
func TestActivityIsSeen(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	onUI(t, func() {
		if s.w.idle == 0 {
			t.Error("no timer runs")
		}
		was := s.w.signs.GetValue()
		sign(s.w.win)
		now := s.w.signs.GetValue()
		if was == now {
			t.Error("a sign is not seen")
		}
		sign(s.w.win)
		if s.w.signs.GetValue() != now {
			t.Error("two signs at once are told twice")
		}
	})
	s.play(client.SettingsChanged{Settings: client.Settings{LockAfter: -1}})
	onUI(t, func() {
		if s.w.idle != 0 {
			t.Error("a timer runs for nothing")
		}
	})
}

// TestCloseHides: in the background the window goes and comes back, with the place
// that it had.
func TestCloseHides(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.play(client.SettingsChanged{Settings: client.Settings{Background: true}})
	s.ui(func() { s.w.win.Close() })
	onUI(t, func() {
		if s.w.closed || s.w.win.GetVisible() {
			t.Errorf("closed %v, visible %v", s.w.closed, s.w.win.GetVisible())
		}
	})
	calls := make(chan Call)
	onUI(t, func() { s.w.answer(calls) })
	calls <- Call{Token: "t_TIME1"}
	s.until("the window", func() (up bool) {
		onUI(t, func() { up = s.w.win.GetVisible() })
		return up
	})
	calls <- Call{Link: "xmpp:dora@example.org"}
	s.until("the offer to add", func() (open bool) {
		onUI(t, func() { open = s.w.m.Dialog().Open })
		return open
	})
	s.play(client.SettingsChanged{})
	s.ui(func() { s.w.win.Close() })
	if !s.w.closed {
		t.Error("it does not close")
	}
}

// TestPlaceComesBack: the window takes the size that it was left with, and stands
// where it stood.
func TestPlaceComesBack(t *testing.T) {
	s := newStage(t)
	place := client.WindowPlace{Width: 777, Height: 555, X: 123, Y: 45, Known: true}
	s.play(client.SettingsChanged{Settings: client.Settings{Window: place}})
	s.play(opened()...)
	s.until("the size", func() (same bool) {
		onUI(t, func() {
			w, h := s.w.win.GetSize()
			x, y := s.w.win.GetPosition()
			same = w == place.Width && h == place.Height && x == place.X && y == place.Y
		})
		return same
	})
	s.ui(func() { s.w.win.Resize(800, 600); s.w.win.Move(60, 70) })
	s.until("the new size to be known", func() (same bool) {
		onUI(t, func() { same = s.w.m.Place() == client.WindowPlace{Width: 800, Height: 600, X: 60, Y: 70, Known: true} })
		return same
	})
	s.ui(func() { s.w.m.Lock() })
	set := asked[client.SetSettings](s)
	if len(set) != 1 || set[0].Settings.Window.Width != 800 || set[0].Settings.Window.X != 60 {
		t.Errorf("written down: %+v", set)
	}
}

// TestPlaceOnNoMonitor: a window that was left on a monitor that has gone shows
// where it can be seen.
func TestPlaceOnNoMonitor(t *testing.T) {
	s := newStage(t)
	var x, y int
	onUI(t, func() { x, y = s.w.win.GetPosition() })
	for _, far := range []client.WindowPlace{{X: 5000, Y: 40}, {X: -3000, Y: 40}, {X: 10, Y: 4000}, {X: 10, Y: -400}} {
		far.Width, far.Height, far.Known = 777, 555, true
		onUI(t, func() {
			if onScreen(far) {
				t.Errorf("%+v counts as on the screen", far)
			}
		})
	}
	s.play(client.SettingsChanged{Settings: client.Settings{Window: client.WindowPlace{Width: 777, Height: 555, X: 5000, Y: 40, Known: true}}})
	s.play(opened()...)
	s.until("the size", func() (same bool) {
		onUI(t, func() { w, _ := s.w.win.GetSize(); same = w == 777 })
		return same
	})
	s.frames()
	onUI(t, func() {
		if nowX, nowY := s.w.win.GetPosition(); nowX != x || nowY != y {
			t.Errorf("it went to %d,%d", nowX, nowY)
		}
	})
}

// TestLockLeavesNoText: after a lock no widget, shown or not, and no clipboard
// holds a text, a name or an address.
func TestLockLeavesNoText(t *testing.T) {
	s := newStage(t)
	chatScene(t, s)
	const draft = "a thought that was begun"
	s.ui(func() {
		s.w.main.right.composer.buffer.SetText(draft)
		copyText("quiet.otter@example.org")
		s.w.toast.text.SetText("Ana is gone")
	})
	secrets := []string{draft, "quiet.otter@example.org", "Ana"}
	onUI(t, func() {
		all := texts()
		for _, x := range secrets {
			if !strings.Contains(all, x) {
				t.Errorf("the control: %q is not there before either", x)
			}
		}
	})
	s.ui(func() { s.w.m.Lock(); s.w.flush() })
	s.play(client.ProfileChanged{State: client.ProfileLocked})
	onUI(t, func() {
		all := texts()
		for _, x := range secrets {
			if i := strings.Index(all, x); i >= 0 {
				t.Errorf("%q is still there: %q", x, all[max(0, i-20):min(len(all), i+60)])
			}
		}
	})
}
