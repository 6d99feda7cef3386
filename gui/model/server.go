package model

import (
	"strings"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// The dialog about a server that shows another identity than before.

// question returns the question about an account's server, or nil.
func (m *Model) question(id string) *client.ServerQuestion {
	if a := m.account(id); a != nil && a.State == client.CertificateChanged {
		return a.Question
	}
	return nil
}

// followQuestion keeps the dialog on the question: new evidence is shown, a
// question about another key begins anew, and one that is over closes it.
func (m *Model) followQuestion(id string) {
	d := &m.dialog
	if d.kind != ActionServer || d.account != id {
		return
	}
	m.changes.Dialog = true
	switch q := m.question(id); {
	case q == nil && d.busy == 0:
		m.closeDialog()
	case q != nil && q.New.Key != d.key:
		m.dialog = dialog{
			kind: ActionServer, account: id, key: q.New.Key,
			problem: &client.Problem{Cause: client.CertificateAnother},
		}
	}
}

// trustServer takes the identity that is on the screen for the server's.
func (m *Model) trustServer(byName bool) {
	d := &m.dialog
	q := m.question(d.account)
	if d.kind != ActionServer || q == nil || d.busy != 0 || q.ByName != byName || !q.Paths.Done() {
		return
	}
	name := ""
	if byName {
		if name = strings.TrimSpace(d.name); name == "" {
			return
		}
	}
	d.problem = nil
	m.changes.Dialog = true
	d.busy = m.dialogAnswer(nil)
	m.do(client.TrustServer{ID: d.busy, Account: d.account, Key: d.key, Name: name})
}

// askProof has the server prove that it knows the account.
func (m *Model) askProof() {
	d := m.dialog
	if d.kind != ActionServer || m.question(d.account) == nil {
		return
	}
	m.do(client.AskProof{Account: d.account, Key: d.key, ID: m.ask(func(p *client.Problem) {
		if p == nil { // the outcome came with the account
			return
		}
		if m.dialog.kind == ActionServer && m.dialog.key == d.key {
			m.dialog.problem = p
			m.changes.Dialog = true
			return
		}
		m.toast(sentence(*p), Button{})
	})})
}

// viewServer shows the question with all that is known about it.
func (m *Model) viewServer(v *DialogView) {
	d := &m.dialog
	v.Title = i18n.T("Is this still your server?")
	v.Cancel = suggested(i18n.T("Wait"), Action{Kind: ActionDialogCancel}, true)
	a, q := m.account(d.account), m.question(d.account)
	if q == nil {
		return
	}
	v.Text = i18n.T("The server %[1]s shows another identity than before. Servers get a new one now and then; someone in between would show a new one, too. Nothing of yours was sent, and %[2]s stays disconnected until you decide or the identity from before is back. If you can, ask whoever runs the server.",
		clean(q.New.Domain, 200), clean(a.Address, 200))
	v.Evidence = m.evidence(*q)
	free := d.busy == 0 && q.Paths.Done()
	v.FoldLabel = i18n.T("Technical details")
	v.Facts = serverFacts(*q)
	if !q.ByName {
		v.OK = button(i18n.T("Trust the new identity"), Action{Kind: ActionDialogOK})
		v.OK.Enabled = free
		return
	}
	v.Folded = []Field{{
		ID: FieldIDServerName, Kind: FieldAddress, Label: i18n.T("The server’s name"), Value: d.name, Enabled: free,
		Help: i18n.T("Something speaks against the new identity. To trust it all the same, type the server’s name here, as it stands after the @ of your address."),
	}}
	v.FoldedOK = button(i18n.T("Trust it all the same"), Action{Kind: ActionTrustByName})
	v.FoldedOK.Enabled, v.FoldedOK.Destructive = free && strings.TrimSpace(d.name) != "", true
}

// evidence is what speaks for the new identity, and what against it.
func (m *Model) evidence(q client.ServerQuestion) []EvidenceRow {
	before := EvidenceRow{Icon: "document-open-recent-symbolic", Style: StyleNeutral, Heading: i18n.T("Before"), Text: join(
		vouched(q.Old), until(q.Old.NotAfter), since(q.Since),
	)}
	if before.Text == "" {
		before.Text = i18n.T("Nothing more is known of it.")
	}
	rows := []EvidenceRow{before, m.newIdentityRow(q)}
	if q.Onion {
		rows = append(rows, EvidenceRow{
			Icon: "network-transmit-receive-symbolic", Style: StyleGood, Heading: i18n.T("Where it answers"),
			Text: i18n.T("At its own onion address, where nobody else can answer unless the server was broken into."),
		})
	}
	return append(rows, pathsRow(q.Paths, q.Onion), proofRow(q.Proof))
}

// newIdentityRow tells of the new identity.
func (m *Model) newIdentityRow(q client.ServerQuestion) EvidenceRow {
	r := EvidenceRow{Icon: "avatar-default-symbolic", Style: StyleNeutral, Heading: i18n.T("Now")}
	flaw := ""
	switch q.Flaw {
	case client.CauseUnknown:
		flaw = vouched(q.New)
	case client.CertificateExpired:
		flaw = i18n.T("It ran out on %s.", i18n.Date(q.New.NotAfter))
	case client.CertificateNotYet:
		flaw = i18n.T("It is not valid yet. See whether this computer’s clock is right.")
	case client.CertificateWrongName:
		flaw = i18n.T("It is the identity of another server.")
	case client.CertificateUnknownIssuer:
		flaw = i18n.T("Nobody whom Hushwing trusts vouches for it.")
		if q.Onion {
			flaw = i18n.T("Nobody vouches for it, as is usual inside Tor.")
		}
	default:
		flaw = i18n.T("Something is wrong with it.")
	}
	if q.Flaw != client.CauseUnknown && !q.Onion {
		r.Icon, r.Style = "dialog-warning-symbolic", StyleBad
	}
	good := until(q.New.NotAfter)
	if q.Flaw == client.CertificateExpired {
		good = ""
	}
	r.Text = join(flaw, good, m.due(q))
	if !q.Until.IsZero() {
		r.Icon, r.Style = "dialog-warning-symbolic", StyleWarn
		r.Text = join(i18n.T("You knew this one already: it was the server’s until %s, when you trusted another. What answered in between may not have been your server.", i18n.Date(q.Until)), r.Text)
	}
	return r
}

// renewal is how long before its end an identity is commonly replaced.
const renewal = 32 * 24 * time.Hour

// due says whether a new identity was to be expected.
func (m *Model) due(q client.ServerQuestion) string {
	switch {
	case q.Old.NotAfter.IsZero() || q.Flaw != client.CauseUnknown || !q.Until.IsZero():
		return ""
	case m.now().Add(renewal).After(q.Old.NotAfter):
		return i18n.T("A new one was due.")
	}
	return i18n.T("A new one was not due yet.")
}

func vouched(s client.ServerIdentity) string {
	if name := issuerName(s.Issuer); name != "" && s.Valid {
		return i18n.T("%s vouches for it.", name)
	}
	return ""
}

func until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.T("It is valid until %s.", i18n.Date(t))
}

func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.T("You have known it since %s.", i18n.Date(t))
}

// pathsRow says what other ways through Tor show.
func pathsRow(p client.Paths, onion bool) EvidenceRow {
	r := EvidenceRow{Heading: i18n.T("Other ways through Tor"), Icon: "dialog-information-symbolic", Style: StyleNeutral}
	switch {
	case p.Other > 0:
		r.Icon, r.Style = "dialog-warning-symbolic", StyleBad
		r.Text = i18n.T("They show yet another identity: someone is probably in between.")
	case p.Old > 0:
		r.Icon, r.Style = "dialog-warning-symbolic", StyleBad
		r.Text = i18n.T("They still show the identity from before: someone is probably in between.")
	case !p.Done():
		r.Moving = true
		r.Text = i18n.T("Hushwing is looking at the server from elsewhere…")
	case p.Same > 0:
		r.Icon, r.Style = "security-high-symbolic", StyleGood
		r.Text = i18n.N("The same was seen over %d other way.", "The same was seen over %d other ways.", p.Same, p.Same)
		if !onion {
			r.Text = join(r.Text, i18n.T("So it is nobody at one end of Tor; it could still be somebody close to the server."))
		}
	default:
		r.Text = i18n.T("They led nowhere just now, so they say nothing.")
	}
	return r
}

// proofRow says whether the server can prove that it knows the account.
func proofRow(s client.ProofState) EvidenceRow {
	r := EvidenceRow{Heading: i18n.T("Does it know you?"), Icon: "dialog-question-symbolic", Style: StyleNeutral}
	bad := func(text string) {
		r.Icon, r.Style, r.Text = "dialog-warning-symbolic", StyleBad, text
	}
	switch s {
	case client.ProofPossible:
		r.Text = i18n.T("Your server can prove that it knows your password. If someone is in between, they learn your address by the question, and nothing else of use to them.")
		r.Button = button(i18n.T("Ask for proof"), Action{Kind: ActionAskProof})
	case client.ProofUnwise:
		r.Text = i18n.T("It is not asked: you brought this password along, and the question could help someone in between to guess it.")
	case client.ProofNotSafe:
		r.Text = i18n.T("It is not asked, because anybody could be answering.")
	case client.ProofAsking:
		r.Moving = true
		r.Text = i18n.T("Waiting for its proof…")
	case client.ProofGiven:
		r.Icon, r.Style = "security-high-symbolic", StyleGood
		r.Text = i18n.T("It has proven that it knows your account and that nobody is in between. Only someone who has broken into your server could do that, too.")
	case client.ProofFailed:
		bad(i18n.T("It could not prove it: someone is probably in between."))
	case client.ProofRefused:
		bad(i18n.T("It gives no proof, although it gave one at every sign-in before: someone is probably in between."))
	case client.ProofAbsent:
		r.Text = i18n.T("It has no way to prove it. Many servers do not.")
	case client.ProofNoAnswer:
		r.Icon, r.Style = "network-offline-symbolic", StyleWarn
		r.Text = i18n.T("No answer came.")
		r.Button = button(i18n.T("Ask for proof"), Action{Kind: ActionAskProof})
	}
	return r
}

// issuerName takes from a distinguished name (RFC 2253) what a person can read:
// the organisation, else the common name.
func issuerName(dn string) string {
	found := map[string]string{}
	for _, part := range splitName(dn) {
		k, v, _ := strings.Cut(part, "=")
		if k = strings.ToUpper(strings.TrimSpace(k)); found[k] == "" {
			found[k] = strings.ReplaceAll(v, `\`, "")
		}
	}
	for _, k := range []string{"O", "CN", "OU"} {
		if s := clean(found[k], 60); s != "" {
			return s
		}
	}
	return ""
}

// splitName cuts at the commas and plus signs that are not escaped.
func splitName(dn string) []string {
	var out []string
	from, escaped := 0, false
	for i, r := range dn {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == ',' || r == '+':
			out = append(out, dn[from:i])
			from = i + 1
		}
	}
	return append(out, dn[from:])
}
