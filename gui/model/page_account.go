package model

import (
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// The fields of the page of an address.
const FieldIDStatus FieldID = "status"

// statusThere is the Value of "there": a choice has to have one.
const statusThere = "there"

// viewAccounts lists one's addresses.
func (m *Model) viewAccounts(_ page, v *PageView) {
	v.Title = i18n.T("My addresses")
	s := Section{}
	for _, a := range m.accounts {
		r := PageRow{
			Kind: PageLink, Label: clean(a.Address, 200), Value: m.accountText(a), Enabled: true,
			Action: Action{Kind: ActionAccount, ID: a.ID},
		}
		r.Icon, r.Style, r.Moving = m.accountLook(a)
		s.Rows = append(s.Rows, r)
	}
	v.Sections = []Section{s, {
		Text: i18n.T("Each address goes its own ways through Tor, so that the way there does not give away that they are one person’s."),
		Rows: []PageRow{{
			Kind: PageLink, Label: i18n.T("Add another address"), Enabled: true, Icon: "list-add-symbolic",
			Action: Action{Kind: ActionAddAccount},
		}},
	}}
}

func (m *Model) accountThere(p page) bool { return m.account(p.account) != nil }

// viewAccount is the page of one of one's addresses.
func (m *Model) viewAccount(p page, v *PageView) {
	a := *m.account(p.account)
	v.Title = clean(a.Address, 200)
	if m.manage.problem != nil {
		v.Problem = problem(*m.manage.problem, nil)
	}
	v.Sections = []Section{
		m.connectionSection(a), m.passwordSection(a), ownKeySection(a), certificateSection(a), m.blockedSection(a),
	}
	remove := named(button(i18n.T("Remove…"), Action{Kind: ActionAskRemoveAccount, ID: a.ID}), i18n.T("Remove the address from this computer…"))
	del := button(i18n.T("Delete for good…"), Action{Kind: ActionAskDeleteAccount, ID: a.ID})
	del.Name = i18n.T("Delete the address for good, at its server too…")
	del.Destructive = true
	del.Enabled = a.State == client.Online
	last := Section{
		Heading: i18n.T("Remove or delete"),
		Text:    i18n.T("Removing leaves the address at its server. Deleting ends it there as well, which needs a connection."),
		Rows: []PageRow{
			{Kind: PageFact, Label: i18n.T("On this computer"), Buttons: []Button{remove}},
			{Kind: PageFact, Label: i18n.T("At its server too"), Buttons: []Button{del}},
		},
	}
	v.Sections = append(v.Sections, last)
}

// connectionSection says where the address stands, and what contacts see.
func (m *Model) connectionSection(a client.Account) Section {
	state := PageRow{Kind: PageFact, Label: m.accountText(a), Help: m.accountNext(a)}
	state.Icon, state.Style, state.Moving = m.accountLook(a)
	rows := []PageRow{state}
	for _, b := range accountButtons(a) { // one in a row: the window may be narrow
		switch b.Action.Kind {
		case ActionAccount:
		case ActionCopyAddress:
			rows = append(rows, PageRow{Kind: PageFact, Label: clean(a.Address, 200), Buttons: []Button{named(button(i18n.T("Copy"), b.Action), b.Name)}})
		case ActionNewIdentity:
			rows = append(rows, PageRow{
				Kind: PageFact, Label: i18n.T("Ways through Tor"), Buttons: []Button{b},
				Help: i18n.T("A new identity takes others, so that what you do from now on cannot be tied to before on the way. The server knows you all the same."),
			})
		default:
			if len(rows[0].Buttons) == 0 {
				rows[0].Buttons = []Button{b}
			} else {
				rows = append(rows, PageRow{Kind: PageFact, Label: i18n.T("What you can do"), Buttons: []Button{b}})
			}
		}
	}
	show := a.Show
	if show == "" {
		show = statusThere
	}
	s := Section{Rows: append(rows, PageRow{
		ID: FieldIDStatus, Kind: PageChoice, Label: i18n.T("Contacts see you as"), Value: show, Enabled: true,
		Help: i18n.T("While you are connected. It changes nothing but what they see."),
		Options: []Choice{
			{Value: statusThere, Label: i18n.T("Available")},
			{Value: "away", Label: i18n.T("Stepped away")},
			{Value: "dnd", Label: i18n.T("Busy")},
		},
	})}
	if !a.Created.IsZero() {
		s.Rows = append(s.Rows, PageRow{Kind: PageFact, Label: i18n.T("Here since"), Value: i18n.Date(a.Created.Local())})
	}
	return s
}

// setAccountField takes what was chosen on the page.
func (m *Model) setAccountField(p page, id FieldID, text string) bool {
	if id != FieldIDStatus {
		return false
	}
	switch text {
	case statusThere:
		text = ""
	case "away", "dnd":
	default:
		return true
	}
	if a := m.account(p.account); a != nil && a.Show != text {
		before := a.Show
		a.Show = text // until the client says what is true
		m.do(client.SetStatus{ID: m.managed(nil, func() {
			if a := m.account(p.account); a != nil {
				a.Show = before
			}
		}), Account: p.account, Show: text})
	}
	return true
}

// passwordSection is about the password of the address at its server.
func (m *Model) passwordSection(a client.Account) Section {
	s := Section{
		Heading: i18n.T("Password at its server"),
		Text:    i18n.T("Hushwing signs in with it by itself. You need it only to use the address with another program."),
	}
	change := button(i18n.T("Make a new one…"), Action{Kind: ActionAskServerPassword, ID: a.ID})
	change.Enabled = a.CanChangePassword && a.State == client.Online
	row := PageRow{Kind: PageFact, Label: i18n.T("Password")}
	fresh := PageRow{Kind: PageFact, Label: i18n.T("A new password"), Buttons: []Button{change}}
	s.Rows = []PageRow{row}
	if m.manage.password == "" {
		show := named(button(i18n.T("Show"), Action{Kind: ActionShowServerPassword, ID: a.ID}), i18n.T("Show the password of %s", clean(a.Address, 200)))
		show.Enabled = m.manage.busy == 0
		s.Rows[0].Value, s.Rows[0].Buttons = i18n.T("Kept here, encrypted"), []Button{show}
	} else {
		s.Rows[0].Value, s.Rows[0].Mono = m.manage.password, true
		s.Rows = append(s.Rows, PageRow{Kind: PageFact, Label: i18n.T("Shown until you leave this page"), Buttons: []Button{
			named(button(i18n.T("Copy"), Action{Kind: ActionCopyServerPassword, ID: a.ID}), i18n.T("Copy the password")),
			named(button(i18n.T("Hide"), Action{Kind: ActionHideServerPassword, ID: a.ID}), i18n.T("Hide the password")),
		}})
	}
	switch {
	case a.State != client.Online:
		fresh.Help = i18n.T("This needs a connection.")
	case !change.Enabled:
		fresh.Help = i18n.T("This server does not let passwords be changed from within a program.")
	}
	if m.manage.other != "" {
		s.Rows = append(s.Rows, PageRow{
			Kind: PageFact, Label: i18n.T("Or this one"), Value: m.manage.other, Mono: true,
			Buttons: []Button{named(button(i18n.T("Copy"), Action{Kind: ActionCopyServerPassword, ID: a.ID, Index: 1}), i18n.T("Copy the other password"))},
		})
	}
	s.Rows = append(s.Rows, fresh)
	if a.PasswordUnsure {
		s.Rows = append(s.Rows, PageRow{
			Kind: PageFact, Icon: "dialog-information-symbolic", Style: StyleWarn,
			Label: i18n.T("It is not known yet whether the server took a new password. Hushwing keeps both, and the next sign-in shows which one it is."),
		})
	}
	return s
}

// ownKeySection is about the key by which others know this address here.
func ownKeySection(a client.Account) Section {
	s := Section{
		Heading: i18n.T("Your key"),
		Text:    i18n.T("It was made on this computer and never leaves it. What you compare with a friend when you check each other is made from it."),
	}
	if a.Fingerprint.IsZero() {
		return s
	}
	key := a.Fingerprint.String()
	s.Rows = []PageRow{{
		Kind: PageFact, Label: i18n.T("As other programs show it"), Value: key, Mono: true,
		Buttons: []Button{named(button(i18n.T("Copy"), Action{Kind: ActionCopyKey, ID: key}), i18n.T("Copy your key"))},
	}}
	return s
}

// certificateSection tells by what the server was known, now and before.
func certificateSection(a client.Account) Section {
	s := Section{
		Heading: i18n.T("Server identity"),
		Text:    i18n.T("By this Hushwing knows your server again. If it shows another one, nothing of yours is sent before you have decided."),
		Empty:   i18n.T("It is known from the first sign-in on."),
	}
	for _, c := range a.Certificates {
		r := PageRow{Kind: PageFact, Icon: "security-high-symbolic", Style: StyleGood, Label: certificateText(c)}
		if !c.Until.IsZero() {
			r.Icon, r.Style = "document-open-recent-symbolic", StyleNeutral
		}
		if c.Excused {
			r.Icon, r.Style = "security-medium-symbolic", StyleWarn
		}
		r.Help = join(trustText(c), issuedText(c))
		r.Buttons = []Button{named(button(i18n.T("Copy"), Action{Kind: ActionCopyKey, ID: c.Key}), i18n.T("Copy the key of this server identity"))}
		s.Rows = append(s.Rows, r)
	}
	return s
}

func certificateText(c client.Certificate) string {
	day := func(t time.Time) string { return i18n.Date(t.Local()) }
	switch {
	case c.First.IsZero() && c.Until.IsZero():
		return i18n.T("Trusted, and not signed in with yet")
	case c.First.IsZero():
		return i18n.T("Not accepted any more since %s", day(c.Until))
	case !c.Until.IsZero():
		return i18n.T("From %[1]s to %[2]s; not accepted any more", day(c.First), day(c.Until))
	}
	return i18n.T("In use since %s", day(c.First))
}

// trustText says how it came to be trusted.
func trustText(c client.Certificate) string {
	switch {
	case c.Excused && !c.Trusted.IsZero():
		return i18n.T("You trusted it on %s by typing the server’s name, although nobody vouched for it.", i18n.Date(c.Trusted.Local()))
	case c.Excused:
		return i18n.T("You trusted it although nobody vouched for it.")
	case !c.Trusted.IsZero():
		return i18n.T("You trusted it on %s in place of the one before.", i18n.Date(c.Trusted.Local()))
	}
	return i18n.T("It was there at the first sign-in.")
}

// issuedText says who vouches for it, and how long.
func issuedText(c client.Certificate) string {
	issuer := clean(c.Issuer, 100)
	switch {
	case issuer == "":
		return ""
	case c.NotAfter.IsZero():
		return i18n.T("Issued by %s.", issuer)
	}
	return i18n.T("Issued by %[1]s, valid until %[2]s.", issuer, i18n.Date(c.NotAfter.Local()))
}

// blockedSection lists whom this address does not hear.
func (m *Model) blockedSection(a client.Account) Section {
	s := Section{
		Heading: i18n.T("Blocked people"),
		Text:    i18n.T("Nothing of theirs comes to you at this address, and they do not see when you are online."),
		Empty:   i18n.T("Nobody is blocked."),
	}
	for _, b := range a.Blocked {
		p := Peer{Account: a.ID, Address: b}
		r := PageRow{Kind: PageFact, Label: m.called(p), Icon: "action-unavailable-symbolic"}
		if m.contacts[p] != nil {
			r.Value = clean(b, 200)
		}
		r.Buttons = []Button{named(button(i18n.T("Unblock"), Action{Kind: ActionUnblock, Peer: p}), i18n.T("Unblock %s", r.Label))}
		s.Rows = append(s.Rows, r)
	}
	return s
}
