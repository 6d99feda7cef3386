package client

import (
	"slices"
	"time"

	"hushwing/config"
)

// How long a draft may be in memory alone: it is written when nothing has been
// typed for a moment, or has been typed on for a while.
const (
	draftPause = time.Second
	draftWait  = 3 * time.Second
)

// maxDraft bounds a draft, in bytes: the disk takes no longer one. What is longer
// stays with the screen, and what was kept before stays kept.
const maxDraft = 60 << 10

// drafts are those that the disk does not know yet, by bare address.
type drafts map[string]*begun

// begun is a draft on its way to the disk.
type begun struct {
	text         string
	since, until time.Time // of the first and the last change that is not on disk
}

func (d drafts) forget(peer string) { delete(d, peer) }

// saveDraft remembers what stands in a composer. The disk follows.
func (a *account) saveDraft(m SaveDraft) {
	if a.chat(m.Peer.Address) == nil || len(m.Text) > maxDraft {
		return
	}
	now := time.Now()
	d := a.drafts[m.Peer.Address]
	if d == nil {
		d = &begun{since: now}
		a.drafts[m.Peer.Address] = d
	}
	d.text, d.until = m.Text, now
}

// saveDrafts writes those down whose time has come. With them go all others: they
// cost nothing more.
func (a *account) saveDrafts(now time.Time) {
	due := false
	for _, d := range a.drafts {
		due = due || now.Sub(d.until) >= draftPause || now.Sub(d.since) >= draftWait
	}
	if !due {
		return
	}
	a.writeDrafts()
}

// writeDrafts writes all of them down.
func (a *account) writeDrafts() {
	if len(a.drafts) == 0 {
		return
	}
	for peer, d := range a.drafts {
		// one that does not fit fails alone, and stays with the screen
		a.saveQueue(func(q *config.Queue) error { setDraft(q, a.id, peer, d.text); return nil }, nil)
	}
	a.drafts = drafts{}
}

// setDraft puts a draft in place of the one that there was.
func setDraft(q *config.Queue, account, peer, text string) {
	q.Drafts = slices.DeleteFunc(q.Drafts, func(d config.Draft) bool { return d.Account == account && d.Peer == peer })
	if text != "" {
		q.Drafts = append(q.Drafts, config.Draft{Account: account, Peer: peer, Text: text})
	}
}
