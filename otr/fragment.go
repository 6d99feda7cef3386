package otr

import (
	"strconv"
	"strings"
	"time"
)

const (
	fragmentPrefix   = "?OTR|"
	fragmentPrefixV2 = "?OTR,"

	maxOpen     = 8               // messages that are being put together, for each chat
	fragmentAge = 2 * time.Minute // how long an unfinished one is kept
)

// fragment is one piece of a message (OTR v3, "Fragmentation").
type fragment struct {
	sender, receiver uint32
	k, n             int
	piece            string
}

// parseFragment reads "?OTR|sender|receiver,k,n,piece,".
func parseFragment(body string) (fragment, bool) {
	rest, ok := strings.CutPrefix(strings.TrimRight(body, " \t\r\n"), fragmentPrefix)
	if !ok || len(body) > maxBody {
		return fragment{}, false
	}
	parts := strings.Split(rest, ",")
	if len(parts) != 5 || parts[4] != "" || parts[3] == "" {
		return fragment{}, false
	}
	from, to, ok := strings.Cut(parts[0], "|")
	if !ok {
		return fragment{}, false
	}
	sender, ok1 := unsigned(from, 16, 8)
	receiver, ok2 := unsigned(to, 16, 8)
	k, ok3 := unsigned(parts[1], 10, 5)
	n, ok4 := unsigned(parts[2], 10, 5)
	f := fragment{uint32(sender), uint32(receiver), int(k), int(n), parts[3]}
	if !ok1 || !ok2 || !ok3 || !ok4 || f.sender < minTag || (f.receiver != 0 && f.receiver < minTag) ||
		f.k == 0 || f.k > f.n || f.n > 1<<16-1 {
		return fragment{}, false
	}
	return f, true
}

// unsigned reads digits alone: no sign, no prefix, no underscore.
func unsigned(s string, base, most int) (uint64, bool) {
	if len(s) == 0 || len(s) > most {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil
}

// assembly puts the pieces of messages together, one message at a time for
// each (address, tag).
type assembly struct{ open []*pieces }

type pieces struct {
	from   string
	sender uint32
	k, n   int
	text   strings.Builder
	used   time.Time
}

// add takes one piece and returns the whole message when it was the last one.
// Pieces come in order or not at all (OTR v3, "Fragmentation", receiving).
func (a *assembly) add(now time.Time, from string, f fragment) (whole string, done bool) {
	at := -1
	for i, p := range a.open {
		if p.from == from && p.sender == f.sender {
			at = i
		}
	}
	if f.k == 1 {
		if at < 0 {
			a.drop(a.oldest())
			a.open = append(a.open, nil)
			at = len(a.open) - 1
		}
		a.open[at] = &pieces{from: from, sender: f.sender, n: f.n}
	} else if at < 0 {
		return "", false
	}
	p := a.open[at]
	if f.n != p.n || f.k != p.k+1 || p.text.Len()+len(f.piece) > maxBody {
		a.drop(at)
		return "", false
	}
	p.k, p.used = f.k, now
	p.text.WriteString(f.piece)
	if p.k < p.n {
		return "", false
	}
	a.drop(at)
	return p.text.String(), true
}

// oldest returns which one has to go to make room, or -1.
func (a *assembly) oldest() int {
	if len(a.open) < maxOpen {
		return -1
	}
	at := 0
	for i, p := range a.open {
		if p.used.Before(a.open[at].used) {
			at = i
		}
	}
	return at
}

func (a *assembly) drop(at int) {
	if at >= 0 {
		a.open = append(a.open[:at], a.open[at+1:]...)
	}
}

// expire forgets what was never finished.
func (a *assembly) expire(now time.Time) {
	for i := len(a.open) - 1; i >= 0; i-- {
		if now.Sub(a.open[i].used) > fragmentAge {
			a.drop(i)
		}
	}
}
