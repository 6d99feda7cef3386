package xmpp_test

import (
	stdtls "crypto/tls"
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"

	"hushwing/secret"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

var all = []string{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "X-OAUTH2", "DIGEST-MD5"}

func bindingList(kind string) string {
	return "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='" + kind + "'/></sasl-channel-binding>"
}

// TestMechanisms: the strongest that both ends speak is used, it works against
// an implementation of its own that checks the channel binding, and the stream
// says which it was.
func TestMechanisms(t *testing.T) {
	for name, test := range map[string]struct {
		version       uint16
		scram         xmpptest.SCRAM
		plain         bool
		want, context string
	}{
		"TLS 1.3":           {0, xmpptest.SCRAM{Mechanisms: all}, false, "SCRAM-SHA-256-PLUS", "tls1.3 tls-exporter"},
		"TLS 1.2":           {stdtls.VersionTLS12, xmpptest.SCRAM{Mechanisms: all}, false, "SCRAM-SHA-256-PLUS", "tls1.2 tls-unique"},
		"bound before hash": {0, xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"}}, false, "SCRAM-SHA-1-PLUS", "tls1.3 tls-exporter"},
		"sha-1 bound, 1.2":  {stdtls.VersionTLS12, xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"}}, false, "SCRAM-SHA-1-PLUS", "tls1.2 tls-unique"},
		"sha-256":           {0, xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-1", "SCRAM-SHA-256"}}, false, "SCRAM-SHA-256", "tls1.3 tls-exporter"},
		"sha-1":             {0, xmpptest.SCRAM{Mechanisms: []string{"PLAIN", "SCRAM-SHA-1"}}, false, "SCRAM-SHA-1", "tls1.3 tls-exporter"},
		"plain allowed":     {0, xmpptest.SCRAM{Mechanisms: []string{"PLAIN"}}, true, "PLAIN", "tls1.3 tls-exporter"},
		"plain never first": {0, xmpptest.SCRAM{Mechanisms: []string{"PLAIN", "SCRAM-SHA-1"}}, true, "SCRAM-SHA-1", "tls1.3 tls-exporter"},
		"binding listed":    {0, xmpptest.SCRAM{Mechanisms: all, Features: bindingList("tls-exporter")}, false, "SCRAM-SHA-256-PLUS", "tls1.3 tls-exporter"},
		"other binding":     {0, xmpptest.SCRAM{Mechanisms: all, Features: bindingList("tls-server-end-point")}, false, "SCRAM-SHA-256", "tls1.3 tls-exporter"},
		"1.3, none listed":  {0, xmpptest.SCRAM{Mechanisms: all, NoBindings: true}, false, "SCRAM-SHA-256", "tls1.3 tls-exporter"},
		"1.2, none listed":  {stdtls.VersionTLS12, xmpptest.SCRAM{Mechanisms: all, NoBindings: true}, false, "SCRAM-SHA-256-PLUS", "tls1.2 tls-unique"},
		"own challenge":     {0, xmpptest.SCRAM{InChallenge: true}, false, "SCRAM-SHA-256", "tls1.3 tls-exporter"},
		"most rounds":       {0, xmpptest.SCRAM{Iterations: xmpp.MaxIterations}, false, "SCRAM-SHA-256", "tls1.3 tls-exporter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := xmpptest.New(t, func(c *xmpptest.Conn) {
				c.Auth(test.scram)
				c.Bind(false)
				c.Roster("")
				c.Hang()
			})
			if test.version != 0 {
				s.MaxVersion(test.version)
			}
			l := login()
			l.AllowPlain = test.plain
			stream, err := try(t, s, l)
			if err != nil {
				t.Fatal(err)
			}
			if context, got := stream.Mechanism(); got != test.want || context != test.context {
				t.Errorf("signed in with %q in %q, want %q in %q", got, context, test.want, test.context)
			}
		})
	}
}

// refuse signs in at a server that should not get us, and returns why and all
// that was sent on the stream.
func refuse(t *testing.T, l xmpp.Login, scram xmpptest.SCRAM) (*xmpp.AuthError, xmpptest.Login) {
	t.Helper()
	return refuseUnder(t, l, scram, 0)
}

// refuseUnder is refuse with TLS of at most version; 0: any.
func refuseUnder(t *testing.T, l xmpp.Login, scram xmpptest.SCRAM, version uint16) (*xmpp.AuthError, xmpptest.Login) {
	t.Helper()
	scram.Got = &xmpptest.Login{}
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(scram)
		c.Bind(false)
		c.Roster("")
		c.Hang()
	})
	if version != 0 {
		s.MaxVersion(version)
	}
	_, err := try(t, s, l)
	s.Stop()
	var typed *xmpp.AuthError
	if !errors.As(err, &typed) {
		t.Fatalf("got %v, want an AuthError", err)
	}
	return typed, *scram.Got
}

// TestServerMustProve: a server that does not know the password cannot make us
// believe that we are signed in, whatever it leaves out or makes up.
func TestServerMustProve(t *testing.T) {
	success := "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
	for name, scram := range map[string]xmpptest.SCRAM{
		"wrong signature":              {WrongProof: true},
		"wrong signature, SHA-1":       {WrongProof: true, Mechanisms: []string{"SCRAM-SHA-1"}},
		"wrong signature, own step":    {WrongProof: true, InChallenge: true},
		"no signature":                 {NoProof: true},
		"success at once":              {AtOnce: true},
		"success at once with text":    {AtAuth: success + base64.StdEncoding.EncodeToString([]byte("v=AAAA")) + "</success>"},
		"knows another password":       {ServerSecret: "guess", AnyPassword: true},
		"nonce not ours":               {ServerFirst: func(string) string { return "r=other,s=c2FsdA==,i=4096" }},
		"nonce without its own":        {ServerFirst: func(n string) string { return "r=" + n + ",s=c2FsdA==,i=4096" }},
		"no salt":                      {ServerFirst: func(n string) string { return "r=" + n + "x,s=,i=4096" }},
		"salt is not base64":           {ServerFirst: func(n string) string { return "r=" + n + "x,s=*,i=4096" }},
		"must-understand extension":    {ServerFirst: func(n string) string { return "m=x,r=" + n + "x,s=c2FsdA==,i=4096" }},
		"rounds twice":                 {ServerFirst: func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=4096,i=1" }},
		"short last part (lib's loop)": {ServerFirst: func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=4096,x" }},
		"empty last part (lib's loop)": {ServerFirst: func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=4096," }},
		"nothing at all":               {ServerFirst: func(string) string { return "" }},
		"challenge that is not base64": {AtAuth: "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%</challenge>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err, got := refuse(t, login(), scram)
			if err.Reason != xmpp.ServerNotProven {
				t.Errorf("got %v", err)
			}
			if strings.Contains(got.Sent, "<iq") {
				t.Errorf("went on: %s", got.Sent)
			}
		})
	}
}

// TestIterationBounds: neither so few rounds that the password is cheap to
// guess nor so many that we stand still.
func TestIterationBounds(t *testing.T) {
	for _, rounds := range []string{"0", "1", "4095", "1000001", "99999999999999999999", "-4096", "0x1000", "4096.0", " 4096", ""} {
		t.Run(rounds, func(t *testing.T) {
			t.Parallel()
			err, got := refuse(t, login(), xmpptest.SCRAM{ServerFirst: func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=" + rounds }})
			if err.Reason != xmpp.IterationBounds && err.Reason != xmpp.ServerNotProven {
				t.Errorf("got %v", err)
			}
			if strings.Contains(got.Sent, "<response") {
				t.Errorf("a proof was sent: %s", got.Sent)
			}
		})
	}
}

// TestDowngrade: what is weaker than before stops before anything secret or
// even the user's name is sent.
func TestDowngrade(t *testing.T) {
	const here, elsewhere = "tls1.3 tls-exporter", "tls1.2 tls-unique"
	const noList, old = "none", "1.2" // for feature: no list of bindings; TLS 1.2 alone
	for name, test := range map[string]struct {
		known   map[string]string
		offered []string
		feature string
		plain   bool
		reason  xmpp.AuthReason // 0: signs in
	}{
		"the same":                  {map[string]string{here: "SCRAM-SHA-256"}, []string{"SCRAM-SHA-256"}, "", false, 0},
		"stronger":                  {map[string]string{here: "SCRAM-SHA-1"}, all, "", false, 0},
		"-PLUS taken out":           {map[string]string{here: "SCRAM-SHA-1-PLUS"}, []string{"SCRAM-SHA-256"}, "", false, xmpp.Downgrade},
		"-PLUS made useless":        {map[string]string{here: "SCRAM-SHA-256-PLUS"}, all, bindingList("tls-unique"), false, xmpp.Downgrade},
		"weaker hash":               {map[string]string{here: "SCRAM-SHA-256"}, []string{"SCRAM-SHA-1"}, "", false, xmpp.Downgrade},
		"weaker hash, bound":        {map[string]string{here: "SCRAM-SHA-256-PLUS"}, []string{"SCRAM-SHA-1-PLUS"}, "", false, xmpp.Downgrade},
		"plain":                     {map[string]string{here: "SCRAM-SHA-1"}, []string{"PLAIN"}, "", true, xmpp.Downgrade},
		"plain elsewhere":           {map[string]string{elsewhere: "SCRAM-SHA-1"}, []string{"PLAIN"}, "", true, xmpp.Downgrade},
		"weaker hash elsewhere":     {map[string]string{elsewhere: "SCRAM-SHA-256-PLUS"}, []string{"SCRAM-SHA-1"}, "", false, xmpp.Downgrade},
		"-PLUS elsewhere, honestly": {map[string]string{elsewhere: "SCRAM-SHA-1-PLUS"}, []string{"SCRAM-SHA-1"}, "", false, 0},
		"only plain, not allowed":   {nil, []string{"PLAIN"}, "", false, xmpp.NoMechanism},
		"only strangers":            {nil, []string{"DIGEST-MD5", "X-OAUTH2", "EXTERNAL", "ANONYMOUS"}, "", true, xmpp.NoMechanism},
		"none":                      {nil, []string{}, "", true, xmpp.NoMechanism},
		"a name of a later time":    {map[string]string{here: "SCRAM-SHA3-512"}, []string{"SCRAM-SHA-256"}, "", false, 0},
		"hash stronger elsewhere":   {map[string]string{elsewhere: "SCRAM-SHA-1-PLUS"}, []string{"SCRAM-SHA-256"}, "", false, 0},
		"the list taken out":        {map[string]string{here: "SCRAM-SHA-256-PLUS"}, all, noList, false, 0},
		"-PLUS and list taken out":  {map[string]string{here: "SCRAM-SHA-256-PLUS"}, []string{"SCRAM-SHA-256"}, noList, false, xmpp.Downgrade},
		"back to 1.2, all there":    {map[string]string{here: "SCRAM-SHA-256-PLUS"}, all, old, false, 0},
		"back to 1.2 without -PLUS": {map[string]string{here: "SCRAM-SHA-256-PLUS"}, []string{"SCRAM-SHA-256"}, old, false, xmpp.Downgrade},
		"back to 1.2, not bound":    {map[string]string{elsewhere: "SCRAM-SHA-1-PLUS", here: "SCRAM-SHA-1"}, []string{"SCRAM-SHA-1"}, old, false, xmpp.Downgrade},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := login()
			l.Known, l.AllowPlain = test.known, test.plain
			scram := xmpptest.SCRAM{Mechanisms: test.offered, Features: test.feature}
			var version uint16
			switch test.feature {
			case noList:
				scram.Features, scram.NoBindings = "", true
			case old:
				scram.Features, version = "", stdtls.VersionTLS12
			}
			if test.reason == 0 {
				s := xmpptest.New(t, func(c *xmpptest.Conn) {
					c.Auth(scram)
					c.Bind(false)
					c.Roster("")
					c.Hang()
				})
				if version != 0 {
					s.MaxVersion(version)
				}
				stream, err := try(t, s, l)
				if err != nil {
					t.Fatal(err)
				}
				if where, how := stream.Mechanism(); strings.HasSuffix(test.known[where], "-PLUS") && !strings.HasSuffix(how, "-PLUS") {
					t.Errorf("%s in %s, where it was %s", how, where, test.known[where])
				}
				return
			}
			err, got := refuseUnder(t, l, scram, version)
			if err.Reason != test.reason {
				t.Errorf("got %v", err)
			}
			if err.Reason == xmpp.Downgrade {
				accepted(t, l, scram, version, err)
			}
			if strings.Contains(got.Sent, "<auth") || strings.Contains(got.Sent, "ana") {
				t.Errorf("sent %q", got.Sent)
			}
		})
	}
}

// TestFailures: a wrong password is told from a fault that passes and from an
// account that is locked, and the server's free text is not repeated.
func TestFailures(t *testing.T) {
	for condition, want := range map[string]xmpp.AuthReason{
		"not-authorized": xmpp.WrongPassword, "account-disabled": xmpp.Disabled,
		"credentials-expired": xmpp.Disabled, "temporary-auth-failure": xmpp.TemporaryFailure,
		"mechanism-too-weak": xmpp.TooWeak, "encryption-required": xmpp.TooWeak,
		"invalid-mechanism": xmpp.NoMechanism, "aborted": xmpp.OtherFailure,
		"something-new": xmpp.OtherFailure,
	} {
		t.Run(condition, func(t *testing.T) {
			t.Parallel()
			err, _ := refuse(t, login(), xmpptest.SCRAM{Failure: condition})
			if err.Reason != want {
				t.Errorf("got %v", err)
			}
			if strings.Contains(err.Error(), "told by the server") || strings.Contains(err.Error(), "something-new") {
				t.Errorf("repeats the server's text: %v", err)
			}
		})
	}
	t.Run("wrong password", func(t *testing.T) {
		l := login()
		l.Password = secret.New("wrong")
		err, got := refuse(t, l, xmpptest.SCRAM{})
		if err.Reason != xmpp.WrongPassword {
			t.Errorf("got %v", err)
		}
		if strings.Contains(got.Sent, base64.StdEncoding.EncodeToString([]byte("wrong"))) {
			t.Error("the password was sent")
		}
	})
	t.Run("password that cannot be", func(t *testing.T) {
		l := login()
		l.Password = secret.New("a\x00b")
		if err, got := refuse(t, l, xmpptest.SCRAM{}); err.Reason != xmpp.BadPassword || strings.Contains(got.Sent, "<auth") {
			t.Errorf("got %v, sent %q", err, got.Sent)
		}
	})
}

// accepted: once the user goes on with what a Downgrade offered, the same server
// gets us with just that, and what is weaker still is refused.
func accepted(t *testing.T, l xmpp.Login, scram xmpptest.SCRAM, version uint16, refusal *xmpp.AuthError) {
	t.Helper()
	l.Known = xmpp.Accept(l.Known, refusal.Offered, refusal.Context)
	s := xmpptest.New(t, func(c *xmpptest.Conn) {
		c.Auth(scram)
		c.Bind(false)
		c.Roster("")
		c.Hang()
	})
	if version != 0 {
		s.MaxVersion(version)
	}
	stream, err := try(t, s, l)
	if err != nil {
		t.Fatalf("after accepting %s: %v", refusal.Offered, err)
	}
	if where, how := stream.Mechanism(); where != refusal.Context || how != refusal.Offered {
		t.Errorf("signed in with %s in %s, accepted was %s in %s", how, where, refusal.Offered, refusal.Context)
	}
	if refusal.Offered == "PLAIN" {
		return
	}
	l.AllowPlain = true
	scram.Mechanisms = []string{"PLAIN"}
	if again, _ := refuseUnder(t, l, scram, version); again.Reason != xmpp.Downgrade {
		t.Errorf("then PLAIN: %v", again)
	}
}

// TestAccept: accepting one weaker mechanism gives up no more than that.
func TestAccept(t *testing.T) {
	const old, new = "tls1.2 tls-unique", "tls1.3 tls-exporter"
	for name, c := range map[string]struct {
		known            map[string]string
		offered, context string
		want             map[string]string
	}{
		"the first":                   {nil, "SCRAM-SHA-1", new, map[string]string{new: "SCRAM-SHA-1"}},
		"here":                        {map[string]string{new: "SCRAM-SHA-256-PLUS"}, "SCRAM-SHA-256", new, map[string]string{new: "SCRAM-SHA-256"}},
		"bound before stays bound":    {map[string]string{old: "SCRAM-SHA-256-PLUS"}, "SCRAM-SHA-1", new, map[string]string{old: "SCRAM-SHA-1-PLUS", new: "SCRAM-SHA-1"}},
		"unbound before stays so":     {map[string]string{old: "SCRAM-SHA-256"}, "SCRAM-SHA-1", new, map[string]string{old: "SCRAM-SHA-1", new: "SCRAM-SHA-1"}},
		"what was no reason stays":    {map[string]string{old: "SCRAM-SHA-256-PLUS", new: "SCRAM-SHA-256-PLUS"}, "SCRAM-SHA-256", new, map[string]string{old: "SCRAM-SHA-256-PLUS", new: "SCRAM-SHA-256"}},
		"back to 1.2 counts for both": {map[string]string{new: "SCRAM-SHA-256-PLUS"}, "SCRAM-SHA-256", old, map[string]string{old: "SCRAM-SHA-256", new: "SCRAM-SHA-256"}},
	} {
		before := maps.Clone(c.known)
		if got := xmpp.Accept(c.known, c.offered, c.context); !maps.Equal(got, c.want) || !maps.Equal(c.known, before) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestBindRefused: an account that is kept out only after the password was
// right is a closed one, not a fault that passes.
func TestBindRefused(t *testing.T) {
	for condition, closed := range map[string]bool{"not-allowed": true, "forbidden": true, "resource-constraint": false, "conflict": false} {
		s := xmpptest.New(t, func(c *xmpptest.Conn) {
			c.Auth(xmpptest.SCRAM{})
			c.Greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
			c.Send("<iq type='error' id='%s'><error type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", c.NextIs("iq").Attr("id"), condition)
			c.Hang()
		})
		_, err := try(t, s, login())
		var auth *xmpp.AuthError
		if (errors.As(err, &auth) && auth.Reason == xmpp.Disabled) != closed || err == nil {
			t.Errorf("%s: %v", condition, err)
		}
	}
}
