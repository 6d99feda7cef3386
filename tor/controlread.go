package tor

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of what is read from a control port. Tor's own answers to what we ask
// are far below them.
const (
	maxControlLine  = 8 << 10 // bytes
	maxControlLines = 200     // of one reply, with those of its data
)

var errControl = errors.New("no reply that tor's control port would give")

// reply is a reply or an event (control-spec, 2.3): its lines without their
// codes. Data that follows a line ("+") is left out: nothing that we ask for
// has any.
type reply struct {
	code  int // of the last line
	lines []string
}

// event reports whether nobody asked.
func (r reply) event() bool { return r.code == 650 }

// ok reports whether a command was obeyed.
func (r reply) ok() bool { return r.code >= 200 && r.code < 300 }

// readReply reads one reply, and no more than its bounds allow.
func readReply(r *bufio.Reader) (reply, error) {
	var out reply
	data := false
	for range maxControlLines {
		line, err := readControlLine(r)
		if err != nil {
			return reply{}, err
		}
		if data {
			data = line != "."
			continue
		}
		if len(line) < 4 {
			return reply{}, errControl
		}
		code := 0
		for _, d := range []byte(line[:3]) {
			if d < '0' || d > '9' {
				return reply{}, errControl
			}
			code = 10*code + int(d-'0')
		}
		if out.lines != nil && code != out.code {
			return reply{}, errControl // the codes of one reply agree (2.3)
		}
		out.code, out.lines = code, append(out.lines, line[4:])
		switch line[3] {
		case ' ':
			return out, nil
		case '-':
		case '+':
			data = true
		default:
			return reply{}, errControl
		}
	}
	return reply{}, errControl
}

func readControlLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("%w: a line without an end", errControl)
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// keyValues reads the arguments of a line: words, and KEY=VALUE with a value
// that may be quoted (control-spec, 2.1.1 and 2.2). What has no "=" is a key
// without a value. It stops at what it does not understand.
func keyValues(s string) map[string]string {
	out := map[string]string{}
	for {
		s = strings.TrimLeft(s, " ")
		if s == "" {
			return out
		}
		end := strings.IndexAny(s, " =")
		if end < 0 {
			out[s] = ""
			return out
		}
		key := s[:end]
		if s[end] == ' ' {
			out[key], s = "", s[end:]
			continue
		}
		value, rest, ok := controlValue(s[end+1:])
		if !ok {
			return out
		}
		out[key], s = value, rest
	}
}

// controlValue reads a value, quoted or up to the next space.
func controlValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, " ")
		return value, rest, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			n := 1
			i++
			if i == len(s) {
				return "", "", false
			}
			switch c := s[i]; c {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
				b.WriteByte('\r')
			case '0', '1', '2', '3', '4', '5', '6', '7': // up to three octal digits
				v := int(c - '0')
				for n < 3 && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7' {
					i++
					n++
					v = 8*v + int(s[i]-'0')
				}
				b.WriteByte(byte(v))
			default:
				b.WriteByte(c)
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// controlQuote makes a QuotedString of s; ok is false if s has what none can
// hold.
func controlQuote(s string) (quoted string, ok bool) {
	for _, c := range []byte(s) {
		if c < ' ' || c == 0x7f {
			return "", false
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, true
}
