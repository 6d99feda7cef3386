package otr

import "strings"

// ourQuery asks for version 3 and nothing else (OTR v3, "OTR Query Messages").
const ourQuery = "?OTRv3?"

// offer is which versions somebody offers.
type offer struct{ three, other bool }

// parseQuery reads a query message. Text after it is for people without OTR.
func parseQuery(body string) (offer, bool) {
	rest, ok := strings.CutPrefix(body, "?OTR")
	if !ok {
		return offer{}, false
	}
	var o offer
	rest, one := strings.CutPrefix(rest, "?")
	o.other = one
	versions, found := strings.CutPrefix(rest, "v")
	if !found {
		return o, one
	}
	versions, _, closed := strings.Cut(versions, "?")
	if !closed || len(versions) > 16 || strings.ContainsAny(versions, " \t\r\n") {
		return o, one
	}
	for _, v := range versions {
		if v == '3' {
			o.three = true
		} else {
			o.other = true
		}
	}
	return o, true
}

// The whitespace tags (OTR v3, "Tagged plaintext messages").
const (
	tagBase  = " \t  \t\t\t\t \t \t \t  "
	tagThree = "  \t\t  \t\t"
)

// cutTag takes a whitespace tag out of a text.
func cutTag(text string) (string, offer) {
	before, rest, found := strings.Cut(text, tagBase)
	if !found {
		return text, offer{}
	}
	var o offer
	for len(rest) >= 8 && strings.Trim(rest[:8], " \t") == "" {
		if rest[:8] == tagThree {
			o.three = true
		} else {
			o.other = true
		}
		rest = rest[8:]
	}
	return before + rest, o
}
