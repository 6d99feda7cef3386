package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// donePage is what the last page holds.
type donePage struct {
	account string // Account.ID
	address string
	friend  string
	asking  client.CommandID
	problem *client.Problem
}

// accountMade goes to the last page with a new account.
func (m *Model) accountMade(address string) {
	if m.screen == ScreenMain { // who did not wait is told all the same
		m.toast(i18n.T("Your new address %s is ready.", clean(address, 200)), Button{})
	}
	if m.screen != ScreenFirstRun || m.first.page == PageDone {
		return
	}
	d := donePage{address: address}
	for _, a := range m.accounts {
		// What the client says counts: it knows how the address is written.
		if strings.EqualFold(a.Address, address) {
			d.account, d.address = a.ID, a.Address
		}
	}
	if n := len(m.accounts); d.account == "" && n > 0 {
		d.account, d.address = m.accounts[n-1].ID, m.accounts[n-1].Address
	}
	m.first.finish = d
	m.first.existing = existingPage{} // the password is not needed any more
	m.first.fresh = newNewPage()
	m.turn(PageDone)
}

// finishFirstRun asks the friend, if one was named, and opens the main window.
func (m *Model) finishFirstRun() {
	d := &m.first.finish
	invitation := invited(d.friend)
	friend := invitation.Address
	if friend == "" {
		m.show(ScreenMain)
		return
	}
	if d.asking != 0 {
		return
	}
	d.problem = nil
	var id client.CommandID
	id = m.ask(func(p *client.Problem) {
		m.changes.FirstRun = true
		if m.first.finish.asking != id {
			return
		}
		m.first.finish.asking = 0
		if p != nil {
			m.first.finish.problem = p
			m.focus(FieldIDFriend)
			return
		}
		m.show(ScreenMain)
		m.selectAddress(d.account, friend)
	})
	d.asking = id
	m.do(client.AddContact{ID: id, Account: d.account, Address: friend, Key: invitation.Key})
}

// viewDone shows the last page.
func (m *Model) viewDone(v *FirstRunView) {
	d := m.first.finish
	free := d.asking == 0
	v.Title = i18n.T("Ready")
	v.Text = i18n.T("This is your address.")
	v.Address = m.addressView(d.account, d.address)
	friend := Field{
		ID:          FieldIDFriend,
		Kind:        FieldAddress,
		Label:       i18n.T("Add a friend’s address"),
		Value:       d.friend,
		Placeholder: "name@example.org",
		Help:        i18n.T("Your friend is asked first. You can also do this later."),
		Enabled:     free,
	}
	if help := linkHelp(d.friend); help != "" {
		friend.Help = help
	}
	next := i18n.T("Start")
	if invited(d.friend).Address != "" {
		next = i18n.T("Ask and start")
	}
	v.Next = suggested(next, Action{Kind: ActionNext}, free)
	if !free {
		v.Busy = &Busy{Text: i18n.T("Asking…"), Fraction: -1}
		v.Back = button(i18n.T("Cancel"), Action{Kind: ActionBack})
	}
	if d.problem != nil {
		if explain(d.problem.Cause).remedy == remedyEdit {
			friend.Problem = sentence(*d.problem)
		} else {
			v.Problem = problem(*d.problem, map[remedy]Action{remedyRetry: {Kind: ActionNext}})
		}
	}
	v.Fields = []Field{friend}
}
