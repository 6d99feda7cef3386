package leak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Blow is what befalls a Tor.
type Blow struct {
	How  How
	Sort Sort          // for Replaced
	Hold time.Duration // how long it stays so
}

// How a Tor is hit.
type How int

// The ways.
const (
	Killed    How = iota // gone for a while, then started again
	Stopped              // stands still for a while (SIGSTOP)
	Restarted            // killed and started again at once
	Replaced             // killed; an impostor listens on its port for a while
	Hows
)

func (b Blow) String() string {
	switch b.How {
	case Killed:
		return fmt.Sprintf("killed for %v", b.Hold.Round(time.Millisecond))
	case Stopped:
		return fmt.Sprintf("stopped for %v", b.Hold.Round(time.Millisecond))
	case Restarted:
		return "restarted"
	}
	return fmt.Sprintf("replaced by %v for %v", b.Sort, b.Hold.Round(time.Millisecond))
}

// RandomBlow takes one.
func RandomBlow(r *rand.Rand, how How, longest time.Duration) Blow {
	const least = 300 * time.Millisecond
	return Blow{How: how, Sort: Sort(r.IntN(int(Sorts))), Hold: least + time.Duration(r.Int64N(int64(longest-least)))}
}

// Struck is what came of a blow.
type Struck struct {
	Done  time.Time // when Tor was connected to its network again
	Asked int       // connections that an impostor was asked for
}

// Strike hits the box's Tor and mends it. It returns when Tor is connected to its
// network again.
func (b *Box) Strike(ctx context.Context, blow Blow) (s Struck, err error) {
	hold := func() {
		select {
		case <-time.After(blow.Hold):
		case <-ctx.Done():
		}
	}
	switch blow.How {
	case Stopped:
		if err := b.StopTor(); err != nil {
			return s, err
		}
		hold()
		if err := b.ContinueTor(); err != nil {
			return s, err
		}
	case Killed:
		b.KillTor()
		hold()
		err = b.StartTor(ctx)
	case Restarted:
		b.KillTor()
		err = b.StartTor(ctx)
	case Replaced:
		b.KillTor()
		i, err := b.Impersonate(blow.Sort)
		if err != nil {
			return s, err
		}
		hold()
		i.Close()
		s.Asked = i.Asked
		if err := b.StartTor(ctx); err != nil {
			return s, err
		}
	}
	if err == nil {
		err = b.TorDone(ctx)
	}
	s.Done = time.Now()
	return s, err
}
