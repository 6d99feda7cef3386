package chaos

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Order is one line to a program: a command of client's.
type Order struct {
	Do                                 string
	ID                                 uint64
	Peer, Text, Password, Domain, Host string
	Name                               string
	Port                               uint16
	Form                               uint64
}

// Report is one line from a program: an event of client's, as far as it matters
// here.
type Report struct {
	What    string
	At      time.Time
	Command uint64 // that it answers
	ID      string // of a message
	Peer    string
	Text    string
	Mine    bool
	Clear   bool
	Kept    bool // from the Snapshot
	State   int  // of the profile, Tor or the account; the protection; the mark; the note
	Cause   int
	Detail  string
}

func (r Report) String() string {
	s := fmt.Sprintf("%s %s %d", clock(r.At), r.What, r.State)
	if r.Mine {
		s += " mine"
	}
	if r.Kept {
		s += " kept"
	}
	if r.Clear {
		s += " CLEAR"
	}
	if r.Peer != "" {
		s += " " + r.Peer
	}
	if r.ID != "" {
		s += " " + r.ID
	}
	if r.Text != "" {
		s += fmt.Sprintf(" %q", r.Text)
	}
	if r.Cause != 0 || r.Detail != "" {
		s += fmt.Sprintf(" cause %d %s", r.Cause, r.Detail)
	}
	return s
}

// Marker begins each numbered text. It must be nowhere but on the two screens.
const Marker = "kestrel-over-the-fen"

// numbered is text n of a ledger.
func numbered(name string, n int) string { return fmt.Sprintf("%s, %s, %d", Marker, name, n) }

// number reads what numbered wrote.
func number(name, text string) (n int, ok bool) {
	rest, ok := strings.CutPrefix(text, Marker+", "+name+", ")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil
}
