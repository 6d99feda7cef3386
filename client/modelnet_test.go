package client

import (
	"context"
	stdtls "crypto/tls"
	"errors"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"hushwing/tor"
	"hushwing/xmpp/xmpptest"
)

// The network of the model test: in memory, so that its time can be simulated,
// and reached through the real constructors. A tor.Opener gives out pipes; at
// their other end stands what looks like Tor, and behind that one XMPP server,
// which does what it likes with what it carries.

// pipe is one direction of a connection.
type pipe struct {
	mu     sync.Mutex
	more   *sync.Cond
	buf    []byte
	closed bool
}

func newPipe() *pipe {
	p := &pipe{}
	p.more = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.more.Broadcast()
}

// pipeEnd is one end of a connection in memory, with room without end.
type pipeEnd struct {
	in, out *pipe

	mu    sync.Mutex
	by    time.Time
	timer *time.Timer
}

func newConn() (*pipeEnd, *pipeEnd) {
	a, b := newPipe(), newPipe()
	return &pipeEnd{in: a, out: b}, &pipeEnd{in: b, out: a}
}

func (e *pipeEnd) Read(b []byte) (int, error) {
	e.in.mu.Lock()
	defer e.in.mu.Unlock()
	for len(e.in.buf) == 0 {
		switch {
		case e.in.closed:
			return 0, io.EOF
		case e.late():
			return 0, os.ErrDeadlineExceeded
		}
		e.in.more.Wait()
	}
	n := copy(b, e.in.buf)
	e.in.buf = e.in.buf[n:]
	return n, nil
}

func (e *pipeEnd) Write(b []byte) (int, error) {
	e.out.mu.Lock()
	defer e.out.mu.Unlock()
	if e.out.closed {
		return 0, io.ErrClosedPipe
	}
	e.out.buf = append(e.out.buf, b...)
	e.out.more.Broadcast()
	return len(b), nil
}

func (e *pipeEnd) Close() error {
	e.in.end()
	e.out.end()
	_ = e.SetReadDeadline(time.Time{})
	return nil
}

func (e *pipeEnd) late() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.by.IsZero() && !time.Now().Before(e.by)
}

func (e *pipeEnd) SetReadDeadline(by time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
	if e.by = by; !by.IsZero() {
		e.timer = time.AfterFunc(time.Until(by), e.in.more.Broadcast)
	}
	return nil
}

func (e *pipeEnd) SetDeadline(by time.Time) error   { return e.SetReadDeadline(by) }
func (e *pipeEnd) SetWriteDeadline(time.Time) error { return nil }
func (e *pipeEnd) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (e *pipeEnd) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9050} }

// line is one program's way to the network. It is a tor.Opener.
type line struct {
	server *modelServer

	mu    sync.Mutex
	down  bool
	conns []*pipeEnd
}

func (l *line) Open(_ context.Context, _ tor.Endpoint) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return nil, errors.New("cut off")
	}
	ours, theirs := newConn()
	l.conns = append(l.conns, theirs)
	l.server.wait.Go(func() { l.server.socks(theirs) })
	return ours, nil
}

// cut ends all that goes over the line now; for good, if so.
func (l *line) cut(forGood bool) {
	l.mu.Lock()
	conns := l.conns
	l.conns, l.down = nil, l.down || forGood
	l.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

// modelServer is a server of XMPP that carries messages between the full
// addresses of two people who are on each other's lists.
type modelServer struct {
	tls    *stdtls.Config
	people []string // bare addresses
	wait   sync.WaitGroup

	mu       sync.Mutex
	sessions map[string]*session // by full address
	minted   int
	random   *rand.Rand
	evil     *evil // nil: it behaves
	bodies   []carried
	raw      []string                // all that came from programs
	last     map[[2]string]time.Time // when the latest of a way arrives
}

// carried is a body that the server has seen.
type carried struct {
	from, to, body string
	at             time.Time
}

// evil is how likely it does what, in percent of the messages.
type evil struct {
	drop, twice, forge, slow, noResume int
	lost                               string // what becomes of messages to who is gone: "bounce", "drop", "other"
}

// session is one program's.
type session struct {
	server    *modelServer
	bare      string
	full      string
	conn      *modelConn // nil: gone for now, can be resumed
	sm        bool
	in        uint32   // stanzas that came
	out       []string // stanzas that went
	presence  string   // inner XML; only if available
	available bool
	left      int // how often it has lost its connection
}

// modelConn writes to a program, from a goroutine of its own.
type modelConn struct {
	mu    sync.Mutex
	more  *sync.Cond
	queue []string
	ended bool
}

func (c *modelConn) put(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, s)
	c.more.Broadcast()
}

func (c *modelConn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	c.more.Broadcast()
}

func (c *modelConn) write(to *xmpptest.Conn) {
	defer func() { _ = recover() }() // the connection has ended
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.ended {
			c.more.Wait()
		}
		s := strings.Join(c.queue, "")
		c.queue = nil
		ended := c.ended && s == ""
		c.mu.Unlock()
		if ended {
			return
		}
		to.Send("%s", s)
	}
}

// socks is the far end of a line: what looks like Tor (RFC 1928, RFC 1929), and
// the server behind it.
func (s *modelServer) socks(c *pipeEnd) {
	defer c.Close()
	read := func(n int) []byte {
		b := make([]byte, n)
		if _, err := io.ReadFull(c, b); err != nil {
			return nil
		}
		return b
	}
	counted := func() []byte {
		n := read(1)
		if n == nil {
			return nil
		}
		return read(int(n[0]))
	}
	if read(1) == nil || counted() == nil {
		return
	}
	_, _ = c.Write([]byte{5, 2})
	if read(1) == nil || counted() == nil || counted() == nil {
		return
	}
	_, _ = c.Write([]byte{1, 0})
	head := read(4)
	if head == nil {
		return
	}
	var host []byte
	if head[3] == 1 {
		host = read(4)
	} else {
		host = counted()
	}
	if host == nil || read(2) == nil {
		return
	}
	answer := []byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	if head[1] == 0xF0 {
		copy(answer[4:], host)
		if ip := net.ParseIP(string(host)).To4(); ip != nil {
			copy(answer[4:], ip)
		}
		_, _ = c.Write(answer)
		return
	}
	_, _ = c.Write(answer)
	xmpptest.Over(c, s.tls, s.serve)
}

const nsSM = "xmlns='urn:xmpp:sm:3'"

// serve is a connection from the sign-in on.
func (s *modelServer) serve(c *xmpptest.Conn) {
	c.Auth(xmpptest.SCRAM{})
	c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm " + nsSM + "/>")
	conn := &modelConn{}
	conn.more = sync.NewCond(&conn.mu)
	s.wait.Go(func() { conn.write(c) })
	defer conn.end()
	var me *session
	defer func() { s.gone(me, conn) }()
	bare := c.User + "@" + xmpptest.Domain
	for {
		e := c.Next()
		s.mu.Lock()
		s.raw = append(s.raw, e.Raw)
		if me != nil && me.conn != conn {
			s.mu.Unlock()
			return // somebody has resumed it elsewhere
		}
		switch e.Name.Local {
		case "resume":
			if x := s.sessions[e.Attr("previd")]; x != nil && x.bare == bare && x.sm && (s.evil == nil || s.random.IntN(100) >= s.evil.noResume) {
				me = x
				if me.conn != nil {
					me.conn.end()
				}
				me.conn = conn
				conn.put(fmt.Sprintf("<resumed %s h='%d' previd='%s'/>", nsSM, me.in, e.Attr("previd")))
				var h int
				_, _ = fmt.Sscan(e.Attr("h"), &h)
				for _, o := range me.out[min(h, len(me.out)):] {
					conn.put(o)
				}
			} else {
				conn.put("<failed " + nsSM + "><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
				if x != nil && x.bare == bare {
					s.forget(x)
				}
			}
		case "enable":
			me.sm = true
			conn.put(fmt.Sprintf("<enabled %s resume='true' id='%s' max='300'/>", nsSM, me.full))
		case "r":
			conn.put(fmt.Sprintf("<a %s h='%d'/>", nsSM, me.in))
		case "a":
		default:
			if me == nil {
				s.minted++
				me = &session{server: s, bare: bare, full: fmt.Sprintf("%s/%c%d", bare, "xyz"[s.random.IntN(3)], s.minted), conn: conn}
				s.sessions[me.full] = me
				conn.put(fmt.Sprintf("<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>%s</jid></bind></iq>", e.Attr("id"), me.full))
				break
			}
			if me.sm {
				me.in++
			}
			s.stanza(me, e)
		}
		s.mu.Unlock()
	}
}

// stanza takes a stanza of a program's. The lock is held, as everywhere below.
func (s *modelServer) stanza(me *session, e xmpptest.Elem) {
	switch e.Name.Local {
	case "iq":
		switch {
		case strings.Contains(e.Inner, "jabber:iq:roster") && e.Attr("type") == "get":
			items := ""
			for _, p := range s.people {
				if p != me.bare {
					items += fmt.Sprintf("<item jid='%s' subscription='both'/>", p)
				}
			}
			s.give(me, fmt.Sprintf("<iq type='result' id='%s'><query xmlns='jabber:iq:roster'>%s</query></iq>", e.Attr("id"), items))
		case e.Attr("type") == "get" || e.Attr("type") == "set":
			s.give(me, fmt.Sprintf("<iq type='result' id='%s'/>", e.Attr("id")))
		}
	case "presence":
		switch e.Attr("type") {
		case "":
			first := !me.available
			me.available, me.presence = true, e.Inner
			for _, x := range s.all() {
				if x == me || !x.available {
					continue
				}
				s.after(me.full, x.full, x, fmt.Sprintf("<presence from='%s' to='%s'>%s</presence>", me.full, x.full, me.presence))
				if first {
					s.after(x.full, me.full, me, fmt.Sprintf("<presence from='%s' to='%s'>%s</presence>", x.full, me.full, x.presence))
				}
			}
		case "unavailable":
			if e.Attr("to") == "" {
				s.unavailable(me)
			}
		case "subscribe": // they are on each other's lists for ever
			for _, x := range s.all() {
				if x.bare == e.Attr("to") && x.available {
					s.after(x.full, me.full, me, fmt.Sprintf("<presence from='%s' to='%s'>%s</presence>", x.full, me.full, x.presence))
				}
			}
		}
	case "message":
		s.message(me, e)
	}
}

func (s *modelServer) all() []*session {
	var list []*session
	for _, x := range s.sessions {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *session) int { return strings.Compare(a.full, b.full) })
	return list
}

// give sends a stanza to a program, now or when it is back.
func (s *modelServer) give(to *session, stanza string) {
	if to.sm {
		to.out = append(to.out, stanza)
	}
	if to.conn != nil {
		to.conn.put(stanza)
		if to.sm && strings.HasPrefix(stanza, "<message") {
			to.conn.put("<r " + nsSM + "/>")
		}
	}
}

// after gives a stanza when it has been under way for as long as it takes; what
// one program sends to another stays in order.
func (s *modelServer) after(from, to string, x *session, stanza string) {
	wait := time.Duration(20+s.random.IntN(200)) * time.Millisecond
	if s.evil != nil && s.random.IntN(100) < s.evil.slow {
		wait = time.Duration(s.random.IntN(20)) * time.Second
	}
	way := [2]string{from, to}
	at := time.Now().Add(wait)
	if l := s.last[way]; !at.After(l) {
		at = l.Add(time.Millisecond)
	}
	s.last[way] = at
	time.AfterFunc(time.Until(at), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.sessions[to] == x {
			s.give(x, stanza)
		}
	})
}

var bodyOf = regexp.MustCompile(`(?s)<body[^>]*>(.*?)</body>`)

// message carries a message, or whatever it makes of it.
func (s *modelServer) message(me *session, e xmpptest.Elem) {
	to := e.Attr("to")
	if m := bodyOf.FindStringSubmatch(e.Inner); m != nil {
		s.bodies = append(s.bodies, carried{me.full, to, html.UnescapeString(m[1]), time.Now()})
	}
	x := s.sessions[to]
	how := "bounce"
	if s.evil != nil {
		how = s.evil.lost
		if s.random.IntN(100) < s.evil.drop {
			return
		}
	}
	if x == nil {
		bare, _, _ := strings.Cut(to, "/")
		switch how {
		case "bounce":
			s.after(to, me.full, me, fmt.Sprintf("<message type='error' from='%s' to='%s' id='%s'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>", to, me.full, e.Attr("id")))
		case "other":
			for _, o := range s.all() {
				if o.bare == bare && o.available {
					s.carry(me.full, o, e.Attr("id"), e.Inner)
				}
			}
		}
		return
	}
	if s.evil != nil && s.random.IntN(100) < s.evil.forge {
		s.carry(me.full, x, "", s.forgery(me.full))
	}
	s.carry(me.full, x, e.Attr("id"), e.Inner)
	if s.evil != nil && s.random.IntN(100) < s.evil.twice {
		s.carry(me.full, x, e.Attr("id"), e.Inner)
	}
}

func (s *modelServer) carry(from string, x *session, id, inner string) {
	s.after(from, x.full, x, fmt.Sprintf("<message type='chat' from='%s' to='%s' id='%s'>%s</message>", from, x.full, id, inner))
}

// forgery is a message that its writer never wrote: one of before, whole or with
// a bit changed, or something that needs no keys.
func (s *modelServer) forgery(from string) string {
	body := []string{"?OTRv3?", "?OTR Error: what?", "?OTR:AAMD", "?OTRv2?"}[s.random.IntN(4)]
	if n := len(s.bodies); n > 0 && s.random.IntN(4) > 0 {
		old := s.bodies[s.random.IntN(n)]
		body = old.body
		if old.from != from && s.random.IntN(2) == 0 {
			return "<body>" + html.EscapeString(body) + "</body>" // the other's own, thrown back
		}
		if b := []byte(body); s.random.IntN(3) > 0 && len(b) > 60 {
			at := 10 + s.random.IntN(len(b)-20)
			b[at] = "ABCDabcd0123"[s.random.IntN(12)]
			body = string(b)
		}
	}
	return "<body>" + html.EscapeString(body) + "</body>"
}

// gone is the end of a connection.
func (s *modelServer) gone(me *session, conn *modelConn) {
	if me == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if me.conn != conn {
		return
	}
	me.conn = nil
	if !me.sm || !me.available {
		s.forget(me)
		return
	}
	me.left++
	left := me.left
	time.AfterFunc(5*time.Minute, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if me.conn == nil && me.left == left {
			s.forget(me)
		}
	})
}

func (s *modelServer) unavailable(me *session) {
	if !me.available {
		return
	}
	me.available = false
	for _, x := range s.all() {
		if x != me && x.available {
			s.after(me.full, x.full, x, fmt.Sprintf("<presence type='unavailable' from='%s' to='%s'/>", me.full, x.full))
		}
	}
}

// forget ends a session for good.
func (s *modelServer) forget(me *session) {
	if s.sessions[me.full] != me {
		return
	}
	s.unavailable(me)
	delete(s.sessions, me.full)
}
