package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// dialog is the small question that is open. Its kind is the action that
// opened it; ActionNone: none.
type dialog struct {
	kind    ActionKind
	peer    Peer
	account string // ID
	address string
	name    string
	weaker  client.WeakerSignIn // as it was shown
	key     string              // of ActionServer: the one that is on the screen
	busy    client.CommandID
	problem *client.Problem
}

// openDialog opens one.
func (m *Model) openDialog(a Action) {
	c := m.contacts[a.Peer]
	d := dialog{kind: a.Kind, peer: a.Peer}
	if len(m.accounts) > 0 {
		d.account = m.accounts[0].ID
	}
	switch a.Kind {
	case ActionAskAdd:
		if m.dialog.kind == ActionAskAdd {
			return // what was typed stays
		}
		m.focus(FieldIDContactAddress)
	case ActionAskRename:
		if c == nil {
			return
		}
		d.name = c.name()
		m.focus(FieldIDContactName)
	case ActionAskTor:
		m.resetTorForm()
		m.focus(FieldIDBridges)
	case ActionAskRemove, ActionAskInsist:
		if c == nil {
			return
		}
	case ActionAskWeaker:
		acc := m.account(a.ID)
		if acc == nil || accountProblem(*acc).SignIn == nil {
			return
		}
		d.account, d.weaker = acc.ID, *accountProblem(*acc).SignIn
	case ActionAskServerPassword, ActionAskRemoveAccount, ActionAskDeleteAccount:
		if m.account(a.ID) == nil {
			return
		}
		d.account = a.ID
	case ActionAskForgetKey:
		if c == nil {
			return
		}
		d.key = a.ID
	case ActionServer:
		q := m.question(a.ID)
		if q == nil || m.dialog.kind == ActionServer && m.dialog.account == a.ID {
			return
		}
		d.account, d.key = a.ID, q.New.Key
	}
	m.dialog = d
	m.changes.Dialog = true
}

// closeDialog closes it. What was asked for goes on; if it fails, a passing
// line says so.
func (m *Model) closeDialog() {
	m.dialog = dialog{}
	m.changes.Dialog = true
	m.followLink()
}

// setDialogField takes what was typed.
func (m *Model) setDialogField(id FieldID, text string) bool {
	d := &m.dialog
	if d.kind == ActionAskTor {
		return m.setTorField(id, text)
	}
	if d.kind == ActionNone || d.busy != 0 {
		return false
	}
	switch id {
	case FieldIDContactAddress:
		d.address = text
	case FieldIDContactName, FieldIDServerName:
		d.name = text
	case FieldIDContactAccount:
		d.account = text
	default:
		return false
	}
	d.problem = nil
	m.changes.Dialog = true
	return true
}

// dialogOK does what the dialog is about.
func (m *Model) dialogOK() {
	d := &m.dialog
	if d.kind == ActionNone || d.busy != 0 {
		return
	}
	d.problem = nil
	m.changes.Dialog = true
	switch d.kind {
	case ActionAskAdd:
		account, invitation := d.account, invited(d.address)
		address := invitation.Address
		d.busy = m.dialogAnswer(func() {
			m.toast(i18n.T("%s was asked. You can write as soon as they accept.", clean(address, 200)), Button{})
			m.selectAddress(account, address)
		})
		m.do(client.AddContact{ID: d.busy, Account: account, Address: address, Name: strings.TrimSpace(d.name), Key: invitation.Key})
	case ActionAskRename:
		d.busy = m.dialogAnswer(nil)
		m.do(client.RenameContact{ID: d.busy, Peer: d.peer, Name: strings.TrimSpace(d.name)})
	case ActionAskRemove:
		d.busy = m.dialogAnswer(nil)
		m.do(client.RemoveContact{ID: d.busy, Peer: d.peer})
	case ActionAskRefuseAll:
		m.closeDialog()
		m.refuseAll()
	case ActionAskTor:
		m.useTor(func() {
			if m.dialog.kind == ActionAskTor {
				m.closeDialog()
			}
		})
	case ActionServer:
		m.trustServer(false)
	case ActionAskInsist:
		d.busy = m.dialogAnswer(func() { m.closeDetails() })
		m.do(client.Insist{ID: d.busy, Peer: d.peer})
	case ActionAskDestroy:
		d.busy = m.destroy()
	case ActionAskWeaker:
		d.busy = m.dialogAnswer(nil)
		m.do(client.AcceptWeaker{ID: d.busy, Account: d.account, Now: d.weaker})
	default:
		if !m.manageOK() {
			m.closeDialog()
		}
	}
}

// dialogAnswer returns an ID whose answer goes to the dialog.
func (m *Model) dialogAnswer(done func()) client.CommandID {
	var id client.CommandID
	id = m.ask(func(p *client.Problem) {
		open := m.dialog.busy == id
		switch {
		case p == nil:
			if open {
				m.closeDialog()
				if done != nil {
					done()
				}
			}
		case open:
			m.dialog.busy, m.dialog.problem = 0, p
			m.changes.Dialog = true
			if m.dialog.kind == ActionAskAdd {
				m.focus(FieldIDContactAddress)
			}
		default:
			m.toast(sentence(*p), Button{})
		}
	})
	return id
}

// Dialog returns the open dialog.
func (m *Model) Dialog() DialogView {
	d := m.dialog
	if d.kind == ActionNone {
		return DialogView{}
	}
	free := d.busy == 0
	v := DialogView{Open: true, Cancel: button(i18n.T("Cancel"), Action{Kind: ActionDialogCancel})}
	ok := func(label string) { v.OK = suggested(label, Action{Kind: ActionDialogOK}, free) }
	name := ""
	if c := m.contacts[d.peer]; c != nil {
		name = c.name()
	}
	switch d.kind {
	case ActionAskAdd:
		m.viewAdd(&v, free)
		ok(i18n.T("Ask"))
	case ActionAskRename:
		v.Title = i18n.T("Rename %s", name)
		v.Text = i18n.T("Only you see this name.")
		v.Fields = []Field{{ID: FieldIDContactName, Label: i18n.T("Name"), Value: d.name, Enabled: free}}
		ok(i18n.T("Rename"))
	case ActionAskRemove:
		v.Title = i18n.T("Remove %s?", name)
		v.Text = i18n.T("What waits for %s is deleted, and so is the memory that you checked them. They can no longer write to you.", name)
		ok(i18n.T("Remove"))
		v.OK.Suggested, v.OK.Destructive = false, true
	case ActionAskRefuseAll:
		n := len(m.requests)
		v.Title = i18n.N("Refuse %d person?", "Refuse all %d people?", n, n)
		v.Text = i18n.T("They can ask again.")
		ok(i18n.T("Refuse all"))
		v.OK.Suggested, v.OK.Destructive = false, true
	case ActionAskInsist:
		v.Title = i18n.T("Go on without checking?")
		v.Text = i18n.T("If someone is in between, they read everything that you write from now on. Hushwing remembers that you chose this, and keeps saying so.")
		ok(i18n.T("Go on without checking"))
		v.OK.Suggested, v.OK.Destructive = false, true
	case ActionAskWeaker:
		v.Title = i18n.T("Sign in all the same?")
		v.Text = i18n.T("Ask whoever runs the server first whether something was changed there. If someone is in between, they see whom you talk to and when, and can use this address in your place; private chats stay private. Hushwing remembers that you chose this.")
		ok(i18n.T("Sign in all the same"))
		v.OK.Suggested, v.OK.Destructive = false, true
	case ActionAskServerPassword, ActionAskRemoveAccount, ActionAskDeleteAccount, ActionAskForgetKey:
		m.viewManageDialog(&v)
		ok(v.OK.Label)
		v.OK.Suggested, v.OK.Destructive = false, d.kind != ActionAskServerPassword
	case ActionAskDestroy:
		viewDestroy(&v)
		ok(i18n.T("Destroy everything"))
		v.OK.Suggested, v.OK.Destructive = false, true
	case ActionAskTor:
		m.viewTorDialog(&v)
		return v
	case ActionServer:
		m.viewServer(&v)
	case ActionComputer:
		m.viewComputer(&v)
	case ActionMyAddress:
		v.Title = i18n.T("My address")
		m.viewMyAddress(&v)
	case ActionWhichPrograms:
		v.Title = i18n.T("Programs for private chats")
		v.Text = i18n.T("Hushwing; CoyIM; Pidgin with its add-on for private chats, version 4 or newer.")
		v.Cancel = button(i18n.T("Close"), Action{Kind: ActionDialogCancel})
	}
	if !free {
		v.Busy = &Busy{Text: i18n.T("One moment…"), Fraction: -1}
		if d.kind == ActionAskAdd {
			v.Busy.Text = i18n.T("Asking…")
		}
	}
	if d.problem != nil {
		if d.kind == ActionAskAdd && explain(d.problem.Cause).remedy == remedyEdit {
			v.Fields[0].Problem = sentence(*d.problem)
		} else if d.problem.Cause == client.CertificateNameTyped && len(v.Folded) > 0 {
			v.Folded[0].Problem = sentence(*d.problem)
		} else {
			v.Problem = problem(*d.problem, map[remedy]Action{remedyRetry: {Kind: ActionDialogOK}})
		}
	}
	return v
}

// viewAdd asks for a contact's address.
func (m *Model) viewAdd(v *DialogView, free bool) {
	d := m.dialog
	v.Title = i18n.T("Add a contact")
	v.Text = i18n.T("They are asked first. You can talk as soon as they accept.")
	v.Fields = []Field{
		{
			ID:          FieldIDContactAddress,
			Kind:        FieldAddress,
			Label:       i18n.T("Address"),
			Value:       d.address,
			Placeholder: "name@example.org",
			Help:        linkHelp(d.address),
			Enabled:     free,
		},
		{
			ID:      FieldIDContactName,
			Label:   i18n.T("Name (optional)"),
			Value:   d.name,
			Help:    i18n.T("Only you see this name."),
			Enabled: free,
		},
	}
	if len(m.accounts) > 1 {
		v.Fields = append(v.Fields, m.accountField(i18n.T("From your address"), free))
	}
}

// accountField chooses among the accounts.
func (m *Model) accountField(label string, free bool) Field {
	f := Field{ID: FieldIDContactAccount, Kind: FieldChoice, Label: label, Value: m.dialog.account, Enabled: free}
	for _, a := range m.accounts {
		f.Options = append(f.Options, Choice{Value: a.ID, Label: clean(a.Address, 200)})
	}
	return f
}

// viewMyAddress shows an address of the user's own.
func (m *Model) viewMyAddress(v *DialogView) {
	v.Cancel = button(i18n.T("Close"), Action{Kind: ActionDialogCancel})
	if len(m.accounts) > 1 {
		v.Fields = []Field{m.accountField(i18n.T("Which one"), true)}
	}
	if a := m.account(m.dialog.account); a != nil {
		v.Address = m.addressView(a.ID, a.Address)
	}
}
