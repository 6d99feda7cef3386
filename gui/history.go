package gui

import "unicode/utf8"

// history is what stood in an entry before, to undo and to redo: a step is what
// was typed in one go, up to the next word, or what was pasted or deleted. It
// holds at most so many bytes, in memory alone.
type history struct {
	past, future []string
	now          string
	typing       bool // the last step can still grow
}

const (
	historySteps = 200
	historyBytes = 1 << 20
)

// note takes what stands in the entry now. fresh: somebody else wrote it there,
// and what was before belongs to another text.
func (h *history) note(text string, fresh bool) {
	if text == h.now {
		return
	}
	if fresh {
		*h = history{now: text}
		return
	}
	if grows := typed(h.now, text); !grows || !h.typing {
		h.past = append(h.past, h.now)
		h.shorten()
		h.typing = grows
	} else if last, _ := utf8.DecodeLastRuneInString(text); last == ' ' || last == '\n' {
		h.typing = false
	}
	h.now, h.future = text, nil
}

// typed reports that one letter was added at the end.
func typed(before, after string) bool {
	if len(after) <= len(before) || after[:len(before)] != before {
		return false
	}
	_, n := utf8.DecodeRuneInString(after[len(before):])
	return len(before)+n == len(after)
}

func (h *history) shorten() {
	bytes := 0
	for i := len(h.past) - 1; i >= 0; i-- {
		if bytes += len(h.past[i]); bytes > historyBytes || len(h.past)-i > historySteps {
			h.past = append(h.past[:0], h.past[i+1:]...)
			return
		}
	}
}

// back returns what stood there before; ok is false when nothing is known.
func (h *history) back() (text string, ok bool) { return h.move(&h.past, &h.future) }

// forth takes a back back.
func (h *history) forth() (text string, ok bool) { return h.move(&h.future, &h.past) }

func (h *history) move(from, to *[]string) (string, bool) {
	last := len(*from) - 1
	if last < 0 {
		return "", false
	}
	text := (*from)[last]
	*from = (*from)[:last]
	*to = append(*to, h.now)
	h.now, h.typing = text, false
	return text, true
}

// back undoes the last change of the text, where the keyboard is in it.
func (c *composer) back() bool { return c.turn(c.undo.back) }

// forth takes that back.
func (c *composer) forth() bool { return c.turn(c.undo.forth) }

func (c *composer) turn(get func() (string, bool)) bool {
	if !c.view.IsFocus() {
		return false
	}
	text, ok := get()
	if ok {
		c.turning = true
		c.buffer.SetText(text)
		c.turning = false
		c.w.m.SetDraft(text)
		c.w.flush()
	}
	return ok
}
