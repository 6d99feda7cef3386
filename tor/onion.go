package tor

import (
	"crypto/sha3"
	"encoding/base32"
	"strings"
)

const (
	onionSuffix  = ".onion"
	onionLabel   = 56 // base32 digits of a version 3 address
	onionVersion = 3
)

// ValidOnion reports whether host is the address of a version 3 onion service:
// 56 base32 digits and ".onion", in either case, with a right checksum
// (rend-spec-v3, section 6). It says nothing of whether the service exists.
// Names below an onion address are not addresses.
func ValidOnion(host string) bool {
	label, ok := strings.CutSuffix(strings.ToLower(host), onionSuffix)
	if !ok || len(label) != onionLabel {
		return false
	}
	b, err := base32.StdEncoding.DecodeString(strings.ToUpper(label))
	if err != nil || len(b) != 35 || b[34] != onionVersion {
		return false
	}
	sum := sha3.Sum256([]byte(".onion checksum" + string(b[:32]) + string(b[34:])))
	return sum[0] == b[32] && sum[1] == b[33]
}

// isOnion reports whether host is meant to be an onion address, valid or not.
// Such a name must never reach a resolver.
func isOnion(host string) bool {
	h := strings.ToLower(strings.TrimRight(host, "."))
	return h == onionSuffix[1:] || strings.HasSuffix(h, onionSuffix)
}
