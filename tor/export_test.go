package tor

import "time"

// SetDialTimes shortens the bounds of Dial; call the result to set them back.
func SetDialTimes(clear, onion time.Duration) func() {
	c, o := dialTime, onionTime
	dialTime, onionTime = clear, onion
	return func() { dialTime, onionTime = c, o }
}

// SetProbeTime shortens the bound of a probe; call the result to set it back.
func SetProbeTime(d time.Duration) func() {
	old := probeTime
	probeTime = d
	return func() { probeTime = old }
}

// SetTellTime shortens the bound of the proof before a dial; call the result to
// set it back.
func SetTellTime(d time.Duration) func() {
	old := tellTime
	tellTime = d
	return func() { tellTime = old }
}

// SetWatchTimes makes a Status look more often; call the result to set it back.
func SetWatchTimes(control, check, proof, trouble time.Duration) func() {
	a, b, c, d := controlTime, checkTime, proofTime, troubleTime
	controlTime, checkTime, proofTime, troubleTime = control, check, proof, trouble
	return func() { controlTime, checkTime, proofTime, troubleTime = a, b, c, d }
}

// SetBridgeTime shortens how long is waited after each bridge has failed; call
// the result to set it back.
func SetBridgeTime(d time.Duration) func() {
	old := bridgeTime
	bridgeTime = d
	return func() { bridgeTime = old }
}

// Pid is the process of the own child.
func (n *Network) Pid() int { return n.child.cmd.Process.Pid }
