package client

import "time"

// SetQuietPause changes how long an account waits before it looks whether a
// server's key from before is back; call the result to set it back.
func SetQuietPause(d time.Duration) func() {
	was := quietPause.Swap(int64(d))
	return func() { quietPause.Store(was) }
}
