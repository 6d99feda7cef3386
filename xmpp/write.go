package xmpp

import (
	"bytes"
	"encoding/xml"
)

// element is something to be written: a plain tree, so that what goes out is
// exactly what is in it. A name is a constant of this package, never taken from
// outside; values and texts are escaped.
type element struct {
	name string
	attr []string // name, value, name, value; a value of "" is left out
	text string
	kids []element
}

func el(name string, attr ...string) element { return element{name: name, attr: attr} }

// with returns e with kids added.
func (e element) with(kids ...element) element {
	e.kids = append(e.kids[:len(e.kids):len(e.kids)], kids...)
	return e
}

// says returns e with text in it.
func (e element) says(text string) element {
	e.text = text
	return e
}

func (e element) append(b *bytes.Buffer) {
	b.WriteByte('<')
	b.WriteString(e.name)
	for i := 0; i+1 < len(e.attr); i += 2 {
		if e.attr[i+1] == "" {
			continue
		}
		b.WriteByte(' ')
		b.WriteString(e.attr[i])
		b.WriteString(`="`)
		_ = xml.EscapeText(b, []byte(e.attr[i+1])) // a Buffer does not fail
		b.WriteByte('"')
	}
	if e.text == "" && len(e.kids) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	_ = xml.EscapeText(b, []byte(e.text))
	for _, k := range e.kids {
		k.append(b)
	}
	b.WriteString("</")
	b.WriteString(e.name)
	b.WriteByte('>')
}

func (e element) bytes() []byte {
	var b bytes.Buffer
	e.append(&b)
	return b.Bytes()
}

// streamHeader opens a stream (RFC 6120, 4.2). It does not say who we are:
// SASL does, when the server has proven itself as far as TLS can.
func streamHeader(domain string) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?><stream:stream to="`)
	_ = xml.EscapeText(&b, []byte(domain))
	b.WriteString(`" version="1.0" xmlns="` + nsClient + `" xmlns:stream="` + nsStream + `">`)
	return b.Bytes()
}

const streamFooter = "</stream:stream>"
