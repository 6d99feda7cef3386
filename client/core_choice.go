package client

import (
	"strings"
	"time"

	"hushwing/config"
	"hushwing/tor"
)

// torChosen is the answer to UseTor, with Tor's folder free for the next one.
type torChosen struct {
	id  CommandID
	set config.TorSettings
	err error
}

// useTor writes down how Tor is to be reached, and lets go of the present one.
func (k *core) useTor(m UseTor) {
	set, err := torSettings(m)
	switch {
	case k.store == nil:
		k.refuse(m.ID, Problem{Cause: TorStopped, Retry: RetryNow})
		return
	case err != nil:
		k.refuse(m.ID, problemOf(err))
		return
	}
	store := k.store
	k.job(func() any {
		_, err := store.Modify(func(p *config.Profile) error { p.Settings.Tor = set; return nil })
		return torChosen{m.ID, set, err}
	})
}

// torSettings reads what the user typed. With both, the one set by hand could
// not be made to use the bridges: that is refused rather than guessed at.
func torSettings(m UseTor) (config.TorSettings, error) {
	var set config.TorSettings
	if hand := strings.TrimSpace(m.Hand); hand != "" {
		e, err := tor.ByHand(hand)
		if err != nil {
			return set, err
		}
		set.Hand = e.String()
	}
	bridges, err := tor.ParseBridges(m.Bridges)
	if err != nil {
		return set, err
	}
	if set.Hand != "" && len(bridges) > 0 {
		return set, errHandAndBridges
	}
	set.Bridges = bridges
	return set, nil
}

func (k *core) torChosen(m torChosen) {
	if m.err != nil {
		k.refuse(m.id, problemOf(m.err))
		return
	}
	k.tellChoice()
	k.done(m.id)
	k.torBad = 0
	if k.torTry != nil { // openTor follows once it has given up
		k.torAgain = true
		k.torTry()
		return
	}
	k.dropTor()
}

// dropTor lets go of the present Tor, and looks for one when it has ended.
func (k *core) dropTor() {
	n := k.tor
	k.tor = nil
	if n == nil {
		k.openTor()
		return
	}
	for _, r := range k.accounts {
		r.box.put(torLost{})
	}
	if k.store != nil {
		k.emit(TorChanged{State: TorLooking})
	}
	k.torNext = time.Time{}
	k.closeTor(n)
}

// closeTor closes a Tor off this goroutine, whatever becomes of the profile. None
// is looked for before it has ended: two of our own cannot share their folder.
func (k *core) closeTor(n *tor.Network) {
	k.torEnding++
	k.jobs.Add(1)
	go func() {
		defer k.jobs.Done()
		_ = n.Close()
		k.box.put(torDropped{})
	}()
}

// torDropped: the Tor that we let go of has ended.
type torDropped struct{}

// tellChoice says how the user wants Tor reached.
func (k *core) tellChoice() {
	set := k.store.View().Settings.Tor
	k.emit(TorChosen{Hand: set.Hand, Bridges: set.Bridges})
}

// choose puts the user's choice into the options for tor.Open.
func choose(o tor.Options, set config.TorSettings) (tor.Options, error) {
	if set.Hand != "" {
		e, err := tor.ByHand(set.Hand)
		if err != nil {
			return o, err
		}
		o.Only = &e
	}
	o.Bridges = set.Bridges
	return o, nil
}
