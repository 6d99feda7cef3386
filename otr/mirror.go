package otr

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"filippo.io/bigmod"
)

// The engine takes over the counter of a data message before it has checked who
// wrote it, so that a forged one makes it deaf to the next true ones. What it
// takes over cannot be taken back, and it cannot be asked on a copy. So it is
// not asked: who knows the session's keys can check the authenticator first, and
// the engine sees authentic messages alone. A mirror knows them: it sees the
// exponents that the engine draws, and the public keys pass through here anyway.

// exponentSize is that of the engine's D-H exponents, in bytes. Nothing else that
// it draws has this size.
const exponentSize = 40

// drawn is an engine's source of random bytes. It remembers the D-H exponents
// that OTR has two of at any time.
type drawn struct {
	count  uint32    // so far; the id of the latest (OTR v3, "Key Management")
	latest [2][]byte // and the one before
}

// Read fills p with random bytes.
func (d *drawn) Read(p []byte) (int, error) {
	n, err := rand.Read(p)
	if err == nil && len(p) == exponentSize {
		d.count++
		clear(d.latest[1])
		d.latest[0], d.latest[1] = bytes.Clone(p), d.latest[0]
	}
	return n, err
}

// pair is what two D-H keys, one of ours and one of theirs, make.
type pair struct {
	sendMAC, receiveMAC [sha1.Size]byte
	receive             [16]byte // AES key
	counter             uint64   // of the latest authentic message
}

// mirror knows the keys of one private engine. Slot 0 of anything is the latest.
type mirror struct {
	ours    *drawn
	count   uint32 // ours.count when pairs was last right
	theirID uint32 // id of theirs[0]; 0: their first message will tell
	theirs  [2][]byte
	pairs   [2][2]*pair // by ours, theirs
}

// newMirror is for an engine that has just turned private with somebody whose
// public key in the exchange was theirs.
func newMirror(ours *drawn, theirs []byte) (*mirror, bool) {
	return &mirror{ours: ours, count: ours.count, theirs: [2][]byte{bytes.Clone(theirs)}}, ours.count == 2 && len(theirs) > 0
}

// find returns what belongs to two key ids, or nil if they are not in use.
func (k *mirror) find(ourID, theirID uint32) *pair {
	for ; k.count != k.ours.count; k.count++ {
		k.pairs[0], k.pairs[1] = [2]*pair{}, k.pairs[0]
	}
	var i, j int
	switch ourID {
	case k.count:
	case k.count - 1:
		i = 1
	default:
		return nil
	}
	switch theirID {
	case k.theirID:
	case k.theirID - 1:
		j = 1
	default:
		if k.theirID != 0 {
			return nil
		}
	}
	if k.theirs[j] == nil {
		return nil
	}
	if k.pairs[i][j] == nil {
		k.pairs[i][j] = agree(k.ours.latest[i], k.theirs[j])
	}
	return k.pairs[i][j]
}

// authenticity is what is known of a data message before it is opened.
type authenticity uint8

const (
	foreign  authenticity = iota // it is of another session
	forged                       // it claims to be of this one, and is not
	overtook                     // it is, but a later one came before it
	genuine
)

func (k *mirror) judge(m message) authenticity {
	p := k.find(m.recipientKey, m.senderKey)
	if p == nil {
		return foreign
	}
	h := hmac.New(sha1.New, p.receiveMAC[:])
	h.Write(m.raw[:m.covered])
	switch {
	case hmac.Equal(h.Sum(nil), m.raw[m.covered:m.covered+macSize]):
		if m.counter <= p.counter {
			return overtook
		}
		return genuine
	case k.theirs[1] != nil && m.senderKey == k.theirID-1 && m.next == sha256.Sum256(k.theirs[0]):
		// Only this session has announced that next key for this one.
		return forged
	}
	return foreign
}

// open decrypts a genuine message.
func (k *mirror) open(m message) []byte {
	p := k.find(m.recipientKey, m.senderKey)
	block, err := aes.NewCipher(p.receive[:])
	if err != nil {
		return nil // not with 16 bytes
	}
	var iv [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[:], m.counter)
	plain := make([]byte, len(m.sealed))
	cipher.NewCTR(block, iv[:]).XORKeyStream(plain, m.sealed)
	return plain
}

// took says that the engine has taken a genuine message. Of its own rotation
// the mirror hears by itself.
func (k *mirror) took(m message, p *pair) {
	p.counter = m.counter
	if m.senderKey == k.theirID || k.theirID == 0 {
		k.theirID = m.senderKey + 1
		k.theirs[0], k.theirs[1] = bytes.Clone(m.nextKey), k.theirs[0]
		for i := range k.pairs {
			k.pairs[i][0], k.pairs[i][1] = nil, k.pairs[i][0]
		}
	}
}

// flagged returns a data message that the engine has just made, with other flags.
func (k *mirror) flagged(m message, flags byte) (string, bool) {
	p := k.find(m.senderKey, m.recipientKey)
	if p == nil {
		return "", false
	}
	sign := func(raw []byte) []byte {
		h := hmac.New(sha1.New, p.sendMAC[:])
		h.Write(raw[:m.covered])
		return h.Sum(nil)
	}
	if !hmac.Equal(sign(m.raw), m.raw[m.covered:m.covered+macSize]) {
		return "", false
	}
	raw := slices.Clone(m.raw)
	raw[headerSize] = flags
	copy(raw[m.covered:], sign(raw))
	return encode(raw), true
}

// agree derives the keys of a pair (OTR v3, "Exchanging data", "Computing AES
// keys, MAC keys").
func agree(ours, theirs []byte) *pair {
	base, err := bigmod.NewNat().SetBytes(theirs, group)
	if err != nil {
		return nil // not a number of the group
	}
	shared := bytes.TrimLeft(bigmod.NewNat().Exp(base, ours, group).Bytes(group), "\x00")
	public := bytes.TrimLeft(bigmod.NewNat().Exp(generator, ours, group).Bytes(group), "\x00")
	send, receive := byte(2), byte(1)
	if len(public) > len(theirs) || len(public) == len(theirs) && bytes.Compare(public, theirs) > 0 {
		send, receive = 1, 2
	}
	key := func(b byte) []byte {
		sum := sha1.Sum(append(binary.BigEndian.AppendUint32([]byte{b}, uint32(len(shared))), shared...))
		return sum[:16]
	}
	p := &pair{receive: [16]byte(key(receive)), receiveMAC: sha1.Sum(key(receive)), sendMAC: sha1.Sum(key(send))}
	clear(shared)
	return p
}

var (
	group = func() *bigmod.Modulus {
		prime := bytes.Clone(groupLast)
		prime[len(prime)-1] += 2
		m, err := bigmod.NewModulus(prime)
		if err != nil {
			panic(err) // never: it is odd
		}
		return m
	}()
	generator = func() *bigmod.Nat {
		g, err := bigmod.NewNat().SetBytes([]byte{2}, group)
		if err != nil {
			panic(err) // never: 2 is smaller than the prime
		}
		return g
	}()
)
