package client

import (
	"bytes"
	"crypto/sha512"
	"encoding/binary"
	"fmt"

	"hushwing/otr"
)

// SafetyGroups is how many groups of five digits a safety code has.
const SafetyGroups = 8

// safetyRounds is how often a safety code is hashed.
//
// Somebody who sits in between chooses two keys, one for each side, and looks for
// a pair with which both screens show the same. Eight groups of five digits are 133
// bits, so that a pair is among some 2^66 of each; a key costs them one
// multiplication, so what a try costs is what the hash costs. 2^14 rounds (Signal
// takes 5200) make it 2^80 in all, for a few milliseconds here.
const safetyRounds = 1 << 14

// SafetyCode returns what two people compare side by side: groups of five digits
// that depend on both keys and on nothing else, the same whichever of the two comes
// first. It takes some milliseconds.
//
// It is SHA-512 of a title and both fingerprints, the smaller one first, then 2^14
// times of the result and the fingerprints; of that, five bytes for each group, as a
// big-endian number modulo 100,000.
func SafetyCode(a, b otr.Fingerprint) [SafetyGroups]string {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	both := append(a[:], b[:]...)
	sum := sha512.Sum512(append([]byte("Hushwing safety code 1\x00"), both...))
	block := make([]byte, len(sum)+len(both))
	copy(block[len(sum):], both)
	for range safetyRounds {
		copy(block, sum[:])
		sum = sha512.Sum512(block)
	}
	var out [SafetyGroups]string
	for i := range out {
		five := append(make([]byte, 3, 8), sum[i*5:i*5+5]...)
		out[i] = fmt.Sprintf("%05d", binary.BigEndian.Uint64(five)%100_000)
	}
	return out
}
