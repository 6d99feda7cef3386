package config

import (
	"slices"
	"time"

	"hushwing/otr"
)

// The bounds of the queue. A change that goes beyond one of them is refused
// with ErrQueueFull; one that only takes away never is.
const (
	MaxTexts     = 1000    // outgoing, incoming and drafts together
	MaxTextBytes = 4 << 20 // of their texts together

	// Drafts are kept within less, so that they leave room for what is sent.
	MaxDrafts     = 500
	MaxDraftBytes = 1 << 20
)

// SeenFor is how long the hash of an opened message is remembered. Older ones
// are dropped at each change of the queue, and the oldest beyond MaxSeen.
const (
	SeenFor = 30 * 24 * time.Hour
	MaxSeen = 20_000
)

// Queue is what is on its way. Values handed out by a Store are deep copies.
// Nothing in it prints.
type Queue struct {
	Outgoing []Outgoing
	Incoming []Incoming
	Seen     []Seen
	Drafts   []Draft
}

// Outgoing is a text of ours that its reader has not confirmed.
type Outgoing struct {
	ID      string // ours, random: NewID
	Account string // Account.ID
	Peer    string // bare address
	Text    string
	Written time.Time
	Key     otr.Fingerprint // written for this key; zero: none was known then
	State   string          // the client's word for how far it has come
	IDs     []otr.ID        // every sealing of it, for acknowledgements
}

// Incoming is a text that was received and not yet shown.
type Incoming struct {
	ID       string
	Account  string
	Peer     string
	Text     string
	Received time.Time
	Clear    bool // came unencrypted
	Key      otr.Fingerprint
}

// Seen is the hash of a message that was opened, to tell a repetition.
type Seen struct {
	ID   otr.ID
	When time.Time
}

// Draft is a text that was begun.
type Draft struct{ Account, Peer, Text string }

// Clone returns a deep copy.
func (q Queue) Clone() Queue {
	q.Outgoing = cloneEach(q.Outgoing, Outgoing.Clone)
	q.Incoming = slices.Clone(q.Incoming)
	q.Seen = slices.Clone(q.Seen)
	q.Drafts = slices.Clone(q.Drafts)
	return q
}

// Clone returns a deep copy.
func (o Outgoing) Clone() Outgoing {
	o.IDs = slices.Clone(o.IDs)
	return o
}

// size returns how many texts the queue holds and their bytes.
func (q Queue) size() (texts, bytes int) {
	for _, o := range q.Outgoing {
		bytes += len(o.Text)
	}
	for _, i := range q.Incoming {
		bytes += len(i.Text)
	}
	for _, d := range q.Drafts {
		bytes += len(d.Text)
	}
	return len(q.Outgoing) + len(q.Incoming) + len(q.Drafts), bytes
}

// draftSize returns how many drafts there are and their bytes.
func (q Queue) draftSize() (drafts, bytes int) {
	for _, d := range q.Drafts {
		bytes += len(d.Text)
	}
	return len(q.Drafts), bytes
}

// prune drops the hashes that are older than SeenFor, or too many.
func (q *Queue) prune(now time.Time) {
	q.Seen = slices.DeleteFunc(q.Seen, func(s Seen) bool { return now.Sub(s.When) > SeenFor })
	if extra := len(q.Seen) - MaxSeen; extra > 0 {
		slices.SortStableFunc(q.Seen, func(a, b Seen) int { return a.When.Compare(b.When) })
		q.Seen = slices.Delete(q.Seen, 0, extra)
	}
}
