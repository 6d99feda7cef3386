package model

import (
	"slices"

	"hushwing/client"
	"hushwing/i18n"
)

// mark tells an account from the others. With one account there is nothing to
// tell.
func (m *Model) mark(account string) AccountMark {
	if len(m.accounts) < 2 {
		return AccountMark{}
	}
	i := slices.IndexFunc(m.accounts, func(a client.Account) bool { return a.ID == account })
	if i < 0 {
		return AccountMark{}
	}
	return AccountMark{Number: i + 1, Colour: i % MarkColours, Name: i18n.T("At your address %s", clean(m.accounts[i].Address, 200))}
}

// The values of what contacts see.
const (
	showHere = "here"
	showAway = "away"
	showBusy = "dnd"
)

// showField chooses what contacts see of us, at all addresses at once. Where they
// differ nothing is chosen.
func (m *Model) showField() Field {
	f := Field{
		ID: FieldIDShow, Kind: FieldChoice, Label: i18n.T("What your contacts see"), Enabled: true,
		Options: []Choice{{showHere, i18n.T("Available")}, {showAway, i18n.T("Stepped away")}, {showBusy, i18n.T("Busy")}},
	}
	for i, a := range m.accounts {
		v := a.Show
		if v == "" {
			v = showHere
		}
		if i > 0 && v != f.Value {
			f.Value = ""
			break
		}
		f.Value = v
	}
	return f
}

// setShow says what contacts see.
func (m *Model) setShow(value string) {
	if value == m.showField().Value {
		return
	}
	switch value {
	case showHere:
		value = ""
	case showAway, showBusy:
	default:
		return
	}
	m.do(client.SetStatus{Show: value, ID: m.ask(func(p *client.Problem) {
		if p != nil {
			m.toast(sentence(*p), Button{})
			m.changedStatus()
		}
	})})
}
