package sentences

import (
	"bytes"
	"fmt"
	"strings"

	"hushwing/i18n"
)

// Template writes the sentences as a .pot file. It has no date and no line
// numbers, so it changes only when a sentence does.
func Template(all []Sentence) []byte {
	var b bytes.Buffer
	b.WriteString(`# Sentences of Hushwing. Made by "go run ./i18n/extract"; do not edit.
#
msgid ""
msgstr ""
"Project-Id-Version: hushwing\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\n"
`)
	for _, s := range all {
		b.WriteString("\n")
		for _, h := range s.Hints {
			fmt.Fprintf(&b, "#. %s\n", strings.Join(strings.Fields(h), " "))
		}
		for _, r := range s.Refs {
			fmt.Fprintf(&b, "#: %s\n", r)
		}
		if verbs, err := i18n.Verbs(s.ID + s.Plural); err == nil && len(verbs) > 0 {
			b.WriteString("#, c-format\n")
		}
		if s.Context != "" {
			fmt.Fprintf(&b, "msgctxt %s\n", quote(s.Context))
		}
		fmt.Fprintf(&b, "msgid %s\n", quote(s.ID))
		if s.Plural == "" {
			b.WriteString("msgstr \"\"\n")
			continue
		}
		fmt.Fprintf(&b, "msgid_plural %s\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n", quote(s.Plural))
	}
	return b.Bytes()
}

var escapes = strings.NewReplacer("\\", "\\\\", "\"", "\\\"", "\n", "\\n", "\t", "\\t", "\r", "\\r")

// quote writes a string as gettext does; one of several lines begins on a line
// of its own.
func quote(s string) string {
	lines := strings.SplitAfter(s, "\n")
	if len(lines) > 1 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 1 {
		return `"` + escapes.Replace(s) + `"`
	}
	var b strings.Builder
	b.WriteString(`""`)
	for _, l := range lines {
		b.WriteString("\n\"" + escapes.Replace(l) + `"`)
	}
	return b.String()
}
