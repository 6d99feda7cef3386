package config

import "slices"

// Settings are the user's choices for the whole program. The zero value is
// what a new profile has, and the safe default of each.
type Settings struct {
	Language string // as i18n.Set takes it; empty: the system's
	Tor      TorSettings

	NoNotify          bool // no notifications
	NotifyWho         bool // a notification names the contact
	LockAfter         int  // minutes without the user; 0: the program's default; NeverLock
	StayOpen          bool // not locked with the session or before sleep
	Background        bool // goes on when its window is closed
	TextScale         int  // per cent; 0: as the system has it
	SendWithCtrlEnter bool // Ctrl+Return sends, Return begins a new line
	Window            WindowPlace
}

// NeverLock is the LockAfter of who does not want to be locked out.
const NeverLock = -1

// WindowPlace is how large the window was left, and where, in logical pixels.
type WindowPlace struct {
	Width, Height int // when it is not maximized; both 0: as it comes
	Maximized     bool
	X, Y          int  // of its upper left corner then
	Known         bool // X and Y are
}

// TorSettings say how the user wants Tor to be reached. The zero value leaves
// it to the program, which is what nearly everybody needs. At most one of the
// two is set.
type TorSettings struct {
	Hand    string   // the Tor to use and no other: "127.0.0.1:9050" or "unix:/run/tor/socks"
	Bridges []string // lines as tor.ParseBridges gave them; our own Tor uses them
}

// Clone returns a deep copy.
func (s Settings) Clone() Settings {
	s.Tor.Bridges = slices.Clone(s.Tor.Bridges)
	return s
}
