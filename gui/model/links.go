package model

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Links are found in a text to be copied, and to say where they lead when they
// look as if they led elsewhere. Nothing here or anywhere opens one.

// How much of a text is looked at for links.
const (
	maxLinks = 12   // in a text
	maxLink  = 2048 // bytes of one
)

// link is a link as it stands in a text.
type link struct {
	from, to int    // bytes
	address  string // to be copied
	host     string // where it leads, as programs read it; empty where it cannot be read
	deceives bool   // it does not look like that
	page     bool   // it is for a browser
}

// schemes are the beginnings by which a link is known.
var schemes = []struct {
	begins string
	page   bool
	mail   bool // what follows is somebody's address
}{
	{"https://", true, false},
	{"http://", true, false},
	{"ftp://", true, false},
	{"www.", true, false},
	{"mailto:", false, true},
	{"xmpp:", false, true},
}

// linksIn finds the links of a text as it is shown (see legible). It takes time
// in proportion to the text, whatever stands in it.
func linksIn(text string) (out []link) {
	for at := 0; at < len(text) && len(out) < maxLinks; {
		r, n := utf8.DecodeRuneInString(text[at:])
		if endsLink(r) {
			at += n
			continue
		}
		end := at + strings.IndexFunc(text[at:], endsLink)
		if end < at {
			end = len(text)
		}
		if l, ok := linkIn(text[at:end]); ok {
			l.from, l.to = l.from+at, l.to+at
			out = append(out, l)
		}
		at = end
	}
	return out
}

// endsLink reports what cannot stand in a link as people write it. A backslash
// is read in two ways by programs.
func endsLink(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || strings.ContainsRune("<>\"`{}|\\^“”„«»‹›「」『』《》【】（），。、！？；：", r)
}

// linkIn finds the link in what stands between two blanks.
func linkIn(word string) (link, bool) {
	for i := range len(word) {
		if i > 0 && isWordByte(word[i-1]) {
			continue
		}
		for _, s := range schemes {
			if s.begins == "www." && i > 0 && strings.IndexByte(".-@/_", word[i-1]) >= 0 {
				continue
			}
			if len(word)-i > len(s.begins) && strings.EqualFold(word[i:i+len(s.begins)], s.begins) {
				return readLink(word, i, len(s.begins), s.page, s.mail)
			}
		}
	}
	return onionIn(word)
}

// isWordByte reports what goes on from a letter, so that nothing begins after it.
func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// onionIn finds an onion address that is written without a scheme.
func onionIn(word string) (link, bool) {
	const tail, length = ".onion", 56
	i := strings.Index(strings.ToLower(word), tail)
	if i < length || len(strings.ToLower(word)) != len(word) {
		return link{}, false
	}
	if end := i + len(tail); end < len(word) && (isWordByte(word[end]) || word[end] == '-') {
		return link{}, false
	}
	start := i
	for start > 0 && (isWordByte(word[start-1]) || word[start-1] == '.' || word[start-1] == '-') {
		start--
	}
	if label := word[strings.LastIndexByte(word[:i], '.')+1 : i]; len(label) < length || strings.Contains(word[:i], "@") {
		return link{}, false
	}
	return readLink(word, start, 0, true, false)
}

// readLink reads the link that begins at word[start:]; its scheme has so many bytes.
func readLink(word string, start, scheme int, page, mail bool) (link, bool) {
	body := word[start:]
	body = body[:scheme+len(trimEnd(body[scheme:]))]
	if len(body) == scheme || len(body) > maxLink {
		return link{}, false
	}
	if strings.EqualFold(body[:scheme], "www.") { // of the host, too
		scheme = 0
	}
	host, user, ok := hostOf(body[scheme:], mail)
	if !ok {
		return link{}, false
	}
	l := link{from: start, to: start + len(body), address: body, page: page}
	l.host = readHost(host)
	l.deceives = user || !strings.EqualFold(l.host, strings.TrimSuffix(host, ".")) || turns(body) || strings.ContainsFunc(body, unseen)
	if l.host != "" && host != l.host { // the same place, unmistakably
		at := scheme + strings.LastIndex(body[scheme:scheme+hostEnd(body[scheme:])], host)
		l.address = body[:at] + l.host + body[at+len(host):]
	}
	l.address = strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, l.address)
	return l, true
}

// unseen reports what nobody sees in a link.
func unseen(r rune) bool { return blank(r) || r == zwj || r == zwnj || isSelector(r) }

// trimEnd takes away what ends the sentence, not the link: brackets that were
// opened before it, and full stops.
func trimEnd(s string) string {
	depth := map[byte]int{}
	for i := range len(s) {
		depth[s[i]]++
	}
	for {
		r, n := utf8.DecodeLastRuneInString(s)
		switch {
		case n == 0:
			return s
		case r == ')' && depth[')'] > depth['('], r == ']' && depth[']'] > depth['[']:
		case strings.ContainsRune(".,;:!?'*_~…’؟،؛।", r), r == fsi, r == lri, r == rli, r == pdi:
		default:
			return s
		}
		depth[s[len(s)-1]]--
		s = s[:len(s)-n]
	}
}

// hostEnd returns where the part of a link ends that says where it leads.
func hostEnd(rest string) int {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return i
	}
	return len(rest)
}

// hostOf returns the part of a link that names a host, and whether something
// stands before it that could be taken for one.
func hostOf(rest string, mail bool) (host string, user, ok bool) {
	host = rest[:hostEnd(rest)]
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		// Of an address the part before is what it is about; there is only one.
		user = !mail || strings.Contains(host[:i], "@")
		host = host[i+1:]
	} else if mail {
		return "", false, false
	}
	if !strings.HasPrefix(host, "[") {
		host, _, _ = strings.Cut(host, ":")
	} else if i := strings.IndexByte(host, ']'); i > 0 {
		host = host[:i+1]
	}
	return host, user, host != "" && host != "." && len(host) <= 512
}

// readHost returns a host as a browser reads it, in ASCII; empty where it cannot
// be read. Sources: the URL standard (url.spec.whatwg.org), sections 3.5 and 3.6;
// UTS #46.
func readHost(host string) string {
	if strings.HasPrefix(host, "[") {
		a, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if err != nil || !a.Is6() || a.Zone() != "" {
			return ""
		}
		return "[" + a.String() + "]"
	}
	plain, err := url.PathUnescape(host)
	if err != nil {
		return ""
	}
	ascii, err := lookup.ToASCII(plain)
	if err != nil || ascii == "" || len(ascii) > 255 || strings.ContainsFunc(ascii, notInHost) {
		return ""
	}
	ascii = strings.TrimSuffix(strings.ToLower(ascii), ".")
	labels := strings.Split(ascii, ".")
	if slices.Contains(labels, "") {
		return ""
	}
	if _, err := number(labels[len(labels)-1]); err == nil {
		return readNumbers(labels)
	}
	return ascii
}

// lookup maps names as browsers do.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckJoiners(true), idna.CheckHyphens(false))

func notInHost(r rune) bool {
	return r >= utf8.RuneSelf || r <= ' ' || strings.ContainsRune("#/:<>?@[\\]^|%\"`{}", r)
}

// number reads a number as browsers do in an address: 0x in front is
// hexadecimal, 0 octal.
func number(s string) (uint64, error) {
	switch {
	case strings.EqualFold(s, "0x"):
		return 0, nil
	case len(s) > 2 && strings.EqualFold(s[:2], "0x"):
		return strconv.ParseUint(s[2:], 16, 64)
	case len(s) > 1 && s[0] == '0':
		return strconv.ParseUint(s[1:], 8, 64)
	}
	return strconv.ParseUint(s, 10, 64)
}

// readNumbers reads an address in any of the ways that browsers understand:
// 192.168.1.1, 192.168.257, 0xc0a80101, 3232235777.
func readNumbers(labels []string) string {
	if len(labels) > 4 {
		return ""
	}
	var a uint64
	for i, s := range labels {
		n, err := number(s)
		last := i == len(labels)-1
		switch {
		case err != nil, !last && n > 255, last && n >= 1<<(8*(5-len(labels))):
			return ""
		case last:
			a |= n
		default:
			a |= n << (8 * (3 - i))
		}
	}
	return netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}).String()
}
