package client_test

import (
	"crypto/sha3"
	"encoding/base32"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/tls"
	"hushwing/tor"
)

// onionFor makes an address that is in order and that nobody has.
func onionFor(b byte) string {
	key := make([]byte, 32)
	key[0] = b
	sum := sha3.Sum256(append(append([]byte(".onion checksum"), key...), 3))
	raw := append(append(key, sum[0], sum[1]), 3)
	return strings.ToLower(base32.StdEncoding.EncodeToString(raw)) + ".onion"
}

// service publishes an onion service that does this with each connection.
func service(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	l := lab.Shared(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				do(c)
			}()
		}
	}()
	onion, err := l.Publish(t.Context(), map[uint16]string{5222: ln.Addr().String(), 5223: ln.Addr().String()})
	must(t, err)
	return onion
}

// TestServersThatFail: each way in which a server can fail ends in its own
// cause, in a bounded time, and nothing is kept.
func TestServersThatFail(t *testing.T) {
	l := lab.Shared(t)
	p := journey.InLab(t, l, filepath.Join(t.TempDir(), "p"))
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())

	must(t, l.SetHost("refusing.test", l.Net()+".9.9")) // nobody listens there
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	deaf, err := l.Publish(t.Context(), map[uint16]string{5222: closed.Addr().String(), 5223: closed.Addr().String()})
	must(t, err)
	must(t, closed.Close())
	read := func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)) }

	for _, c := range []struct {
		name, host string
		want       client.Cause
	}{
		{"no onion address at all", strings.Repeat("a", 56) + ".onion", client.OnionInvalid},
		{"an onion that nobody has", onionFor(7), client.OnionUnknown},
		// Tor said "general failure", not "refused", each time that it was tried
		{"refuses", "refusing.test", client.ServerUnreachable},
		// Tor does not tell why an onion service ends a connection
		{"an onion with nobody behind it", deaf, client.OnionUnknown},
		{"closes at once", service(t, func(net.Conn) {}), client.ServerCloses},
		{"closes after the first word", service(t, read), client.ServerCloses},
		{"is something else", service(t, func(c net.Conn) {
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			read(c)
			read(c)
		}), client.ServerNoTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wantCause(t, p.SignIn("ana@example.test", "secret", c.host), c.want)
			_, err := p.Form("example.test", c.host)
			wantCause(t, err, c.want)
		})
	}
	t.Run("a name that nobody has", func(t *testing.T) {
		t.Parallel()
		wantCause(t, p.SignIn("ana@nowhere.test", "secret", ""), client.NameUnknown)
	})
	t.Run("not in charge of the domain", func(t *testing.T) {
		t.Parallel()
		wantCause(t, p.SignIn("ana@elsewhere.test", "secret", l.Prosody().Onion()), client.NotHere)
	})
	t.Run("wrong password", func(t *testing.T) {
		t.Parallel()
		must(t, l.Prosody().AddUser("wrongpassword", "right"))
		wantCause(t, p.SignIn("wrongpassword@example.test", "wrong", l.Prosody().Onion()), client.SignInWrongPassword)
	})
	t.Run("addresses that are none", func(t *testing.T) {
		for address, want := range map[string]client.Cause{
			"": client.AddressEmpty, "ana": client.AddressNoAt, "@example.test": client.AddressBadName,
			"ana@": client.AddressBadServer, "a\u202ena@example.test": client.AddressBadName,
		} {
			wantCause(t, p.SignIn(address, "secret", ""), want)
		}
	})
}

// TestServerThatHangs takes its time, beside other tests: the bounds are what a
// slow onion service needs.
func TestServerThatHangs(t *testing.T) {
	t.Parallel()
	p := journey.InLab(t, lab.Shared(t), filepath.Join(t.TempDir(), "p"))
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())
	hanging := service(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)); time.Sleep(3 * time.Minute) })
	wantCause(t, p.SignIn("ana@example.test", "secret", hanging), client.ServerHangs)
}

// TestServersOfOtherMinds: a server as somebody may have configured it.
func TestServersOfOtherMinds(t *testing.T) {
	l := lab.Shared(t)
	server := l.Prosody()
	p := journey.InLab(t, l, filepath.Join(t.TempDir(), "p"))
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())
	must(t, server.AddUser("otherminds", "right"))
	configure := func(o lab.ServerOptions) {
		t.Helper()
		must(t, server.Configure(o))
	}
	defer configure(lab.ServerOptions{})

	_, err := p.Register(server.Domain(), server.Onion(), "otherminds")
	wantCause(t, err, client.NameTaken)

	configure(lab.ServerOptions{NoRegistration: true})
	_, err = p.Form(server.Domain(), server.Onion())
	wantCause(t, err, client.RegistrationClosed)

	configure(lab.ServerOptions{NoSCRAM: true})
	wantCause(t, p.SignIn("otherminds@example.test", "right", server.Onion()), client.SignInNoSCRAM)
	if seen, err := server.Saw("right"); err != nil || len(seen) > 0 {
		t.Errorf("the password was sent: %d, %v", len(seen), err)
	}

	configure(lab.ServerOptions{NoTLS: true})
	wantCause(t, p.SignIn("otherminds@example.test", "right", server.Onion()), client.ServerNoTLS)

	configure(lab.ServerOptions{Form: true})
	form, err := p.Form(server.Domain(), server.Onion())
	must(t, err)
	values := map[string]string{}
	for _, f := range form.Fields {
		if f.Kind != client.FieldFixed {
			values[f.Name] = "something"
			switch {
			case len(f.Options) > 0:
				values[f.Name] = f.Options[0].Value
			case f.Kind == client.FieldYesNo:
				values[f.Name] = "1"
			}
		}
	}
	if len(values) == 0 {
		t.Fatalf("the server's form has nothing to fill in: %+v", form)
	}
	must(t, p.Submit(form, "filledin", values))
}

// TestCertificates: what the program says of each certificate that a server
// may show, by its name and by its onion address, and that a changed key stops
// it before anything secret is sent.
func TestCertificates(t *testing.T) {
	l := lab.Shared(t)
	server := l.Prosody()
	must(t, server.AddUser("certificates", "right"))
	must(t, server.AddUser("byonion", "right"))
	defer func() { must(t, server.SetCert(lab.Rekey)) }()
	resolver, err := l.Resolver()
	must(t, err)
	begin := func(roots tls.Roots) *journey.Person {
		p := journey.Start(client.Options{
			Dir: filepath.Join(t.TempDir(), "p"), Roots: roots,
			Tor: tor.Options{Getenv: journey.Getenv(l.Env())}, Resolvers: journey.Resolvers(resolver),
		})
		t.Cleanup(p.Close)
		must(t, p.Create(profilePassword))
		must(t, p.TorReady())
		return p
	}
	labs := tls.RootsFrom(server.CA())

	stranger := begin(tls.MozillaRoots())
	wantCause(t, stranger.SignIn("certificates@example.test", "right", ""), client.CertificateUnknownIssuer)
	first := begin(labs)
	for how, want := range map[lab.How]client.Cause{
		lab.Expired: client.CertificateExpired, lab.WrongName: client.CertificateWrongName,
		lab.SelfSigned: client.CertificateUnknownIssuer, lab.OtherCA: client.CertificateUnknownIssuer,
	} {
		must(t, server.SetCert(how))
		wantCause(t, first.SignIn("certificates@example.test", "right", ""), want)
	}

	// pinned after a sign-in; renewed with the same key it goes on silently
	must(t, server.SetCert(lab.Rekey))
	must(t, first.SignIn("certificates@example.test", "right", ""))
	// by its onion the server is whom it is, whoever issued the certificate
	must(t, stranger.SignIn("byonion@example.test", "right", server.Onion()))
	again := func(p *journey.Person, address string, want client.AccountState, cause client.Cause) {
		t.Helper()
		must(t, server.Restart())
		must(t, p.Until("the account after a new certificate", func(w *journey.World) bool {
			a := w.Accounts[address]
			if want == client.Online {
				return a.State == want
			}
			return a.State == want && a.Problem != nil && a.Problem.Cause == cause
		}))
	}
	must(t, server.SetCert(lab.Renew))
	again(first, "certificates@example.test", client.Online, 0)
	again(stranger, "byonion@example.test", client.Online, 0)
	must(t, server.SetCert(lab.Rekey))
	again(first, "certificates@example.test", client.CertificateChanged, client.CertificateNewKey)
	again(stranger, "byonion@example.test", client.CertificateChanged, client.CertificateNewKey)
}

// TestNoTor: no Tor, something else in its place, a Tor that never finishes.
func TestNoTor(t *testing.T) {
	begin := func(o tor.Options) *journey.Person {
		p := journey.Start(client.Options{Dir: filepath.Join(t.TempDir(), "p"), Tor: o})
		t.Cleanup(p.Close)
		must(t, p.Create(profilePassword))
		return p
	}
	nothing := func(string) string { return "" }
	wantTor := func(p *journey.Person, want client.Cause) {
		t.Helper()
		must(t, p.Until("a failure of Tor", func(w *journey.World) bool {
			return w.Tor.State == client.TorFailed && w.Tor.Problem != nil && w.Tor.Problem.Cause == want
		}))
		wantCause(t, p.SignIn("ana@example.test", "secret", ""), client.TorStopped)
	}

	wantTor(begin(tor.Options{Getenv: nothing, Candidates: []tor.Endpoint{}, Program: "-"}), client.TorMissing)

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("SSH-2.0-something\r\n"))
			_ = c.Close()
		}
	}()
	wantTor(begin(tor.Options{
		Getenv: nothing, Program: "-",
		Candidates: []tor.Endpoint{{Network: "tcp", Address: ln.Addr().String(), From: "system"}},
	}), client.TorImpostor)
	host, port, err := net.SplitHostPort(ln.Addr().String())
	must(t, err)
	wantTor(begin(tor.Options{Getenv: journey.Getenv([]string{"TOR_SOCKS_HOST=" + host, "TOR_SOCKS_PORT=" + port})}), client.TorImpostor)

	// a real Tor whose network is not there
	stuck := begin(tor.Options{
		Getenv: nothing, Candidates: []tor.Endpoint{}, Program: lab.DeadTor(t), Stuck: 3 * time.Second,
	})
	wantTor(stuck, client.TorStuck)
}
