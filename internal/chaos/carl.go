package chaos

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hushwing/internal/lab"
)

// Carl is somebody with another program: libotr, on a small XMPP client that
// comes back when the server does. As such programs do, it keeps nothing: what
// it could not send or open is gone, and it says so.
type Carl struct {
	*Ledger // of his texts to Ana
	Address string

	otr    *lab.OTRPeer
	server *lab.Prosody
	name   string
	ana    string
	heard  *Ledger // of Ana's texts to him
	said   func(string, ...any)

	mu      sync.Mutex // libotr's one thread, and all below
	conn    net.Conn
	to      string // where Ana is
	private bool
	there   bool // Ana is
	known   bool // as a contact of his
	heardN  int
	written int
	allowed int
	notices []time.Time

	stop chan struct{}
	wg   sync.WaitGroup
}

// NewCarl makes his address and signs in.
func NewCarl(t testing.TB, server *lab.Prosody, name, ana string, wrote, heard *Ledger, said func(string, ...any)) *Carl {
	t.Helper()
	at := name + "@" + server.Domain()
	c := &Carl{
		Ledger: wrote, Address: at, server: server, name: name, ana: ana, heard: heard, said: said,
		otr:  lab.NewOTRPeer(t, lab.OTRPeerOptions{Account: at, Contact: ana}),
		stop: make(chan struct{}),
	}
	conn, err := c.dial(true)
	if err != nil {
		t.Fatal(err)
	}
	c.wg.Go(func() { c.live(conn) })
	c.wg.Go(c.write)
	return c
}

// dial signs in, on the server's own loopback address: his way is not what is hit.
func (c *Carl) dial(register bool) (net.Conn, error) {
	roots := x509.NewCertPool()
	roots.AddCert(c.server.CA())
	// Straight to the lab's own server on loopback: what is in front of it is under test.
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", c.server.Addr()+":5223", &tls.Config{RootCAs: roots, ServerName: c.server.Domain()})
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	say := func(text, want string) {
		if err != nil {
			return
		}
		if _, err = io.WriteString(conn, text); err != nil {
			return
		}
		var got strings.Builder
		for buf := make([]byte, 4096); want != "" && !strings.Contains(got.String(), want); {
			n, readErr := conn.Read(buf)
			got.Write(buf[:n])
			if readErr != nil {
				err = fmt.Errorf("the server said %q: %w", got.String(), readErr)
				return
			}
		}
	}
	open := fmt.Sprintf("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='%s' version='1.0'>", c.server.Domain())
	say(open, "</stream:features>")
	if register {
		say("<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>"+c.name+"</username><password>pw</password></query></iq>", "<iq")
	}
	auth := base64.StdEncoding.EncodeToString([]byte("\x00" + c.name + "\x00pw"))
	say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"+auth+"</auth>", "<success")
	say(open, "</stream:features>")
	say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>libotr</resource></bind></iq>", "<jid>")
	say("<iq type='get' id='ros'><query xmlns='jabber:iq:roster'/></iq>", "id='ros'")
	say("<presence/>", "")
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}

// live listens, and comes back when the server does.
func (c *Carl) live(conn net.Conn) {
	for {
		c.mu.Lock()
		c.conn = conn
		c.mu.Unlock()
		c.listen(conn)
		conn.Close()
		c.mu.Lock()
		c.conn, c.there = nil, false
		c.mu.Unlock()
		for {
			select {
			case <-c.stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
			var err error
			if conn, err = c.dial(false); err == nil {
				c.said("Carl is back")
				break
			}
		}
	}
}

// listen hands what comes to libotr.
func (c *Carl) listen(conn net.Conn) {
	type stanza struct {
		From string `xml:"from,attr"`
		Type string `xml:"type,attr"`
		Body string `xml:"body"`
	}
	d := xml.NewDecoder(io.MultiReader(strings.NewReader("<stream xmlns:stream='s'>"), conn))
	for {
		tok, err := d.Token()
		if err != nil {
			return
		}
		start, ok := tok.(xml.StartElement)
		if !ok || start.Name.Local != "message" && start.Name.Local != "presence" {
			continue
		}
		var s stanza
		if d.DecodeElement(&s, &start) != nil {
			return
		}
		c.does(func() { c.take(start.Name.Local, s.From, s.Type, s.Body) })
	}
}

// take is with the lock.
func (c *Carl) take(kind, from, typ, body string) {
	bare, _, _ := strings.Cut(from, "/")
	if bare != c.ana {
		return
	}
	switch {
	case kind == "presence" && typ == "subscribe":
		c.send(fmt.Sprintf("<presence type='subscribed' to='%[1]s'/><presence type='subscribe' to='%[1]s'/>", c.ana))
		c.known = true
	case kind == "presence" && typ == "unavailable":
		if c.to == from {
			c.to, c.there = c.ana, false
		}
	case kind == "presence" && typ == "":
		c.there = true
		c.to = from // she has one program: this is it
	case kind == "message" && typ == "error":
		c.notices = append(c.notices, time.Now())
	case kind == "message" && body != "":
		c.to, c.there = from, true
		c.otr.Receive(body)
	}
}

func (c *Carl) send(text string) {
	if c.conn != nil {
		_, _ = io.WriteString(c.conn, text)
	}
}

// does has libotr do something, and sends what comes of it.
func (c *Carl) does(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	for _, e := range c.otr.Drain() {
		switch e.Kind {
		case "msg":
			if n, ok := number(c.heard.Name, e.Text); ok {
				c.heardN++
				c.heard.Shown(n, fmt.Sprintf("carl-%d", c.heardN), time.Now())
			}
		case "secure":
			c.private = true
		case "insecure", "ended":
			c.private = false
		case "note", "error", "clear":
			if e.Text == "heartbeat-received" {
				continue // a message without a text: another Hushwing would read it
			}
			c.notices = append(c.notices, time.Now())
			c.said("Carl's libotr: %s %s", e.Kind, e.Text)
		case "inject":
			var body strings.Builder
			_ = xml.EscapeText(&body, []byte(e.Text))
			c.send(fmt.Sprintf("<message type='chat' to='%s'><body>%s</body></message>", c.to, body.String()))
		}
	}
}

// Allow lets him write up to text n.
func (c *Carl) Allow(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.allowed = max(c.allowed, n)
}

// write writes what is allowed, when the chat looks private to him.
func (c *Carl) write() {
	for {
		select {
		case <-c.stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
		c.does(func() {
			if c.written >= c.allowed || !c.private || !c.there || c.conn == nil {
				return
			}
			c.Accepted(c.written, time.Now())
			c.otr.Send(numbered(c.Name, c.written))
			c.written++
		})
	}
}

// noticed reports whether he was told of a failure soon after a moment.
func (c *Carl) noticed(from time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.notices, func(at time.Time) bool {
		return at.After(from) && at.Before(from.Add(aLittleLater))
	})
}

// Close signs out.
func (c *Carl) Close() {
	close(c.stop)
	c.mu.Lock()
	if c.conn != nil {
		c.conn.Close()
	}
	c.mu.Unlock()
	c.wg.Wait()
}
