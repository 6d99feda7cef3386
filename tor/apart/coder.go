package apart

import (
	"encoding/binary"

	"hushwing/tor"
)

// Bounds of a message, in bytes and entries.
const (
	maxMessage = 160 << 10 // fifty bridges fit (tor.ParseBridges)
	maxText    = 8 << 10
	maxTexts   = 64
)

// coder writes or reads a message. The same calls do both, so that the two
// cannot differ. What is read is bounded, and has one form only.
type coder struct {
	reading bool
	b       []byte // written so far, or left to read
	bad     bool
}

// next takes n bytes to read. After a failure all are zero.
func (c *coder) next(n int) []byte {
	if c.bad || n > len(c.b) {
		c.bad = true
		return make([]byte, min(n, 8))
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *coder) byte(v *byte) {
	if c.reading {
		*v = c.next(1)[0]
		return
	}
	c.b = append(c.b, *v)
}

func (c *coder) flag(v *bool) {
	var b byte
	if *v {
		b = 1
	}
	c.byte(&b)
	if b > 1 {
		c.bad = true
	}
	*v = b == 1
}

func (c *coder) uint32(v *uint32) {
	if c.reading {
		*v = binary.BigEndian.Uint32(c.next(4))
		return
	}
	c.b = binary.BigEndian.AppendUint32(c.b, *v)
}

// number is for every kind of whole number.
func number[T ~int | ~int64](c *coder, v *T) {
	if c.reading {
		*v = T(binary.BigEndian.Uint64(c.next(8)))
		return
	}
	c.b = binary.BigEndian.AppendUint64(c.b, uint64(*v))
}

// text cuts what is too long to write, and refuses to read it.
func (c *coder) text(v *string) {
	if !c.reading {
		s := (*v)[:min(len(*v), maxText)]
		c.b = append(binary.BigEndian.AppendUint32(c.b, uint32(len(s))), s...)
		return
	}
	var n uint32
	if c.uint32(&n); n > maxText {
		c.bad = true
	}
	if !c.bad {
		*v = string(c.next(int(n)))
	}
}

func (c *coder) texts(v *[]string) {
	n := uint32(len(*v))
	if c.uint32(&n); n > maxTexts {
		c.bad = true
		return
	}
	if c.reading && n > 0 {
		*v = make([]string, n)
	}
	for i := range *v {
		c.text(&(*v)[i])
	}
}

func (c *coder) endpoint(e *tor.Endpoint) {
	c.text(&e.Network)
	c.text(&e.Address)
	c.text(&e.From)
}

func (c *coder) progress(p *tor.Progress) {
	number(c, &p.Percent)
	c.text(&p.Tag)
	c.text(&p.Summary)
	number(c, &p.Trouble)
	number(c, &p.Skew)
}

func (c *coder) status(s *tor.Status) {
	c.flag(&s.Controlled)
	c.text(&s.Version)
	c.progress(&s.Progress)
	number(c, &s.Trouble)
	number(c, &s.Skew)
	c.text(&s.Warning)
}
