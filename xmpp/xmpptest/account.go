package xmpptest

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Account is a server for one account that manages its streams as XEP-0198
// says, written from the XEP alone: it counts, keeps what is not acknowledged,
// and lets a session go on. Serve is the script of every connection.
type Account struct {
	SCRAM  SCRAM
	Forget bool // it knows no session any more

	mu       sync.Mutex
	conn     *Conn // the one that there is now
	id       string
	sessions int
	h        uint32   // stanzas of the program's
	acked    uint32   // of ours
	queue    []string // ours that are not
	got      []string // ids of the program's messages
	waits    []string // messages without a session
}

// Got returns the ids of the messages that the program sent, in the order in
// which they were counted.
func (a *Account) Got() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.got...)
}

// Sessions is how many there were: one that goes on is one.
func (a *Account) Sessions() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sessions
}

// Deliver has a stanza for the program. It arrives at the session that there is,
// now or when it goes on.
func (a *Account) Deliver(stanza string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.id == "" {
		a.waits = append(a.waits, stanza)
		return
	}
	a.say(stanza)
}

// say sends a stanza and keeps it. The lock is held.
func (a *Account) say(stanza string) {
	a.queue = append(a.queue, stanza)
	a.write(stanza + "<r xmlns='urn:xmpp:sm:3'/>")
}

// write sends to the connection of now; one that breaks is nobody's fault.
func (a *Account) write(s string) {
	defer func() { _ = recover() }()
	if a.conn != nil {
		a.conn.Send("%s", s)
	}
}

// Serve is the script.
func (a *Account) Serve(c *Conn) {
	c.Auth(a.SCRAM)
	c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
	for {
		a.take(c, c.Next())
	}
}

// Answer answers a ping or another request, without a session.
func (a *Account) Answer(c *Conn, iq Elem) {
	c.Send("<iq xmlns='jabber:client' from='%s' to='ana@%[1]s/r' type='result' id='%s'/>", Domain, iq.Attr("id"))
}

func (a *Account) take(c *Conn, e Elem) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.conn != nil && a.conn != c && e.Name.Local != "iq" && e.Name.Local != "resume" {
		return // of a connection that another has replaced
	}
	switch e.Name.Local {
	case "resume":
		a.resume(c, e)
		return
	case "enable":
		a.sessions++
		a.id, a.h, a.acked, a.queue = fmt.Sprintf("session %d", a.sessions), 0, 0, nil
		a.conn = c
		a.write(fmt.Sprintf("<enabled xmlns='urn:xmpp:sm:3' id='%s' resume='true' max='300'/>", a.id))
		for _, s := range a.waits {
			a.say(s)
		}
		a.waits = nil
		return
	case "r":
		a.write(fmt.Sprintf("<a xmlns='urn:xmpp:sm:3' h='%d'/>", a.h))
		return
	case "a":
		a.acknowledged(e.Attr("h"))
		return
	}
	bind := strings.Contains(e.Raw, "xmpp-bind")
	switch {
	case bind:
		c.Result(e, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
		return
	case e.Name.Local == "message":
		a.got = append(a.got, e.Attr("id"))
	case e.Name.Local == "iq" && e.Attr("type") != "result":
		payload := ""
		if strings.Contains(e.Raw, "jabber:iq:roster") {
			payload = "<query xmlns='jabber:iq:roster'/>"
		}
		a.h++
		a.queue = append(a.queue, fmt.Sprintf("<iq type='result' id='%s'>%s</iq>", e.Attr("id"), payload))
		a.write(a.queue[len(a.queue)-1])
		return
	}
	a.h++
}

func (a *Account) acknowledged(h string) {
	n, err := strconv.ParseUint(h, 10, 32)
	if done := int(uint32(n) - a.acked); err == nil && done <= len(a.queue) {
		a.queue, a.acked = a.queue[done:], uint32(n)
		return
	}
	panic(fmt.Sprintf("the program acknowledges %s, of %d and %d", h, a.acked, len(a.queue)))
}

func (a *Account) resume(c *Conn, e Elem) {
	if a.Forget || e.Attr("previd") != a.id || a.id == "" {
		c.Send("<failed xmlns='urn:xmpp:sm:3' h='%d'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>", a.h)
		return
	}
	a.acknowledged(e.Attr("h"))
	a.conn = c
	a.write(fmt.Sprintf("<resumed xmlns='urn:xmpp:sm:3' h='%d' previd='%s'/>", a.h, a.id) + strings.Join(a.queue, "") + "<r xmlns='urn:xmpp:sm:3'/>")
}
