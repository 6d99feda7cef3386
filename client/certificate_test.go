package client_test

import (
	"crypto"
	"crypto/rand"
	stdtls "crypto/tls"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tls/tlstest"
	"hushwing/tor"
	"hushwing/tor/tortest"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

const anaAt = "ana@" + xmpptest.Domain

// inBetween is a person whose exit of Tor can lie. truth is her server, liar
// another one that somebody in between may put in its place.
type inBetween struct {
	*journey.Person
	dir         string
	truth, liar *xmpptest.Server
	circuit     string // the name of her own circuit's isolation
	t           *testing.T
}

// betweenOptions are what a test in between begins with.
type betweenOptions struct {
	imported bool
	bound    bool // her server has always proven itself to the end of its connection
	liar     func(*xmpptest.Conn)
}

func works(c *xmpptest.Conn) { c.Live(false); c.Hang() }

func worksBound(c *xmpptest.Conn) {
	c.Auth(xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}})
	c.Bind(false)
	c.Roster("")
	c.Hang()
}

// ownKey is one for all: making it takes longer than a test.
var ownKey = sync.OnceValues(func() (*otr.Identity, error) { return otr.NewIdentity(rand.Reader) })

// begin makes a profile with an account that has signed in at truth before, and
// goes online.
func beginBetween(t *testing.T, o betweenOptions) *inBetween {
	t.Helper()
	script := works
	if o.bound {
		script = worksBound
	}
	b := &inBetween{t: t, dir: filepath.Join(t.TempDir(), "p"), truth: xmpptest.New(t, script)}
	if o.liar == nil {
		o.liar = works
	}
	b.liar = b.truth.Beside(t, o.liar)
	id, err := ownKey()
	must(t, err)
	s, err := config.Create(b.dir, secret.New(profilePassword))
	must(t, err)
	_, err = s.Modify(func(p *config.Profile) error {
		a := config.Account{
			ID: "a1", Address: anaAt, Password: secret.New(xmpptest.Password), Identity: id.Export(), Imported: o.imported,
			Pins: []config.PinRecord{{Key: pinOf(b.truth), First: time.Now().AddDate(0, -1, 0).UTC(), Issuer: "CN=Throwaway CA"}},
		}
		p.Accounts = append(p.Accounts, a)
		return nil
	})
	must(t, err)
	must(t, s.Close())
	b.open()
	must(t, b.Online(anaAt))
	for _, r := range b.truth.Exit().Requests() {
		if r.Command == 1 {
			b.circuit = r.User
		}
	}
	return b
}

// open starts the program.
func (b *inBetween) open() {
	b.t.Helper()
	b.Person = journey.Start(client.Options{
		Dir: b.dir, Roots: b.truth.Roots(), Tor: tor.Options{Getenv: b.truth.Exit().Env}, Resolvers: []xmpp.Resolver{},
	})
	b.t.Cleanup(b.Close)
	must(b.t, b.Unlock(profilePassword))
}

// reopen ends the program and starts it again.
func (b *inBetween) reopen() {
	b.t.Helper()
	b.Close()
	b.open()
}

// lie leads circuits to the liar from the next start on: her own, or all.
func (b *inBetween) lie(all bool) {
	b.t.Helper()
	b.divert(func(r tortest.Request) string {
		if all || r.User == b.circuit {
			return b.liar.Address()
		}
		return ""
	})
}

func (b *inBetween) divert(to func(tortest.Request) string) {
	b.t.Helper()
	b.Close()
	b.truth.Exit().Divert(to)
	b.open()
}

// honest ends the lie.
func (b *inBetween) honest() {
	b.truth.Exit().Divert(nil)
	b.truth.Exit().Break()
}

// again connects anew.
func (b *inBetween) again() { b.Client.Do(client.GoOnline{Account: "a1"}) }

// asksTLS is all that may be said before TLS: the name of the server.
const asksTLS = `<?xml version="1.0"?><stream:stream to="` + xmpptest.Domain + `" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams"><starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>`

// unheard fails if the liar was told anything but that TLS is wanted.
func (b *inBetween) unheard() {
	b.t.Helper()
	b.unheardBy(b.liar)
}

func (b *inBetween) unheardBy(s *xmpptest.Server) {
	b.t.Helper()
	for _, c := range s.Conns() {
		if s := c.Heard(); !strings.HasPrefix(asksTLS, s) {
			b.t.Errorf("the one in between heard %q", s)
		}
	}
	if len(s.Conns()) == 0 {
		b.t.Error("nobody was in between")
	}
}

// pins returns what is on disk about the server's keys.
func (b *inBetween) pins() (pins, retired []config.PinRecord) {
	b.t.Helper()
	b.Close()
	s, err := config.Open(b.dir, secret.New(profilePassword))
	must(b.t, err)
	defer s.Close()
	a := s.View().Accounts[0]
	return a.Pins, a.Retired
}

func pinOf(s *xmpptest.Server) tls.Pin { return tls.PinOf(s.Certificate().Leaf) }

func keyOf(s *xmpptest.Server) string { return pinOf(s).String() }

// wantKey waits for a question about the liar's key.
func (b *inBetween) wantKey() client.ServerQuestion {
	b.t.Helper()
	key := keyOf(b.liar)
	q, err := b.QuestionIs(anaAt, "the question about that key", func(q client.ServerQuestion) bool {
		return q.Paths.Done() && q.New.Key == key
	})
	must(b.t, err)
	return q
}

// TestLyingExit: somebody at one exit of Tor has got a certificate in the
// server's name. The other ways show the server's own key, and that is said;
// nothing is told to the one in between; and when the exit has gone the account
// returns by itself.
func TestLyingExit(t *testing.T) {
	defer client.SetQuietPause(time.Second)()
	b := beginBetween(t, betweenOptions{})
	b.lie(false)
	q := b.wantKey()
	if q.Paths != (client.Paths{Asked: 3, Old: 3}) || !q.ByName || q.Flaw != client.CauseUnknown || q.Onion ||
		q.Old.Key != keyOf(b.truth) || q.Old.Issuer != "CN=Throwaway CA" || q.Since.IsZero() || !q.New.NotAfter.Equal(b.liar.Certificate().Leaf.NotAfter) {
		t.Errorf("the evidence is %+v", q)
	}
	for _, name := range []string{"", "example.tes", "liar.test", "ana@example.test"} {
		wantCause(t, b.Trust(q.New.Key, name), client.CertificateNameTyped)
	}
	b.unheard()
	b.honest()
	must(t, b.Online(anaAt))
	b.unheard()
	if pins, retired := b.pins(); len(pins) != 1 || pins[0].Key != pinOf(b.truth) || len(retired) != 0 {
		t.Errorf("after all that: %v, %v", pins, retired)
	}
}

// TestThirdKeyElsewhere: the other ways agree neither with the new key nor with
// the one from before.
func TestThirdKeyElsewhere(t *testing.T) {
	b := beginBetween(t, betweenOptions{})
	other := b.truth.Beside(t, works)
	b.divert(func(r tortest.Request) string {
		if r.User == b.circuit {
			return b.liar.Address()
		}
		return other.Address()
	})
	if q := b.wantKey(); q.Paths.Other != 3 || !q.ByName {
		t.Errorf("the evidence is %+v", q)
	}
	b.unheard()
	b.unheardBy(other)
}

// TestAnswerIsForTheKeyThatWasSeen: whoever is in between changes keys between
// the question and the answer. The answer is worth nothing for the new one.
func TestAnswerIsForTheKeyThatWasSeen(t *testing.T) {
	defer client.SetQuietPause(300 * time.Millisecond)()
	b := beginBetween(t, betweenOptions{})
	b.lie(true)
	seen := b.wantKey()
	if seen.Paths.Same != 3 || seen.ByName {
		t.Fatalf("the evidence is %+v", seen)
	}

	// it shows another before the answer comes, and the account has noticed
	b.liar.Show(b.truth.CA().Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}}))
	later := b.wantKey()
	wantCause(t, b.Trust(seen.New.Key, xmpptest.Domain), client.CertificateAnother)
	wantCause(t, b.AskProof(seen.New.Key), client.CertificateAnother)
	for _, key := range []string{"", "AAAA", strings.ToLower(later.New.Key)} {
		wantCause(t, b.Trust(key, xmpptest.Domain), client.CertificateAnother)
	}
	b.unheard()

	// and after the answer, or before the account could notice
	client.SetQuietPause(time.Hour)
	b.reopen()
	later = b.wantKey()
	b.liar.Show(b.truth.CA().Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}}))
	must(t, b.Trust(later.New.Key, ""))
	last := b.wantKey()
	if last.Old.Key != keyOf(b.truth) {
		t.Errorf("the key from before is now %s", last.Old.Key)
	}
	b.unheard()

	// the answer lasts; the other key is asked about after a new start, too
	b.reopen()
	b.wantKey()
	b.unheard()
	b.honest()
	b.again()
	must(t, b.Online(anaAt))
	wantCause(t, b.Trust(keyOf(b.liar), xmpptest.Domain), client.CertificateSettled)
	if pins, retired := b.pins(); len(pins) != 1 || pins[0].Key != pinOf(b.truth) || len(retired) != 0 {
		t.Errorf("a key that was never signed in with stays: %v, %v", pins, retired)
	}
}

// TestTrustedKeyHasToProve: the user has trusted the one in between, who does
// not know the password. The trust is taken back, and asked about again.
func TestTrustedKeyHasToProve(t *testing.T) {
	b := beginBetween(t, betweenOptions{liar: func(c *xmpptest.Conn) {
		c.Auth(xmpptest.SCRAM{ServerSecret: "guess", AnyPassword: true})
	}})
	b.lie(true)
	must(t, b.Trust(b.wantKey().New.Key, ""))
	must(t, b.Until("the failure", func(w *journey.World) bool {
		a := w.Accounts[anaAt]
		return a.State == client.Failed && a.Problem.Cause == client.ServerNotProven
	}))
	b.again()
	b.wantKey()
	if pins, _ := b.pins(); len(pins) != 1 || pins[0].Key != pinOf(b.truth) {
		t.Errorf("it is trusted still: %v", pins)
	}
}

// TestKeyOfBefore: a key that was replaced is not accepted any more, because it
// may have been stolen; and if it comes back, that it is the one of before is
// said.
func TestKeyOfBefore(t *testing.T) {
	b := beginBetween(t, betweenOptions{})
	b.lie(true)
	must(t, b.Trust(b.wantKey().New.Key, ""))
	must(t, b.Online(anaAt))
	b.reopen()
	must(t, b.Online(anaAt)) // without a question
	b.divert(nil)
	q, err := b.Questioned(anaAt)
	must(t, err)
	if q.New.Key != keyOf(b.truth) || q.Until.IsZero() || q.Old.Key != keyOf(b.liar) {
		t.Errorf("the question is %+v", q)
	}
	must(t, b.Trust(q.New.Key, ""))
	must(t, b.Online(anaAt))
	pins, retired := b.pins()
	if len(pins) != 1 || pins[0].Key != pinOf(b.truth) || len(retired) != 1 || retired[0].Key != pinOf(b.liar) {
		t.Errorf("%v, %v", pins, retired)
	}
}

// TestInvalidNewKey: a new key with an invalid certificate is trusted by the
// server's name alone, and no proof is asked of it.
func TestInvalidNewKey(t *testing.T) {
	for name, of := range map[string]struct {
		cert func(*inBetween) stdtls.Certificate
		want client.Cause
	}{
		"self-signed": {func(*inBetween) stdtls.Certificate {
			return tlstest.SelfSigned(t, tlstest.Spec{Names: []string{xmpptest.Domain}})
		}, client.CertificateUnknownIssuer},
		"expired": {func(b *inBetween) stdtls.Certificate {
			return b.truth.CA().Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}, NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(0, 0, -1)})
		}, client.CertificateExpired},
		"wrong name": {func(b *inBetween) stdtls.Certificate {
			return b.truth.CA().Issue(t, tlstest.Spec{Names: []string{"other.test"}})
		}, client.CertificateWrongName},
	} {
		t.Run(name, func(t *testing.T) {
			b := beginBetween(t, betweenOptions{})
			b.liar.Show(of.cert(b))
			b.lie(true)
			q := b.wantKey()
			if q.Flaw != of.want || q.New.Valid || !q.ByName || q.Proof != client.ProofNotSafe {
				t.Errorf("the question is %+v", q)
			}
			wantCause(t, b.Trust(q.New.Key, ""), client.CertificateNameTyped)
			wantCause(t, b.AskProof(q.New.Key), client.CertificateNoProof)
			b.unheard()
			must(t, b.Trust(q.New.Key, " Example.TEST. "))
			must(t, b.Online(anaAt))
			b.reopen()
			must(t, b.Online(anaAt))
			if pins, _ := b.pins(); len(pins) != 1 || !pins[0].Excused {
				t.Errorf("%v", pins)
			}
		})
	}
}

// TestCertificateRunsOut: a server with the key from before lets its certificate
// run out. It is told nothing, it is said what that is, and once it is renewed
// the account returns by itself.
func TestCertificateRunsOut(t *testing.T) {
	b := beginBetween(t, betweenOptions{})
	key := b.truth.Certificate().PrivateKey.(crypto.Signer)
	end := time.Now().AddDate(0, 0, -1).Truncate(time.Second).UTC()
	b.Close()
	b.truth.Show(b.truth.CA().Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}, Key: key, NotBefore: end.AddDate(0, -3, 0), NotAfter: end}))
	before := len(b.truth.Conns())
	b.open()
	must(t, b.Until("the failure", func(w *journey.World) bool {
		a := w.Accounts[anaAt]
		return a.State == client.Failed && a.Problem.Cause == client.CertificateLapsed &&
			a.Problem.Server.NotAfter.Equal(end) && !a.NextTry.IsZero()
	}))
	for _, c := range b.truth.Conns()[before:] {
		if s := c.Heard(); !strings.HasPrefix(asksTLS, s) {
			t.Errorf("it was told %q", s)
		}
	}
	b.truth.Show(b.truth.CA().Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}, Key: key}))
	must(t, b.Online(anaAt))
	if pins, retired := b.pins(); len(pins) != 1 || pins[0].Key != pinOf(b.truth) || len(retired) != 0 {
		t.Errorf("%v, %v", pins, retired)
	}
}

// TestAskProof: what comes of asking the server for a proof; that it is asked
// only on the user's word, and never where it could help somebody to guess a
// password.
func TestAskProof(t *testing.T) {
	bound := xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-256-PLUS"}}
	cheat := bound
	cheat.ServerSecret, cheat.AnyPassword = "guess", true
	unbound := xmpptest.SCRAM{}
	for name, of := range map[string]struct {
		imported bool
		bound    bool
		scram    xmpptest.SCRAM
		want     client.ProofState
		byName   bool
		told     bool // it learned the name
	}{
		"knows the password":  {false, true, bound, client.ProofGiven, false, true},
		"does not":            {false, true, cheat, client.ProofFailed, true, true},
		"offers none":         {false, false, unbound, client.ProofAbsent, false, false},
		"offered one before":  {false, true, unbound, client.ProofRefused, true, false},
		"a password not ours": {true, true, bound, client.ProofUnwise, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var logins []*xmpptest.Login // it is asked over several ways at once
			b := beginBetween(t, betweenOptions{imported: of.imported, bound: of.bound, liar: func(c *xmpptest.Conn) {
				s := of.scram
				s.Got = &xmpptest.Login{}
				mu.Lock()
				logins = append(logins, s.Got)
				mu.Unlock()
				c.Auth(s)
			}})
			b.lie(true)
			q := b.wantKey()
			b.unheard() // not before the click
			if of.imported {
				wantCause(t, b.AskProof(q.New.Key), client.CertificateNoProof)
				b.unheard()
			} else {
				must(t, b.AskProof(q.New.Key))
			}
			q = b.wantKey()
			if q.Proof != of.want || q.ByName != of.byName {
				t.Errorf("the outcome is %+v", q)
			}
			b.Close()
			b.liar.Stop()
			heard := ""
			for _, c := range b.liar.Conns() {
				heard += c.Heard()
			}
			named := false
			for _, l := range logins {
				named = named || strings.Contains(l.First, "n=ana,")
			}
			if strings.Contains(heard, "<auth") != of.told || named != of.told || strings.Contains(heard, "<iq") {
				t.Errorf("it heard %q", heard)
			}
		})
	}
}

// TestResolversAgreeOnALie: all who are asked lead to somebody who shows another
// key, on every circuit. One of the other ways goes to the domain itself and
// tells; and from there the account returns.
func TestResolversAgreeOnALie(t *testing.T) {
	defer client.SetQuietPause(time.Second)()
	first, second := resolver(t, "first.agree.test", lab.Rekey), resolver(t, "second.agree.test", lab.Rekey)
	p, at := asking(t, first, second), user(t, "agree")
	must(t, p.SignIn(at, "right", ""))
	evil := impostor(t, "example.test")
	srv := evil.named(t, "agree-evil.test")
	for _, r := range []*lab.Resolver{first, second} {
		r.SetSRV(directSRV+"example.test", srv)
		r.SetSRV(plainSRV+"example.test", srv)
	}
	client.SetQuietPause(time.Hour)
	account := client.Peer{}
	must(t, p.Until("the account", func(w *journey.World) bool { account.Account = w.Accounts[at].ID; return account.Account != "" }))
	again := func() {
		p.Client.Do(client.NewIdentity{Account: account.Account}) // what was looked up is forgotten with it
	}
	again()
	q, err := p.Questioned(at)
	if err != nil {
		came, heard := evil.visits()
		t.Fatalf("%v: asked %q and %q, %d came and said %q", err, first.Asked(), second.Asked(), came, heard)
	}
	if q.Paths != (client.Paths{Asked: 3, Same: 2, Old: 1}) || !q.ByName || q.Flaw != client.CertificateUnknownIssuer {
		t.Errorf("the evidence is %+v", q)
	}
	client.SetQuietPause(time.Second)
	again()
	must(t, p.Online(at))
	if came, heard := evil.visits(); came < 3 || heard != "" {
		t.Errorf("%d came and said %q", came, heard)
	}
}

// TestNewServerKey: a real server that has changed its key, by its name and by
// its onion address.
func TestNewServerKey(t *testing.T) {
	l := lab.Shared(t)
	server := l.Prosody()
	must(t, server.Configure(lab.ServerOptions{TLS12: true})) // where it can prove itself
	defer func() { must(t, server.Configure(lab.ServerOptions{})) }()
	for name, of := range map[string]struct{ host string }{"newkey": {""}, "newonion": {server.Onion()}} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "p")
			p := journey.InLab(t, l, dir)
			must(t, p.Create(profilePassword))
			must(t, p.TorReady())
			at, err := p.Register(server.Domain(), of.host, name)
			must(t, err)
			must(t, server.SetCert(lab.Rekey))
			must(t, server.Restart())
			q, err := p.Questioned(at)
			must(t, err)
			if q.Onion != (of.host != "") || q.Paths != (client.Paths{Asked: 3, Same: 3}) || q.ByName || q.Proof != client.ProofPossible ||
				q.Old.Issuer == "" || q.Old.NotAfter.IsZero() || q.Old.Key == q.New.Key || time.Since(q.Since) > time.Hour {
				t.Errorf("the evidence is %+v", q)
			}
			must(t, p.AskProof(q.New.Key))
			if q, err = p.Questioned(at); err != nil || q.Proof != client.ProofGiven {
				t.Errorf("the proof is %+v, %v", q.Proof, err)
			}
			must(t, p.Trust(q.New.Key, ""))
			must(t, p.Online(at))
			p.Close()
			p = journey.InLab(t, l, dir)
			must(t, p.Unlock(profilePassword))
			must(t, p.Until("no question", func(w *journey.World) bool {
				if w.Accounts[at].State == client.CertificateChanged {
					t.Error("it is asked again")
				}
				return w.Accounts[at].State == client.Online
			}))
		})
	}
}
