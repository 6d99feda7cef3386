package lab_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/internal/lab"
)

// TestResolver: an exit reaches it by its name, its certificate is for that
// name, and it says what the lab's name server says, or what it is told to.
func TestResolver(t *testing.T) {
	l := lab.Shared(t)
	r, err := l.StartResolver("dot.test", lab.Rekey)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(l.Prosody().CA())
	c := tls.Client(dial(t, l, r.Name(), r.Port()), &tls.Config{RootCAs: roots, ServerName: r.Name(), NextProtos: []string{"dot"}})
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	const name = "_xmpps-client._tcp.example.test."
	ask := func() (code dnsmessage.RCode, ports []uint16) {
		t.Helper()
		q := dnsmessage.Question{Name: dnsmessage.MustNewName(name), Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET}
		b, err := (&dnsmessage.Message{Header: dnsmessage.Header{ID: 7}, Questions: []dnsmessage.Question{q}}).Pack()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)); err != nil {
			t.Fatal(err)
		}
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			t.Fatal(err)
		}
		reply := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, reply); err != nil {
			t.Fatal(err)
		}
		var m dnsmessage.Message
		if err := m.Unpack(reply); err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Answers {
			ports = append(ports, a.Body.(*dnsmessage.SRVResource).Port)
		}
		return m.RCode, ports
	}
	want := func(what string, code dnsmessage.RCode, port ...uint16) {
		t.Helper()
		c, ports := ask()
		if c != code || len(ports) != len(port) || len(port) > 0 && ports[0] != port[0] {
			t.Errorf("%s: code %v, ports %v", what, c, ports)
		}
	}
	want("the lab's answer", dnsmessage.RCodeSuccess, 5223)
	r.SetSRV(name, lab.SRV{Target: "evil.test", Port: 666})
	want("a lie", dnsmessage.RCodeSuccess, 666)
	r.Deny()
	want("a denial", dnsmessage.RCodeNameError)
	r.SetSRV(name)
	r.Reply(nil)
	want("honest again", dnsmessage.RCodeSuccess, 5223)
	if n := len(r.Asked()); n != 4 {
		t.Errorf("it was asked %d times", n)
	}
}
