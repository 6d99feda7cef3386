package i18n

import (
	"fmt"
	"strings"
)

// Verbs returns the fmt verbs of a sentence by the number of the argument that
// they show, from 1. Two sentences fit the same arguments when their Verbs are
// equal, in whatever order they come. Only what translators can be asked to
// copy is allowed: %s, %d, %v, %q, %t, %x, %f with an optional argument number
// and a plain width or precision; no "*".
func Verbs(s string) (map[int]byte, error) {
	verbs := map[int]byte{}
	next := 1
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		i++
		if i < len(s) && s[i] == '%' {
			continue
		}
		start := i
		for i < len(s) && strings.IndexByte("+- #0123456789.", s[i]) >= 0 {
			i++
		}
		if i < len(s) && s[i] == '[' {
			end := strings.IndexByte(s[i:], ']')
			n := 0
			if end < 0 {
				return nil, fmt.Errorf("%q: an argument number without its end", s)
			}
			if _, err := fmt.Sscanf(s[i+1:i+end], "%d", &n); err != nil || n < 1 || n > 20 {
				return nil, fmt.Errorf("%q: a bad argument number", s)
			}
			next = n
			i += end + 1
		}
		if i >= len(s) || strings.IndexByte("sdvqtxf", s[i]) < 0 {
			return nil, fmt.Errorf("%q: a verb that is not allowed after %q", s, "%"+s[start:min(i, len(s))])
		}
		if was, ok := verbs[next]; ok && was != s[i] {
			return nil, fmt.Errorf("%q: argument %d is shown in two ways", s, next)
		}
		verbs[next] = s[i]
		next++
	}
	return verbs, nil
}
