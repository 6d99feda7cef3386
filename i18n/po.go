package i18n

import (
	"iter"
	"strings"
)

// entry is a sentence of a catalogue with its translation.
type entry struct {
	id, plural string   // English; plural is empty where a number chooses nothing
	forms      []string // the translation's; good until the next entry
}

// entries reads a catalogue (gettext's manual, "The Format of PO Files"). The
// first entry is the header, whose id is empty. Guesses ("fuzzy") and sentences
// with a context are passed over. Wherever nothing is escaped the strings are
// parts of text: a catalogue is read at each start and all of it is kept, so it
// should take no more memory than it has text.
func entries(text string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		var e entry
		var skip bool
		var forms [8]string
		var nothing string
		field := &nothing // what a line that is only a string goes on with
		// done says whether to go on with another entry.
		done := func() bool {
			more := len(e.forms) == 0 || skip || yield(e)
			e, skip, forms = entry{}, false, [8]string{}
			return more
		}
		for line := range strings.SplitSeq(text, "\n") {
			word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch {
			case strings.HasPrefix(word, `"`):
				*field += unquote(strings.TrimSpace(line))
				continue
			case strings.HasPrefix(word, "#"), word == "msgctxt", word == "msgid":
				if len(e.forms) > 0 && !done() {
					return
				}
				skip = skip || word == "msgctxt" || word == "#," && strings.Contains(rest, "fuzzy")
				field = &nothing
				if word == "msgid" {
					field = &e.id
				}
			case word == "msgid_plural":
				field = &e.plural
			case strings.HasPrefix(word, "msgstr"):
				if len(e.forms) == len(forms) {
					continue // no language has as many
				}
				// The forms are written in their order.
				e.forms = forms[:len(e.forms)+1]
				field = &e.forms[len(e.forms)-1]
			default:
				continue
			}
			*field = unquote(strings.TrimSpace(rest))
		}
		done()
	}
}

var escapes = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\t`, "\t", `\r`, "\r")

// unquote returns what a string in quotes says; of none, "".
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return ""
	}
	s = s[1 : len(s)-1]
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes.Replace(s)
}
