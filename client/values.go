package client

import (
	"time"

	"hushwing/otr"
	"hushwing/secret"
)

// Peer names a conversation: one contact of one account.
type Peer struct {
	Account string // Account.ID
	Address string // bare address of the contact
}

// CommandID ties an answer to the command that asked for it. Zero: no answer wanted.
type CommandID uint64

// AccountState is where an account stands (see docs/architecture.md).
type AccountState int

// The states of an account, in the order in which it normally passes them.
const (
	Offline AccountState = iota
	WaitingForTor
	Connecting
	Securing
	Authenticating
	Online
	Closing
	CertificateChanged // stopped: the server shows another key; Problem tells
	Failed             // stopped; Problem tells why, NextTry whether it tries again
)

// Account is what a screen may know of an account.
type Account struct {
	ID      string
	Address string // bare
	State   AccountState
	Problem *Problem  // set in Failed and CertificateChanged
	NextTry time.Time // zero: it does not try again by itself
	Onion   bool      // the connection goes to an onion service
	Again   bool      // it was online since the user wanted it: what it makes is a connection anew
	// Question is set in CertificateChanged. It is never changed: more evidence
	// comes with another.
	Question *ServerQuestion

	Show         string          // what contacts see of us while it is online: "", "away" or "dnd"
	Blocked      []string        // bare addresses, contacts or not; in the order of the alphabet
	Fingerprint  otr.Fingerprint // of our own key
	Created      time.Time       // when it was made or brought here; zero: not known
	Certificates []Certificate   // the present ones first, then those of before, the latest first
	// CanChangePassword: it is online, and the server says that it lets people change
	// their password, or delete their address.
	CanChangePassword bool
	// PasswordUnsure: the server was asked to take another password, and no sign-in
	// has shown yet whether it has.
	PasswordUnsure bool
}

// Contact is somebody in the list.
type Contact struct {
	Peer
	Name       string // as the user named them, or the local part of the address
	Asked      bool   // we asked; they have not answered yet
	Available  bool
	Show       string // "", "away", "chat", "dnd", "xa" (RFC 6121, section 4.7.2.1)
	Protection Protection
	Unread     int
	Keys       []KeyInfo
	Groups     []string
	Devices    []Device // those that are there, while we are online
	Blocked    bool     // nothing of theirs is heard, nothing goes there
}

// KeyInfo is a key of a contact as the profile knows it.
type KeyInfo struct {
	Fingerprint otr.Fingerprint
	First       time.Time
	Checked     time.Time // zero: never
	Now         bool      // the current conversation uses it
	How         string    // how it was checked: "question", "code" or "room"
	Overridden  time.Time // when the user insisted on it unchecked; zero: never
	Left        int       // attempts to check it by a code or a question that are left
	Differs     time.Time // the user found that the safety codes differ; zero: no
	Told        bool      // a link named it at First; it was not seen since
}

// Protection is the one line that says whether a conversation is safe now.
type Protection int

// The states of the strip (docs/architecture.md, "The strip").
const (
	Away           Protection = iota // contact not there; text waits
	NotConnected                     // our account is not online; text waits
	AskedToAdd                       // they have not accepted us yet; text waits
	SettingUp                        // making it private; text waits
	PrivateUnknown                   // private, key not checked
	PrivateNewKey                    // private, another key than before, never checked
	PrivateChecked                   // private, key checked
	PrivateInsist                    // private, unchecked key, the user insisted
	KeyLocked                        // private with an unchecked key although a key of theirs was checked: locked
	OtherEnded                       // the other side ended: locked
	TooOld                           // their program knows only OTR v1 or v2; text waits
	SetupFailed                      // gave up for now; text waits
	Blocked                          // the user blocked them: nothing comes or goes
)

// Open reports whether the composer is open (text may be written; it may wait).
func (p Protection) Open() bool { return p != KeyLocked && p != OtherEnded && p != Blocked }

// Private reports whether a private chat stands, whether or not it is checked.
func (p Protection) Private() bool {
	switch p {
	case PrivateUnknown, PrivateNewKey, PrivateChecked, PrivateInsist, KeyLocked:
		return true
	}
	return false
}

// ProtectionInfo is Protection with what its sentence needs.
type ProtectionInfo struct {
	Peer
	Protection Protection
	Since      time.Time // when the key was checked (PrivateChecked), else when this state began
	Key        otr.Fingerprint
	Ours       otr.Fingerprint
	Resource   string // full address at the other end, for Technical details
}

// Mark says how far a text of ours has come. It never says more than was acknowledged.
type Mark int

// The marks (UX.md "Marks").
const (
	Waiting   Mark = iota // on disk here, encrypted
	ServerHas             // one tick: the server acknowledged it
	TheyHave              // two ticks: their program opened it and said so inside the private chat
	NotSent               // with Problem: Retry / Copy / Discard
	OtherKey              // written for an earlier key: Send / Discard
)

// Message is one line of a conversation.
type Message struct {
	Peer
	ID      string
	Mine    bool
	Clear   bool // it came unprotected: marked "Not private" for ever
	Text    string
	Time    time.Time
	Mark    Mark     // of a message of ours
	Problem *Problem // with NotSent
	Note    Note     // not zero: not a text but a line of the program's own
}

// Note is a line that the program itself puts into a conversation.
type Note int

// The notes.
const (
	NoNote          Note = iota
	NoteUnreadable       // a message could not be opened; they have to be asked to send it again
	NoteErrorNotice      // their program sent an error notice (Text holds it)
	NoteEnded            // they ended the private chat
	NotePrivate          // the chat turned private
	NoteAskedAgain       // a message could not be opened; their program was asked to send it again
)

// CheckStage is where a check stands.
type CheckStage int

// The stages of a check.
const (
	CheckNone      CheckStage = iota
	CheckWaiting              // we asked; waiting for their answer
	CheckQuestion             // they asked us; Question holds it, unless How is HowCode
	CheckAnswered             // we answered; waiting for the result
	CheckSame                 // their key is checked now: How tells by what
	CheckAskBack              // they asked, our answer was right: they are sure of us; ours is still to do
	CheckDifferent            // the answers differ, or the codes
	CheckAborted              // broken off
)

// underWay reports whether a check has begun and not ended.
func (s CheckStage) underWay() bool {
	return s == CheckWaiting || s == CheckQuestion || s == CheckAnswered
}

// How says by what a key is checked.
type How string

// The ways of checking, as config.Key.How has them.
const (
	HowQuestion How = "question" // checks the one who asked, and nobody else
	HowCode     How = "code"     // six digits, read aloud: checks both
	HowRoom     How = "room"     // the safety code, compared side by side
)

// Check is the state of checking a contact.
type Check struct {
	Peer
	Stage    CheckStage
	How      How
	Question string      // may be empty: other programs ask without one
	Code     secret.Text // with CheckWaiting and HowCode: six digits to be read aloud, and shown nowhere else
	Asked    bool        // we asked
	Other    bool        // their program is not known to be a Hushwing
	Left     int         // attempts left for this key
}

// FieldKind says how a field of a server's registration form is shown.
type FieldKind int

// The kinds of fields that can be shown.
const (
	FieldText FieldKind = iota
	FieldSecret
	FieldChoice
	FieldFixed
	FieldYesNo // Value is "1" or "0"
)

// Field is a field of a server's registration form. The user name and the
// password are not among them: the program fills those in.
type Field struct {
	Name     string
	Label    string
	Kind     FieldKind
	Options  []Option
	Value    string
	Required bool
	Picture  *Picture // to be looked at to fill it in; nil: none
}

// Option is a choice in a Field.
type Option struct{ Value, Label string }

// ServerChoice says where an account lives.
type ServerChoice struct {
	Domain string // "example.org", or an onion address
	Host   string // where to connect, where it differs: a host or an onion address
	Port   uint16 // 0: the usual ports
}

// KnownServer is a server from the table that the program ships with.
type KnownServer struct {
	Domain       string
	Onion        string
	Registration bool
}
