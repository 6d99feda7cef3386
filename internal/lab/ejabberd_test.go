package lab_test

import (
	"crypto/sha256"
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"hushwing/internal/lab"
)

// Ana registers through the onion address, for either domain; Ben comes
// through an exit by name with STARTTLS.
func TestEjabberdAnswersThroughTor(t *testing.T) {
	l, e := lab.Shared(t), lab.SharedEjabberd(t)
	for _, domain := range []string{e.Onion(), e.Domain()} {
		x := directTo(t, l, e, domain)
		if f := x.open(); !strings.Contains(f, "http://jabber.org/features/iq-register") || !strings.Contains(f, "SCRAM-SHA-256-PLUS") {
			t.Fatalf("features of %s: %s", domain, f)
		}
		x.register("ana", "pw-ana")
		x.signIn("ana", "pw-ana")
	}
	if err := e.AddUser("ben", "pw-ben"); err != nil {
		t.Fatal(err)
	}
	if err := e.AddUser("ben", "pw-ben"); err == nil {
		t.Error("an account was made twice")
	}
	x := &client{t: t, c: dial(t, l, e.Domain(), 5222), domain: e.Domain()}
	if f := x.open(); !strings.Contains(f, "<starttls") || strings.Contains(f, "<mechanisms") {
		t.Fatalf("features without TLS: %s", f)
	}
	x.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	x.until("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	x.secure(e)
	x.open()
	x.signIn("ben", "pw-ben")
}

// leaf is the connection to port 5223 of ejab.test.
func leaf(t *testing.T, e *lab.Ejabberd) *client {
	t.Helper()
	c, err := net.Dial("tcp", e.Addr()+":5223")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	x := &client{t: t, c: c, domain: e.Domain()}
	x.secure(e)
	return x
}

func TestEjabberdChanges(t *testing.T) {
	e := lab.SharedEjabberd(t)
	t.Cleanup(func() {
		if err := e.Configure(lab.EjabberdOptions{}); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct {
		options lab.EjabberdOptions
		version uint16
	}{
		{lab.EjabberdOptions{}, tls.VersionTLS13},
		{lab.EjabberdOptions{TLS12: true}, tls.VersionTLS12},
		{lab.EjabberdOptions{TLS13: true}, tls.VersionTLS13},
	} {
		if err := e.Configure(c.options); err != nil {
			t.Fatal(err)
		}
		x := leaf(t, e)
		if v := x.c.(*tls.Conn).ConnectionState().Version; v != c.version {
			t.Errorf("%+v: TLS version %x", c.options, v)
		}
		refused, err := tls.Dial("tcp", e.Addr()+":5223", &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, ServerName: e.Domain()})
		if err == nil {
			refused.Close()
		}
		if (err != nil) != c.options.TLS13 {
			t.Errorf("%+v: TLS 1.2: %v", c.options, err)
		}
	}
	if err := e.Configure(lab.EjabberdOptions{NoRegistration: true, NoMechanisms: []string{"PLAIN", "SCRAM-SHA-256-PLUS"}}); err != nil {
		t.Fatal(err)
	}
	f := leaf(t, e).open()
	if strings.Contains(f, "iq-register") || strings.Contains(f, "PLAIN") || strings.Contains(f, "-PLUS") || !strings.Contains(f, "SCRAM-SHA-256<") {
		t.Errorf("features: %s", f)
	}

	key := func() [32]byte {
		return sha256.Sum256(leaf(t, e).c.(*tls.Conn).ConnectionState().PeerCertificates[0].RawSubjectPublicKeyInfo)
	}
	if err := e.AddUser("keeper", "pw"); err != nil {
		t.Fatal(err)
	}
	before := key()
	if err := e.SetCert(lab.Rekey); err != nil {
		t.Fatal(err)
	}
	if key() == before {
		t.Error("a new certificate has the old key")
	}
	if err := e.Configure(lab.EjabberdOptions{}); err != nil {
		t.Fatal(err)
	}
	x := leaf(t, e)
	x.open()
	x.signIn("keeper", "pw") // accounts stay over a restart
}
