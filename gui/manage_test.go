package gui

import (
	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/secret"
)

// known is an address with all that its page can show.
func known() client.Account {
	a := online()
	day := clock().AddDate
	a.Created, a.CanChangePassword, a.Fingerprint = day(0, -11, 0), true, key(77)
	a.Blocked = []string{"lawyer@example.net", "somebody@example.com"}
	a.Certificates = []client.Certificate{
		{
			Key: "8kT1cS0c9y1Yk8lq2sP0m7oNfA4ZBvBUH5TQpZVRQZ0=", Issuer: "Let's Encrypt", First: day(0, -2, -3),
			NotBefore: day(0, -1, 0), NotAfter: day(0, 2, 0), Trusted: day(0, -2, -3),
		},
		{
			Key: "4ZBvBUH5TQpZVRQZ1kCk3cS0c9y1Yk8lq2sP0m7oNfA=", Issuer: "Let's Encrypt", First: day(0, -11, 0),
			NotBefore: day(0, -4, 0), NotAfter: day(0, -1, 0), Until: day(0, -2, -3),
		},
	}
	return a
}

// wellKnown is Ana with all that her page can show.
func wellKnown() client.Contact {
	c := contacts()[0]
	c.Groups = []string{"Night owls"}
	c.Devices = []client.Device{
		{Resource: "x7fq2mna", Private: true, Now: true, Key: c.Keys[0].Fingerprint},
		{Resource: "phone", Show: "away"},
	}
	c.Keys[0].How = "code"
	c.Keys = append(c.Keys, client.KeyInfo{Fingerprint: key(9), First: clock().AddDate(0, -3, 0), Overridden: clock().AddDate(0, -2, 0)})
	return c
}

// atAccount and atContact open the pages.
func atAccount(s *stage, a client.Account) {
	s.play(opened()...)
	s.play(client.AccountChanged{Account: a})
	s.press(model.Action{Kind: model.ActionAccount, ID: account})
}

func atContact(s *stage, c client.Contact) {
	s.play(opened()...)
	family := contacts()[1]
	family.Groups = []string{"Newspaper"}
	s.play(client.ContactChanged{Contact: family}, client.ContactChanged{Contact: c})
	s.press(model.Action{Kind: model.ActionContact, Peer: ana})
}

// scenesManage are the pages of one's addresses and of a contact, in all states.
func scenesManage() []scene {
	return []scene{
		{"page-addresses", func(s *stage) {
			s.play(opened()...)
			second := online()
			second.ID, second.Address, second.State = "a2", "owl@example.net", client.Offline
			s.play(client.AccountChanged{Account: second})
			s.press(model.Action{Kind: model.ActionAccounts})
		}},
		{"page-address", func(s *stage) { atAccount(s, known()) }},
		{"page-address-password", func(s *stage) {
			a := known()
			a.PasswordUnsure = true
			atAccount(s, a)
			s.press(model.Action{Kind: model.ActionShowServerPassword, ID: account})
			for _, c := range asked[client.ShowServerPassword](s) {
				s.play(client.ServerPassword{
					ID: c.ID, Account: account, Password: secret.New("q7Rb2xkTm9WcYh4Ld8PzSf6NvJ3tKg5E"), Other: secret.New("Zt5WnB8yQ2kXh7LdC9fRm4PvSg3JxT6K"),
				})
			}
		}},
		{"page-address-offline", func(s *stage) {
			a := online()
			a.State = client.Offline
			atAccount(s, a)
		}},
		{"dialog-server-password", func(s *stage) {
			atAccount(s, known())
			s.press(model.Action{Kind: model.ActionAskServerPassword, ID: account})
		}},
		{"dialog-remove-address", func(s *stage) {
			atAccount(s, known())
			s.press(model.Action{Kind: model.ActionAskRemoveAccount, ID: account})
		}},
		{"dialog-delete-address", func(s *stage) {
			atAccount(s, known())
			s.press(model.Action{Kind: model.ActionAskDeleteAccount, ID: account})
		}},
		{"dialog-delete-address-refused", func(s *stage) {
			atAccount(s, known())
			s.press(model.Action{Kind: model.ActionAskDeleteAccount, ID: account})
			s.press(model.Action{Kind: model.ActionDialogOK})
			for _, c := range asked[client.RemoveAccount](s) {
				s.play(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DeleteRefused, Detail: "not-allowed"}})
			}
		}},
		{"page-contact", func(s *stage) { atContact(s, wellKnown()) }},
		{"page-contact-blocked", func(s *stage) {
			c := wellKnown()
			c.Blocked, c.Protection, c.Devices, c.Available = true, client.Blocked, nil, false
			atContact(s, c)
		}},
		{"dialog-forget-key", func(s *stage) {
			atContact(s, wellKnown())
			s.press(model.Action{Kind: model.ActionAskForgetKey, Peer: ana, ID: key(9).String()})
		}},
		{"chat-blocked", func(s *stage) {
			s.play(opened(theirs(1, "Are you there?"))...)
			s.press(model.Action{Kind: model.ActionSelect, Peer: ana})
			s.play(protected(client.Blocked)...)
		}},
	}
}
