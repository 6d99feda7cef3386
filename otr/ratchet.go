package otr

// ratchet is what the opened messages of a conversation say about the other
// side's D-H keys, enough to tell whose a message is without trying: a sender
// announces one next key for as long as it uses one key.
type ratchet struct {
	key  uint32 // the latest sender key id, 0: none yet
	next [32]byte
	past [32]byte // what was announced with key-1
}

type judgement uint8

const (
	unknown judgement = iota
	belongs
	foreign
)

func (r *ratchet) judge(m message) judgement {
	var announced [32]byte
	switch {
	case r.key != 0 && m.senderKey == r.key:
		announced = r.next
	case r.key != 0 && m.senderKey == r.key-1:
		announced = r.past
	}
	switch announced {
	case [32]byte{}:
		return unknown
	case m.next:
		return belongs
	}
	return foreign
}

func (r *ratchet) opened(m message) {
	switch m.senderKey {
	case r.key:
	case r.key + 1:
		r.key, r.past, r.next = m.senderKey, r.next, m.next
	default:
		if m.senderKey > r.key {
			r.key, r.past, r.next = m.senderKey, [32]byte{}, m.next
		}
	}
}
