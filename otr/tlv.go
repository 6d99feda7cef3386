package otr

import "bytes"

// The types of TLV records that carry an SMP message's numbers (OTR v3,
// "Type/Length/Value Records").
const (
	tlvSMP1         = 2
	tlvSMP4         = 5
	tlvSMP1Question = 7
)

// mostNumbers is how many an SMP message has at most (the second one).
const mostNumbers = 11

// bearable reports whether the engine can be given an opened message. It makes
// room for as many numbers as an SMP message claims to have before it looks for
// them, and computes with them whatever their size.
func bearable(plain []byte) bool {
	_, rest, found := bytes.Cut(plain, []byte{0})
	if !found {
		return true
	}
	for len(rest) >= 4 {
		r := reader{rest: rest}
		kind := r.short()
		value := r.take(int(r.short()))
		if r.bad {
			return true // cut off: the engine takes none that is
		}
		rest = r.rest
		if kind == tlvSMP1Question {
			_, value, _ = bytes.Cut(value, []byte{0})
			kind = tlvSMP1
		}
		if kind < tlvSMP1 || kind > tlvSMP4 {
			continue
		}
		if !bearableNumbers(value) {
			return false
		}
	}
	return true
}

func bearableNumbers(value []byte) bool {
	r := reader{rest: value}
	n := r.word()
	if n > mostNumbers {
		return false
	}
	for range n {
		r.data(groupSize)
	}
	return !r.bad
}
