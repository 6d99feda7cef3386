package tls

import "slices"

// Evidence is all that counts for a verdict.
type Evidence struct {
	Onion   bool   // the address dialled is an onion that is the identity
	Pins    []Pin  // of keys accepted before
	Excused []Pin  // those of Pins that count whatever their certificate
	Offered Pin    // of the server's key
	Problem Reason // what is wrong with chain, name or dates; Sound if nothing
}

// Verdict is what becomes of a connection.
type Verdict int

// Verdicts. The zero value refuses.
const (
	Refuse        Verdict = iota // the certificate is not acceptable
	AcceptFirst                  // never seen; to be pinned after a successful sign-in
	AcceptPinned                 // the pinned key
	ChangedSound                 // a key never pinned, with a valid certificate: ask
	ChangedFaulty                // a key never pinned, with an invalid certificate: ask
)

// Accepts reports whether the connection may go on.
func (v Verdict) Accepts() bool { return v == AcceptFirst || v == AcceptPinned }

// Judge is the whole policy on certificates:
//
//	what the server shows       | an onion that is the identity | any other name
//	first time                  | accepted                      | accepted if valid
//	the pinned key, renewed     | accepted                      | accepted if valid
//	a new key, valid            | stops and asks                | stops and asks
//	a new key, invalid          | stops and asks                | stops and asks
//
// A pin that is excused makes any other name be judged as an onion is: the user
// has taken that key for the identity, knowing that its certificate is invalid.
func Judge(e Evidence) Verdict {
	if e.Offered.IsZero() {
		return Refuse
	}
	sound := e.Problem == Sound
	if len(e.Pins) == 0 {
		if e.Onion || sound {
			return AcceptFirst
		}
		return Refuse
	}
	for _, p := range e.Pins {
		if p != e.Offered {
			continue
		}
		if e.Onion || sound || slices.Contains(e.Excused, p) {
			return AcceptPinned
		}
		return Refuse
	}
	if sound {
		return ChangedSound
	}
	return ChangedFaulty
}
