package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// manageState is what stands on the page of an address or of a contact besides
// what the client says.
type manageState struct {
	problem  *client.Problem
	busy     client.CommandID // asking for the server's password
	password string           // the server's, while it is shown
	other    string           // the second one, where it is not known which of the two it is
	group    string           // the name of a new group, as it was typed
}

// clearManage forgets it: a password that was shown least of all stays.
func (m *Model) clearManage(page) { m.manage = manageState{} }

// managed returns an ID whose answer, if it is a problem, is shown on the page that
// is open now. Both functions may be nil.
func (m *Model) managed(done, failed func()) client.CommandID {
	m.manage.problem = nil
	at, _ := m.topPage()
	return m.ask(func(p *client.Problem) {
		if p != nil && failed != nil {
			failed()
		}
		top, open := m.topPage()
		switch {
		case p == nil && done != nil:
			done()
		case p != nil && open && top == at:
			m.manage.problem = p
		case p != nil:
			m.toast(sentence(*p), Button{})
		}
	})
}

// pressManage does what is asked for on these pages, and elsewhere about the same.
func (m *Model) pressManage(a Action) {
	switch a.Kind {
	case ActionShowServerPassword:
		if m.manage.busy == 0 && m.account(a.ID) != nil {
			m.manage.busy = m.managed(nil, func() { m.manage.busy = 0 })
			m.do(client.ShowServerPassword{ID: m.manage.busy, Account: a.ID})
		}
	case ActionHideServerPassword:
		m.manage.password, m.manage.other = "", ""
	case ActionCopyServerPassword:
		if text := []string{m.manage.password, m.manage.other}[a.Index&1]; text != "" {
			m.changes.Clipboard = text
			m.toast(i18n.T("The password was copied. Every program here can read it until something else is copied."), Button{})
		}
	case ActionBlock:
		m.block(a.Peer)
	case ActionUnblock:
		m.unblock(a.Peer)
	case ActionAddGroup:
		m.addGroup(a.Peer)
	case ActionCopyContact:
		m.changes.Clipboard = a.Peer.Address
		m.toast(i18n.T("The address was copied."), Button{})
	case ActionCopyKey:
		m.changes.Clipboard = a.ID
		m.toast(i18n.T("Copied."), Button{})
	}
}

// applyServerPassword shows what was asked for, if its page is still there.
func (m *Model) applyServerPassword(e client.ServerPassword) {
	asked := m.manage.busy == e.ID && e.ID != 0
	m.answered(e.ID, nil)
	if p, ok := m.topPage(); asked && ok && p.kind == ActionAccount && p.account == e.Account {
		m.manage.busy, m.manage.password, m.manage.other = 0, e.Password.Export(), e.Other.Export()
	}
}

// applyPasswordSettled tells which of two passwords a server has.
func (m *Model) applyPasswordSettled(e client.PasswordSettled) {
	a := m.account(e.Account)
	if a == nil {
		return
	}
	m.manage.password, m.manage.other = "", "" // what is shown may not be it any more
	if e.Changed {
		m.toast(i18n.T("The server uses the new password of %s now.", clean(a.Address, 200)), Button{})
		return
	}
	m.toast(i18n.T("The server still uses the old password of %s, whatever it said. It was not changed.", clean(a.Address, 200)), Button{})
}

// block blocks an address. It can be taken back, so nothing is asked first.
func (m *Model) block(p Peer) {
	if m.account(p.Account) == nil {
		return
	}
	name := m.called(p)
	m.do(client.BlockContact{ID: m.managed(func() {
		m.toast(i18n.T("%s is blocked. Nothing of theirs comes any more.", name),
			named(button(i18n.T("Undo"), Action{Kind: ActionUnblock, Peer: p}), i18n.T("Undo: unblock %s", name)))
	}, nil), Peer: p})
}

func (m *Model) unblock(p Peer) {
	if m.account(p.Account) == nil {
		return
	}
	name := m.called(p)
	m.do(client.Unblock{ID: m.managed(func() { m.toast(i18n.T("%s is not blocked any more.", name), Button{}) }, nil), Peer: p})
}

// called is how somebody is called in sentences: a contact by name.
func (m *Model) called(p Peer) string {
	if c := m.contacts[p]; c != nil {
		return c.name()
	}
	return clean(p.Address, 200)
}

// manageOK does what a dialog of these pages is about.
func (m *Model) manageOK() bool {
	d := &m.dialog
	switch d.kind {
	case ActionAskServerPassword:
		address := ""
		if a := m.account(d.account); a != nil {
			address = clean(a.Address, 200)
		}
		d.busy = m.dialogAnswer(func() {
			m.manage.password, m.manage.other = "", ""
			m.toast(i18n.T("The server took a new password for %s. Signing in with it…", address), Button{})
		})
		m.do(client.ChangeServerPassword{ID: d.busy, Account: d.account})
	case ActionAskRemoveAccount, ActionAskDeleteAccount:
		there := d.kind == ActionAskDeleteAccount
		d.busy = m.dialogAnswer(func() {
			if there {
				m.toast(i18n.T("The address was deleted, here and at its server."), Button{})
				return
			}
			m.toast(i18n.T("The address was removed from this computer."), Button{})
		})
		m.do(client.RemoveAccount{ID: d.busy, Account: d.account, OnServer: there})
	case ActionAskForgetKey:
		c := m.contacts[d.peer]
		if c == nil {
			return false
		}
		for _, k := range c.Keys {
			if k.Fingerprint.String() == d.key {
				d.busy = m.dialogAnswer(nil)
				m.do(client.ForgetKey{ID: d.busy, Peer: d.peer, Key: k.Fingerprint})
				return true
			}
		}
		return false // it is gone already
	default:
		return false
	}
	return true
}

// viewManageDialog asks before what cannot be taken back, and says what is lost.
func (m *Model) viewManageDialog(v *DialogView) {
	d := m.dialog
	address := ""
	if a := m.account(d.account); a != nil {
		address = clean(a.Address, 200)
	}
	switch d.kind {
	case ActionAskServerPassword:
		v.Title = i18n.T("A new password for %s?", address)
		v.Text = i18n.T("Hushwing makes it, has the server take it, and keeps it. Other programs that use this address need it too: it can be shown here afterwards. Your contacts notice nothing.")
		v.OK.Label = i18n.T("Make a new password")
	case ActionAskRemoveAccount:
		v.Title = i18n.T("Remove %s from this computer?", address)
		v.Text = i18n.T("Its contacts, what waits for them, your key, the memory of whom you checked, and the password of the address are deleted here. Nothing brings them back. The address goes on to exist at its server: to use it again you need its password, so look at that first if you may want to.")
		v.OK.Label = i18n.T("Remove from this computer")
	case ActionAskDeleteAccount:
		v.Title = i18n.T("Delete %s for good?", address)
		v.Text = i18n.T("The server is asked to delete the address, and everything of it is deleted here. Nothing brings it back: nobody can reach you there any more, and somebody else may take the same name later and pass for you with people who did not check you. If the server refuses, nothing is removed.")
		v.OK.Label = i18n.T("Delete for good")
	case ActionAskForgetKey:
		name := m.called(d.peer)
		v.Title = i18n.T("Forget this key of %s’s?", name)
		v.Text = i18n.T("Whether you checked it is forgotten too. If it comes again it counts as new. If no other key of %s’s was checked, Hushwing will not stop you any more when somebody comes with another one.", name)
		v.OK.Label = i18n.T("Forget")
	}
}
