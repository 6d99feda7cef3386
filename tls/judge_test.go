package tls_test

import (
	"fmt"
	"testing"

	"hushwing/tls"
)

var (
	pinA = tls.Pin{1}
	pinB = tls.Pin{2}
	pinC = tls.Pin{3}
)

var problems = []tls.Reason{tls.Expired, tls.NotYet, tls.WrongName, tls.UnknownIssuer, tls.Other}

// TestJudge has every cell of the table "Certificates". An onion that came
// from SRV is "any other name": Server.Onion is false there.
func TestJudge(t *testing.T) {
	for _, row := range []struct {
		shown        string
		pins         []tls.Pin
		offered      tls.Pin
		valid        bool
		onion, other tls.Verdict
	}{
		{"first time, valid", nil, pinA, true, tls.AcceptFirst, tls.AcceptFirst},
		{"first time, invalid", nil, pinA, false, tls.AcceptFirst, tls.Refuse},
		{"first time, no pins but a list", []tls.Pin{}, pinA, false, tls.AcceptFirst, tls.Refuse},
		{"pinned key, certificate valid", []tls.Pin{pinA}, pinA, true, tls.AcceptPinned, tls.AcceptPinned},
		{"pinned key, certificate invalid", []tls.Pin{pinA}, pinA, false, tls.AcceptPinned, tls.Refuse},
		{"one of several pins, valid", []tls.Pin{pinB, pinA}, pinA, true, tls.AcceptPinned, tls.AcceptPinned},
		{"one of several pins, invalid", []tls.Pin{pinB, pinA}, pinA, false, tls.AcceptPinned, tls.Refuse},
		{"new key, valid", []tls.Pin{pinA, pinB}, pinC, true, tls.ChangedSound, tls.ChangedSound},
		{"new key, invalid", []tls.Pin{pinA, pinB}, pinC, false, tls.ChangedFaulty, tls.ChangedFaulty},
		{"a pin of nothing is a pin", []tls.Pin{{}}, pinA, true, tls.ChangedSound, tls.ChangedSound},
		{"no key, first time", nil, tls.Pin{}, true, tls.Refuse, tls.Refuse},
		{"no key, pinned nothing", []tls.Pin{{}}, tls.Pin{}, true, tls.Refuse, tls.Refuse},
	} {
		found := []tls.Reason{tls.Sound}
		if !row.valid {
			found = problems
		}
		for _, p := range found {
			e := tls.Evidence{Pins: row.pins, Offered: row.offered, Problem: p}
			if got := tls.Judge(e); got != row.other {
				t.Errorf("%s (%v), any other name: %v, not %v", row.shown, p, got, row.other)
			}
			e.Onion = true
			if got := tls.Judge(e); got != row.onion {
				t.Errorf("%s (%v), onion: %v, not %v", row.shown, p, got, row.onion)
			}
		}
	}
	// An excuse is for that pin alone, and for nothing that is not pinned.
	for _, p := range append(problems, tls.Sound) {
		for _, row := range []struct {
			pins, excused []tls.Pin
			offered       tls.Pin
			accepts       bool
		}{
			{[]tls.Pin{pinA}, []tls.Pin{pinA}, pinA, true},
			{[]tls.Pin{pinB, pinA}, []tls.Pin{pinA}, pinA, true},
			{[]tls.Pin{pinB, pinA}, []tls.Pin{pinA}, pinB, p == tls.Sound},
			{[]tls.Pin{pinA}, []tls.Pin{pinB}, pinB, false},
			{nil, []tls.Pin{pinB}, pinB, p == tls.Sound}, // the first time
			{[]tls.Pin{pinA}, []tls.Pin{pinA}, tls.Pin{}, false},
		} {
			e := tls.Evidence{Pins: row.pins, Excused: row.excused, Offered: row.offered, Problem: p}
			if tls.Judge(e).Accepts() != row.accepts {
				t.Errorf("%+v: %v", e, tls.Judge(e))
			}
		}
	}
	if v := tls.Judge(tls.Evidence{}); v != tls.Refuse || v.Accepts() || tls.Verdict(99).Accepts() {
		t.Error("the zero value accepts")
	}
}

func FuzzParsePin(f *testing.F) {
	f.Add(pinA.String())
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := tls.ParsePin(s)
		if err == nil && (p.String() != s || p.IsZero()) {
			t.Errorf("%q has another form: %q", s, p)
		}
	})
}

func TestPin(t *testing.T) {
	for _, p := range []tls.Pin{pinA, {31: 0xff}} {
		if got, err := tls.ParsePin(p.String()); err != nil || got != p {
			t.Error(got, err)
		}
	}
	for _, s := range []string{"", "x", tls.Pin{}.String(), pinA.String()[1:], pinA.String() + "\n", fmt.Sprintf("%x", pinA[:])} {
		if p, err := tls.ParsePin(s); err == nil || !p.IsZero() {
			t.Errorf("%q became %v", s, p)
		}
	}
}
