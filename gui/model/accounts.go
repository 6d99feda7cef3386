package model

import (
	"slices"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// account returns an account, or nil.
func (m *Model) account(id string) *client.Account {
	for i := range m.accounts {
		if m.accounts[i].ID == id {
			return &m.accounts[i]
		}
	}
	return nil
}

// applyAccount takes a new or changed account.
func (m *Model) applyAccount(a client.Account) {
	if old := m.account(a.ID); old != nil {
		*old = a
	} else {
		m.accounts = append(m.accounts, a)
		m.listing.forgetRows() // they say whose they are once there are two
		m.changedList()
	}
	m.changedStatus()
	m.followQuestion(a.ID)
	if m.selected.Account == a.ID {
		m.changes.Conversation = true
	}
}

// applyAccountRemoved forgets an account and what belongs to it.
func (m *Model) applyAccountRemoved(id string) {
	m.accounts = slices.DeleteFunc(m.accounts, func(a client.Account) bool { return a.ID == id })
	for p := range m.contacts {
		if p.Account == id {
			m.applyContactRemoved(p)
		}
	}
	m.requests = slices.DeleteFunc(m.requests, func(r *request) bool { return r.peer.Account == id })
	m.listing.forgetRows()
	m.changedStatus()
	m.changedList()
	if len(m.accounts) > 0 {
		return
	}
	m.first.another = false // there is no main window to lead back to
	if m.screen == ScreenMain {
		m.first = newFirstRun()
		m.show(ScreenFirstRun)
	}
	m.changes.FirstRun = true
}

// goOnline connects an account, or tries again now; with an empty ID, all that
// are not connected.
func (m *Model) goOnline(id string) {
	if m.tor.State == client.TorFailed {
		m.tryTor()
	}
	for _, a := range m.accounts {
		if a.ID == id || id == "" && a.State != client.Online {
			m.do(client.GoOnline{Account: a.ID})
		}
	}
}

// newIdentity gives an account circuits that nothing before has used.
func (m *Model) newIdentity(id string) {
	if a := m.account(id); a != nil {
		address := clean(a.Address, 200)
		m.do(client.NewIdentity{ID: m.ask(func(p *client.Problem) {
			if p != nil {
				m.toast(sentence(*p), Button{})
				return
			}
			m.toast(i18n.T("%s now goes other ways through Tor.", address), Button{})
		}), Account: id})
	}
}

// goOffline disconnects an account.
func (m *Model) goOffline(id string) {
	if m.account(id) != nil {
		m.do(client.GoOffline{Account: id})
	}
}

// badness orders accounts: the worst is told first.
func badness(a client.Account) int {
	switch a.State {
	case client.CertificateChanged:
		return 9
	case client.Failed:
		if a.NextTry.IsZero() {
			return 8
		}
		return 7
	case client.Offline:
		return 6
	case client.WaitingForTor:
		return 5
	case client.Connecting, client.Securing, client.Authenticating:
		return 4
	case client.Closing:
		return 3
	}
	return 0
}

// accountProblem returns why an account failed.
func accountProblem(a client.Account) client.Problem {
	switch {
	case a.Problem != nil:
		return *a.Problem
	case a.State == client.CertificateChanged:
		return client.Problem{Cause: client.CertificateNewKey}
	}
	return client.Problem{}
}

// countdown says when it is tried again.
func countdown(next, now time.Time) string {
	left := next.Sub(now)
	seconds := int((left + time.Second - 1) / time.Second)
	switch {
	case seconds <= 0:
		return i18n.T("Reconnecting through Tor…")
	case seconds < 120:
		return i18n.T("Reconnecting through Tor in %d s.", seconds)
	}
	minutes := (seconds + 59) / 60
	return i18n.N("Reconnecting through Tor in %d minute.", "Reconnecting through Tor in %d minutes.", minutes, minutes)
}

// accountText says in one line where an account stands, and accountNext what
// comes next.
func (m *Model) accountText(a client.Account) string {
	if a.Again { // one line that stands still: a person need not follow each step twice
		switch a.State {
		case client.Connecting, client.Securing, client.Authenticating:
			return i18n.T("Reconnecting through Tor…")
		}
	}
	switch a.State {
	case client.Offline:
		return i18n.T("Not connected, as you wished.")
	case client.WaitingForTor:
		return torText(m.tor)
	case client.Connecting:
		return i18n.T("Connecting through Tor…")
	case client.Securing:
		return i18n.T("Making sure that it is the right server…")
	case client.Authenticating:
		return i18n.T("Signing in…")
	case client.Online:
		if a.Onion {
			return i18n.T("Connected inside Tor.")
		}
		return i18n.T("Connected through Tor.")
	case client.Closing:
		return i18n.T("Disconnecting…")
	}
	return explain(accountProblem(a).Cause).text.Text()
}

// accountNext says what comes next.
func (m *Model) accountNext(a client.Account) string {
	switch a.State {
	case client.WaitingForTor:
		if m.tor.State == client.TorFailed {
			return explain(torProblem(m.tor).Cause).next.Text()
		}
	case client.Failed, client.CertificateChanged:
		p := accountProblem(a)
		next := explain(p.Cause).next.Text()
		switch {
		case a.NextTry.IsZero():
			return next
		case p.Cause == client.CertificateLapsed: // trying alone mends nothing
			return join(next, countdown(a.NextTry, m.now()))
		}
		return countdown(a.NextTry, m.now())
	}
	return ""
}

// accountLook returns the icon and the colour of an account's state.
func (m *Model) accountLook(a client.Account) (icon string, style Style, moving bool) {
	switch a.State {
	case client.Online:
		return "network-transmit-receive-symbolic", StyleGood, false
	case client.Offline:
		return "network-offline-symbolic", StyleNeutral, false
	case client.CertificateChanged:
		return "security-low-symbolic", StyleBad, false
	case client.Failed:
		if a.NextTry.IsZero() {
			return "dialog-warning-symbolic", StyleBad, false
		}
		return "network-offline-symbolic", StyleWarn, false
	case client.WaitingForTor:
		if m.tor.State == client.TorFailed {
			return "dialog-warning-symbolic", StyleBad, false
		}
	}
	return "network-transmit-receive-symbolic", StyleNeutral, true
}

// accountButtons returns what can be done about an account's state.
func accountButtons(a client.Account) []Button {
	online := button(i18n.T("Connect"), Action{Kind: ActionGoOnline, ID: a.ID})
	offline := button(i18n.T("Disconnect"), Action{Kind: ActionGoOffline, ID: a.ID})
	more := named(button(i18n.T("More…"), Action{Kind: ActionAccount, ID: a.ID}), i18n.T("More about your address %s", clean(a.Address, 200)))
	copied := named(button(i18n.T("Copy address"), Action{Kind: ActionCopyAddress, ID: a.ID}),
		i18n.T("Copy the address %s", clean(a.Address, 200)))
	switch a.State {
	case client.Offline:
		return []Button{online, copied, more}
	case client.CertificateChanged:
		return []Button{
			suggested(lookCloser.Text(), Action{Kind: ActionServer, ID: a.ID}, a.Question != nil),
			button(tryAgain.Text(), Action{Kind: ActionGoOnline, ID: a.ID}), copied, more,
		}
	case client.Failed:
		out := []Button{button(tryAgain.Text(), Action{Kind: ActionGoOnline, ID: a.ID}), copied}
		if accountProblem(a).SignIn != nil {
			weaker := button(i18n.T("Sign in all the same…"), Action{Kind: ActionAskWeaker, ID: a.ID})
			weaker.Destructive = true
			out = append(out, weaker)
		}
		return append(out, more)
	}
	fresh := named(button(i18n.T("New identity"), Action{Kind: ActionNewIdentity, ID: a.ID}),
		i18n.T("New ways through Tor for %s", clean(a.Address, 200)))
	return []Button{offline, fresh, copied, more}
}

// status is the line of the accounts: the worst one speaks.
func (m *Model) status() StatusView {
	var v StatusView
	if len(m.accounts) == 0 {
		return v
	}
	worst := m.accounts[0]
	for _, a := range m.accounts {
		if badness(a) > badness(worst) {
			worst = a
		}
		row := AccountRow{
			ID:      a.ID,
			Address: clean(a.Address, 200),
			Mark:    m.mark(a.ID),
			Text:    m.accountText(a),
			Next:    m.accountNext(a),
			Buttons: accountButtons(a),
		}
		if a.Problem != nil {
			row.Detail = detail(*a.Problem)
		} else if a.State == client.WaitingForTor && m.tor.State == client.TorFailed {
			row.Detail = detail(torProblem(m.tor))
		}
		row.Icon, row.Style, _ = m.accountLook(a)
		v.Accounts = append(v.Accounts, row)
	}
	v.Show = m.showField()
	v.Text = join(m.accountText(worst), m.accountNext(worst))
	switch {
	case len(m.accounts) == 1:
	case badness(worst) == 0:
		// With the number in both: some languages use the first form for 21, too.
		v.Text = i18n.N("Your %d address is connected through Tor.", "Your %d addresses are connected through Tor.", len(m.accounts), len(m.accounts))
	default:
		v.Text = i18n.T("%[1]s: %[2]s", clean(worst.Address, 200), v.Text)
	}
	v.Icon, v.Style, v.Moving = m.accountLook(worst)
	again := tryAgain.Text()
	switch {
	case m.tor.State == client.TorFailed && worst.State == client.WaitingForTor:
		v.Button = button(again, Action{Kind: ActionTryTor})
		if explain(torProblem(m.tor).Cause).remedy == remedyQuit {
			v.Button = button(quit.Text(), Action{Kind: ActionQuit})
		}
	case worst.State == client.CertificateChanged:
		v.Button = named(suggested(lookCloser.Text(), Action{Kind: ActionServer, ID: worst.ID}, worst.Question != nil),
			i18n.T("Look closer at the server’s new identity"))
	case worst.State == client.Failed:
		if !worst.NextTry.IsZero() {
			again = i18n.T("Try now")
		}
		v.Button = button(again, Action{Kind: ActionGoOnline, ID: worst.ID})
	case worst.State == client.Offline:
		v.Button = button(i18n.T("Connect"), Action{Kind: ActionGoOnline, ID: worst.ID})
	}
	return v
}
