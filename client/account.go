package client

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// world is what all accounts share. Everything in it is safe for concurrent use.
type world struct {
	store     *config.Store
	policy    *tls.Policy
	resolvers []xmpp.Resolver
	emit      func(Event)
	missed    func(*tor.Network)  // tells the core that a Tor has gone; may be nil
	suspected func(*tor.Network)  // or that it may have gone; may be nil
	remove    func(RemoveAccount) // has the core remove an account from this computer; may be nil
	count     *atomic.Int64       // of the accounts; may be nil
}

// account is one account. One goroutine (run) owns every field; others put
// messages into its box.
type account struct {
	*world
	id       string
	address  xmpp.Address
	cfg      config.Account // as it is on disk
	identity *otr.Identity
	ours     otr.Fingerprint // of identity
	gate     *gate

	box  *mailbox[any]
	disk *disk

	net       *tor.Network // nil: no Tor at present
	wanted    bool         // the user wants it online
	trouble   *Problem     // what keeps Tor from working, by its own word; nil if nothing
	failures  int          // in a row, for the pause before the next try
	state     state
	kept      *kept // what a broken connection left, to go on from; nil: nothing
	came      bool  // it was online since the user last wanted it so
	announced bool  // the session of the stream, or of what is kept, has our presence
	sleeper   sleeper
	began     time.Time
	via       string // the host that was tried last
	found     lookup // where the server was found last

	chats    map[string]*chat        // by bare address; one for each contact
	places   places                  // of the contacts in cfg
	wasCut   bool                    // cut() at the tick before
	out      []*outText              // the outbox, in the order in which it was written
	seen     seenIDs                 // messages that were opened before, to tell a repetition
	unsaved  unsaved                 // texts that were shown and are not on disk
	drafts   drafts                  // texts that were begun and are not on disk
	turns    uint64                  // how often a text was sealed, for outText.turn
	discards []discarded             // what can still be taken back
	pending  map[string]bool         // requests in the tray, by bare address
	untold   map[string]introduction // contacts that the server does not know of, by bare address
	lines    uint64                  // for newLineID

	asking    bool // the server is being asked to take another password
	deleting  bool // or to delete the address
	trySecond bool // the next sign-in tries the second password

	offers      xmpp.Offers // of the server, in this session
	offersKnown bool
	showing     string          // what the presence of this session says
	shut        map[string]bool // who is blocked, by bare address
	unhidden    map[string]bool // of those, whom the server has still to keep us from
	hiding      bool            // it is being told

	saving atomic.Int64   // changes on their way to the disk
	jobs   sync.WaitGroup // see job
}

// Messages to an account, besides commands.
type (
	torReady   struct{ net *tor.Network }
	torLost    struct{}
	torTrouble struct{ problem *Problem }
	tick       struct{ now time.Time }
	streamed   struct {
		of    *xmpp.Stream
		event xmpp.Event
		room  <-chan struct{} // holds a token for this event until it is handled
	}
	jobResult struct {
		of  state
		val any
		err error
	}
)

// newAccount puts an account together from what is on disk. Start run next.
func newAccount(w *world, cfg config.Account, queue config.Queue) (*account, error) {
	address, err := xmpp.ParseAddress(cfg.Address)
	if err != nil {
		return nil, err
	}
	identity, err := otr.ImportIdentity(cfg.Identity)
	if err != nil {
		return nil, err
	}
	a := &account{
		world: w, id: cfg.ID, address: address, cfg: cfg, identity: identity, ours: identity.Fingerprint(),
		gate: newGate(), box: newMailbox[any](),
		wanted: !cfg.Paused, state: &offline{}, began: time.Now(),
		chats: map[string]*chat{}, pending: map[string]bool{}, untold: map[string]introduction{},
		unsaved: unsaved{}, drafts: drafts{}, shut: map[string]bool{}, unhidden: map[string]bool{},
	}
	a.disk = &disk{store: w.store, account: cfg.ID, in: newMailbox[change](), out: func(x written) { a.box.put(x) }}
	for _, c := range cfg.Contacts {
		a.newChat(c.Address)
	}
	for _, r := range cfg.Requests {
		a.pending[r.Address] = true
	}
	for _, b := range cfg.Blocked {
		a.shut[b] = true
	}
	a.regate()
	a.loadQueue(queue)
	return a, nil
}

// run is the account's goroutine. It ends with ctx.
func (a *account) run(ctx context.Context) {
	writing, written := context.WithCancel(context.Background())
	saved := make(chan struct{})
	go func() {
		defer close(saved)
		a.disk.run(writing)
	}()
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	defer func() {
		a.lastWishes()
		a.state.leave(a)
		a.letGo()
		written()
		<-saved
		a.jobs.Wait()
		for _, m := range a.box.take() { // nobody waits for these any more
			if j, ok := m.(jobResult); ok {
				j.discard()
			}
		}
	}()
	a.forgetStrangers()
	a.forgetDoubts(time.Now())
	a.slept(time.Now())
	if a.wanted {
		a.become(&waitingForTor{})
	}
	for {
		for _, m := range a.box.take() {
			a.handle(m)
		}
		select {
		case <-a.box.ready:
		case now := <-ticks.C:
			a.handle(tick{now})
		case <-ctx.Done():
			return
		}
	}
}

// lastWishes handles what has come by the end: what the user asked to be kept,
// what the server was told that we have, and what has been written down.
func (a *account) lastWishes() {
	for _, m := range a.box.take() {
		switch m := m.(type) {
		case jobResult:
			m.discard()
		case streamed, written, SendText, SaveDraft, Shown, DiscardText, ReleaseText:
			a.handle(m)
		}
	}
	a.writeDrafts()
}

// handle takes one message: those that do not depend on the state here, the
// others in the state.
func (a *account) handle(m any) {
	switch m := m.(type) {
	case written:
		a.saving.Add(-1)
		if m.account != nil {
			a.cfg = *m.account
			a.regate()
		}
		if m.done != nil {
			m.done(m.err)
		}
	case torReady:
		a.net = m.net
		a.failures = 0 // they were Tor's
		a.state.handle(a, m)
	case torLost:
		a.net, a.trouble = nil, nil
		a.state.handle(a, m)
	case takenOff:
		a.takenOff(m)
	case passwordAsked:
		a.passwordAsked(m)
	case deletedThere:
		a.deletedThere(m)
	case offered:
		a.offered(m)
	case hidden:
		a.hiddenFrom(m)
	case hideAgain:
		if a.stream() == m.of {
			a.appear(m.of)
			a.hide(m.of, false)
		}
	case torTrouble:
		a.trouble = m.problem
	case introduced:
		delete(a.untold, m.key)
	case jobResult:
		if m.of != a.state {
			m.discard()
			return
		}
		a.state.handle(a, m)
	case streamed:
		a.state.handle(a, m)
		<-m.room
	case tick:
		a.forgetDiscarded(m.now)
		a.saveDrafts(m.now)
		if a.slept(m.now) {
			a.failures = 0 // they were of another place, or another hour
			a.state.handle(a, awoken{})
		}
		a.expire(m.now)
		a.state.handle(a, m)
		a.tickChats(m.now)
	case Command:
		a.command(m)
	default:
		a.state.handle(a, m)
	}
}

// command carries out what the user asks of this account.
func (a *account) command(cmd Command) {
	switch c := cmd.(type) {
	case GoOnline:
		a.want(true)
		a.state.handle(a, c)
	case GoOffline:
		a.want(false)
		a.state.handle(a, c)
	case AcceptWeaker:
		a.acceptWeaker(c)
	case NewIdentity:
		a.newIdentity(c)
	case TrustServer:
		a.trustServer(c)
	case AskProof:
		a.askProof(c)
	case AddContact:
		a.addContact(c)
	case AnswerRequest:
		a.answerRequest(c)
	case RenameContact:
		a.renameContact(c)
	case RemoveContact:
		a.removeContact(c)
	case RemoveAccount:
		a.deleteThere(c)
	case ChangeServerPassword:
		a.changeServerPassword(c)
	case ShowServerPassword:
		a.showServerPassword(c)
	case SetStatus:
		a.setStatus(c)
	case BlockContact:
		a.blockContact(c)
	case Unblock:
		a.unblock(c)
	case SetGroups:
		a.setGroups(c)
	case ForgetKey:
		a.forgetKey(c)
	case OpenChat:
		a.openChat(c)
	case CloseChat:
		a.closeChat(c)
	case StartAgain:
		a.startAgain(c)
	case SendText:
		a.sendText(c)
	case ReleaseText:
		a.releaseText(c)
	case DiscardText:
		a.discardText(c)
	case RestoreText:
		a.restoreText(c)
	case SaveDraft:
		a.saveDraft(c)
	case Shown:
		a.shown(c)
	case Insist:
		a.insist(c)
	case AskQuestion:
		a.askQuestion(c)
	case AnswerQuestion:
		a.answerQuestion(c)
	case AskCode:
		a.askCode(c)
	case AnswerCode:
		a.answerCode(c)
	case SameCodes:
		a.sameCodes(c)
	case StopCheck:
		a.stopCheck(c)
	}
}

// want remembers whether the user wants the account online.
func (a *account) want(online bool) {
	a.failures = 0
	if a.wanted == online {
		return
	}
	a.wanted = online
	a.saveProfile(func(p *config.Account) error { p.Paused = !online; return nil }, nil)
}

// newIdentity begins another epoch of the isolation. The connection is made
// anew only once that is on disk: after a crash the old circuits would not do.
func (a *account) newIdentity(c NewIdentity) {
	a.saveProfile(func(p *config.Account) error { p.Epoch++; return nil }, func(err error) {
		if err != nil {
			a.refuse(c.ID, problemOf(err))
			return
		}
		a.done(c.ID)
		a.letGo() // what the server holds was the other one's
		if a.wanted {
			a.failures = 0
			a.start()
		}
	})
}

// saveProfile alters this account on disk. done (may be nil) runs on this
// goroutine, after a.cfg shows the change.
func (a *account) saveProfile(f func(*config.Account) error, done func(error)) {
	a.saving.Add(1)
	a.disk.in.put(change{profile: f, done: done})
}

// saveQueue alters the queue on disk. done (may be nil) runs on this goroutine.
func (a *account) saveQueue(f func(*config.Queue) error, done func(error)) {
	a.saving.Add(1)
	a.disk.in.put(change{queue: f, done: done})
}

// discard closes what a job has opened and nobody waits for any more.
func (j jobResult) discard() {
	if c, ok := j.val.(interface{ Close() error }); ok && j.err == nil {
		_ = c.Close()
	}
}

// forgetStrangers takes off the disk what belongs to contacts who are gone: a
// crash came between removing one and removing their texts.
func (a *account) forgetStrangers() {
	q, gone := a.store.ViewQueue(), map[string]bool{}
	stranger := func(account, peer string) {
		if account == a.id && a.chats[peer] == nil {
			gone[peer] = true
		}
	}
	for _, o := range q.Outgoing {
		stranger(o.Account, o.Peer)
	}
	for _, i := range q.Incoming {
		stranger(i.Account, i.Peer)
	}
	for _, d := range q.Drafts {
		stranger(d.Account, d.Peer)
	}
	for peer := range gone {
		a.saveQueue(func(q *config.Queue) error { forgetTexts(q, a.id, peer); return nil }, nil)
	}
}

// contact returns what is on disk about a contact, or nil.
func (a *account) contact(address string) *config.Contact {
	all := a.cfg.Contacts
	if i, ok := a.places.of(all)[address]; ok {
		return &all[i]
	}
	return nil
}

// places are the places of contacts in a list, by address: it is looked into for
// each presence, and may be long.
type places struct {
	at  map[string]int
	all []config.Contact // of which; never changed, only replaced
}

func (p *places) of(all []config.Contact) map[string]int {
	if p.at == nil || len(all) != len(p.all) || len(all) > 0 && &all[0] != &p.all[0] {
		p.at, p.all = make(map[string]int, len(all)), all
		for i := range all {
			p.at[all[i].Address] = i
		}
	}
	return p.at
}

// done and refuse answer a command, if an answer is wanted.
func (a *account) done(id CommandID) {
	if id != 0 {
		a.emit(Done{ID: id})
	}
}

func (a *account) refuse(id CommandID, p Problem) {
	if id != 0 {
		a.emit(Refused{ID: id, Problem: p})
	}
}
