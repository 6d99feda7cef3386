package otr

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
)

// maxBody is the longest body that is looked at, in bytes: 256 kB hold a text
// of about 190 kB in base64, far above what other programs send at once.
const maxBody = 256 << 10

// maxSignature bounds the encrypted signature of an exchange. One with a key
// of 1024 bits takes about 470 bytes; a key with numbers of many thousand bits
// would keep a processor busy for minutes before anyone is known.
const maxSignature = 1 << 10

// minTag is the smallest valid instance tag (OTR v3, "Instance Tags").
const minTag = 0x100

// The message types of OTR v3.
const (
	kindCommit    = 0x02
	kindData      = 0x03
	kindKey       = 0x0a
	kindReveal    = 0x11
	kindSignature = 0x12
)

// flagIgnoreUnreadable in a data message: no word about it when it cannot be
// read (heartbeats, checks, goodbyes).
const flagIgnoreUnreadable = 0x01

const (
	macSize    = 20  // authenticators, and each revealed key
	groupSize  = 192 // numbers of the 1536-bit group
	headerSize = 11  // version, type, two tags
)

const encodedPrefix = "?OTR:"

var (
	errOtherVersion = errors.New("otr: not version 3")
	errMalformed    = errors.New("otr: malformed message")
)

// message is an encoded OTR v3 message whose structure is known to be right,
// down to the last byte.
type message struct {
	kind             byte
	sender, receiver uint32
	raw              []byte // decoded
	body             string // canonical encoding of raw

	commit [32]byte // D-H Commit: the hash of g^x
	hidden []byte   // D-H Commit: g^x, encrypted
	reveal []byte   // Reveal Signature: the key to that
	public []byte   // D-H Key: g^y

	// Data Message
	flags                   byte
	senderKey, recipientKey uint32
	nextKey                 []byte   // the sender's next D-H key
	next                    [32]byte // its hash
	counter                 uint64
	sealed                  []byte // the encrypted text and TLVs
	covered                 int    // raw[:covered] is what the authenticator covers
}

// id names a data message.
func (m message) id() ID {
	sum := sha256.Sum256(m.raw[:m.covered])
	return ID(sum[:16])
}

// parse reads a whole "?OTR:…." body (OTR v3, "The protocol messages"). It
// fails with errOtherVersion or errMalformed.
func parse(body string) (message, error) {
	body = strings.TrimRight(body, " \t\r\n")
	inner, ok := strings.CutPrefix(body, encodedPrefix)
	if !ok || len(body) > maxBody || !strings.HasSuffix(inner, ".") {
		return message{}, errMalformed
	}
	inner = inner[:len(inner)-1]
	raw, err := base64.StdEncoding.Strict().DecodeString(inner)
	if err != nil || strings.ContainsAny(inner, "\r\n") || len(raw) < 3 {
		return message{}, errMalformed
	}
	if binary.BigEndian.Uint16(raw) != 3 {
		return message{}, errOtherVersion
	}
	m := message{raw: raw, body: body, kind: raw[2]}
	if len(raw) < headerSize {
		return m, errMalformed
	}
	m.sender = binary.BigEndian.Uint32(raw[3:])
	m.receiver = binary.BigEndian.Uint32(raw[7:])
	if m.sender < minTag || (m.receiver != 0 && m.receiver < minTag) {
		return m, errMalformed
	}
	r := reader{rest: raw[headerSize:]}
	switch m.kind {
	case kindCommit:
		m.hidden = r.data(groupSize + 4)
		copy(m.commit[:], r.data(sha256.Size))
		r.must(len(r.last) == sha256.Size)
	case kindKey:
		m.public = r.number()
	case kindReveal:
		m.reveal = r.data(16)
		r.must(len(r.last) == 16)
		r.data(maxSignature)
		r.take(macSize)
	case kindSignature:
		r.data(maxSignature)
		r.take(macSize)
	case kindData:
		m.flags = r.byte()
		m.senderKey = r.word()
		m.recipientKey = r.word()
		m.nextKey = r.number()
		m.next = sha256.Sum256(m.nextKey)
		m.counter = uint64(r.word())<<32 | uint64(r.word())
		r.must(m.senderKey != 0 && m.recipientKey != 0 && m.counter != 0)
		m.sealed = r.data(maxBody)
		m.covered = len(raw) - len(r.rest)
		r.take(macSize)
		r.data(maxBody)
		r.must(len(r.last)%macSize == 0)
	default:
		return m, errMalformed
	}
	if r.bad || len(r.rest) != 0 {
		return m, errMalformed
	}
	return m, nil
}

// encode makes the body of a message.
func encode(raw []byte) string {
	return encodedPrefix + base64.StdEncoding.EncodeToString(raw) + "."
}

// revealed returns the D-H key that a D-H Commit hides, given the Reveal
// Signature that follows it; nil if there is none.
func revealed(commit, reveal message) []byte {
	block, err := aes.NewCipher(reveal.reveal)
	if err != nil {
		return nil
	}
	plain := make([]byte, len(commit.hidden))
	cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(plain, commit.hidden)
	r := reader{rest: plain}
	return r.number()
}

// reader takes OTR's data types off a slice; after the first failure it gives
// zero values.
type reader struct {
	rest, last []byte
	bad        bool
}

func (r *reader) must(ok bool) {
	if !ok {
		r.bad, r.rest = true, nil
	}
}

func (r *reader) take(n int) []byte {
	r.last = nil
	if r.must(n >= 0 && n <= len(r.rest)); r.bad {
		return nil
	}
	r.last, r.rest = r.rest[:n], r.rest[n:]
	return r.last
}

func (r *reader) byte() byte {
	if b := r.take(1); !r.bad {
		return b[0]
	}
	return 0
}

func (r *reader) short() uint16 {
	if b := r.take(2); !r.bad {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) word() uint32 {
	if b := r.take(4); !r.bad {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// data takes a DATA of at most limit bytes.
func (r *reader) data(limit int) []byte {
	n := r.word()
	r.must(uint64(n) <= uint64(limit))
	return r.take(int(n))
}

// number takes an MPI that is an element of the group: 2 <= x <= p-2. Anything
// else would make a shared secret that everybody knows.
func (r *reader) number() []byte {
	b := r.data(groupSize)
	if r.bad {
		return nil
	}
	small := len(b) == 0 || b[0] == 0 || (len(b) == 1 && b[0] == 1)
	large := len(b) == groupSize && bytes.Compare(b, groupLast) > 0
	r.must(!small && !large)
	return b
}

// groupLast is p-2 for the 1536-bit group of RFC 3526, section 2.
var groupLast = func() []byte {
	const prime = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xC9\x0F\xDA\xA2\x21\x68\xC2\x34\xC4\xC6\x62\x8B\x80\xDC\x1C\xD1" +
		"\x29\x02\x4E\x08\x8A\x67\xCC\x74\x02\x0B\xBE\xA6\x3B\x13\x9B\x22\x51\x4A\x08\x79\x8E\x34\x04\xDD" +
		"\xEF\x95\x19\xB3\xCD\x3A\x43\x1B\x30\x2B\x0A\x6D\xF2\x5F\x14\x37\x4F\xE1\x35\x6D\x6D\x51\xC2\x45" +
		"\xE4\x85\xB5\x76\x62\x5E\x7E\xC6\xF4\x4C\x42\xE9\xA6\x37\xED\x6B\x0B\xFF\x5C\xB6\xF4\x06\xB7\xED" +
		"\xEE\x38\x6B\xFB\x5A\x89\x9F\xA5\xAE\x9F\x24\x11\x7C\x4B\x1F\xE6\x49\x28\x66\x51\xEC\xE4\x5B\x3D" +
		"\xC2\x00\x7C\xB8\xA1\x63\xBF\x05\x98\xDA\x48\x36\x1C\x55\xD3\x9A\x69\x16\x3F\xA8\xFD\x24\xCF\x5F" +
		"\x83\x65\x5D\x23\xDC\xA3\xAD\x96\x1C\x62\xF3\x56\x20\x85\x52\xBB\x9E\xD5\x29\x07\x70\x96\x96\x6D" +
		"\x67\x0C\x35\x4E\x4A\xBC\x98\x04\xF1\x74\x6C\x08\xCA\x23\x73\x27\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
	last := []byte(prime)
	last[len(last)-1] -= 2
	return last
}()
