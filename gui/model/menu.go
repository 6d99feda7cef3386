package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// mainMenu is the main menu in its groups: people, how it is set, the way out.
// What few people need is a page further: Tor in the settings, this computer
// behind "What protects you now".
func (m *Model) mainMenu() [][]Button {
	return [][]Button{
		{
			button(i18n.T("Add a contact"), Action{Kind: ActionAskAdd}),
			button(i18n.T("My address"), Action{Kind: ActionMyAddress}),
			button(i18n.T("My addresses…"), Action{Kind: ActionAccounts}),
		},
		{
			button(i18n.T("What protects you now"), Action{Kind: ActionProtects}),
			button(i18n.T("Settings"), Action{Kind: ActionSettings}),
			button(i18n.T("Keyboard shortcuts"), Action{Kind: ActionShortcuts}),
			button(i18n.T("About Hushwing"), Action{Kind: ActionAbout}),
		},
		{
			button(i18n.T("Lock now"), Action{Kind: ActionLock}),
			button(i18n.T("Destroy everything…"), Action{Kind: ActionAskDestroy}),
			button(i18n.T("Quit"), Action{Kind: ActionQuit}),
		},
	}
}

// Lock closes the profile. What was on the screen is gone at once; signing out
// takes a moment longer.
func (m *Model) Lock() {
	if m.profile != client.ProfileOpen {
		return
	}
	m.keepPlace()
	m.SaveDrafts()
	m.profile = client.ProfileLocked
	m.forget()
	m.first = newFirstRun()
	m.unlock = unlockState{locking: true}
	m.show(ScreenUnlock)
	m.changes.Unlock = true
	m.do(client.Lock{})
}

// destruction is how far the destruction of the profile is.
type destruction struct {
	asked  bool // the client was told
	answer client.CommandID
	failed bool // once, at least: nobody knows what is left
	gone   bool // it is done: the first run says so
}

// canDestroy reports whether there is a profile to destroy: also one that cannot
// be opened, but for what another Hushwing has open, which offers it itself.
func (m *Model) canDestroy() bool {
	switch m.profile {
	case client.ProfileOpen, client.ProfileLocked:
		return true
	case client.ProfileBroken:
		return m.broken == nil || m.broken.Cause != client.ProfileInUse
	}
	return false
}

// destroy destroys the profile. It was confirmed.
func (m *Model) destroy() client.CommandID {
	m.destroyed.asked = true
	var id client.CommandID
	id = m.ask(func(p *client.Problem) {
		if p == nil {
			return // ProfileChanged has said so
		}
		m.destroyed.asked, m.destroyed.failed = false, true
		m.changes.Broken, m.changes.Unlock = true, true
		if m.dialog.busy == id {
			m.dialog.busy, m.dialog.problem = 0, p
			m.changes.Dialog = true
			return
		}
		m.toast(sentence(*p), Button{})
	})
	m.destroyed.answer = id
	m.do(client.DestroyProfile{ID: id})
	return id
}

// forgetProfile forgets a profile that is closed now. A destruction that does not
// succeed closes it, too, and what came of that is still to be told.
func (m *Model) forgetProfile() {
	open, id := m.dialog, m.destroyed.answer
	answer := m.waiting[id]
	m.forget()
	if !m.destroyed.asked || answer == nil {
		return
	}
	m.waiting[id] = answer
	if open.busy == id {
		m.dialog, m.changes.Dialog = open, true
	}
}

// viewDestroy asks once, and says what destruction does not reach.
func viewDestroy(v *DialogView) {
	v.Title = i18n.T("Destroy everything?")
	v.Text = i18n.T("Your addresses, your contacts, your keys and what waits to be sent are destroyed on this computer, for good. No password brings them back. This is what it cannot erase:")
	v.Evidence = []EvidenceRow{
		aside(i18n.T("What others have"), i18n.T("What you wrote stays with those who received it.")),
		aside(i18n.T("What the servers know"), i18n.T("Your addresses and the lists of your contacts stay there. You can no longer sign in.")),
		aside(i18n.T("Copies"), i18n.T("A copy of your profile that was made before, by a backup for example, can still be opened with the password.")),
		aside(i18n.T("Traces on the disk"), i18n.T("Disks keep for a while what was deleted. It is encrypted, but someone who has your password and the right tools might find it.")),
	}
	v.Cancel = button(i18n.T("Keep everything"), Action{Kind: ActionDialogCancel})
}
