package lab_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
)

func TestMain(m *testing.M) { os.Exit(lab.Main(m)) }

// Ana registers through the onion address with direct TLS, for either domain;
// Ben comes through an exit by name with STARTTLS.
func TestProsodyAnswersThroughTor(t *testing.T) {
	l := lab.Shared(t)
	p := l.Prosody()
	for _, domain := range []string{p.Onion(), p.Domain()} {
		x := direct(t, l, domain)
		if f := x.open(); !strings.Contains(f, "http://jabber.org/features/iq-register") || !strings.Contains(f, "SCRAM-SHA-1") {
			t.Fatalf("features of %s: %s", domain, f)
		}
		x.register("ana", "pw-ana")
		x.signIn("ana", "pw-ana")
	}

	if err := p.AddUser("ben", "pw-ben"); err != nil {
		t.Fatal(err)
	}
	x := &client{t: t, c: dial(t, l, p.Domain(), 5222), domain: p.Domain()}
	if f := x.open(); !strings.Contains(f, "<starttls") || strings.Contains(f, "<mechanisms") {
		t.Fatalf("features without TLS: %s", f)
	}
	x.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	x.until("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	x.secure(p)
	x.open()
	x.signIn("ben", "pw-ben")
}

// The control of every proof that speaks of what the server saw: a text that
// is not encrypted is recorded, on the way in, on the way out and in the store.
func TestTapRecordsClearText(t *testing.T) {
	l := lab.Shared(t)
	p := l.Prosody()
	for _, name := range []string{"tom", "tim", "away"} {
		x := direct(t, l, p.Domain())
		x.open()
		x.register(name, "pw")
		x.c.Close()
	}
	tom, tim := direct(t, l, p.Domain()), direct(t, l, p.Domain())
	tom.open()
	tim.open()
	tom.signIn("tom", "pw")
	tim.signIn("tim", "pw")

	const clear, sealed = "the owl's nest & <eggs>", "?OTR:AAMD=."
	tom.write("<message to='tim@example.test/test' type='chat'><body>the owl&apos;s nest &amp; &lt;eggs&gt;</body></message>")
	tom.write("<message to='away@example.test' type='chat'><body>stored in clear</body></message>")
	tom.write("<message to='tim@example.test/test' type='chat'><body>%s</body></message>", sealed)
	tim.until(sealed)

	bodies, err := p.ClearBodies()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []lab.Stanza{
		{Dir: "in", Kind: "message", From: "tom@example.test/test", To: "tim@example.test/test", Type: "chat", Body: clear},
		{Dir: "out", Kind: "message", From: "tom@example.test/test", To: "tim@example.test/test", Type: "chat", Body: clear},
		{Dir: "in", Kind: "message", From: "tom@example.test/test", To: "away@example.test", Type: "chat", Body: "stored in clear"},
		{Dir: "offline", Kind: "message", From: "tom@example.test/test", To: "away@example.test", Type: "chat", Body: "stored in clear"},
	} {
		found := false
		for _, s := range bodies {
			if strings.Contains(s.XML, "<body>") {
				s.XML = ""
				found = found || s == want
			}
		}
		if !found {
			t.Errorf("the tap has no %+v in %+v", want, bodies)
		}
	}
	for _, s := range bodies {
		if s.Body == sealed {
			t.Errorf("an OTR body counts as clear: %+v", s)
		}
	}
	if seen, err := p.Saw(sealed); err != nil || len(seen) != 2 {
		t.Errorf("the sealed body was seen %d times (%v), want in and out", len(seen), err)
	}
	if seen, err := p.Saw("nest & <eggs>"); err != nil || len(seen) != 2 {
		t.Errorf("the clear text was seen %d times (%v), want in and out", len(seen), err)
	}
}

// look opens TLS to the server's port itself and says what is wrong with the
// certificate.
func look(t *testing.T, p *lab.Prosody, domain string) (key [32]byte, problem error) {
	t.Helper()
	var leaf *x509.Certificate
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", p.Addr()+":5223", &tls.Config{ServerName: domain, InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	leaf = c.ConnectionState().PeerCertificates[0]
	roots := x509.NewCertPool()
	roots.AddCert(p.CA())
	if other := starttlsLeaf(t, p, domain); !other.Equal(leaf) {
		t.Errorf("%s: port 5222 has another certificate than port 5223", domain)
	}
	_, problem = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: domain})
	return sha256.Sum256(leaf.RawSubjectPublicKeyInfo), problem
}

// starttlsLeaf is the certificate that port 5222 shows.
func starttlsLeaf(t *testing.T, p *lab.Prosody, domain string) *x509.Certificate {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr()+":5222")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	x := &client{t: t, c: c, domain: domain}
	x.open()
	x.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	x.until("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	s := tls.Client(c, &tls.Config{ServerName: domain, InsecureSkipVerify: true})
	if err := s.Handshake(); err != nil {
		t.Fatal(err)
	}
	return s.ConnectionState().PeerCertificates[0]
}

func TestSetCert(t *testing.T) {
	p := lab.Shared(t).Prosody()
	t.Cleanup(func() {
		if err := p.SetCert(lab.Rekey); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct {
		how     lab.How
		sameKey bool
		problem any
	}{
		{lab.Renew, true, nil},
		{lab.Rekey, false, nil},
		{lab.Expired, true, new(x509.CertificateInvalidError)},
		{lab.WrongName, true, new(x509.HostnameError)},
		{lab.OtherCA, false, new(x509.UnknownAuthorityError)},
		{lab.SelfSigned, false, new(x509.UnknownAuthorityError)},
	} {
		t.Run(string(c.how), func(t *testing.T) {
			before := map[string][32]byte{}
			for _, d := range []string{p.Domain(), p.Onion()} {
				before[d], _ = look(t, p, d)
			}
			if err := p.SetCert(c.how); err != nil {
				t.Fatal(err)
			}
			for d, old := range before {
				key, problem := look(t, p, d)
				if c.problem == nil && problem != nil || c.problem != nil && !errors.As(problem, c.problem) {
					t.Errorf("%s: %v, want %T", d, problem, c.problem)
				}
				if (key == old) != c.sameKey {
					t.Errorf("%s: the key is the same: %v, want %v", d, key == old, c.sameKey)
				}
			}
		})
	}
}

func TestConfigure(t *testing.T) {
	l := lab.Shared(t)
	p := l.Prosody()
	t.Cleanup(func() {
		if err := p.Configure(lab.ServerOptions{}); err != nil {
			t.Error(err)
		}
	})
	// plain asks port 5222 for its features without TLS.
	plain := func(t *testing.T) string {
		c, err := net.Dial("tcp", p.Addr()+":5222")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return (&client{t: t, c: c, domain: p.Domain()}).open()
	}
	secured := func(t *testing.T) *client {
		c, err := net.Dial("tcp", p.Addr()+":5223")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		x := &client{t: t, c: c, domain: p.Domain()}
		x.secure(p)
		return x
	}
	const register = "http://jabber.org/features/iq-register"

	t.Run("no registration", func(t *testing.T) {
		if err := p.SetRegistration(false); err != nil {
			t.Fatal(err)
		}
		if f := secured(t).open(); strings.Contains(f, register) {
			t.Errorf("features: %s", f)
		}
		if err := p.SetRegistration(true); err != nil {
			t.Fatal(err)
		}
		if f := secured(t).open(); !strings.Contains(f, register) {
			t.Errorf("features: %s", f)
		}
	})
	t.Run("no TLS", func(t *testing.T) {
		if err := p.Configure(lab.ServerOptions{NoTLS: true}); err != nil {
			t.Fatal(err)
		}
		if f := plain(t); strings.Contains(f, "<starttls") || !strings.Contains(f, "<mechanisms") {
			t.Errorf("features: %s", f)
		}
	})
	t.Run("no SCRAM", func(t *testing.T) {
		if err := p.Configure(lab.ServerOptions{NoSCRAM: true}); err != nil {
			t.Fatal(err)
		}
		if f := secured(t).open(); strings.Contains(f, "SCRAM") || !strings.Contains(f, "<mechanism>PLAIN<") {
			t.Errorf("features: %s", f)
		}
	})
	t.Run("form, SHA-256, TLS 1.2", func(t *testing.T) {
		if err := p.Configure(lab.ServerOptions{Form: true, SHA256: true, TLS12: true}); err != nil {
			t.Fatal(err)
		}
		x := secured(t)
		if v := x.c.(*tls.Conn).ConnectionState().Version; v != tls.VersionTLS12 {
			t.Errorf("TLS version %x", v)
		}
		if f := x.open(); !strings.Contains(f, "SCRAM-SHA-256-PLUS") || strings.Contains(f, "SCRAM-SHA-1<") {
			t.Errorf("features: %s", f)
		}
		x.write("<iq type='get' id='f'><query xmlns='jabber:iq:register'/></iq>")
		if form := x.until("</iq>"); !strings.Contains(form, "email") {
			t.Errorf("form: %s", form)
		}
	})
	t.Run("stop and restart", func(t *testing.T) {
		if err := p.Configure(lab.ServerOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		if c, err := net.Dial("tcp", p.Addr()+":5222"); err == nil {
			c.Close()
			t.Error("a stopped server answers")
		}
		if err := p.Restart(); err != nil {
			t.Fatal(err)
		}
		secured(t).open()
	})
}
