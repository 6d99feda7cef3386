package gui

import (
	"strings"
	"unicode/utf8"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// A text is laid out as a whole, and that takes time in proportion to it: 40 kB
// at once would hold the window up. So a long one is several labels, and those
// after the first are made one at a time.

// chunkBytes is about how much text one label has.
const chunkBytes = 2000

// chunk is a part of a text: what a label shows.
type chunk struct {
	from, to int // bytes of the row's text
	skip     int // bytes after it that stand for the end of the line
}

// chunksOf cuts a text where its lines end, or else between words.
func chunksOf(text string) (out []chunk) {
	from := 0
	for len(text)-from > chunkBytes+chunkBytes/2 {
		part := text[from : from+chunkBytes]
		switch at := strings.LastIndexByte(part, '\n'); {
		case at > chunkBytes/4:
			out = append(out, chunk{from, from + at, 1})
			from += at + 1
			continue
		}
		at := strings.LastIndexAny(part, " \t") + 1
		if at <= chunkBytes/4 {
			for at = chunkBytes; !utf8.RuneStart(text[from+at]); at-- {
			}
		}
		out = append(out, chunk{from, from + at, 0})
		from += at
	}
	return append(out, chunk{from, len(text), 0})
}

// labels are those that show the text.
func (r *messageRow) labels() []*gtk.Label {
	return append([]*gtk.Label{r.text}, r.rest...)
}

// setText shows the text, its first part at once.
func (r *messageRow) setText(v model.Row) {
	defer func() { r.lined = len(v.Links) > 0 }()
	r.chunks = chunksOf(v.Text)
	if len(r.chunks) == 1 {
		r.dropRest()
		r.setChunk(r.text, 0)
		return
	}
	r.setChunk(r.text, 0)
	if n := len(r.chunks) - 1; len(r.rest) > n {
		for _, l := range r.rest[n:] {
			remove(l)
		}
		r.rest = r.rest[:n]
	}
	for i, l := range r.rest {
		r.setChunk(l, i+1)
	}
	if len(r.rest) < len(r.chunks)-1 {
		text := v.Text
		whenIdle(glib.PRIORITY_DEFAULT_IDLE+10, func() bool { return r.next(text) })
	}
}

func (r *messageRow) dropRest() {
	if r.parts[partRest] != nil {
		remove(r.parts[partRest])
		r.parts[partRest], r.rest = nil, nil
	}
}

// next makes the next label, and says whether there are more.
func (r *messageRow) next(text string) bool {
	i := len(r.rest) + 1
	if r.gone || text != r.now.Text || i >= len(r.chunks) {
		return false
	}
	if r.parts[partRest] == nil {
		r.put(partRest, vbox(0))
	}
	l := newLabel()
	r.readable(l)
	r.setChunk(l, i)
	r.parts[partRest].(*gtk.Box).PackStart(l, false, false, 0)
	r.rest = append(r.rest, l)
	return i+1 < len(r.chunks)
}

// leastChars is how narrow a text may become, in characters. GTK lays a text out
// once at its least width, and would do so with a line for each letter.
func leastChars(text string) int {
	if utf8.RuneCountInString(text) > 32 {
		return 16
	}
	return 5 // the time under it is as wide
}

// setChunk shows a part of the text in a label.
func (r *messageRow) setChunk(l *gtk.Label, i int) {
	c := r.chunks[i]
	text := r.now.Text[c.from:c.to]
	l.SetWidthChars(leastChars(text))
	say(l, text)
	switch r.now.Direction {
	case model.LeftToRight:
		setDirection(l, false)
	case model.RightToLeft:
		setDirection(l, true)
	default:
		setDirection(l, isRTL(r.row))
	}
	var spans []model.Span
	for _, s := range r.now.Links {
		if s.From < c.to && s.To > c.from {
			spans = append(spans, model.Span{From: max(s.From, c.from) - c.from, To: min(s.To, c.to) - c.from})
		}
	}
	if len(spans) > 0 || r.lined {
		underline(l, spans)
	}
}

// onLink reports whether a byte of a label's text is one of a link.
func (r *messageRow) onLink(l *gtk.Label, at int) bool {
	for i, x := range r.labels() {
		if x.Native() != l.Native() || at < 0 || i >= len(r.chunks) {
			continue
		}
		at += r.chunks[i].from
		for _, s := range r.now.Links {
			if at >= s.From && at < s.To {
				return true
			}
		}
	}
	return false
}

// marked returns what is marked in the text with the mouse.
func (r *messageRow) marked() string {
	for _, l := range r.labels() {
		text, _ := l.GetText()
		runes := []rune(text)
		if from, to, some := l.GetSelectionBounds(); some && from >= 0 && to <= len(runes) {
			return string(runes[from:to])
		}
	}
	return ""
}
