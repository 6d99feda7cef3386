package tls_test

import (
	stdtls "crypto/tls"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/tls"
	"hushwing/tls/tlstest"
)

// TestCertificates is the table again, with real handshakes: what each kind of
// certificate does for a name and for an onion, the first time, with its key
// pinned, and with another key pinned. A refused server sees no byte.
func TestCertificates(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	key := tlstest.NewKey(t)
	spec := func(change func(*tlstest.Spec)) tlstest.Spec {
		s := tlstest.Spec{Names: []string{domain, w.onion}, Key: key}
		if change != nil {
			change(&s)
		}
		return s
	}
	expired := func(s *tlstest.Spec) { s.NotBefore, s.NotAfter = now.AddDate(-1, 0, 0), now.Add(-time.Hour) }
	early := func(s *tlstest.Spec) { s.NotBefore, s.NotAfter = now.Add(time.Hour), now.AddDate(1, 0, 0) }
	for name, of := range map[string]struct {
		cert   stdtls.Certificate
		reason tls.Reason
	}{
		"valid":          {w.ca.Issue(t, spec(nil)), tls.Sound},
		"renewed":        {w.ca.Issue(t, spec(func(s *tlstest.Spec) { s.NotAfter = now.AddDate(1, 0, 0) })), tls.Sound},
		"expired":        {w.ca.Issue(t, spec(expired)), tls.Expired},
		"not yet valid":  {w.ca.Issue(t, spec(early)), tls.NotYet},
		"wrong name":     {w.ca.Issue(t, spec(func(s *tlstest.Spec) { s.Names = []string{"evil.test", "www." + domain} })), tls.WrongName},
		"no name":        {w.ca.Issue(t, spec(func(s *tlstest.Spec) { s.Names = nil })), tls.WrongName},
		"unknown issuer": {tlstest.NewCA(t).Issue(t, spec(nil)), tls.UnknownIssuer},
		"self-signed":    {tlstest.SelfSigned(t, spec(nil)), tls.UnknownIssuer},
		"by a leaf":      {byLeaf(t, w, spec(nil)), tls.UnknownIssuer},
		"not a server's": {w.ca.Issue(t, spec(func(s *tlstest.Spec) { s.ClientOnly = true })), tls.Other},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.serve(t, with(of.cert))
			pin := tls.PinOf(of.cert.Leaf)
			for _, onion := range []bool{false, true} {
				accepted := onion || of.reason == tls.Sound
				for pinned, pins := range map[string][]tls.Pin{"first time": nil, "pinned": {pinB, pin}} {
					c, err := secure(t, w.policy(), w.conn(t, onion), tls.Server{Domain: domain, Onion: onion, Pins: pins})
					if accepted {
						if err != nil {
							t.Errorf("onion %v, %s: %v", onion, pinned, err)
							continue
						}
						if c.Pin() != pin || c.FirstUse() != (pins == nil) || c.Domain() != domain || c.Certificate().Pin != pin {
							t.Errorf("onion %v, %s: %+v", onion, pinned, c.Certificate())
						}
						_ = c.Close()
					} else {
						var e *tls.InvalidError
						if !errors.As(err, &e) || e.Reason != of.reason || e.Domain != domain || e.Certificate.Pin != pin {
							t.Errorf("onion %v, %s: %v", onion, pinned, err)
						}
					}
					ended := saw(t, s, accepted)
					// A refusal does not wait for the end of the handshake.
					if !accepted && ended.HandshakeErr == nil {
						t.Errorf("onion %v, %s: the handshake was completed", onion, pinned)
					}
				}
				_, err := secure(t, w.policy(), w.conn(t, onion), tls.Server{Domain: domain, Onion: onion, Pins: []tls.Pin{pinA, pinB}})
				var e *tls.ChangedError
				if !errors.As(err, &e) {
					t.Fatalf("onion %v, another key pinned: %v", onion, err)
				}
				q := e.Question
				if q.Domain != domain || !slices.Equal(q.Pinned, []tls.Pin{pinA, pinB}) || q.Offered.Pin != pin ||
					q.Valid != (of.reason == tls.Sound) || q.Reason != of.reason || (q.Problem == "") != q.Valid ||
					!q.Offered.NotAfter.Equal(of.cert.Leaf.NotAfter) {
					t.Errorf("onion %v: the question is %+v", onion, q)
				}
				saw(t, s, false)
			}
			// The user has accepted this key by name, or another one.
			for excused, accepted := range map[tls.Pin]bool{pin: true, pinA: of.reason == tls.Sound} {
				c, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain, Pins: []tls.Pin{pin, pinA}, Excused: []tls.Pin{excused}})
				if (err == nil) != accepted {
					t.Errorf("excused %v: %v", excused == pin, err)
				}
				if err == nil {
					_ = c.Close()
				}
				saw(t, s, accepted)
			}
		})
	}
}

// byLeaf is a certificate issued by somebody whose own is for a server only.
func byLeaf(t *testing.T, w *world, s tlstest.Spec) stdtls.Certificate {
	t.Helper()
	return tlstest.IssuedByLeaf(t, w.ca.Issue(t, tlstest.Spec{Names: []string{"evil.test"}}), s)
}

// TestOnionFromSRV: an onion that is only a route must prove the domain.
func TestOnionFromSRV(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, with(tlstest.SelfSigned(t, tlstest.Spec{Names: []string{domain}})))
	_, err := secure(t, w.policy(), w.conn(t, true), tls.Server{Domain: domain, Onion: false})
	var e *tls.InvalidError
	if !errors.As(err, &e) || e.Reason != tls.UnknownIssuer {
		t.Error(err)
	}
	saw(t, s, false)
	s = w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{w.onion}})))
	_, err = secure(t, w.policy(), w.conn(t, true), tls.Server{Domain: domain})
	if !errors.As(err, &e) || e.Reason != tls.WrongName {
		t.Errorf("a certificate for the route: %v", err)
	}
	saw(t, s, false)
}

// TestOnionDomain: an address below an onion service.
func TestOnionDomain(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, with(tlstest.SelfSigned(t, tlstest.Spec{})))
	c, err := secure(t, w.policy(), w.conn(t, true), tls.Server{Domain: w.onion, Onion: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if e := session(t, s); e.State.ServerName != w.onion {
		t.Errorf("asked for %q", e.State.ServerName)
	}
}

// TestStolenCertificate: a question names an offered certificate, so it must
// not be somebody else's. The server here shows a valid one without its key.
func TestStolenCertificate(t *testing.T) {
	w := newWorld(t)
	for version, max := range map[string]uint16{"1.3": stdtls.VersionTLS13, "1.2": stdtls.VersionTLS12} {
		stolen := w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})
		pin := tls.PinOf(stolen.Leaf)
		stolen.PrivateKey = tlstest.Pretend(stolen.Leaf.PublicKey, tlstest.NewKey(t))
		config := with(stolen)
		config.MaxVersion = max
		for name, pins := range map[string][]tls.Pin{"first time": nil, "pinned": {pin}, "another pinned": {pinA}} {
			s := w.serve(t, config)
			_, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain, Pins: pins})
			var h *tls.HandshakeError
			if !errors.As(err, &h) || h.Trouble != tls.NotTLS {
				t.Errorf("%s, %s: %v", version, name, err)
			}
			saw(t, s, false)
		}
	}
}

func TestVersionsAndSuites(t *testing.T) {
	w := newWorld(t)
	ecdsa := w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})
	rsa := w.ca.Issue(t, tlstest.Spec{Names: []string{domain}, Key: tlstest.NewRSA(t)})
	for name, of := range map[string]struct {
		version uint16 // the highest that the server has
		suites  []uint16
		cert    stdtls.Certificate
		want    uint16 // 0: refused
	}{
		"1.3":          {stdtls.VersionTLS13, nil, ecdsa, stdtls.VersionTLS13},
		"1.2":          {stdtls.VersionTLS12, nil, ecdsa, stdtls.VersionTLS12},
		"1.2 RSA":      {stdtls.VersionTLS12, nil, rsa, stdtls.VersionTLS12},
		"1.1":          {stdtls.VersionTLS11, nil, ecdsa, 0},
		"1.0":          {stdtls.VersionTLS10, nil, rsa, 0},
		"CBC ECDSA":    {stdtls.VersionTLS12, []uint16{stdtls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, stdtls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA}, ecdsa, 0},
		"CBC RSA":      {stdtls.VersionTLS12, []uint16{stdtls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, stdtls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA}, rsa, 0},
		"RSA exchange": {stdtls.VersionTLS12, []uint16{stdtls.TLS_RSA_WITH_AES_128_GCM_SHA256, stdtls.TLS_RSA_WITH_AES_256_GCM_SHA384}, rsa, 0},
	} {
		config := with(of.cert)
		config.MinVersion, config.MaxVersion, config.CipherSuites = stdtls.VersionTLS10, of.version, of.suites
		s := w.serve(t, config)
		c, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain})
		if of.want == 0 {
			var h *tls.HandshakeError
			if !errors.As(err, &h) || h.Trouble != tls.TooWeak {
				t.Errorf("%s: %v", name, err)
			}
			saw(t, s, false)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := c.ConnectionState().Version; got != of.want {
			t.Errorf("%s: %x", name, got)
		}
		_ = c.Close()
		saw(t, s, true)
	}
}

// TestChannelBinding: both ends know the same, which is what a password proof
// is bound to.
func TestChannelBinding(t *testing.T) {
	w := newWorld(t)
	for _, version := range []uint16{stdtls.VersionTLS12, stdtls.VersionTLS13} {
		config := with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}}))
		config.MaxVersion = version
		s := w.serve(t, config)
		c, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain})
		if err != nil {
			t.Fatal(err)
		}
		ours := c.ConnectionState()
		_ = c.Close()
		theirs := session(t, s).State
		a, errA := ours.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
		b, errB := theirs.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%x: tls-exporter: %v %v", version, errA, errB)
		}
		if u := ours.TLSUnique; (len(u) > 0) != (version == stdtls.VersionTLS12) || string(u) != string(theirs.TLSUnique) {
			t.Errorf("%x: tls-unique: %x", version, u)
		}
	}
}

// TestNoResumption: connections are not tied to each other, and every one of
// them is judged.
func TestNoResumption(t *testing.T) {
	w := newWorld(t)
	for _, version := range []uint16{stdtls.VersionTLS12, stdtls.VersionTLS13} {
		config := with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}}))
		config.MaxVersion = version
		s := w.serve(t, config)
		p := w.policy()
		for range 3 {
			c, err := secure(t, p, w.conn(t, false), tls.Server{Domain: domain})
			if err != nil {
				t.Fatal(err)
			}
			_ = c.Close()
			if session(t, s).State.DidResume {
				t.Errorf("%x: resumed", version)
			}
		}
	}
}

func TestALPN(t *testing.T) {
	w := newWorld(t)
	config := with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}}))
	config.NextProtos = []string{"xmpp-client"}
	s := w.serve(t, config)
	for direct, want := range map[bool]string{true: "xmpp-client", false: ""} {
		c, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain, DirectALPN: direct})
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		if e := session(t, s); e.State.NegotiatedProtocol != want || e.State.ServerName != domain {
			t.Errorf("%q %q", e.State.NegotiatedProtocol, e.State.ServerName)
		}
	}
}

func TestClock(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})))
	for shift, want := range map[time.Duration]tls.Reason{-48 * time.Hour: tls.NotYet, 0: tls.Sound, 91 * 24 * time.Hour: tls.Expired} {
		p := w.policy(tls.WithClock(func() time.Time { return time.Now().Add(shift) }))
		_, err := secure(t, p, w.conn(t, false), tls.Server{Domain: domain})
		var e *tls.InvalidError
		if got := errors.As(err, &e); got != (want != tls.Sound) || got && e.Reason != want {
			t.Errorf("%v: %v", shift, err)
		}
		if e == nil {
			continue
		}
		saw(t, s, false)
	}
}

func TestNamesThatDeceive(t *testing.T) {
	w := newWorld(t)
	cert := tlstest.SelfSigned(t, tlstest.Spec{Names: []string{domain}, Organization: "Honest\u202e\x07\n" + strings.Repeat("x", 1000)})
	w.serve(t, with(cert))
	_, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain})
	var e *tls.InvalidError
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if s := e.Certificate.Issuer; strings.ContainsAny(s, "\u202e\x07\n") || len(s) > 800 || !strings.Contains(s, "Honest") {
		t.Errorf("%q", s)
	}
}

// TestMozillaRoots: they parse, they are many, and none of them vouches for a
// certificate of ours.
func TestMozillaRoots(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})))
	_, err := secure(t, tls.NewPolicy(tls.MozillaRoots()), w.conn(t, false), tls.Server{Domain: domain})
	var e *tls.InvalidError
	if !errors.As(err, &e) || e.Reason != tls.UnknownIssuer {
		t.Error(err)
	}
	saw(t, s, false)
	if n := tls.CountRoots(tls.MozillaRoots()); n < 100 {
		t.Errorf("%d roots", n)
	}
	if tls.MozillaRoots().IsZero() || tls.RootsFrom().IsZero() || !(tls.Roots{}).IsZero() {
		t.Error("IsZero is wrong")
	}
	_, err = secure(t, tls.NewPolicy(tls.RootsFrom()), w.conn(t, false), tls.Server{Domain: domain})
	if !errors.As(err, &e) || e.Reason != tls.UnknownIssuer {
		t.Errorf("no roots became the system's: %v", err)
	}
}
