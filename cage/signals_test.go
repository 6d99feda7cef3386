//go:build linux && (amd64 || arm64)

package cage

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"hushwing/internal/lab/screen"
)

// TestBusesTellOfLocks: that the desktop is locked, that the session is to be, and
// that the computer is about to sleep comes through, and nothing else of those who
// say so; and they cannot be asked for anything.
func TestBusesTellOfLocks(t *testing.T) {
	s := screen.New(t)
	plain := onScreen(s)
	env := func(name string) string {
		if name == "XDG_SESSION_ID" {
			return "2"
		}
		return plain(name)
	}
	bus := env("DBUS_SESSION_BUS_ADDRESS") // and the system bus, on this screen
	savers := newProgram(t, bus, "org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver")
	logind := newProgram(t, bus, "org.freedesktop.login1")
	network := newProgram(t, bus, "org.freedesktop.NetworkManager")
	b := filtered(t, env)
	hears := func(address string) (conn *dbus.Conn, heard chan *dbus.Signal) {
		conn, heard = dial(t, address), make(chan *dbus.Signal, 100)
		conn.Signal(heard)
		for _, iface := range []string{"org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver", "org.freedesktop.login1.Manager", "org.freedesktop.login1.Session", "org.freedesktop.NetworkManager"} {
			if err := conn.AddMatchSignal(dbus.WithMatchInterface(iface)); err != nil {
				t.Fatal(err)
			}
		}
		return conn, heard
	}
	session, onSession := hears(b.Environ()["DBUS_SESSION_BUS_ADDRESS"])
	system, onSystem := hears(b.Environ()["DBUS_SYSTEM_BUS_ADDRESS"])
	_, free := hears(bus)

	const login1, own, other = "/org/freedesktop/login1", "/org/freedesktop/login1/session/_32", "/org/freedesktop/login1/session/_33"
	for _, r := range []struct {
		from         *program
		path, signal string
		on           chan *dbus.Signal // where it comes through; nil: nowhere
	}{
		{savers, "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", onSession},
		{savers, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", onSession},
		{savers, "/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", onSession},
		{savers, "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.WakeUpScreen", nil},
		{savers, "/elsewhere", "org.gnome.ScreenSaver.ActiveChanged", nil},
		{logind, login1, "org.freedesktop.login1.Manager.PrepareForSleep", onSystem},
		{logind, own, "org.freedesktop.login1.Session.Lock", onSystem},
		{logind, other, "org.freedesktop.login1.Session.Lock", nil},
		{logind, own, "org.freedesktop.login1.Session.Unlock", nil},
		{logind, login1, "org.freedesktop.login1.Manager.SessionNew", nil},
		{network, "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager.StateChanged", nil},
	} {
		if err := r.from.conn.Emit(dbus.ObjectPath(r.path), r.signal, true); err != nil {
			t.Fatal(err)
		}
		came := func(c chan *dbus.Signal, patience time.Duration) bool {
			late := time.After(patience)
			for {
				select {
				case got := <-c:
					if got.Name == r.signal && string(got.Path) == r.path {
						return true
					}
				case <-late:
					return false
				}
			}
		}
		if !came(free, 5*time.Second) {
			t.Errorf("%s: the control does not hear it", r.signal)
		}
		for name, c := range map[string]chan *dbus.Signal{"session": onSession, "system": onSystem} {
			patience := 100 * time.Millisecond
			if c == r.on {
				patience = 5 * time.Second
			}
			if came(c, patience) != (c == r.on) {
				t.Errorf("%s of %s on the %s bus: through: %v", r.signal, r.path, name, c != r.on)
			}
		}
	}
	for _, r := range []struct {
		conn               *dbus.Conn
		to                 *program
		name, path, method string
	}{
		{system, logind, "org.freedesktop.login1", login1, "org.freedesktop.login1.Manager.PowerOff"},
		{system, logind, "org.freedesktop.login1", login1, "org.freedesktop.login1.Manager.ListSessions"},
		{system, logind, "org.freedesktop.login1", login1, "org.freedesktop.login1.Manager.Inhibit"},
		{system, logind, "org.freedesktop.login1", own, "org.freedesktop.login1.Session.SetLockedHint"},
		{system, network, "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager", "org.freedesktop.DBus.Properties.GetAll"},
		{session, savers, "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.SetActive"},
		{session, savers, "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.Inhibit"},
	} {
		r.to.forget()
		if err := call(r.conn, r.name, r.path, r.method); err == nil || r.to.heard(r.method) {
			t.Errorf("%s came through: %v", r.method, err)
		}
	}
}

func TestSessionPath(t *testing.T) {
	const at = "/org/freedesktop/login1/session/"
	for id, want := range map[string]string{"2": at + "_32", "c12": at + "c12", "12": at + "_312", "": "", "a/b=*": at + "a_2fb_3d_2a"} {
		if got := sessionPath(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}
