package otr_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coyim/otr3"

	"hushwing/internal/lab"
	"hushwing/otr"
)

// What breaks a private chat that nobody wanted to end: a program starts anew,
// loses its state, comes back at another address, under another tag, with
// another key, ends, or both begin at once; in any order, on a way with any
// delay. Afterwards a chat has to come about by itself, and then there has to be
// peace.

// talk is the latest live conversation of a person with an address, or nil.
func (p *person) talk(with string) (best *otr.Conversation) {
	for _, v := range p.chat.Conversations() {
		if v.Live() && v.Peer() == with && (best == nil || v.Since().After(best.Since())) {
			best = v
		}
	}
	return best
}

// wants does what the client does about a chat that is wanted private.
func (p *person) wants(with string) {
	if p.talk(with) == nil {
		p.start(with)
	}
}

// tells writes a text, if there is a chat. It reports whether it could.
func (p *person) tells(with, text string) bool {
	v := p.talk(with)
	if v == nil {
		return false
	}
	plain, _ := otr.NewPlain(text)
	wires, _, err := v.Seal(plain)
	for _, wire := range wires {
		p.w.send(packet{p.addr, with, wire.Body()})
	}
	return err == nil
}

// got reports whether a text came.
func (p *person) heardOf(text string) bool {
	return slices.ContainsFunc(got[otr.Text](p), func(e otr.Text) bool { return e.Plain == text })
}

// leaves ends the chat.
func (p *person) leaves(with string) {
	if v := p.talk(with); v != nil {
		if wires, err := v.End(); err == nil {
			for _, wire := range wires {
				p.w.send(packet{p.addr, with, wire.Body()})
			}
		}
	}
}

// other is a program at the other end of ours.
type other interface {
	asks()                    // its user wants the chat private
	tells(text string) bool   // its user writes
	heardOf(text string) bool // it showed a text
	leaves()                  // its user ends the chat
	again()                   // it starts anew at the same address, with nothing but its key
	stranger()                // and with another key and tag
	at() string               // its address
}

type ours struct {
	*person
	with string
	ids  []*otr.Identity
}

func (o *ours) asks()                  { o.start(o.with) }
func (o *ours) tells(text string) bool { return o.person.tells(o.with, text) }
func (o *ours) leaves()                { o.person.leaves(o.with) }
func (o *ours) at() string             { return o.addr }

func (o *ours) again() {
	o.person = o.w.person(o.addr, o.id)
	o.mends = true
}

func (o *ours) stranger() {
	o.ids = append(o.ids[1:], o.ids[0])
	o.id = o.ids[0]
	o.again()
}

// breaks does seed's worth of harm, and then looks for peace.
func breaks(t *testing.T, w *world, seed uint64, ana *ours, ben other) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 5))
	slowest := random.IntN(9)
	w.delay = func() time.Duration { return time.Duration(random.IntN(1+slowest*1000)) * time.Millisecond }
	var done []string
	did := func(s string, args ...any) { done = append(done, fmt.Sprintf(s, args...)) }
	for n := range 14 {
		switch random.IntN(12) {
		case 0:
			did("ana starts")
			ana.asks()
		case 1:
			did("ben starts")
			ben.asks()
		case 2, 3:
			did("both start")
			ana.asks()
			ben.asks()
		case 4:
			did("ana is new")
			ana.again()
		case 5:
			did("ben is new")
			ben.again()
		case 6:
			did("ben is another")
			ben.stranger()
		case 7:
			did("ana ends")
			ana.leaves()
		case 8:
			did("ben ends")
			ben.leaves()
		case 9, 10:
			did("both write")
			ana.tells(fmt.Sprint("a", n))
			ben.tells(fmt.Sprint("b", n))
		case 11:
			did("ben is gone for ana")
			w.send(ana.take(ana.chat.Gone(w.now, ben.at()))...)
		}
		w.run()
		wait := time.Duration(random.IntN(12)) * time.Second
		did("%v", wait)
		w.wait(wait)
	}
	// From now on both want to talk, and say so as people do.
	began := len(w.seen)
	for round := 0; ; round++ {
		ana.wants(ben.at())
		if round == 0 {
			ben.asks()
		}
		w.run()
		w.wait(45 * time.Second)
		a, b := fmt.Sprint("ana, round ", round), fmt.Sprint("ben, round ", round)
		ana.tells(a)
		ben.tells(b)
		w.run()
		w.wait(25 * time.Second)
		if ana.heardOf(b) && ben.heardOf(a) {
			break
		}
		if round == 4 {
			t.Fatalf("seed %d: stuck after %q", seed, done)
		}
	}
	commits := 0
	for _, p := range w.seen[began:] {
		if strings.HasPrefix(p.body, "?OTR:AAMC") {
			commits++
		}
	}
	if commits > 12 {
		t.Errorf("seed %d: %d exchanges to become private, after %q", seed, commits, done)
	}
	w.wait(2 * time.Minute)
	began = len(w.seen)
	w.wait(10 * time.Minute)
	if n := len(w.seen) - began; n != 0 {
		t.Errorf("seed %d: %d messages long after all was well, after %q", seed, n, done)
	}
}

func TestBreaks(t *testing.T) {
	t.Parallel()
	ids := identities()
	for seed := range uint64(rounds(28)) {
		w := newWorld(t)
		ana := &ours{person: w.person(anaAddr, ids[0]), with: benAddr, ids: []*otr.Identity{ids[0], ids[3]}}
		ben := &ours{person: w.person(benAddr, ids[1]), with: anaAddr, ids: []*otr.Identity{ids[1], ids[2]}}
		ana.mends, ben.mends = true, true
		breaks(t, w, seed, ana, ben)
	}
}

func TestBreaksWithLibotr(t *testing.T) {
	for seed := range uint64(rounds(8)) {
		w := newWorld(t)
		ana := &ours{person: w.person(anaAddr, identities()[0]), with: benAddr, ids: []*otr.Identity{identities()[0]}}
		ana.mends = true
		breaks(t, w, seed, ana, &theirLibotr{libotr: w.libotr(benAddr, anaAddr, lab.OTRPeerOptions{}), w: w, dir: t.TempDir()})
	}
}

type theirLibotr struct {
	*libotr
	w     *world
	dir   string
	count int
}

func (l *theirLibotr) asks() {
	l.peer.Query()
	l.w.send(l.drain()...)
}

func (l *theirLibotr) tells(text string) bool {
	l.peer.Send(text)
	for _, p := range l.drain() {
		if strings.HasPrefix(p.body, "?OTR:") { // not what it would send in clear
			l.w.send(p)
		}
	}
	return true
}

func (l *theirLibotr) heardOf(text string) bool {
	return slices.ContainsFunc(l.events, func(e lab.OTREvent) bool {
		return e.Kind == "msg" && strings.HasSuffix(e.Text, text)
	})
}

func (l *theirLibotr) leaves() {
	l.peer.End()
	l.w.send(l.drain()...)
}

func (l *theirLibotr) at() string { return l.addr }
func (l *theirLibotr) again()     { l.libotr = l.w.libotr(l.addr, l.with, lab.OTRPeerOptions{}) }

func (l *theirLibotr) stranger() {
	l.count++
	l.libotr = l.w.libotr(l.addr, l.with, lab.OTRPeerOptions{KeyFile: filepath.Join(l.dir, fmt.Sprint(l.count))})
}

// The bare engine asks the clock itself, and ignores queries for a minute: so it
// gets a clock that goes with the world's.
func TestBreaksWithBareEngine(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	for seed := range uint64(rounds(8)) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.sleep = time.Sleep
			ana := &ours{person: w.person(anaAddr, identities()[0]), with: benAddr, ids: []*otr.Identity{identities()[0]}}
			ana.mends = true
			ben := &theirBare{w: w, key: keys[0]}
			ben.again()
			breaks(t, w, seed, ana, ben)
		})
	}
}

type theirBare struct {
	*bare
	w   *world
	key *otr3.DSAPrivateKey
}

func (b *theirBare) again() {
	b.bare = newBare(b.key, 0, nil)
	b.addr, b.bare.with = benAddr, anaAddr
	b.w.nodes[benAddr] = b.bare
}

func (b *theirBare) stranger() {
	keys := rawKeys()
	b.key = keys[(slices.Index(keys[:], b.key)+1)%len(keys)]
	b.again()
}

func (b *theirBare) out(send []otr3.ValidMessage, err error) bool {
	for _, s := range bodies(send) {
		b.w.send(packet{benAddr, anaAddr, s})
	}
	return err == nil
}

func (b *theirBare) asks() { b.w.send(packet{benAddr, anaAddr, string(b.conv.QueryMessage())}) }

func (b *theirBare) tells(text string) bool {
	return b.conv.IsEncrypted() && b.out(b.conv.Send(otr3.ValidMessage(text)))
}

func (b *theirBare) heardOf(text string) bool { return slices.Contains(b.texts, text) }
func (b *theirBare) leaves()                  { b.out(b.conv.End()) }
func (b *theirBare) at() string               { return benAddr }

// Three programs of one person at once, two of them with one key, while one of
// them after the other starts anew.
func TestThreePrograms(t *testing.T) {
	t.Parallel()
	ids := identities()
	w := newWorld(t)
	ana := w.person(anaAddr, ids[0])
	ana.mends = true
	var bens []*person
	for i, id := range []*otr.Identity{ids[1], ids[1], ids[2]} {
		p := w.person(fmt.Sprintf("ben@example.test/b%d", i), id)
		p.mends = true
		bens = append(bens, p)
		ana.start(p.addr)
		p.start(anaAddr)
	}
	w.run()
	w.wait(10 * time.Second)
	for round := range 6 {
		for i, p := range bens {
			a, b := fmt.Sprint("to ", i, " in round ", round), fmt.Sprint("from ", i, " in round ", round)
			ana.tells(p.addr, a)
			p.tells(anaAddr, b)
			w.run()
			if !ana.heardOf(b) || !p.heardOf(a) {
				t.Fatalf("round %d: nothing passes between Ana and program %d", round, i)
			}
			for _, o := range bens {
				if o != p && o.heardOf(a) {
					t.Errorf("program %d read what went to %d", i, i)
				}
			}
			if v := ana.talk(p.addr); v.Fingerprint() != p.id.Fingerprint() {
				t.Errorf("private with the wrong key")
			}
		}
		again := w.person(bens[round%3].addr, bens[round%3].id)
		again.mends = true
		bens[round%3] = again
		if round%2 == 0 {
			again.start(anaAddr)
		} else {
			ana.tells(again.addr, "are you there?")
		}
		w.run()
		w.wait(10 * time.Second)
	}
	if n := len(ana.chat.Conversations()); n != 3 {
		t.Errorf("%d conversations", n)
	}
}
