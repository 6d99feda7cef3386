package config

import (
	"slices"
	"unicode/utf8"
)

// The bounds of a profile. They are far beyond use: they keep a fault
// elsewhere from filling the disk.
const (
	MaxAccounts = 32
	MaxContacts = 20_000 // of one account
	MaxRequests = 100    // of one account
	MaxKeys     = 100    // of one contact
	MaxPins     = 20     // of one account; and as many of before
	MaxGroups   = 50     // of one contact

	MaxLockAfter = 24 * 60 // minutes
	MinTextScale = 50      // per cent
	MaxTextScale = 300
	MaxWindow    = 16_384 // pixels

	maxString     = 4 << 10
	maxText       = 64 << 10
	maxIdentity   = 64 << 10
	maxMechanisms = 20
	maxSealings   = 100 // of one text
	maxBridges    = 50
	isolationSize = 32
)

// checker notes the first thing that is wrong. Its errors name fields, never
// values.
type checker struct{ err error }

func (c *checker) that(ok bool, format string, args ...any) {
	if !ok && c.err == nil {
		c.err = invalid(format, args...)
	}
}

// text checks a string: JSON would silently change one that is not UTF-8.
func (c *checker) text(what, s string, most int) {
	c.that(utf8.ValidString(s), "%s is not UTF-8", what)
	c.that(len(s) <= most, "%s is longer than %d bytes", what, most)
}

// name checks a string that must be there.
func (c *checker) name(what, s string) {
	c.that(s != "", "%s is empty", what)
	c.text(what, s, maxString)
}

// once checks that a name comes once.
func (c *checker) once(seen map[string]bool, what, s string) {
	c.that(!seen[s], "%s comes twice", what)
	seen[s] = true
}

// check returns an ErrInvalid for a profile that may not be kept.
func (p Profile) check() error {
	var c checker
	c.that(len(p.Isolation) == isolationSize, "the isolation secret has %d bytes", len(p.Isolation))
	c.that(len(p.Accounts) <= MaxAccounts, "there are more than %d accounts", MaxAccounts)
	c.settings(p.Settings)
	ids, addresses := map[string]bool{}, map[string]bool{}
	for _, a := range p.Accounts {
		c.name("an account's ID", a.ID)
		c.once(ids, "an account's ID", a.ID)
		c.name("an account's address", a.Address)
		c.once(addresses, "an account's address", a.Address)
		c.account(a)
	}
	return c.err
}

func (c *checker) settings(s Settings) {
	c.text("the language", s.Language, maxString)
	c.text("the Tor set by hand", s.Tor.Hand, maxString)
	c.that(len(s.Tor.Bridges) <= maxBridges, "there are more than %d bridges", maxBridges)
	for _, b := range s.Tor.Bridges {
		c.name("a bridge", b)
	}
	c.that(s.LockAfter >= NeverLock && s.LockAfter <= MaxLockAfter, "it locks after neither 0 to %d minutes nor never", MaxLockAfter)
	c.that(s.TextScale == 0 || s.TextScale >= MinTextScale && s.TextScale <= MaxTextScale, "the text's size is not %d to %d per cent", MinTextScale, MaxTextScale)
	c.that(s.Window.Width >= 0 && s.Window.Width <= MaxWindow && s.Window.Height >= 0 && s.Window.Height <= MaxWindow,
		"the window is not 0 to %d pixels wide and high", MaxWindow)
	c.that(s.Window.X >= -MaxWindow && s.Window.X <= MaxWindow && s.Window.Y >= -MaxWindow && s.Window.Y <= MaxWindow,
		"the window is more than %d pixels away", MaxWindow)
}

func (c *checker) account(a Account) {
	c.text("an account's password", a.Password.Export(), maxString)
	c.text("an account's second password", a.Second.Password.Export(), maxString)
	c.text("an account's status", a.Show, maxString)
	c.text("an account's host", a.Route.Host, maxString)
	c.that(len(a.Identity) <= maxIdentity, "an identity is longer than %d bytes", maxIdentity)
	c.that(len(a.Pins) <= MaxPins, "an account has more than %d pins", MaxPins)
	c.that(len(a.Retired) <= MaxPins, "an account has more than %d pins of before", MaxPins)
	for _, p := range slices.Concat(a.Pins, a.Retired) {
		c.that(!p.Key.IsZero(), "a pin is empty")
		c.text("an issuer", p.Issuer, maxString)
	}
	c.that(len(a.Mechanisms) <= maxMechanisms, "an account has more than %d mechanisms", maxMechanisms)
	for context, mechanism := range a.Mechanisms {
		c.text("a mechanism's context", context, maxString)
		c.text("a mechanism", mechanism, maxString)
	}
	c.that(len(a.Requests) <= MaxRequests, "an account has more than %d requests", MaxRequests)
	for _, r := range a.Requests {
		c.name("a request's address", r.Address)
	}
	c.that(len(a.Removed) <= MaxContacts, "an account has more than %d removed contacts", MaxContacts)
	for _, r := range a.Removed {
		c.name("a removed contact's address", r)
	}
	for _, list := range [][]string{a.Blocked, a.Unblocked} {
		c.that(len(list) <= MaxContacts, "an account has more than %d blocked addresses", MaxContacts)
		for _, b := range list {
			c.name("a blocked address", b)
		}
	}
	c.that(len(a.Contacts) <= MaxContacts, "an account has more than %d contacts", MaxContacts)
	seen := map[string]bool{}
	for _, contact := range a.Contacts {
		c.name("a contact's address", contact.Address)
		c.once(seen, "a contact's address", contact.Address)
		c.text("a contact's name", contact.Name, maxString)
		c.that(len(contact.Groups) <= MaxGroups, "a contact is in more than %d groups", MaxGroups)
		for _, g := range contact.Groups {
			c.name("a group", g)
		}
		c.that(len(contact.Keys) <= MaxKeys, "a contact has more than %d keys", MaxKeys)
		prints := map[string]bool{}
		for _, k := range contact.Keys {
			c.that(!k.Fingerprint.IsZero(), "a contact's key is empty")
			c.once(prints, "a contact's key", string(k.Fingerprint[:]))
			c.text("how a key was checked", k.How, maxString)
		}
	}
}

// check returns an ErrInvalid for a queue that may not be kept, and an
// ErrQueueFull for one that is beyond the bounds and larger than before.
func (q Queue) check(before Queue) error {
	texts, bytes := q.size()
	textsBefore, bytesBefore := before.size()
	if texts > max(MaxTexts, textsBefore) || bytes > max(MaxTextBytes, bytesBefore) {
		return ErrQueueFull
	}
	drafts, bytes := q.draftSize()
	draftsBefore, bytesBefore := before.draftSize()
	if drafts > max(MaxDrafts, draftsBefore) || bytes > max(MaxDraftBytes, bytesBefore) {
		return ErrQueueFull
	}
	var c checker
	ids := map[string]bool{}
	for _, o := range q.Outgoing {
		c.name("a text's ID", o.ID)
		c.once(ids, "a text's ID", o.ID)
		c.where(o.Account, o.Peer, o.Text)
		c.text("a text's state", o.State, maxString)
		c.that(len(o.IDs) <= maxSealings, "a text was sealed more than %d times", maxSealings)
	}
	for _, i := range q.Incoming {
		c.name("a text's ID", i.ID)
		c.once(ids, "a text's ID", i.ID)
		c.where(i.Account, i.Peer, i.Text)
	}
	for _, d := range q.Drafts {
		c.where(d.Account, d.Peer, d.Text)
	}
	return c.err
}

func (c *checker) where(account, peer, text string) {
	c.name("a text's account", account)
	c.name("a text's peer", peer)
	c.text("a text", text, maxText)
}
