package xmpptest

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
)

// Password is that of every account.
const Password = "correct horse"

// SCRAM says how the server signs the program in. The zero value is
// SCRAM-SHA-256 as it should be. It is written from RFC 5802 and shares no
// code with the program.
type SCRAM struct {
	Mechanisms   []string // offered; nil: SCRAM-SHA-256
	Features     string   // more features; "": a list of bindings (XEP-0440) if there is something to bind
	NoBindings   bool     // no such list, as older servers
	Iterations   int      // 0: 4096
	ServerFirst  func(nonce string) string
	WrongProof   bool   // answer with a signature that is wrong
	NoProof      bool   // <success/> without a signature
	AtOnce       bool   // <success/> instead of the first challenge
	InChallenge  bool   // send the signature in a challenge of its own
	Failure      string // the condition to fail with, after the proof
	AtAuth       string // sent instead of the first challenge
	HangAt       int    // 1: after <auth/>; 2: after <response/>
	Got          *Login // what the program did
	AnyPassword  bool   // take any proof
	ServerSecret string // the password that the server knows; "": Password
}

// Login is what the program did to sign in.
type Login struct {
	Mechanism string
	First     string // its first message
	Sent      string // every byte of this stream
}

// Auth greets the program, offers the mechanisms and signs it in. It ends the
// script when the program is refused.
func (c *Conn) Auth(s SCRAM) {
	if s.Mechanisms == nil {
		s.Mechanisms = []string{"SCRAM-SHA-256"}
	}
	if s.Got == nil {
		s.Got = &Login{}
	}
	defer func() { s.Got.Sent = c.Received() }()
	var list strings.Builder
	for _, m := range s.Mechanisms {
		fmt.Fprintf(&list, "<mechanism>%s</mechanism>", m)
	}
	if s.Features == "" && !s.NoBindings && strings.Contains(list.String(), "-PLUS") {
		s.Features = "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/><channel-binding type='tls-unique'/></sasl-channel-binding>"
	}
	const ns = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
	c.Greet(s.Features + "<mechanisms " + ns + ">" + list.String() + "</mechanisms>")
	fail := func(condition string) {
		c.Send("<failure %s><%s/><text>told by the server</text></failure>", ns, condition)
		c.Hang()
	}
	auth := c.Next()
	s.Got.Mechanism = auth.Attr("mechanism")
	s.Got.Sent = c.Received()
	first := unbase64(auth.Inner)
	s.Got.First = first
	switch {
	case s.AtAuth != "":
		c.Send("%s", s.AtAuth)
		c.Hang()
	case s.AtOnce:
		c.Send("<success %s/>", ns)
		c.Hang()
	case s.HangAt == 1:
		c.Hang()
	case s.Got.Mechanism == "PLAIN":
		p := strings.Split(first, "\x00")
		if len(p) != 3 || p[2] != Password {
			fail("not-authorized")
		}
		c.User = p[1]
		c.Send("<success %s/>", ns)
		c.restart()
		return
	}
	newHash, size := sha256.New, sha256.Size
	if strings.Contains(s.Got.Mechanism, "SHA-1") {
		newHash, size = sha1.New, sha1.Size
	}
	gs2, bare := cut2(first)
	c.User, _, _ = strings.Cut(strings.TrimPrefix(bare, "n="), ",")
	_, clientNonce, _ := strings.Cut(bare, "r=")
	if s.Iterations == 0 {
		s.Iterations = 4096
	}
	salt := "some salt of a server"
	serverFirst := fmt.Sprintf("r=%sserver,s=%s,i=%d", clientNonce, base64.StdEncoding.EncodeToString([]byte(salt)), s.Iterations)
	if s.ServerFirst != nil {
		serverFirst = s.ServerFirst(clientNonce)
	}
	c.Send("<challenge %s>%s</challenge>", ns, base64.StdEncoding.EncodeToString([]byte(serverFirst)))
	response := c.Next()
	s.Got.Sent = c.Received()
	if s.HangAt == 2 {
		c.Hang()
	}
	final := unbase64(response.Inner)
	without, proof, _ := strings.Cut(final, ",p=")
	binding := append([]byte(gs2), c.binding(gs2)...)
	secret := Password
	if s.ServerSecret != "" {
		secret = s.ServerSecret
	}
	salted, err := pbkdf2.Key(newHash, secret, []byte(salt), s.Iterations, size)
	if err != nil {
		panic(err)
	}
	message := []byte(bare + "," + serverFirst + "," + without)
	clientKey := mac(newHash, salted, []byte("Client Key"))
	h := newHash()
	h.Write(clientKey)
	want := mac(newHash, h.Sum(nil), message)
	for i := range want {
		want[i] ^= clientKey[i]
	}
	wantBinding := "c=" + base64.StdEncoding.EncodeToString(binding)
	right := proof == base64.StdEncoding.EncodeToString(want) && strings.HasPrefix(without, wantBinding+",")
	if s.Failure != "" {
		fail(s.Failure)
	}
	if !right && !s.AnyPassword {
		fail("not-authorized")
	}
	signature := mac(newHash, mac(newHash, salted, []byte("Server Key")), message)
	if s.WrongProof {
		signature[0] ^= 1
	}
	v := base64.StdEncoding.EncodeToString([]byte("v=" + base64.StdEncoding.EncodeToString(signature)))
	switch {
	case s.NoProof:
		c.Send("<success %s/>", ns)
	case s.InChallenge:
		c.Send("<challenge %s>%s</challenge>", ns, v)
		c.Next()
		c.Send("<success %s/>", ns)
	default:
		c.Send("<success %s>%s</success>", ns, v)
	}
	s.Got.Sent = c.Received()
	c.restart()
}

// binding is the data that the client must have bound to (RFC 5929, RFC 9266).
func (c *Conn) binding(gs2 string) []byte {
	if c.tls == nil {
		return nil
	}
	cs := c.tls.ConnectionState()
	switch {
	case strings.HasPrefix(gs2, "p=tls-exporter"):
		b, err := cs.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
		if err != nil {
			panic(err)
		}
		return b
	case strings.HasPrefix(gs2, "p=tls-unique"):
		return cs.TLSUnique
	}
	return nil
}

func mac(h func() hash.Hash, key, data []byte) []byte {
	m := hmac.New(h, key)
	m.Write(data)
	return m.Sum(nil)
}

func cut2(first string) (gs2, bare string) {
	i := strings.Index(first, ",")
	j := strings.Index(first[i+1:], ",")
	return first[:i+j+2], first[i+j+2:]
}

func unbase64(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}
