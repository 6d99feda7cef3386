package client_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// The signals that two Hushwings send each other, as anyone can read them in
// the source.
const (
	signalHello  = 0x48570000
	signalHave   = 0x48570001
	signalRepeat = 0x48570002
)

// everybody admits whoever writes.
type everybody struct{}

func (everybody) Admits(xmpp.Address) bool { return true }

// raw signs in without a client: a program that does what it likes.
func raw(t *testing.T, at, password string) *xmpp.Stream {
	t.Helper()
	l := lab.Shared(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, err := tor.Find(ctx, tor.Options{Getenv: journey.Getenv(l.Env())})
	must(t, err)
	me, err := xmpp.ParseAddress(at)
	must(t, err)
	conn, err := xmpp.Secure(ctx, n.Dialer(tor.NewIsolation(make([]byte, 32), at, 0)), tls.NewPolicy(tls.RootsFrom(l.Prosody().CA())),
		xmpp.Route{Host: l.Prosody().Onion(), Port: 5222}, tls.Server{Domain: l.Prosody().Domain(), Onion: true})
	must(t, err)
	s, err := xmpp.Open(ctx, conn, xmpp.Login{Address: me, Password: secret.New(password), Gate: everybody{}})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.Available(ctx))
	return s
}

// puppet is a program with a stream and a key of its own, all of whose strings
// the test holds: a second program of a contact, or one that lies.
type puppet struct {
	t      *testing.T
	id     *otr.Identity
	stream *xmpp.Stream

	mu     sync.Mutex
	deaf   func(body string) bool // these messages got lost on the way
	chat   *otr.Chat
	there  map[string]string // full addresses by bare ones
	latest *otr.Conversation
	texts  []otr.Text
	events []otr.Event
}

// puppet signs in as s beside s's own program, or instead of it.
func (s someone) puppet(t *testing.T, id *otr.Identity) *puppet {
	t.Helper()
	if id == nil {
		var err error
		id, err = otr.NewIdentity(rand.Reader)
		must(t, err)
	}
	return newPuppet(t, id, raw(t, s.at, s.password))
}

func newPuppet(t *testing.T, id *otr.Identity, stream *xmpp.Stream) *puppet {
	t.Helper()
	p := &puppet{t: t, id: id, there: map[string]string{}, stream: stream}
	p.chat = otr.NewChat(id, p.stream.Address().String())
	go func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case e, ok := <-p.stream.Events():
				if !ok {
					return
				}
				if m, ok := e.(xmpp.PresenceChanged); ok && m.Available {
					p.mu.Lock()
					p.there[m.From.Bare().String()] = m.From.String()
					p.mu.Unlock()
				}
				if m, ok := e.(xmpp.MessageReceived); ok {
					p.mu.Lock()
					if p.deaf == nil || !p.deaf(m.Body) {
						p.took(p.chat.Receive(time.Now(), m.From.String(), m.Body))
					}
					p.mu.Unlock()
				}
			case <-tick.C:
				p.mu.Lock()
				p.took(p.chat.Tick(time.Now()))
				p.mu.Unlock()
			}
		}
	}()
	return p
}

// ignore has messages get lost on the way from now on.
func (p *puppet) ignore(which func(body string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = which
}

func everything(string) bool { return true }

func (p *puppet) took(events []otr.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case otr.Transmit:
			p.send(e.To, e.Wire)
		case otr.TurnedPrivate:
			_ = p.chat.Promote(e.Conversation)
			p.latest = e.Conversation
		case otr.Text:
			p.texts = append(p.texts, e)
		}
		p.events = append(p.events, e)
	}
}

func (p *puppet) send(to string, wires ...otr.Wire) {
	a, err := jid.Parse(to)
	if err != nil {
		p.t.Errorf("%q: %v", to, err)
		return
	}
	for _, w := range wires {
		if _, err := p.stream.Send(context.Background(), a, w); err != nil {
			p.t.Errorf("the puppet cannot send: %v", err)
		}
	}
}

// private begins a private chat with a program and waits for it.
func (p *puppet) private(with someone) {
	p.t.Helper()
	p.until("their presence", func() bool { return p.there[with.at] != "" })
	p.mu.Lock()
	p.took(p.chat.Start(time.Now(), p.there[with.at]))
	p.mu.Unlock()
	p.until("a private chat", func() bool { return p.latest != nil && p.latest.Live() })
}

func (p *puppet) until(what string, ok func() bool) {
	p.t.Helper()
	for end := time.Now().Add(journey.Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		good := ok()
		p.mu.Unlock()
		if good {
			return
		}
	}
	p.t.Fatalf("the puppet waited in vain for %s", what)
}

// say writes in the latest conversation.
func (p *puppet) say(text string) otr.ID {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	plain, err := otr.NewPlain(text)
	must(p.t, err)
	wires, id, err := p.latest.Seal(plain)
	must(p.t, err)
	p.send(p.latest.Peer(), wires...)
	return id
}

func (p *puppet) signal(usage uint32, data []byte) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	wires, err := p.latest.SealSignal(otr.Signal{Usage: usage, Data: data})
	must(p.t, err)
	p.send(p.latest.Peer(), wires...)
}

// heard waits for a text.
func (p *puppet) heard(text string) otr.Text {
	p.t.Helper()
	var got otr.Text
	p.until("the text "+text, func() bool {
		for _, x := range p.texts {
			if x.Plain == text {
				got = x
				return true
			}
		}
		return false
	})
	return got
}

func (p *puppet) count(text string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range p.texts {
		if x.Plain == text {
			n++
		}
	}
	return n
}
