package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// choices is what the user has chosen for the whole program.
type choices struct {
	now     client.Settings
	next    *client.Settings // asked for, not yet written down
	asked   client.CommandID
	problem *client.Problem // why the last change was not
	undo    client.Settings // as they were before the protection was taken back
}

// Settings returns the settings in force. Changes.Settings says when they
// changed.
func (m *Model) Settings() client.Settings { return m.settings.now }

// applySettings takes the settings.
func (m *Model) applySettings(s client.Settings) {
	m.settings.now = s
	m.changes.Settings = true
	m.speak(s.Language)
}

// speak goes to a language; empty: to the system's, or what was chosen in its place
// on the pages before the profile is open. What is kept of words goes with the old one.
func (m *Model) speak(language string) {
	if language == "" {
		language = m.language()
	}
	was := i18n.Language()
	if i18n.Set(language) == was {
		return
	}
	for _, c := range m.contacts {
		c.row = nil
		c.journal.all()
	}
	m.changes = Changes{
		Forget: m.changes.Forget,
		Screen: true, Starting: true, Broken: true, Unlock: true, FirstRun: true, Main: true, Status: true, Requests: true,
		List: true, Conversation: true, Composer: true, Check: true, Details: true, Dialog: true, Page: true, Settings: true, Language: true,
		Rows: RowChanges{Reset: true}, Clipboard: m.changes.Clipboard, Focus: m.changes.Focus, FocusID: m.changes.FocusID, Quit: m.changes.Quit,
		Hide: m.changes.Hide, Present: m.changes.Present, Place: m.changes.Place, Notify: m.changes.Notify, Withdraw: m.changes.Withdraw,
	}
}

// wanted returns the settings as they will be once what was asked for is done.
func (m *Model) wanted() client.Settings {
	if m.settings.next != nil {
		return *m.settings.next
	}
	return m.settings.now
}

// ChangeSettings asks for other settings: change gets a copy of those in force.
func (m *Model) ChangeSettings(change func(*client.Settings)) {
	next := m.wanted()
	change(&next)
	if m.profile != client.ProfileOpen || next == m.wanted() {
		return
	}
	var id client.CommandID
	id = m.ask(func(p *client.Problem) {
		if m.settings.asked != id {
			return // another change is on its way
		}
		asked := m.settings.next
		m.settings.next, m.settings.problem = nil, p
		if p == nil && *asked != m.settings.now {
			m.applySettings(*asked)
		}
	})
	m.settings.next, m.settings.asked, m.settings.problem = &next, id, nil
	m.do(client.SetSettings{ID: id, Settings: next})
}
