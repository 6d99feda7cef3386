package xmpptest

import "fmt"

// Managed signs the program in as Live does, with a session that can be resumed
// for max seconds under this id.
func (c *Conn) Managed(id string, max int) {
	c.Auth(SCRAM{})
	c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
	c.bindManaged(c.NextIs("iq"), id, max)
}

func (c *Conn) bindManaged(bind Elem, id string, max int) {
	c.Result(bind, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"+c.Full()+"</jid></bind>")
	c.NextIs("enable")
	c.Send("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='%s' max='%d'/>", id, max)
	c.Roster("")
}

// Resume signs the program in up to its wish to resume, which it returns.
func (c *Conn) Resume() Elem {
	c.Auth(SCRAM{})
	c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>")
	return c.NextIs("resume")
}

// Resumed agrees, having got h stanzas, and says more at once.
func (c *Conn) Resumed(resume Elem, h uint32, more string) {
	c.Send("%s", fmt.Sprintf("<resumed xmlns='urn:xmpp:sm:3' h='%d' previd='%s'/>", h, resume.Attr("previd"))+more)
}

// Fresh refuses to resume with what is given as attributes of <failed/>, and
// begins a new session.
func (c *Conn) Fresh(attrs, id string, max int) {
	c.Send("<failed xmlns='urn:xmpp:sm:3'%s><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>", attrs)
	c.bindManaged(c.NextIs("iq"), id, max)
}

// Break ends the connection as a network does that is gone: nothing is said, not
// even by TLS.
func (c *Conn) Break() {
	_ = c.raw.Close()
	c.fail()
}
