package model

import "hushwing/client"

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
	i := invited(uri)
	m.link = client.Invitation{Address: clean(i.Address, linkLimit), Key: i.Key}
	m.followLink()
}

// followLink does what OpenLink promises, once it can be done.
func (m *Model) followLink() {
	if m.link.Address == "" || m.screen != ScreenMain || len(m.accounts) == 0 || m.dialog.kind != ActionNone {
		return
	}
	link := m.link
	m.link = client.Invitation{}
	for _, a := range m.accounts {
		if p := (Peer{Account: a.ID, Address: link.Address}); m.contacts[p] != nil {
			m.Select(p)
			return
		}
	}
	m.openDialog(Action{Kind: ActionAskAdd})
	text := link.Address
	if !link.Key.IsZero() {
		text = link.String()
	}
	m.setDialogField(FieldIDContactAddress, text)
}
