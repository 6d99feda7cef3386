package client_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/tor/tortest"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// town is a server with people who all know each other, in a bubble where time
// passes only while everybody waits. What is real: each client with its profile on
// disk, the TLS, the stream, OTR. What is not: Tor, and the server, which does to
// each message what its rule says. A real server cannot be made to.
type town struct {
	t      *testing.T
	dir    string // for profiles
	socks  *tortest.Server
	server *xmpptest.Server

	mu       sync.Mutex
	people   []string
	seats    map[string]*seat // by full address
	rule     func(m letter) fate
	absent   func(m letter) fate // for what goes to a full address that is not there; nil: bounced
	held     []letter
	stored   map[string][]letter // offline storage by bare address
	letters  []letter            // all that anybody sent
	arrivals int
	barred   string   // who may not sign in
	removed  []string // whom somebody took off their list
	named    string   // the resource of those who come, if they may not choose
	scram    xmpptest.SCRAM
	iq       func(s *seat, e xmpptest.Elem) bool // answers requests, but for the roster; false: as usual
	strange  bool                                // the server's list has nobody on it
	signIns  int                                 // streams that were begun
	heard    *xmpptest.Login                     // what the last sign-in sent, where that was asked for
	told     []string                            // requests and presences that anybody sent, as they were written
}

// letter is a message on its way.
type letter struct {
	from, to, id, inner string
	at                  time.Time
}

// fate is what becomes of a letter.
type fate struct {
	do   int
	cond string // of the error
}

const (
	passes = iota
	vanishes
	bounces
	waits  // until release
	isKept // in the offline storage
	strays // goes to another resource, as RFC 6121 allows (8.5.3.2.1)
)

var pass, vanish, hold, keep, stray = fate{}, fate{do: vanishes}, fate{do: waits}, fate{do: isKept}, fate{do: strays}

// bounce sends a letter back; lie says so of one that arrives.
func bounce(cond string) fate { return fate{do: bounces, cond: cond} }
func lie(cond string) fate    { return fate{do: passes, cond: cond} }

// body is what is in it.
func (m letter) body() string {
	_, rest, _ := strings.Cut(m.inner, "<body>")
	b, _, _ := strings.Cut(rest, "</body>")
	return b
}

// isData reports whether it is a data message of OTR.
func (m letter) isData() bool { return strings.HasPrefix(m.body(), "?OTR:AAMD") }

// long tells texts from signals, where a test makes its texts long.
func (m letter) long() bool { return m.isData() && len(m.body()) > 900 }

// seat is a program's stream, as the server has it.
type seat struct {
	town    *town
	full    string
	conn    *xmpptest.Conn
	out     chan string
	there   bool        // has sent its presence
	dead    atomic.Bool // what it still says is not heard
	ghost   atomic.Bool // the program has gone, and the server does not know
	inner   string
	arrived int
	handled int
}

// inTown runs a test in a bubble with a town.
func inTown(t *testing.T, f func(t *testing.T, w *town)) {
	t.Helper()
	dir := inMemory(t)
	synctest.Test(t, func(t *testing.T) {
		w := &town{t: t, dir: dir, seats: map[string]*seat{}, stored: map[string][]letter{}}
		w.socks = tortest.NewInMemory(t)
		w.server = xmpptest.NewInMemory(t, w.socks, w.serve)
		f(t, w)
	})
}

// inMemory is a folder in memory where there is such a place: a disk's syncs would
// take most of the time.
func inMemory(t *testing.T) string {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "hushwing-town-"); err == nil {
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}

// serve is the server's part of a stream.
func (w *town) serve(c *xmpptest.Conn) {
	w.mu.Lock()
	scram := w.scram
	w.signIns++
	w.mu.Unlock()
	func() {
		defer w.set(func() { w.heard = scram.Got }) // also where it does not come to an end
		c.Auth(scram)
	}()
	w.mu.Lock()
	barred := w.barred == c.User+"@"+xmpptest.Domain
	w.mu.Unlock()
	if barred {
		return
	}
	s := &seat{town: w, conn: c, out: make(chan string, 1<<14)}
	c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
	bind := c.NextIs("iq")
	_, resource, _ := strings.Cut(bind.Inner, "<resource>")
	resource, _, _ = strings.Cut(resource, "<")
	w.mu.Lock()
	if w.named != "" {
		resource = w.named
	}
	w.mu.Unlock()
	s.full = c.User + "@" + xmpptest.Domain + "/" + resource
	c.Result(bind, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+s.full+"</jid></bind>")
	w.mu.Lock()
	w.seats[s.full] = s
	w.mu.Unlock()
	ended := make(chan struct{})
	go s.write(ended)
	defer func() {
		close(ended)
		w.leave(s)
	}()
	for {
		s.take(c.Next())
	}
}

// write is the seat's writer: nobody else writes once the stream is bound.
func (s *seat) write(ended chan struct{}) {
	defer func() { _ = recover() }() // the connection has ended
	for {
		select {
		case x := <-s.out:
			s.conn.Send("%s", x)
		case <-ended:
			return
		}
	}
}

func (s *seat) say(x string, values ...any) {
	if len(values) > 0 {
		x = fmt.Sprintf(x, values...)
	}
	if s.ghost.Load() {
		return
	}
	select {
	case s.out <- x:
	default: // it takes nothing any more
	}
}

func bareOf(full string) string { bare, _, _ := strings.Cut(full, "/"); return bare }

// take handles what a program sent.
func (s *seat) take(e xmpptest.Elem) {
	w := s.town
	w.mu.Lock()
	dead := s.dead.Load() || bareOf(s.full) == w.barred // it was signing in just then
	w.mu.Unlock()
	if dead {
		return
	}
	switch e.Name.Local {
	case "enable":
		s.say("<enabled xmlns='urn:xmpp:sm:3'/>")
		s.handled = 0
		return
	case "r":
		s.say("<a xmlns='urn:xmpp:sm:3' h='%d'/>", s.handled)
		return
	case "iq":
		s.handled++
		w.mu.Lock()
		w.told = append(w.told, e.Raw)
		answer := w.iq
		w.mu.Unlock()
		if answer != nil && !strings.Contains(e.Inner, "jabber:iq:roster") && answer(s, e) {
			return
		}
		switch {
		case e.Attr("type") == "get" && strings.Contains(e.Inner, "jabber:iq:roster"):
			var items strings.Builder
			w.mu.Lock()
			for _, p := range w.people {
				if p != bareOf(s.full) && !w.strange {
					fmt.Fprintf(&items, "<item jid='%s' subscription='both'/>", p)
				}
			}
			w.mu.Unlock()
			s.say("<iq type='result' id='%s'><query xmlns='jabber:iq:roster'>%s</query></iq>", e.Attr("id"), items.String())
		case e.Attr("type") == "get", e.Attr("type") == "set":
			if strings.Contains(e.Inner, `subscription="remove"`) {
				w.mu.Lock()
				w.removed = append(w.removed, e.Inner)
				w.mu.Unlock()
			}
			s.say("<iq type='result' id='%s'/>", e.Attr("id"))
		}
	case "presence":
		s.handled++
		w.mu.Lock()
		w.told = append(w.told, e.Raw)
		w.mu.Unlock()
		if e.Attr("to") == "" {
			w.presence(s, e)
		}
	case "message":
		s.handled++
		m := letter{from: s.full, to: e.Attr("to"), id: e.Attr("id"), inner: e.Inner, at: time.Now()}
		w.mu.Lock()
		w.letters = append(w.letters, m)
		rule := w.rule
		w.mu.Unlock()
		f := pass
		if rule != nil {
			f = rule(m)
		}
		w.carry(m, f)
	}
}

// presence tells everybody of a program, and it of everybody.
func (w *town) presence(s *seat, e xmpptest.Elem) {
	time.Sleep(time.Millisecond) // nobody comes in the same moment
	w.mu.Lock()
	defer w.mu.Unlock()
	first := !s.there
	s.there, s.inner = e.Attr("type") != "unavailable", e.Inner
	if first {
		w.arrivals++
		s.arrived = w.arrivals
	}
	for _, o := range w.sorted() {
		if bareOf(o.full) == bareOf(s.full) || !o.there {
			continue
		}
		if s.there {
			o.say("<presence from='%s'>%s</presence>", s.full, s.inner)
		} else {
			o.say("<presence type='unavailable' from='%s'/>", s.full)
		}
		if first {
			s.say("<presence from='%s'>%s</presence>", o.full, o.inner)
		}
	}
	if first {
		for _, m := range w.stored[bareOf(s.full)] {
			s.deliver(m, fmt.Sprintf("<delay xmlns='urn:xmpp:delay' from='%s' stamp='%s'/>", xmpptest.Domain, m.at.UTC().Format(time.RFC3339)))
		}
		delete(w.stored, bareOf(s.full))
	}
}

// shows has a program say more in its presence.
func (w *town) shows(full, inner string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.seats[full]
	s.inner = inner
	for _, o := range w.seats {
		if o.there && bareOf(o.full) != bareOf(full) {
			o.say("<presence from='%s'>%s</presence>", full, inner)
		}
	}
}

// sorted is everybody in the order in which they came.
func (w *town) sorted() (out []*seat) {
	for _, s := range w.seats {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *seat) int { return a.arrived - b.arrived })
	return out
}

func (w *town) leave(s *seat) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.dead.Store(true)
	if w.seats[s.full] != s || s.ghost.Load() {
		return
	}
	delete(w.seats, s.full)
	if !s.there {
		return
	}
	for _, o := range w.seats {
		if o.there {
			o.say("<presence type='unavailable' from='%s'/>", s.full)
		}
	}
}

func (s *seat) deliver(m letter, more string) {
	s.say("<message type='chat' from='%s' to='%s' id='%s'>%s%s</message>", m.from, m.to, m.id, m.inner, more)
}

// carry does with a letter what was decided.
func (w *town) carry(m letter, f fate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to, there := w.seats[m.to]
	if f.do == passes && !there {
		f = bounce("service-unavailable")
		if w.absent != nil {
			f = w.absent(m)
		}
	}
	switch f.do {
	case passes:
		to.deliver(m, "")
		if f.cond != "" {
			w.sendBack(m, f.cond)
		}
	case waits:
		w.held = append(w.held, m)
	case isKept:
		w.stored[bareOf(m.to)] = append(w.stored[bareOf(m.to)], m)
	case strays:
		for _, s := range w.sorted() {
			if bareOf(s.full) == bareOf(m.to) && s.there {
				s.deliver(m, "")
				return
			}
		}
	case bounces:
		w.sendBack(m, f.cond)
	}
}

func (w *town) sendBack(m letter, cond string) {
	if s := w.seats[m.from]; s != nil {
		s.say("<message type='error' from='%s' id='%s'><error type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>", m.to, m.id, cond)
	}
}

// writes has somebody send a body, as the server can in anybody's name.
func (w *town) writes(from, to, body string) {
	w.carry(letter{from: from, to: to, id: "forged", inner: "<body>" + body + "</body>", at: time.Now()}, pass)
}

// full is where somebody is, or where they came last.
func (w *town) full(bare string) (full string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sorted() {
		if bareOf(s.full) == bare && !s.ghost.Load() {
			full = s.full
		}
	}
	return full
}

// exchanges is how many key exchanges were begun since the letter number n, and
// how many letters there are.
func (w *town) exchanges(n int) (begun, letters int) {
	all := w.sent(n)
	for _, m := range all {
		if strings.HasPrefix(m.body(), "?OTR:AAMC") || strings.HasPrefix(m.body(), "?OTRv") {
			begun++
		}
	}
	return begun, n + len(all)
}

// release lets go on what was held, in this order.
func (w *town) release(order func([]letter) []letter) {
	w.mu.Lock()
	held := w.held
	w.held = nil
	w.mu.Unlock()
	if order != nil {
		held = order(held)
	}
	for _, m := range held {
		w.carry(m, pass)
	}
}

// rules decides about messages from now on; nil carries them.
func (w *town) rules(f func(letter) fate) { w.set(func() { w.rule = f }) }

// set changes, or looks at, how the town is, with the lock.
func (w *town) set(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// sent is what was sent since the letter number n.
func (w *town) sent(n int) []letter {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.letters[n:])
}

// cut ends the streams of somebody at the server's side.
func (w *town) cut(bare string) {
	w.mu.Lock()
	var conns []*seat
	for _, s := range w.seats {
		if bareOf(s.full) == bare {
			conns = append(conns, s)
		}
	}
	w.mu.Unlock()
	for _, s := range conns {
		w.leave(s)
		s.conn.End()
	}
}

// haunt ends the streams of somebody so that the server does not notice: what is
// sent there is lost.
func (w *town) haunt(bare string) {
	w.mu.Lock()
	var conns []*seat
	for _, s := range w.seats {
		if bareOf(s.full) == bare && !s.ghost.Load() {
			s.ghost.Store(true)
			s.dead.Store(true)
			conns = append(conns, s)
		}
	}
	w.mu.Unlock()
	for _, s := range conns {
		s.conn.End()
	}
}

// exorcise has the server notice.
func (w *town) exorcise() {
	w.mu.Lock()
	var ghosts []*seat
	for _, s := range w.seats {
		if s.ghost.Swap(false) {
			ghosts = append(ghosts, s)
		}
	}
	w.mu.Unlock()
	for _, s := range ghosts {
		w.leave(s)
	}
}

// keys are made once: that takes longer than a test.
var keys struct {
	sync.Mutex
	made map[string]*otr.Identity
}

func keyOfSomeone(t *testing.T, name string) *otr.Identity {
	t.Helper()
	keys.Lock()
	defer keys.Unlock()
	if keys.made == nil {
		keys.made = map[string]*otr.Identity{}
	}
	if keys.made[name] == nil {
		id, err := otr.NewIdentity(rand.Reader)
		must(t, err)
		keys.made[name] = id
	}
	return keys.made[name]
}

// resident is somebody of the town, with a client.
type resident struct {
	*journey.Person
	town    *town
	at, dir string
	before  []client.Message // what earlier lives of the program have shown
}

// comes makes a profile for somebody, and does not start the program. The device
// tells several profiles of one person apart: each has a key of its own.
func (w *town) comes(name, device string, knows ...string) *resident {
	w.t.Helper()
	r := &resident{town: w, at: name + "@" + xmpptest.Domain, dir: filepath.Join(w.dir, name+device)}
	w.mu.Lock()
	if !slices.Contains(w.people, r.at) {
		w.people = append(w.people, r.at)
	}
	w.mu.Unlock()
	s, err := config.Create(r.dir, secret.New(profilePassword))
	must(w.t, err)
	_, err = s.Modify(func(p *config.Profile) error {
		a := config.Account{
			ID: "a-" + name + device, Address: r.at, Password: secret.New(xmpptest.Password),
			Identity: keyOfSomeone(w.t, name+device).Export(),
		}
		for _, k := range knows {
			a.Contacts = append(a.Contacts, config.Contact{Address: k + "@" + xmpptest.Domain})
		}
		p.Accounts = append(p.Accounts, a)
		return nil
	})
	must(w.t, err)
	must(w.t, s.Close())
	return r
}

// start starts the program and waits until it is online.
func (r *resident) start() {
	r.town.t.Helper()
	r.open()
	must(r.town.t, r.Online(r.at))
	time.Sleep(time.Second) // until everybody has heard
}

func (r *resident) open() {
	r.town.t.Helper()
	r.Person = journey.Start(client.Options{
		Dir: r.dir, Roots: r.town.server.Roots(), Resolvers: []xmpp.Resolver{},
		Tor: tor.Options{Getenv: r.town.socks.Env, Opener: r.town.socks.Opener()},
	})
	r.town.t.Cleanup(r.Person.Close)
	must(r.town.t, r.Unlock(profilePassword))
	must(r.town.t, r.Until("its account", func(w *journey.World) bool { _, there := w.Accounts[r.at]; return there }))
}

// killed ends the program as a power cut does: what was on disk at that moment is
// all that there is at the next start.
func (r *resident) killed() {
	r.town.t.Helper()
	bar := func(at string) {
		r.town.mu.Lock()
		defer r.town.mu.Unlock()
		r.town.barred = at
	}
	bar(r.at) // or it would be back before it is ended
	defer bar("")
	r.town.cut(r.at)
	r.before = r.shown() // all that was shown is on disk
	dir := r.dir + "+"
	must(r.town.t, os.MkdirAll(dir, 0o700))
	for _, name := range []string{"key.age", "profile.age", "queue.age"} {
		if data, err := os.ReadFile(filepath.Join(r.dir, name)); err == nil {
			must(r.town.t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		}
	}
	old := r.Person
	r.dir, r.Person = dir, nil
	old.Close()
}

// neighbours are Ana and Ben, in a private chat.
func (w *town) neighbours() (ana, ben *resident) {
	w.t.Helper()
	ana, ben = w.comes("ana", "", "ben"), w.comes("ben", "", "ana")
	ana.start()
	ben.start()
	ana.Look(ben.at)
	must(w.t, ana.Private(ben.at))
	must(w.t, ben.Private(ana.at))
	time.Sleep(2 * time.Second) // and they have said hello
	return ana, ben
}

// shown is every text of others that was ever shown, in order. One that is shown
// again after a restart has the same ID.
func (r *resident) shown() []client.Message {
	out, ids := slices.Clone(r.before), map[string]bool{}
	for _, m := range out {
		ids[m.ID] = true
	}
	_ = r.Until("anything", func(v *journey.World) bool {
		for _, m := range v.Messages {
			if !m.Mine && m.Note == client.NoNote && !ids[m.ID] {
				ids[m.ID] = true
				out = append(out, m)
			}
		}
		return true
	})
	return out
}

// says writes texts in this order.
func (r *resident) says(to string, texts ...string) (ids []string) {
	r.town.t.Helper()
	for _, x := range texts {
		id, err := r.Say(to, x)
		must(r.town.t, err)
		ids = append(ids, id)
	}
	return ids
}

// read checks that these texts of somebody have come, each once, in order, and
// nothing else. It waits for the last.
func (r *resident) read(from string, want ...string) {
	r.town.t.Helper()
	for end := time.Now().Add(20 * time.Minute); time.Now().Before(end) && len(r.from(from)) < len(want); {
		time.Sleep(time.Second)
	}
	time.Sleep(30 * time.Second) // and nothing more comes
	if got := r.from(from); !slices.Equal(got, want) {
		r.town.tell()
		r.town.t.Fatalf("%s read %q, want %q", r.at, short(got), short(want))
	}
}

// tell writes down what went to and fro last, for whoever looks into a failure.
func (w *town) tell() {
	all := w.sent(0)
	for _, m := range all[max(0, len(all)-60):] {
		b := m.body()
		w.t.Logf("%s %s > %s %s (%d)", m.at.Format("15:04:05.0"), m.from, m.to, b[:min(len(b), 9)], len(b))
	}
}

// from is every text of somebody that was ever shown.
func (r *resident) from(at string) (out []string) {
	for _, m := range r.shown() {
		if m.Address == at {
			out = append(out, m.Text)
		}
	}
	return out
}

func short(texts []string) (out []string) {
	for _, x := range texts {
		out = append(out, x[:min(len(x), 8)])
	}
	return out
}

// marked checks how far texts have come.
func (r *resident) marked(m client.Mark, ids ...string) {
	r.town.t.Helper()
	for _, id := range ids {
		if err := r.Marked(id, m); err != nil {
			_ = r.Until("anything", func(v *journey.World) bool {
				for _, x := range v.Messages {
					if x.ID == id {
						r.town.t.Logf("%q has the mark %d", x.Text, x.Mark)
					}
				}
				return true
			})
			r.town.t.Fatal(err)
		}
	}
}

// notes counts the program's own lines of a kind in a conversation.
func (r *resident) notes(with string, n client.Note) (count int) {
	_ = r.Until("anything", func(v *journey.World) bool {
		count = 0
		for _, m := range v.Messages {
			if m.Address == with && m.Note == n {
				count++
			}
		}
		return true
	})
	return count
}

// numbered makes texts that are told apart by number and are longer than any
// signal.
func numberedTexts(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("%03d %s", i+1, strings.Repeat("owl ", 250)))
	}
	return out
}

// puppetIn signs in a program whose strings the test holds.
func (w *town) puppet(name, device string) *puppet {
	w.t.Helper()
	at := name + "@" + xmpptest.Domain
	w.mu.Lock()
	if !slices.Contains(w.people, at) {
		w.people = append(w.people, at)
	}
	w.mu.Unlock()
	n, err := tor.Find(w.t.Context(), tor.Options{Getenv: w.socks.Env, Opener: w.socks.Opener()})
	must(w.t, err)
	me, err := xmpp.ParseAddress(at)
	must(w.t, err)
	conn, err := xmpp.Secure(w.t.Context(), n.Dialer(tor.NewIsolation(make([]byte, 32), at, 0)), tls.NewPolicy(w.server.Roots()),
		xmpp.Route{Host: xmpptest.Domain, Direct: true}, tls.Server{Domain: xmpptest.Domain})
	must(w.t, err)
	s, err := xmpp.Open(w.t.Context(), conn, xmpp.Login{Address: me, Password: secret.New(xmpptest.Password), Gate: everybody{}})
	must(w.t, err)
	w.t.Cleanup(func() { _ = s.Close(); _ = n.Close() })
	p := newPuppet(w.t, keyOfSomeone(w.t, name+device), s)
	must(w.t, s.Available(w.t.Context()))
	time.Sleep(time.Second) // until everybody has heard
	return p
}
