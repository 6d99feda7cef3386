package apart

import (
	"errors"

	"hushwing/tor"
)

// kind is what a message is.
type kind byte

// The messages. Who asks numbers the questions, from 1 upwards; each gets one
// of the answers with its number. A question for a Tor stands for that Tor
// afterwards.
const (
	// Questions: of the window to the opener, of the opener to the keeper.
	kindOpen   kind = iota + 1 // find or start a Tor: kindOpened or kindFailed, with kindProgress before
	kindDial                   // a connection to the Tor in session: kindSocket or kindFailed
	kindCancel                 // the question with this number is not of interest any more; no answer
	kindClose                  // the Tor with this number is not needed any more: kindDone
	kindPing                   // kindPong

	// Answers.
	kindProgress
	kindOpened
	kindFailed
	kindSocket // with a descriptor
	kindStatus // of a Tor, whenever it changes
	kindDone   // a Tor has ended
	kindPong

	// Of the opener to the keeper: to be started anew, with leave to reach one
	// more place.
	kindSuccessor
	// Of the keeper to the window: the way to an opener, with a descriptor.
	kindOpener
	// Of the keeper to the window: why it ends.
	kindFarewell
	// Of the window to the keeper: the opener does not answer.
	kindReplace
	// Of the window to the keeper: it is needed now.
	kindWake
)

// message has the fields of all kinds; which of them count depends on its kind.
type message struct {
	kind     kind
	id       uint32
	session  uint32        // kindDial
	only     *tor.Endpoint // kindOpen: set by hand
	bridges  []string      // kindOpen
	running  bool          // kindOpen: start none
	endpoint tor.Endpoint  // kindOpened, kindSuccessor
	managed  bool          // kindOpened
	progress tor.Progress  // kindProgress
	status   tor.Status    // kindOpened, kindStatus
	fault    fault         // kindFailed, kindFarewell
}

var errMessage = errors.New("apart: not a message")

// rights reports whether a descriptor comes with the message.
func (m *message) rights() bool { return m.kind == kindSocket || m.kind == kindOpener }

// fields writes or reads what follows the kind.
func (m *message) fields(c *coder) {
	c.uint32(&m.id)
	switch m.kind {
	case kindOpen:
		by := m.only != nil
		if c.flag(&by); by {
			if m.only == nil {
				m.only = &tor.Endpoint{}
			}
			c.endpoint(m.only)
		}
		c.texts(&m.bridges)
		c.flag(&m.running)
	case kindDial:
		c.uint32(&m.session)
	case kindCancel, kindClose, kindPing, kindPong, kindSocket, kindDone, kindOpener, kindReplace, kindWake:
	case kindProgress:
		c.progress(&m.progress)
	case kindOpened:
		c.endpoint(&m.endpoint)
		c.flag(&m.managed)
		c.status(&m.status)
	case kindFailed, kindFarewell:
		c.fault(&m.fault)
	case kindStatus:
		c.status(&m.status)
	case kindSuccessor:
		c.endpoint(&m.endpoint)
	default:
		c.bad = true
	}
}

func (m *message) encode() ([]byte, error) {
	c := coder{b: []byte{byte(m.kind)}}
	m.fields(&c)
	if c.bad || len(c.b) > maxMessage {
		return nil, errMessage
	}
	return c.b, nil
}

func decode(b []byte) (*message, error) {
	if len(b) == 0 || len(b) > maxMessage {
		return nil, errMessage
	}
	m := &message{kind: kind(b[0])}
	c := coder{reading: true, b: b[1:]}
	m.fields(&c)
	if c.bad || len(c.b) > 0 {
		return nil, errMessage
	}
	return m, nil
}
