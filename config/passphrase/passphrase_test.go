package passphrase

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hushwing/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStrength(t *testing.T) {
	for _, c := range []struct {
		password string
		low, top float64
	}{
		{"", 0, 0},
		{"a", 3, 6},
		{"password", 1, 5},
		{"Passw0rd!", 5, 14},
		{"p4$$w0rd", 1, 9},
		{"drowssap", 1, 5},
		{"123456", 0, 5},
		{"qwertyuiop", 1, 12},
		{"1qaz2wsx3edc", 5, 25},
		{"йцукенгшщ", 1, 14},
		{"абвгдежз", 1, 10},
		{"abcdefghijklmnop", 1, 10},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 3, 12},
		{"abcabcabcabcabcabc", 3, 14},
		{"correctcorrectcorrect", 5, 16},
		{"Daniel1987", 10, 18},
		{"24121999", 10, 16},
		{"24.12.1999", 10, 16},
		{"ana2024!", 10, 25},
		{"hushwing1", 5, 14},
		{"пароль", 1, 11},
		{"krokodil", 10, 20},
		{"крокодил", 10, 20},
		{"Tr0ub4dour&3", 15, 36},
		{"correct horse battery staple", 8, 12}, // everybody has read of it
		{"correct lantern battery purveyor", 45, 60},
		{"рассвет над рекой тихо идет", 50, 100},
		{"x7#kQ9!vLm2$", 45, 62},
		{"x7#kQ9!vLm2$rT5&", 60, 85},
		{"overlap gauntlet suffix purveyor dioxide handcraft", 70, 80},
	} {
		e := Strength(secret.New(c.password))
		if e.Bits < c.low || e.Bits > c.top || math.IsNaN(e.Bits) {
			t.Errorf("%q: %.1f bits, want %v to %v", c.password, e.Bits, c.low, c.top)
		}
	}
}

// TestNeverPraised: what attackers try first is called weak, whatever is done to
// it, however long it is.
func TestNeverPraised(t *testing.T) {
	for _, p := range []string{
		"aaaaaaaaaaaaaaaaaaaaaaaa", "abababababababab", "1111222233334444", "aabbccddeeff", // repeated
		"qwertyuiop[]", "asdfghjkl;", "poiuytrewq", "1qaz2wsx3edc4rfv", "!QAZ2wsx", "q1w2e3r4t5y6", "azertyuiop", "йцукен12345", "qwertz123!", // rows of keys
		"lantern", "Copper-Lantern1", "overlap gauntlet", "tor browser", "summer2024!", "P@ssw0rd2024", // one or two words
		"24/12/1987", "1987-12-24", "December 24, 1987", "24 december 1987", "02.02.2002!!", "Maria 1985", "+49 170 1234567", // dates and numbers
		"To be, or not to be!", "The quick brown fox", "The Qu1ck Br0wn Fox jumps over the lazy dog.", "correcthorsebatterystaple1", "Correct-Horse-Battery-Staple!",
		"happybirthdaytoyou2024", "Я тебя люблю", "AllahuAkbar1", "I love you, Maria", "this is my password", "MyPasswordIs123", // what everybody knows
	} {
		if e := Strength(secret.New(p)); e.Level != Weak {
			t.Errorf("%q: %.1f bits, %v to guess", p, e.Bits, e.Time)
		}
	}
}

func TestKnownWordsAreCheap(t *testing.T) {
	password := secret.New("brunhilde.example")
	without, with := Strength(password), Strength(password, "Brunhilde@example.test")
	if with.Bits > 8 || without.Bits < with.Bits+10 {
		t.Errorf("%.1f without, %.1f with", without.Bits, with.Bits)
	}
}

// TestLongerIsNeverWeaker types passwords letter by letter: the bar may stand
// still or fall a little when letters become a word, not collapse.
func TestLongerIsNeverWeaker(t *testing.T) {
	for _, p := range []string{"x7#kQ9!vLm2$rT5&", strings.Repeat("ab1!", 100), strings.Repeat("x7#kQ9!vLm2$", 30), "\x00\xff\xfe", "e\u0301te\u0301 密码"} {
		whole := Strength(secret.New(p))
		if whole.Bits <= 0 || math.IsInf(whole.Bits, 0) {
			t.Errorf("%q: %v bits", p, whole.Bits)
		}
		longer := Strength(secret.New(p + "K#9x2!q7"))
		if longer.Bits < whole.Bits-1 {
			t.Errorf("%q: %.1f bits, and with more %.1f", p, whole.Bits, longer.Bits)
		}
	}
}

func TestLevelsAndTimes(t *testing.T) {
	for _, c := range []struct {
		bits  float64
		level Level
		low   time.Duration
		top   time.Duration
	}{
		{1, Weak, 0, time.Second},
		{36, Weak, 24 * time.Hour, 5 * 24 * time.Hour},
		{37, Fair, 7 * 24 * time.Hour, 9 * 24 * time.Hour},
		{48, Good, 40 * 365 * 24 * time.Hour, 50 * 365 * 24 * time.Hour},
		{60, Strong, Forever, Forever},
		{400, Strong, Forever, Forever},
	} {
		if e := estimate(c.bits); e.Level != c.level || e.Time < c.low || e.Time > c.top {
			t.Errorf("%v bits: %+v", c.bits, e)
		}
	}
	if (Strength(secret.Text{}) != Estimate{}) {
		t.Error("an empty password is something")
	}
}

func TestSuggestPassphrase(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		p, err := SuggestPassphrase()
		if err != nil {
			t.Fatal(err)
		}
		list := strings.Split(p.Export(), " ")
		if len(list) != Words {
			t.Errorf("%d words", len(list))
		}
		for _, w := range list {
			if _, ok := words()[w]; !ok && !strings.Contains(w, "-") {
				t.Errorf("%q is not of the list", w)
			}
		}
		// Names and common passwords among the words take a little off.
		if e := Strength(p); e.Level != Strong || e.Bits > 78.5+2 || e.Bits < 62 {
			t.Errorf("%.1f bits for six random words", e.Bits)
		}
		seen[p.Export()] = true
	}
	if len(seen) != 50 {
		t.Error("the same words twice")
	}
}

func TestStrengthIsQuick(t *testing.T) {
	Strength(secret.New("warm"))
	start := time.Now()
	Strength(secret.New(strings.Repeat("x7#kQ9!vLm2$", 400)))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("%v", took)
	}
}

func BenchmarkStrength(b *testing.B) {
	p := secret.New("overlap gauntlet suffix purveyor dioxide handcraft")
	for b.Loop() {
		Strength(p)
	}
}

// TestList: it is the list that the EFF publishes, to the last byte: with the
// numbers of the dice put back it has the digest of eff_large_wordlist.txt.
func TestList(t *testing.T) {
	h := sha256.New()
	for i, w := range list() {
		number := 0
		for n, digit := i, 1; digit <= 10000; n, digit = n/6, digit*10 {
			number += (n%6 + 1) * digit
		}
		fmt.Fprintf(h, "%d\t%s\n", number, w)
	}
	const published = "addd35536511597a02fa0a9ff1e5284677b8883b83e986e43f15a3db996b903e"
	if got := hex.EncodeToString(h.Sum(nil)); got != published || len(list()) != 7776 {
		t.Errorf("%d words, digest %s", len(list()), got)
	}
}

// TestRandomWords: every word can come, and none comes much more often: within
// six standard deviations of an even chance.
func TestRandomWords(t *testing.T) {
	const each = 40
	words, err := randomWords(each * len(list()))
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]int{}
	for _, w := range words {
		drawn[w]++
	}
	for _, w := range list() {
		if n := drawn[w]; n == 0 || n > each+6*7 {
			t.Errorf("%q came %d times in %d", w, n, len(words))
		}
	}
}
