package model

import "strings"

// linkLimit is how long an address is at most: RFC 7622 gives each of its two
// parts 1023 bytes.
const linkLimit = 2047

// OpenLink takes a link to an address ("xmpp:ana@example.org") that a person
// opened outside of the program: it is shown as a contact, or offered to be
// added, as soon as the profile is open and no question is in the way. It may
// come from anywhere, so nothing is ever sent for it without a press.
//
// The last one counts; one that names no address is nothing.
func (m *Model) OpenLink(uri string) {
	m.link = clean(tidyAddress(uri), linkLimit)
	if strings.EqualFold(m.link, "xmpp:") {
		m.link = ""
	}
	m.followLink()
}

// followLink does what OpenLink promises, once it can be done.
func (m *Model) followLink() {
	if m.link == "" || m.screen != ScreenMain || len(m.accounts) == 0 || m.dialog.kind != ActionNone {
		return
	}
	address := m.link
	m.link = ""
	for _, a := range m.accounts {
		if p := (Peer{Account: a.ID, Address: address}); m.contacts[p] != nil {
			m.Select(p)
			return
		}
	}
	m.openDialog(Action{Kind: ActionAskAdd})
	m.setDialogField(FieldIDContactAddress, address)
}
