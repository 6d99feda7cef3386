package client

import (
	"context"
	stdtls "crypto/tls"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/config"
	"hushwing/config/configtest"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tls/tlstest"
	"hushwing/tor"
	"hushwing/xmpp/xmpptest"
)

// The model test: two people, three programs, all real above the network, with
// real profiles on the disk, and a server that loses, delays, doubles, forges
// and cuts, while the people do what comes to their minds. What must never
// happen is looked for all the time; when the server has behaved for a while
// all must be well again. It all happens in simulated time.
//
// A seed decides what people and server do. Keys are random, and so is what
// goroutines do at the same moment: a seed repeats a failure nearly always, not
// always.

var (
	modelRuns = flag.Int("model.runs", 0, "how many runs of the model test; 0: a few")
	modelSeed = flag.Uint64("model.seed", 0, "the first seed of the model test; 0: 1")
	modelLog  = flag.Bool("model.log", false, "tell all that happens in the model test")
)

const (
	anaBare = "ana@" + xmpptest.Domain
	benBare = "ben@" + xmpptest.Domain
)

// modelKeys are made once: a key takes a moment.
var modelKeys = sync.OnceValue(func() (keys [3]*otr.Identity) {
	for i := range keys {
		id, err := otr.NewIdentity(nil)
		if err != nil {
			panic(err)
		}
		keys[i] = id
	}
	return keys
})

func TestModel(t *testing.T) {
	configtest.Cheap(t)
	modelKeys()
	first, runs := max(*modelSeed, 1), *modelRuns
	if runs == 0 {
		runs = modelFew
	}
	now := time.Now()
	for seed := first; seed < first+uint64(runs); seed++ {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			dir := quickDir(t)
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(now)) // certificates are not of the year 2000
				newModel(t, dir, seed).run()
			})
		})
	}
}

// quickDir is in memory where there is such a place: a disk's syncs would take
// most of the time.
func quickDir(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "linux" {
		if dir, err := os.MkdirTemp("/dev/shm", "hushwing-model-"); err == nil {
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			return dir
		}
	}
	return t.TempDir()
}

// model is one run.
type model struct {
	t        *testing.T
	seed     uint64
	random   *rand.Rand // for what people do
	server   *modelServer
	policy   *tls.Policy
	programs []*program // Ana's, Ben's, Ben's other one
	began    time.Time

	mu     sync.Mutex
	texts  map[string]*modelText // by what they say
	count  int
	bad    []string
	codes  map[string]*modelCode // and answers to questions
	latest []string              // codes, in the order in which they were shown
	greens int                   // how often somebody became sure of a key
	// honest: the server loses nothing between two programs that are there. If it
	// does, a later text is there before it is known that an earlier one is not,
	// and what says that a text repeats another may be what is lost.
	honest bool
}

// modelText is one text that somebody wrote.
type modelText struct {
	key    otr.Fingerprint // that it was written for; zero: there was none
	by     *program
	n      int // in the order in which they were written
	id     string
	mark   Mark
	marked bool
	asks   bool // it waits for a person, and says so
	let    bool // its writer let it go, or took it back: it may come twice, or late
	gone   bool
	strict []otr.Fingerprint     // the keys that its writer had checked: it is for such a key alone
	shown  map[*program][]string // IDs of the lines
}

// program is one Hushwing of somebody.
type program struct {
	m        *model
	name     string
	bare     string
	peer     string
	dir      string
	dirs     int
	store    *config.Store
	line     *line
	net      *tor.Network
	account  *account
	stop     context.CancelFunc
	ended    chan struct{}
	identity *otr.Identity
	epoch    int // of the program: what a killed one says does not count

	protection map[string]Protection // by peer
	unread     []string
	safety     ProtectionInfo
	check      Check
	about      otr.Fingerprint // whose key it is about
	vain       time.Time       // since when it goes on without a private chat
	differ     map[otr.Fingerprint]modelDiffer
}

func newModel(t *testing.T, dir string, seed uint64) *model {
	ca := tlstest.NewCA(t)
	far := tlstest.Spec{Names: []string{xmpptest.Domain}, NotAfter: time.Now().AddDate(5, 0, 0)}
	m := &model{
		t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 1)), texts: map[string]*modelText{}, began: time.Now(),
		codes:  map[string]*modelCode{},
		policy: tls.NewPolicy(tls.RootsFrom(ca.Root())),
		server: &modelServer{
			tls:    &stdtls.Config{Certificates: []stdtls.Certificate{ca.Issue(t, far)}, NextProtos: []string{"xmpp-client"}},
			people: []string{anaBare, benBare}, sessions: map[string]*session{}, random: rand.New(rand.NewPCG(seed, 2)),
			last: map[[2]string]time.Time{},
		},
	}
	keys := modelKeys()
	m.program(dir, "ana", anaBare, benBare, keys[0])
	m.program(dir, "ben", benBare, anaBare, keys[1])
	m.program(dir, "ben2", benBare, anaBare, keys[2])
	if seed%3 == 0 { // Ana has checked the key of Ben's first program
		m.must(m.programs[0].modify(func(a *config.Account) {
			now := time.Now()
			a.Contacts[0].Keys = []config.Key{{Fingerprint: keys[1].Fingerprint(), First: now, Checked: now, How: "given"}}
		}))
	}
	return m
}

func (m *model) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("seed %d: %v", m.seed, err)
	}
}

func (m *model) program(dir, name, bare, peer string, id *otr.Identity) {
	p := &program{
		m: m, name: name, bare: bare, peer: peer, identity: id, dir: filepath.Join(dir, name),
		protection: map[string]Protection{},
	}
	var err error
	p.store, err = config.Create(p.dir, secret.New("a password for the model"))
	m.must(err)
	_, err = p.store.Modify(func(x *config.Profile) error {
		x.Accounts = []config.Account{{
			ID: config.NewID(), Address: bare, Password: secret.New(xmpptest.Password), Identity: id.Export(),
			Route:    config.Route{Host: xmpptest.Domain, Port: 5223},
			Contacts: []config.Contact{{Address: peer}},
		}}
		return nil
	})
	m.must(err)
	m.programs = append(m.programs, p)
}

func (p *program) modify(f func(*config.Account)) error {
	_, err := p.store.Modify(func(x *config.Profile) error { f(&x.Accounts[0]); return nil })
	return err
}

func (m *model) log(format string, args ...any) {
	if *modelLog {
		m.t.Logf("%8.3f "+format, append([]any{time.Since(m.began).Seconds()}, args...)...)
	}
}

// fail notes what must never happen. The lock is held.
func (m *model) fail(format string, args ...any) {
	s := fmt.Sprintf("at %v: ", time.Since(m.began).Round(time.Millisecond)) + fmt.Sprintf(format, args...)
	m.bad = append(m.bad, s)
	m.log("BAD %s", s)
}

// start starts a program, as it is started from its profile.
func (p *program) start() {
	if p.account != nil {
		return
	}
	m := p.m
	p.line = &line{server: m.server}
	var err error
	p.net, err = tor.Find(m.t.Context(), tor.Options{Opener: p.line, Getenv: func(name string) string {
		return map[string]string{"TOR_SOCKS_HOST": "127.0.0.1", "TOR_SOCKS_PORT": "9050"}[name]
	}})
	m.must(err)
	p.epoch++
	epoch := p.epoch
	w := &world{store: p.store, policy: m.policy, emit: func(e Event) { p.event(epoch, e) }}
	queue := p.store.ViewQueue()
	p.account, err = newAccount(w, p.store.View().Accounts[0], queue)
	m.must(err)
	p.account.net = p.net
	var snap Snapshot
	p.account.snapshot(&snap, queue)
	m.mu.Lock()
	p.check, p.safety = Check{}, ProtectionInfo{}
	for _, l := range snap.Messages {
		p.showed(l)
	}
	m.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	p.stop, p.ended = stop, ended
	a := p.account
	go func() {
		defer close(ended)
		a.run(ctx)
	}()
	m.log("%s starts", p.name)
}

// quit ends a program in order.
func (p *program) quit() {
	if p.account == nil {
		return
	}
	p.m.log("%s quits", p.name)
	p.stop()
	<-p.ended
	p.line.cut(true)
	_ = p.net.Close()
	p.account = nil
	m := p.m
	m.mu.Lock()
	p.check = Check{}
	m.mu.Unlock()
}

// kill ends a program at once, with what is on its disk at this moment.
func (p *program) kill() {
	if p.account == nil {
		return
	}
	m := p.m
	m.log("%s is killed", p.name)
	m.mu.Lock()
	p.epoch++ // deaf from now on
	p.check = Check{}
	m.mu.Unlock()
	p.line.cut(true)
	p.dirs++
	next := filepath.Join(filepath.Dir(p.dir), fmt.Sprintf("%s.%d", p.name, p.dirs))
	m.must(os.CopyFS(next, os.DirFS(p.dir)))
	p.stop()
	<-p.ended
	_ = p.net.Close()
	p.account = nil
	m.must(p.store.Close())
	p.dir = next
	var err error
	p.store, err = config.Open(next, secret.New("a password for the model"))
	m.must(err)
}

func (p *program) do(c Command) {
	if p.account != nil {
		p.account.box.put(c)
	}
}

func (p *program) peerOf() Peer {
	return Peer{Account: p.store.View().Accounts[0].ID, Address: p.peer}
}

// event is what a program says.
func (p *program) event(epoch int, e Event) {
	m := p.m
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.epoch != epoch {
		return
	}
	switch e := e.(type) {
	case MessageAdded:
		p.showed(e.Message)
	case MessageChanged:
		p.showed(e.Message)
	case MessageRemoved:
		for _, x := range m.texts {
			if x.by == p && x.id == e.Message {
				x.gone, x.let = true, true
			}
		}
	case ProtectionChanged:
		if p.protection[e.Info.Address] != e.Info.Protection {
			m.log("%s: protection %d with %s", p.name, e.Info.Protection, e.Info.Resource)
		}
		p.protection[e.Info.Address] = e.Info.Protection
		p.safety = e.Info
	case CheckChanged:
		p.checkStands(e.Check)
	case AccountChanged:
		m.log("%s: state %d %v", p.name, e.Account.State, e.Account.Problem)
	case Refused:
		m.log("%s: refused: %v", p.name, e.Problem.Cause)
	}
}

// showed is a line on a program's screen.
func (p *program) showed(l Message) {
	m := p.m
	switch {
	case l.Note != NoNote:
		m.log("%s: note %d", p.name, l.Note)
	case l.Mine:
		x := m.texts[l.Text]
		if x == nil {
			m.count++
			x = &modelText{by: p, n: m.count, id: l.ID, shown: map[*program][]string{}, strict: p.sure()}
			p.inChat(l)
			for _, o := range p.store.ViewQueue().Outgoing {
				if o.ID == l.ID {
					x.key = o.Key
				}
			}
			m.texts[l.Text] = x
			m.log("%s writes %s", p.name, l.Text)
		}
		asks := l.Mark == OtherKey || l.Mark == NotSent || l.Problem != nil
		if x.mark != l.Mark || x.asks != asks || !x.marked {
			m.log("%s: %s has mark %d, asks: %v", p.name, l.Text, l.Mark, asks)
		}
		x.mark, x.asks, x.marked = l.Mark, asks, true
		if l.Mark == TheyHave && !p.m.safe(x, l.Text) {
			m.fail("%s: a second tick for %s, which nobody has", p.name, l.Text)
		}
	case l.Clear && strings.HasPrefix(l.Text, "text "):
		x := m.texts[l.Text]
		if x != nil && slices.Contains(x.shown[p], l.ID) {
			break // its key may be accepted by now: it is as it came
		}
		if x == nil || p.accepts(x.by.identity.Fingerprint()) {
			m.fail("%s: %s came as not private", p.name, l.Text)
		}
		fallthrough
	default:
		p.received(l)
	}
}

func (p *program) received(l Message) {
	m := p.m
	x := m.texts[l.Text]
	if x == nil {
		if !l.Clear {
			m.fail("%s shows %q, which nobody wrote", p.name, l.Text)
		}
		return
	}
	if slices.Contains(x.shown[p], l.ID) {
		return // the same line, after a new start
	}
	m.log("%s shows %s", p.name, l.Text)
	p.inChat(l)
	p.unread = append(p.unread, l.ID)
	x.shown[p] = append(x.shown[p], l.ID)
	total := 0
	for _, ids := range x.shown {
		total += len(ids)
	}
	if total > 1 && !x.let && m.honest {
		m.fail("%s: %s is there %d times", p.name, l.Text, total)
	}
	// By what the rules come to here, not by the program's own word for them.
	if his := p.identity.Fingerprint(); len(x.strict) > 0 && !slices.Contains(x.strict, his) && !slices.Contains(x.by.sure(), his) {
		m.fail("%s reads %s, and its writer has checked another key", p.name, l.Text)
	}
	if !x.key.IsZero() && x.key != p.identity.Fingerprint() && !x.let {
		m.fail("%s reads %s, which was written for another key", p.name, l.Text)
	}
	if !x.let && m.honest {
		for t, y := range m.texts {
			if y.by == x.by && y.n > x.n && len(y.shown[p]) > 0 && !y.let {
				m.fail("%s: %s came after %s", p.name, l.Text, t)
				break
			}
		}
	}
}

// accepts reports whether a program's trust rules accept a key of its contact's.
func (p *program) accepts(key otr.Fingerprint) bool {
	contacts := p.store.View().Accounts[0].Contacts
	return len(contacts) > 0 && judge(contacts[0].Keys, key).open()
}

// safe reports whether somebody on the other side has a text on the disk, or had
// it on the screen.
func (m *model) safe(x *modelText, text string) bool {
	for _, p := range m.programs {
		if p.bare == x.by.bare {
			continue
		}
		if len(x.shown[p]) > 0 {
			return true
		}
		for _, i := range p.store.ViewQueue().Incoming {
			if i.Text == text {
				return true
			}
		}
	}
	return false
}

// act is one thing that somebody does, or that happens to them.
func (m *model) act(n int) {
	p := m.programs[m.random.IntN(2)]
	if m.random.IntN(6) == 0 {
		p = m.programs[2]
	}
	peer := p.peerOf()
	switch dice := m.random.IntN(100); {
	case dice < 45:
		for i := range 1 + m.random.IntN(3) {
			p.do(SendText{ID: CommandID(n), Peer: peer, Text: fmt.Sprintf("text %d.%d of %s", n, i, p.name)})
		}
	case dice < 50:
		m.log("%s ends the chat", p.name)
		p.do(CloseChat{Peer: peer})
	case dice < 57:
		m.log("%s starts again", p.name)
		p.do(StartAgain{Peer: peer})
	case dice < 62:
		p.do(OpenChat{Peer: peer})
	case dice < 72:
		m.log("%s is cut off", p.name)
		if p.account != nil {
			p.line.cut(false)
		}
	case dice < 77:
		p.quit()
	case dice < 82:
		p.kill()
	case dice < 90:
		p.start()
	case dice < 94:
		p.see()
	case dice < 96:
		m.decide(p, m.random.IntN(2) == 0)
	case dice < 98:
		m.remove(p)
	default:
		p.do(GoOffline{})
		time.Sleep(time.Duration(m.random.IntN(4000)) * time.Millisecond)
		p.do(GoOnline{})
	}
}

// remove is somebody who removes their contact, and changes their mind. What was
// written until then is nobody's promise any more.
func (m *model) remove(p *program) {
	if p.account == nil {
		return
	}
	m.log("%s removes the contact", p.name)
	p.do(RemoveContact{Peer: p.peerOf()})
	time.Sleep(time.Duration(m.random.IntN(9000)) * time.Millisecond)
	m.mu.Lock()
	for _, x := range m.texts {
		x.let = true
		x.gone = x.gone || x.by == p
	}
	for _, x := range m.texts {
		if x.by == p {
			x.strict = nil // with the contact goes what was known of their keys
		}
	}
	for _, x := range m.codes { // and of codes
		delete(x.known, p)
		delete(x.chat, p)
	}
	p.differ = nil
	m.mu.Unlock()
	p.do(AddContact{Address: p.peer})
	time.Sleep(time.Second)
	m.log("%s takes the contact back", p.name)
}

// see is somebody looking at what came.
func (p *program) see() {
	p.m.mu.Lock()
	ids := p.unread
	p.unread = nil
	p.m.mu.Unlock()
	p.do(Shown{Peer: p.peerOf(), Messages: ids})
}

// decide is somebody deciding about what waits for them.
func (m *model) decide(p *program, send bool) {
	peer := p.peerOf()
	m.mu.Lock()
	var ids []string
	for _, x := range m.texts {
		if x.by == p && x.asks && !x.gone {
			x.let = true
			ids = append(ids, x.id)
		}
	}
	m.mu.Unlock()
	for _, id := range ids {
		if send {
			p.do(ReleaseText{Peer: peer, Message: id})
		} else {
			p.do(DiscardText{Peer: peer, Message: id})
		}
	}
}

func (m *model) run() {
	t := m.t
	defer func() {
		for _, p := range m.programs {
			p.quit()
			m.must(p.store.Close())
		}
		m.server.wait.Wait()
	}()
	m.server.evil = &evil{
		drop: m.random.IntN(3) * 4, twice: m.random.IntN(3) * 5, forge: m.random.IntN(3) * 6, slow: m.random.IntN(3) * 8,
		noResume: m.random.IntN(3) * 50, lost: []string{"bounce", "drop", "other"}[m.random.IntN(3)],
	}
	m.honest = m.server.evil.drop == 0
	m.log("the server: %+v", *m.server.evil)
	for _, p := range m.programs[:2] {
		p.start()
	}
	for n := range 56 {
		time.Sleep(time.Duration(m.random.IntN(8000)) * time.Millisecond)
		if m.random.IntN(3) == 0 {
			m.checkAct(n)
		} else {
			m.act(n)
		}
		m.explained()
	}
	m.log("all is well from now on")
	m.server.mu.Lock()
	m.server.evil = nil
	m.server.mu.Unlock()
	for i := range 4 {
		for _, p := range m.programs {
			p.start()
			p.do(GoOnline{})
			m.mu.Lock()
			ended := p.protection[p.peer] == OtherEnded
			m.mu.Unlock()
			if ended { // the strip asks for it
				p.do(StartAgain{Peer: p.peerOf()})
			}
			p.do(OpenChat{Peer: p.peerOf()})
		}
		time.Sleep(3 * time.Minute)
		m.log("quiet %d", i)
	}
	quiet := time.Now()
	time.Sleep(3 * time.Minute)
	m.settled(quiet)
	m.checkable()
	m.explained()
	m.log("%d codes were shown; %d times somebody became sure of a key", len(m.latest), m.greens)
	if t.Failed() || len(m.bad) > 0 {
		t.Errorf("seed %d (go test -run TestModel ./client -model.seed=%d -model.runs=1 -model.log):\n%s", m.seed, m.seed, strings.Join(m.bad, "\n"))
	}
}

// settled looks for what must hold once the server has behaved for a while.
func (m *model) settled(quiet time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for text, x := range m.texts {
		total := 0
		for _, ids := range x.shown {
			total += len(ids)
		}
		switch {
		case x.gone || x.asks:
		case x.mark == TheyHave && (total == 1 || total > 1 && (x.let || !m.honest)):
		case m.waitsForUser(x.by), total == 1 && !m.heard(x):
		case !m.honest && !m.welcome(x):
			// What the server took out, and its confirmation too, of one whose key
			// was accepted until another one was checked: nothing more is said to them.
		case x.mark == ServerHas && (total == 1 || !m.honest) && !x.by.keeps(x.id):
			// The hello was lost, so that its writer took its reader's program for
			// one that says nothing; and saw in other ways that texts were read. Of
			// one that the server has taken out from among them nobody knows.
		default:
			m.fail("%s of %s has mark %d and was shown %d times", text, x.by.name, x.mark, total)
		}
	}
	for _, p := range m.programs {
		if now := p.protection[p.peer]; !now.Private() {
			m.fail("%s is not private but %d", p.name, now)
		}
	}
	m.server.mu.Lock()
	defer m.server.mu.Unlock()
	commits := 0
	for _, b := range m.server.bodies {
		if !strings.HasPrefix(b.body, "?OTR") {
			m.fail("the server saw %q", b.body)
		}
		if strings.HasPrefix(b.body, "?OTR:AAMC") && b.at.After(quiet) {
			commits++
		}
	}
	if commits > 0 {
		m.fail("%d exchanges began long after all was well", commits)
	}
	for _, raw := range m.server.raw {
		if strings.Contains(raw, "text ") {
			m.fail("the server saw %q", raw)
		}
	}
}

// keeps reports whether a text is in a program's outbox.
func (p *program) keeps(id string) bool {
	return slices.ContainsFunc(p.store.ViewQueue().Outgoing, func(o config.Outgoing) bool { return o.ID == id })
}

// heard reports whether who was shown a text has a key of the writer's that the
// rules there accept. Nothing is said to others, an acknowledgement neither.
func (m *model) heard(x *modelText) bool {
	for p := range x.shown {
		if p.accepts(x.by.identity.Fingerprint()) {
			return true
		}
	}
	return false
}

// welcome reports whether anybody on the other side has rules that accept the key of
// a text's writer.
func (m *model) welcome(x *modelText) bool {
	return slices.ContainsFunc(m.programs, func(p *program) bool {
		return p.bare != x.by.bare && p.accepts(x.by.identity.Fingerprint())
	})
}

// waitsForUser reports whether a strip says that a person has to do something.
func (m *model) waitsForUser(p *program) bool {
	switch p.protection[p.peer] {
	case KeyLocked:
		return true
	}
	return false
}
