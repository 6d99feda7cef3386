package xmpp

import (
	"bytes"
	"context"
	stdtls "crypto/tls"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"mellium.im/sasl"
	mellium "mellium.im/xmpp"
)

// Bounds of the rounds that a server may ask for in SCRAM (RFC 5802, RFC 7677).
const (
	MinIterations = 4096
	MaxIterations = 1_000_000
)

const (
	plus  = "-PLUS"
	plain = "PLAIN"
)

// mechanisms are those that we speak, the strongest first. Binding to the TLS
// connection counts for more than the hash: it is what someone in between
// cannot pass.
var mechanisms = []sasl.Mechanism{
	sasl.ScramSha256Plus, sasl.ScramSha1Plus, sasl.ScramSha256, sasl.ScramSha1, sasl.Plain,
}

// rank is how strong a mechanism is, 0 for one that we do not speak.
func rank(name string) int {
	i := slices.IndexFunc(mechanisms, func(m sasl.Mechanism) bool { return m.Name == name })
	if i < 0 {
		return 0
	}
	return len(mechanisms) - i
}

// binding is the kind of channel binding of a connection (RFC 9266, RFC 5929),
// and whether the connection can be bound at all.
func binding(cs stdtls.ConnectionState) (kind string, ok bool) {
	if cs.Version >= stdtls.VersionTLS13 {
		return "tls-exporter", true
	}
	return "tls-unique", len(cs.TLSUnique) > 0
}

// bindingContext names the conditions under which mechanisms are compared.
func bindingContext(cs stdtls.ConnectionState) string {
	kind, _ := binding(cs)
	return fmt.Sprintf("%s %s", strings.ReplaceAll(strings.ToLower(stdtls.VersionName(cs.Version)), " ", ""), kind)
}

// canBind says whether a mechanism with -PLUS is of use. Under TLS 1.3 only if
// the server says that it can bind there (XEP-0440), or could before (known, the
// mechanism of this context): servers older than RFC 9266, such as ejabberd
// 23.01, offer -PLUS under either version and fail under 1.3. Who takes the list
// away could as well take the -PLUS away, and the memory notices neither less.
func canBind(bindings *node, cs stdtls.ConnectionState, known string) bool {
	kind, ok := binding(cs)
	switch {
	case !ok:
		return false
	case bindings != nil:
		return slices.ContainsFunc(bindings.Kids, func(k *node) bool {
			return k.XMLName.Local == "channel-binding" && k.get("type") == kind
		})
	}
	return cs.Version < stdtls.VersionTLS13 || strings.HasSuffix(known, plus)
}

// weaker reports whether signing in with name, in the context here, is weaker
// than what is known of another or the same context. In the same, and in one of
// a later version of TLS, nothing may become weaker. After a move to a later
// version only the hash is compared: there -PLUS may be lost honestly. The way
// back has no such excuse.
func weaker(name, here, known, context string) bool {
	if context < here { // "tls1.2 …" before "tls1.3 …"
		name, known = strings.TrimSuffix(name, plus), strings.TrimSuffix(known, plus)
	}
	return rank(name) < rank(known)
}

// Accept returns what Login.Known becomes when the user goes on with a weaker
// mechanism after a Downgrade (AuthError's Offered and Context): it does not
// count as weaker any more, and what is weaker still does.
func Accept(known map[string]string, offered, context string) map[string]string {
	out := map[string]string{}
	for c, name := range known {
		if weaker(offered, context, name, c) {
			bound := c < context && strings.HasSuffix(name, plus)
			if name = offered; bound {
				name = strings.TrimSuffix(offered, plus) + plus
			}
		}
		out[c] = name
	}
	out[context] = offered
	return out
}

// choose picks the strongest of the mechanisms in the list that we may
// use, and stops at what is weaker than it was (Login.Known).
func choose(list, bindings *node, cs stdtls.ConnectionState, known map[string]string, allowPlain bool) (sasl.Mechanism, []string, error) {
	var offered []string
	for _, k := range list.Kids {
		if k.is(nsSASL, "mechanism") {
			offered = append(offered, strings.TrimSpace(k.Text))
		}
	}
	here := bindingContext(cs)
	bindable := canBind(bindings, cs, known[here])
	var best sasl.Mechanism
	for _, m := range mechanisms {
		if slices.Contains(offered, m.Name) && (bindable || !strings.HasSuffix(m.Name, plus)) &&
			(allowPlain || m.Name != plain) {
			best = m
			break
		}
	}
	if best.Name == "" {
		return best, nil, &AuthError{Reason: NoMechanism}
	}
	lost := ""
	for context, name := range known {
		if weaker(best.Name, here, name, context) && rank(name) > rank(lost) {
			lost = name
		}
	}
	if lost != "" {
		return best, nil, &AuthError{Reason: Downgrade, Offered: best.Name, Known: lost, Context: here}
	}
	return best, offered, nil
}

// authenticate is the feature that signs in (RFC 6120, 6.4). The library's own
// tells no wrong password from a passing fault, takes any number of rounds and
// remembers nothing.
func (in *signing) authenticate() mellium.StreamFeature {
	return mellium.StreamFeature{
		Name: xml.Name{Space: nsSASL, Local: "mechanisms"}, Necessary: mellium.Secure, Prohibited: mellium.Authn,
		Parse: parseFeature(true),
		Negotiate: func(_ context.Context, s *mellium.Session, data any) (mellium.SessionState, io.ReadWriter, error) {
			list, _ := data.(*node)
			other, _ := s.Feature(nsBindings)
			bindings, _ := other.(*node)
			mechanism, err := in.signIn(s, list, bindings)
			if err != nil {
				return 0, nil, err
			}
			in.mechanism = mechanism
			if err := in.wire.restart(); err != nil {
				return 0, nil, err
			}
			s.UpdateAddr(in.login.Address)
			return mellium.Authn, s.Conn(), nil
		},
	}
}

// bindings only tells what the server says of channel binding (XEP-0440).
func bindings() mellium.StreamFeature {
	return mellium.StreamFeature{Name: xml.Name{Space: nsBindings, Local: "sasl-channel-binding"}, Parse: parseFeature(false)}
}

// signIn returns the mechanism's name. The server must prove that it knows the
// password, too, but for PLAIN.
func (in *signing) signIn(s *mellium.Session, list, bindings *node) (string, error) {
	cs, login := in.wire.ConnectionState(), in.login
	m, offered, err := choose(list, bindings, cs, login.Known, login.AllowPlain)
	if err != nil {
		return "", err
	}
	password, err := saslprep(login.Password.Export())
	if err != nil {
		return "", &AuthError{Reason: BadPassword}
	}
	client := sasl.NewClient(m, sasl.TLSState(cs), sasl.RemoteMechanisms(offered...),
		sasl.Credentials(func() (user, pass, identity []byte) {
			return []byte(login.Address.Localpart()), []byte(password), nil
		}))
	more, first, err := client.Step(nil)
	if err != nil {
		return "", &AuthError{Reason: OtherFailure, Err: err}
	}
	answer := el(nsSASL, "auth", at("mechanism", m.Name), text(encode(first)))
	for round := 0; ; round++ {
		n, err := exchange(s, answer)
		if err != nil {
			return "", err
		}
		switch {
		case n.is(nsSASL, "failure"):
			return "", authFailure(n)
		case n.is(nsSASL, "challenge") && more && round < 2, n.is(nsSASL, "success"):
		default:
			return "", &AuthError{Reason: OtherFailure, Err: fmt.Errorf("%w: in SASL", ErrProtocol)}
		}
		success := n.XMLName.Local == "success"
		if success && !more {
			return m.Name, nil // PLAIN, or the signature came in a challenge before
		}
		if success && round == 0 {
			return "", &AuthError{Reason: ServerNotProven} // it skipped the proof
		}
		challenge, err := decode(n.Text)
		if err != nil {
			return "", &AuthError{Reason: ServerNotProven, Err: err}
		}
		if round == 0 {
			if err := checkServerFirst(challenge, client.Nonce()); err != nil {
				return "", err
			}
		}
		var response []byte
		if more, response, err = client.Step(challenge); err != nil {
			return "", &AuthError{Reason: ServerNotProven}
		}
		if success {
			if more {
				return "", &AuthError{Reason: ServerNotProven}
			}
			return m.Name, nil
		}
		answer = el(nsSASL, "response", nil, text(encodeResponse(response)))
	}
}

// checkServerFirst looks at the server's first message (RFC 5802, 7) before
// the library does: that takes any number of rounds, a nonce to which the
// server has added nothing, and runs for ever when the last attribute is too
// short.
func checkServerFirst(b, nonce []byte) error {
	bad := &AuthError{Reason: ServerNotProven, Err: fmt.Errorf("%w: in SCRAM", ErrProtocol)}
	parts := bytes.Split(b, []byte{','})
	if len(parts) < 3 {
		return bad
	}
	for i, p := range parts {
		if len(p) < 3 || p[1] != '=' || i < 3 && p[0] != "rsi"[i] || bytes.IndexByte([]byte("rsime"), p[0]) >= 0 && i > 2 {
			return bad
		}
	}
	if r := parts[0][2:]; !bytes.HasPrefix(r, nonce) || len(r) == len(nonce) {
		return bad
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(string(parts[1][2:])); err != nil {
		return bad
	}
	digits := string(parts[2][2:])
	if strings.Trim(digits, "0123456789") != "" {
		return bad
	}
	if i, err := strconv.Atoi(digits); err != nil || i < MinIterations || i > MaxIterations {
		return &AuthError{Reason: IterationBounds}
	}
	return nil
}

// authFailure sorts a server's <failure/> (RFC 6120, 6.5).
func authFailure(n *node) error {
	e := &AuthError{Reason: OtherFailure, Condition: condition(n, nsSASL, saslConditions)}
	switch e.Condition {
	case "not-authorized":
		e.Reason = WrongPassword
	case "account-disabled", "credentials-expired":
		e.Reason = Disabled
	case "temporary-auth-failure":
		e.Reason = TemporaryFailure
	case "mechanism-too-weak", "encryption-required":
		e.Reason = TooWeak
	case "invalid-mechanism":
		e.Reason = NoMechanism
	}
	return e
}

// encode writes SASL data: "=" stands for data of no length (RFC 6120, 6.4.2).
func encode(b []byte) string {
	if len(b) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(b)
}

func encodeResponse(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func decode(s string) ([]byte, error) {
	if s == "=" {
		return nil, nil
	}
	b, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(s))
	if err != nil {
		return nil, fmt.Errorf("%w: in SASL", ErrProtocol)
	}
	return b, nil
}
