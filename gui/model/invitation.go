package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// This file is addresses as people hand them to each other: alone, as a link, as
// a picture for a camera.

// invited reads an address as people paste it.
func invited(text string) client.Invitation {
	i, _ := client.ParseInvitation(text)
	return i
}

// linkHelp says what a link that names a key does, under the field that it was
// pasted into.
func linkHelp(text string) string {
	if invited(text).Key.IsZero() {
		return ""
	}
	return i18n.T("This link comes with a safety code. If a key turns up that does not fit it, Hushwing tells you; checking together is still needed.")
}

// invitation is what one hands out of an address of one's own: the address and
// the name of its key, once that is known.
func (m *Model) invitation(account, address string) client.Invitation {
	i := client.Invitation{Address: address}
	if a := m.account(account); a != nil {
		i.Address, i.Key = a.Address, a.Fingerprint
	}
	return i
}

// addressView shows an address of the user's own.
func (m *Model) addressView(account, address string) *AddressView {
	i := m.invitation(account, address)
	v := &AddressView{
		Address: address,
		Copy:    named(button(i18n.T("Copy"), Action{Kind: ActionCopyAddress, ID: account}), i18n.T("Copy your address")),
		QR:      qrCode(i.String()),
		QRName:  i18n.T("Your address as a picture for a phone’s camera"),
		Advice:  i18n.T("Give it to a friend, in person where you can."),
	}
	if !i.Key.IsZero() {
		v.QRName = i18n.T("Your address with its safety code, as a picture for a phone’s camera")
		v.CopyLink = named(button(i18n.T("Copy with safety code"), Action{Kind: ActionCopyLink, ID: account}),
			i18n.T("Copy your address with its safety code, as a link"))
	}
	return v
}

// copyAddress puts an address of the user's own on the clipboard, or the link
// with the name of its key.
func (m *Model) copyAddress(account string, link bool) {
	address := ""
	if m.screen == ScreenFirstRun {
		address = m.first.finish.address
	}
	i := m.invitation(account, address)
	switch {
	case i.Address == "":
	case link:
		m.changes.Clipboard = i.String()
		m.toast(i18n.T("Your address was copied, with its safety code."), Button{})
	default:
		m.changes.Clipboard = i.Address
		m.toast(i18n.T("Your address was copied."), Button{})
	}
}
