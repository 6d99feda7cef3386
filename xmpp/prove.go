package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"hushwing/tls"

	mellium "mellium.im/xmpp"
)

// Proof is what came of asking a server to prove that it knows a password.
type Proof int

// The outcomes of Prove.
const (
	// Proven: it holds what only this account's server can hold, and it is the
	// end of this very connection: nobody relays.
	Proven Proof = iota + 1
	// Unproven: it was asked and could not.
	Unproven
	// ProofNotOffered: it offers no proof that a relay could not pass on. Nothing of
	// the user's was sent, not even the name.
	ProofNotOffered
	// ProofWithheld: as ProofNotOffered, or weaker than it was, although it has proven
	// itself at every sign-in before (Login.Known).
	ProofWithheld
)

// errEnough ends the negotiation when the proof is there.
var errEnough = errors.New("xmpp: proven")

// Prove asks the server to prove that it knows the password (RFC 5802), signs
// in to nothing, and closes the connection. Login's Gate and AllowPlain do not
// matter.
//
// Only mechanisms that are bound to the connection (-PLUS; RFC 5929, RFC 9266)
// are used: with any other the answer of the true server could be passed on by
// whoever is in between, and would prove nothing. The server learns the
// account's name, and, because in SCRAM the client goes first, a proof from
// which it can try passwords without asking anybody, with a salt and a number
// of rounds of its own choice. So this is only for a password that cannot be
// guessed, and only where the user has asked for it (docs/security.md).
//
// An error means that it is not known: ErrHung, what the connection failed
// with, or a server that cannot say just now.
func Prove(ctx context.Context, conn *tls.Conn, l Login) (Proof, error) {
	if conn.IsZero() {
		return 0, ErrZeroValue
	}
	return prove(ctx, conn, l)
}

func prove(ctx context.Context, conn secured, login Login) (Proof, error) {
	if login.Address.Localpart() == "" {
		_ = conn.Close()
		return 0, ErrZeroValue
	}
	login.AllowPlain = false
	st := newSteps(ctx, conn)
	in := &signing{link: newLink(conn, st.next), login: login}
	err := st.end(in.negotiate(ctx, login.Address.Domainpart(), in.proof(), bindings()))
	_ = conn.Close()
	if in.mechanism != "" {
		return Proven, nil
	}
	withheld := strings.HasSuffix(login.Known[bindingContext(conn.ConnectionState())], plus)
	var auth *AuthError
	switch {
	case !errors.As(err, &auth):
		if errors.Is(err, ErrProtocol) && in.wire.err == nil { // features, and none of them to sign in
			return offeredBefore(withheld), nil
		}
		return 0, err
	case auth.Reason == NoMechanism && auth.Condition == "":
		return offeredBefore(withheld), nil
	case auth.Reason == Downgrade:
		return ProofWithheld, nil
	case auth.Reason == TemporaryFailure, auth.Reason == BadPassword:
		return 0, err
	}
	return Unproven, nil
}

func offeredBefore(was bool) Proof {
	if was {
		return ProofWithheld
	}
	return ProofNotOffered
}

// proof is the feature that goes through SASL and no further.
func (in *signing) proof() mellium.StreamFeature {
	return mellium.StreamFeature{
		Name: xml.Name{Space: nsSASL, Local: "mechanisms"}, Necessary: mellium.Secure, Prohibited: mellium.Authn,
		Parse: parseFeature(true),
		Negotiate: func(_ context.Context, s *mellium.Session, data any) (mellium.SessionState, io.ReadWriter, error) {
			list, _ := data.(*node)
			other, _ := s.Feature(nsBindings)
			bindings, _ := other.(*node)
			mechanism, err := in.signIn(s, boundOnly(list), bindings)
			if err != nil {
				return 0, nil, err
			}
			in.mechanism = mechanism
			return 0, nil, errEnough
		},
	}
}

// boundOnly leaves in a list of mechanisms those that are bound to the
// connection.
func boundOnly(list *node) *node {
	out := &node{}
	if list == nil {
		return out
	}
	out.XMLName = list.XMLName
	for _, k := range list.Kids {
		if k.is(nsSASL, "mechanism") && strings.HasSuffix(strings.TrimSpace(k.Text), plus) {
			out.Kids = append(out.Kids, k)
		}
	}
	return out
}
