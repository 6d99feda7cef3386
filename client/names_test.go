package client_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	stdtls "crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

const (
	directSRV = "_xmpps-client._tcp."
	plainSRV  = "_xmpp-client._tcp."
)

// resolver starts a resolver of this test's own.
func resolver(t *testing.T, name string, how lab.How) *lab.Resolver {
	t.Helper()
	r, err := lab.Shared(t).StartResolver(name, how)
	must(t, err)
	t.Cleanup(r.Close)
	return r
}

// asking is somebody who asks these resolvers.
func asking(t *testing.T, resolvers ...*lab.Resolver) *journey.Person {
	t.Helper()
	p := journey.InLab(t, lab.Shared(t), filepath.Join(t.TempDir(), "p"), resolvers...)
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())
	return p
}

// door is a server that counts who comes, at a loopback address.
type door struct {
	l     net.Listener
	mu    sync.Mutex
	came  int
	heard bytes.Buffer
}

func newDoor(t *testing.T, do func(d *door, c net.Conn)) *door {
	t.Helper()
	l, err := net.Listen("tcp", lab.Shared(t).Net()+".9.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	d := &door{l: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.mu.Lock()
			d.came++
			d.mu.Unlock()
			go func() {
				defer c.Close()
				do(d, c)
			}()
		}
	}()
	return d
}

// named makes the exits find the door, and gives its record.
func (d *door) named(t *testing.T, name string) lab.SRV {
	t.Helper()
	host, port, err := net.SplitHostPort(d.l.Addr().String())
	must(t, err)
	must(t, lab.Shared(t).SetHost(name, host))
	n, err := strconv.ParseUint(port, 10, 16)
	must(t, err)
	return lab.SRV{Target: name, Port: uint16(n)}
}

func (d *door) visits() (came int, heard string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.came, d.heard.String()
}

// toProsody leads to the real server.
func toProsody(t *testing.T, port string) *door {
	t.Helper()
	to := net.JoinHostPort(lab.Shared(t).Prosody().Addr(), port)
	return newDoor(t, func(_ *door, c net.Conn) {
		// Straight to the lab's server on loopback, as the far end of an exit does.
		far, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer far.Close()
		go func() {
			_, _ = io.Copy(far, c)
			_ = far.Close()
		}()
		_, _ = io.Copy(c, far)
	})
}

// impostor speaks TLS with a certificate of its own making for a name, and
// keeps what it is told inside.
func impostor(t *testing.T, name string) *door {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	config := &stdtls.Config{Certificates: []stdtls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return newDoor(t, func(d *door, c net.Conn) {
		b := make([]byte, 4096)
		for s := stdtls.Server(c, config); ; {
			n, err := s.Read(b)
			d.mu.Lock()
			d.heard.Write(b[:n])
			d.mu.Unlock()
			if n > 0 || err != nil {
				return
			}
		}
	})
}

func user(t *testing.T, name string) string {
	t.Helper()
	must(t, lab.Shared(t).Prosody().AddUser(name, "right"))
	return name + "@" + lab.Shared(t).Prosody().Domain()
}

// TestServerFoundBySRV: an ordinary server, at a host and port that only its
// domain's records name, through an exit: registration, sign-in, and the same
// again from what is remembered.
func TestServerFoundBySRV(t *testing.T) {
	r := resolver(t, "found.resolver.test", lab.Rekey)
	way := toProsody(t, "5223")
	r.SetSRV(directSRV+"example.test",
		lab.SRV{Target: "dead.test", Port: 5223, Priority: 1}, lab.SRV{Target: "127.0.0.1", Port: 5223, Priority: 2},
		func() lab.SRV { s := way.named(t, "found.test"); s.Priority = 3; return s }())
	p := asking(t, r)
	at, err := p.Register("example.test", "", "foundbysrv")
	must(t, err)
	came, _ := way.visits()
	if asked := r.Asked(); came < 2 || len(asked) != 4 || asked[0] != directSRV+"example.test" || asked[1] != plainSRV+"example.test" {
		t.Errorf("%d came by the record's way; asked %q", came, asked)
	}
	must(t, p.Until("a way that is no onion", func(w *journey.World) bool { return !w.Accounts[at].Onion }))
	p.Client.Do(client.GoOffline{Account: p.Peer("").Account})
	must(t, p.Offline(at))
	p.Client.Do(client.GoOnline{Account: p.Peer("").Account})
	must(t, p.Online(at))
	if again, _ := way.visits(); again <= came || len(r.Asked()) != 4 {
		t.Errorf("%d, then %d came by the record's way; asked %q", came, again, r.Asked())
	}
}

// TestOnionFoundBySRV: an onion that a record names is a route like any other.
// Whoever is there proves the domain, or gets nothing.
func TestOnionFoundBySRV(t *testing.T) {
	l := lab.Shared(t)
	t.Run("valid for the domain", func(t *testing.T) {
		t.Parallel()
		r := resolver(t, "onion.resolver.test", lab.Rekey)
		r.SetSRV(directSRV+"example.test", lab.SRV{Target: l.Prosody().Onion(), Port: 5223})
		p, at := asking(t, r), user(t, "onionbysrv")
		must(t, p.SignIn(at, "right", ""))
		must(t, p.Until("an onion as the way", func(w *journey.World) bool { return w.Accounts[at].Onion }))
		if asked := r.Asked(); len(asked) != 2 {
			t.Errorf("the account does not know what its first try found: asked %q", asked)
		}
	})
	t.Run("somebody's own", func(t *testing.T) {
		t.Parallel()
		d := impostor(t, "nohost.test")
		onion, err := l.Publish(t.Context(), map[uint16]string{5223: d.l.Addr().String()})
		must(t, err)
		r := resolver(t, "false.resolver.test", lab.Rekey)
		r.SetSRV(directSRV+"nohost.test", lab.SRV{Target: onion, Port: 5223})
		p := asking(t, r)
		wantCause(t, p.SignIn("ana@nohost.test", "right", ""), client.CertificateUnknownIssuer)
		_, err = p.Form("nohost.test", "")
		wantCause(t, err, client.CertificateUnknownIssuer)
		if came, heard := d.visits(); came < 2 || heard != "" {
			t.Errorf("%d came and said %q", came, heard)
		}
		// the same server, named by the user: then the address is the identity
		wantCause(t, p.SignIn("ana@nohost.test", "right", onion), client.ServerCloses)
		if _, heard := d.visits(); !strings.Contains(heard, "nohost.test") {
			t.Errorf("it was told %q", heard)
		}
	})
}

// TestResolversThatLie: beside one honest resolver, whatever the others do, the
// server is reached, and nobody else is told anything.
func TestResolversThatLie(t *testing.T) {
	garbage := func(q []byte) []byte { return append(bytes.Clone(q[:2]), 0x81, 0x80, 0xFF, 0xFF, 0xFF, 0xFF) }
	flood := func(q []byte) []byte {
		b := bytes.Clone(q)
		b[2] |= 0x80
		return append(b, bytes.Repeat([]byte{0xC0}, 60000)...)
	}
	truncated := func(q []byte) []byte { b := bytes.Clone(q); b[2] |= 0x82; return b }
	evil := impostor(t, "example.test")
	loop := dnsmessage.MustNewName("loop.test.")
	for name, prepare := range map[string]func(*lab.Resolver){
		"deny":     (*lab.Resolver).Deny,
		"impostor": func(r *lab.Resolver) { r.SetSRV(directSRV+"example.test", evil.named(t, "evil.test")) },
		"nowhere":  func(r *lab.Resolver) { r.SetSRV(directSRV+"example.test", lab.SRV{Target: "nowhere.test", Port: 5223}) },
		"garbage":  func(r *lab.Resolver) { r.Reply(garbage) },
		"flood":    func(r *lab.Resolver) { r.Reply(flood) },
		"cut":      func(r *lab.Resolver) { r.Reply(truncated) },
		"ends":     func(r *lab.Resolver) { r.Reply(func([]byte) []byte { return nil }) },
		"circle": func(r *lab.Resolver) {
			r.Reply(func(q []byte) []byte {
				var m dnsmessage.Message
				if m.Unpack(q) != nil {
					return nil
				}
				m.Response, m.Additionals = true, nil
				m.Answers = []dnsmessage.Resource{
					{Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET}, Body: &dnsmessage.CNAMEResource{CNAME: loop}},
					{Header: dnsmessage.ResourceHeader{Name: loop, Class: dnsmessage.ClassINET}, Body: &dnsmessage.CNAMEResource{CNAME: m.Questions[0].Name}},
				}
				b, err := m.Pack()
				if err != nil {
					return nil
				}
				return b
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			liar, honest := resolver(t, name+".liar.test", lab.Rekey), resolver(t, name+".honest.test", lab.Rekey)
			prepare(liar)
			way := toProsody(t, "5223")
			honest.SetSRV(directSRV+"example.test", way.named(t, name+".way.test"))
			p := asking(t, liar, honest)
			// whom is asked first is drawn
			for range 20 {
				form, err := p.Form("example.test", "")
				must(t, err)
				p.Client.Do(client.DropForm{Form: form.ID})
				if len(liar.Asked()) > 0 {
					break
				}
			}
			if len(liar.Asked()) == 0 {
				t.Error("the liar was never asked")
			}
		})
	}
	t.Cleanup(func() {
		if came, heard := evil.visits(); came == 0 || heard != "" {
			t.Errorf("%d came to the impostor and said %q", came, heard)
		}
	})
}

// TestResolverWithAWrongCertificate is told nothing, and the next one is asked.
func TestResolverWithAWrongCertificate(t *testing.T) {
	honest := resolver(t, "right.resolver.test", lab.Rekey)
	way := toProsody(t, "5222")
	honest.SetSRV(directSRV+"example.test", lab.SRV{Target: "."})
	honest.SetSRV(plainSRV+"example.test", way.named(t, "right.test"))
	var frauds []*lab.Resolver
	for how, name := range map[lab.How]string{
		lab.WrongName: "wrongname", lab.Expired: "expired", lab.SelfSigned: "selfsigned", lab.OtherCA: "otherca",
	} {
		r := resolver(t, name+".resolver.test", how)
		r.Deny()
		frauds = append(frauds, r)
	}
	p := asking(t, append(frauds, honest)...)
	_, err := p.Form("example.test", "")
	must(t, err)
	if came, _ := way.visits(); came == 0 {
		t.Error("the honest one's way was not taken")
	}
	for _, r := range frauds {
		if asked := r.Asked(); len(asked) > 0 {
			t.Errorf("%s was asked %q", r.Name(), asked)
		}
	}
}

// TestNoServiceThere: two resolvers say that the domain has no service for
// clients, or one at a host that does not exist, of which the user never heard.
func TestNoServiceThere(t *testing.T) {
	a, b := resolver(t, "a.off.test", lab.Rekey), resolver(t, "b.off.test", lab.Rekey)
	for _, r := range []*lab.Resolver{a, b} {
		r.SetSRV(plainSRV+"off.test", lab.SRV{Target: "."})
		r.SetSRV(directSRV+"off.test", lab.SRV{Target: "."})
		r.SetSRV(directSRV+"gone.test", lab.SRV{Target: "nowhere.test", Port: 5223})
	}
	p := asking(t, a, b)
	wantCause(t, p.SignIn("ana@off.test", "right", ""), client.NotOffered)
	wantCause(t, p.SignIn("ana@gone.test", "right", ""), client.ServerUnreachable)
}

// TestOnionOfTheTable: an address on a server of the built-in table goes to its
// onion. No resolver hears of it, and while the onion is away nobody goes to the
// server in another way.
func TestOnionOfTheTable(t *testing.T) {
	known := client.Suggested()[0]
	r := resolver(t, "table.resolver.test", lab.Rekey)
	way := toProsody(t, "5223")
	record := way.named(t, known.Domain) // the domain itself, should anyone ask an exit for it
	r.SetSRV(directSRV+known.Domain, record)
	p := asking(t, r)
	wantCause(t, p.SignIn("ana@"+known.Domain, "right", ""), client.OnionUnknown)
	if came, _ := way.visits(); came > 0 || len(r.Asked()) > 0 {
		t.Errorf("%d came through an exit; asked %q", came, r.Asked())
	}
}

// TestTorGoneDuringLookup: then nobody waits for resolvers.
func TestTorGoneDuringLookup(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 8)
	r := xmpptest.NewResolver(t, nil, func(io.Writer, []byte, dnsmessage.Question) bool {
		asked <- struct{}{}
		return true // and says nothing
	})
	p := journey.Start(client.Options{
		Dir: filepath.Join(t.TempDir(), "p"), Tor: tor.Options{Getenv: r.Socks.Env},
		Roots: tls.RootsFrom(r.CA.Root()), Resolvers: []xmpp.Resolver{r.Address(), {Host: strings.Repeat("x", 9) + ".test"}},
	})
	t.Cleanup(p.Close)
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())
	began := time.Now()
	go func() {
		<-asked
		r.Socks.Stop()
	}()
	wantCause(t, p.SignIn("ana@example.test", "right", ""), client.TorAbsent)
	if d := time.Since(began); d > 15*time.Second {
		t.Errorf("it took %v", d)
	}
}
