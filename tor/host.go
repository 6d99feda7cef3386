package tor

import (
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// HostName checks a host and gives it as Dial asks Tor for it: in ASCII
// (RFC 5891) and lower case, without a final dot. A numeric address is a host.
//
// An onion address with a wrong checksum is a *ReplyError (BadOnion) within an
// *Error (Refused); any other host that cannot be dialled is BadHost.
func HostName(host string) (string, error) {
	bad := func(why string) error { return &Error{Reason: BadHost, Err: errors.New(why)} }
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || ip.IsUnspecified() {
			return "", bad("no address of a host")
		}
		return ip.Unmap().String(), nil
	}
	host = strings.TrimSuffix(host, ".")
	if isOnion(host) {
		// Before any conversion: a mistyped address gets the error that says
		// so, and is never taken for another name.
		if !ValidOnion(host) {
			return "", &Error{Reason: Refused, Err: &ReplyError{Code: 0xF6}}
		}
		return strings.ToLower(host), nil
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil || ascii == "" || len(ascii) > 253 {
		return "", bad("no host name")
	}
	ascii = strings.ToLower(ascii)
	switch {
	case isOnion(ascii): // full-width letters and the like
		return "", &Error{Reason: Refused, Err: &ReplyError{Code: 0xF6}}
	case strings.HasSuffix(ascii, ".exit"):
		return "", bad("names an exit") // chooses the exit relay in some configurations
	case ascii == "localhost" || strings.HasSuffix(ascii, ".localhost"), strings.HasSuffix(ascii, ".local"):
		return "", bad("names this network")
	case !isName(ascii):
		return "", bad("no host name")
	}
	return ascii, nil
}

// isName reports whether s consists of labels of letters, digits and hyphens
// (RFC 1123), and is not all numbers.
func isName(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
				return false
			}
		}
	}
	// A last label of digits is a mistyped numeric address.
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}
