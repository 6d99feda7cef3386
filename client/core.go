package client

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"hushwing/config"
	"hushwing/tls"
	"hushwing/tor"
)

// core owns what is not one account's: the profile, Tor, forms, and the list
// of accounts. One goroutine (run) owns every field.
type core struct {
	opts   Options
	emit   func(Event)
	box    *mailbox[any]
	ctx    context.Context
	policy *tls.Policy

	store    *config.Store
	opening  bool     // the profile is being made or opened
	after    Command  // Lock or DestroyProfile, as soon as it is open
	sitting  *sitting // what lives as long as the profile is open; nil: it is not
	waiting  []any    // taken from the box, and not handled yet
	accounts map[string]*running
	forms    map[CommandID]*form

	tor       *tor.Network
	torTry    context.CancelFunc // looking for Tor is under way
	torNext   time.Time          // when to look again by ourselves
	torBad    int                // failures in a row
	torAt     time.Time          // since when there is one
	torGone   time.Time          // when one that was found went away; zero: it did not
	proving   bool               // Tor is being looked at
	torAgain  bool               // look anew as soon as the present try has ended
	destroyed bool               // the profile; until another is made
	torEnding int                // how many are being closed
	trouble   tor.Trouble        // what keeps it from working, by its own word
	sleeper   sleeper
	began     time.Time

	count atomic.Int64   // of accounts
	jobs  sync.WaitGroup // see job
}

// running is an account with its goroutine.
type running struct {
	*account
	stop  context.CancelFunc
	ended chan struct{}
}

// Messages to the core, besides commands.
type (
	profileOpened struct {
		id    CommandID
		store *config.Store
		err   error
	}
	torProgress struct{ tor.Progress }
	torOpened   struct {
		net *tor.Network
		err error
	}
	torEnded struct{ net *tor.Network }
	torSaid  struct {
		net    *tor.Network
		status tor.Status
	}
)

func (k *core) run() {
	k.look()
	k.tellSandbox()
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	k.began = time.Now()
	k.tick(k.began)
	for {
		k.handleAll()
		select {
		case <-k.box.ready:
		case now := <-ticks.C:
			k.tick(now)
		case <-k.ctx.Done():
			k.lastWishes()
			k.close()
			return
		}
	}
}

// handleAll handles what has come. What is handled may look at what waits.
func (k *core) handleAll() {
	k.waiting = append(k.waiting, k.box.take()...)
	for len(k.waiting) > 0 {
		m := k.waiting[0]
		k.waiting = k.waiting[1:]
		k.handle(m)
	}
}

// tick looks for Tor again when it is time to, and after sleep of the computer: a
// pause that it slept in is over.
func (k *core) tick(now time.Time) {
	slept := k.sleeper.slept(now.Add(time.Duration(wallAhead.Load())), now.Sub(k.began))
	if !k.torNext.IsZero() && (slept || now.After(k.torNext)) {
		k.openTor()
	}
}

// look says what there is on disk.
func (k *core) look() {
	state, err := config.Look(k.opts.Dir)
	switch {
	case err != nil:
		p := problemOf(err)
		k.emit(ProfileChanged{State: ProfileBroken, Problem: &p})
	case state == config.Locked && config.InUse(k.opts.Dir):
		p := problemOf(config.ErrInUse)
		k.emit(ProfileChanged{State: ProfileBroken, Problem: &p})
	case state == config.NoProfile:
		_ = config.FinishDestroy(k.opts.Dir, torFolder)
		k.emit(ProfileChanged{State: ProfileNone})
	default:
		k.emit(ProfileChanged{State: ProfileLocked})
	}
}

func (k *core) handle(m any) {
	switch m := m.(type) {
	case CreateProfile:
		k.destroyed = false
		k.openProfile(m.ID, m.Password, config.Create)
	case Unlock:
		k.openProfile(m.ID, m.Password, config.Open)
	case profileOpened:
		k.profileOpened(m)
	case Lock:
		k.lock()
	case DestroyProfile:
		k.destroy(m.ID)
	case ChangePassword:
		k.changePassword(m)
	case passwordChanged:
		k.passwordChanged(m)
	case SetSettings:
		k.setSettings(m)
	case overdue:
		k.tooLate(m.what)
	case TryTor:
		k.openTor()
		k.done(m.ID)
	case torProgress:
		if k.torTry != nil {
			k.emit(TorChanged{
				State: TorStarting, Percent: m.Percent, Stage: m.Tag, Own: true,
				Problem: troubleProblem(m.Trouble, m.Skew),
			})
		}
	case torOpened:
		k.torOpened(m)
	case torMissed:
		k.torEnded(torEnded(m))
	case torSuspected:
		k.prove(m)
	case torProven:
		k.proven(m)
	case torEnded:
		k.torEnded(m)
	case torSaid:
		k.torSaid(m)
	case UseTor:
		k.useTor(m)
	case torChosen:
		k.torChosen(m)
	case torDropped:
		k.torDropped()
	case AskForm:
		k.askForm(m)
	case formOpened:
		k.formOpened(m)
	case Register:
		k.register(m)
	case registered:
		k.registered(m)
	case RenewForm:
		k.renewForm(m)
	case formRenewed:
		k.formRenewed(m)
	case DropForm:
		k.dropForm(m.Form)
	case RemoveAccount:
		k.removeAccount(m)
	case removeHere:
		k.dropAccount(m.ID, m.Account)
	case accountForgotten:
		k.accountForgotten(m)
	case SetStatus:
		k.setStatus(m)
	case AddAccount:
		k.addAccount(m)
	case accountTried:
		k.accountTried(m)
	default:
		k.route(m)
	}
}

// route hands a command to the account that it is for.
func (k *core) route(m any) {
	id, answer := target(m)
	if r := k.accounts[id]; r != nil {
		if _, wants := m.(GoOnline); wants {
			k.openTor() // it is of no use without
		}
		r.box.put(m)
		return
	}
	if answer != 0 {
		k.refuse(answer, Problem{Cause: NoSuchAccount})
	}
}

// target returns which account a command is for, and the ID that wants an answer.
func target(m any) (account string, id CommandID) {
	switch c := m.(type) {
	case GoOnline:
		return c.Account, 0
	case GoOffline:
		return c.Account, 0
	case NewIdentity:
		return c.Account, c.ID
	case AcceptWeaker:
		return c.Account, c.ID
	case TrustServer:
		return c.Account, c.ID
	case AskProof:
		return c.Account, c.ID
	case RemoveAccount:
		return c.Account, c.ID
	case ChangeServerPassword:
		return c.Account, c.ID
	case ShowServerPassword:
		return c.Account, c.ID
	case SetStatus:
		return c.Account, c.ID
	case BlockContact:
		return c.Peer.Account, c.ID
	case Unblock:
		return c.Peer.Account, c.ID
	case SetGroups:
		return c.Peer.Account, c.ID
	case ForgetKey:
		return c.Peer.Account, c.ID
	case AddContact:
		return c.Account, c.ID
	case AnswerRequest:
		return c.Peer.Account, c.ID
	case RenameContact:
		return c.Peer.Account, c.ID
	case RemoveContact:
		return c.Peer.Account, c.ID
	case OpenChat:
		return c.Peer.Account, 0
	case CloseChat:
		return c.Peer.Account, 0
	case StartAgain:
		return c.Peer.Account, 0
	case SendText:
		return c.Peer.Account, c.ID
	case ReleaseText:
		return c.Peer.Account, 0
	case RestoreText:
		return c.Peer.Account, c.ID
	case DiscardText:
		return c.Peer.Account, 0
	case Shown:
		return c.Peer.Account, 0
	case Insist:
		return c.Peer.Account, c.ID
	case SaveDraft:
		return c.Peer.Account, 0
	case AskQuestion:
		return c.Peer.Account, c.ID
	case AnswerQuestion:
		return c.Peer.Account, c.ID
	case AskCode:
		return c.Peer.Account, c.ID
	case AnswerCode:
		return c.Peer.Account, c.ID
	case SameCodes:
		return c.Peer.Account, c.ID
	case StopCheck:
		return c.Peer.Account, 0
	}
	return "", 0
}

func (k *core) done(id CommandID) {
	if id != 0 {
		k.emit(Done{ID: id})
	}
}

func (k *core) refuse(id CommandID, p Problem) {
	if id != 0 {
		k.emit(Refused{ID: id, Problem: p})
	}
}

// job runs f off this goroutine; what it returns comes as a message. What it
// brings when the profile has been closed meanwhile is too late.
func (k *core) job(f func() any) {
	of := k.sitting
	k.jobs.Add(1)
	of.add()
	go func() {
		defer k.jobs.Done()
		defer of.done()
		k.box.put(of.result(f()))
	}()
}

// close ends everything, in an order in which nothing is lost.
func (k *core) close() {
	k.closeAccounts(0)
	for id := range maps.Clone(k.forms) {
		k.dropForm(id)
	}
	if k.torTry != nil {
		k.torTry()
	}
	k.jobs.Wait() // they end with k.ctx, save for the second that a password takes
	for _, m := range append(k.waiting, k.box.take()...) {
		k.tooLate(m)
	}
	if k.tor != nil {
		_ = k.tor.Close()
	}
	if k.store != nil {
		_ = k.store.Close()
	}
}

// tooLate takes what a job brings after the end: nothing that it opened may stay
// open, and an address that was made may not be lost.
func (k *core) tooLate(m any) {
	switch m := m.(type) {
	case overdue:
		k.tooLate(m.what)
	case profileOpened:
		if m.err == nil {
			_ = m.store.Close()
		}
	case torOpened:
		if m.err == nil {
			_ = m.net.Close()
		}
	case torDropped:
		k.torDropped()
	case formOpened:
		if m.err == nil {
			_ = m.reg.Close()
		}
	case registered:
		if m.err == nil && k.store != nil {
			_ = k.writeAccount(m.account())
		}
		_ = m.reg.Close()
	case formRenewed:
		_ = m.reg.Close()
	case accountTried:
		if m.err == nil {
			_ = m.stream.Close()
		}
	}
}
