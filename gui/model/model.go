package model

import (
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// Model is the state of the screens. Make one with New. It is not safe for
// concurrent use: it lives on the window's goroutine.
type Model struct {
	do  func(client.Command)
	now func() time.Time

	lastID  client.CommandID
	waiting map[client.CommandID]func(*client.Problem) // what to do with the answer; nil: done

	screen  Screen
	changes Changes

	givenPage PageView // the page that it has

	sandbox     client.Sandbox
	openDesktop bool   // see SetDesktop
	system      string // the system's language
	spoken      spoken // what was chosen before there were settings
	settings    choices
	password    passwordChange
	destroyed   destruction
	version     string // of the program

	profile client.ProfileState
	broken  *client.Problem
	tor     client.TorChanged
	torSet  client.TorChosen
	torForm torForm

	torFailure *client.Problem // why it failed last, until that is over
	unlock     unlockState
	first      firstRun

	accounts []client.Account
	contacts map[Peer]*contact
	requests []*request
	trayOpen bool // many requests are shown
	checks   map[Peer]client.Check
	listing  listing
	selected Peer   // zero: none
	section  string // of the list, in which it was selected; may be empty
	counted  bool   // something counted down, so that its end is to be shown
	picked   picked
	unsaved  map[Peer]bool // whose draft is not what is on the disk
	search   string

	manners
	link    client.Invitation // an address that waits to be shown: see OpenLink
	details bool
	dialog  dialog
	pages   []page          // the one on the screen at the end
	manage  manageState     // of the one about an address or a contact
	undos   []*undo         // the last one at the end
	back    map[string]bool // lines that are being brought back, by ID
}

// New returns a Model that gives its commands to do, which must not block, and
// takes the time from now.
func New(do func(client.Command), now func() time.Time) *Model {
	m := &Model{do: do, now: now, system: i18n.Language()}
	m.forget()
	m.first = newFirstRun()
	m.changes = Changes{Screen: true, Starting: true}
	return m
}

// forget empties everything that belongs to an open profile.
func (m *Model) forget() {
	m.waiting = map[client.CommandID]func(*client.Problem){}
	m.accounts, m.requests, m.trayOpen = nil, nil, false
	m.contacts, m.listing = map[Peer]*contact{}, newListing()
	m.checks = map[Peer]client.Check{}
	m.selected, m.search = Peer{}, ""
	m.picked, m.unsaved = picked{}, map[Peer]bool{}
	m.details, m.dialog = false, dialog{}
	m.closePages(0)
	m.settings = choices{}
	m.closeSpoken()
	m.changes.Settings, m.changes.Forget = true, true
	m.speak("")
	m.undos, m.back = nil, map[string]bool{}
	m.withdrawAll()
	m.notices = map[string]*notice{}
}

// ask returns an ID for a command whose answer goes to answer: nil for Done.
func (m *Model) ask(answer func(*client.Problem)) client.CommandID {
	m.lastID++
	m.waiting[m.lastID] = answer
	return m.lastID
}

// answered passes an answer on to who waits for it, once.
func (m *Model) answered(id client.CommandID, p *client.Problem) {
	answer, ok := m.waiting[id]
	if !ok {
		return
	}
	delete(m.waiting, id)
	answer(p)
}

// show goes to a screen.
func (m *Model) show(s Screen) {
	if m.screen == s {
		return
	}
	m.screen = s
	m.changes.Screen = true
	switch s {
	case ScreenBroken:
		m.changes.Broken = true
	case ScreenUnlock:
		m.changes.Unlock = true
		m.focus(FieldIDUnlock)
	case ScreenFirstRun:
		m.changes.FirstRun = true
	case ScreenMain:
		m.changedList()
		m.changedStatus()
		m.changes.Conversation, m.changes.Composer = true, true
		m.changes.Rows.Reset = true
	}
	if s != ScreenMain {
		m.closePages(0)
	}
	m.followLink()
}

// Screen says what fills the window.
func (m *Model) Screen() Screen { return m.screen }

// focus asks for the keyboard in a field, after something the user did.
func (m *Model) focus(id FieldID) {
	m.changes.Focus, m.changes.FocusID = FocusField, id
}

// Apply takes an event of the client. Any order is survived; what is not
// expected is ignored.
func (m *Model) Apply(e client.Event) {
	switch e := e.(type) {
	case client.ProfileChanged:
		m.applyProfile(e)
	case client.SandboxChanged:
		m.applySandbox(e.Sandbox)
	case client.Snapshot:
		m.applySnapshot(e)
	case client.SettingsChanged:
		m.applySettings(e.Settings)
	case client.TorChosen:
		m.applyTorChosen(e)
	case client.TorChanged:
		m.applyTor(e)
	case client.AccountChanged:
		m.applyAccount(e.Account)
	case client.AccountRemoved:
		m.applyAccountRemoved(e.Account)
	case client.ServerPassword:
		m.applyServerPassword(e)
	case client.PasswordSettled:
		m.applyPasswordSettled(e)
	case client.ContactChanged:
		m.applyContact(e.Contact)
	case client.ContactRemoved:
		m.applyContactRemoved(e.Peer)
	case client.RequestArrived:
		m.applyRequest(e.Peer)
	case client.RequestGone:
		m.applyRequestGone(e.Peer)
	case client.ProtectionChanged:
		m.applyProtection(e.Info)
	case client.MessageAdded:
		m.applyMessage(e.Message)
		m.notify(e.Message)
		m.answered(e.ID, nil)
	case client.MessageChanged:
		m.applyMessageChanged(e.Message)
	case client.MessageRemoved:
		m.applyMessageRemoved(e.Peer, e.Message, e.Sent)
	case client.CheckChanged:
		m.applyCheck(e.Check)
	case client.FormArrived:
		m.applyForm(e)
	case client.Done:
		m.answered(e.ID, nil)
	case client.Refused:
		p := e.Problem
		m.answered(e.ID, &p)
	}
}

// applyProfile takes the state of the profile.
func (m *Model) applyProfile(e client.ProfileChanged) {
	m.profile = e.State
	switch e.State {
	case client.ProfileNone:
		m.forget()
		m.first = newFirstRun()
		m.destroyed = destruction{gone: m.destroyed.asked}
		m.show(ScreenFirstRun)
		m.changes.FirstRun = true
	case client.ProfileLocked:
		if m.unlock.locking {
			m.focus(FieldIDUnlock) // it can be typed now
		}
		m.forgetProfile()
		m.first = newFirstRun()
		m.unlock = unlockState{}
		m.show(ScreenUnlock)
		m.changes.Unlock = true
	case client.ProfileBroken:
		m.forgetProfile()
		m.first, m.unlock = newFirstRun(), unlockState{}
		m.broken = e.Problem
		m.show(ScreenBroken)
		m.changes.Broken = true
	case client.ProfileOpen:
		m.destroyed.gone, m.destroyed.failed = false, false
		m.spoken.opened = true
		// The screen changes with the Snapshot that follows.
	}
}

// applySnapshot takes everything there is.
func (m *Model) applySnapshot(e client.Snapshot) {
	m.profile = client.ProfileOpen
	m.opened()
	m.unlock = unlockState{}
	m.accounts = append([]client.Account(nil), e.Accounts...)
	m.contacts, m.listing = map[Peer]*contact{}, newListing()
	m.requests = nil
	m.changedStatus()
	m.changedList()
	for _, c := range e.Contacts {
		m.applyContact(c)
	}
	for _, p := range e.Requests {
		m.applyRequest(p)
	}
	for _, msg := range byTime(e.Messages) {
		m.applyMessage(msg)
	}
	for _, d := range e.Drafts {
		m.applyDraft(d)
	}
	if len(m.accounts) > 0 && m.screen != ScreenFirstRun {
		m.show(ScreenMain)
		return
	}
	m.show(ScreenFirstRun)
	m.firstRunProfileOpen()
}

// TakeChanges returns what changed since its last call.
func (m *Model) TakeChanges() Changes {
	m.withdrawRead()
	c := m.changes
	m.changes = Changes{}
	c.Page = m.pageChanged()
	if m.screen != ScreenMain {
		return c
	}
	reset := c.Rows.Reset
	c.Rows = RowChanges{}
	if open := m.current(); open != nil {
		c.Rows = open.takeRows(m.now())
	}
	if reset {
		c.Rows = RowChanges{Reset: true}
	}
	c.Main = c.Main || c.Status || c.List || c.Requests
	return c
}

func (m *Model) changedStatus() { m.changes.Status, m.changes.Main = true, true }

func (m *Model) changedList() { m.changes.List, m.changes.Requests, m.changes.Main = true, true, true }

// toast shows a passing line.
func (m *Model) toast(text string, b Button) { m.changes.Toast = &Toast{Text: text, Button: b} }

// Ticking reports whether something on the screen counts down, so that Tick
// should be called once a second.
func (m *Model) Ticking() bool {
	if m.screen != ScreenMain {
		return false
	}
	counting := m.counting()
	m.counted = m.counted || counting
	return counting || m.hasUnsaved() || m.hasCleared()
}

// counting reports whether the screen counts down.
func (m *Model) counting() bool {
	now := m.now()
	for _, a := range m.accounts {
		if a.State != client.Online && a.NextTry.After(now) {
			return true
		}
	}
	return false
}

// Tick brings what depends on the time up to date.
func (m *Model) Tick() {
	m.saveDrafts()
	m.dropCleared()
	if m.screen != ScreenMain || !m.counted && !m.counting() {
		return
	}
	m.counted = m.counting()
	m.changedStatus()
	m.changes.Conversation = true
}
