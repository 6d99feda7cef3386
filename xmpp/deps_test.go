package xmpp_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestNoDialers: the library's session, its dialers and its TLS clients are not
// even linked, whatever the code would do with them.
func TestNoDialers(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "hushwing/xmpp").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		seen[strings.TrimSpace(line)] = true
	}
	for _, bad := range []string{"mellium.im/xmpp", "mellium.im/xmpp/dial", "mellium.im/xmpp/websocket", "mellium.im/xmpp/internal/discover"} {
		if seen[bad] {
			t.Errorf("%s is linked", bad)
		}
	}
	if !seen["mellium.im/xmpp/jid"] {
		t.Error("the list is not that of this package")
	}
}
