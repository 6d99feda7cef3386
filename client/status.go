package client

import (
	"slices"
	"strings"
	"unicode/utf8"

	"hushwing/config"
	"hushwing/otr"
)

// setStatus says what contacts see of one account, or of all.
func (k *core) setStatus(m SetStatus) {
	if m.Account != "" {
		k.route(m)
		return
	}
	left := len(k.accounts)
	if left == 0 {
		k.done(m.ID)
	}
	for id, r := range k.accounts {
		one := SetStatus{Account: id, Show: m.Show}
		if left--; left == 0 {
			one.ID = m.ID
		}
		r.box.put(one)
	}
}

func (a *account) setStatus(m SetStatus) {
	show := m.Show
	if show != "away" && show != "dnd" {
		show = "" // there: what says nothing else
	}
	a.saveProfile(func(p *config.Account) error { p.Show = show; return nil }, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		a.emit(AccountChanged{Account: a.info()})
		if s := a.stream(); s != nil && a.announced {
			a.appear(s)
		}
		a.done(m.ID)
	})
}

// groupLength is the longest name of a group, in bytes.
const groupLength = 200

// setGroups puts a contact into groups, here alone.
func (a *account) setGroups(m SetGroups) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	groups := tidyGroups(m.Groups)
	a.saveProfile(func(p *config.Account) error {
		k := contactIn(p, m.Peer.Address)
		if k == nil {
			return errNoContact
		}
		k.Groups = groups
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		a.update(c)
		a.done(m.ID)
	})
}

// tidyGroups takes names as people type them: without blanks around them, each
// once, in the order in which they came.
func tidyGroups(names []string) (out []string) {
	for _, n := range names {
		n = strings.Join(strings.Fields(strings.ToValidUTF8(n, "")), " ")
		for len(n) > groupLength {
			_, size := utf8.DecodeLastRuneInString(n)
			n = n[:len(n)-size]
		}
		if n != "" && !slices.Contains(out, n) && len(out) < config.MaxGroups {
			out = append(out, n)
		}
	}
	return out
}

// forgetKey forgets a key of a contact. The private chat that uses it ends first:
// nothing may be sent for a key that is not on disk.
func (a *account) forgetKey(m ForgetKey) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	if c.uses(m.Key) {
		a.endChat(c)
		a.update(c)
	}
	a.saveProfile(func(p *config.Account) error {
		k := contactIn(p, m.Peer.Address)
		if k == nil {
			return errNoContact
		}
		k.Keys = slices.DeleteFunc(k.Keys, func(x config.Key) bool { return x.Fingerprint == m.Key })
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		if c.uses(m.Key) { // it came back meanwhile, as one that was known
			a.endChat(c)
		}
		a.update(c)
		a.done(m.ID)
	})
}

// uses reports whether a conversation of the chat has a key.
func (c *chat) uses(key otr.Fingerprint) bool {
	for v := range c.talks {
		if v.Fingerprint() == key {
			return true
		}
	}
	return false
}

// certificates are the server's keys that were accepted: the present ones first.
func certificates(p config.Account) (out []Certificate) {
	add := func(r config.PinRecord) {
		out = append(out, Certificate{
			Key: r.Key.String(), Issuer: r.Issuer, First: r.First, NotBefore: r.NotBefore, NotAfter: r.NotAfter,
			Trusted: r.Trusted, Excused: r.Excused, Until: r.Until,
		})
	}
	for _, r := range p.Pins {
		add(r)
	}
	for _, r := range slices.Backward(p.Retired) {
		add(r)
	}
	return out
}
