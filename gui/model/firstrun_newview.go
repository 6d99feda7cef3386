package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// viewNew shows the page with the server and the name.
func (m *Model) viewNew(v *FirstRunView) {
	p := &m.first.fresh
	free := !p.busy()
	v.Title = i18n.T("Your new address")
	v.Text = i18n.T("It lives on a server, which passes your encrypted messages on. These can be reached without leaving Tor, and gave out addresses to everyone when we last looked.")
	switch {
	case p.problem != nil: // what went wrong needs the room: the page is to be seen whole
		v.Text = ""
	case p.own():
		v.Text = i18n.T("It lives on a server, which passes your encrypted messages on.")
	}
	for i, s := range p.servers {
		row := serverRow(i, s.Domain, why(s), i == p.chosen, free)
		row.Why = "" // of those that are suggested it is said above, once
		v.Servers = append(v.Servers, row)
	}
	another := serverRow(len(p.servers), i18n.T("Another server"),
		i18n.T("One that somebody you trust runs or recommends."), p.own(), free)
	if p.own() {
		another.Why = ""
	}
	v.Servers = append(v.Servers, another)
	if p.own() {
		v.Fields = append(v.Fields, Field{
			ID:          FieldIDDomain,
			Kind:        FieldAddress,
			Label:       i18n.T("Name of the server"),
			Value:       p.domain,
			Placeholder: "example.org",
			Problem:     p.wrong[FieldIDDomain],
			Enabled:     free,
		}, Field{
			ID:          FieldIDHost,
			Kind:        FieldAddress,
			Label:       i18n.T("Its onion address, or host (optional)"),
			Value:       p.host,
			Placeholder: i18n.T("Only where it differs from the name"),
			Problem:     p.wrong[FieldIDHost],
			Enabled:     free,
		})
	}
	name := Field{
		ID:      FieldIDName,
		Kind:    FieldAddress,
		Label:   i18n.T("Your name there"),
		Value:   p.name,
		Problem: p.wrong[FieldIDName],
		Enabled: free,
		Button: Button{
			Label:   i18n.T("Another one"),
			Name:    i18n.T("Another random name"),
			Action:  Action{Kind: ActionAnotherName},
			Enabled: free,
		},
	}
	if s, _, ok := p.server(); ok && strings.TrimSpace(p.name) != "" {
		if p.problem != nil {
			name.Help = i18n.T("Your address will be %s.", clean(strings.TrimSpace(p.name)+"@"+s.Domain, 200))
		} else {
			name.Help = i18n.T("Your address will be %s. A random name tells nobody who you are.", clean(strings.TrimSpace(p.name)+"@"+s.Domain, 200))
		}
	}
	v.Fields = append(v.Fields, name)
	if free && p.problem == nil { // there is no room for both without scrolling
		v.Notes = []string{i18n.T("The password of this address is made and kept by Hushwing.")}
	}
	v.Next = suggested(i18n.T("Continue"), Action{Kind: ActionNext}, free)
	m.viewNewState(v)
}

// serverRow makes a row of the list of servers.
func serverRow(i int, name, why string, chosen, enabled bool) ServerRow {
	b := button(name, Action{Kind: ActionChooseServer, Index: i})
	b.Name = i18n.T("%[1]s: %[2]s", name, why)
	b.Enabled = enabled
	return ServerRow{Name: name, Why: why, Chosen: chosen, Choose: b}
}

// why says why a server is in the list.
func why(s client.KnownServer) string {
	switch {
	case s.Onion != "" && s.Registration:
		return i18n.T("Reached inside Tor all the way. Open to everyone when we last looked.")
	case s.Onion != "":
		return i18n.T("Reached inside Tor all the way.")
	case s.Registration:
		return i18n.T("Open to everyone when we last looked.")
	}
	return ""
}

// viewNewState shows what is going on, or what went wrong.
func (m *Model) viewNewState(v *FirstRunView) {
	p := &m.first.fresh
	server, _, _ := p.server()
	domain := clean(server.Domain, 100)
	switch {
	case p.asking != 0:
		v.Busy = &Busy{Text: i18n.T("Asking %s for an address, through Tor. This can take a minute or two…", domain), Fraction: -1}
	case p.renewing != 0:
		v.Busy = &Busy{Text: i18n.T("Asking %s for another picture…", domain), Fraction: -1}
	case p.registering != 0:
		v.Busy = &Busy{Text: i18n.T("Making your address on %s…", domain), Fraction: -1}
	}
	if v.Busy != nil {
		v.Back = button(i18n.T("Cancel"), Action{Kind: ActionBack})
	}
	if p.problem != nil {
		v.Problem = problem(*p.problem, map[remedy]Action{
			remedyRetry:  {Kind: ActionNext},
			remedyServer: m.anotherServerAction(),
		})
	}
}

// anotherServerAction goes to the next server of the list, or from the form
// back to the list.
func (m *Model) anotherServerAction() Action {
	p := &m.first.fresh
	if m.first.page == PageForm {
		return Action{Kind: ActionBack}
	}
	return Action{Kind: ActionChooseServer, Index: (p.chosen + 1) % (len(p.servers) + 1)}
}
