package client

import (
	"cmp"
	"errors"
	"maps"
	"runtime/debug"
	"time"

	"hushwing/config"
)

// The bounds of locking. A stream takes two seconds for its good-bye at most.
const (
	lockPatience    = 2500 * time.Millisecond
	destroyPatience = 500 * time.Millisecond // the key is gone by then; nobody is to wait
	jobPatience     = time.Second
)

// torFolder is where our own Tor keeps its data, in the profile's folder.
const torFolder = "tor"

// lock closes the profile and forgets what was in it.
func (k *core) lock() {
	switch {
	case k.opening:
		k.after = Lock{}
		return
	case k.store == nil:
		return
	}
	k.closeProfile(lockPatience)
	k.emit(TorChanged{State: TorIdle})
	k.emit(ProfileChanged{State: ProfileLocked})
}

// closeProfile ends all that belongs to an open profile, in an order in which
// nothing is lost: the accounts say good-bye and write down what they have, what
// is under way is broken off, and last the profile is closed. What does not end
// in time is left to itself: it reaches neither the screen nor the disk any more.
func (k *core) closeProfile(patience time.Duration) {
	began := time.Now()
	k.closeAccounts(patience)
	s := k.sitting
	s.stop()
	for id := range maps.Clone(k.forms) {
		k.dropForm(id)
	}
	soon := make(chan struct{})
	go func() {
		s.jobs.Wait()
		close(soon)
	}()
	wait(soon, max(patience-time.Since(began), jobPatience))
	s.silence()

	// What was brought meanwhile: an address that was made may not be lost. What
	// the user has asked for since comes after.
	var rest []any
	for _, m := range append(k.waiting, k.box.take()...) {
		if later(m) {
			rest = append(rest, m)
		} else {
			k.tooLate(m)
		}
	}
	k.waiting = rest

	_ = k.store.Close()
	k.store, k.sitting = nil, nil
	k.letTorGo()
	go debug.FreeOSMemory() // what was in use a moment ago does not stay about
}

// later reports whether a message outlives the profile that was open when it came.
func later(m any) bool {
	switch m.(type) {
	case Command, torOpened, torDropped:
		return true
	}
	return false
}

// wait reports whether c was closed in time.
func wait(c <-chan struct{}, patience time.Duration) bool {
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-c:
		return true
	case <-t.C:
		return false
	}
}

// closeAccounts ends the accounts; with no patience it waits for as long as they take.
func (k *core) closeAccounts(patience time.Duration) {
	for _, r := range k.accounts {
		r.stop()
	}
	end := time.Now().Add(patience)
	for _, r := range k.accounts {
		if patience == 0 {
			<-r.ended
		} else {
			wait(r.ended, time.Until(end))
		}
	}
	k.accounts = map[string]*running{}
	k.count.Store(0)
}

// letTorGo lets go of Tor, or of the search for one. What a Tor of ours was told,
// bridges for one, goes with it.
func (k *core) letTorGo() {
	k.torNext, k.torGone, k.torBad, k.proving = time.Time{}, time.Time{}, 0, false
	if k.torTry != nil {
		k.torTry()
		k.torAgain = true // torOpened closes what was found after all
	}
	if n := k.tor; n != nil {
		k.tor = nil
		k.closeTor(n)
	}
}

// destroy destroys the profile: its key before anything else.
func (k *core) destroy(id CommandID) {
	if k.opening {
		k.after = DestroyProfile{ID: id}
		return
	}
	open := k.store != nil
	if open {
		_ = k.store.DestroyKey() // Destroy tries again, and tells
		k.closeProfile(destroyPatience)
		k.emit(TorChanged{State: TorIdle})
	}
	var err error
	state, lookErr := config.Look(k.opts.Dir)
	if open || lookErr != nil || state != config.NoProfile { // else what is there is not ours
		err = config.Destroy(k.opts.Dir, torFolder)
		state, lookErr = config.Look(k.opts.Dir)
	}
	// A folder may be no good for a profile, and empty all the same.
	if state != config.NoProfile || err != nil && lookErr != nil {
		k.look()
		k.refuse(id, problemOf(cmp.Or(err, lookErr, config.ErrDisk)))
		return
	}
	k.destroyed = true
	k.emit(ProfileChanged{State: ProfileNone})
	k.done(id)
}

// torDropped: a Tor has ended. What it still wrote into the folder of a profile
// that was destroyed goes too.
func (k *core) torDropped() {
	k.torEnding--
	if k.destroyed && k.torEnding == 0 && k.store == nil && !k.opening {
		_ = config.Destroy(k.opts.Dir, torFolder)
	}
	k.openTor()
}

// passwordChanged is the answer to ChangePassword.
type passwordChanged struct {
	id  CommandID
	err error
}

// changePassword takes the profile to another password, off this goroutine: it
// takes two seconds.
func (k *core) changePassword(m ChangePassword) {
	store := k.store
	if store == nil {
		k.refuse(m.ID, problemOf(config.ErrClosed))
		return
	}
	k.job(func() any { return passwordChanged{m.ID, store.ChangePassword(m.Old, m.Fresh)} })
}

// passwordChanged tells what came of it. Where the disk cannot say which password
// holds nothing can be written any more, and only opening it again tells.
func (k *core) passwordChanged(m passwordChanged) {
	if m.err == nil {
		k.done(m.id)
		return
	}
	k.refuse(m.id, problemOf(m.err))
	if errors.Is(m.err, config.ErrUnsure) {
		k.lock()
	}
}

// setSettings writes the settings down. It does so on this goroutine, so that the
// last ones win.
func (k *core) setSettings(m SetSettings) {
	if k.store == nil {
		k.refuse(m.ID, problemOf(config.ErrClosed))
		return
	}
	_, err := k.store.Modify(func(p *config.Profile) error {
		p.Settings = m.Settings.onDisk(p.Settings.Tor)
		return nil
	})
	if err != nil {
		k.refuse(m.ID, problemOf(err))
		return
	}
	k.tellSettings()
	k.done(m.ID)
}

func (k *core) tellSettings() {
	k.emit(SettingsChanged{Settings: settingsFrom(k.store.View().Settings)})
}

// lastWishes carries out what was asked for just before the program ends, where
// it can be done at once and would be missed.
func (k *core) lastWishes() {
	for _, m := range append(k.waiting, k.box.take()...) {
		switch m := m.(type) {
		case SetSettings:
			k.setSettings(m)
		case DestroyProfile:
			k.destroy(m.ID)
		case SendText, SaveDraft, Shown, DiscardText, ReleaseText:
			k.route(m)
		case Command:
		default:
			k.box.put(m) // for close
		}
	}
	k.waiting = nil
}
