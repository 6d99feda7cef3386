package client

import (
	"time"

	"hushwing/otr"
	"hushwing/secret"
)

// Commands about what the user has several of: addresses, contacts, keys.
type (
	// RemoveAccount removes an address of ours from this computer: its contacts,
	// their keys, texts and drafts, our key and the password leave the disk. With
	// OnServer the server is asked first to delete the address for good (XEP-0077,
	// 3.2), which needs a connection; where it refuses (DeleteRefused) or does not
	// answer (DeleteUnsure) nothing is removed. Answer: AccountRemoved and Done, or
	// Refused.
	RemoveAccount struct {
		ID       CommandID
		Account  string
		OnServer bool
	}
	// ChangeServerPassword has the server take another password, made by the
	// program (XEP-0077, 3.3). Old and new are both on disk before the server is
	// asked, and both are tried at each sign-in until one has proven to be the one:
	// then PasswordSettled follows. Answer: Done, when the server says that it has
	// taken it; or Refused: PasswordRefused, or PasswordUnsure where it has not
	// answered.
	ChangeServerPassword struct {
		ID      CommandID
		Account string
	}
	// ShowServerPassword asks for the password of an address at its server. Answer:
	// ServerPassword.
	ShowServerPassword struct {
		ID      CommandID
		Account string
	}
	// SetStatus says what contacts see of us: "" (there), "away", or "dnd" (RFC
	// 6121, 4.7.2.1). It is kept. An empty Account means all. Answer: Done or
	// Refused.
	SetStatus struct {
		ID      CommandID
		Account string
		Show    string
	}
	// BlockContact lets nothing of an address be heard any more, and nothing go to
	// it: the private chat ends, a request of theirs is gone, and they do not see us.
	// They are not told, as far as the server allows that (XEP-0191). A contact stays
	// one, with their keys. Answer: Done or Refused.
	BlockContact struct {
		ID   CommandID
		Peer Peer
	}
	// Unblock takes BlockContact back. Answer: Done or Refused.
	Unblock struct {
		ID   CommandID
		Peer Peer
	}
	// SetGroups puts a contact into these groups and no others. The server is not
	// told. Answer: Done or Refused.
	SetGroups struct {
		ID     CommandID
		Peer   Peer
		Groups []string
	}
	// ForgetKey forgets a key of a contact and whether it was checked. A private
	// chat that uses it ends. If the key comes again it is a new one. Answer: Done or
	// Refused.
	ForgetKey struct {
		ID   CommandID
		Peer Peer
		Key  otr.Fingerprint
	}
)

func (RemoveAccount) command()        {}
func (ChangeServerPassword) command() {}
func (ShowServerPassword) command()   {}
func (SetStatus) command()            {}
func (BlockContact) command()         {}
func (Unblock) command()              {}
func (SetGroups) command()            {}
func (ForgetKey) command()            {}

type (
	// ServerPassword answers ShowServerPassword.
	ServerPassword struct {
		ID       CommandID
		Account  string
		Password secret.Text // the one that the server took last
		// Other is the second one where it is not known which of the two the server
		// has (Account.PasswordUnsure); else it is zero.
		Other secret.Text
	}
	// PasswordSettled tells that a sign-in has shown which password the server has,
	// where that was not known. Changed: it is the new one.
	PasswordSettled struct {
		Account string
		Changed bool
	}
)

func (ServerPassword) event()  {}
func (PasswordSettled) event() {}

// Certificate is a server's key that was accepted for an account, with what its
// certificate said when it was shown last.
type Certificate struct {
	Key       string // SHA-256 of the public key, base64
	Issuer    string
	First     time.Time // of the first sign-in with it; zero: none yet
	NotBefore time.Time // zero: not known
	NotAfter  time.Time
	Trusted   time.Time // when the user trusted it in another's place; zero: it came by itself
	Excused   bool      // the user took it although its certificate is invalid
	Until     time.Time // when another took its place; zero: it is the present one
}

// Device is a program of a contact that is there.
type Device struct {
	Resource string // what follows the bare address: the name that the program gave itself
	Show     string // as Contact.Show
	Private  bool   // it has a private chat with us
	Key      otr.Fingerprint
	Now      bool // texts go there
}
