package client

import (
	"hushwing/otr"
	"hushwing/secret"
)

// Command is something that the user asks for. Commands are plain values;
// Client.Do takes them from any goroutine.
type Command interface{ command() }

type (
	// CreateProfile makes the profile at the first start. Answer: Done or Refused,
	// then ProfileChanged and Snapshot.
	CreateProfile struct {
		ID       CommandID
		Password secret.Text
	}
	// Unlock opens the profile. Answer as CreateProfile.
	Unlock struct {
		ID       CommandID
		Password secret.Text
	}
	// TryTor looks for Tor again, at once.
	TryTor struct{ ID CommandID }

	// UseTor says how Tor is to be reached, for good; Tor is then looked for anew.
	// With both empty the program finds or starts one by itself. Answer: Done or
	// Refused, and then nothing has changed.
	UseTor struct {
		ID      CommandID
		Hand    string // this one and no other: "127.0.0.1:9050", "unix:/run/tor/socks"
		Bridges string // as pasted, a line each
	}

	// AskForm asks a server for its registration form. Answer: FormArrived or Refused.
	AskForm struct {
		ID     CommandID
		Server ServerChoice
	}
	// Register creates an address on the server of the last FormArrived with this
	// Form. The password is made and kept by the program. Answer: Done (AccountChanged
	// precedes it) or Refused; after NameTaken it may be sent again with another name.
	// A picture is good for one try: a form that has one arrives anew before the
	// Refused, or is gone.
	Register struct {
		ID     CommandID
		Form   CommandID // the AskForm that brought the form
		Name   string    // local part
		Values map[string]string
	}
	// RenewForm asks the server for the form of FormArrived anew, for another
	// picture. Answer: FormArrived with the same ID, then Done; or Refused, and the
	// form is gone.
	RenewForm struct {
		ID   CommandID
		Form CommandID // the AskForm that brought it
	}
	// DropForm closes the connection of an AskForm that is not wanted any more.
	DropForm struct{ Form CommandID }
	// AddAccount adds an address that the user already has. Answer: Done after the
	// first successful sign-in, or Refused, and then nothing is kept.
	AddAccount struct {
		ID       CommandID
		Address  string
		Password secret.Text
		Host     string // optional
		Port     uint16
	}
	// GoOnline connects an account, or tries again now.
	GoOnline struct{ Account string }
	// GoOffline disconnects an account until GoOnline.
	GoOffline struct{ Account string }

	// AcceptWeaker lets an account that stopped with SignInDowngrade sign in with
	// what the server offers now, from now on: Now is what the user was shown.
	// What is weaker still stops again. Answer: Done, and the account connects; or
	// Refused.
	AcceptWeaker struct {
		ID      CommandID
		Account string
		Now     WeakerSignIn
	}
	// NewIdentity gives an account circuits of its own that nothing before has
	// used, so that what it does from now on cannot be told to be the same user's
	// by the relays; the server knows the address all the same. A connection is
	// made anew. Answer: Done or Refused.
	NewIdentity struct {
		ID      CommandID
		Account string
	}
	// TrustServer answers an account's ServerQuestion: its new key is the server's.
	// Key is that of the question as it was shown; if another is in question by now
	// nothing is done. Name is the server's name as the user typed it, where the
	// question wants that (ByName). Answer: Done, and the account connects, or
	// Refused.
	TrustServer struct {
		ID      CommandID
		Account string
		Key     string
		Name    string
	}
	// AskProof asks the server in question to prove that it knows the password,
	// where that is ProofPossible. It tells the server the account's name. Answer:
	// AccountChanged with the outcome, then Done; or Refused.
	AskProof struct {
		ID      CommandID
		Account string
		Key     string
	}

	// AddContact asks somebody to be a contact. Answer: Done or Refused. A Key, of an
	// Invitation, is not believed: it counts as one that was seen before and never
	// checked, so that any other is told as new.
	AddContact struct {
		ID      CommandID
		Account string
		Address string
		Name    string          // optional
		Key     otr.Fingerprint // optional
	}
	// AnswerRequest accepts or refuses a stranger's request.
	AnswerRequest struct {
		ID     CommandID
		Peer   Peer
		Accept bool
	}
	// RenameContact gives a contact another name.
	RenameContact struct {
		ID   CommandID
		Peer Peer
		Name string
	}
	// RemoveContact removes a contact, their keys and what waits for them.
	RemoveContact struct {
		ID   CommandID
		Peer Peer
	}

	// OpenChat says that the user looks at a conversation: it is made private if it can be.
	OpenChat struct{ Peer Peer }
	// CloseChat ends the private chat.
	CloseChat struct{ Peer Peer }
	// StartAgain makes a chat private again that the other side ended or that failed.
	StartAgain struct{ Peer Peer }
	// SendText sends a text, now or when it can be sent. Answer: MessageAdded once it
	// is safe on disk, or Refused and the text stays with the user.
	SendText struct {
		ID   CommandID
		Peer Peer
		Text string
	}
	// ReleaseText sends a text that was written for an earlier key (OtherKey) to
	// the present one, or tries again one that was NotSent.
	ReleaseText struct {
		Peer    Peer
		Message string
	}
	// DiscardText forgets a text that has not been acknowledged. Answer:
	// MessageRemoved; nothing where the server has the text by now.
	DiscardText struct {
		Peer    Peer
		Message string
	}
	// RestoreText takes a DiscardText of the last minute back: the text is again
	// what it was, and where it was. Answer: MessageAdded once it is safe on disk, or
	// Refused.
	RestoreText struct {
		ID      CommandID
		Peer    Peer
		Message string
	}
	// Shown says that these received texts are on the screen, or for CloseChat'd
	// ones that they were; they leave the disk.
	Shown struct {
		Peer     Peer
		Messages []string
	}
	// Insist uses an unchecked key although another key of this contact was checked.
	Insist struct {
		ID   CommandID
		Peer Peer
	}

	// AskQuestion checks a contact by a question. Answer: CheckChanged or Refused.
	AskQuestion struct {
		ID       CommandID
		Peer     Peer
		Question string
		Answer   secret.Text
	}
	// AnswerQuestion answers a contact's question.
	AnswerQuestion struct {
		ID     CommandID
		Peer   Peer
		Answer secret.Text
	}
	// AskCode checks a contact, and has them check us, by six digits that are made for
	// this one attempt: CheckChanged brings them, to be read aloud. Then Done; or
	// Refused.
	AskCode struct {
		ID   CommandID
		Peer Peer
	}
	// AnswerCode is what the user heard, as they typed it. Answer: CheckChanged or
	// Refused.
	AnswerCode struct {
		ID   CommandID
		Peer Peer
		Code secret.Text
	}
	// SameCodes says what the user found who compared the safety code of Key
	// (SafetyCode) on both screens. Answer: CheckChanged once it is on disk, or
	// Refused.
	SameCodes struct {
		ID   CommandID
		Peer Peer
		Key  otr.Fingerprint
		Same bool
	}
	// StopCheck breaks off a check, or puts its result away.
	StopCheck struct{ Peer Peer }
)

func (CreateProfile) command()  {}
func (Unlock) command()         {}
func (TryTor) command()         {}
func (UseTor) command()         {}
func (AskForm) command()        {}
func (Register) command()       {}
func (RenewForm) command()      {}
func (DropForm) command()       {}
func (AddAccount) command()     {}
func (GoOnline) command()       {}
func (GoOffline) command()      {}
func (NewIdentity) command()    {}
func (AcceptWeaker) command()   {}
func (TrustServer) command()    {}
func (AskProof) command()       {}
func (AddContact) command()     {}
func (AnswerRequest) command()  {}
func (RenameContact) command()  {}
func (RemoveContact) command()  {}
func (OpenChat) command()       {}
func (CloseChat) command()      {}
func (StartAgain) command()     {}
func (SendText) command()       {}
func (ReleaseText) command()    {}
func (DiscardText) command()    {}
func (RestoreText) command()    {}
func (Shown) command()          {}
func (Insist) command()         {}
func (AskQuestion) command()    {}
func (AnswerQuestion) command() {}
func (AskCode) command()        {}
func (AnswerCode) command()     {}
func (SameCodes) command()      {}
func (StopCheck) command()      {}
