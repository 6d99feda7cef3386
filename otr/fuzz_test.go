package otr_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hushwing/otr"
)

// FuzzMessage: whatever the parser takes is whole, of version 3, and means
// what it was read as.
func FuzzMessage(f *testing.F) {
	f.Add("?OTR:AAMDJ+MVmSfjFZk=.")
	f.Fuzz(func(t *testing.T, body string) {
		sender, receiver, raw, covered, ok := otr.Parse(body)
		if !ok {
			return
		}
		if sender < 0x100 || (receiver != 0 && receiver < 0x100) {
			t.Errorf("tags %x, %x", sender, receiver)
		}
		if raw[0] != 0 || raw[1] != 3 || binary.BigEndian.Uint32(raw[3:]) != sender {
			t.Error("not what it was read as")
		}
		if covered != 0 && (covered > len(raw)-24 || raw[2] != 3) {
			t.Errorf("%d of %d bytes are covered", covered, len(raw))
		}
		if encode(raw) != strings.TrimRight(body, " \t\r\n") {
			t.Error("more than one way to write a message")
		}
	})
}

// FuzzInstanceTags: the tags of any header at all.
func FuzzInstanceTags(f *testing.F) {
	for _, tag := range []uint32{0, 0xff, 0x100, 1<<32 - 1} {
		f.Add(tag, uint32(0), byte(0x0a), []byte{0, 0, 0, 1, 2})
		f.Add(uint32(0x100), tag, byte(0x0a), []byte{0, 0, 0, 1, 2})
	}
	f.Fuzz(func(t *testing.T, sender, receiver uint32, kind byte, rest []byte) {
		raw := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte{0, 3, kind}, sender), receiver)
		s, r, _, _, ok := otr.Parse(encode(append(raw, rest...)))
		if ok && (s != sender || r != receiver || s < 0x100 || (r != 0 && r < 0x100)) {
			t.Errorf("%x, %x read as %x, %x", sender, receiver, s, r)
		}
	})
}

// FuzzFragment: whatever is taken can be written back.
func FuzzFragment(f *testing.F) {
	f.Add("?OTR|5a73a599|27e31597,00001,00003,?OTR:AAMDJ+MVmSfjFZcAAAAAAQAAAAIAAADA1g5IjD1ZGLDVQEyCgCyn9hb,")
	f.Fuzz(func(t *testing.T, body string) {
		s, r, k, n, piece, ok := otr.ParseFragment(body)
		if !ok {
			return
		}
		s2, r2, k2, n2, piece2, ok := otr.ParseFragment(fmt.Sprintf("?OTR|%08x|%08x,%05d,%05d,%s,", s, r, k, n, piece))
		if !ok || s != s2 || r != r2 || k != k2 || n != n2 || piece != piece2 {
			t.Error("cannot be written back")
		}
		if k < 1 || k > n || n > 65535 || s < 0x100 || piece == "" || strings.Contains(piece, ",") {
			t.Errorf("%d of %d from %x: %q", k, n, s, piece)
		}
	})
}

// FuzzOffers: queries and whitespace tags.
func FuzzOffers(f *testing.F) {
	f.Add("?OTRv23? install it")
	f.Fuzz(func(t *testing.T, body string) {
		query, rest := otr.ParseOffers(body)
		if query != "" && !strings.HasPrefix(body, "?OTR") {
			t.Errorf("%q is a query", body)
		}
		if len(rest) > len(body)+len("/3 and others") {
			t.Error("a text grew")
		}
	})
}

// FuzzReceive: a chat in which a private conversation lives, and anything at
// all from the server. Lines are messages; the first byte of a line says from
// where. Nothing panics, the conversation lives on, nothing but OTR goes out,
// and everything is bounded.
func FuzzReceive(f *testing.F) {
	f.Add("ahello\nb?OTRv3?\na?OTR:AAMDJ+MVmSfjFZk=.\na?OTR|00000100|00000000,1,1,?OTR|,")
	var w *world
	var ana *person
	var before *otr.Conversation
	n := 0
	f.Fuzz(func(t *testing.T, script string) {
		if n%200 == 0 {
			w, ana, _ = pair(t)
			before = ana.latest
			ana.locks = true
		}
		w.t, ana.t = t, t
		n++
		for _, line := range strings.Split(script, "\n") {
			if line == "" {
				continue
			}
			from := benAddr
			if line[0]%2 == 0 {
				from = fmt.Sprintf("ben@example.test/%d", line[0])
			}
			w.now = w.now.Add(time.Second)
			soundAnswer(t, atOnce(ana, from, line[1:]), ana)
			ana.take(ana.chat.Tick(w.now))
		}
		if !before.Live() || ana.latest != before {
			t.Error("the live conversation was harmed")
		}
	})
}

// soundAnswer checks what no input may change.
func soundAnswer(t testing.TB, out []packet, p *person) {
	t.Helper()
	for _, o := range out {
		if _, _, _, _, ok := otr.Parse(o.body); !ok && o.body != "?OTRv3?" {
			t.Errorf("%q went out", clip(o.body))
		}
	}
	if len(out) > 2 {
		t.Errorf("%d answers to one message", len(out))
	}
	for _, e := range p.events {
		var text string
		switch e := e.(type) {
		case otr.Text:
			text = e.Plain
		case otr.Clear:
			text = e.Text
		case otr.Notice:
			text = e.Text
		case otr.Question:
			text = e.Text
		}
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			t.Errorf("%T holds %q", e, clip(text))
		}
	}
	if n := len(p.chat.Conversations()); n > 8+8+8 {
		t.Errorf("%d conversations", n)
	}
	if open, size := otr.Pieces(p.chat); open > 8 || size > 8*256<<10 {
		t.Errorf("%d messages of %d bytes are put together", open, size)
	}
}

// TestRandomWalk lets two of ours talk, check, end and start anew over a server
// that changes, cuts, joins, repeats, delays and invents messages. Nothing
// panics, what arrives was written, and in the end they can talk.
func TestRandomWalk(t *testing.T) {
	steps := 400
	if slow || testing.Short() {
		steps = 80
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			arrived := 0
			random := rand.New(rand.NewPCG(seed, 42))
			w, ana, ben := pair(t)
			w.queue = nil
			var recorded []string
			said := map[string]bool{}
			w.middle = func(p packet) (out []packet) {
				recorded = append(recorded, p.body)
				if len(recorded) > 200 {
					recorded = recorded[100:]
				}
				switch random.IntN(8) {
				case 0:
					return nil
				case 1:
					return []packet{p, p}
				case 2:
					return []packet{{p.from, p.to, mangle(random, p.body)}, p}
				case 3:
					other := recorded[random.IntN(len(recorded))]
					return []packet{p, {p.from, p.to, other}}
				case 4:
					other := mangle(random, recorded[random.IntN(len(recorded))])
					return []packet{{p.from, p.to, other}}
				}
				return []packet{p}
			}
			for step := range steps {
				p := ana
				if random.IntN(2) == 0 {
					p = ben
				}
				other := benAddr
				if p == ben {
					other = anaAddr
				}
				switch random.IntN(10) {
				case 0:
					p.start(other)
				case 1:
					if wires, err := p.latest.Ask("q", secretText("x")); err == nil {
						p.post(wires)
					}
				case 2:
					if wires, err := p.latest.Answer(secretText("x")); err == nil {
						p.post(wires)
					}
				case 3:
					if wires, err := p.latest.Abort(); err == nil {
						p.post(wires)
					}
				case 4:
					if step%7 == 0 {
						if wires, err := p.latest.End(); err == nil {
							p.post(wires)
						}
					}
				case 5:
					w.now = w.now.Add(time.Duration(random.IntN(30)) * time.Second)
					w.send(p.take(p.chat.Tick(w.now))...)
				default:
					text := fmt.Sprint("text ", step)
					plain, _ := otr.NewPlain(text)
					if wires, _, err := p.latest.Seal(plain); err == nil {
						said[text] = true
						p.post(wires)
					}
				}
				w.run()
				for _, p := range []*person{ana, ben} {
					soundAnswer(t, nil, p)
					for _, e := range got[otr.Text](p) {
						arrived++
						if !said[e.Plain] {
							t.Fatalf("%q was never written", clip(e.Plain))
						}
					}
					for _, e := range got[otr.TurnedPrivate](p) {
						if f := e.Conversation.Fingerprint(); f != ana.id.Fingerprint() && f != ben.id.Fingerprint() {
							t.Fatal("private with somebody else")
						}
					}
					p.forget()
				}
			}
			if t.Logf("%d of %d texts arrived", arrived, len(said)); arrived == 0 {
				t.Error("nothing arrived at all")
			}
			w.middle = nil
			w.wait(10 * time.Minute)
			ana.start(benAddr)
			w.wait(30 * time.Second)
			private(t, ana, ben)
		})
	}
}

// mangle does to a message what a hostile server might.
func mangle(random *rand.Rand, body string) string {
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(body, "?OTR:"), ".")); err == nil && len(raw) > 11 {
		switch random.IntN(5) {
		case 0:
			raw[random.IntN(len(raw))] ^= byte(1 << random.IntN(8))
			return encode(raw)
		case 1:
			return encode(raw[:random.IntN(len(raw))])
		case 2:
			raw[2] = []byte{2, 3, 0x0a, 0x11, 0x12, 0x55}[random.IntN(6)]
			return encode(raw)
		case 3:
			at := 11 + random.IntN(len(raw)-11)
			return encode(slices.Concat(raw[:at], bytes.Repeat([]byte{0xff}, 4), raw[at:]))
		}
	}
	b := []byte(body)
	switch random.IntN(3) {
	case 0:
		b[random.IntN(len(b))] = byte(random.IntN(256))
	case 1:
		b = b[:random.IntN(len(b))]
	case 2:
		return fmt.Sprintf("?OTR|%x|%x,%d,%d,%s,", random.Uint32(), random.Uint32(), 1, 1+random.IntN(2), body)
	}
	return string(b)
}

// The engine panics: the message counts as malformed, the conversation is over,
// and a new one is asked for.
func TestEnginePanics(t *testing.T) {
	t.Parallel()
	w, ana, ben := pair(t)
	broken := ana.latest
	ana.ask("q", "x")
	w.run()
	otr.Break(broken)
	ana.forget()
	ben.say("lost")
	w.run()
	one[otr.Unreadable](ana)
	if e := one[otr.CheckDone](ana); e.Result != otr.Aborted {
		t.Errorf("%+v", e)
	}
	if ana.latest == broken || broken.Private() {
		t.Fatal("not started anew")
	}
	private(t, ana, ben)
	otr.Break(ana.latest)
	plain, _ := otr.NewPlain("x")
	if _, _, err := ana.latest.Seal(plain); err == nil {
		t.Error("sealed by a broken engine")
	}
	if ana.latest.Private() {
		t.Error("a broken conversation is private")
	}
}
