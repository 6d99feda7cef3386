package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// torForm is how the user wants Tor reached: a page of the first run, and a
// dialog of the main window.
type torForm struct {
	bridges string // a line each
	hand    string
	typed   bool // by the user: what the client says no longer replaces it
	busy    client.CommandID
	problem *client.Problem
}

// applyTorChosen takes what the client has written down.
func (m *Model) applyTorChosen(e client.TorChosen) {
	m.torSet = e
	if f := &m.torForm; !f.typed {
		f.bridges, f.hand = strings.Join(e.Bridges, "\n"), e.Hand
	}
}

// resetTorForm shows what is in force.
func (m *Model) resetTorForm() {
	m.torForm = torForm{}
	m.applyTorChosen(m.torSet)
}

// setTorField takes what was typed.
func (m *Model) setTorField(id FieldID, text string) bool {
	f := &m.torForm
	switch {
	case f.busy != 0:
		return id == FieldIDBridges || id == FieldIDTorHand
	case id == FieldIDBridges:
		f.bridges = text
	case id == FieldIDTorHand:
		f.hand = text
	default:
		return false
	}
	f.typed, f.problem = true, nil
	m.changes.Dialog = true
	m.changes.FirstRun = m.screen == ScreenFirstRun
	return true
}

// useTor asks for Tor to be reached as the form says. done runs when that is
// written down; whether Tor comes up is told as ever.
func (m *Model) useTor(done func()) {
	f := &m.torForm
	if f.busy != 0 {
		return
	}
	f.problem = nil
	var id client.CommandID
	id = m.ask(func(p *client.Problem) {
		if m.torForm.busy != id {
			return
		}
		m.changes.Dialog, m.changes.FirstRun = true, m.screen == ScreenFirstRun
		m.torForm.busy = 0
		if p != nil {
			m.torForm.problem = p
			m.focus(torFieldOf(p.Cause))
			return
		}
		m.resetTorForm()
		done()
	})
	f.busy = id
	m.do(client.UseTor{ID: id, Hand: f.hand, Bridges: f.bridges})
}

// torFieldOf returns the field that a cause speaks of.
func torFieldOf(c client.Cause) FieldID {
	if c == client.TorHandBad {
		return FieldIDTorHand
	}
	return FieldIDBridges
}

// torFields returns the field for everybody, and the one for technicians.
func (m *Model) torFields() (bridges, hand Field) {
	f := &m.torForm
	bridges = Field{
		ID: FieldIDBridges, Kind: FieldLines, Label: i18n.T("Bridges, one on each line"), Value: f.bridges,
		Placeholder: "obfs4 192.0.2.1:443 …",
		Help:        i18n.T("Paste them as you were given them. Leave this empty to reach Tor directly."),
		Enabled:     f.busy == 0,
	}
	hand = Field{
		ID: FieldIDTorHand, Kind: FieldAddress, Label: i18n.T("Use only this Tor"), Value: f.hand,
		Placeholder: "127.0.0.1:9050",
		Help:        i18n.T("For a Tor that you run yourself on this computer: its number, such as 9050, or the path of its socket. Leave this empty unless you know that you need it."),
		Enabled:     f.busy == 0,
	}
	if f.problem != nil && explain(f.problem.Cause).remedy == remedyEdit {
		text := join(sentence(*f.problem), clean(f.problem.Detail, 120))
		if torFieldOf(f.problem.Cause) == FieldIDTorHand {
			hand.Problem = text
		} else {
			bridges.Problem = text
		}
	}
	return bridges, hand
}

// torFormProblem is what went wrong that no field is to blame for.
func (m *Model) torFormProblem(again Action) *Problem {
	p := m.torForm.problem
	if p == nil || explain(p.Cause).remedy == remedyEdit {
		return nil
	}
	return problem(*p, map[remedy]Action{remedyRetry: again})
}

// bridgeText tells what a bridge is and where to get one.
func bridgeText() string {
	return i18n.T("A bridge is a way into Tor that your network does not know. Ask someone you trust for one, or send an e-mail to bridges@torproject.org from a Riseup or Gmail account.")
}

// viewTorWay is the page of the first run for people whose network blocks Tor.
func (m *Model) viewTorWay(v *FirstRunView) {
	v.Title = i18n.T("My network blocks Tor")
	v.Text = bridgeText()
	bridges, hand := m.torFields()
	v.Fields, v.FoldLabel, v.Folded = []Field{bridges}, i18n.T("Technical details"), []Field{hand}
	v.Next = suggested(i18n.T("Connect"), Action{Kind: ActionNext}, m.torForm.busy == 0)
	v.Problem = m.torFormProblem(Action{Kind: ActionNext})
	if m.torForm.busy != 0 {
		v.Busy = &Busy{Text: i18n.T("One moment…"), Fraction: -1}
	}
}

// viewTorDialog is the same in the main window.
func (m *Model) viewTorDialog(v *DialogView) {
	v.Title = i18n.T("How Tor is reached")
	v.Text = join(i18n.T("Hushwing finds Tor by itself. Only a network that blocks Tor needs anything here."), bridgeText())
	bridges, hand := m.torFields()
	v.Fields = []Field{bridges, hand}
	v.OK = suggested(i18n.T("Connect"), Action{Kind: ActionDialogOK}, m.torForm.busy == 0)
	v.Problem = m.torFormProblem(Action{Kind: ActionDialogOK})
	if m.torForm.busy != 0 {
		v.Busy = &Busy{Text: i18n.T("One moment…"), Fraction: -1}
	}
}
