package client

import "time"

// Cause is why something did not work. The screen has one sentence and one
// next step for each (gui/model).
type Cause int

// The causes.
const (
	CauseUnknown Cause = iota

	// the profile
	WrongPassword  // the profile's password
	ProfileInUse   // another Hushwing has it open
	ProfileDamaged // Detail: the file
	ProfileForeign // Detail: the file
	ProfileNewer
	ProfileDiskFull
	ProfileReadOnly
	PasswordEmpty

	// Tor
	TorMissing     // no running Tor and no program to start
	TorImpostor    // something else answers where Tor was expected; Detail: where
	TorStuck       // Tor does not finish; Detail: its stage
	TorStopped     // our Tor ended or could not be started
	TorAbsent      // nothing answers where the environment says that Tor is; Detail: where
	TorNoIsolation // the proxy would not keep accounts apart
	TorHelperGone  // the process that holds the network has gone; Detail: why
	TorClockWrong  // Tor says that this computer's clock is wrong; Detail: by how much
	TorNoNetwork   // Tor says that this computer is not online
	TorHung        // Tor takes connections, but answers nothing
	TorBlocked     // Tor says that its network cannot be reached from here
	TorNotOurs     // bridges, and a Tor that is not ours to give them to
	TorHandBad     // what was set by hand is no place for a Tor; Detail: it
	BridgeBad      // not a bridge line; Detail: it
	BridgeUnknown  // a kind of bridge that we do not know; Detail: its name
	BridgeProgram  // the program for a kind of bridge is missing; Detail: its name
	BridgeTooMany
	BridgesSilent // none of the bridges answers

	// the way to the server
	OnionUnknown  // no such onion service at present
	OnionInvalid  // not an onion address
	NameUnknown   // the name cannot be resolved
	ServerRefuses // connection refused
	ServerUnreachable
	ServerHangs  // does not answer in time
	ServerCloses // ends the connection
	ServerNoTLS
	ServerTLSWeak // nothing better than what we refuse
	ServerNotXMPP // talks something else
	NotOffered    // the domain says that nobody can chat there
	NotHere       // "host unknown": the server is not in charge of this domain

	// certificates
	CertificateExpired
	CertificateLapsed // one that was renewed in time until now: it has run out, and its key is the pinned one
	CertificateNotYet
	CertificateWrongName
	CertificateUnknownIssuer
	CertificateOther
	CertificateSettled   // an answer to a question that is not asked any more
	CertificateAnother   // an answer for a key that is not in question any more
	CertificateNameTyped // what was typed is not the server's name
	CertificateNoProof   // the server is not asked for a proof here
	CertificateNewKey    // the server shows another key than before; Valid says whether the new one is valid otherwise

	// signing in
	SignInWrongPassword
	SignInDisabled
	SignInLater     // a passing fault
	SignInNoSCRAM   // the server offers nothing that keeps the password from it
	SignInDowngrade // weaker than before
	ServerNotProven // it could not prove that it knows the password
	SignedInElsewhere

	// making an address
	RegistrationClosed
	NameTaken
	NameNotAllowed
	RegistrationRefused // Detail: the server's words
	FormCannotShow      // the form holds what is not shown: a sound, a damaged picture, an unknown field
	FormElsewhere       // the form, or its picture, is on a website; Detail: which
	PuzzleWrong         // what stands in the picture was not read right, or too late
	RegistrationLater

	// contacts and texts
	AddressEmpty
	AddressNoAt
	AddressBadName
	AddressBadServer
	AddressOwn
	AddressKnown // is a contact already
	NoSuchAccount
	NoSuchContact
	TextEmpty
	TextTooLong
	TextNotPossible // cannot be carried safely
	QueueFull
	DiskFull
	DiskError
	Bounced     // the server sent it back
	FateUnknown // with ServerHas: the server had it, and nobody knows whether their program has read it
	TooLate     // what was discarded cannot be taken back any more
	NotPrivateNow
	NoAttemptsLeft
	CheckTampered // the key changed under the check: someone is in between
	AnswerEmpty
	CodeNotDigits // what was typed is not six digits
	CodeSeen      // the code came in this chat, or was used before
	CodeInText    // a text holds the code that is to be read aloud
	CodeAnother   // the key has changed since the codes were on the screen

	// several of each
	NotOnline       // this needs a connection to the server
	DeleteRefused   // the server does not delete the address; Detail: its reason
	DeleteUnsure    // the server did not say whether it deleted the address
	PasswordRefused // the server does not take a new password; Detail: its reason
	PasswordUnsure  // the server did not say whether it took the new password
)

// Retry says whether trying again makes sense.
type Retry int

// When to try again.
const (
	RetryNever Retry = iota // until the user changes something
	RetryNow                // the user may try at once
	RetryLater              // the program tries by itself
)

// Problem is a failure that a person can be told about.
type Problem struct {
	Cause  Cause
	Detail string // a name, a file, the server's own words: shown, never acted on
	Retry  Retry
	Server *ServerIdentity // with CertificateNewKey and the other certificate causes
	SignIn *WeakerSignIn   // with SignInDowngrade
}

// WeakerSignIn is what AcceptWeaker may accept.
type WeakerSignIn struct {
	Before, Now string // SASL mechanisms: what the server had before, and what it offers
	Context     string // version of TLS and kind of channel binding
}

// ServerIdentity is the evidence about a certificate.
type ServerIdentity struct {
	Domain              string
	Issuer              string
	NotBefore, NotAfter time.Time
	Key                 string // SHA-256 of the public key, base64
	Valid               bool
}
