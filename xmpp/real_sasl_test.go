package xmpp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab"
	"hushwing/secret"
	"hushwing/xmpp"

	"mellium.im/xmpp/jid"
)

const real12, real13 = "tls1.2 tls-unique", "tls1.3 tls-exporter"

// realServer is a server that can be held to a version of TLS, without
// mechanisms that are bound to the connection or with them.
type realServer struct {
	server
	addUser func(name, password string) error
	set     func(tls12, tls13, noPlus bool) error
}

func realServers(t *testing.T) map[string]realServer {
	p, e := lab.Shared(t).Prosody(), lab.SharedEjabberd(t)
	return map[string]realServer{
		"Prosody": {p, p.AddUser, func(tls12, tls13, noPlus bool) error {
			return p.Configure(lab.ServerOptions{TLS12: tls12, TLS13: tls13, NoPlus: noPlus})
		}},
		"ejabberd": {e, e.AddUser, func(tls12, tls13, noPlus bool) error {
			o := lab.EjabberdOptions{TLS12: tls12, TLS13: tls13}
			if noPlus {
				o.NoMechanisms = []string{"SCRAM-SHA-256-PLUS"}
			}
			return e.Configure(o)
		}},
	}
}

// TestRealMechanisms: what is used with each server under each version of TLS,
// and that what is weaker than the memory stops, but for a move to TLS 1.3.
// Prosody 0.12 binds under 1.2 only and offers so; ejabberd 23.01 binds under
// 1.2 only and offers it under 1.3 as well.
func TestRealMechanisms(t *testing.T) {
	for name, s := range realServers(t) {
		t.Run(name, func(t *testing.T) {
			set := func(tls12, tls13, noPlus bool) {
				t.Helper()
				if err := s.set(tls12, tls13, noPlus); err != nil {
					t.Fatal(err)
				}
			}
			t.Cleanup(func() { set(false, false, false) })
			if err := s.addUser("bound", "a password"); err != nil {
				t.Fatal(err)
			}
			p := loopbackTo(t, s.server, true)
			known := map[string]string{}
			signIn := func() (context, name string, err error) {
				t.Helper()
				stream, err := p.open(t, xmpp.Login{Address: jid.MustParse("bound@" + s.Domain()), Password: secret.New("a password"), Known: known})
				if err != nil {
					return "", "", err
				}
				context, name = stream.Mechanism()
				return context, name, nil
			}
			hash := map[string]string{"Prosody": "SCRAM-SHA-1", "ejabberd": "SCRAM-SHA-256"}[name]
			wants := func(step, context, mechanism string) {
				t.Helper()
				where, how, err := signIn()
				if err != nil || where != context || how != mechanism {
					t.Errorf("%s: %q in %q, %v; want %q in %q", step, how, where, err, mechanism, context)
				}
				known[where] = how
			}
			stops := func(step string) *xmpp.AuthError {
				t.Helper()
				var auth *xmpp.AuthError
				if _, how, err := signIn(); !errors.As(err, &auth) || auth.Reason != xmpp.Downgrade {
					t.Fatalf("%s: %q, %v", step, how, err)
				}
				return auth
			}

			set(true, false, false)
			wants("TLS 1.2", real12, hash+"-PLUS")
			set(false, true, false)
			wants("moved to TLS 1.3", real13, hash)
			wants("TLS 1.3 again", real13, hash)

			set(true, false, true)
			refusal := stops("TLS 1.2 without -PLUS")
			delete(known, real12)
			known[real13] = hash + "-PLUS"
			if again := stops("TLS 1.2 without -PLUS, after 1.3 with"); again.Known != hash+"-PLUS" {
				t.Errorf("got %+v", again)
			}
			known = xmpp.Accept(map[string]string{real12: hash + "-PLUS"}, refusal.Offered, refusal.Context)
			wants("accepted", real12, hash)

			// Under 1.3 one that could bind before and says no more than that it
			// still can is held to it: it does not get away with less.
			set(false, true, false)
			known = map[string]string{real13: hash + "-PLUS"}
			if where, how, err := signIn(); err == nil {
				t.Errorf("signed in with %q in %q", how, where)
			}
		})
	}
}

// TestRealEjabberd: an address is made there, although its form is another one;
// a wrong password, a closed account and a name that is taken are told apart.
func TestRealEjabberd(t *testing.T) {
	e := lab.SharedEjabberd(t)
	p := loopbackTo(t, e, false)
	a := register(t, p, "ana", "a password")
	s, err := p.open(t, xmpp.Login{Address: a, Password: secret.New("a password")})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Roster()) != 0 {
		t.Errorf("roster %v", s.Roster())
	}
	reason := func(l xmpp.Login) xmpp.AuthReason {
		var auth *xmpp.AuthError
		_, err := p.open(t, l)
		if !errors.As(err, &auth) {
			t.Errorf("got %v", err)
			return 0
		}
		return auth.Reason
	}
	if got := reason(xmpp.Login{Address: a, Password: secret.New("another")}); got != xmpp.WrongPassword {
		t.Errorf("wrong password: %v", got)
	}
	if got := reason(xmpp.Login{Address: jid.MustParse("nobody@" + e.Domain()), Password: secret.New("another")}); got != xmpp.WrongPassword {
		t.Errorf("nobody: %v", got)
	}
	if err := e.Configure(lab.EjabberdOptions{Closed: []string{"ana"}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Configure(lab.EjabberdOptions{}); err != nil {
			t.Error(err)
		}
	})
	if got := reason(xmpp.Login{Address: a, Password: secret.New("a password")}); got != xmpp.Disabled {
		t.Errorf("closed: %v", got)
	}
	r, err := xmpp.OpenRegistration(within(t, 60*time.Second), p.secure(t), p.server.Domain)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var refused *xmpp.RegistrationError
	if err := r.Submit(within(t, 60*time.Second), map[string]string{"username": "ana", "password": "x"}); !errors.As(err, &refused) || refused.Reason != xmpp.NameTaken {
		t.Errorf("a name that is taken: %v", err)
	}
	var fields []string
	for _, f := range r.Form().Fields {
		fields = append(fields, f.Name)
	}
	if got := strings.Join(fields, " "); !strings.Contains(got, "username") || !strings.Contains(got, "password") {
		t.Errorf("fields %q", got)
	}
}
