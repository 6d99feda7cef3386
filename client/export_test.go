package client

import "time"

// SetQuietPause changes how long an account waits before it looks whether a
// server's key from before is back; call the result to set it back.
func SetQuietPause(d time.Duration) func() {
	was := quietPause.Swap(int64(d))
	return func() { quietPause.Store(was) }
}

// SetProbeTime changes how long a server has to answer after sleep; call the
// result to set it back.
func SetProbeTime(d time.Duration) func() {
	was := probeTime.Swap(int64(d))
	return func() { probeTime.Store(was) }
}

// Sleep makes all accounts believe that the computer has slept for d.
func Sleep(d time.Duration) { wallAhead.Add(int64(d)) }

// Slow tells whether the race detector is built in.
const Slow = slow
