package config

import (
	"maps"
	"slices"
	"time"

	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
)

// Profile is what is kept for good. Values handed out by a Store are deep
// copies: changing one changes nothing until Modify. Nothing in it prints.
type Profile struct {
	// Isolation is the secret from which Tor's isolation names are made,
	// 32 random bytes, made by Create.
	Isolation Bytes
	Accounts  []Account // at most MaxAccounts, with different IDs and addresses
	Settings  Settings
}

// Account is one address of ours.
type Account struct {
	ID       string      // random, stable: NewID
	Address  string      // bare
	Password secret.Text // the server's
	Second   Second
	Route    Route
	Paused   bool  // the user has put it offline
	Identity Bytes // our key and instance tag: otr.Identity's Export
	// Pins are the server keys that are accepted, oldest first: one, or two while
	// a key that the user has just trusted has not been signed in with.
	Pins []PinRecord
	// Retired are server keys that were accepted until the user trusted another;
	// they are not accepted any more. Oldest first.
	Retired []PinRecord
	// Mechanisms is the strongest sign-in mechanism seen, by binding context
	// ("TLS 1.3 tls-exporter"): a weaker one later is an attack or a fault.
	Mechanisms map[string]string
	Epoch      uint32 // of Tor's isolation: another epoch is another identity
	Imported   bool   // the address was brought along, not made here
	Contacts   []Contact
	Requests   []Request // who asks to be a contact; at most MaxRequests
	// Removed are contacts who are to be taken off the server's list, which was out
	// of reach when the user removed them; at most MaxContacts.
	Removed []string
	Created time.Time // when it was made, or brought here; zero: not known
	Show    string    // what contacts see: "", "away" or "dnd"
	// Blocked are bare addresses of whom nothing is heard, contacts or not;
	// Unblocked are those that the server has still to be told so of. At most
	// MaxContacts each.
	Blocked   []string
	Unblocked []string
}

// Second is the password that a server may have instead of Account.Password:
// it was asked to take another one, and it has not been seen for sure which of the
// two it has. The zero value: there is none.
type Second struct {
	Password secret.Text
	Fresh    bool      // it is the newer of the two
	Seen     bool      // Account.Password has worked since the server was asked
	Asked    time.Time // when the server was asked
}

// Route is the way to an account's server, where the user or our table named
// one. The zero value means: by the address's own domain.
type Route struct {
	Host  string
	Onion bool   // Host is the server's identity: the user or our table named it
	Port  uint16 // 0: the usual ports
}

// PinRecord is a server key that was accepted, and what is known of its
// certificate as it was shown last.
type PinRecord struct {
	Key       tls.Pin
	First     time.Time // first successful sign-in with it; zero: none yet
	Issuer    string    // of its certificate
	NotBefore time.Time // from when and until when its certificate is valid; zero: not known
	NotAfter  time.Time
	Trusted   time.Time // when the user trusted it in another's place; zero: it was the first
	Excused   bool      // the user took it by name although its certificate is invalid
	Until     time.Time // of a retired one: when another took its place
}

// Contact is somebody whom the user has accepted.
type Contact struct {
	Address string // bare
	Name    string // the user's name for them; may be empty
	Asked   bool   // we asked them, and no answer has come yet
	Keys    []Key
	Groups  []string // at most MaxGroups
}

// Key is a key of a contact that has been seen in a private chat.
type Key struct {
	Fingerprint otr.Fingerprint
	First       time.Time
	Checked     time.Time // zero: never
	How         string    // how it was checked: "question", "code" or "room"
	Overridden  time.Time // the user insisted on it unchecked; zero: no
	Confirms    bool      // its program confirms texts, as Hushwing does
	Attempts    uint16    // attempts to check it that were used up since it was checked last
	Told        bool      // a link to the contact named it; it was not seen since First
	Differs     time.Time // the user compared the safety codes, and they differ; zero: no
}

// Request is a stranger's wish to be a contact.
type Request struct {
	Address string
	When    time.Time
}

// Clone returns a deep copy.
func (p Profile) Clone() Profile {
	p.Isolation = slices.Clone(p.Isolation)
	p.Accounts = cloneEach(p.Accounts, Account.Clone)
	p.Settings = p.Settings.Clone()
	return p
}

// Clone returns a deep copy.
func (a Account) Clone() Account {
	a.Identity = slices.Clone(a.Identity)
	a.Pins = slices.Clone(a.Pins)
	a.Retired = slices.Clone(a.Retired)
	a.Mechanisms = maps.Clone(a.Mechanisms)
	a.Contacts = cloneEach(a.Contacts, Contact.Clone)
	a.Requests = slices.Clone(a.Requests)
	a.Removed = slices.Clone(a.Removed)
	a.Blocked = slices.Clone(a.Blocked)
	a.Unblocked = slices.Clone(a.Unblocked)
	return a
}

// Clone returns a deep copy.
func (c Contact) Clone() Contact {
	c.Keys = slices.Clone(c.Keys)
	c.Groups = slices.Clone(c.Groups)
	return c
}

// cloneEach copies a slice and what its elements hold. nil stays nil.
func cloneEach[T any](from []T, clone func(T) T) []T {
	if from == nil {
		return nil
	}
	to := make([]T, len(from))
	for i, v := range from {
		to[i] = clone(v)
	}
	return to
}
