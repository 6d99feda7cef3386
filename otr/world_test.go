package otr_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/otr"
	"hushwing/secret"
)

// packet is a message on its way; the server sees it and may do as it likes.
type packet struct{ from, to, body string }

// node is a program at an address.
type node interface {
	receive(now time.Time, p packet) []packet
}

// world is a server, its clock, and the programs at its ends.
type world struct {
	t      testing.TB
	now    time.Time
	nodes  map[string]node
	queue  []packet
	seen   []packet
	middle func(packet) []packet // nil: an honest server
	delay  func() time.Duration  // nil: none. Between two programs nothing overtakes
	sleep  func(time.Duration)   // nil: time is only w.now, which bare engines do not know
	under  []delayed             // way
}

type delayed struct {
	packet
	at time.Time
}

func newWorld(t testing.TB) *world {
	return &world{t: t, now: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC), nodes: map[string]node{}}
}

func (w *world) send(ps ...packet) { w.queue = append(w.queue, ps...) }

// run delivers until nothing is on its way.
func (w *world) run() {
	w.t.Helper()
	for n := 0; len(w.queue) > 0; n++ {
		if n > 10000 {
			w.t.Fatal("the messages never end")
		}
		p := w.queue[0]
		w.queue = w.queue[1:]
		w.seen = append(w.seen, p)
		out := []packet{p}
		if w.middle != nil {
			out = w.middle(p)
		}
		for _, p := range out {
			w.carry(p)
		}
	}
}

// carry brings a message to its receiver, at once or later.
func (w *world) carry(p packet) {
	if w.delay == nil {
		w.deliver(p)
		return
	}
	d := delayed{p, w.now.Add(w.delay())}
	for _, o := range w.under {
		if o.from == p.from && o.to == p.to && o.at.After(d.at) {
			d.at = o.at
		}
	}
	w.under = append(w.under, d)
}

// arrive delivers what has been under way for long enough.
func (w *world) arrive() {
	for i := 0; i < len(w.under); {
		d := w.under[i]
		if d.at.After(w.now) {
			i++
			continue
		}
		w.under = slices.Delete(w.under, i, i+1)
		w.deliver(d.packet)
	}
}

// deliver hands over one message, whoever wrote it.
func (w *world) deliver(p packet) {
	if n := w.nodes[p.to]; n != nil {
		w.send(n.receive(w.now, p)...)
	}
}

// wait lets time pass, a second at a time.
func (w *world) wait(d time.Duration) {
	w.t.Helper()
	for end := w.now.Add(d); w.now.Before(end); {
		w.now = w.now.Add(time.Second)
		if w.sleep != nil {
			w.sleep(time.Second)
		}
		w.arrive()
		for _, n := range w.nodes {
			if p, ok := n.(*person); ok {
				w.send(p.take(p.chat.Tick(w.now))...)
			}
		}
		w.run()
	}
}

// person is one of ours.
type person struct {
	t      testing.TB
	w      *world
	addr   string
	id     *otr.Identity
	chat   *otr.Chat
	locks  bool // leaves what turned private locked
	mends  bool // starts anew when something cannot be read, as the client does
	latest *otr.Conversation
	events []otr.Event // all but Transmit
}

func (w *world) person(addr string, id *otr.Identity) *person {
	p := &person{t: w.t, w: w, addr: addr, id: id, chat: otr.NewChat(id, addr)}
	w.nodes[addr] = p
	return p
}

func (p *person) receive(now time.Time, m packet) []packet {
	return p.take(p.chat.Receive(now, m.from, m.body))
}

// take does what a client does with events.
func (p *person) take(events []otr.Event) (out []packet) {
	for _, e := range events {
		switch e := e.(type) {
		case otr.Transmit:
			out = append(out, packet{p.addr, e.To, e.Wire.Body()})
			continue
		case otr.TurnedPrivate:
			p.latest = e.Conversation
			if !p.locks {
				if err := p.chat.Promote(e.Conversation); err != nil {
					p.t.Errorf("%s: promote: %v", p.addr, err)
				}
			}
		case otr.Unreadable:
			if p.mends {
				out = append(out, p.take(p.chat.Start(p.w.now, e.From))...)
			}
		}
		p.events = append(p.events, e)
	}
	return out
}

func (p *person) start(to string) {
	p.w.send(p.take(p.chat.Start(p.w.now, to))...)
}

func (p *person) say(text string) otr.ID {
	p.t.Helper()
	plain, err := otr.NewPlain(text)
	if err != nil {
		p.t.Fatal(err)
	}
	wires, id, err := p.latest.Seal(plain)
	if err != nil {
		p.t.Fatalf("%s: seal: %v", p.addr, err)
	}
	if len(wires) != 1 {
		p.t.Fatalf("%d messages for one text", len(wires))
	}
	p.post(wires)
	return id
}

func (p *person) post(wires []otr.Wire) {
	for _, wire := range wires {
		p.w.send(packet{p.addr, p.latest.Peer(), wire.Body()})
	}
}

func (p *person) ask(question, answer string) {
	p.t.Helper()
	wires, err := p.latest.Ask(question, secret.New(answer))
	if err != nil {
		p.t.Fatalf("%s: ask: %v", p.addr, err)
	}
	p.post(wires)
}

func (p *person) answer(answer string) {
	p.t.Helper()
	wires, err := p.latest.Answer(secret.New(answer))
	if err != nil {
		p.t.Fatalf("%s: answer: %v", p.addr, err)
	}
	p.post(wires)
}

// got returns the events of one kind since the last forget.
func got[E otr.Event](p *person) (list []E) {
	for _, e := range p.events {
		if e, ok := e.(E); ok {
			list = append(list, e)
		}
	}
	return list
}

// one returns the only event of a kind.
func one[E otr.Event](p *person) E {
	p.t.Helper()
	list := got[E](p)
	if len(list) != 1 {
		var zero E
		p.t.Fatalf("%s: %d events of %T, want 1; all: %v", p.addr, len(list), zero, p.events)
	}
	return list[0]
}

func (p *person) forget() { p.events = nil }

// private checks that both are private with each other's key, and that a text
// goes through each way.
func private(t testing.TB, a, b *person) {
	t.Helper()
	for _, p := range []*person{a, b} {
		if p.latest == nil || !p.latest.Private() {
			t.Fatalf("%s is not private: %v", p.addr, p.events)
		}
	}
	if a.latest.Fingerprint() != b.id.Fingerprint() || b.latest.Fingerprint() != a.id.Fingerprint() {
		t.Fatal("private with the wrong key")
	}
	a.forget()
	b.forget()
	id1 := a.say("from " + a.addr)
	id2 := b.say("from " + b.addr)
	a.w.run()
	if e := one[otr.Text](b); e.Plain != "from "+a.addr || e.ID != id1 || e.Conversation != b.latest {
		t.Fatalf("b got %v", e)
	}
	if e := one[otr.Text](a); e.Plain != "from "+b.addr || e.ID != id2 || e.Conversation != a.latest {
		t.Fatalf("a got %v", e)
	}
	a.forget()
	b.forget()
}

const (
	anaAddr = "ana@example.test/a1"
	benAddr = "ben@example.test/b1"
)

// pair is Ana and Ben, private with each other.
func pair(t testing.TB) (*world, *person, *person) {
	t.Helper()
	w := newWorld(t)
	ids := identities()
	ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
	ana.start(benAddr)
	w.run()
	private(t, ana, ben)
	return w, ana, ben
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func isQuery(p packet) bool { return strings.HasPrefix(p.body, "?OTRv") }

func secretText(s string) secret.Text { return secret.New(s) }

// rounds is how often a test of chance is repeated.
func rounds(n int) int {
	if slow {
		return (n + 5) / 6
	}
	return n
}
