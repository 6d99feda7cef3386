package xmpp

import (
	"bytes"
	"encoding/xml"

	"mellium.im/xmlstream"
)

// el is an element to be written; without a namespace it has its parent's. Names
// are constants of this package, never taken from outside; values and texts are
// escaped by the encoder.
func el(space, local string, attrs []xml.Attr, kids ...xml.TokenReader) xml.TokenReader {
	return xmlstream.Wrap(xmlstream.MultiReader(kids...), xml.StartElement{Name: xml.Name{Space: space, Local: local}, Attr: attrs})
}

// at makes attributes of names and values; a value of "" is left out.
func at(pairs ...string) []xml.Attr {
	var attrs []xml.Attr
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs = append(attrs, xml.Attr{Name: xml.Name{Local: pairs[i]}, Value: pairs[i+1]})
		}
	}
	return attrs
}

func text(s string) xml.TokenReader {
	if s == "" {
		return nil
	}
	return xmlstream.Token(xml.CharData(s))
}

// encodeTokens gives the bytes of r, for what goes out beside the library.
func encodeTokens(r xml.TokenReader) []byte {
	var b bytes.Buffer
	e := xml.NewEncoder(&b)
	_, _ = xmlstream.Copy(e, r) // a Buffer does not fail
	_ = e.Flush()
	return b.Bytes()
}
