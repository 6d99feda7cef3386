package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// The page "What protects you now" says of each wall whether it stands, from the
// state of this moment alone, and as plainly what no wall is around. It must
// never claim more than the state: where it does not know, it claims nothing.

// viewProtects shows it for the open conversation, else for all addresses.
func (m *Model) viewProtects(_ page, v *PageView) {
	v.Title = i18n.T("What protects you now")
	walls := Section{Rows: []PageRow{m.torWall()}}
	c := m.current()
	if c != nil {
		name := c.name()
		v.Text = i18n.T("In the conversation with %s, at this moment.", name)
		if a := m.account(c.Account); a != nil {
			walls.Rows = append(walls.Rows, m.serverWall(*a))
		}
		walls.Rows = append(walls.Rows, chatWall(c), checkWall(c))
	} else {
		v.Text = i18n.T("At this moment. Open a conversation to see what protects that one.")
		for _, a := range m.accounts {
			walls.Rows = append(walls.Rows, m.serverWall(a))
		}
	}
	walls.Rows = append(walls.Rows, m.computerWall())
	v.Sections = []Section{walls, m.notProtected(c)}
}

// wall is a row that says how something stands.
func wall(label, text string, style Style) PageRow {
	r := PageRow{Kind: PageFact, Label: label, Value: text, Style: style}
	switch style {
	case StyleGood:
		r.Icon = "security-high-symbolic"
	case StyleWarn:
		r.Icon = "security-medium-symbolic"
	case StyleBad:
		r.Icon = "security-low-symbolic"
	default:
		r.Icon = "dialog-information-symbolic"
	}
	return r
}

// torWall speaks of Tor.
func (m *Model) torWall() PageRow {
	const style = StyleGood
	label := i18n.T("Tor")
	hides := i18n.T("Your network does not see where you connect to, and your server does not see where you are.")
	switch t := m.tor; {
	case t.State == client.TorFailed:
		return wall(label, join(torText(t), i18n.T("Nothing is sent or received until there is Tor: Hushwing knows no other way.")), StyleWarn)
	case t.State != client.TorReady:
		r := wall(label, join(torText(t), i18n.T("Nothing is sent or received until there is Tor: Hushwing knows no other way.")), StyleNeutral)
		r.Moving = t.State != client.TorIdle
		return r
	case t.Problem != nil: // ready, and something is in its way
		return wall(label, join(explain(t.Problem.Cause).text.Text(), i18n.T("What cannot go through Tor is not sent at all.")), StyleWarn)
	case t.Own && len(m.torSet.Bridges) > 0:
		return wall(label, join(i18n.T("Everything goes through Tor, which Hushwing started, and into it by your bridges."), hides), style)
	case t.Own:
		return wall(label, join(i18n.T("Everything goes through Tor, which Hushwing started."), hides, i18n.T("Your network does see that you use Tor.")), style)
	case m.torSet.Hand != "":
		return wall(label, join(i18n.T("Everything goes through the Tor that you named."), hides), style)
	}
	return wall(label, join(i18n.T("Everything goes through the Tor that runs on this computer."), hides), style)
}

// serverWall speaks of the connection to an address's server.
func (m *Model) serverWall(a client.Account) PageRow {
	_, domain, ok := strings.Cut(a.Address, "@")
	if !ok {
		domain = a.Address
	}
	label := i18n.T("The connection to %s", clean(domain, 100))
	if len(m.accounts) > 1 {
		label = i18n.T("The connection of %s", clean(a.Address, 200))
	}
	switch a.State {
	case client.Online:
	case client.CertificateChanged, client.Failed:
		style := StyleNeutral
		if a.State == client.CertificateChanged {
			style = StyleBad
		}
		return wall(label, join(m.accountText(a), m.accountNext(a)), style)
	default:
		return wall(label, join(i18n.T("There is none, so that nothing passes."), m.accountText(a)), StyleNeutral)
	}
	text := i18n.T("It goes through Tor, and it is encrypted up to the server: nobody on the way can read it or change it.")
	if a.Onion {
		text = i18n.T("It never leaves Tor, and it is encrypted up to the server: nobody on the way can read it or change it.")
	}
	for _, c := range a.Certificates {
		if c.Until.IsZero() && c.Excused {
			return wall(label, join(text, i18n.T("That it is the right server, you have vouched for yourself: its proof of identity is not in order.")), StyleWarn)
		}
	}
	return wall(label, join(text, i18n.T("The server has proven that it is the right one.")), StyleGood)
}

// chatWall speaks of the private chat.
func chatWall(c *contact) PageRow {
	label, name := i18n.T("The private chat"), c.name()
	none := i18n.T("There is none at the moment. What you write waits on this computer, encrypted, and is never sent without one.")
	switch c.Protection {
	case client.PrivateChecked:
		return wall(label, i18n.T("What you and %s write can be read by you two alone, not by a server either. Its keys are forgotten afterwards, so that nobody can open it later.", name), StyleGood)
	case client.PrivateUnknown, client.PrivateNewKey:
		return wall(label, i18n.T("What you write can be read by one other program alone. Whether that is the program of %s, only a check can tell.", name), StyleWarn)
	case client.PrivateInsist:
		return wall(label, i18n.T("What you write can be read by one other program alone. It is not the one of %s’s that you checked, and you chose to go on.", name), StyleWarn)
	case client.KeyLocked:
		return wall(label, i18n.T("It is one with a key of which you do not know whose it is. Nothing of yours is sent there."), StyleBad)
	case client.OtherEnded:
		return wall(label, i18n.T("%s closed it. Nothing is sent until it is private again.", name), StyleBad)
	case client.TooOld:
		return wall(label, join(none, i18n.T("The program of %s is too old for one.", name)), StyleNeutral)
	case client.Blocked:
		return wall(label, i18n.T("There is none: you blocked %s.", name), StyleNeutral)
	}
	r := wall(label, none, StyleNeutral)
	r.Moving = c.Protection == client.SettingUp
	return r
}

// checkWall speaks of who is at the other end.
func checkWall(c *contact) PageRow {
	label, name := i18n.T("The check"), c.name()
	day, ever := c.checkedOn(), everChecked(c)
	var r PageRow
	switch c.Protection {
	case client.PrivateChecked:
		text := i18n.T("You checked that this is %s.", name)
		if !day.IsZero() {
			text = i18n.T("You checked on %[1]s that this is %[2]s.", i18n.Date(day), name)
		}
		return wall(label, join(text, checkedHow(c)), StyleGood)
	case client.PrivateUnknown:
		r = wall(label, i18n.T("You have not checked that this is %s. Someone in between could pass for each of you, and read everything.", name), StyleWarn)
	case client.PrivateNewKey:
		r = wall(label, i18n.T("The key is a new one, and you have not checked that it is %s’s. Someone in between could pass for each of you, and read everything.", name), StyleWarn)
	case client.PrivateInsist, client.KeyLocked:
		style := StyleWarn
		if c.Protection == client.KeyLocked {
			style = StyleBad
		}
		r = wall(label, i18n.T("You checked %s once, with another key. Of this one you do not know whose it is.", name), style)
	default:
		if ever {
			return wall(label, i18n.T("You checked %s before. Whether it is the same key, Hushwing sees as soon as there is a private chat.", name), StyleNeutral)
		}
		return wall(label, i18n.T("You have not checked that this is %s. That takes a private chat.", name), StyleNeutral)
	}
	r.Buttons = []Button{named(button(checkNow.Text(), Action{Kind: ActionCheck, Peer: c.Peer}), i18n.T("Check now whether this is %s", name))}
	return r
}

// everChecked reports whether any key of a contact was.
func everChecked(c *contact) bool {
	for _, k := range c.Keys {
		if !k.Checked.IsZero() {
			return true
		}
	}
	return false
}

// checkedHow says in which way the key in use was checked.
func checkedHow(c *contact) string {
	for _, k := range c.Keys {
		if k.Now && !k.Checked.IsZero() {
			switch k.How {
			case "question":
				return i18n.T("It was by a question.")
			case "code":
				return i18n.T("It was by a code that one of you read aloud.")
			case "room":
				return i18n.T("It was face to face.")
			}
		}
	}
	return ""
}

// computerWall speaks of this computer.
func (m *Model) computerWall() PageRow {
	disk := i18n.T("What Hushwing keeps here is encrypted with your password.")
	style, cage := StyleGood, i18n.T("Its window is locked in: who breaks into it does not get at the rest of this computer.")
	switch s := m.sandbox; {
	case !caged(s):
		style, cage = StyleWarn, i18n.T("Its window cannot be locked in on this system.")
	case !s.Calls || !s.Files:
		style, cage = StyleWarn, i18n.T("Its window is locked in only as far as this system can do it.")
	}
	r := wall(i18n.T("This computer"), join(disk, cage), style)
	r.Buttons = []Button{named(button(i18n.T("Look closer"), Action{Kind: ActionComputer}), i18n.T("What protects this computer"))}
	return r
}

// notProtected says what nothing is done about, or cannot be.
func (m *Model) notProtected(c *contact) Section {
	note := func(label, text string) PageRow { return wall(label, text, StyleNeutral) }
	s := Section{Heading: i18n.T("What is not protected")}
	them, keeps := i18n.T("The people you write to"), i18n.T("They can keep what you write, copy it and show it to others.")
	if c != nil {
		them, keeps = c.name(), i18n.T("Your contact can keep what you write, copy it and show it to others.")
		if anyClear(c) {
			s.Rows = append(s.Rows, wall(i18n.T("What came unprotected"), i18n.T("Some of what is in this conversation came without protection, and is marked “Not private”. Others could read it on its way, or have written it."), StyleWarn))
		}
	}
	s.Rows = append(s.Rows,
		note(i18n.T("The server"), i18n.T("It knows whom you talk to, when, and how much.")),
		note(them, keeps),
		note(i18n.T("Whoever controls this computer"), i18n.T("They see everything that you see while Hushwing is open.")),
	)
	if n := lowered(m.settings.now); n > 0 {
		s.Rows = append(s.Rows, PageRow{
			Kind: PageLink, Label: i18n.T("Settings"), Enabled: true, Action: Action{Kind: ActionSettings}, Icon: "security-medium-symbolic", Style: StyleWarn,
			Help: i18n.N("%d setting is less safe than it could be.", "%d settings are less safe than they could be.", n, n),
		})
	}
	return s
}

// anyClear reports whether something of a conversation came unprotected.
func anyClear(c *contact) bool {
	for _, l := range c.rows {
		if l.Clear {
			return true
		}
	}
	return false
}
