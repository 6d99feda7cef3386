package client_test

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tor"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

const (
	benAt   = "ben@" + xmpptest.Domain
	benFull = benAt + "/b"
)

// host is a server that keeps sessions (XEP-0198, 5), with one account, Ana's,
// and one contact of hers who is there and talks as another Hushwing does. It
// does what no real server does when it is told to: forget a session, or go
// silent in the middle of one. It is written from the XEP and shares no code
// with the program.
type host struct {
	*xmpptest.Server
	t testing.TB

	mu      sync.Mutex
	conn    *xmpptest.Conn // the one that talks; nil: none
	session string         // its name; "": none
	count   int
	in      uint32   // stanzas of hers that were taken
	out     []string // stanzas to her that she has not acknowledged
	acked   uint32
	there   bool // she has sent presence
	forget  bool // sessions are not gone on with
	frozen  bool // the connection of the moment is dead, and nobody says so
	most    int  // seconds that a session is held

	resumed, refused, begun int
	ben                     *otr.Chat
	live                    *otr.Conversation
	exchanges, repeats      int // key exchanges, and texts that were announced as sent before
	texts                   []string
}

func newHost(t testing.TB) *host {
	t.Helper()
	id, err := bensKey()
	if err != nil {
		t.Fatal(err)
	}
	h := &host{t: t, ben: otr.NewChat(id, benFull), most: 300}
	h.Server = xmpptest.New(t, h.serve)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				h.do(func() { h.took(h.ben.Tick(now)) })
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-done })
	return h
}

// bensKey is one for all: making it takes longer than a test.
var bensKey = sync.OnceValues(func() (*otr.Identity, error) { return otr.NewIdentity(nil) })

// do runs f with the lock. What f cannot say because the connection has ended
// waits for the next one.
func (h *host) do(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer func() { _ = recover() }()
	f()
}

// serve is the script of each connection.
func (h *host) serve(c *xmpptest.Conn) {
	c.Auth(xmpptest.SCRAM{})
	c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
	for mine := false; ; {
		e := c.Next()
		h.mu.Lock()
		// One that another has taken over from is not heard any more either.
		dead := h.frozen && h.conn == c || h.conn != c && mine
		if !dead {
			func() {
				defer h.mu.Unlock()
				h.take(c, e)
				mine = h.conn == c
			}()
			continue
		}
		h.mu.Unlock()
	}
}

// take answers one element.
func (h *host) take(c *xmpptest.Conn, e xmpptest.Elem) {
	const sm = "xmlns='urn:xmpp:sm:3'"
	switch e.Name.Local {
	case "resume":
		if h.session == "" || e.Attr("previd") != h.session || h.forget {
			h.refused++
			known := ""
			if h.session != "" && e.Attr("previd") == h.session {
				known = fmt.Sprintf(" h='%d'", h.in)
			}
			h.session = ""
			c.Send("<failed %s%s><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>", sm, known)
			return
		}
		h.acknowledged(e)
		h.resumed++
		h.conn, h.frozen = c, false
		c.Send("<resumed %s previd='%s' h='%d'/>", sm, h.session, h.in)
		for _, s := range h.out {
			c.Send("%s", s)
		}
	case "enable":
		for _, v := range h.ben.Conversations() { // whom they were with has gone
			h.ben.Drop(v)
		}
		h.live = nil
		h.count++
		h.begun++
		h.session = "session-" + strconv.Itoa(h.count)
		h.conn, h.frozen, h.there = c, false, false
		h.in, h.acked, h.out = 0, 0, nil
		c.Send("<enabled %s id='%s' resume='true' max='%d'/>", sm, h.session, h.most)
	case "a":
		if h.conn == c {
			h.acknowledged(e)
		}
	case "r":
		c.Send("<a %s h='%d'/>", sm, h.in)
	case "iq", "message", "presence":
		if h.conn == c {
			h.in++
		}
		h.stanza(c, e)
	}
}

func (h *host) acknowledged(e xmpptest.Elem) {
	n, err := strconv.ParseUint(e.Attr("h"), 10, 32)
	if err != nil || uint32(n)-h.acked > uint32(len(h.out)) {
		h.t.Errorf("she acknowledges %q of %d and %d", e.Attr("h"), h.acked, len(h.out))
		return
	}
	h.out = h.out[uint32(n)-h.acked:]
	h.acked = uint32(n)
}

func (h *host) stanza(c *xmpptest.Conn, e xmpptest.Elem) {
	switch {
	case e.Name.Local == "iq" && strings.Contains(e.Inner, "xmpp-bind"):
		c.Result(e, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+anaAt+"/r"+strconv.Itoa(h.count)+"</jid></bind>")
	case e.Name.Local == "iq" && strings.Contains(e.Inner, "jabber:iq:roster"):
		h.answer(c, e, "<query xmlns='jabber:iq:roster'><item jid='"+benAt+"' subscription='both'/></query>")
	case e.Name.Local == "iq" && e.Attr("type") != "result":
		h.answer(c, e, "")
	case e.Name.Local == "presence" && e.Attr("type") == "" && e.Attr("to") == "":
		h.there = true
		h.say("<presence from='" + benFull + "' to='" + anaAt + "'/>")
	case e.Name.Local == "message":
		var m struct {
			Body string `xml:"body"`
		}
		if xml.Unmarshal([]byte(e.Raw), &m) == nil && m.Body != "" {
			h.took(h.ben.Receive(time.Now(), h.full(), m.Body))
		}
	}
}

func (h *host) full() string { return anaAt + "/r" + strconv.Itoa(h.count) }

// answer answers a request of hers.
func (h *host) answer(c *xmpptest.Conn, e xmpptest.Elem, payload string) {
	if h.conn != c { // before there is a session
		c.Result(e, payload)
		return
	}
	h.say("<iq type='result' id='" + e.Attr("id") + "'>" + payload + "</iq>")
}

// say sends her a stanza, which is kept until she has acknowledged it.
func (h *host) say(stanza string) {
	h.out = append(h.out, stanza)
	if h.conn != nil && !h.frozen {
		h.conn.Send("%s<r xmlns='urn:xmpp:sm:3'/>", stanza)
	}
}

// took carries out what OTR says at the contact's end.
func (h *host) took(events []otr.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case otr.Transmit:
			h.send(e.Wire)
		case otr.TurnedPrivate:
			h.exchanges++
			_ = h.ben.Promote(e.Conversation)
			h.live = e.Conversation
			h.signal(0x48570000, []byte{1})
		case otr.SignalReceived:
			if e.Signal.Usage == 0x48570002 {
				h.repeats++
			}
		case otr.Text:
			h.texts = append(h.texts, e.Plain)
			h.signal(0x48570001, e.ID[:])
		}
	}
}

func (h *host) signal(usage uint32, data []byte) {
	if wires, err := h.live.SealSignal(otr.Signal{Usage: usage, Data: data}); err == nil {
		h.send(wires...)
	}
}

func (h *host) send(wires ...otr.Wire) {
	for _, w := range wires {
		h.say("<message type='chat' from='" + benFull + "' to='" + h.full() + "'><body>" + w.Body() + "</body></message>")
	}
}

// write is the contact writing a text.
func (h *host) write(text string) {
	h.t.Helper()
	h.do(func() {
		p, err := otr.NewPlain(text)
		if err != nil {
			h.t.Error(err)
			return
		}
		if wires, _, err := h.live.Seal(p); err == nil {
			h.send(wires...)
		}
	})
}

// cut ends her connections as a dead circuit of Tor does.
func (h *host) cut() { h.Exit().Break() }

func (h *host) set(f func(h *host)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(h)
}

// until waits until something holds at the server.
func (h *host) until(what string, cond func(h *host) bool) {
	h.t.Helper()
	for end := time.Now().Add(journey.Patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		h.mu.Lock()
		good := cond(h)
		h.mu.Unlock()
		if good {
			return
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.t.Fatalf("in vain: %s; %d begun, %d resumed, %d refused, %d exchanges, %d texts", what, h.begun, h.resumed, h.refused, h.exchanges, len(h.texts))
}

// got fails the test unless exactly these texts have come, in this order.
func (h *host) got(want ...string) {
	h.t.Helper()
	h.until(fmt.Sprintf("%d texts", len(want)), func(h *host) bool { return len(h.texts) >= len(want) })
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Equal(h.texts, want) {
		h.t.Fatalf("%d texts came, want %d; or in another order", len(h.texts), len(want))
	}
}

// guest is Ana, signed in at a host.
type guest struct {
	*journey.Person
	dir string
}

// options are those of a program at this host.
func (h *host) options(dir string) client.Options {
	return client.Options{
		Dir: dir, Roots: h.Roots(), Tor: tor.Options{Getenv: h.Exit().Env}, Resolvers: []xmpp.Resolver{},
	}
}

// ana makes a profile with her account, and goes online.
func (h *host) ana(t testing.TB) *guest {
	t.Helper()
	g := &guest{dir: filepath.Join(t.TempDir(), "p")}
	id, err := ownKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := config.Create(g.dir, secret.New(profilePassword))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Modify(func(p *config.Profile) error {
		p.Accounts = append(p.Accounts, config.Account{
			ID: "a1", Address: anaAt, Password: secret.New(xmpptest.Password), Identity: id.Export(),
			Contacts: []config.Contact{{Address: benAt}},
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	g.open(t, h)
	return g
}

// open starts her program.
func (g *guest) open(t testing.TB, h *host) {
	t.Helper()
	g.Person = journey.Start(h.options(g.dir))
	t.Cleanup(g.Close)
	if err := g.Unlock(profilePassword); err != nil {
		t.Fatal(err)
	}
	if err := g.Online(anaAt); err != nil {
		t.Fatal(err)
	}
}

// chat makes it private, at both ends.
func (g *guest) chat(t testing.TB, h *host) {
	t.Helper()
	g.Look(benAt)
	if err := g.Private(benAt); err != nil {
		t.Fatal(err)
	}
	h.until("a private chat", func(h *host) bool { return h.live != nil && h.live.Live() })
}

// say writes a text and returns its ID.
func (g *guest) say(t testing.TB, text string) string {
	t.Helper()
	id, err := g.Say(benAt, text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
