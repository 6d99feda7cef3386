package atspi

import "fmt"

// Keys that have no character of their own (X keysyms).
const (
	KeyReturn = 0xff0d
	KeyEscape = 0xff1b
)

// Key presses a key and lets it go, for whichever window has the keyboard. A
// screen reader's user does so where a widget has no action of its own, as the
// rows of a GTK list have none.
func (d *Desktop) Key(keysym int) error {
	ctx, cancel := d.deadline()
	defer cancel()
	const symbol = uint32(3) // ATSPI_KEY_SYM: pressed and let go
	controller := d.conn.Object("org.a11y.atspi.Registry", "/org/a11y/atspi/registry/deviceeventcontroller")
	err := controller.CallWithContext(ctx, "org.a11y.atspi.DeviceEventController.GenerateKeyboardEvent", 0, int32(keysym), "", symbol).Err
	if err != nil {
		return fmt.Errorf("atspi: key %#x: %w", keysym, err)
	}
	return nil
}

// RightClick presses the right button of the mouse in the middle of a widget, and
// lets it go.
func (d *Desktop) RightClick(n Node) error {
	at, err := n.Extents()
	if err != nil {
		return err
	}
	ctx, cancel := d.deadline()
	defer cancel()
	controller := d.conn.Object("org.a11y.atspi.Registry", "/org/a11y/atspi/registry/deviceeventcontroller")
	err = controller.CallWithContext(ctx, "org.a11y.atspi.DeviceEventController.GenerateMouseEvent", 0, at.X+at.Width/2, at.Y+at.Height/2, "b3c").Err
	if err != nil {
		return fmt.Errorf("atspi: right click: %w", err)
	}
	return nil
}
