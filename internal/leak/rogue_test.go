//go:build linux

package leak_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	stdtls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// elsewhere is an address that nobody has (RFC 5737) and to which a rogue would
// lead whoever believes it.
const elsewhere = "192.0.2.9"

// misdeeds are what a rogue does, before TLS and within it.
var misdeeds = []struct {
	name   string
	before string // said instead of offering TLS; "" goes on to TLS
	within string // said after the stream header within TLS
}{
	{"garbage", "\x00\xff\x16\x03\x01 nothing that anybody reads", ""},
	{"sends elsewhere in clear", `<stream:error><see-other-host xmlns="urn:ietf:params:xml:ns:xmpp-streams">` + elsewhere + `:5222</see-other-host></stream:error></stream:stream>`, ""},
	{"hangs up", "</stream:stream>", ""},
	{"sends elsewhere", "", `<stream:error><see-other-host xmlns="urn:ietf:params:xml:ns:xmpp-streams">` + elsewhere + `:5222</see-other-host></stream:error></stream:stream>`},
	{"offers a website", "", `<stream:features><register xmlns="http://jabber.org/features/iq-register"/></stream:features>` +
		`<iq type="result" id="%s"><query xmlns="jabber:iq:register"><instructions>See http://` + elsewhere + `/register</instructions>` +
		`<x xmlns="jabber:x:oob"><url>http://` + elsewhere + `/register</url></x></query></iq>`},
	{"offers media", "", `<stream:features><register xmlns="http://jabber.org/features/iq-register"/></stream:features>` +
		`<iq type="result" id="%s"><query xmlns="jabber:iq:register"><username/><password/><x xmlns="jabber:x:data" type="form">` +
		`<field var="username" type="text-single"/><field var="password" type="text-private"/>` +
		`<field var="ocr" type="text-single" label="What is in the picture?"><media xmlns="urn:xmpp:media-element"><uri type="image/png">http://` + elsewhere + `/p.png</uri></media><required/></field></x></query></iq>`},
	{"external authentication", "", `<stream:features><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><mechanism>X-OAUTH2</mechanism><hostname xmlns="urn:xmpp:domain-based-name:1">` + elsewhere + `</hostname></mechanisms></stream:features>`},
}

// rogue is a server that misbehaves, behind an onion address. Its certificate
// says where to ask about it: OCSP, a list of what was withdrawn, the issuer.
func (c *campaign) rogue() (onion string) {
	t := c.t
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	at := "http://" + elsewhere
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "rogue"}, DNSNames: []string{"example.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		OCSPServer: []string{at + "/ocsp"}, IssuingCertificateURL: []string{at + "/ca.crt"}, CRLDistributionPoints: []string{at + "/crl"},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	config := &stdtls.Config{Certificates: []stdtls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				c.misbehave(conn, config)
			}()
		}
	}()
	slam, err := net.Listen("tcp", "127.0.0.1:0") // on the other port it hangs up
	must(t, err)
	t.Cleanup(func() { _ = slam.Close() })
	go func() {
		for {
			conn, err := slam.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	onion, err = c.l.Publish(t.Context(), map[uint16]string{5222: l.Addr().String(), 5223: slam.Addr().String()})
	must(t, err)
	return onion
}

const head = `<?xml version="1.0"?><stream:stream from="example.test" id="x" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams">`

// misbehave does what is the turn of.
func (c *campaign) misbehave(conn net.Conn, config *stdtls.Config) {
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	m := misdeeds[c.turn.Load()]
	r := bufio.NewReader(conn)
	if upTo(r, "jabber:client") == "" {
		return
	}
	if m.before != "" {
		_, _ = io.WriteString(conn, head+m.before)
		return
	}
	_, _ = io.WriteString(conn, head+`<stream:features><starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"><required/></starttls></stream:features>`)
	if upTo(r, "<starttls") == "" || upTo(r, ">") == "" {
		return
	}
	_, _ = io.WriteString(conn, `<proceed xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>`)
	tls := stdtls.Server(conn, config)
	r = bufio.NewReader(tls)
	if upTo(r, "jabber:client") == "" {
		return
	}
	c.secured.Add(1)
	features, rest, _ := strings.Cut(m.within, "<iq ")
	_, _ = io.WriteString(tls, head+features)
	asked := upTo(r, "</iq>")
	if rest == "" {
		return
	}
	_, id, _ := strings.Cut(asked, `id="`)
	id, _, _ = strings.Cut(id, `"`)
	_, _ = fmt.Fprintf(tls, "<iq "+rest, id)
	_, _ = io.Copy(io.Discard, r)
}

// upTo reads until it has seen a word, and returns all that it read.
func upTo(r *bufio.Reader, word string) string {
	var b strings.Builder
	for !strings.Contains(b.String(), word) {
		x, err := r.ReadByte()
		if err != nil {
			return ""
		}
		b.WriteByte(x)
	}
	return b.String()
}

// rogues: a server that misbehaves in each way gets nobody anywhere else.
func (c *campaign) rogues() {
	c.t.Helper()
	onion := c.rogue()
	for i, m := range misdeeds {
		c.turn.Store(int32(i))
		c.b.Mark("a server that " + m.name)
		began := time.Now()
		_, err := c.ana.Try("form", "example.test", onion)
		if err == nil {
			c.t.Errorf("a server that %s gave a form", m.name)
		}
		if read := fmt.Sprintf("cause %d ", client.FormElsewhere); err != nil && strings.Contains(m.within, "<iq ") != strings.Contains(err.Error(), read) {
			c.t.Errorf("a server that %s: whether its form was read: %v", m.name, err)
		}
		c.t.Logf("a server that %s: %v: %v", m.name, err, time.Since(began).Round(time.Millisecond))
	}
	if c.secured.Load() < 4 {
		c.t.Errorf("only %d connections came as far as TLS", c.secured.Load())
	}
}

// TestRogueServer: whatever a server says, shows or asks for, nobody is led
// anywhere but through Tor.
func TestRogueServer(t *testing.T) {
	t.Parallel()
	c := begin(t)
	c.b.Mark("rogues")
	c.ana.Do("create", "correct horse battery staple")
	c.ana.Do("tor")
	c.rogues()
	c.ana.Quit()
	c.ben.Quit()
	if v := verdict(t, c.b); v.Guilty > 0 {
		t.Error(v)
	}
}
