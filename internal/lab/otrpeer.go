package lab

import (
	"testing"
	"time"
)

// OTRPeerOptions says what a libotr peer is like.
type OTRPeerOptions struct {
	// Account is the peer's own name, Contact the name of the one it talks
	// with. Empty: "ben@example.test" and "ana@example.test".
	Account, Contact string
	// Manual: start OTR only when asked. Otherwise the policy is "always": the
	// first message asks for OTR, and nothing is ever sent in clear.
	Manual bool
	// Whitespace offers OTR with a whitespace tag and answers one (with
	// Manual: libotr's "opportunistic").
	Whitespace bool
	// V2 allows version 2 besides 3.
	V2 bool
	// KeyFile keeps the peer's key between runs. Empty: a new key.
	KeyFile string
	// Max is the greatest length of an injected message, in bytes; longer ones
	// are fragmented. 0: no bound.
	Max int
}

// OTREvent is something that a libotr peer reports.
type OTREvent struct {
	// Kind is one of
	//	inject        Text is to be carried to the contact
	//	msg           Text was received inside OTR
	//	clear         Text was received outside OTR
	//	secure        private now, anew or refreshed (Text "new" or "still")
	//	insecure      no longer private
	//	ended         the contact has ended the chat
	//	ours, theirs  Text is a fingerprint, 40 upper-case hex digits
	//	smp-ask       the contact checks us; Text is its question or empty
	//	smp-progress  a step was taken
	//	smp-ok, smp-fail, smp-abort, smp-cheat  how the check ended
	//	symkey        TLV 8: Usage, Data and Key
	//	note          libotr has something to say; Text is its event name
	//	error         a command failed
	//	done          the command has been carried out (see OTRPeer.Next)
	Kind  string
	Text  string
	Usage uint32
	Data  []byte
	Key   []byte
}

// OTRPeer is a program on libotr 4.1, for tests of what other clients do. It
// talks with one contact. Its methods are to be called from one goroutine.
type OTRPeer struct{}

// NewOTRPeer builds the program with gcc, once for each process, and starts it.
// It ends with the test.
func NewOTRPeer(t testing.TB, o OTRPeerOptions) *OTRPeer {
	t.Helper()
	t.Fatal("lab: not here yet")
	return nil
}

// Fingerprint is the peer's own fingerprint, 40 upper-case hex digits.
func (p *OTRPeer) Fingerprint() string { return "" }

// Tag is the peer's own instance tag.
func (p *OTRPeer) Tag() uint32 { return 0 }

// Receive hands over a body that came from the contact.
func (p *OTRPeer) Receive(body string) {}

// Send writes a text to the contact. When the chat is not private it asks for
// OTR first.
func (p *OTRPeer) Send(text string) {}

// Query asks for OTR.
func (p *OTRPeer) Query() {}

// Check begins an SMP; a question may be empty.
func (p *OTRPeer) Check(question, secret string) {}

// Answer answers an "smp-ask".
func (p *OTRPeer) Answer(secret string) {}

// Abort ends an SMP that is under way.
func (p *OTRPeer) Abort() {}

// End ends the private chat.
func (p *OTRPeer) End() {}

// Tick is libotr's message poll, for its timers.
func (p *OTRPeer) Tick() {}

// ExtraKey sends TLV 8, the extra symmetric key, with this use.
func (p *OTRPeer) ExtraKey(usage uint32, data []byte) {}

// Next returns the next event; ok is false when none came in time.
func (p *OTRPeer) Next(timeout time.Duration) (e OTREvent, ok bool) { return e, false }

// Drain returns the events that the commands so far have led to: when a command
// method returns, all its events are there.
func (p *OTRPeer) Drain() []OTREvent { return nil }
