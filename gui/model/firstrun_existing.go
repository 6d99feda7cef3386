package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
	"hushwing/secret"
)

// existingPage is what the page for an address that one has holds.
type existingPage struct {
	address  string
	password string
	host     string
	wrong    map[FieldID]string
	adding   client.CommandID
	problem  *client.Problem
}

// setExistingField takes what was typed.
func (m *Model) setExistingField(id FieldID, text string) {
	p := &m.first.existing
	if p.adding != 0 {
		return
	}
	switch id {
	case FieldIDAddress:
		p.address = text
	case FieldIDSecret:
		p.password = text
	case FieldIDOwnHost:
		p.host = text
	default:
		return
	}
	delete(p.wrong, id)
	p.problem = nil
}

// addAccount tries the address.
func (m *Model) addAccount() {
	p := &m.first.existing
	if p.adding != 0 {
		return
	}
	p.wrong, p.problem = map[FieldID]string{}, nil
	if p.password == "" {
		p.wrong[FieldIDSecret] = i18n.T("Type the password of this address.")
		m.focus(FieldIDSecret)
	}
	host, port, ok := splitHost(p.host)
	if !ok {
		p.wrong[FieldIDOwnHost] = i18n.T("It looks like an onion address, or like host.example.org, with :5222 at the end where a number is needed.")
		m.focus(FieldIDOwnHost)
	}
	address := invited(p.address).Address
	if address == "" {
		p.wrong[FieldIDAddress] = sentence(client.Problem{Cause: client.AddressEmpty})
		m.focus(FieldIDAddress)
	}
	if len(p.wrong) > 0 {
		return
	}
	if m.tor.State != client.TorReady {
		m.toTor()
		return
	}
	var id client.CommandID
	id = m.ask(func(prob *client.Problem) {
		m.changes.FirstRun = true
		if prob == nil {
			m.accountMade(address) // also when the user did not want to wait: it is there
			return
		}
		if m.first.existing.adding == id {
			m.first.existing.adding = 0
			m.existingProblem(prob)
		}
	})
	p.adding = id
	m.do(client.AddAccount{ID: id, Address: address, Password: secret.New(p.password), Host: host, Port: port})
}

// existingProblem shows a problem at the field that it is about.
func (m *Model) existingProblem(prob *client.Problem) {
	p := &m.first.existing
	field := FieldID("")
	switch prob.Cause {
	case client.AddressEmpty, client.AddressNoAt, client.AddressBadName, client.AddressBadServer, client.AddressKnown:
		field = FieldIDAddress
	case client.SignInWrongPassword:
		field = FieldIDSecret
	case client.OnionInvalid:
		field = FieldIDAddress
		if strings.TrimSpace(p.host) != "" {
			field = FieldIDOwnHost
		}
	}
	if field == "" {
		p.problem = prob
		return
	}
	p.wrong[field] = sentence(*prob)
	m.focus(field)
}

// viewExisting shows the page.
func (m *Model) viewExisting(v *FirstRunView) {
	p := &m.first.existing
	free := p.adding == 0
	v.Title = i18n.T("Your address")
	v.Text = i18n.T("Hushwing keeps its password encrypted on this computer.")
	v.Fields = []Field{
		{
			ID:          FieldIDAddress,
			Kind:        FieldAddress,
			Label:       i18n.T("Address"),
			Value:       p.address,
			Placeholder: "name@example.org",
			Problem:     p.wrong[FieldIDAddress],
			Enabled:     free,
		},
		{
			ID:      FieldIDSecret,
			Kind:    FieldSecret,
			Label:   i18n.T("Its password"),
			Value:   p.password,
			Problem: p.wrong[FieldIDSecret],
			Enabled: free,
		},
	}
	v.FoldLabel = i18n.T("Technical details")
	v.Folded = []Field{{
		ID:      FieldIDOwnHost,
		Kind:    FieldAddress,
		Label:   i18n.T("Its server’s onion address, or host (optional)"),
		Value:   p.host,
		Help:    i18n.T("Only where it differs from what stands after the @."),
		Problem: p.wrong[FieldIDOwnHost],
		Enabled: free,
	}}
	v.Next = suggested(i18n.T("Sign in"), Action{Kind: ActionNext}, free)
	if !free {
		_, domain, _ := strings.Cut(invited(p.address).Address, "@")
		v.Busy = &Busy{Text: i18n.T("Signing in to %s through Tor. This can take a minute or two…", clean(domain, 100)), Fraction: -1}
		v.Back = button(i18n.T("Cancel"), Action{Kind: ActionBack})
	}
	if p.problem != nil {
		v.Problem = problem(*p.problem, map[remedy]Action{remedyRetry: {Kind: ActionNext}})
	}
}
