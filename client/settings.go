package client

import (
	"hushwing/config"
	"hushwing/secret"
)

// Settings are the user's choices for the whole program, but for how Tor is
// reached (UseTor). The zero value is the safe default of everything.
type Settings struct {
	Language string // as i18n.Set takes it; empty: the system's

	NoNotify  bool // no notifications at all
	NotifyWho bool // a notification names the contact; the text is never in it

	LockAfter int  // minutes without the user; 0: the default (DefaultLockAfter), negative: never
	StayOpen  bool // not locked with the session, nor when the computer sleeps

	Background        bool // closing the window keeps the program running
	TextScale         int  // per cent; 0: as the system has it
	SendWithCtrlEnter bool // Ctrl+Return sends, Return begins a new line
	Window            WindowPlace
}

// DefaultLockAfter is how many minutes without the user lock the profile where
// the user has chosen nothing.
const DefaultLockAfter = 15

// WindowPlace is how large the window was left, and where, in logical pixels. The
// zero value: as it comes.
type WindowPlace struct {
	Width, Height int // of the window when it is not maximized
	Maximized     bool
	X, Y          int  // of its upper left corner then
	Known         bool // X and Y are: under Wayland no program learns where its windows are
}

// Draft is a text that was begun.
type Draft struct {
	Peer
	Text string
}

// onDisk returns what is written down, within the profile's bounds.
func (s Settings) onDisk(t config.TorSettings) config.Settings {
	out := config.Settings{
		Language: s.Language, Tor: t, NoNotify: s.NoNotify, NotifyWho: s.NotifyWho,
		LockAfter: min(s.LockAfter, config.MaxLockAfter), StayOpen: s.StayOpen, Background: s.Background,
		SendWithCtrlEnter: s.SendWithCtrlEnter,
		Window: config.WindowPlace{
			Width: min(max(s.Window.Width, 0), config.MaxWindow), Height: min(max(s.Window.Height, 0), config.MaxWindow),
			Maximized: s.Window.Maximized, Known: s.Window.Known,
			X: min(max(s.Window.X, -config.MaxWindow), config.MaxWindow), Y: min(max(s.Window.Y, -config.MaxWindow), config.MaxWindow),
		},
	}
	if s.LockAfter < 0 {
		out.LockAfter = config.NeverLock
	}
	if s.TextScale > 0 {
		out.TextScale = min(max(s.TextScale, config.MinTextScale), config.MaxTextScale)
	}
	return out
}

func settingsFrom(s config.Settings) Settings {
	return Settings{
		Language: s.Language, NoNotify: s.NoNotify, NotifyWho: s.NotifyWho, LockAfter: s.LockAfter,
		StayOpen: s.StayOpen, Background: s.Background, TextScale: s.TextScale, SendWithCtrlEnter: s.SendWithCtrlEnter,
		Window: WindowPlace(s.Window),
	}
}

type (
	// Lock ends everything that is open: accounts sign out (in two seconds at most),
	// Tor's connections and the private chats end, the profile is closed, and keys
	// and texts are forgotten. Answer: ProfileChanged with ProfileLocked. Unlock
	// opens it again.
	Lock struct{}
	// ChangePassword takes the profile to another password. Answer: Done, or Refused
	// and the old one holds.
	ChangePassword struct {
		ID         CommandID
		Old, Fresh secret.Text
	}
	// DestroyProfile destroys the profile for good, open, locked or broken: first what
	// holds its key, so that nothing of it can be read from then on, then the rest.
	// No password is asked. Answer: ProfileChanged with ProfileNone, then Done; or
	// Refused, where not even the key could be destroyed.
	DestroyProfile struct{ ID CommandID }
	// SetSettings replaces the settings. Answer: Done and SettingsChanged, or Refused.
	SetSettings struct {
		ID       CommandID
		Settings Settings
	}
	// SaveDraft keeps what stands in the composer of a conversation; empty forgets
	// it. It may be sent at each key press. There is no answer: a draft that cannot
	// be written stays with the screen.
	SaveDraft struct {
		Peer Peer
		Text string
	}
)

func (Lock) command()           {}
func (ChangePassword) command() {}
func (DestroyProfile) command() {}
func (SetSettings) command()    {}
func (SaveDraft) command()      {}

// SettingsChanged tells the settings: after the profile was opened, before
// Snapshot, and whenever they change.
type SettingsChanged struct{ Settings Settings }

func (SettingsChanged) event() {}
