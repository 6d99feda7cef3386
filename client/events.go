package client

// Event is a fact that a screen may want to show. Events are plain values,
// never changed after they were sent.
type Event interface{ event() }

// ProfileState is what is known of the profile.
type ProfileState int

// The states of the profile.
const (
	ProfileNone   ProfileState = iota // first run
	ProfileLocked                     // waits for its password
	ProfileOpen
	ProfileBroken // cannot be opened; Problem tells; nothing is touched
)

// TorState is what is known of Tor.
type TorState int

// The states of Tor.
const (
	TorIdle     TorState = iota
	TorLooking           // looking for a running one
	TorStarting          // our own is starting: Percent and Stage
	TorReady
	TorFailed // Problem tells
)

type (
	// ProfileChanged is the first event of all.
	ProfileChanged struct {
		State   ProfileState
		Problem *Problem
	}
	// SandboxChanged tells how far this computer locks the program in. It comes
	// once, right after the first ProfileChanged.
	SandboxChanged struct{ Sandbox Sandbox }
	// Snapshot is everything there is, right after the profile was opened.
	Snapshot struct {
		Accounts []Account
		Contacts []Contact
		Requests []Peer
		Messages []Message // texts that wait and texts received but not yet shown
		Drafts   []Draft   // texts that were begun, of Contacts alone
	}
	// TorChanged tells about Tor.
	TorChanged struct {
		State   TorState
		Percent int      // in TorStarting
		Stage   string   // Tor's own tag of the stage, such as "loading_descriptors"
		Own     bool     // in TorReady: our own child
		Version string   // in TorReady: of Tor; empty if it does not say
		Problem *Problem // in TorFailed why; in the other states what is in Tor's way, if it says so
	}
	// TorChosen tells how the user wants Tor reached: after the profile was opened,
	// and after UseTor.
	TorChosen struct {
		Hand    string
		Bridges []string
	}
	// AccountChanged tells about a new or changed account.
	AccountChanged struct{ Account Account }
	// AccountRemoved tells that an account is gone.
	AccountRemoved struct{ Account string }
	// ContactChanged tells about a new or changed contact.
	ContactChanged struct{ Contact Contact }
	// ContactRemoved tells that a contact is gone.
	ContactRemoved struct{ Peer Peer }
	// RequestArrived tells that a stranger asks to be a contact.
	RequestArrived struct{ Peer Peer }
	// RequestGone tells that a request was answered.
	RequestGone struct{ Peer Peer }
	// ProtectionChanged tells how safe a conversation is.
	ProtectionChanged struct{ Info ProtectionInfo }
	// MessageAdded tells about a new line. ID is that of the SendText, if any.
	MessageAdded struct {
		ID      CommandID
		Message Message
	}
	// MessageChanged tells about a changed mark.
	MessageChanged struct{ Message Message }
	// MessageRemoved tells that a line is gone (discarded).
	MessageRemoved struct {
		Peer    Peer
		Message string
		Sent    bool // it was under way once, and may have arrived
	}
	// CheckChanged tells where a check stands.
	CheckChanged struct{ Check Check }
	// FormArrived answers AskForm and RenewForm, and brings the form anew when one
	// with a picture was refused. ID is that of the AskForm.
	FormArrived struct {
		ID           CommandID
		Server       ServerChoice
		Instructions string
		Fields       []Field
	}
	// Done says that a command was carried out.
	Done struct{ ID CommandID }
	// Refused says that a command was not carried out, and why. Nothing was lost.
	Refused struct {
		ID      CommandID
		Problem Problem
	}
)

func (ProfileChanged) event()    {}
func (SandboxChanged) event()    {}
func (Snapshot) event()          {}
func (TorChanged) event()        {}
func (TorChosen) event()         {}
func (AccountChanged) event()    {}
func (AccountRemoved) event()    {}
func (ContactChanged) event()    {}
func (ContactRemoved) event()    {}
func (RequestArrived) event()    {}
func (RequestGone) event()       {}
func (ProtectionChanged) event() {}
func (MessageAdded) event()      {}
func (MessageChanged) event()    {}
func (MessageRemoved) event()    {}
func (CheckChanged) event()      {}
func (FormArrived) event()       {}
func (Done) event()              {}
func (Refused) event()           {}
