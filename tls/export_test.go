package tls

import "time"

// SetTimes shortens the bounds; call the result to set them back.
func SetTimes(handshake, write time.Duration) func() {
	h, w := handshakeTime, writeTime
	handshakeTime, writeTime = handshake, write
	return func() { handshakeTime, writeTime = h, w }
}

// CountRoots says how many there are.
func CountRoots(r Roots) int {
	//lint:ignore SA1019 it is deprecated for pools of the system's alone
	return len(r.pool().Subjects())
}

// ParseRoots parses Mozilla's roots anew.
var ParseRoots = parseMozilla
