package xmpp_test

import (
	"bytes"
	"context"
	stdtls "crypto/tls"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

const (
	bound13 = "tls1.3 tls-exporter"
	bound12 = "tls1.2 tls-unique"
)

// prove asks a scripted server for its proof, and returns all that was sent.
func prove(t *testing.T, l xmpp.Login, scram xmpptest.SCRAM, version uint16) (xmpp.Proof, xmpptest.Login, error) {
	t.Helper()
	scram.Got = &xmpptest.Login{}
	after := ""
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		defer func() { after = c.Received() }()
		c.Auth(scram)
		c.Bind(false) // the program is welcome, and does not come in
	})
	if version != 0 {
		s.MaxVersion(version)
	}
	ctx := within(t, 20*time.Second)
	conn, err := s.Secure(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p, err := xmpp.Prove(ctx, conn, l)
	if _, w := conn.Write([]byte(" ")); w == nil {
		t.Error("the connection is still open")
	}
	s.Stop()
	if strings.Contains(after, "<iq") || strings.Contains(after, "<presence") {
		t.Errorf("it went on after the proof: %s", after)
	}
	return p, *scram.Got, err
}

// TestProve: only what is bound to the connection is asked for; where there is
// nothing of that kind the server learns nothing at all.
func TestProve(t *testing.T) {
	success := "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
	bound := []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}
	plusBefore := map[string]string{bound13: "SCRAM-SHA-256-PLUS"}
	for name, test := range map[string]struct {
		scram   xmpptest.SCRAM
		version uint16
		known   map[string]string
		plain   bool
		want    xmpp.Proof
		silent  bool // not even the name was sent
	}{
		"tls 1.3":                 {xmpptest.SCRAM{Mechanisms: all}, 0, nil, false, xmpp.Proven, false},
		"tls 1.2":                 {xmpptest.SCRAM{Mechanisms: all}, stdtls.VersionTLS12, nil, false, xmpp.Proven, false},
		"as before":               {xmpptest.SCRAM{Mechanisms: bound}, 0, plusBefore, false, xmpp.Proven, false},
		"signature in its step":   {xmpptest.SCRAM{Mechanisms: bound, InChallenge: true}, 0, nil, false, xmpp.Proven, false},
		"wrong signature":         {xmpptest.SCRAM{Mechanisms: bound, WrongProof: true}, 0, nil, false, xmpp.Unproven, false},
		"no signature":            {xmpptest.SCRAM{Mechanisms: bound, NoProof: true}, 0, nil, false, xmpp.Unproven, false},
		"success at once":         {xmpptest.SCRAM{Mechanisms: bound, AtOnce: true}, 0, nil, false, xmpp.Unproven, false},
		"knows another password":  {xmpptest.SCRAM{Mechanisms: bound, ServerSecret: "guess", AnyPassword: true}, 0, nil, false, xmpp.Unproven, false},
		"says the password wrong": {xmpptest.SCRAM{Mechanisms: bound, ServerSecret: "guess"}, 0, nil, false, xmpp.Unproven, false},
		"too few rounds":          {xmpptest.SCRAM{Mechanisms: bound, ServerFirst: func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1" }}, 0, nil, false, xmpp.Unproven, false},
		"nonsense":                {xmpptest.SCRAM{Mechanisms: bound, AtAuth: success}, 0, nil, false, xmpp.Unproven, false},
		"nothing bound":           {xmpptest.SCRAM{Mechanisms: []string{"PLAIN", "SCRAM-SHA-256"}}, 0, nil, false, xmpp.ProofNotOffered, true},
		"nothing bound, plain":    {xmpptest.SCRAM{Mechanisms: []string{"PLAIN"}}, 0, nil, true, xmpp.ProofNotOffered, true},
		"no mechanism":            {xmpptest.SCRAM{Mechanisms: []string{}}, 0, nil, false, xmpp.ProofNotOffered, true},
		"another binding":         {xmpptest.SCRAM{Mechanisms: bound, Features: bindingList("tls-server-end-point")}, 0, nil, false, xmpp.ProofNotOffered, true},
		"bound before":            {xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-256"}}, 0, plusBefore, false, xmpp.ProofWithheld, true},
		"bound before, elsewhere": {xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-256"}}, 0, map[string]string{bound12: "SCRAM-SHA-1-PLUS"}, false, xmpp.ProofNotOffered, true},
		"weaker than before":      {xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-1-PLUS"}}, 0, plusBefore, false, xmpp.ProofWithheld, true},
		"not just now":            {xmpptest.SCRAM{Mechanisms: bound, Failure: "temporary-auth-failure"}, 0, nil, false, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := login()
			l.Known, l.AllowPlain = test.known, test.plain
			got, did, err := prove(t, l, test.scram, test.version)
			if got != test.want || (err != nil) != (test.want == 0) {
				t.Errorf("got %d, %v, want %d", got, err, test.want)
			}
			if asked := did.Mechanism != ""; asked == test.silent || test.silent && strings.Contains(did.Sent, "ana") {
				t.Errorf("sent %q", did.Sent)
			}
			if did.Mechanism != "" && !strings.HasSuffix(did.Mechanism, "-PLUS") {
				t.Errorf("it used %s", did.Mechanism)
			}
		})
	}
	if _, err := xmpp.Prove(t.Context(), nil, login()); err == nil {
		t.Error("no connection is taken")
	}
}

// TestRelayProvesNothing: somebody in between passes everything on to the true
// server. Without channel binding that works, which shows why no proof without
// it counts; with it the true server refuses, and there is no proof.
func TestRelayProvesNothing(t *testing.T) {
	for mechanism, works := range map[string]bool{"SCRAM-SHA-256": true, "SCRAM-SHA-256-PLUS": false} {
		t.Run(mechanism, func(t *testing.T) {
			truth := xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Auth(xmpptest.SCRAM{Mechanisms: []string{mechanism}})
				c.Hang()
			})
			relayed := make(chan string, 1)
			between := xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Greet(bindingList("tls-exporter") + "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>" + mechanism + "</mechanism></mechanisms>")
				up, err := truth.Secure(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				defer up.Close()
				say(t, up, `<stream:stream to="`+xmpptest.Domain+`" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams">`)
				hear(t, up, `</stream:features>`)
				say(t, up, c.NextIs("auth").Raw)
				c.Send("%s", hear(t, up, `<challenge.*</challenge>`))
				say(t, up, c.NextIs("response").Raw)
				last := hear(t, up, `<(success|failure).*</(success|failure)>`)
				relayed <- last
				c.Send("%s", last)
				c.Hang()
			})
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			conn, err := between.Secure(ctx)
			if err != nil {
				t.Fatal(err)
			}
			last := ""
			if works {
				go func() {
					last = <-relayed
					cancel() // it believes to be signed in, and waits for what comes next
				}()
				_, _ = xmpp.Open(ctx, conn, login())
			} else {
				if p, err := xmpp.Prove(ctx, conn, login()); p != xmpp.Unproven || err != nil {
					t.Errorf("a relay got %d, %v", p, err)
				}
				last = <-relayed
			}
			if strings.Contains(last, "success") != works {
				t.Errorf("the true server said %s", last)
			}
		})
	}
}

func say(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Error(err)
	}
}

// hear reads until what was said has the pattern, and returns that.
func hear(t *testing.T, r io.Reader, pattern string) string {
	t.Helper()
	want := regexp.MustCompile(pattern)
	var all bytes.Buffer
	b := make([]byte, 4096)
	for {
		if m := want.Find(all.Bytes()); m != nil {
			return string(m)
		}
		n, err := r.Read(b)
		all.Write(b[:n])
		if err != nil {
			t.Errorf("waited in vain for %s: %v", pattern, err)
			return ""
		}
	}
}
