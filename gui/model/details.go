package model

import (
	"slices"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// This file alone speaks the language of technicians: it is what stands in the
// folds called "Technical details".

// detail is the technical part of a problem.
func detail(p client.Problem) string {
	var out []string
	if words := clean(p.Detail, 400); words != "" {
		switch p.Cause {
		case client.RegistrationRefused, client.RegistrationLater, client.NameNotAllowed, client.Bounced, client.SignInDisabled, client.SignInLater:
			out = append(out, i18n.T("The server says: %s", words))
		case client.ProfileDamaged, client.ProfileForeign:
			out = append(out, i18n.T("The file: %s", words))
		case client.TorClockWrong:
			out = append(out, i18n.T("This computer’s clock minus Tor’s: %s", words))
		case client.TorStuck:
			out = append(out, i18n.T("Tor’s stage: %s", words))
		default:
			out = append(out, words)
		}
	}
	if s := p.SignIn; s != nil {
		out = append(out, i18n.T("Before: %[1]s. Now: %[2]s (%[3]s).", clean(s.Before, 100), clean(s.Now, 100), clean(s.Context, 100)))
	}
	if s := p.Server; s != nil {
		out = append(out,
			i18n.T("Domain: %s.", clean(s.Domain, 200)),
			i18n.T("Issuer of the certificate: %s.", clean(s.Issuer, 200)),
			i18n.T("Valid from %[1]s to %[2]s.", isoDate(s.NotBefore), isoDate(s.NotAfter)),
			i18n.T("SHA-256 of its public key: %s.", clean(s.Key, 100)),
		)
	}
	return join(out...)
}

// isoDate is a date with its year, for comparing.
func isoDate(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format(time.DateOnly)
}

// openDetails opens the details of a conversation.
func (m *Model) openDetails(p Peer) {
	m.Select(p)
	if m.current() == nil {
		return
	}
	m.details = true
	m.changes.Details = true
}

// closeDetails closes them.
func (m *Model) closeDetails() {
	m.details = false
	m.changes.Details = true
	m.changes.Focus = FocusComposer
}

// Details returns the technical details of the open conversation.
func (m *Model) Details() DetailsView {
	c := m.current()
	if c == nil || !m.details {
		return DetailsView{}
	}
	v := DetailsView{
		Open:  true,
		Title: i18n.T("Technical details"),
		Text:  i18n.T("For people whose other program shows fingerprints: compare them by phone or face to face."),
		Close: button(i18n.T("Close"), Action{Kind: ActionCloseDetails}),
	}
	add := func(label, value string, mono bool) {
		if value == "" {
			return
		}
		b := button(i18n.T("Copy"), Action{Kind: ActionCopyValue, Index: len(v.Rows)})
		b.Name = i18n.T("Copy: %s", label)
		v.Rows = append(v.Rows, DetailRow{Label: label, Value: value, Mono: mono, Copy: b})
	}
	name := c.name()
	add(i18n.T("Address"), clean(c.Address, 200), false)
	add(i18n.T("Resource in use"), clean(c.info.Resource, 300), false)
	if a := m.account(c.Account); a != nil {
		add(i18n.T("Your account"), clean(a.Address, 200), false)
	}
	if !c.info.Ours.IsZero() {
		add(i18n.T("Your OTR fingerprint"), c.info.Ours.String(), true)
	}
	if c.Protection.Private() && !c.info.Key.IsZero() {
		add(i18n.T("%s’s OTR fingerprint, in use now", name), c.info.Key.String(), true)
	}
	if m.sandbox.Known {
		add(i18n.T("This window"), sandboxText(m.sandbox), false)
	}
	keys := slices.Clone(c.Keys)
	slices.SortStableFunc(keys, func(a, b client.KeyInfo) int { return b.First.Compare(a.First) })
	for _, k := range keys {
		label := i18n.T("Known since %s, never checked", isoDate(k.First))
		if k.Told {
			label = i18n.T("Named by a link on %s, never seen", isoDate(k.First))
		}
		if !k.Checked.IsZero() {
			label = i18n.T("Known since %[1]s, checked on %[2]s", isoDate(k.First), isoDate(k.Checked))
		}
		add(label, k.Fingerprint.String(), true)
	}
	if c.Protection == client.KeyLocked {
		b := button(i18n.T("Use this key without checking…"), Action{Kind: ActionAskInsist, Peer: c.Peer})
		b.Destructive = true
		v.Buttons = []Button{b}
	}
	return v
}

// checkFacts are what people with other programs compare instead of a safety code.
func checkFacts(c *contact) []DetailRow {
	return []DetailRow{
		{Label: i18n.T("Your OTR fingerprint"), Value: c.info.Ours.String(), Mono: true},
		{Label: i18n.T("%s’s OTR fingerprint, in use now", c.name()), Value: c.info.Key.String(), Mono: true},
	}
}

// copyDetail puts a value on the clipboard.
func (m *Model) copyDetail(i int) {
	if rows := m.Details().Rows; i >= 0 && i < len(rows) {
		m.changes.Clipboard = rows[i].Value
		m.toast(i18n.T("Copied."), Button{})
	}
}

// serverFacts are the technical facts about a server's new key.
func serverFacts(q client.ServerQuestion) []DetailRow {
	var rows []DetailRow
	add := func(label, value string, mono bool) {
		if value == "" {
			return
		}
		r := DetailRow{Label: label, Value: value, Mono: mono}
		if mono {
			r.Copy = named(button(i18n.T("Copy"), Action{Kind: ActionCopyFact, Index: len(rows)}), i18n.T("Copy: %s", label))
		}
		rows = append(rows, r)
	}
	valid := func(s client.ServerIdentity) string {
		if s.NotAfter.IsZero() {
			return ""
		}
		return i18n.T("%[1]s to %[2]s", isoDate(s.NotBefore), isoDate(s.NotAfter))
	}
	add(i18n.T("Domain"), clean(q.New.Domain, 200), false)
	add(i18n.T("Public key from before, SHA-256"), clean(q.Old.Key, 100), true)
	add(i18n.T("Issuer of its certificate"), clean(q.Old.Issuer, 200), false)
	add(i18n.T("Valid"), valid(q.Old), false)
	add(i18n.T("New public key, SHA-256"), clean(q.New.Key, 100), true)
	add(i18n.T("Issuer of the new certificate"), clean(q.New.Issuer, 200), false)
	add(i18n.T("The new one is valid"), valid(q.New), false)
	return rows
}

// copyFact puts one of them on the clipboard.
func (m *Model) copyFact(i int) {
	if rows := m.Dialog().Facts; i >= 0 && i < len(rows) {
		m.changes.Clipboard = rows[i].Value
		m.toast(i18n.T("Copied."), Button{})
	}
}

// sandboxText says in one line how far the window is locked in.
func sandboxText(s client.Sandbox) string {
	switch {
	case !caged(s):
		return i18n.T("Not locked in: this system has no sandbox that Hushwing knows.")
	case s.Whole():
		return i18n.T("Locked in: no network, no other programs, no files but its own and Downloads.")
	}
	return i18n.T("Locked in, but this kernel lacks: %s.", lacking(s))
}

// sandboxFacts are the technical facts about it.
func sandboxFacts(s client.Sandbox) (rows []DetailRow) {
	if len(s.Missing) > 0 {
		rows = append(rows, DetailRow{Label: i18n.T("What this kernel lacks"), Value: lacking(s)})
	}
	if !s.Buses {
		rows = append(rows, DetailRow{Label: i18n.T("The program that filters the buses of the desktop"), Value: "xdg-dbus-proxy"})
	}
	return rows
}
