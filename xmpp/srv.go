package xmpp

import (
	"crypto/rand"
	"math/big"
	"net/netip"
	"slices"
	"strings"

	"hushwing/tor"
)

// service is one SRV record (RFC 2782).
type service struct {
	target           string // lower case, without the final dot; "" for the root: not offered
	port             uint16
	priority, weight uint16
}

// byWeight puts records in the order in which to try them: by priority, and
// within one priority by repeated draws in proportion to the weights. Of each
// kind no more than MaxRoutes are kept that can be used.
func byWeight(records []service) ([]service, error) {
	rest := slices.Clone(records)
	// Of one priority, those without weight come first, so that they have a
	// small chance (RFC 2782, "Weight").
	slices.SortStableFunc(rest, func(a, b service) int {
		if a.priority != b.priority {
			return int(a.priority) - int(b.priority)
		}
		return min(int(a.weight), 1) - min(int(b.weight), 1)
	})
	var out []service
	for len(rest) > 0 && len(out) < MaxRoutes {
		n, sum := 0, 0
		for ; n < len(rest) && rest[n].priority == rest[0].priority; n++ {
			sum += int(rest[n].weight)
		}
		draw, err := rand.Int(rand.Reader, big.NewInt(int64(sum)+1))
		if err != nil {
			return nil, err
		}
		i, upTo := 0, int(rest[0].weight)
		for upTo < int(draw.Int64()) {
			i++
			upTo += int(rest[i].weight)
		}
		if x := rest[i]; x.target == "" || routable(x) {
			out = append(out, x)
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return out, nil
}

// routable reports whether a record may be followed. A resolver may lie: it
// must not be able to point us at a machine near the exit, nor to make us knock
// at doors behind which nobody chats.
func routable(s service) bool {
	if _, err := netip.ParseAddr(s.target); err == nil {
		return false // RFC 2782 wants a name
	}
	host, err := tor.HostName(s.target)
	if err != nil || host != s.target || !strings.Contains(host, ".") {
		return false
	}
	for _, private := range []string{".internal", ".home.arpa", ".arpa", ".lan", ".invalid"} {
		if strings.HasSuffix(host, private) {
			return false
		}
	}
	return !closedPort(s.port)
}

// closedPort: the ports of mail, news, name service and file sharing. Most are
// refused by exits anyway (tor(1), the default ExitPolicy). No chat server is
// there, and whoever sends people there wants something else. All other ports are
// fine: until the far end has proven the domain, nothing but a TLS handshake or
// a stream header goes out, with the domain in it that the resolver knew.
func closedPort(p uint16) bool {
	switch p {
	case 0, 25, 53, 119, 445, 465, 563, 587, 853:
		return true
	}
	return p >= 135 && p <= 139
}
