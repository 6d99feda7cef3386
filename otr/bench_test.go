package otr_test

import (
	"strings"
	"testing"

	"hushwing/internal/lab"
	"hushwing/otr"
)

// The measures beside ours run in the same process and over the same harness:
// bare otr3 with bare otr3, and libotr with libotr (two programs over pipes,
// which adds a few microseconds for each message).

func BenchmarkExchange(b *testing.B) {
	b.Run("hushwing", func(b *testing.B) {
		ids := identities()
		for b.Loop() {
			w := newWorld(b)
			ana, ben := w.person(anaAddr, ids[0]), w.person(benAddr, ids[1])
			ana.start(benAddr)
			w.run()
			if !ana.latest.Live() || !ben.latest.Live() {
				b.Fatal("not private")
			}
		}
	})
	b.Run("otr3", func(b *testing.B) {
		rawKeys()
		for b.Loop() {
			barePair(b)
		}
	})
	b.Run("libotr", func(b *testing.B) {
		w, _, n := libotrPair(b)
		for b.Loop() {
			n.peer.Query()
			w.send(n.drain()...)
			w.run()
		}
	})
}

// A text of 100 bytes each way: two messages, keys rotate.
func BenchmarkMessages(b *testing.B) {
	text := strings.Repeat("x", 100)
	plain, _ := otr.NewPlain(text)
	b.Run("hushwing", func(b *testing.B) {
		w, ana, ben := pair(b)
		for b.Loop() {
			for _, p := range []*person{ana, ben} {
				wires, _, err := p.latest.Seal(plain)
				if err != nil {
					b.Fatal(err)
				}
				p.post(wires)
				w.run()
				p.forget()
			}
			w.seen = w.seen[:0]
		}
	})
	b.Run("otr3", func(b *testing.B) {
		x, y := barePair(b)
		for b.Loop() {
			for _, p := range [][2]*bare{{x, y}, {y, x}} {
				out, err := p[0].conv.Send([]byte(text))
				if err != nil {
					b.Fatal(err)
				}
				p[1].hear(string(out[0]))
			}
		}
	})
	b.Run("libotr", func(b *testing.B) {
		w, m, n := libotrPair(b)
		for b.Loop() {
			for _, p := range []*libotr{m, n} {
				p.peer.Send(text)
				w.send(p.drain()...)
				w.run()
				p.events = p.events[:0]
			}
			w.seen = w.seen[:0]
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	b.Run("hushwing", func(b *testing.B) {
		w, ana, ben := pair(b)
		for b.Loop() {
			ana.ask("q", "x")
			w.run()
			ben.answer("x")
			w.run()
			one[otr.CheckDone](ana)
			ana.forget()
			ben.forget()
		}
	})
	b.Run("libotr", func(b *testing.B) {
		w, m, n := libotrPair(b)
		for b.Loop() {
			m.peer.Check("q", "x")
			w.send(m.drain()...)
			w.run()
			n.peer.Answer("x")
			w.send(n.drain()...)
			w.run()
			if !m.has("smp-ok") {
				b.Fatal("no success")
			}
			m.events, n.events = nil, nil
		}
	})
}

func BenchmarkNewIdentity(b *testing.B) {
	for b.Loop() {
		if _, err := otr.NewIdentity(nil); err != nil {
			b.Fatal(err)
		}
	}
}

// libotrPair is two libotr programs, private with each other.
func libotrPair(b *testing.B) (*world, *libotr, *libotr) {
	b.Helper()
	w := newWorld(b)
	m := w.libotr(anaAddr, benAddr, lab.OTRPeerOptions{Account: "ana@example.test", Contact: "ben@example.test"})
	n := w.libotr(benAddr, anaAddr, lab.OTRPeerOptions{KeyFile: b.TempDir() + "/key"})
	n.peer.Query()
	w.send(n.drain()...)
	w.run()
	if !m.has("secure") || !n.has("secure") {
		b.Fatal("the two libotr programs are not private")
	}
	return w, m, n
}
