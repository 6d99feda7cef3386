package client

import (
	"slices"
	"strings"
	"time"
)

// update shows what has changed about a chat, and nothing if nothing has.
func (a *account) update(c *chat) {
	if a.chats[c.peer.Address] != c {
		return
	}
	if p := a.protection(c); p != c.shown {
		c.shown = p
		a.emit(ProtectionChanged{Info: p})
	}
	if n := a.listing(c); !c.entered || !sameContact(n, c.listed) {
		c.listed, c.entered = n, true
		a.emit(ContactChanged{Contact: n})
	}
}

// protection says how safe a chat is now.
func (a *account) protection(c *chat) ProtectionInfo {
	info := ProtectionInfo{Peer: c.peer, Ours: a.ours}
	if c.shown.Peer == c.peer {
		info.Since = c.shown.Since
	}
	k := a.contact(c.peer.Address)
	v := c.checked()
	if v != nil {
		info.Key, info.Resource = v.Fingerprint(), v.Peer()
	}
	switch {
	case a.shutOut(c.peer.Address):
		info.Protection = Blocked
	case a.cut():
		info.Protection = NotConnected
	case c.locked != nil:
		info.Protection = KeyLocked
	case c.live != nil && k != nil:
		info.Protection = map[verdict]Protection{
			openUnknown: PrivateUnknown, openNew: PrivateNewKey, openChecked: PrivateChecked,
			openInsisted: PrivateInsist, locked: KeyLocked,
		}[judge(k.Keys, v.Fingerprint())]
	case c.ended:
		info.Protection = OtherEnded
	case !c.around() && k != nil && k.Asked:
		info.Protection = AskedToAdd
	case !c.around():
		info.Protection = Away
	case c.tooOld && len(c.tries) == 0: // another program of theirs may be newer
		info.Protection = TooOld
	case c.failed:
		info.Protection = SetupFailed
	default:
		info.Protection = SettingUp
	}
	switch {
	case info.Protection == PrivateChecked:
		info.Since = checkedAt(k.Keys, info.Key)
	case info.Protection != c.shown.Protection || c.shown.Peer != c.peer:
		info.Since = time.Now().UTC()
	}
	return info
}

// around reports whether there is a program of theirs that takes messages.
func (c *chat) around() bool {
	for _, p := range c.there {
		if !p.low {
			return true
		}
	}
	return false
}

// listing returns a contact as a screen may know it.
func (a *account) listing(c *chat) Contact {
	out := Contact{
		Peer: c.peer, Protection: a.protection(c).Protection, Unread: len(c.unread), Blocked: a.shutOut(c.peer.Address),
	}
	out.Name, _, _ = strings.Cut(c.peer.Address, "@")
	for _, p := range c.there {
		if a.cut() {
			break // who is there cannot be known
		}
		if !out.Available || betterShow(p.show, out.Show) {
			out.Available, out.Show = true, p.show
		}
	}
	k := a.contact(c.peer.Address)
	if k == nil {
		return out
	}
	if k.Name != "" {
		out.Name = k.Name
	}
	out.Asked = k.Asked
	for _, key := range k.Keys {
		v := c.checked()
		out.Keys = append(out.Keys, KeyInfo{
			Fingerprint: key.Fingerprint, First: key.First, Checked: key.Checked,
			Now: v != nil && v.Fingerprint() == key.Fingerprint, Left: leftOf(key), Differs: key.Differs,
			How: key.How, Overridden: key.Overridden, Told: key.Told,
		})
	}
	out.Groups = slices.Clone(k.Groups)
	if !a.cut() {
		out.Devices = c.devices()
	}
	return out
}

func sameContact(a, b Contact) bool {
	if !slices.Equal(a.Keys, b.Keys) || !slices.Equal(a.Groups, b.Groups) || !slices.Equal(a.Devices, b.Devices) {
		return false
	}
	return a.Peer == b.Peer && a.Name == b.Name && a.Asked == b.Asked && a.Available == b.Available &&
		a.Show == b.Show && a.Protection == b.Protection && a.Unread == b.Unread && a.Blocked == b.Blocked
}

// devices are the programs of a contact that are there, in the order of the
// alphabet.
func (c *chat) devices() (out []Device) {
	v := c.checked()
	for full, p := range c.there {
		d := Device{Resource: strings.TrimPrefix(full, c.peer.Address+"/"), Show: p.show}
		for t := range c.talks {
			if t.Peer() == full && t.Private() {
				d.Private, d.Key = true, t.Fingerprint()
			}
		}
		if v != nil && v.Peer() == full {
			d.Private, d.Now, d.Key = true, true, v.Fingerprint()
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Device) int { return strings.Compare(a.Resource, b.Resource) })
	return out
}

// betterShow reports whether presence x is more within reach than y.
func betterShow(x, y string) bool {
	order := map[string]int{"chat": 0, "": 1, "away": 2, "xa": 3, "dnd": 4}
	return order[x] < order[y]
}
