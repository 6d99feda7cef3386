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

// Pid is the process of the own child.
func (n *Network) Pid() int { return n.child.cmd.Process.Pid }
