package model

import (
	"slices"
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// The fields of the page of a contact.
const (
	fieldIDGroup             = "group:" // and the name of the group
	FieldIDNewGroup  FieldID = "new-group"
	mostGroupLetters         = 60
)

func (m *Model) contactThere(p page) bool { return m.contacts[p.peer] != nil }

// viewContact is the page of a contact.
func (m *Model) viewContact(p page, v *PageView) {
	c := m.contacts[p.peer]
	v.Title = c.name()
	if m.manage.problem != nil {
		v.Problem = problem(*m.manage.problem, nil)
	}
	v.Sections = []Section{m.whoSection(c), devicesSection(c), keysSection(c), m.groupsSection(c), leavingSection(c)}
}

// whoSection says who it is, and how safe the conversation is.
func (m *Model) whoSection(c *contact) Section {
	name := c.name()
	strip := m.strip(c)
	s := Section{Rows: []PageRow{
		{Kind: PageFact, Label: strip.Text, Icon: strip.Icon, Style: strip.Style, Moving: strip.Moving, Buttons: strip.Buttons},
		{
			Kind: PageFact, Label: i18n.T("Name"), Value: name, Help: i18n.T("Only you see this name."),
			Buttons: []Button{named(button(i18n.T("Rename…"), Action{Kind: ActionAskRename, Peer: c.Peer}), i18n.T("Rename %s", name))},
		},
		{
			Kind: PageFact, Label: i18n.T("Address"), Value: clean(c.Address, 200),
			Buttons: []Button{named(button(i18n.T("Copy"), Action{Kind: ActionCopyContact, Peer: c.Peer}), i18n.T("Copy the address of %s", name))},
		},
	}}
	if a := m.account(c.Account); a != nil && len(m.accounts) > 1 {
		s.Rows = append(s.Rows, PageRow{
			Kind: PageLink, Label: i18n.T("At your address"), Value: clean(a.Address, 200), Enabled: true,
			Action: Action{Kind: ActionAccount, ID: a.ID},
		})
	}
	return s
}

// devicesSection lists the programs of a contact that are there.
func devicesSection(c *contact) Section {
	s := Section{
		Heading: i18n.T("Their programs"),
		Text:    i18n.T("Where %s is signed in just now, under the names that the programs gave themselves.", c.name()),
		Empty:   i18n.T("None is there just now."),
	}
	for _, d := range c.Devices {
		r := PageRow{Kind: PageFact, Label: clean(d.Resource, 80), Value: showText(d.Show), Icon: "computer-symbolic"}
		if r.Label == "" {
			r.Label = i18n.T("A program without a name")
		}
		switch {
		case d.Now:
			r.Icon, r.Style, r.Help = "security-high-symbolic", StyleGood, i18n.T("What you write goes there, in a private chat.")
			if c.Protection != client.PrivateChecked {
				r.Icon, r.Style = "security-medium-symbolic", StyleWarn
			}
		case d.Private:
			r.Help = i18n.T("It has a private chat with you too.")
		}
		s.Rows = append(s.Rows, r)
	}
	return s
}

// showText says how much within reach somebody is.
func showText(show string) string {
	switch show {
	case "away", "xa":
		return i18n.T("Stepped away")
	case "dnd":
		return i18n.T("Busy")
	}
	return i18n.T("Available")
}

// keysSection lists the keys of a contact that were seen, the newest first.
func keysSection(c *contact) Section {
	s := Section{
		Heading: i18n.T("Their keys"),
		Text:    i18n.T("One for each computer or program of %s’s that has had a private chat with you. A key that was checked is theirs.", c.name()),
		Empty:   i18n.T("None is known yet."),
	}
	keys := slices.Clone(c.Keys)
	slices.SortStableFunc(keys, func(a, b client.KeyInfo) int { return b.First.Compare(a.First) })
	for _, k := range keys {
		id := k.Fingerprint.String()
		r := PageRow{Kind: PageFact, Label: checkedText(k), Value: id, Mono: true, Icon: "security-medium-symbolic", Style: StyleWarn}
		if !k.Checked.IsZero() {
			r.Icon, r.Style = "security-high-symbolic", StyleGood
		}
		now := ""
		if k.Now {
			now = i18n.T("In use now.")
		}
		insisted := ""
		if !k.Overridden.IsZero() {
			insisted = i18n.T("On %s you chose to use it without checking.", i18n.Date(k.Overridden.Local()))
		}
		r.Help = join(i18n.T("Known since %s.", i18n.Date(k.First.Local())), now, insisted)
		forget := named(button(i18n.T("Forget…"), Action{Kind: ActionAskForgetKey, Peer: c.Peer, ID: id}), i18n.T("Forget the key known since %s…", i18n.Date(k.First.Local())))
		r.Buttons = []Button{named(button(i18n.T("Copy"), Action{Kind: ActionCopyKey, ID: id}), i18n.T("Copy the key known since %s", i18n.Date(k.First.Local()))), forget}
		s.Rows = append(s.Rows, r)
	}
	return s
}

// checkedText says whether and how a key was checked.
func checkedText(k client.KeyInfo) string {
	switch {
	case k.Told:
		return i18n.T("Named by a link, never seen")
	case k.Checked.IsZero():
		return i18n.T("Never checked")
	}
	day := i18n.Date(k.Checked.Local())
	switch k.How {
	case "question":
		return i18n.T("Checked on %s, by a question", day)
	case "code":
		return i18n.T("Checked on %s, by a code that was read aloud", day)
	case "room":
		return i18n.T("Checked on %s, side by side", day)
	}
	return i18n.T("Checked on %s", day)
}

// groupsOf are the groups that an address has contacts in, in the order of the
// alphabet.
func (m *Model) groupsOf(account string) (out []string) {
	for p, c := range m.contacts {
		if p.Account == account {
			out = append(out, c.Groups...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// groupsSection puts a contact into groups.
func (m *Model) groupsSection(c *contact) Section {
	s := Section{
		Heading: i18n.T("Groups"),
		Text:    i18n.T("For your list of contacts alone: nobody else learns of them, not even the server."),
	}
	for _, g := range m.groupsOf(c.Account) {
		s.Rows = append(s.Rows, PageRow{
			ID: fieldIDGroup + FieldID(g), Kind: PageSwitch, Label: clean(g, mostGroupLetters), On: slices.Contains(c.Groups, g), Enabled: true,
		})
	}
	add := Action{Kind: ActionAddGroup, Peer: c.Peer}
	put := named(button(i18n.T("Add"), add), i18n.T("Add the new group"))
	put.Enabled = strings.TrimSpace(m.manage.group) != ""
	s.Rows = append(s.Rows, PageRow{
		ID: FieldIDNewGroup, Kind: PageText, Label: i18n.T("A new group"), Value: m.manage.group, Enabled: true,
		Action: add, Buttons: []Button{put},
	})
	return s
}

// setContactField takes what was switched or typed on the page.
func (m *Model) setContactField(p page, id FieldID, text string) bool {
	c := m.contacts[p.peer]
	if c == nil {
		return false
	}
	if id == FieldIDNewGroup {
		m.manage.group = text
		return true
	}
	name, ok := strings.CutPrefix(string(id), fieldIDGroup)
	if !ok {
		return false
	}
	groups := slices.DeleteFunc(slices.Clone(c.Groups), func(g string) bool { return g == name })
	if text == SwitchOn {
		groups = append(groups, name)
	}
	m.setGroups(c, groups)
	return true
}

// addGroup puts a contact into the group whose name was typed.
func (m *Model) addGroup(p Peer) {
	c, name := m.contacts[p], strings.Join(strings.Fields(clean(m.manage.group, mostGroupLetters)), " ")
	if c == nil || name == "" {
		return
	}
	m.manage.group = ""
	if !slices.Contains(c.Groups, name) {
		m.setGroups(c, append(slices.Clone(c.Groups), name))
	}
}

func (m *Model) setGroups(c *contact, groups []string) {
	before := c.Groups
	c.Groups = groups // until the client says what is true
	m.touch(c)
	m.do(client.SetGroups{ID: m.managed(nil, func() {
		c.Groups = before
		m.touch(c)
	}), Peer: c.Peer, Groups: groups})
}

// leavingSection is what keeps somebody away, for a while or for good.
func leavingSection(c *contact) Section {
	name := c.name()
	block := named(button(i18n.T("Block"), Action{Kind: ActionBlock, Peer: c.Peer}), i18n.T("Block %s", name))
	row := PageRow{
		Kind: PageFact, Label: i18n.T("Block"), Buttons: []Button{block},
		Help: i18n.T("Nothing of theirs comes any more, the private chat ends, and they do not see you. They are not told why. You can unblock them at any time."),
	}
	if c.Blocked {
		row.Label, row.Icon = i18n.T("Blocked"), "action-unavailable-symbolic"
		row.Buttons = []Button{named(button(i18n.T("Unblock"), Action{Kind: ActionUnblock, Peer: c.Peer}), i18n.T("Unblock %s", name))}
	}
	remove := named(button(i18n.T("Remove…"), Action{Kind: ActionAskRemove, Peer: c.Peer}), i18n.T("Remove %s", name))
	return Section{Heading: i18n.T("Block or remove"), Rows: []PageRow{row, {
		Kind: PageFact, Label: i18n.T("Remove from your contacts"), Buttons: []Button{remove},
		Help: i18n.T("Their keys and what waits for them are deleted."),
	}}}
}
