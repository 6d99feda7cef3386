package i18n

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/leonelquinteros/gotext"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// use puts a catalogue in place for one test. Tests that use it do not run in
// parallel.
func use(t *testing.T, l *language) {
	t.Helper()
	was := current.Swap(l)
	t.Cleanup(func() { current.Store(was) })
}

// polish is a catalogue with three plurals, a changed order of arguments, and
// holes.
const polish = `msgid ""
msgstr ""
"Language: pl\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "Send"
msgstr "Wyślij"

msgid "Not yet"
msgstr ""

msgid "%s wrote to %s"
msgstr "do %[2]s pisze %[1]s"

msgid "100% private"
msgstr "100% prywatne"

msgid "%d message"
msgid_plural "%d messages"
msgstr[0] "%d wiadomość"
msgstr[1] "%d wiadomości"
msgstr[2] "%d wiadomości!"

msgid "%d day"
msgid_plural "%d days"
msgstr[0] ""
msgstr[1] ""
msgstr[2] ""

msgid "March"
msgstr "marca"

msgid "%[1]d %[2]s"
msgstr "%[1]d. %[2]s"
`

func parsed(t *testing.T, name, po string) *language {
	t.Helper()
	l := &language{name: name}
	l.fill([]byte(po))
	return l
}

func TestEnglish(t *testing.T) {
	for got, want := range map[string]string{
		T("Send"):                                    "Send",
		T("100% private"):                            "100% private",
		T("Hello %s", "100%d"):                       "Hello 100%d",
		T("%[2]s from %[1]s", "a", "b"):              "b from a",
		N("One message", "%d messages", 1, 1):        "One message",
		N("One message", "%d messages", 0, 0):        "0 messages",
		N("%d message", "%d messages", 21, 21):       "21 messages",
		N("All of 100%% of it", "%d of it", 1, 1):    "All of 100% of it",
		N("%[2]s: one", "%[2]s: %[1]d", 1, 1, "Ana"): "Ana: one",
		Mark("Hello %s").Text("Ana"):                 "Hello Ana",
		Message{}.Text():                             "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if Direction() != LTR || Language() != English {
		t.Error("not English")
	}
}

func TestCatalogue(t *testing.T) {
	use(t, parsed(t, "pl", polish))
	for got, want := range map[string]string{
		T("Send"):                             "Wyślij",
		T("Not yet"):                          "Not yet",
		T("Unknown"):                          "Unknown",
		T("%s wrote to %s", "Ana", "Ben"):     "do Ben pisze Ana",
		T("100% private"):                     "100% prywatne",
		N("%d message", "%d messages", 1, 1):  "1 wiadomość",
		N("%d message", "%d messages", 3, 3):  "3 wiadomości",
		N("%d message", "%d messages", 5, 5):  "5 wiadomości!",
		N("%d day", "%d days", 1, 1):          "1 day",
		N("%d day", "%d days", 5, 5):          "5 days",
		N("%d hour", "%d hours", 1, 1):        "1 hour",
		Mark("Send").Text():                   "Wyślij",
		date(day(3), day(5)):                  "12. marca",
		date(day(3), day(5).AddDate(1, 0, 0)): "12 marca 2026",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func day(month time.Month) time.Time { return time.Date(2026, month, 12, 21, 4, 0, 0, time.Local) }

func TestDates(t *testing.T) {
	for got, want := range map[string]string{
		date(day(3), day(5)):                  "12 March",
		date(day(3), day(5).AddDate(1, 0, 0)): "12 March 2026",
		Clock(day(3)):                         "21:04",
		Clock(day(3).Add(-16 * time.Hour)):    "05:04",
		Date(time.Time{}):                     "",
		Clock(time.Time{}):                    "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if Date(time.Now()) == "" {
		t.Error("today is no day")
	}
}

func TestPseudo(t *testing.T) {
	defer Set(English)
	for _, name := range []string{Pseudo, PseudoRTL} {
		if Set(name) != name || Language() != name {
			t.Fatal(name)
		}
		for _, s := range []string{
			T("Send"), T("Hello %s", "Ana"), N("%d message", "%d messages", 1, 1), N("%d message", "%d messages", 2, 2),
			Mark("Send").Text(), Date(day(3)), Clock(day(3)),
		} {
			if !IsMarked(s) {
				t.Errorf("%q is not marked", s)
			}
		}
		if IsMarked("Send") || IsMarked("⟦Send") {
			t.Error("IsMarked is always true")
		}
	}
	if Direction() != RTL {
		t.Error("the right-to-left pseudo-language is not")
	}
	Set(Pseudo)
	if Direction() != LTR {
		t.Error("the pseudo-language is right to left")
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, English},
		{map[string]string{"LANG": "en_US.UTF-8"}, English},
		{map[string]string{"LANG": "tlh_QO.UTF-8"}, English},
		{map[string]string{"LANG": "C.UTF-8", "LANGUAGE": Pseudo}, English},
		{map[string]string{"LANG": "de_DE.UTF-8", "LANGUAGE": "xx:" + Pseudo + ":en"}, Pseudo},
		{map[string]string{"LC_ALL": "POSIX", "LANG": Pseudo}, English},
		{map[string]string{"LC_ALL": Pseudo, "LANG": "en"}, Pseudo},
		{map[string]string{"LC_MESSAGES": Pseudo, "LANG": "en"}, Pseudo},
		{map[string]string{"LANG": "../../etc/passwd"}, English},
	} {
		if got := Detect(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %q, want %q", c.env, got, c.want)
		}
	}
	for name, want := range map[string]string{"en-GB": "en", "EN_us.UTF-8": "en", "en_GB@euro": "en", "": "", "xx": "", "_": ""} {
		if got := find(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if Set("xx") != English {
		t.Error("a language without a catalogue is not English")
	}
}

func TestVerbs(t *testing.T) {
	for s, want := range map[string]string{
		"":                 "map[]",
		"100%%":            "map[]",
		"%s and %d":        "map[1:115 2:100]",
		"%[2]s and %[1]d":  "map[1:100 2:115]",
		"%02[1]d:%02[2]d":  "map[1:100 2:100]",
		"%[2]s %s":         "map[2:115 3:115]",
		"%-5.2f":           "map[1:102]",
		"%s is %[1]s":      "map[1:115]",
		"100% private":     "error",
		"%":                "error",
		"%*d":              "error",
		"%[x]d":            "error",
		"%[0]d":            "error",
		"%[1":              "error",
		"%w":               "error",
		"%[1]s and %[1]d":  "error",
		"%[99999999999]dx": "error",
	} {
		got, err := Verbs(s)
		text := fmt.Sprint(got)
		if err != nil {
			text = "error"
		}
		if text != want {
			t.Errorf("%q: %s, want %s", s, text, want)
		}
	}
}

// TestCataloguesFit holds every embedded catalogue to the verbs of its msgids.
func TestCataloguesFit(t *testing.T) {
	names := Languages()
	if len(names) == 0 || names[0] == "" {
		t.Fatal("no languages")
	}
	for _, name := range names {
		raw, err := catalogues.ReadFile("po/" + name + ".po")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range misfits(raw) {
			t.Errorf("%s: %s", name, p)
		}
	}
	bad := `msgid "%s wrote"
msgstr "%d"

msgid "%d day"
msgid_plural "%d days"
msgstr[0] "a day"
msgstr[1] "%s days"
`
	if got := misfits([]byte(bad)); len(got) != 2 {
		t.Errorf("this test finds %v", got)
	}
}

// misfits names the translations that do not fit their arguments.
func misfits(po []byte) []string {
	p := gotext.NewPo()
	p.Parse(po)
	var bad []string
	for id, tr := range p.GetDomain().GetTranslations() {
		if id == "" {
			continue
		}
		full := id
		if tr.PluralID != "" {
			full = tr.PluralID
		}
		want, err := Verbs(full)
		if err != nil {
			continue // shown as it is, without arguments
		}
		for n, text := range tr.Trs {
			if text == "" {
				continue
			}
			have, err := Verbs(text)
			fits := err == nil && (len(have) == len(want) || tr.PluralID != "")
			for i, verb := range have {
				fits = fits && want[i] == verb
			}
			if !fits {
				bad = append(bad, fmt.Sprintf("%q: form %d, %q, does not fit", id, n, text))
			}
		}
	}
	return bad
}

// TestConcurrent changes the language while others translate: run with -race.
func TestConcurrent(t *testing.T) {
	defer Set(English)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 200 {
				if i == 0 {
					Set(Pseudo)
					Set(English)
				}
				if s := N("%d message", "%d messages", i, i); !bytes.Contains([]byte(s), []byte("message")) {
					t.Error(s)
				}
				_, _, _ = T("Hello %s", "Ana"), Date(time.Now()), Direction()
			}
		})
	}
	wg.Wait()
}
