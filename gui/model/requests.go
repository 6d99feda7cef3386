package model

import (
	"slices"

	"hushwing/client"
	"hushwing/i18n"
)

// request is a stranger who asks to be a contact.
type request struct {
	peer    Peer
	busy    bool
	problem *client.Problem
}

func (m *Model) request(p Peer) *request {
	for _, r := range m.requests {
		if r.peer == p {
			return r
		}
	}
	return nil
}

// applyRequest takes a request into the tray.
func (m *Model) applyRequest(p Peer) {
	if m.request(p) == nil {
		m.requests = append(m.requests, &request{peer: p})
	}
	m.changes.Requests, m.changes.Main = true, true
}

// applyRequestGone takes a request away.
func (m *Model) applyRequestGone(p Peer) {
	m.requests = slices.DeleteFunc(m.requests, func(r *request) bool { return r.peer == p })
	m.changes.Requests, m.changes.Main = true, true
}

// answerRequest accepts or refuses.
func (m *Model) answerRequest(p Peer, accept bool) {
	r := m.request(p)
	if r == nil || r.busy {
		return
	}
	r.busy, r.problem = true, nil
	m.changes.Requests, m.changes.Main = true, true
	m.do(client.AnswerRequest{Peer: p, Accept: accept, ID: m.ask(func(prob *client.Problem) {
		m.changes.Requests, m.changes.Main = true, true
		r.busy, r.problem = false, prob
		if prob == nil {
			m.applyRequestGone(p)
		}
	})})
}

// requestRow returns the row of a request. Only the address is shown: all else
// is the stranger's own words.
func (m *Model) requestRow(r *request) RequestRow {
	address := clean(r.peer.Address, 200)
	row := RequestRow{
		Peer:   r.peer,
		Text:   i18n.T("%s asks to be your contact.", address),
		Accept: named(button(i18n.T("Accept"), Action{Kind: ActionAccept, Peer: r.peer}), i18n.T("Accept %s", address)),
		Refuse: named(button(i18n.T("Refuse"), Action{Kind: ActionRefuse, Peer: r.peer}), i18n.T("Refuse %s", address)),
		Busy:   r.busy,
		Advice: i18n.T("Accept only if you know who this is."),
	}
	row.Accept.Enabled, row.Refuse.Enabled = !r.busy, !r.busy
	if a := m.account(r.peer.Account); a != nil && len(m.accounts) > 1 {
		row.Note = i18n.T("At your address %s", clean(a.Address, 200))
	}
	if r.problem != nil {
		row.Problem = sentence(*r.problem)
	}
	return row
}
