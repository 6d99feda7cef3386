package xmpp_test

import (
	"fmt"
	"strings"
	"testing"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// items are n contacts as a server lists them, each about size bytes long.
func items(n, size int) string {
	var b strings.Builder
	for i := range n {
		item := fmt.Sprintf("<item jid='c%05d@example.test' subscription='both' name='Contact %05d'><group>Friends</group></item>", i, i)
		b.WriteString(item)
		b.WriteString(strings.Repeat(" ", max(size-len(item), 0)))
	}
	return b.String()
}

// TestLongRoster: the list that we asked for may be longer than any other stanza.
func TestLongRoster(t *testing.T) {
	const n = 8_000
	s := open(t, xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Bind(true)
		c.Roster(items(n, 150))
		c.Hang()
	}))
	got := s.Roster()
	if len(got) != n || got[n-1].Address.String() != fmt.Sprintf("c%05d@example.test", n-1) || got[7].Name != "Contact 00007" {
		t.Errorf("%d of %d contacts", len(got), n)
	}
}

// TestOnlyTheRosterIsLong: no other stanza may be so long, before or after, not
// even one that says it is such a list.
func TestOnlyTheRosterIsLong(t *testing.T) {
	long := "<query xmlns='jabber:iq:roster'>" + items(7_500, 150) + "</query>"
	s := open(t, xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{})
		c.Bind(true)
		iq := c.NextIs("iq")
		// A second one with the same id, and one of a contact's making.
		c.Result(iq, "<query xmlns='jabber:iq:roster'><item jid='ben@example.test' subscription='both'/></query>")
		c.Result(iq, long)
		c.Send("<iq from='ben@example.test/r' type='result' id='%s'>%s</iq>", iq.Attr("id"), long)
		c.Send("<message from='ben@example.test/r'><body>%s</body></message>", strings.Repeat("x", 3<<19))
		c.Send("<message from='ben@example.test/r'><body>short</body></message>")
		c.Hang()
	}))
	if r := s.Roster(); len(r) != 1 {
		t.Errorf("%d contacts", len(r))
	}
	if m := next[xmpp.MessageReceived](t, s); m.Body != "short" {
		t.Errorf("a message of %d bytes came", len(m.Body))
	}
}
