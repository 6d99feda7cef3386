//go:build amd64 || arm64

package cage

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience bounds how long a bus or the filter may take at the start.
const patience = 3 * time.Second

// OpenBuses starts the filter for the buses that the environment names, and
// does not wait for it. Where there is none, or no xdg-dbus-proxy, the window
// gets no bus: Environ leads nowhere. It must be called before Window, and
// getenv must still say what the user's session says.
func OpenBuses(getenv func(string) string) (*Buses, error) {
	b := &Buses{begun: make(chan struct{}), ready: make(chan struct{})}
	runtime := getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(runtime) {
		runtime = os.TempDir()
	}
	above := filepath.Join(runtime, "hushwing")
	if err := os.MkdirAll(above, 0o700); err != nil {
		return nil, err
	}
	var err error
	if b.folder, err = os.MkdirTemp(above, "bus-"); err != nil {
		return nil, err
	}
	session, a11y, system := filepath.Join(b.folder, "session"), filepath.Join(b.folder, "a11y"), filepath.Join(b.folder, "system")
	b.env = map[string]string{
		"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + session,
		"AT_SPI_BUS_ADDRESS":       "unix:path=" + a11y,
		"DBUS_SYSTEM_BUS_ADDRESS":  "unix:path=" + system,
		// The input methods' own buses would be a way round the filter.
		"IBUS_USE_PORTAL": "1",
		// What would be asked for on the bus, and refused.
		"GIO_USE_VFS":            "local",
		"GIO_USE_VOLUME_MONITOR": "unix",
		"GTK_USE_PORTAL":         "0",
	}
	go func() {
		defer close(b.ready)
		listens, err := start(getenv, session, a11y, system)
		close(b.begun)
		if err == nil && listens() == nil {
			b.state = BusFiltered
		}
	}()
	return b, nil
}

// start starts the filter; listens waits until it can be connected to.
func start(getenv func(string) string, session, a11y, system string) (listens func() error, err error) {
	program, err := exec.LookPath("xdg-dbus-proxy")
	if err != nil {
		return nil, err
	}
	address := sessionBus(getenv)
	if address == "" {
		return nil, errors.New("no session bus")
	}
	args := slices.Concat([]string{"--fd=3", address, session, "--filter"}, sessionRules)
	if own := accessibilityBus(getenv, address); own != "" {
		args = slices.Concat(args, []string{own, a11y, "--filter"}, a11yRules)
	}
	if own := systemBus(getenv); own != "" {
		args = slices.Concat(args, []string{own, system, "--filter"}, systemRules, lockRule(getenv("XDG_SESSION_ID")))
	}
	// The filter writes to the pipe when it listens, and ends when nobody holds
	// the other end any more: that is kept open for as long as this process is.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, args...)
	cmd.ExtraFiles = []*os.File{write}
	err = cmd.Start()
	write.Close()
	if err != nil {
		read.Close()
		return nil, err
	}
	go func() { _ = cmd.Wait() }()
	return func() error {
		err := read.SetReadDeadline(time.Now().Add(patience))
		if err == nil {
			_, err = read.Read(make([]byte, 1))
		}
		if err != nil {
			read.Close()
			return err
		}
		held = append(held, read)
		return nil
	}, nil
}

// held are files that must not be closed, nor collected.
var held []*os.File

// sessionBus is the address of the session bus, as the D-Bus specification
// says; "" if there is none.
func sessionBus(getenv func(string) string) string {
	if a := getenv("DBUS_SESSION_BUS_ADDRESS"); a != "" {
		return a
	}
	if dir := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return "unix:path=" + filepath.Join(dir, "bus")
		}
	}
	return ""
}

// systemBus is the address of the system bus; "" if there is none.
func systemBus(getenv func(string) string) string {
	if a := getenv("DBUS_SYSTEM_BUS_ADDRESS"); a != "" {
		return a
	}
	for _, path := range []string{"/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket"} {
		if _, err := os.Stat(path); err == nil {
			return "unix:path=" + path
		}
	}
	return ""
}

// accessibilityBus is the address of the accessibility bus, from the
// environment or else from the session bus, which starts it where it has to.
func accessibilityBus(getenv func(string) string, session string) string {
	if getenv("NO_AT_BRIDGE") == "1" {
		return ""
	}
	if a := getenv("AT_SPI_BUS_ADDRESS"); a != "" {
		return a
	}
	c, err := dbus.Dial(session)
	if err != nil {
		return ""
	}
	defer c.Close()
	late := time.AfterFunc(patience, func() { c.Close() })
	defer late.Stop()
	if err := c.Auth([]dbus.Auth{dbus.AuthExternal(strconv.Itoa(os.Getuid()))}); err != nil {
		return ""
	}
	if err := c.Hello(); err != nil {
		return ""
	}
	var address string
	if err := c.Object("org.a11y.Bus", "/org/a11y/bus").Call("org.a11y.Bus.GetAddress", 0).Store(&address); err != nil {
		return ""
	}
	return address
}

// removeAll removes a folder of sockets; if it stays, it is in the way of nobody.
func removeAll(dir string) { _ = os.RemoveAll(dir) }
