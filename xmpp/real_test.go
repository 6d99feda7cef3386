package xmpp_test

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/tor/tortest"
	"hushwing/xmpp"

	"mellium.im/xmpp/jid"
)

// These tests run against a real Prosody: over a SOCKS server straight to its
// loopback address, and once through a real Tor network to its onion address.

// place is a way to the server.
type place struct {
	dialer *tor.Dialer
	policy *tls.Policy
	route  xmpp.Route
	server tls.Server
}

func (p place) secure(t *testing.T) *tls.Conn {
	t.Helper()
	ctx := within(t, 150*time.Second)
	conn, err := xmpp.Secure(ctx, p.dialer, p.policy, p.route, p.server)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (p place) open(t *testing.T, l xmpp.Login) (*xmpp.Stream, error) {
	t.Helper()
	stream, err := xmpp.Open(within(t, 90*time.Second), p.secure(t), l)
	if err == nil {
		t.Cleanup(func() { _ = stream.Close() })
	}
	return stream, err
}

// loopback is the way past Tor.
func loopback(t *testing.T, direct bool) place {
	t.Helper()
	return loopbackTo(t, lab.Shared(t).Prosody(), direct)
}

// server is what a server of the lab says of itself.
type server interface {
	Addr() string
	CA() *x509.Certificate
	Domain() string
}

func loopbackTo(t *testing.T, p server, direct bool) place {
	t.Helper()
	socks := tortest.New(t)
	socks.Serve("starttls.test", p.Addr()+":5222")
	socks.Serve("direct.test", p.Addr()+":5223")
	route := xmpp.Route{Host: "starttls.test"}
	if direct {
		route = xmpp.Route{Host: "direct.test", Direct: true}
	}
	return place{socks.Dialer(t), tls.NewPolicy(tls.RootsFrom(p.CA())), route, tls.Server{Domain: p.Domain()}}
}

// onion is the way that the program goes.
func onion(t *testing.T) place {
	t.Helper()
	l := lab.Shared(t)
	env := map[string]string{}
	for _, e := range l.Env() {
		k, v, _ := strings.Cut(e, "=")
		env[k] = v
	}
	n, err := tor.Find(within(t, 30*time.Second), tor.Options{Getenv: func(k string) string { return env[k] }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	p := l.Prosody()
	return place{
		n.Dialer(tor.NewIsolation([]byte("a secret made up for a test"), t.Name(), 0)),
		tls.NewPolicy(tls.RootsFrom(p.CA())),
		xmpp.Route{Host: p.Onion()},
		tls.Server{Domain: p.Onion(), Onion: true},
	}
}

// register makes an account and returns its address.
func register(t *testing.T, p place, name, password string) xmpp.Address {
	t.Helper()
	ctx := within(t, 60*time.Second)
	r, err := xmpp.OpenRegistration(ctx, p.secure(t), p.server.Domain)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if f := r.Form(); f.NeedsMore || len(f.Fields) < 2 {
		t.Fatalf("form %+v", f)
	}
	if err := r.Submit(ctx, map[string]string{"username": name, "password": password}); err != nil {
		t.Fatal(err)
	}
	return jid.MustParse(name + "@" + p.server.Domain)
}

// waitFor takes events until one fits.
func waitFor[E xmpp.Event](t *testing.T, s *xmpp.Stream, fits func(E) bool) E {
	t.Helper()
	deadline := time.After(60 * time.Second)
	var zero E
	for {
		select {
		case e, ok := <-s.Events():
			if !ok {
				t.Fatalf("the stream ended (%v), want %T", s.Err(), zero)
			}
			if e, ok := e.(E); ok && fits(e) {
				return e
			}
		case <-deadline:
			t.Fatalf("no %T", zero)
		}
	}
}

// story: two new accounts find each other, see each other, exchange a message
// each, and part.
func story(t *testing.T, p place, names string) {
	a, b := register(t, p, "ana"+names, "a password"), register(t, p, "ben"+names, "another one")
	ctx := t.Context()
	as, err := p.open(t, xmpp.Login{Address: a, Password: secret.New("a password"), Gate: gate{b.String(): true}})
	if err != nil {
		t.Fatal(err)
	}
	bs, err := p.open(t, xmpp.Login{Address: b, Password: secret.New("another one"), Gate: gate{a.String(): true}})
	if err != nil {
		t.Fatal(err)
	}
	if len(as.Roster()) != 0 {
		t.Errorf("roster of a new account: %v", as.Roster())
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(as.Available(ctx))
	must(bs.Available(ctx))
	must(as.SetRosterItem(ctx, b, "Ben"))
	must(as.Subscribe(ctx, b))
	if r := waitFor(t, bs, func(xmpp.SubscriptionRequested) bool { return true }); !r.From.Equal(a) {
		t.Fatalf("asked by %v", r.From)
	}
	must(bs.Approve(ctx, a))
	must(bs.Subscribe(ctx, a))
	if e := waitFor(t, as, func(e xmpp.PresenceChanged) bool { return e.Available }); !e.From.Equal(bs.Address()) {
		t.Errorf("saw %v, want %v", e.From, bs.Address())
	}
	waitFor(t, as, func(xmpp.SubscriptionRequested) bool { return true })
	must(as.Approve(ctx, b))
	var seen, both bool // in either order
	waitFor(t, bs, func(e xmpp.Event) bool {
		switch e := e.(type) {
		case xmpp.PresenceChanged:
			seen = seen || e.Available && e.From.Equal(as.Address())
		case xmpp.RosterChanged:
			both = both || e.Item.Address.Equal(a) && e.Item.Subscription == "both"
		}
		return seen && both
	})
	w := sealed(t)
	for _, x := range []struct{ from, to *xmpp.Stream }{{as, bs}, {bs, as}} {
		id, err := x.from.Send(ctx, x.to.Address(), w)
		must(err)
		got := waitFor(t, x.to, func(xmpp.MessageReceived) bool { return true })
		if got.Body != w.Body() || !got.From.Equal(x.from.Address()) || got.ID != string(id) || !got.Delayed.IsZero() {
			t.Errorf("got %+v", got)
		}
		waitFor(t, x.from, func(e xmpp.Acknowledged) bool { return len(e.IDs) == 1 && e.IDs[0] == id })
	}
	// Gone; what is sent then comes back from a resource that is not there.
	gone := bs.Address()
	must(bs.Close())
	waitFor(t, as, func(e xmpp.PresenceChanged) bool { return !e.Available && e.From.Equal(gone) })
	// While away a message waits at the server and comes with its time.
	id, err := as.Send(ctx, b, w)
	must(err)
	waitFor(t, as, func(e xmpp.Acknowledged) bool { return e.IDs[len(e.IDs)-1] == id })
	bs, err = p.open(t, xmpp.Login{Address: b, Password: secret.New("another one"), Gate: gate{a.String(): true}})
	must(err)
	if r := bs.Roster(); len(r) != 1 || !r[0].Address.Equal(a) || r[0].Subscription != "both" {
		t.Errorf("roster %+v", r)
	}
	must(bs.Available(ctx))
	if m := waitFor(t, bs, func(xmpp.MessageReceived) bool { return true }); m.Body != w.Body() || m.Delayed.IsZero() || time.Since(m.Delayed).Abs() > time.Hour {
		t.Errorf("got %+v", m)
	}
	must(as.RemoveRosterItem(ctx, b))
	waitFor(t, as, func(e xmpp.RosterChanged) bool { return e.Removed && e.Item.Address.Equal(b) })
	waitFor(t, bs, func(e xmpp.RosterChanged) bool { return e.Item.Subscription == "none" })
}

func TestRealStory(t *testing.T) {
	t.Run("STARTTLS", func(t *testing.T) { story(t, loopback(t, false), "1") })
	t.Run("direct TLS", func(t *testing.T) { story(t, loopback(t, true), "2") })
}

func TestRealStoryThroughTor(t *testing.T) { story(t, onion(t), "3") }

// TestRealServerSawNoClearBody: what the server has seen of all this.
func TestRealServerSawNoClearBody(t *testing.T) {
	story(t, loopback(t, false), "4")
	all, err := lab.Shared(t).Prosody().Tap()
	if err != nil {
		t.Fatal(err)
	}
	bodies := 0
	for _, s := range all {
		if s.Body != "" {
			bodies++
			if !strings.HasPrefix(s.Body, "?OTR") {
				t.Errorf("in clear: %s", s.XML)
			}
		}
	}
	if bodies == 0 {
		t.Error("the server saw no body at all")
	}
}

// TestRealRefusals: a wrong password, an unknown account, a taken name, a name
// that cannot be.
func TestRealRefusals(t *testing.T) {
	p := loopback(t, false)
	a := register(t, p, "taken", "a password")
	for name, l := range map[string]xmpp.Login{
		"wrong password":  {Address: a, Password: secret.New("not it")},
		"unknown account": {Address: jid.MustParse("nobody@example.test"), Password: secret.New("a password")},
	} {
		_, err := p.open(t, l)
		var typed *xmpp.AuthError
		if !errors.As(err, &typed) || typed.Reason != xmpp.WrongPassword {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx := within(t, 30*time.Second)
	r, err := xmpp.OpenRegistration(ctx, p.secure(t), p.server.Domain)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	reason := func(values map[string]string) xmpp.RegistrationReason {
		t.Helper()
		var typed *xmpp.RegistrationError
		if err := r.Submit(ctx, values); !errors.As(err, &typed) {
			t.Fatalf("got %v", err)
		}
		return typed.Reason
	}
	if got := reason(map[string]string{"username": "taken", "password": "x"}); got != xmpp.NameTaken {
		t.Errorf("got %v", got)
	}
	if got := reason(map[string]string{"username": "a@b", "password": "x"}); got != xmpp.NotAcceptable {
		t.Errorf("got %v", got)
	}
	if got := reason(map[string]string{"username": "nopassword"}); got != xmpp.NotAcceptable {
		t.Errorf("got %v", got)
	}
	if err := r.Submit(ctx, map[string]string{"username": "after all", "password": "x"}); err == nil {
		t.Error("a name with a space was taken")
	}
	if err := r.Submit(ctx, map[string]string{"username": "afterall", "password": "x"}); err != nil {
		t.Error(err)
	}
	if _, err := p.open(t, xmpp.Login{Address: jid.MustParse("afterall@example.test"), Password: secret.New("x")}); err != nil {
		t.Error(err)
	}
}

// TestRealServerChanges: no registration, PLAIN alone, no TLS, and a server
// that dies.
func TestRealServerChanges(t *testing.T) {
	p := loopback(t, false)
	a := register(t, p, "changes", "a password")
	server := lab.Shared(t).Prosody()
	configure := func(o lab.ServerOptions) {
		t.Helper()
		if err := server.Configure(o); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { configure(lab.ServerOptions{}) })
	l := xmpp.Login{Address: a, Password: secret.New("a password")}

	configure(lab.ServerOptions{NoRegistration: true})
	var reg *xmpp.RegistrationError
	if _, err := xmpp.OpenRegistration(within(t, 30*time.Second), p.secure(t), p.server.Domain); !errors.As(err, &reg) || reg.Reason != xmpp.NotOffered {
		t.Errorf("no registration: %v", err)
	}

	configure(lab.ServerOptions{NoSCRAM: true})
	var auth *xmpp.AuthError
	if _, err := p.open(t, l); !errors.As(err, &auth) || auth.Reason != xmpp.NoMechanism {
		t.Errorf("plain alone: %v", err)
	}
	l.AllowPlain = true
	if _, err := p.open(t, l); err != nil {
		t.Errorf("plain allowed: %v", err)
	}
	l.AllowPlain = false

	configure(lab.ServerOptions{NoTLS: true})
	var start *xmpp.StartTLSError
	if _, err := xmpp.Secure(within(t, 30*time.Second), p.dialer, p.policy, p.route, p.server); !errors.As(err, &start) {
		t.Errorf("no tls: %v", err)
	}

	configure(lab.ServerOptions{})
	s, err := p.open(t, l)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
		if s.Err() == nil {
			t.Error("ended without a reason")
		}
	case <-time.After(20 * time.Second):
		t.Error("the end of the server is not noticed")
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
}

// TestRealForm: the server's own form.
func TestRealForm(t *testing.T) {
	server := lab.Shared(t).Prosody()
	if err := server.Configure(lab.ServerOptions{Form: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Configure(lab.ServerOptions{}) })
	p := loopback(t, false)
	ctx := within(t, 30*time.Second)
	r, err := xmpp.OpenRegistration(ctx, p.secure(t), p.server.Domain)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	t.Logf("%+v", r.Form())
	if r.Form().NeedsMore {
		t.Fatal("cannot be shown")
	}
	values := map[string]string{"username": "formed", "password": "a password"}
	for _, f := range r.Form().Fields {
		if _, given := values[f.Name]; given || f.Kind == xmpp.Hidden || f.Kind == xmpp.Fixed {
			continue
		}
		switch f.Kind {
		case xmpp.Choice:
			values[f.Name] = f.Options[0].Value
		case xmpp.YesNo:
			values[f.Name] = "1"
		default:
			values[f.Name] = "something"
		}
	}
	if err := r.Submit(ctx, values); err != nil {
		t.Fatal(err)
	}
	if _, err := p.open(t, xmpp.Login{Address: jid.MustParse("formed@example.test"), Password: secret.New("a password")}); err != nil {
		t.Error(err)
	}
}

// labMain runs the tests and stops the lab before goleak looks.
type labMain struct{ m *testing.M }

func (l labMain) Run() int { return lab.Main(l.m) }
