package otr_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/coyim/otr3"
)

// What attackers have: bare otr3 with keys of their own, and enough of the
// protocol by hand to write what otr3 would not.

// rawKeys are keys for bare otr3.
var rawKeys = sync.OnceValue(func() (keys [3]*otr3.DSAPrivateKey) {
	var wait sync.WaitGroup
	for i := range keys {
		keys[i] = new(otr3.DSAPrivateKey)
		wait.Go(func() {
			if err := keys[i].Generate(rand.Reader); err != nil {
				panic(err)
			}
		})
	}
	wait.Wait()
	return keys
})

// bare is a program on bare otr3 at an address.
type bare struct {
	conv  *otr3.Conversation
	addr  string
	with  string
	texts []string
	errs  []error
	smp   []otr3.SMPEvent
}

func newBare(key otr3.PrivateKey, tag uint32, random io.Reader) *bare {
	b := &bare{conv: &otr3.Conversation{Rand: random}}
	b.conv.Policies.AllowV3()
	b.conv.SetOurKeys([]otr3.PrivateKey{key})
	b.conv.InitializeInstanceTag(tag)
	b.conv.SetSMPEventHandler(b)
	return b
}

func (b *bare) HandleSMPEvent(e otr3.SMPEvent, _ int, _ string) { b.smp = append(b.smp, e) }

func (b *bare) hear(body string) (out []string) {
	plain, send, err := b.conv.Receive(otr3.ValidMessage(body))
	if len(plain) > 0 {
		b.texts = append(b.texts, string(plain))
	}
	if err != nil {
		b.errs = append(b.errs, err)
	}
	return bodies(send)
}

func (b *bare) receive(_ time.Time, p packet) (out []packet) {
	for _, s := range b.hear(p.body) {
		out = append(out, packet{b.addr, b.with, s})
	}
	return out
}

func bodies(send []otr3.ValidMessage) (out []string) {
	for _, s := range send {
		out = append(out, string(s))
	}
	return out
}

func (b *bare) fingerprint() string { return fmt.Sprintf("%X", b.conv.GetTheirKey().Fingerprint()) }

// barePair is two programs on bare otr3, private with each other.
func barePair(t testing.TB) (a, b *bare) {
	t.Helper()
	keys := rawKeys()
	a, b = newBare(keys[0], 0x1001, nil), newBare(keys[1], 0x1002, nil)
	chat(a, b, string(a.conv.QueryMessage()))
	if !a.conv.IsEncrypted() || !b.conv.IsEncrypted() {
		t.Fatal("the control's exchange failed")
	}
	return a, b
}

// listener is either kind of program.
type listener interface{ hear(body string) []string }

// chat carries a message from a to b, and whatever it causes.
func chat(a, b listener, bodies ...string) {
	for range 50 {
		var back []string
		for _, s := range bodies {
			back = append(back, b.hear(s)...)
		}
		if len(back) == 0 {
			return
		}
		a, b, bodies = b, a, back
	}
	panic("the messages never end")
}

// decode takes an encoded message apart, encode puts it together.
func decode(body string) []byte {
	raw, err := base64.StdEncoding.DecodeString(body[len("?OTR:") : len(body)-1])
	if err != nil {
		panic(err)
	}
	return raw
}

func encode(raw []byte) string { return "?OTR:" + base64.StdEncoding.EncodeToString(raw) + "." }

// retag gives a message other instance tags: nothing protects them in a key
// exchange.
func retag(body string, sender, receiver uint32) string {
	raw := decode(body)
	binary.BigEndian.PutUint32(raw[3:], sender)
	binary.BigEndian.PutUint32(raw[7:], receiver)
	return encode(raw)
}

// flip changes the byte at that place, counted from the end if negative.
func flip(body string, at int) string {
	raw := decode(body)
	if at < 0 {
		at += len(raw)
	}
	raw[at] ^= 1
	return encode(raw)
}

// recorder remembers what was read as the exponent of a D-H key.
type recorder struct{ exponents [][]byte }

func (r *recorder) Read(p []byte) (int, error) {
	n, err := rand.Read(p)
	if n == 40 {
		r.exponents = append(r.exponents, bytes.Clone(p))
	}
	return n, err
}

// liar claims somebody else's public key and signs with nonsense.
type liar struct{ *otr3.DSAPrivateKey }

func (l liar) PublicKey() otr3.PublicKey { return &l.DSAPublicKey }

func (l liar) Sign(io.Reader, []byte) ([]byte, error) { return make([]byte, 40), nil }

var group, _ = new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD1"+
	"29024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245"+
	"E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3D"+
	"C2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"+
	"670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF", 16)

// session is the attacker's end of a private conversation, by hand.
type session struct {
	tag, theirTag uint32
	mine          []*big.Int // secret exponents, by key id - 1
	theirs        *big.Int   // public key 1
	counter       uint64
}

// invade has a private conversation with a victim, under the attacker's own
// key, and takes its keys out of otr3's hands.
func invade(t testing.TB, key otr3.PrivateKey, tag uint32, victim listener) *session {
	t.Helper()
	random := new(recorder)
	m := newBare(key, tag, random)
	s := &session{tag: tag}
	out := m.hear("?OTRv3?")
	for len(out) > 0 {
		var back []string
		for _, body := range out {
			back = append(back, victim.hear(body)...)
		}
		out = nil
		for _, body := range back {
			if raw := decode(body); raw[2] == 0x0a {
				s.theirTag = binary.BigEndian.Uint32(raw[3:])
				s.theirs = new(big.Int).SetBytes(raw[15:])
			}
			out = append(out, m.hear(body)...)
		}
	}
	if !m.conv.IsEncrypted() || len(random.exponents) != 2 {
		t.Fatal("the attacker did not get in")
	}
	for _, e := range random.exponents {
		s.mine = append(s.mine, new(big.Int).SetBytes(e))
	}
	return s
}

func word(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) }

func mpi(b []byte, n *big.Int) []byte { return append(word(b, len(n.Bytes())), n.Bytes()...) }

// keys derives one direction's keys (OTR v3, "Data message", session keys).
func (s *session) keys(id int, sending bool) (key, mac []byte) {
	x := s.mine[id-1]
	public := new(big.Int).Exp(big.NewInt(2), x, group)
	shared := mpi(nil, new(big.Int).Exp(s.theirs, x, group))
	b := byte(2)
	if (public.Cmp(s.theirs) > 0) == sending {
		b = 1
	}
	k := sha1.Sum(append([]byte{b}, shared...))
	m := sha1.Sum(k[:16])
	return k[:16], m[:]
}

func crypt(key, counter, text []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(text))
	cipher.NewCTR(block, append(bytes.Clone(counter), make([]byte, 8)...)).XORKeyStream(out, text)
	return out
}

// open decrypts a data message of the victim.
func (s *session) open(body string) ([]byte, error) {
	raw := decode(body)
	id := int(binary.BigEndian.Uint32(raw[16:]))
	if raw[2] != 3 || binary.BigEndian.Uint32(raw[12:]) != 1 || id < 1 || id > len(s.mine) {
		return nil, errors.New("not for these keys")
	}
	at := 20
	at += 4 + int(binary.BigEndian.Uint32(raw[at:]))
	counter := raw[at : at+8]
	at += 8
	size := int(binary.BigEndian.Uint32(raw[at:]))
	text := raw[at+4 : at+4+size]
	end := at + 4 + size
	key, mac := s.keys(id, false)
	h := hmac.New(sha1.New, mac)
	h.Write(raw[:end])
	if !hmac.Equal(h.Sum(nil), raw[end:end+20]) {
		return nil, errors.New("wrong authenticator")
	}
	return crypt(key, counter, text), nil
}

// seal makes a data message for the victim.
func (s *session) seal(plain []byte) string {
	s.counter++
	key, mac := s.keys(1, true)
	counter := binary.BigEndian.AppendUint64(nil, s.counter)
	raw := []byte{0, 3, 3}
	raw = word(raw, int(s.tag))
	raw = word(raw, int(s.theirTag))
	raw = append(raw, 0)
	raw = word(word(raw, 1), 1)
	raw = mpi(raw, new(big.Int).Exp(big.NewInt(2), s.mine[1], group))
	raw = append(raw, counter...)
	raw = append(word(raw, len(plain)), crypt(key, counter, plain)...)
	h := hmac.New(sha1.New, mac)
	h.Write(raw)
	return encode(word(h.Sum(raw), 0))
}
