package client

import (
	"strings"
	"time"

	"hushwing/config"
	"hushwing/tls"
	"hushwing/tor"
)

// ServerQuestion is what is asked about a server that shows another key than
// before, with all that is known about it. It comes with an Account in the
// state CertificateChanged, again whenever there is more evidence. The answer is
// TrustServer, or nothing: then the account waits.
type ServerQuestion struct {
	Onion bool // it answers at its own onion address, which only it can
	Old   ServerIdentity
	Since time.Time // when Old was first signed in with
	New   ServerIdentity
	Flaw  Cause     // what is wrong with New's certificate (CertificateExpired and its like); CauseUnknown: nothing
	Until time.Time // New is a key of before, which the user had known until then; zero: never seen
	Paths Paths
	Proof ProofState
	// ByName: something speaks against New, so that it can be trusted only by
	// typing the server's name.
	ByName bool
}

// Paths is what the server shows over other ways through Tor, each with a
// circuit of its own. The counts below Asked add up to it when all have come.
type Paths struct {
	Asked  int
	Same   int // show the new key, too
	Old    int // show the one from before
	Other  int // show a third
	Silent int // led nowhere
}

// Done reports whether all ways were looked at.
func (p Paths) Done() bool { return p.Same+p.Old+p.Other+p.Silent >= p.Asked }

// ProofState says how far the proof is that the server knows the password
// (AskProof).
type ProofState int

// The states of the proof.
const (
	ProofPossible ProofState = iota // it can be asked for
	ProofUnwise                     // it is not: the password was not made here, so asking could help to guess it
	ProofNotSafe                    // it is not: the certificate is invalid, so anyone may be asking
	ProofAsking
	ProofGiven    // the server knows the password, and nobody is in between
	ProofFailed   // it could not prove it
	ProofAbsent   // it offers no such proof, and never did
	ProofRefused  // it offers none, or a weaker one, although it used to at every sign-in
	ProofNoAnswer // the way there broke; it can be asked for again
)

// sameServer reports whether what was typed names the server.
func sameServer(typed, domain string) bool {
	tidy := func(s string) string { return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), ".")) }
	if tidy(typed) == tidy(domain) {
		return true
	}
	host, err := tor.HostName(tidy(typed))
	want, wantErr := tor.HostName(domain)
	return err == nil && wantErr == nil && host == want
}

// flaw is the cause for what is wrong with a certificate.
func flaw(r tls.Reason) Cause {
	switch r {
	case tls.Sound:
		return CauseUnknown
	case tls.Expired:
		return CertificateExpired
	case tls.NotYet:
		return CertificateNotYet
	case tls.WrongName:
		return CertificateWrongName
	case tls.UnknownIssuer:
		return CertificateUnknownIssuer
	}
	return CertificateOther
}

// problem is problemOf for what became of the account's own connection.
func (a *account) problem(err error) Problem {
	p := problemOf(err)
	if p.Cause != CertificateExpired || p.Server == nil {
		return p
	}
	for _, pin := range a.cfg.Pins {
		if pin.Key.String() == p.Server.Key {
			// It will be renewed, or the clock will be set: no question is open.
			p.Cause, p.Retry = CertificateLapsed, RetryLater
		}
	}
	return p
}

// trustPin writes down that the user trusts a key in the place of the one from
// before. Both are accepted until the first sign-in with either (keepPin): the
// server has to prove that it knows the password before anything is final.
func trustPin(p *config.Account, rec config.PinRecord) {
	pins := p.Pins[:0:0]
	for _, old := range p.Pins {
		if !old.First.IsZero() && old.Key != rec.Key {
			pins = append(pins, old)
		}
	}
	p.Pins = append(pins, rec)
}

// distrustPin takes back what trustPin wrote: the one who holds the key could
// not prove that it knows the password.
func distrustPin(p *config.Account, key tls.Pin) {
	pins := p.Pins[:0:0]
	for _, old := range p.Pins {
		if old.Key != key || !old.First.IsZero() {
			pins = append(pins, old)
		}
	}
	p.Pins = pins
}

// provisional reports whether a key was trusted and never signed in with.
func provisional(pins []config.PinRecord, key tls.Pin) bool {
	for _, p := range pins {
		if p.Key == key {
			return p.First.IsZero()
		}
	}
	return false
}

// mostRetired bounds the keys of before that are remembered.
const mostRetired = 10

// keepPin makes the key of a successful sign-in the one that counts. A key that
// was replaced is not accepted any more, because it may have been replaced for
// having been stolen; it is remembered, so that its return can be told.
func keepPin(p *config.Account, cert tls.Certificate, now time.Time) {
	now = now.UTC()
	rec := config.PinRecord{Key: cert.Pin, First: now}
	retired := p.Retired[:0:0]
	for _, old := range p.Retired {
		if old.Key != cert.Pin {
			retired = append(retired, old)
		}
	}
	for _, old := range p.Pins {
		switch {
		case old.Key == cert.Pin:
			rec = old
			if rec.First.IsZero() {
				rec.First = now
			}
		case !old.First.IsZero():
			old.Until = now
			retired = append(retired, old)
		}
	}
	if n := len(retired) - mostRetired; n > 0 {
		retired = retired[n:]
	}
	rec.Issuer, rec.NotBefore, rec.NotAfter = cert.Issuer, cert.NotBefore.UTC(), cert.NotAfter.UTC()
	p.Pins, p.Retired = []config.PinRecord{rec}, retired
}

// pinKept reports whether keepPin would change nothing.
func pinKept(p config.Account, cert tls.Certificate) bool {
	return len(p.Pins) == 1 && p.Pins[0].Key == cert.Pin && !p.Pins[0].First.IsZero() &&
		p.Pins[0].Issuer == cert.Issuer && p.Pins[0].NotBefore.Equal(cert.NotBefore) && p.Pins[0].NotAfter.Equal(cert.NotAfter)
}
