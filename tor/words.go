package tor

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
)

// Bounds of what is kept of the child's words.
const (
	maxLine     = 1 << 10 // bytes of a line
	maxLast     = 300     // bytes of a text that is kept
	maxWarnings = 3
)

// words understands what the child writes. It is an io.Writer.
type words struct {
	mu   sync.Mutex
	line []byte // begun, not ended
	skip bool   // the rest of an overlong line
	now  wordsRead
	hide *strings.Replacer // takes out what is nobody's business; may be nil

	warnings []string // the last few
}

// wordsRead is what is known from the words so far.
type wordsRead struct {
	progress Progress
	listener string        // where it opened its SOCKS port
	control  string        // and its control port
	warning  string        // the last ones, joined
	last     string        // the last of any kind
	changed  chan struct{} // closed when there is more
}

func newWords() *words { return &words{now: wordsRead{changed: make(chan struct{})}} }

func (w *words) read() wordsRead {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(p)
	for len(p) > 0 {
		part, rest, ended := bytes.Cut(p, []byte{'\n'})
		if !w.skip {
			room := maxLine - len(w.line)
			if len(part) > room {
				part, w.skip = part[:room], true
			}
			w.line = append(w.line, part...)
		}
		if !ended {
			break
		}
		w.take(string(bytes.TrimSpace(w.line)))
		w.line, w.skip, p = w.line[:0], false, rest
	}
	return n, nil
}

// take understands one line.
func (w *words) take(line string) {
	level, text := parseLine(line)
	if text == "" {
		return
	}
	if w.hide != nil {
		text = w.hide.Replace(text)
	}
	w.now.last = clip(text)
	if (level == "warn" || level == "err") && tells(text) {
		w.warnings = append(w.warnings, clip(text))
		w.warnings = w.warnings[max(0, len(w.warnings)-maxWarnings):]
		w.now.warning = strings.Join(w.warnings, " ")
	}
	if p, ok := parseProgress(text); ok {
		w.now.progress = p
	}
	if l, ok := parseListener("Socks", text); ok {
		w.now.listener = l
	}
	if l, ok := parseListener("Control", text); ok {
		w.now.control = l
	}
	close(w.now.changed)
	w.now.changed = make(chan struct{})
}

// idle are warnings that say nothing of why Tor does not come up.
var idle = []string{"You are running Tor as root", "Reading config failed--see", "set_options(): Bug:", "Only one bridge"}

func tells(warning string) bool {
	for _, s := range idle {
		if strings.HasPrefix(warning, s) {
			return false
		}
	}
	return true
}

// clip makes a text from outside fit for an error: one line of printable
// characters, bounded.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, s)
	if len(s) > maxLast {
		s = strings.ToValidUTF8(s[:maxLast], "") + "…"
	}
	return s
}

// parseLine takes a line of Tor's log apart:
//
//	Nov 21 21:13:22.875 [notice] Bootstrapped 0% (starting): Starting
//
// What does not look like that is a text without a level: the words of a
// program that is no Tor, or of one that did not get that far.
func parseLine(line string) (level, text string) {
	before, after, ok := strings.Cut(line, " [")
	if !ok || len(before) > len("Nov 21 21:13:22.875") {
		return "", line
	}
	level, text, ok = strings.Cut(after, "] ")
	switch {
	case !ok:
		return "", line
	case level == "debug", level == "info", level == "notice", level == "warn", level == "err":
		return level, strings.TrimSpace(text)
	}
	return "", line
}

// parseProgress understands "Bootstrapped 10% (conn_done): Connected to a
// relay" and the older form without the tag.
func parseProgress(text string) (Progress, bool) {
	rest, ok := strings.CutPrefix(text, "Bootstrapped ")
	if !ok {
		return Progress{}, false
	}
	number, rest, ok := strings.Cut(rest, "%")
	percent, err := strconv.ParseUint(number, 10, 8)
	if !ok || err != nil || percent > 100 {
		return Progress{}, false
	}
	p := Progress{Percent: int(percent)}
	if tag, after, ok := strings.Cut(strings.TrimPrefix(rest, " ("), ")"); ok && strings.HasPrefix(rest, " (") {
		p.Tag, rest = clip(tag), after
	}
	summary, ok := strings.CutPrefix(rest, ": ")
	if !ok {
		return Progress{}, false
	}
	p.Summary = clip(summary)
	return p, true
}

// parseListener understands "Opened Socks listener connection (ready) on
// 127.0.0.1:40503" (a path, for a Unix socket).
func parseListener(kind, text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, "Opened "+kind+" listener")
	if !ok {
		return "", false
	}
	_, at, ok := strings.Cut(rest, " on ")
	return at, ok && at != ""
}
