package xmpp_test

import (
	stdtls "crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/tls/tlstest"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"

	"github.com/google/go-cmp/cmp"
)

// unsecured is a connection in memory without TLS: what it carries is the same.
type unsecured struct{ net.Conn }

func (unsecured) ConnectionState() stdtls.ConnectionState { return stdtls.ConnectionState{} }

// plain is a server that lets one in quickly.
var plain = xmpptest.SCRAM{Mechanisms: []string{"PLAIN"}}

// user is one who keeps the account online: it reconnects and resumes, and
// notes what is handed out.
type user struct {
	t       *testing.T
	account *xmpptest.Account
	tls     *stdtls.Config // of the server; nil: without
	stream  *xmpp.Stream
	left    *xmpp.Leftover
	got     []string // ids of messages
	acked   []xmpp.StanzaID
	sent    []xmpp.StanzaID
}

// connect goes online on a line that breaks after so many bytes of one
// direction, or not at all if that is negative.
func (u *user) connect(after int, toServer bool) {
	line, ours, theirs := xmpptest.NewLine()
	l := login()
	l.AllowPlain, l.Resume = true, u.left
	var s *xmpp.Stream
	var err error
	if u.tls != nil {
		xmpptest.Run(u.t, stdtls.Server(theirs, u.tls), u.account.Serve)
		// A line in memory, to be cut within a record: whose certificate it is plays no
		// part (package tls holds that by tests).
		conn := stdtls.Client(ours, &stdtls.Config{InsecureSkipVerify: true, DynamicRecordSizingDisabled: true})
		if err := conn.HandshakeContext(u.t.Context()); err != nil {
			u.t.Fatal(err)
		}
		if after >= 0 {
			line.BreakAfter(after, toServer)
		}
		s, err = xmpp.OpenOn(u.t.Context(), conn, l)
	} else {
		if after >= 0 {
			line.BreakAfter(after, toServer)
		}
		xmpptest.Run(u.t, theirs, u.account.Serve)
		s, err = xmpp.OpenOn(u.t.Context(), unsecured{ours}, l)
	}
	if err != nil {
		return
	}
	if u.left != nil && !s.Resumed() {
		u.t.Error("a new session")
	}
	u.stream, u.left = s, nil
}

// work takes events and sends messages, until there is nothing to do for a while
// or the link is gone.
func (u *user) work(messages int) {
	for u.stream != nil {
		if len(u.sent) < messages {
			if id, err := u.stream.Send(u.t.Context(), ben, sealed(u.t)); err == nil {
				u.sent = append(u.sent, id)
			}
		}
		select {
		case e, ok := <-u.stream.Events():
			switch e := e.(type) {
			case xmpp.MessageReceived:
				u.got = append(u.got, e.ID)
			case xmpp.Acknowledged:
				u.acked = append(u.acked, e.IDs...)
			}
			if !ok {
				if u.left = u.stream.Left(); u.left == nil {
					u.t.Errorf("nothing left: %v", u.stream.Err())
				}
				_ = u.stream.Close()
				u.stream = nil
			}
		case <-time.After(2 * time.Second):
			if len(u.sent) == messages {
				return
			}
		}
	}
}

// TestResumeAtAnyByte: the link breaks at a byte of either direction, and again
// at another of the link that follows. Whatever was in the middle then, every
// message arrives once and in order, both ways. Every sixth byte is tried, from
// another one on each time.
func TestResumeAtAnyByte(t *testing.T) { everyByte(t, nil, 6) }

// TestResumeInARecord: the same, with bytes of TLS: in the middle of a record.
func TestResumeInARecord(t *testing.T) {
	certificate := tlstest.NewCA(t).Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}})
	everyByte(t, &stdtls.Config{Certificates: []stdtls.Certificate{certificate}}, 61)
}

func everyByte(t *testing.T, tls *stdtls.Config, stride int) {
	const messages = 4
	first := rand.IntN(stride)
	var want []string
	for i := range messages {
		want = append(want, fmt.Sprint(i))
	}
	lines, broken := 0, 0
	one := func(t *testing.T, toServer bool, after, again int) (over bool) {
		synctest.Test(t, func(t *testing.T) {
			a := &xmpptest.Account{SCRAM: plain}
			u := &user{t: t, account: a, tls: tls}
			u.connect(after, toServer)
			if u.stream == nil { // broken before there was a session: not what is tried here
				return
			}
			lines++
			time.AfterFunc(10*time.Millisecond, func() {
				for _, id := range want {
					a.Deliver("<message from='ben@example.test/r' id='" + id + "'><body>x</body></message>")
				}
			})
			u.work(messages)
			over = u.stream != nil
			for try := 0; u.stream == nil; try++ {
				if broken++; try > 0 || again < 0 {
					u.connect(-1, false)
				} else {
					u.connect(again, !toServer)
				}
				u.work(messages)
			}
			if d := cmp.Diff(want, u.got); d != "" {
				t.Errorf("byte %d, %d: received %s", after, again, d)
			}
			var sent []string
			for _, id := range u.sent {
				sent = append(sent, string(id))
			}
			if d := cmp.Diff(sent, a.Got()); d != "" {
				t.Errorf("byte %d, %d: the server got %s", after, again, d)
			}
			if !slices.Equal(u.sent, u.acked) {
				t.Errorf("byte %d, %d: acknowledged %v of %v", after, again, u.acked, u.sent)
			}
			if a.Sessions() != 1 {
				t.Errorf("byte %d, %d: %d sessions", after, again, a.Sessions())
			}
			_ = u.stream.Close()
		})
		return over
	}
	for _, toServer := range []bool{true, false} {
		for after := first; ; after += stride {
			if one(t, toServer, after, after%997) || t.Failed() {
				break
			}
		}
	}
	t.Logf("%d lines, broken %d times, from byte %d on", lines, broken, first)
}
