package client

import (
	"testing"

	"hushwing/tor"
)

func TestKnownServers(t *testing.T) {
	all := KnownServers()
	if len(all) < 40 {
		t.Fatalf("only %d servers in the table", len(all))
	}
	seen := map[string]bool{}
	for _, s := range all {
		if seen[s.Domain] {
			t.Errorf("%s is there twice", s.Domain)
		}
		seen[s.Domain] = true
		if s.Onion != "" && !tor.ValidOnion(s.Onion) {
			t.Errorf("%s: %q is no onion address", s.Domain, s.Onion)
		}
	}
	if len(Suggested()) == 0 {
		t.Error("nobody is suggested at the first run")
	}
	for _, s := range Suggested() {
		if s.Onion == "" || !s.Registration {
			t.Errorf("%s is suggested without an onion service or open registration", s.Domain)
		}
	}
}

func TestWayTo(t *testing.T) {
	known := Suggested()[0]
	other := "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
	for _, c := range []struct {
		name, domain, host string
		port               uint16
		wantHost           string
		wantOnion          bool
		wantFirst          uint16
		wantDirect         bool
	}{
		{"a server of the table goes by its onion", known.Domain, "", 0, known.Onion, true, 5222, false},
		{"what the user named comes first", known.Domain, other, 0, other, true, 5222, false},
		{"an onion address as the domain", other, "", 0, other, true, 5222, false},
		{"any other domain by itself", "example.test", "", 0, "example.test", false, 5223, true},
		{"a host of the user's", "example.test", "xmpp.example.test", 0, "xmpp.example.test", false, 5223, true},
		{"a port of the user's", "example.test", "", 5269, "example.test", false, 5269, false},
		{"a port for TLS from the first byte", "example.test", "", 443, "example.test", false, 443, true},
	} {
		w := wayTo(c.domain, c.host, c.port)
		first := w.tries()[0]
		if w.host != c.wantHost || w.onion != c.wantOnion || first.Port != c.wantFirst || first.Direct != c.wantDirect {
			t.Errorf("%s: %+v, first %+v", c.name, w, first)
		}
	}
}
