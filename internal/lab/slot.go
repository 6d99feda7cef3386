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

// warmFor is how long a network's documents are of use after it was stopped. Tor
// takes a consensus for "reasonably live" until a day after its end.
const warmFor = 20 * time.Hour

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
	i, err := os.Stat(s.path("auth1", "cached-consensus"))
	return err == nil && time.Since(i.ModTime()) < warmFor
}

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
