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
	many    bool // refused with all others
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
		if prob != nil {
			r.many = false
			return
		}
		m.applyRequestGone(p)
		if !accept && !r.many {
			name := clean(p.Address, 200)
			m.toast(join(i18n.T("%s was refused.", name), i18n.T("They can ask again.")),
				named(button(i18n.T("Block"), Action{Kind: ActionBlock, Peer: p}), i18n.T("Block %s", name)))
		}
	})})
}

// Beyond fewRequests they are folded into a line, and of those that are shown
// then there are at most mostRequests.
const (
	fewRequests  = 2
	mostRequests = 20
)

// viewRequests shows who asks: few as they are, many behind a line.
func (m *Model) viewRequests(v *MainView) {
	shown := m.requests
	n := len(shown)
	if n > fewRequests {
		v.Tray = TrayView{
			Text:   i18n.N("%d person asks to be your contact.", "%d people ask to be your contact.", n, n),
			Open:   m.trayOpen,
			Toggle: named(button(i18n.T("Show"), Action{Kind: ActionTray}), i18n.T("Show who asks")),
			Refuse: named(button(i18n.T("Refuse all…"), Action{Kind: ActionAskRefuseAll}), i18n.T("Refuse all who ask")),
		}
		if !m.trayOpen {
			return
		}
		v.Tray.Toggle = named(button(i18n.T("Hide"), Action{Kind: ActionTray}), i18n.T("Hide who asks"))
		v.Tray.Advice = acceptAdvice.Text()
		if n > mostRequests {
			shown = shown[:mostRequests]
			v.Tray.Hidden = i18n.N("%d more comes as you answer these.", "%d more come as you answer these.", n-mostRequests, n-mostRequests)
		}
	}
	for _, r := range shown {
		row := m.requestRow(r)
		if v.Tray.Advice != "" {
			row.Advice = "" // once for all
		}
		v.Requests = append(v.Requests, row)
	}
}

var acceptAdvice = i18n.Mark("Accept only if you know who this is.")

// pressTray does what is asked for about all requests.
func (m *Model) pressTray() {
	m.trayOpen = !m.trayOpen
	m.changes.Requests, m.changes.Main = true, true
}

// refuseAll refuses whoever asks now.
func (m *Model) refuseAll() {
	for _, r := range slices.Clone(m.requests) {
		r.many = true
		m.answerRequest(r.peer, false)
	}
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
		Advice: acceptAdvice.Text(),
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
