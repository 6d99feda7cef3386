package otr

import (
	"fmt"
	"io"
	"math/big"

	"github.com/coyim/otr3"
)

// This is the only file that knows otr3. What it is trusted with, and what not:
//
//   - It sees no fragment, no error message, no plain text, no query but our
//     own, and no message that message.go has not taken apart. Nothing is given
//     to Send before the engine is private.
//   - An engine in which a conversation lives sees data messages alone, and of
//     these only what mirror.go has found to be the other side's, and new.
//   - A panic in it is an answer like any other: the engine is not used again.
//
// otr3 asks the clock itself in five files. What depends on it here:
//
//   - auth_state_machine.go, query.go (when the last exchange was, to ignore
//     queries for a minute): nothing, an engine gets one query in its life,
//     its first message.
//   - heartbeat.go (an empty answer to a text when nothing was sent for a
//     minute): the one rule of otr3's clock that is in force.
//   - resend.go (texts of the last minute are sent again after an exchange):
//     nothing, no engine sees an exchange after its first text.
//   - send.go and data_message.go set what those read.

// engineKey is a long-term DSA key.
type engineKey struct{ dsa *otr3.DSAPrivateKey }

func generateKey(random io.Reader) (k engineKey, err error) {
	defer caught(&err)
	k.dsa = new(otr3.DSAPrivateKey)
	if err := k.dsa.Generate(random); err != nil {
		return engineKey{}, fmt.Errorf("otr: making a key: %w", err)
	}
	return k, nil
}

func (k engineKey) serialize() []byte { return k.dsa.Serialize() }

func (k engineKey) fingerprint() (f Fingerprint) {
	copy(f[:], k.dsa.PublicKey().Fingerprint())
	return f
}

// parseKey reads what serialize wrote, and checks that it is a key.
func parseKey(raw []byte) (k engineKey, err error) {
	defer caught(&err)
	bad := fmt.Errorf("otr: not a key")
	k.dsa = new(otr3.DSAPrivateKey)
	if len(raw) > 4<<10 {
		return engineKey{}, bad
	}
	if rest, ok := k.dsa.Parse(raw); !ok || len(rest) != 0 {
		return engineKey{}, bad
	}
	p := &k.dsa.PrivateKey
	one := big.NewInt(1)
	inside := func(x, below *big.Int) bool { return x.Cmp(one) > 0 && x.Cmp(below) < 0 }
	if p.P.BitLen() < 1024 || p.Q.BitLen() != 160 || !inside(p.G, p.P) || !inside(p.Y, p.P) || !inside(p.X, p.Q) ||
		new(big.Int).Exp(p.G, p.X, p.P).Cmp(p.Y) != 0 || new(big.Int).Exp(p.G, p.Q, p.P).Cmp(one) != 0 {
		return engineKey{}, bad
	}
	return k, nil
}

// caught turns a panic of the engine into an error. What was thrown is not
// told: it may hold what nobody should see.
func caught(err *error) {
	if recover() != nil {
		*err = ErrEngine
	}
}

// engine is one otr3 conversation.
type engine struct {
	conv  *otr3.Conversation
	drawn *drawn
	got   outcome // of the call that is going on
	dead  bool    // it failed in a way that leaves its state unknown
}

// outcome is what one call made the engine say.
type outcome struct {
	err     error
	text    string
	send    []string
	opened  bool // an authentic data message
	private bool // the exchange ended well
	ended   bool // the other side said goodbye
	checks  []checkEvent
	signals []Signal
}

// checkEvent is one step of an SMP check.
type checkEvent struct {
	step     checkStep
	question string
}

type checkStep uint8

const (
	stepAsked checkStep = iota
	stepSame
	stepDifferent
	stepProved  // our proof went out, theirs is to come
	stepAborted // by the other side
	stepFailed  // a message made no sense
)

func newEngine(id *Identity) *engine {
	e := &engine{conv: new(otr3.Conversation), drawn: new(drawn)}
	c := e.conv
	c.Rand = e.drawn
	c.Policies.AllowV3()
	c.SetOurKeys([]otr3.PrivateKey{id.key.dsa})
	c.InitializeInstanceTag(id.tag)
	c.SetFragmentSize(0)
	c.SetDebug(false)
	c.SetSMPEventHandler(e)
	c.SetMessageEventHandler(e)
	c.SetSecurityEventHandler(e)
	c.SetReceivedKeyHandler(e)
	return e
}

// HandleSMPEvent is called by otr3.
func (e *engine) HandleSMPEvent(event otr3.SMPEvent, _ int, question string) {
	add := func(s checkStep) { e.got.checks = append(e.got.checks, checkEvent{s, question}) }
	switch event {
	case otr3.SMPEventAskForAnswer, otr3.SMPEventAskForSecret:
		add(stepAsked)
	case otr3.SMPEventSuccess:
		add(stepSame)
	case otr3.SMPEventFailure:
		add(stepDifferent)
	case otr3.SMPEventAbort:
		add(stepAborted)
	case otr3.SMPEventCheated, otr3.SMPEventError:
		add(stepFailed)
	case otr3.SMPEventInProgress:
		add(stepProved)
	}
	e.got.opened = true
}

// HandleMessageEvent is called by otr3. Only one of its events says what the
// results of Receive do not: an empty message was opened.
func (e *engine) HandleMessageEvent(event otr3.MessageEvent, _ []byte, _ error, _ ...interface{}) {
	if event == otr3.MessageEventLogHeartbeatReceived {
		e.got.opened = true
	}
}

// HandleSecurityEvent is called by otr3.
func (e *engine) HandleSecurityEvent(event otr3.SecurityEvent) {
	switch event {
	case otr3.GoneSecure, otr3.StillSecure:
		e.got.private = true
	case otr3.GoneInsecure:
		e.got.ended, e.got.opened = true, true
	}
}

// ReceivedSymmetricKey is called by otr3.
func (e *engine) ReceivedSymmetricKey(usage uint32, data, _ []byte) {
	if len(data) <= MaxSignal {
		e.got.signals = append(e.got.signals, Signal{usage, append([]byte(nil), data...)})
	}
	e.got.opened = true
}

// call runs one call of the engine and collects what it says.
func (e *engine) call(f func() ([]otr3.ValidMessage, error)) outcome {
	e.got = outcome{}
	if e.dead {
		return outcome{err: ErrEngine}
	}
	var send []otr3.ValidMessage
	var err error
	func() {
		e.dead = true
		defer caught(&err)
		send, err = f()
		e.dead = false
	}()
	got := e.got
	e.got = outcome{}
	if e.dead {
		return outcome{err: ErrEngine}
	}
	got.err = err
	for _, s := range send {
		got.send = append(got.send, string(s))
	}
	return got
}

// receive hands the engine one message that was parsed.
func (e *engine) receive(m message) outcome { return e.feed(m.body) }

// begin makes the engine start an exchange: the answer to a query.
func (e *engine) begin() outcome { return e.feed(ourQuery) }

func (e *engine) feed(body string) outcome {
	var plain otr3.MessagePlaintext
	got := e.call(func() (send []otr3.ValidMessage, err error) {
		plain, send, err = e.conv.Receive(otr3.ValidMessage(body))
		return send, err
	})
	if !e.dead && len(plain) > 0 {
		got.text, got.opened = string(plain), true
	}
	return got
}

// seal encrypts a text. The engine passes text through in clear when it is not
// private, so that is asked first, on the engine itself.
func (e *engine) seal(text string) outcome {
	return e.call(func() ([]otr3.ValidMessage, error) {
		if !e.conv.IsEncrypted() {
			return nil, ErrNotPrivate
		}
		return e.conv.Send(otr3.ValidMessage(text))
	})
}

func (e *engine) signal(s Signal) outcome {
	return e.call(func() ([]otr3.ValidMessage, error) {
		_, send, err := e.conv.UseExtraSymmetricKey(s.Usage, s.Data)
		return send, err
	})
}

func (e *engine) ask(question, secret string) outcome {
	return e.call(func() ([]otr3.ValidMessage, error) {
		return e.conv.StartAuthenticate(question, []byte(secret))
	})
}

func (e *engine) answer(secret string) outcome {
	return e.call(func() ([]otr3.ValidMessage, error) {
		return e.conv.ProvideAuthenticationSecret([]byte(secret))
	})
}

func (e *engine) abort() outcome { return e.call(e.conv.AbortAuthentication) }

func (e *engine) end() outcome { return e.call(e.conv.End) }

// session is what the engine believes: private or not, with whom, and which
// session. It is compared with what it was when the chat turned private.
func (e *engine) session() (s session) {
	if e.dead {
		return session{}
	}
	var err error
	defer func() {
		if err != nil {
			s = session{}
		}
	}()
	defer caught(&err)
	if key := e.conv.GetTheirKey(); key != nil {
		copy(s.theirs[:], key.Fingerprint())
	}
	s.ssid = e.conv.GetSSID()
	s.tag = e.conv.GetTheirInstanceTag()
	s.private = e.conv.IsEncrypted()
	return s
}

// session names what an exchange agreed on.
type session struct {
	private bool
	theirs  Fingerprint
	ssid    [8]byte
	tag     uint32
}
