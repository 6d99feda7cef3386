package i18n

import (
	"embed"
	"fmt"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/leonelquinteros/gotext"
)

//go:embed po/*.po
var catalogues embed.FS

// LTR and RTL are the directions of writing.
const (
	LTR TextDirection = iota
	RTL
)

// TextDirection is the way a language is written.
type TextDirection int

// rightToLeft holds the languages written so, by their primary subtag.
var rightToLeft = []string{"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}

// language is one loaded catalogue. It does not change after load.
type language struct {
	name      string
	direction TextDirection
	pseudo    bool
	// Of English, and of a pseudo-language, there is nothing.
	sentences map[string]translation
	plurals   *gotext.Po // knows which form a number has, see rule
}

// translation is what a sentence is in a language: its forms, of which a number
// chooses one. gotext has an object and a map for each, and keeps the text that it
// was read from: 2.2 MB more in a window that is idle.
type translation []string

// Direction returns the direction of the language in use.
func Direction() TextDirection { return current.Load().direction }

// Languages returns the languages that have a catalogue, sorted, without the
// pseudo-languages.
func Languages() []string {
	entries, err := catalogues.ReadDir("po")
	if err != nil {
		return []string{English} // cannot be: the folder is embedded
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".po"))
	}
	slices.Sort(names)
	return names
}

// ownNames are the languages' names in themselves, as their readers look for them.
var ownNames = map[string]string{
	"ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fa": "فارسی", "fr": "Français",
	"pt": "Português", "pt_BR": "Português (Brasil)", "ru": "Русский", "zh": "中文", "zh_CN": "简体中文",
}

// OwnName returns the name of a language in that language; for one that it
// does not know, the name as it is.
func OwnName(language string) string {
	if own, ok := ownNames[language]; ok {
		return own
	}
	return language
}

// Detect returns the language that the environment asks for, in gettext's
// order: LANGUAGE (a list, ignored when the locale is "C"), LC_ALL,
// LC_MESSAGES, LANG. It returns English when none of them has a catalogue.
// It does not Set it.
func Detect(getenv func(string) string) string {
	var locale string
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale = getenv(name); locale != "" {
			break
		}
	}
	if base, _, _ := strings.Cut(locale, "."); base == "C" || base == "POSIX" {
		return English
	}
	for _, name := range append(strings.Split(getenv("LANGUAGE"), ":"), locale) {
		if got := find(name); got != "" {
			return got
		}
	}
	return English
}

// match is find with English as the last resort.
func match(name string) string {
	if got := find(name); got != "" {
		return got
	}
	return English
}

// find returns the catalogue for a name such as "de_AT.UTF-8@euro", its exact
// form before its base language, or "".
func find(name string) string {
	if name == Pseudo || name == PseudoRTL {
		return name
	}
	name, _, _ = strings.Cut(name, ".")
	name, _, _ = strings.Cut(name, "@")
	name = strings.ReplaceAll(name, "-", "_")
	have := Languages()
	for name != "" {
		for _, l := range have {
			if strings.EqualFold(l, name) {
				return l
			}
		}
		cut := strings.LastIndex(name, "_")
		if cut < 0 {
			return ""
		}
		name = name[:cut]
	}
	return ""
}

// load reads a catalogue. A name without one is English.
func load(name string) *language {
	l := &language{name: name}
	base, _, _ := strings.Cut(strings.ReplaceAll(name, "-", "_"), "_")
	if slices.Contains(rightToLeft, base) {
		l.direction = RTL
	}
	switch name {
	case English:
	case Pseudo, PseudoRTL:
		l.pseudo = true
	default:
		raw, err := catalogues.ReadFile(path.Join("po", name+".po"))
		if err != nil {
			return &language{name: English}
		}
		l.fill(raw)
	}
	return l
}

// fill takes the sentences of a catalogue.
func (l *language) fill(raw []byte) {
	po := gotext.NewPo()
	po.Parse(raw)
	all := po.GetDomain().GetTranslations()
	l.sentences = make(map[string]translation, len(all))
	forms := 1
	for id, tr := range all {
		t := make(translation, len(tr.Trs))
		for i, form := range tr.Trs {
			if i < len(t) {
				t[i] = strings.Clone(form) // and not a piece of all that was read
			}
		}
		forms = max(forms, len(t))
		l.sentences[strings.Clone(id)] = t
	}
	l.plurals = rule(po.GetDomain().Headers.Get("Plural-Forms"), forms)
	// Reading took several times as much as is kept. Beside what goes on: it takes 5 ms.
	go debug.FreeOSMemory()
}

// rule is a catalogue whose only sentence says in each form which one it is.
func rule(header string, forms int) *gotext.Po {
	var b strings.Builder
	fmt.Fprintf(&b, "msgid \"\"\nmsgstr \"Plural-Forms: %s\\n\"\n\nmsgid \"1\"\nmsgid_plural \"n\"\n", header)
	for i := range forms {
		fmt.Fprintf(&b, "msgstr[%d] \"%d\"\n", i, i)
	}
	po := gotext.NewPo()
	po.Parse([]byte(b.String()))
	return po
}

// get returns the sentence, unfilled. It never returns "" for a sentence.
func (l *language) get(id string) string {
	if l.pseudo {
		return mark(id)
	}
	if t := l.sentences[id]; len(t) > 0 && t[0] != "" {
		return t[0]
	}
	return id
}

// getN returns the form for n, unfilled.
func (l *language) getN(one, many string, n int) string {
	id := many
	if n == 1 {
		id = one
	}
	if l.pseudo {
		return mark(id)
	}
	t := l.sentences[one]
	if len(t) == 0 {
		return id
	}
	form, err := strconv.Atoi(l.plurals.GetN("1", "n", n))
	if err != nil || form >= len(t) || t[form] == "" {
		return id
	}
	return t[form]
}

// mark is what a pseudo-language makes of a sentence: verbs stay as they are.
func mark(id string) string { return "⟦" + id + "⟧" }

// IsMarked reports whether the whole of s went through this package while a
// pseudo-language was in use.
func IsMarked(s string) bool {
	return strings.HasPrefix(s, "⟦") && strings.HasSuffix(s, "⟧")
}

// fill puts args in place of the verbs. Arguments that the sentence does not
// use are dropped: a singular may leave the number out.
func fill(s string, args []any) string {
	if len(args) == 0 {
		return s
	}
	if n := lastArgument(s); n < len(args) {
		args = args[:n]
		if n == 0 {
			return strings.ReplaceAll(s, "%%", "%")
		}
	}
	return fmt.Sprintf(s, args...)
}

// lastArgument returns how many arguments the verbs of s reach.
func lastArgument(s string) int {
	verbs, err := Verbs(s)
	if err != nil {
		return len(s) // leave it to fmt, which shows what is wrong
	}
	last := 0
	for n := range verbs {
		last = max(last, n)
	}
	return last
}
