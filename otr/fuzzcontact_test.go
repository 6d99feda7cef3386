package otr_test

import (
	"testing"
	"time"

	"hushwing/otr"
)

// FuzzContact: a contact, inside a private chat, can seal anything at all.
// Nothing panics, nothing but OTR goes out, the answer costs a bounded amount of
// memory, and what comes next is still read, unless the contact said goodbye.
func FuzzContact(f *testing.F) {
	f.Add([]byte("hello"))
	f.Add([]byte("hello\x00\x00\x08\x00\x04\x00\x00\x00\xb1"))
	f.Add([]byte("\x00\x00\x07\x00\x08why\x00\xff\xff\xff\xff"))
	f.Add([]byte("\x00\x00\x02\x00\x0c\x00\x00\x00\x01\x00\x00\x00\x04abcd"))
	var ana *person
	var s *session
	n := 0
	f.Fuzz(func(t *testing.T, plain []byte) {
		if len(plain) > 60<<10 {
			return
		}
		if n++; s == nil || n%500 == 0 {
			w := newWorld(t)
			ana = w.person(anaAddr, identities()[0])
			s = invade(t, rawKeys()[2], 0x5001, ourVictim{ana, benAddr})
		}
		ana.t, ana.w.t = t, t
		ana.w.now = ana.w.now.Add(time.Second)
		used := allocated(func() { soundAnswer(t, atOnce(ana, benAddr, s.seal(plain)), ana) })
		if used > 64<<20 && !slow {
			t.Errorf("%d bytes of memory for %d", used, len(plain))
		}
		if len(got[otr.Ended](ana)) != 0 {
			s = nil
			return
		}
		ana.forget()
		soundAnswer(t, atOnce(ana, benAddr, s.seal([]byte("and then\x00"))), ana)
		if e := got[otr.Text](ana); len(e) != 1 || e[0].Plain != "and then" {
			t.Errorf("what came next: %v", ana.events)
			s = nil
		}
	})
}
