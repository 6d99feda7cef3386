package lab

import (
	"strings"
	"sync"
)

// lastWords keeps the end of what a program writes, for error messages. It is
// safe for concurrent use.
type lastWords struct {
	mu  sync.Mutex
	buf []byte
}

const lastWordsMax = 4 << 10

func (w *lastWords) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = append(w.buf, p...)
	if n := len(w.buf); n > lastWordsMax {
		w.buf = append(w.buf[:0], w.buf[n-lastWordsMax:]...)
	}
	return len(p), nil
}

func (w *lastWords) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimSpace(string(w.buf))
}
