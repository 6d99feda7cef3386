package xmpp

import (
	"bytes"
	"fmt"
	"io"
)

// Limits of what the server may send. What is beyond the first three is left
// out and its stanza dropped, so that no contact can end the stream with it;
// what is beyond maxStanzaRaw ends the stream.
const (
	maxDepth     = 64       // open elements, the stream's own included
	maxStanza    = 1 << 20  // bytes of one stanza
	maxTag       = 16 << 10 // bytes of one tag
	maxStanzaRaw = 16 << 20 // bytes of one stanza that are skipped before giving up

	// maxRoster takes maxStanza's place for the roster that we have just asked for:
	// 20,000 contacts with a name and a group, at 400 bytes each.
	maxRoster = 8 << 20
)

// progressEvery is after how many bytes of a roster it counts as progress: a
// slow way is not a server that hangs.
const progressEvery = 128 << 10

// elided marks, inside a stanza, that something was left out of it.
const nsElided = "urn:hushwing:elided"

const elidedMark = "<elided xmlns='" + nsElided + "'/>"

// scanner sits between TLS and encoding/xml, which has no limits of its own:
// nested tags would eat memory a hundred times their size. It looks at bytes
// alone, passes on what is within the limits and leaves out whole elements that
// are not, with a mark. Comments, processing instructions, CDATA and document
// types are errors (RFC 6120, 11.1). White space between stanzas (keep-alive)
// is not passed on.
//
// It gives whole elements, so that whoever decides about one has all of it. The
// same scanner tells where the elements end that we write.
type scanner struct {
	r   io.Reader
	raw []byte // read, not yet looked at
	buf [4096]byte
	out []byte // looked at: what there is so far of the next whole thing
	err error

	ours bool // written by us: no limits but the depth
	// roster tells, by its tag, the stanza that may be as long as maxRoster; nil:
	// none may. progress is told that more of it came.
	roster   func(tag []byte) bool
	progress func()
	most     int  // bytes that this stanza may have
	header   bool // the stream's opening tag has been seen
	depth    int  // open elements
	passed   int  // open elements that were passed on
	size     int  // bytes of this stanza
	over     bool // this stanza is too long: nothing more of it is passed on
	cut      bool // something was left out of this stanza
	entity   bool // between & and ; of a text
	state    byte
	quote    byte
	prev     byte
	tag      []byte
	tagLong  bool
}

const (
	inText = iota
	inTag
	inQuote
)

func newScanner(r io.Reader) *scanner { return &scanner{r: r, most: maxStanza} }

// restart forgets the stream so far: the next bytes open a new one. It fails if
// the server has already sent more than it was asked for.
func (s *scanner) restart() error {
	if len(bytes.TrimSpace(s.raw)) > 0 || s.state != inText {
		return fmt.Errorf("%w: bytes before the stream's new start", ErrProtocol)
	}
	*s = scanner{r: s.r, err: s.err, roster: s.roster, progress: s.progress, most: maxStanza}
	return nil
}

// ahead reports whether more came than was asked for.
func (s *scanner) ahead() bool { return len(s.raw) > 0 }

// next gives the next whole thing at the stream's top, as far as it is within
// the limits: an xml declaration, the opening tag, an element, or the closing
// tag; and whether something was left out of it. With an error comes what there
// was so far. The bytes are good until the next call.
func (s *scanner) next() (b []byte, cut bool, err error) {
	if cap(s.out) > 64<<10 {
		s.out = nil
	}
	s.out = s.out[:0]
	for {
		if len(s.raw) == 0 {
			if s.err != nil {
				return s.out, s.cut, s.err
			}
			n, err := s.r.Read(s.buf[:])
			s.raw, s.err = s.buf[:n], err
			continue
		}
		c := s.raw[0]
		s.raw = s.raw[1:]
		if err := s.take(c); err != nil {
			s.err, s.raw = err, nil
			return s.out, s.cut, err
		}
		if s.whole() {
			return s.out, s.cut, nil
		}
	}
}

// whole reports whether out is a whole thing.
func (s *scanner) whole() bool { return s.state == inText && s.depth <= 1 && len(s.out) > 0 }

func (s *scanner) take(c byte) error {
	if s.depth > 1 || s.state != inText {
		if s.size++; s.ours {
			s.size = 0
		}
		if s.most > maxStanza && s.size%progressEvery == 0 {
			s.progress()
		}
		if s.size > maxStanzaRaw {
			return fmt.Errorf("%w: a stanza over %d bytes", ErrLimit, maxStanzaRaw)
		}
		// Text is not cut inside a character or an entity: encoding/xml would
		// take the rest for a syntax error, which ends the stream.
		if s.size > s.most && s.depth > 1 && !s.over && (s.state != inText || c < 0x80 && !s.entity) {
			s.over, s.cut = true, true
		}
	}
	switch s.state {
	case inText:
		return s.text(c)
	case inQuote:
		if c == s.quote {
			s.state = inTag
		}
	case inTag:
		if len(s.tag) == 1 && (c == '!' || c == '?' && (s.header || s.depth > 0)) {
			return fmt.Errorf("%w: <%c", ErrLimit, c)
		}
		switch {
		case c == '>':
			s.keep(c)
			s.state = inText
			return s.closeTag()
		case c == '<':
			return fmt.Errorf("%w: < in a tag", ErrProtocol)
		case c == '"' || c == '\'':
			s.state, s.quote = inQuote, c
		}
	}
	s.keep(c)
	s.prev = c
	return nil
}

// keep adds c to the tag, unless that is already too long.
func (s *scanner) keep(c byte) {
	if len(s.tag) < maxTag || s.ours {
		s.tag = append(s.tag, c)
	} else {
		s.tagLong = true
	}
}

func (s *scanner) text(c byte) error {
	switch {
	case c == '<':
		if s.depth <= 1 {
			s.size, s.over, s.cut, s.most = 1, false, false, maxStanza
		}
		s.state, s.prev, s.tagLong, s.entity = inTag, 0, false, false
		s.tag = append(s.tag[:0], c)
	case s.depth > 1:
		if c == '&' || c == ';' {
			s.entity = c == '&'
		}
		if s.depth == s.passed && !s.over {
			s.out = append(s.out, c)
		}
	case c != ' ' && c != '\n' && c != '\r' && c != '\t':
		return fmt.Errorf("%w: text between stanzas", ErrProtocol)
	}
	return nil
}

// closeTag looks at a whole tag.
func (s *scanner) closeTag() error {
	switch {
	case s.tag[1] == '?':
		if s.tagLong {
			return fmt.Errorf("%w: xml declaration", ErrLimit)
		}
		s.out = append(s.out, s.tag...)
		return nil
	case s.tag[1] == '/':
		return s.end()
	case s.depth == 0 && s.header:
		return fmt.Errorf("%w: a second root element", ErrProtocol)
	}
	return s.start(s.prev == '/')
}

func (s *scanner) start(empty bool) error {
	if s.depth == 0 {
		if s.tagLong {
			return fmt.Errorf("%w: stream header over %d bytes", ErrLimit, maxTag)
		}
		s.header = true
	}
	if s.depth == 1 && s.roster != nil && s.roster(s.tag) {
		s.most = maxRoster
	}
	pass := s.depth == s.passed && !s.over && !s.tagLong && s.depth < maxDepth
	switch {
	case pass && empty:
		s.out = append(s.out, s.tag...)
	case pass:
		s.out = append(s.out, s.tag...)
		s.passed++
	default:
		s.cut = true
		if s.depth == 1 { // a stanza whose own tag is too long still counts as one
			name := s.tag[1:]
			if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
				name = name[:i]
			} else {
				return fmt.Errorf("%w: name over %d bytes", ErrLimit, maxTag)
			}
			s.out = fmt.Appendf(s.out, "<%s>%s</%s>", name, elidedMark, name)
		}
	}
	if !empty {
		s.depth++
	}
	return nil
}

func (s *scanner) end() error {
	if s.depth == 0 {
		return fmt.Errorf("%w: an end without a start", ErrProtocol)
	}
	if s.depth == s.passed {
		if s.tagLong {
			return fmt.Errorf("%w: end tag over %d bytes", ErrLimit, maxTag)
		}
		if s.depth == 2 && s.cut {
			s.out = append(s.out, elidedMark...)
		}
		s.out = append(s.out, s.tag...)
		s.passed--
	}
	s.depth--
	return nil
}
