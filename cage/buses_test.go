//go:build linux && (amd64 || arm64)

package cage

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"hushwing/internal/lab/screen"
)

// program is one on a bus that answers every call and remembers it.
type program struct {
	conn *dbus.Conn
	mu   sync.Mutex
	got  []string
}

func dial(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	c, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// newProgram puts a program with these names on a bus.
func newProgram(t *testing.T, address string, names ...string) *program {
	t.Helper()
	p := &program{conn: dial(t, address)}
	calls := make(chan *dbus.Message, 100)
	for _, n := range names {
		if r, err := p.conn.RequestName(n, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
			t.Fatalf("%s: %v, %v", n, r, err)
		}
	}
	p.conn.Eavesdrop(calls) // from now on there are no answers to what p asks
	go func() {
		for m := range calls {
			if m.Type != dbus.TypeMethodCall {
				continue
			}
			member := m.Headers[dbus.FieldMember].Value().(string)
			iface, _ := m.Headers[dbus.FieldInterface].Value().(string)
			p.mu.Lock()
			p.got = append(p.got, iface+"."+member)
			p.mu.Unlock()
			sender := m.Headers[dbus.FieldSender].Value().(string)
			p.conn.Send(&dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{
				dbus.FieldDestination: dbus.MakeVariant(sender), dbus.FieldReplySerial: dbus.MakeVariant(m.Serial()),
			}}, nil)
		}
	}()
	return p
}

func (p *program) heard(call string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.got {
		if c == call {
			return true
		}
	}
	return false
}

func (p *program) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = nil
}

// call asks and returns whether there was an answer.
func call(c *dbus.Conn, to, path, method string) error {
	done := c.Object(to, dbus.ObjectPath(path)).Go(method, 0, make(chan *dbus.Call, 1)).Done
	select {
	case r := <-done:
		return r.Err
	case <-time.After(10 * time.Second):
		return os.ErrDeadlineExceeded
	}
}

// onScreen is the environment of a program on this screen.
func onScreen(s *screen.Screen) func(string) string {
	return func(name string) string {
		for _, v := range s.Env() {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// filtered starts the filter.
func filtered(t *testing.T, getenv func(string) string) *Buses {
	t.Helper()
	b, err := OpenBuses(getenv)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if b.Ready() != BusFiltered {
		t.Fatal("no filter: install xdg-dbus-proxy")
	}
	t.Logf("the filter listens after %v", time.Since(began))
	return b
}

// TestBuses: what the filter lets through, and what not.
func TestBuses(t *testing.T) {
	s := screen.New(t)
	env := onScreen(s)
	session, a11y := env("DBUS_SESSION_BUS_ADDRESS"), env("AT_SPI_BUS_ADDRESS")
	systemd := newProgram(t, session, "org.freedesktop.systemd1", "org.freedesktop.secrets", "org.gnome.Shell", "org.example.Terminal")
	desktop := newProgram(t, session, "org.freedesktop.portal.Desktop", "org.freedesktop.impl.portal.PermissionStore")
	notes := newProgram(t, session, "org.freedesktop.Notifications")
	dconf := newProgram(t, session, "ca.desrt.dconf")
	terminal := newProgram(t, a11y, "org.example.Terminal")
	b := filtered(t, env)
	ours := dial(t, b.Environ()["DBUS_SESSION_BUS_ADDRESS"])
	oursA11y := dial(t, b.Environ()["AT_SPI_BUS_ADDRESS"])
	free, freeA11y := dial(t, session), dial(t, a11y)

	const portal = "/org/freedesktop/portal/desktop"
	type row struct {
		to                 *program
		name, path, method string
	}
	may := []row{
		{notes, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications.Notify"},
		{notes, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications.GetCapabilities"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.Settings.Read"},
	}
	mustNot := []row{
		{systemd, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager.StartTransientUnit"},
		{systemd, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.DBus.Introspectable.Introspect"},
		{systemd, systemd.conn.Names()[0], "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager.StartTransientUnit"},
		{systemd, "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.GetSecrets"},
		{systemd, "org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell.Eval"},
		{systemd, "org.example.Terminal", "/", "org.gtk.Actions.Activate"},
		{systemd, "org.example.Terminal", "/", "org.freedesktop.Application.Open"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.OpenURI.OpenURI"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.Background.RequestBackground"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.FileChooser.OpenFile"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.NetworkMonitor.CanReach"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.ProxyResolver.Lookup"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.RemoteDesktop.CreateSession"},
		{desktop, "org.freedesktop.portal.Desktop", portal, "org.freedesktop.portal.DynamicLauncher.Launch"},
		{desktop, desktop.conn.Names()[0], portal, "org.freedesktop.portal.OpenURI.OpenURI"},
		{desktop, "org.freedesktop.impl.portal.PermissionStore", "/org/freedesktop/impl/portal/PermissionStore", "org.freedesktop.impl.portal.PermissionStore.SetPermission"},
		{notes, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.example.Other.Call"},
		{notes, "org.freedesktop.Notifications", "/elsewhere", "org.freedesktop.Notifications.Notify"},
		{dconf, "ca.desrt.dconf", "/ca/desrt/dconf/Writer/user", "ca.desrt.dconf.Writer.Change"},
	}
	check := func(rows []row, open bool) {
		t.Helper()
		for _, r := range rows {
			r.to.forget()
			err := call(ours, r.name, r.path, r.method)
			if got := err == nil && r.to.heard(r.method); got != open {
				t.Errorf("%s to %s: through: %v, %v", r.method, r.name, got, err)
			}
			r.to.forget()
			if err := call(free, r.name, r.path, r.method); err != nil || !r.to.heard(r.method) {
				t.Errorf("%s to %s: the control does not come through: %v", r.method, r.name, err)
			}
		}
	}
	check(mustNot, false)
	check(may, true)
	check(mustNot, false) // also after what is allowed has been said
	// Somebody who calls us does not open a way back.
	if err := call(free, ours.Names()[0], "/", "org.freedesktop.DBus.Peer.Ping"); err != nil {
		t.Errorf("a call to us: %v", err)
	}
	check(mustNot, false)
	for _, n := range []string{"org.freedesktop.Hushwing", "org.freedesktop.Notifications.Other"} {
		if r, err := ours.RequestName(n, 0); err == nil {
			t.Errorf("a name on the bus was taken: %s, %v", n, r)
		}
	}

	// The accessibility bus: other programs are not ours to drive.
	unique := terminal.conn.Names()[0]
	for _, r := range [][3]string{
		{"org.example.Terminal", "/org/a11y/atspi/accessible/root", "org.a11y.atspi.Accessible.GetChildren"},
		{unique, "/org/a11y/atspi/accessible/root", "org.a11y.atspi.Accessible.GetChildren"},
		{unique, "/org/a11y/atspi/accessible/1", "org.a11y.atspi.Action.DoAction"},
		{unique, "/org/a11y/atspi/accessible/1", "org.a11y.atspi.EditableText.SetTextContents"},
	} {
		terminal.forget()
		if err := call(oursA11y, r[0], r[1], r[2]); err == nil || terminal.heard(r[2]) {
			t.Errorf("%s to %s came through: %v", r[2], r[0], err)
		}
		if err := call(freeA11y, r[0], r[1], r[2]); err != nil || !terminal.heard(r[2]) {
			t.Errorf("%s to %s: the control does not come through: %v", r[2], r[0], err)
		}
	}
	const controller = "/org/a11y/atspi/registry/deviceeventcontroller"
	for _, r := range [][2]string{
		{"/org/a11y/atspi/accessible/root", "org.a11y.atspi.Accessible.GetChildren"},
		{controller, "org.a11y.atspi.DeviceEventController.GenerateKeyboardEvent"},
		{controller, "org.a11y.atspi.DeviceEventController.RegisterKeystrokeListener"},
		{"/org/a11y/atspi/registry", "org.a11y.atspi.Registry.RegisterEvent"},
	} {
		if err := call(oursA11y, "org.a11y.atspi.Registry", r[0], r[1]); err == nil || err.Error() != "org.freedesktop.DBus.Error.AccessDenied" {
			t.Errorf("%s of the registry: %v", r[1], err)
		}
	}
	if err := call(oursA11y, "org.a11y.atspi.Registry", "/org/a11y/atspi/registry", "org.a11y.atspi.Registry.GetRegisteredEvents"); err != nil {
		t.Errorf("the registry does not say who listens: %v", err)
	}
}

// TestNoFilter: without a bus, or without the filter's program, there is none,
// and GTK is led nowhere.
func TestNoFilter(t *testing.T) {
	runtime := t.TempDir()
	b, err := OpenBuses(func(name string) string {
		return map[string]string{"XDG_RUNTIME_DIR": runtime}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	if b.Ready() != BusNone {
		t.Error("there is a bus")
	}
	path := strings.TrimPrefix(b.Environ()["DBUS_SESSION_BUS_ADDRESS"], "unix:path=")
	if !filepath.IsAbs(path) || path == filepath.Join(runtime, "bus") {
		t.Errorf("GTK is led to %q", path)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("there is something at", path)
	}
}

// TestBusesAskForTheOther: where the accessibility bus is, the session bus knows.
func TestBusesAskForTheOther(t *testing.T) {
	s := screen.New(t)
	env := onScreen(s)
	b := filtered(t, func(name string) string {
		if name == "AT_SPI_BUS_ADDRESS" {
			return ""
		}
		return env(name)
	})
	c := dial(t, b.Environ()["AT_SPI_BUS_ADDRESS"])
	if err := call(c, "org.a11y.atspi.Registry", "/org/a11y/atspi/registry", "org.a11y.atspi.Registry.GetRegisteredEvents"); err != nil {
		t.Error(err)
	}
}

// TestFilterStartsBeforeTheCage: the cage does not come down on the filter.
func TestFilterStartsBeforeTheCage(t *testing.T) {
	s := screen.New(t)
	for _, env := range [][]string{s.Env(), append(s.Env(), "AT_SPI_BUS_ADDRESS=")} {
		for range 5 {
			_, _, out := begin(t, part{Role: "buses", Window: WindowRules{Profile: t.TempDir()}}, nil, env...)
			if i := (&inside{t: t, out: out}); i.hear().Bus != BusFiltered {
				t.Fatal("there is no filter")
			}
		}
	}
}
