package screen

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// a11yName is "org.a11y.Bus" on the session bus: it tells programs where the
// accessibility bus is. In a desktop at-spi-bus-launcher has it; here this
// process has, so that both buses are its own children.
type a11yName struct {
	conn    *dbus.Conn
	address string
}

// GetAddress is org.a11y.Bus.GetAddress.
func (n *a11yName) GetAddress() (string, *dbus.Error) { return n.address, nil }

func (n *a11yName) close() { n.conn.Close() }

func ownA11yName(bus, address string) (*a11yName, error) {
	conn, err := dbus.Connect("unix:path=" + bus)
	if err != nil {
		return nil, fmt.Errorf("screen: session bus: %w", err)
	}
	n := &a11yName{conn: conn, address: address}
	const path, iface = "/org/a11y/bus", "org.a11y.Bus"
	err = conn.Export(n, path, iface)
	if err == nil {
		_, err = prop.Export(conn, path, prop.Map{"org.a11y.Status": {
			"IsEnabled":           {Value: true, Emit: prop.EmitTrue},
			"ScreenReaderEnabled": {Value: false, Emit: prop.EmitTrue},
		}})
	}
	if err == nil {
		_, err = conn.RequestName(iface, dbus.NameFlagDoNotQueue)
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("screen: %s: %w", iface, err)
	}
	return n, nil
}

// startRegistry starts the registry of accessible programs and waits for its name.
func (s *Screen) startRegistry(ctx context.Context, p programs) error {
	var err error
	if s.a11y, err = ownA11yName(s.bus(), s.A11yAddress()); err != nil {
		return err
	}
	cmd := exec.Command(p.registry)
	cmd.Env = s.Environ()
	if err := s.start(cmd, "registry"); err != nil {
		return err
	}
	conn, err := dbus.Connect(s.A11yAddress())
	if err != nil {
		return fmt.Errorf("screen: accessibility bus: %w", err)
	}
	defer conn.Close()
	for {
		var has bool
		if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.a11y.atspi.Registry").Store(&has); err != nil {
			return fmt.Errorf("screen: accessibility bus: %w", err)
		}
		if has {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("screen: no accessibility registry: %w%s", ctx.Err(), s.words("registry"))
		case <-time.After(10 * time.Millisecond):
		}
	}
}
