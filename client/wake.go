package client

import (
	"sync/atomic"
	"time"
)

// sleeper notices that the computer has slept. It is asked at every tick.
type sleeper struct {
	wall time.Time     // without its monotonic reading
	ran  time.Duration // what the monotonic clock said
	set  bool
}

// asleep is how much may be missing between two ticks before it counts as sleep:
// more than a busy computer takes, and less than a server's patience.
const asleep = 10 * time.Second

// slept takes the two clocks of a tick and reports whether the computer has slept
// since the last one. Where the monotonic clock stops in sleep (Linux, macOS) the
// wall clock runs ahead of it; where it goes on (Windows), ticks are missing. A
// clock that somebody puts forward looks like sleep and costs a question to the
// server; one that is put back is nothing.
func (s *sleeper) slept(wall time.Time, ran time.Duration) bool {
	wall = wall.Round(0)
	before := *s
	*s = sleeper{wall, ran, true}
	return before.set && (wall.Sub(before.wall)-(ran-before.ran) > asleep || ran-before.ran > asleep)
}

// probeTime is how long, in nanoseconds, a server has to answer after sleep.
// Only tests change it. To be wrong costs a connection, over which all goes on.
var probeTime atomic.Int64

func init() { probeTime.Store(int64(8 * time.Second)) }

// wallAhead is by how many nanoseconds the wall clock has jumped ahead of the one
// that runs. Only tests change it.
var wallAhead atomic.Int64

func (a *account) slept(now time.Time) bool {
	return a.sleeper.slept(now.Add(time.Duration(wallAhead.Load())), now.Sub(a.began))
}

// awoken says that the computer has slept. Whatever the account waited for has
// waited long enough, and whatever it had may be gone without a word.
type awoken struct{}
