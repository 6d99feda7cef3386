package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// door is how the user wants to come by an address.
type door int

const (
	doorNone door = iota
	doorNew
	doorExisting
)

// firstRun is what the pages of the first run hold. Going back changes the
// page alone, so that what was typed stays.
type firstRun struct {
	page Page
	door door

	// another: there are addresses already, and this adds one. It begins at the
	// doors, knows no password's page, and leads back to the main window.
	another bool

	pass     passwordPage
	fresh    newPage
	existing existingPage
	finish   donePage
}

func newFirstRun() firstRun {
	return firstRun{fresh: newNewPage()}
}

// addAnother begins the way to another address. It belongs on every screen of
// the main window.
func (m *Model) addAnother() {
	if m.profile != client.ProfileOpen || m.screen != ScreenMain {
		return
	}
	m.dialog = dialog{}
	m.first = newFirstRun()
	m.first.another = true
	m.show(ScreenFirstRun)
}

// leaveFirstRun goes to the main window. What is on its way there goes on; what
// was typed is forgotten.
func (m *Model) leaveFirstRun() {
	m.dropForm()
	m.first = newFirstRun()
	m.show(ScreenMain)
	m.changes.Focus = FocusList
}

// turn goes to a page.
func (m *Model) turn(p Page) {
	m.first.page = p
	m.changes.FirstRun = true
	switch p {
	case PagePassword:
		m.focus(FieldIDPassword)
	case PageTorWay:
		m.focus(FieldIDBridges)
	case PageExisting:
		m.focus(FieldIDAddress)
	case PageDone:
		m.focus(FieldIDFriend)
	}
}

// pressFirstRun does what is asked for in the first run.
func (m *Model) pressFirstRun(a Action) {
	f := &m.first
	m.changes.FirstRun = true
	switch a.Kind {
	case ActionDoorNew:
		m.openDoor(doorNew)
	case ActionDoorExisting:
		m.openDoor(doorExisting)
	case ActionSuggestPassword:
		m.suggestPassword()
	case ActionChooseServer:
		m.chooseServer(a.Index)
	case ActionTorWay:
		m.resetTorForm()
		m.turn(PageTorWay)
	case ActionAnotherName:
		m.anotherName()
	case ActionAnotherPicture:
		m.anotherPicture()
	case ActionCopyAddress:
		m.copyAddress(a.ID, false)
	case ActionCopyLink:
		m.copyAddress(a.ID, true)
	case ActionBack:
		m.firstRunBack()
	case ActionNext:
		switch f.page {
		case PagePassword:
			m.createProfile()
		case PageTorWay:
			m.useTor(func() {
				if m.first.page == PageTorWay {
					m.toTor()
				}
			})
		case PageNew:
			m.askForm()
		case PageForm:
			m.sendForm()
		case PageExisting:
			m.addAccount()
		case PageDone:
			m.finishFirstRun()
		}
	}
}

// openDoor goes through one of the doors of the welcome.
func (m *Model) openDoor(d door) {
	m.first.door = d
	if m.profile != client.ProfileOpen {
		m.turn(PagePassword)
		return
	}
	m.toTor()
}

// toTor goes to Tor's page, or past it when Tor is ready.
func (m *Model) toTor() {
	m.turn(PageTor)
	if m.tor.State == client.TorIdle || m.tor.State == client.TorFailed {
		m.tryTor()
	}
	m.firstRunTor()
}

// firstRunTor goes on from Tor's page as soon as Tor is ready.
func (m *Model) firstRunTor() {
	m.changes.FirstRun = true
	if m.first.page != PageTor || m.tor.State != client.TorReady {
		return
	}
	if m.first.door == doorExisting {
		m.turn(PageExisting)
		return
	}
	m.turn(PageNew)
}

// firstRunProfileOpen goes on once the profile is open.
func (m *Model) firstRunProfileOpen() {
	if m.first.pass.creating != 0 && m.spoken.language != "" {
		m.keepSpoken()
	}
	m.first.pass = passwordPage{}
	m.changes.FirstRun = true
	if m.first.page == PagePassword {
		m.toTor()
	}
}

// firstRunBack goes back a page, and out of whatever keeps one waiting.
func (m *Model) firstRunBack() {
	f := &m.first
	switch f.page {
	case PageWelcome:
		if f.another {
			m.leaveFirstRun()
		}
	case PagePassword, PageTor:
		m.turn(PageWelcome)
	case PageTorWay:
		m.toTor()
	case PageNew:
		if f.fresh.busy() {
			m.stopForm()
			return
		}
		m.turn(PageWelcome)
	case PageForm:
		busy := f.fresh.busy()
		m.stopForm()
		if !busy {
			m.turn(PageNew)
		}
	case PageExisting:
		if f.existing.adding != 0 {
			f.existing.adding = 0
			f.existing.problem = nil
			return
		}
		m.turn(PageWelcome)
	case PageDone:
		// The address is made: there is no way back, only on. While a request
		// is on its way, this is "Later".
		if f.finish.asking != 0 {
			f.finish.asking = 0
		}
	}
}

// setFirstRunField takes what was typed.
func (m *Model) setFirstRunField(id FieldID, text string) {
	m.changes.FirstRun = true
	switch m.first.page {
	case PagePassword:
		m.setPasswordField(id, text)
	case PageTorWay:
		m.setTorField(id, text)
	case PageNew, PageForm:
		m.setNewField(id, text)
	case PageExisting:
		m.setExistingField(id, text)
	case PageDone:
		if id == FieldIDFriend && m.first.finish.asking == 0 {
			m.first.finish.friend, m.first.finish.problem = text, nil
		}
	}
}

// FirstRun returns the view of ScreenFirstRun.
func (m *Model) FirstRun() FirstRunView {
	v := FirstRunView{Page: m.first.page, Steps: 5}
	back := button(i18n.T("Back"), Action{Kind: ActionBack})
	switch m.first.page {
	case PageWelcome:
		v.Step = 1
		if m.first.another {
			v.Back = back
		} else {
			v.Language = viewLanguage(true)
		}
		m.viewWelcome(&v)
	case PagePassword:
		v.Step, v.Back = 2, back
		m.viewPassword(&v)
	case PageTor:
		v.Step, v.Back = 3, back
		m.viewTor(&v)
	case PageTorWay:
		v.Step, v.Back = 3, back
		m.viewTorWay(&v)
	case PageNew:
		v.Step, v.Back = 4, back
		m.viewNew(&v)
	case PageForm:
		v.Step, v.Back = 4, back
		m.viewForm(&v)
	case PageExisting:
		v.Step, v.Back = 4, back
		m.viewExisting(&v)
	case PageDone:
		v.Step = 5
		m.viewDone(&v)
	}
	if m.first.another {
		v.Step, v.Steps = stepOfAnother(m.first.page), 3
	}
	v.StepText = i18n.T("Step %[1]d of %[2]d", v.Step, v.Steps)
	return v
}

// stepOfAnother counts the pages of the way to another address.
func stepOfAnother(p Page) int {
	switch p {
	case PageWelcome:
		return 1
	case PageDone:
		return 3
	}
	return 2
}

// viewWelcome shows the doors.
func (m *Model) viewWelcome(v *FirstRunView) {
	v.Title = i18n.T("Welcome to Hushwing")
	v.Text = i18n.T("Private conversations through Tor. Only you and the person you write to can read them.")
	if m.first.another {
		v.Title = i18n.T("Another address")
		v.Text = i18n.T("Each address goes its own way through Tor. If nobody is to know that both are yours, tell the people at one nothing of the other.")
	}
	if m.destroyed.gone {
		v.Title = i18n.T("Everything is destroyed")
		v.Text = i18n.T("Nothing of what Hushwing kept on this computer can be read any more. You can close it now, or begin anew.")
	}
	v.Doors = []Door{
		{
			Title:  i18n.T("Create a new address"),
			Text:   i18n.T("For a fresh start. It asks for no name, no e-mail and no phone number."),
			Icon:   "contact-new-symbolic",
			Button: suggested(i18n.T("Create a new address"), Action{Kind: ActionDoorNew}, true),
		},
		{
			Title:  i18n.T("I already have one"),
			Text:   i18n.T("Use an address that you have, with its password."),
			Icon:   "avatar-default-symbolic",
			Button: button(i18n.T("I already have one"), Action{Kind: ActionDoorExisting}),
		},
	}
}

// viewTor shows how far Tor is.
func (m *Model) viewTor(v *FirstRunView) {
	v.Title = i18n.T("Connecting through Tor")
	v.Text = i18n.T("Tor hides from the server where you are, and from your network whom you talk to.")
	v.Other = button(i18n.T("My network blocks Tor"), Action{Kind: ActionTorWay})
	if m.torFailure != nil {
		v.Problem = problem(*m.torFailure, map[remedy]Action{remedyRetry: {Kind: ActionTryTor}, remedyQuit: {Kind: ActionQuit}})
		return
	}
	v.Busy = &Busy{Text: torText(m.tor), Fraction: torFraction(m.tor)}
	v.Notes = []string{i18n.T("The first time can take a minute or two.")}
	if m.tor.Problem != nil { // Tor's own word, before it gives up
		v.Notes = []string{sentence(*m.tor.Problem)}
	}
}
