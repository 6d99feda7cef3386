package leak

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Verdict is what the recorders have seen so far.
type Verdict struct {
	Guilty  int      // packets, and what was handed to somebody who is no Tor
	Packets []Packet // the first of them
	ToTor   int      // packets between programs and a port of Tor's
	Network int      // packets between Tor and the relays
	Strange int      // connections to relays by a process that was gone before it was asked; nothing passed
}

func (v Verdict) String() string {
	s := fmt.Sprintf("%d guilty packets (%d to and from Tor's port, %d of Tor's own)", v.Guilty, v.ToTor, v.Network)
	for _, p := range v.Packets {
		s += "\n  " + p.String()
	}
	return s
}

// Mark says what goes on from now on, for the packets that are seen.
func (b *Box) Mark(during string) {
	b.record.mu.Lock()
	defer b.record.mu.Unlock()
	b.record.during = during
}

// hand notes that somebody gave a connection to one who must not have it.
func (b *Box) hand(p Packet) {
	b.record.mu.Lock()
	p.At, p.During = time.Now(), b.record.during
	b.record.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handed = append(b.handed, p)
}

// Verdict waits until the recorders have read all there is, holds what they
// read against the kernel's own counts, and tells. An error means that the
// record cannot be trusted.
func (b *Box) Verdict() (Verdict, error) {
	r := b.record
	var err error
	time.Sleep(200 * time.Millisecond) // the doors may be asking still whose a connection is
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err = b.complete(); err == nil || time.Now().After(end) {
			break
		}
	}
	r.mu.Lock()
	v := Verdict{Guilty: r.counts[Guilty], ToTor: r.counts[ToTor], Network: r.counts[Network]}
	v.Packets = append(v.Packets, r.guilty...)
	for _, x := range r.flows {
		if !x.known { // it came to no connection that the door could have seen
			v.Guilty += x.packets
			v.Network -= x.packets
			v.Packets = append(v.Packets, x.first)
		}
	}
	r.mu.Unlock()
	b.mu.Lock()
	v.Guilty += len(b.handed)
	v.Packets = append(v.Packets, b.handed...)
	v.Strange = b.strange
	b.mu.Unlock()
	return v, err
}

// complete holds the record against the kernel's counts: the recorders must
// have seen as much as was sent until now, and no more.
func (b *Box) complete() error {
	r := b.record
	for _, fd := range []int{r.inside, r.beyond} {
		s, err := unix.GetsockoptTpacketStats(fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
		if err != nil {
			return fmt.Errorf("leak: %w", err)
		}
		r.mu.Lock()
		r.lost += int(s.Drops) // the kernel begins anew each time
		r.mu.Unlock()
	}
	before := r.seen()
	sent, err := b.counters()
	if err != nil {
		return err
	}
	if len(sent) != 2 {
		return fmt.Errorf("leak: the box has other interfaces by now: %v", sent)
	}
	for i, name := range []string{"lo", "out0"} {
		switch s := sent[name]; {
		case s.dropped > 0:
			return fmt.Errorf("leak: %d packets were dropped on %s before anybody could read them", s.dropped, name)
		case before[i] > s.packets:
			return fmt.Errorf("leak: the recorders saw %d packets on %s, and the kernel counts %d", before[i], name, s.packets)
		}
	}
	for range 50 {
		if now := r.seen(); now[0] >= sent["lo"].packets && now[1] >= sent["out0"].packets {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.lost > 0 {
				return fmt.Errorf("leak: the recorders lost %d packets", r.lost)
			}
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("leak: the recorders saw %v packets on lo and out0, and the kernel counts %v", r.seen(), sent)
}

// seen is how many packets were read from lo and from out0.
func (r *recorder) seen() [2]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return [2]int{r.seenLo, r.seenIn}
}

// count is what the kernel says of an interface.
type count struct{ packets, dropped int }

// counters are the packets that each interface of the box has sent, as the
// kernel counted them.
func (b *Box) counters() (map[string]count, error) {
	all := map[string]count{}
	err := b.in(func() error {
		text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/net/dev", unix.Gettid()))
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			name, rest, ok := strings.Cut(line, ":")
			f := strings.Fields(rest)
			if !ok || len(f) < 12 {
				continue
			}
			// eight columns of what was received, then bytes, packets, errors, drops
			packets, err := strconv.Atoi(f[9])
			dropped, err2 := strconv.Atoi(f[11])
			if err = errors.Join(err, err2); err != nil {
				return err
			}
			all[strings.TrimSpace(name)] = count{packets, dropped}
		}
		return nil
	})
	return all, err
}
