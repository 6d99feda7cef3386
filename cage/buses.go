package cage

import "fmt"

// Buses are the filtered ways to the buses of the desktop: a program of its
// own (xdg-dbus-proxy) stands between them and the window, and ends with it.
type Buses struct {
	folder string // where the sockets are
	env    map[string]string
	begun  chan struct{} // closed when nothing has to be started or connected to any more
	ready  chan struct{} // closed when it is known whether the filter runs
	state  Bus
}

// Environ are the variables that lead GTK to the filtered buses, and keep it
// from looking for others. They have to be set before GTK starts.
func (b *Buses) Environ() map[string]string { return b.env }

// Ready waits until the filter listens, or has failed to within three seconds.
func (b *Buses) Ready() Bus {
	<-b.ready
	return b.state
}

// Forget takes the sockets out of the file system. It is for the time after
// SealWindow, when nothing can connect to them any more.
func (b *Buses) Forget() {
	if b.folder != "" {
		removeAll(b.folder)
	}
}

// sessionRules are what the window may say on the session bus; the form is
// xdg-dbus-proxy's. Everything that is not here is refused: starting units
// (systemd), opening addresses, running in the background, choosing files
// outside (portals), changing settings (dconf), other programs.
var sessionRules = []string{
	// Notifications. They are shown by the desktop, and clicks come back.
	"--call=org.freedesktop.Notifications=org.freedesktop.Notifications.Notify@/org/freedesktop/Notifications",
	"--call=org.freedesktop.Notifications=org.freedesktop.Notifications.CloseNotification@/org/freedesktop/Notifications",
	"--call=org.freedesktop.Notifications=org.freedesktop.Notifications.GetCapabilities@/org/freedesktop/Notifications",
	"--call=org.freedesktop.Notifications=org.freedesktop.Notifications.GetServerInformation@/org/freedesktop/Notifications",
	"--broadcast=org.freedesktop.Notifications=org.freedesktop.Notifications.*@/org/freedesktop/Notifications",
	// Light or dark, and the like: read, and told when it changes.
	"--call=org.freedesktop.portal.Desktop=org.freedesktop.portal.Settings.Read@/org/freedesktop/portal/desktop",
	"--call=org.freedesktop.portal.Desktop=org.freedesktop.portal.Settings.ReadOne@/org/freedesktop/portal/desktop",
	"--call=org.freedesktop.portal.Desktop=org.freedesktop.portal.Settings.ReadAll@/org/freedesktop/portal/desktop",
	"--broadcast=org.freedesktop.portal.Desktop=org.freedesktop.portal.Settings.SettingChanged@/org/freedesktop/portal/desktop",
	"--broadcast=ca.desrt.dconf=ca.desrt.dconf.Writer.Notify@/ca/desrt/dconf/Writer/user",
	// That the desktop was locked: told by whichever of them it has.
	"--broadcast=org.freedesktop.ScreenSaver=org.freedesktop.ScreenSaver.ActiveChanged@/org/freedesktop/ScreenSaver",
	"--broadcast=org.freedesktop.ScreenSaver=org.freedesktop.ScreenSaver.ActiveChanged@/ScreenSaver",
	"--broadcast=org.gnome.ScreenSaver=org.gnome.ScreenSaver.ActiveChanged@/org/gnome/ScreenSaver",
	"--broadcast=org.cinnamon.ScreenSaver=org.cinnamon.ScreenSaver.ActiveChanged@/org/cinnamon/ScreenSaver",
	"--broadcast=org.mate.ScreenSaver=org.mate.ScreenSaver.ActiveChanged@/org/mate/ScreenSaver",
	"--broadcast=org.xfce.ScreenSaver=org.xfce.ScreenSaver.ActiveChanged@/org/xfce/ScreenSaver",
	// Input methods, for what is not on a keyboard.
	"--talk=org.freedesktop.portal.IBus",
	"--talk=org.freedesktop.portal.Fcitx",
}

// systemRules are what the window hears on the system bus: that the computer is
// about to sleep. It can ask nobody for anything there.
var systemRules = []string{
	"--broadcast=org.freedesktop.login1=org.freedesktop.login1.Manager.PrepareForSleep@/org/freedesktop/login1",
}

// lockRule lets in, besides, that the user's own session is to be locked. Its name
// is XDG_SESSION_ID; none: the screen saver says so.
func lockRule(session string) []string {
	path := sessionPath(session)
	if path == "" {
		return nil
	}
	return []string{"--broadcast=org.freedesktop.login1=org.freedesktop.login1.Session.Lock@" + path}
}

// sessionPath is where logind has a session: its name with all that is no letter or
// digit, and a digit at the beginning, as "_" and two hex digits; "" for a name that
// no session has.
func sessionPath(session string) string {
	if session == "" || len(session) > 64 {
		return ""
	}
	path := "/org/freedesktop/login1/session/"
	for i, c := range []byte(session) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if letter || i > 0 && c >= '0' && c <= '9' {
			path += string(c)
		} else {
			path += fmt.Sprintf("_%02x", c)
		}
	}
	return path
}

// a11yRules are what the window may say on the accessibility bus: that it is
// there, and who wants to hear of which events. Assistive programs ask us, and
// are answered; we ask no other program. As Flatpak has it.
var a11yRules = []string{
	"--sloppy-names", // to know when an assistive program has gone
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.Socket.Embed@/org/a11y/atspi/accessible/root",
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.Socket.Unembed@/org/a11y/atspi/accessible/root",
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.Registry.GetRegisteredEvents@/org/a11y/atspi/registry",
	"--broadcast=org.a11y.atspi.Registry=org.a11y.atspi.Registry.*@/org/a11y/atspi/registry",
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.DeviceEventController.GetKeystrokeListeners@/org/a11y/atspi/registry/deviceeventcontroller",
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.DeviceEventController.GetDeviceEventListeners@/org/a11y/atspi/registry/deviceeventcontroller",
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.DeviceEventController.NotifyListenersSync@/org/a11y/atspi/registry/deviceeventcontroller",
	"--call=org.a11y.atspi.Registry=org.a11y.atspi.DeviceEventController.NotifyListenersAsync@/org/a11y/atspi/registry/deviceeventcontroller",
}
