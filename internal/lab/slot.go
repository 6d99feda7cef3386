package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hushwing/internal/lab/scratch"
)

// slot is a loopback prefix and the folder with the Tor network that is kept for
// it. Addresses are in the keys and documents, so the two belong together.
type slot struct {
	net  string // "127.N"
	dir  string
	lock *os.File
	dns  *nameServer
}

// takeSlot takes a network of the pool that is free, the one used last first,
// or adds one.
func takeSlot(pool string) (*slot, error) {
	if err := os.MkdirAll(pool, 0o700); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	kept, err := filepath.Glob(filepath.Join(pool, "127.*"))
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	age := func(dir string) time.Duration {
		i, err := os.Stat(filepath.Join(dir, warmMark))
		if err != nil {
			return 1 << 62
		}
		return time.Since(i.ModTime())
	}
	slices.SortStableFunc(kept, func(a, b string) int {
		switch x, y := age(a), age(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for _, dir := range kept {
		s, err := openSlot(dir)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, errSlotTaken) {
			return nil, err
		}
	}
	for range 100 {
		// Below 190: 127.192.0.0/10 is where Tor maps virtual addresses to.
		dir := filepath.Join(pool, fmt.Sprintf("127.%d", 10+rand.IntN(180)))
		if _, err := os.Stat(dir); err == nil {
			continue
		}
		s, err := openSlot(dir)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, errSlotTaken) {
			return nil, err
		}
	}
	return nil, errors.New("lab: no free loopback prefix")
}

var errSlotTaken = errors.New("lab: this network is in use")

func openSlot(dir string) (*slot, error) {
	_, statErr := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	lock, err := scratch.TryLock(filepath.Join(dir, "lock"))
	if errors.Is(err, scratch.ErrLocked) {
		return nil, errSlotTaken
	}
	if err != nil {
		return nil, fmt.Errorf("lab: lock %s: %w", dir, err)
	}
	s := &slot{net: filepath.Base(dir), dir: dir, lock: lock}
	if s.dns, err = listenDNS(s.net + ".0.53:5353"); err != nil {
		if statErr != nil {
			os.RemoveAll(dir) // was made just now, for nothing
		}
		lock.Close()
		return nil, errSlotTaken // somebody's lab with another pool
	}
	return s, nil
}

func (s *slot) close() {
	s.dns.close()
	s.lock.Close()
}

// warmMark is written when a network has worked with what is in its folder.
const warmMark = "warm"

func (s *slot) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// warm reports whether the network can go on with what it has.
func (s *slot) warm() bool {
	if _, err := os.Stat(s.path(warmMark)); err != nil {
		return false
	}
	consensus, err := os.ReadFile(s.path("auth1", "cached-consensus"))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(consensus), "\nvalid-after ")
	line, _, _ := strings.Cut(rest, "\n")
	made, err := time.Parse(time.DateTime, line)
	return err == nil && period(made) == period(time.Now().Add(longTest))
}

// longTest is longer than a test with a lab takes.
const longTest = 15 * time.Minute

// period is the number of the time period of onion services (rend-spec-v3,
// "Client behavior": in a testing network it is as long as 24 voting intervals,
// and begins half of that after the day does). A client that still has the
// consensus of an earlier period and a service that has the next one look for
// each other in vain, so a network of an earlier period starts cold.
func period(t time.Time) int64 { return (t.Unix() - 12*voting) / (24 * voting) }

// cool forgets everything but the authorities' keys, which take long to make.
func (s *slot) cool() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	for _, e := range entries {
		dir := s.path(e.Name())
		switch {
		case e.Name() == "lock":
		case strings.HasPrefix(e.Name(), "auth"):
			inner, err := os.ReadDir(dir)
			if err != nil {
				return fmt.Errorf("lab: %w", err)
			}
			for _, f := range inner {
				if f.Name() == "keys" {
					continue
				}
				if err := os.RemoveAll(filepath.Join(dir, f.Name())); err != nil {
					return fmt.Errorf("lab: %w", err)
				}
			}
		default:
			if err := os.RemoveAll(dir); err != nil {
				return fmt.Errorf("lab: %w", err)
			}
		}
	}
	return nil
}
