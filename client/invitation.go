package client

import (
	"net/url"
	"strings"

	"hushwing/otr"
)

// Invitation is a link to an address: "xmpp:ana@example.org" (RFC 5122), perhaps
// with the name of a key (XEP-0364, 5: "?otr-fingerprint="). It may come from
// anywhere: what it says is never believed, only compared.
type Invitation struct {
	Address string          // as it was written; not looked at
	Key     otr.Fingerprint // zero: it names none, or several
}

// invitationLimit bounds what is read, in bytes. An address has 2047 at most
// (RFC 7622, 3.1).
const invitationLimit = 16 << 10

// String writes the link, as other programs read it.
func (i Invitation) String() string {
	name, server, ok := strings.Cut(i.Address, "@")
	s := "xmpp:" + url.PathEscape(name)
	if ok {
		s += "@" + url.PathEscape(server)
	}
	if !i.Key.IsZero() {
		s += "?otr-fingerprint=" + strings.ToUpper(strings.Join(strings.Fields(i.Key.String()), ""))
	}
	return s
}

// ParseInvitation reads an address as people paste it: alone, in angle brackets,
// or as a link, of which the address and the name of a key are taken and all else
// is left. link reports whether it was one.
func ParseInvitation(s string) (i Invitation, link bool) {
	s = s[:min(len(s), invitationLimit)]
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "<>"))
	const scheme = "xmpp:"
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		i.Address = s
		return i, false
	}
	s, _, _ = strings.Cut(s[len(scheme):], "#")
	path, query, _ := strings.Cut(s, "?")
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		// What stands between is whose account to use (RFC 5122, 2.3): that is the
		// user's to say. Some write the address there.
		path = rest
		if _, after, ok := strings.Cut(rest, "/"); ok && strings.Contains(after, "@") {
			path = after
		}
	}
	path, _, _ = strings.Cut(path, "/") // one of their programs
	i.Address = strings.TrimSpace(unescape(path))
	i.Key = namedKey(query)
	return i, true
}

// namedKey reads the name of a key in a query: "?subscribe;otr-fingerprint=HEX",
// with "&" in the links of some. Of several, which are of several programs, none
// can be told to be the one to come.
func namedKey(query string) (key otr.Fingerprint) {
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == ';' || r == '&' }) {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.EqualFold(name, "otr-fingerprint") {
			continue
		}
		k, err := otr.ParseFingerprint(unescape(value))
		if err != nil || !key.IsZero() && k != key {
			return otr.Fingerprint{}
		}
		key = k
	}
	return key
}

// unescape decodes percents once; what is not encoded stays as it is.
func unescape(s string) string {
	if d, err := url.PathUnescape(s); err == nil {
		return d
	}
	return s
}
