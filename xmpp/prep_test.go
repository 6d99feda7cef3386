package xmpp

import (
	"bytes"
	"testing"
	"time"

	"hushwing/secret"

	"mellium.im/sasl"
)

var secretForTest = secret.New("correct horse")

// TestSASLprep has the examples of RFC 4013, 3, and more.
func TestSASLprep(t *testing.T) {
	for in, want := range map[string]string{
		"I\u00adX": "IX", "user": "user", "USER": "USER", "\u00aa": "a", "\u2168": "IX",
		"\u0007": "", "\u0627\u0031": "", "\u0627\u0031\u0628": "\u0627\u0031\u0628",
		"a\u00a0b": "a b", "a\u3000b": "a b", "": "", "\u200b": "", "\u2028": "", "a\ue000": "",
		"\xff": "", "\ufffd": "", "a\u202eb": "", "\u05d0a\u05d0": "", "e\u0301": "\u00e9", "\U0001f512": "\U0001f512",
	} {
		got, err := saslprep(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
	}
}

// FuzzServerFirst: what checkServerFirst lets through the library finishes
// with.
func FuzzServerFirst(f *testing.F) {
	for _, s := range []string{",s=c2FsdA==,i=4096", ",s=c2FsdA==,i=4096,x", ",s=c2FsdA==,i=4096,", ",s=,i=4096", ",s=c2FsdA==,i=4096,a=b", ",,,", ",i=4096,s=c2FsdA=="} {
		f.Add([]byte("server"), []byte(s))
	}
	f.Fuzz(func(t *testing.T, nonce, rest []byte) {
		c := sasl.NewClient(sasl.ScramSha256, sasl.Credentials(func() (u, p, i []byte) { return []byte("u"), []byte("p"), nil }))
		_, _, _ = c.Step(nil)
		challenge := bytes.Join([][]byte{[]byte("r="), c.Nonce(), nonce, rest}, nil)
		if checkServerFirst(challenge, c.Nonce()) != nil {
			return
		}
		done := make(chan bool)
		go func() {
			defer close(done)
			_, _, _ = c.Step(challenge)
		}()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Fatal("the library does not come back")
		}
	})
}
