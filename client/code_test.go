package client

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
)

func TestTypedCode(t *testing.T) {
	for typed, want := range map[string]string{
		"123456": "123456", " 123 456 ": "123456", "123-456": "123456", "12–34–56": "123456", "1 2 3 4 5 6": "123456",
		"۱۲۳۴۵۶": "123456", "١٢٣ ٤٥٦": "123456", "\u200f123\u200e456": "123456", "１２３４５６": "123456", "१२३४५६": "123456",
		"000000": "000000", "012.345": "012345", "𝟙𝟚𝟛456": "123456",
		"": "", "12345": "", "1234567": "", "12345a": "", "code 123456": "", "１２３": "", "½23456": "", "①②③④⑤⑥": "",
	} {
		got, ok := typedCode(secret.New(typed))
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, ok, want)
		}
	}
}

// A code is drawn from all of them, each time anew.
func TestFreshCode(t *testing.T) {
	seen, low, high := map[string]bool{}, 0, 0
	for range 2000 {
		c, err := freshCode()
		n, bad := strconv.Atoi(c)
		if err != nil || bad != nil || len(c) != codeDigits {
			t.Fatalf("%q: %v, %v", c, err, bad)
		}
		if seen[c] = true; n < codes/2 {
			low++
		} else {
			high++
		}
	}
	if len(seen) < 1950 || low < 800 || high < 800 {
		t.Errorf("%d different codes of 2000, %d low, %d high", len(seen), low, high)
	}
}

func TestCodesSeen(t *testing.T) {
	var s codesSeen
	s.text("call me at 030-123 45 67, or type ۹۸۷۶۵۴. 12345 is no code")
	for code, want := range map[string]bool{
		"030123": true, "123456": true, "234567": true, "987654": true, "679876": true, "345678": false, "000000": false,
		"": false, "x": false, "1234567": false,
	} {
		if s.has(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
	// A flood of digits hides none that came before, and none that came in it.
	var b strings.Builder
	for range 40_000 {
		b.WriteByte('0' + byte(rand.IntN(10)))
	}
	long := b.String()
	s.text(long)
	for _, code := range []string{"123456", long[:6], long[20_000:20_006], long[len(long)-6:]} {
		if !s.has(code) {
			t.Errorf("%q was forgotten", code)
		}
	}
	if s.few != nil || len(s.all) > codes/64+1 {
		t.Error("it grows")
	}
}

func TestSafetyCode(t *testing.T) {
	print := func(s string) otr.Fingerprint {
		f, err := otr.ParseFingerprint(s)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	a := print("00112233 44556677 8899AABB CCDDEEFF 00112233")
	b := print("FFEEDDCC BBAA9988 77665544 33221100 FFEEDDCC")
	c := print("FFEEDDCC BBAA9988 77665544 33221100 FFEEDDCD")
	// The same came out of another program, written from the words of SafetyCode.
	for _, v := range []struct {
		x, y otr.Fingerprint
		want string
	}{
		{a, b, "50530 36597 89697 84540 84676 53086 06732 01529"},
		{a, c, "07317 27385 73796 18642 54355 52939 61556 17819"},
		{b, c, "40183 07195 76646 31601 89971 46264 75135 03240"},
		{otr.Fingerprint{}, otr.Fingerprint{1}, "21125 05313 08003 85988 12660 09107 48333 21502"},
	} {
		got, turned := SafetyCode(v.x, v.y), SafetyCode(v.y, v.x)
		if s := strings.Join(got[:], " "); s != v.want {
			t.Errorf("%v, %v:\n got %q\nwant %q", v.x, v.y, s, v.want)
		}
		if got != turned {
			t.Error("the two sides see different codes")
		}
	}
	// Each bit of either key changes every group, nearly always.
	first := SafetyCode(a, b)
	for bit := range 8 {
		d := a
		d[bit*2] ^= 1 << bit
		same := 0
		for i, g := range SafetyCode(d, b) {
			if len(g) != 5 {
				t.Errorf("a group %q", g)
			}
			if g == first[i] {
				same++
			}
		}
		if same > 1 {
			t.Errorf("bit %d changes all but %d groups", bit, same)
		}
	}
}

// TestManyKeys: somebody who comes with one key after the other brings back no
// attempt of a key of before: it is remembered as long as the contact is.
func TestManyKeys(t *testing.T) {
	k := &config.Contact{}
	for n := range 3 * mostKeys {
		addKey(k, otr.Fingerprint{1, byte(n), byte(n >> 8)}, time.Now())
		switch n {
		case 5:
			k.Keys[len(k.Keys)-1].Attempts = 2
		case 6:
			k.Keys[len(k.Keys)-1].Differs = time.Now()
		}
	}
	if len(k.Keys) > mostKeys {
		t.Errorf("%d keys", len(k.Keys))
	}
	for n, want := range map[int]bool{0: true, 5: true, 6: true, 7: false} {
		if got := slices.ContainsFunc(k.Keys, func(k config.Key) bool { return k.Fingerprint == otr.Fingerprint{1, byte(n)} }); got != want {
			t.Errorf("key %d: %v", n, got)
		}
	}
}
