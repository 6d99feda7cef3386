package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// torStages puts Tor's own tags into plain words. A tag that has no entry is
// looked up without its end: "conn_done_pt" is not here, "conn_done" is.
// Source: Tor's control-spec, "Bootstrap tags".
var torStages = map[string]i18n.Message{
	"starting":               i18n.Mark("Starting Tor…"),
	"conn":                   i18n.Mark("Reaching the Tor network…"),
	"conn_pt":                i18n.Mark("Reaching a bridge into the Tor network…"),
	"conn_proxy":             i18n.Mark("Reaching this network’s way out…"),
	"conn_dir":               i18n.Mark("Reaching the Tor network…"),
	"conn_done":              i18n.Mark("The Tor network answers…"),
	"conn_done_pt":           i18n.Mark("The bridge answers…"),
	"conn_done_proxy":        i18n.Mark("This network’s way out answers…"),
	"handshake":              i18n.Mark("Greeting the Tor network…"),
	"handshake_dir":          i18n.Mark("Greeting the Tor network…"),
	"handshake_done":         i18n.Mark("The Tor network knows us now…"),
	"onehop_create":          i18n.Mark("Opening the way to the Tor network’s map…"),
	"requesting_status":      i18n.Mark("Asking for the map of the Tor network…"),
	"loading_status":         i18n.Mark("Loading the map of the Tor network…"),
	"loading_keys":           i18n.Mark("Making sure that the map is genuine…"),
	"requesting_descriptors": i18n.Mark("Asking about the relays of the Tor network…"),
	"loading_descriptors":    i18n.Mark("Learning about the relays of the Tor network…"),
	"enough_dirinfo":         i18n.Mark("Enough is known to choose a way…"),
	"ap_conn":                i18n.Mark("Choosing a way through the Tor network…"),
	"ap_conn_pt":             i18n.Mark("Choosing a way through the bridge…"),
	"ap_conn_proxy":          i18n.Mark("Choosing a way through the Tor network…"),
	"ap_conn_done":           i18n.Mark("The first relay answers…"),
	"ap_conn_done_pt":        i18n.Mark("The bridge answers…"),
	"ap_conn_done_proxy":     i18n.Mark("The first relay answers…"),
	"ap_handshake":           i18n.Mark("Greeting the first relay…"),
	"ap_handshake_done":      i18n.Mark("The first relay knows us now…"),
	"conn_or":                i18n.Mark("Reaching the first relay…"), // before Tor 0.4.1
	"handshake_or":           i18n.Mark("Greeting the first relay…"),
	"circuit_create":         i18n.Mark("Building a way through three relays…"),
	"done":                   i18n.Mark("Connected to the Tor network."),
}

// torStage returns a stage in plain words, also one that a later Tor invents.
func torStage(tag string) string {
	for tag != "" {
		if s, ok := torStages[tag]; ok {
			return s.Text()
		}
		cut := strings.LastIndexByte(tag, '_')
		if cut < 0 {
			break
		}
		tag = tag[:cut]
	}
	return i18n.T("Connecting to the Tor network…")
}

// torText says what Tor is doing, while it is not ready.
func torText(t client.TorChanged) string {
	switch t.State {
	case client.TorStarting:
		return torStage(t.Stage)
	case client.TorReady:
		return i18n.T("Connected to the Tor network.")
	case client.TorFailed:
		return explain(torProblem(t).Cause).text.Text()
	}
	return i18n.T("Looking for Tor on this computer…")
}

// torProblem returns why Tor failed.
func torProblem(t client.TorChanged) client.Problem {
	if t.Problem == nil {
		return client.Problem{Cause: client.TorStopped, Retry: client.RetryNow}
	}
	return *t.Problem
}

// torFraction returns how far Tor is, below 0 when that is not known.
func torFraction(t client.TorChanged) float64 {
	if t.State != client.TorStarting {
		return -1
	}
	return float64(min(max(t.Percent, 0), 100)) / 100
}

// applyTor takes the state of Tor.
func (m *Model) applyTor(e client.TorChanged) {
	m.tor = e
	switch e.State {
	case client.TorFailed:
		p := torProblem(e)
		m.torFailure = &p
	case client.TorLooking:
		// The client looks again by itself: what went wrong stays readable.
	default:
		m.torFailure = nil
	}
	m.changedStatus()
	m.changes.Conversation = true
	if m.screen == ScreenFirstRun {
		m.firstRunTor()
	}
}

// tryTor looks for Tor again.
func (m *Model) tryTor() {
	m.torFailure = nil
	m.changes.FirstRun = m.screen == ScreenFirstRun
	if m.tor.State == client.TorLooking || m.tor.State == client.TorStarting {
		return
	}
	m.applyTor(client.TorChanged{State: client.TorLooking})
	m.do(client.TryTor{ID: m.ask(func(p *client.Problem) {
		// Why Tor failed comes as TorChanged; this is for when that does not.
		if p != nil && m.tor.State == client.TorLooking {
			m.applyTor(client.TorChanged{State: client.TorFailed, Problem: p})
		}
	})})
}
