package model

import (
	"time"

	"hushwing/client"
)

// WindowPlace is how large the window is, and where.
type WindowPlace = client.WindowPlace

// manners is how the window stands to the person before it.
type manners struct {
	acted   time.Time // the last sign of a person, on the wall's clock
	focused bool      // the window has the keyboard
	hidden  bool      // it is closed, and the program goes on
	place   WindowPlace
	placed  bool               // it has been given the size that it was left with
	notices map[string]*notice // by tag
}

// Acted takes a sign that somebody is there: a key, the pointer. Once a second is
// enough. Where nobody was for too long (the computer slept, and so did the timer)
// it locks instead.
func (m *Model) Acted() {
	if m.CheckIdle() {
		return
	}
	m.acted = m.wall()
}

// wall is the time by the clock on the wall, which goes on while the computer sleeps.
func (m *Model) wall() time.Time { return m.now().Round(0) }

// idleLimit is how long nobody may be there; zero: for ever.
func (m *Model) idleLimit() time.Duration {
	s := m.Settings()
	switch {
	case m.profile != client.ProfileOpen || s.LockAfter < 0:
		return 0
	case s.LockAfter == 0:
		return client.DefaultLockAfter * time.Minute
	}
	return time.Duration(s.LockAfter) * time.Minute
}

// LockIn returns when to call CheckIdle; zero: not at all, as it stands.
func (m *Model) LockIn() time.Duration {
	limit := m.idleLimit()
	if limit == 0 {
		return 0
	}
	return max(limit-m.wall().Sub(m.acted), time.Second)
}

// CheckIdle locks where nobody was there for as long as the user has set, and
// reports whether it did.
func (m *Model) CheckIdle() bool {
	limit := m.idleLimit()
	if limit == 0 || m.wall().Sub(m.acted) < limit {
		return false
	}
	m.Lock()
	return true
}

// SessionLocked: the desktop was locked, or the computer is about to sleep.
func (m *Model) SessionLocked() {
	if !m.Settings().StayOpen {
		m.Lock()
	}
}

// Focused takes whether the window has the keyboard.
func (m *Model) Focused(on bool) { m.focused = on }

// Placed takes how large the window is, and where.
func (m *Model) Placed(p WindowPlace) { m.place = p }

// Place returns what Placed took last.
func (m *Model) Place() WindowPlace { return m.place }

// opened: the profile is open, so somebody was there just now.
func (m *Model) opened() {
	m.acted = m.wall()
	if p := m.Settings().Window; !m.placed && p.Width > 0 && p.Height > 0 {
		m.changes.Place = true
	}
	m.placed = true // from now on it is as the user has it, also after a lock
}

// keepPlace writes down how large the window was left, and where.
func (m *Model) keepPlace() {
	if p := m.place; p.Width > 0 && p.Height > 0 && m.profile == client.ProfileOpen {
		m.ChangeSettings(func(s *client.Settings) { s.Window = p })
	}
}

// Close is the window's own way out: where the user wants it the program goes on
// without a window, else it ends.
func (m *Model) Close() {
	if m.Settings().Background && m.profile == client.ProfileOpen {
		m.keepPlace()
		m.hidden, m.focused = true, false
		m.changes.Hide = true
		return
	}
	m.Quit()
}

// Quit ends the program.
func (m *Model) Quit() {
	m.keepPlace()
	m.withdrawAll()
	m.changes.Quit = true
}

// Called: the program was started once more, perhaps with a link.
func (m *Model) Called(link string) {
	m.changes.Present = true
	if link != "" {
		m.OpenLink(link)
	}
}

// Presented: the window is there again.
func (m *Model) Presented() { m.hidden = false }
