package client

import (
	"slices"
	"time"

	"hushwing/config"
)

// The bounds of what can be taken back: how long, and how many texts of an
// account. They are in memory only.
const (
	undoTime = time.Minute
	mostUndo = 1000
)

// discarded is a text that the user discarded a moment ago.
type discarded struct {
	*outText
	at time.Time
}

// keepDiscarded remembers a text for RestoreText.
func (a *account) keepDiscarded(o *outText) {
	a.discards = append(a.discards, discarded{o, time.Now()})
	a.discards = a.discards[max(0, len(a.discards)-mostUndo):]
}

// forgetDiscarded forgets those that cannot be taken back any more.
func (a *account) forgetDiscarded(now time.Time) {
	a.discards = slices.DeleteFunc(a.discards, func(d discarded) bool { return now.Sub(d.at) > undoTime })
}

// mayHaveArrived reports whether a text was under way once, and nobody has said
// what became of it.
func (o *outText) mayHaveArrived() bool {
	return len(o.IDs) > 0 && (o.problem == nil || o.problem.Cause != Bounced)
}

// restoreText takes a DiscardText back. The text is as it was: it waits where it
// stood, for the key that it was written for, and what names its earlier
// sealings is known, so that it is announced as a repetition.
func (a *account) restoreText(m RestoreText) {
	c := a.chat(m.Peer.Address)
	i := slices.IndexFunc(a.discards, func(d discarded) bool { return d.chat == c && d.ID == m.Message })
	if c == nil || i < 0 {
		a.refuse(m.ID, Problem{Cause: TooLate})
		return
	}
	o := a.discards[i].outText
	a.discards = slices.Delete(a.discards, i, i+1)
	o.sealedIn, o.stanzas, o.sent = nil, nil, nil
	o.had, o.overtaken = time.Time{}, time.Time{}
	later := func(x config.Outgoing) bool {
		return x.Account == o.Account && x.Peer == o.Peer && x.Written.After(o.Written)
	}
	a.saveQueue(func(q *config.Queue) error {
		at := slices.IndexFunc(q.Outgoing, later)
		if at < 0 {
			at = len(q.Outgoing)
		}
		q.Outgoing = slices.Insert(q.Outgoing, at, o.Clone())
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		if !a.has(c) {
			a.refuse(m.ID, Problem{Cause: NoSuchContact})
			return
		}
		at := slices.IndexFunc(a.out, func(x *outText) bool { return later(x.Outgoing) })
		if at < 0 {
			at = len(a.out)
		}
		a.out = slices.Insert(a.out, at, o)
		a.emit(MessageAdded{ID: m.ID, Message: o.message()})
		a.seek(c)
		a.sendWaiting(c)
		a.update(c)
	})
}
