package atspi

import "fmt"

// Keys that have no character of their own (X keysyms).
const (
	KeyTab     = 0xff09
	KeyReturn  = 0xff0d
	KeyEscape  = 0xff1b
	KeyUp      = 0xff52
	KeyDown    = 0xff54
	KeySpace   = 0x20
	KeyDelete  = 0xffff
	KeyBackTab = 0xfe20 // Shift+Tab
)

// Control is the modifier for KeyWith (X's mask).
const Control = 1 << 2

// Kinds of GenerateKeyboardEvent (AtspiKeySynthType).
const (
	symbol = uint32(3) // pressed and let go
	lock   = uint32(5) // modifiers, held
	unlock = uint32(6)
)

// KeyOf is the key (X keysym) of a character, of one that no keyboard has, too.
func KeyOf(r rune) int {
	switch {
	case r == '\n':
		return KeyReturn
	case r >= 0x20 && r < 0x7f || r >= 0xa0 && r <= 0xff:
		return int(r)
	}
	return 0x01000000 | int(r)
}

// Key presses a key and lets it go, for whichever window has the keyboard. A
// screen reader's user does so where a widget has no action of its own, as the
// rows of a GTK list have none.
func (d *Desktop) Key(keysym int) error { return d.key(keysym, symbol) }

// KeyWith is Key while modifiers are held.
func (d *Desktop) KeyWith(modifiers, keysym int) error {
	if err := d.key(modifiers, lock); err != nil {
		return err
	}
	err := d.Key(keysym)
	if up := d.key(modifiers, unlock); err == nil {
		err = up
	}
	return err
}

func (d *Desktop) key(code int, kind uint32) error {
	ctx, cancel := d.deadline()
	defer cancel()
	controller := d.conn.Object("org.a11y.atspi.Registry", "/org/a11y/atspi/registry/deviceeventcontroller")
	err := controller.CallWithContext(ctx, "org.a11y.atspi.DeviceEventController.GenerateKeyboardEvent", 0, int32(code), "", kind).Err
	if err != nil {
		return fmt.Errorf("atspi: key %#x: %w", code, err)
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
