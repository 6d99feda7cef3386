package model

import (
	"maps"
	"net"
	"strconv"
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// newPage is what the pages of a new address hold.
type newPage struct {
	servers []client.KnownServer
	chosen  int // an index of servers; len(servers): another one
	domain  string
	host    string
	name    string

	// by field: what is wrong with what was typed
	wrong map[FieldID]string

	form   *client.FormArrived // the last one
	live   bool                // it can be sent; otherwise it is only looked at
	values map[string]string   // by the server's field name, kept from form to form

	asking      client.CommandID
	registering client.CommandID
	renewing    client.CommandID
	problem     *client.Problem
}

func newNewPage() newPage {
	return newPage{
		servers: client.Suggested(),
		name:    randomName(),
		wrong:   map[FieldID]string{},
		values:  map[string]string{},
	}
}

func (p *newPage) busy() bool { return p.asking != 0 || p.registering != 0 || p.renewing != 0 }

// own reports whether the user names the server.
func (p *newPage) own() bool { return p.chosen >= len(p.servers) }

// server returns where the address is to live. The second value names the
// field that is wrong, and ok is false then.
func (p *newPage) server() (s client.ServerChoice, wrong FieldID, ok bool) {
	if !p.own() {
		return client.ServerChoice{Domain: p.servers[p.chosen].Domain}, "", true
	}
	s.Domain = strings.ToLower(strings.TrimSpace(p.domain))
	if s.Domain == "" || strings.ContainsAny(s.Domain, "@/ ") {
		return s, FieldIDDomain, false
	}
	if s.Host, s.Port, ok = splitHost(p.host); !ok {
		return s, FieldIDHost, false
	}
	return s, "", true
}

// splitHost takes "host", "host:port" or "[address]:port".
func splitHost(s string) (host string, port uint16, ok bool) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "@/ ") {
		return "", 0, false
	}
	if !strings.Contains(s, ":") || net.ParseIP(s) != nil {
		return s, 0, true
	}
	host, p, err := net.SplitHostPort(s)
	if err != nil || host == "" {
		return "", 0, false
	}
	n, err := strconv.ParseUint(p, 10, 16)
	if err != nil || n == 0 {
		return "", 0, false
	}
	return host, uint16(n), true
}

// chooseServer takes a server of the list, or another one.
func (m *Model) chooseServer(i int) {
	p := &m.first.fresh
	if m.first.page != PageNew || p.busy() || i < 0 || i > len(p.servers) || i == p.chosen {
		return
	}
	m.dropForm()
	p.chosen, p.problem = i, nil
	clear(p.wrong)
	if p.own() {
		m.focus(FieldIDDomain)
	}
}

// anotherName fills in another random name.
func (m *Model) anotherName() {
	p := &m.first.fresh
	if p.busy() {
		return
	}
	p.name = randomName()
	delete(p.wrong, FieldIDName)
	p.problem = nil
}

// setNewField takes what was typed.
func (m *Model) setNewField(id FieldID, text string) {
	p := &m.first.fresh
	if p.busy() {
		return
	}
	switch {
	case id == FieldIDName:
		p.name = text
	case id == FieldIDDomain && p.domain != text:
		m.dropForm()
		p.domain = text
	case id == FieldIDHost && p.host != text:
		m.dropForm()
		p.host = text
	case strings.HasPrefix(string(id), fieldIDForm):
		p.values[strings.TrimPrefix(string(id), fieldIDForm)] = text
	default:
		return
	}
	delete(p.wrong, id)
	p.problem = nil
}

// askForm asks the server for its form, or goes on with the one that is here.
func (m *Model) askForm() {
	p := &m.first.fresh
	if p.busy() || !m.newFieldsFine() {
		return
	}
	if m.tor.State != client.TorReady {
		m.toTor()
		return
	}
	p.problem = nil
	if p.live {
		m.useForm()
		return
	}
	server, _, _ := p.server()
	var id client.CommandID
	id = m.ask(func(prob *client.Problem) {
		if prob == nil || m.first.fresh.asking != id {
			return // not wanted any more
		}
		m.first.fresh.asking = 0
		m.newProblem(prob)
	})
	p.asking = id
	m.do(client.AskForm{ID: id, Server: server})
}

// newFieldsFine looks at what was typed before the server is asked.
func (m *Model) newFieldsFine() bool {
	p := &m.first.fresh
	clear(p.wrong)
	if _, wrong, ok := p.server(); !ok {
		switch {
		case wrong == FieldIDHost:
			p.wrong[wrong] = i18n.T("It looks like an onion address, or like host.example.org, with :5222 at the end where a number is needed.")
		case strings.TrimSpace(p.domain) == "":
			p.wrong[wrong] = i18n.T("Type the name of the server.")
		default:
			p.wrong[wrong] = i18n.T("It looks like example.org, with no @ and no spaces.")
		}
		m.focus(wrong)
		return false
	}
	name := strings.TrimSpace(p.name)
	switch {
	case name == "":
		p.wrong[FieldIDName] = i18n.T("Type a name, or let Hushwing find another one.")
	case strings.ContainsAny(name, "@/ \"&'<>:"):
		p.wrong[FieldIDName] = i18n.T("Use letters and digits only.")
	default:
		return true
	}
	m.focus(FieldIDName)
	return false
}

// register makes the address.
func (m *Model) register() {
	p := &m.first.fresh
	values := map[string]string{}
	for _, f := range p.form.Fields {
		if f.Kind != client.FieldFixed {
			values[f.Name] = p.values[f.Name]
		}
	}
	server, _, _ := p.server()
	name, form := strings.TrimSpace(p.name), p.form.ID
	var id client.CommandID
	id = m.ask(func(prob *client.Problem) {
		if prob == nil {
			// Also when the user did not want to wait: the address is there.
			m.accountMade(name + "@" + server.Domain)
			return
		}
		if m.first.fresh.registering != id {
			m.do(client.DropForm{Form: form}) // not wanted any more
			return
		}
		m.first.fresh.registering = 0
		m.newProblem(prob)
	})
	p.problem = nil
	p.registering = id
	p.live = p.live && !p.puzzle() // a picture is good for one try; another one comes
	m.do(client.Register{ID: id, Form: form, Name: name, Values: maps.Clone(values)})
}

// newProblem shows why there is no address yet, on the page where it can be mended.
func (m *Model) newProblem(prob *client.Problem) {
	p := &m.first.fresh
	m.changes.FirstRun = true
	switch prob.Cause {
	case client.NameTaken, client.NameNotAllowed, client.AddressBadName:
		p.wrong[FieldIDName] = sentence(*prob) // the form stays good for another name
		m.turn(PageNew)
		m.focus(FieldIDName)
		return
	case client.OnionInvalid, client.AddressBadServer:
		m.dropForm()
		if p.own() {
			id := FieldIDHost
			if strings.TrimSpace(p.host) == "" || prob.Cause == client.AddressBadServer {
				id = FieldIDDomain
			}
			p.wrong[id] = sentence(*prob)
			m.turn(PageNew)
			m.focus(id)
			return
		}
	}
	if prob.Cause == client.PuzzleWrong && m.puzzleWrong(prob) {
		return
	}
	p.problem = prob
	if m.first.page != PageForm {
		m.dropForm()
		return
	}
	// Something on the form may be wrong, or the same may do the next time: stay
	// where it was filled in, with all that was typed.
	m.looseForm()
	switch {
	case prob.Cause == client.RegistrationRefused, prob.Cause == client.RegistrationLater, prob.Cause == client.PuzzleWrong:
	case explain(prob.Cause).remedy != remedyRetry:
		m.dropForm()
		m.turn(PageNew)
	}
}
