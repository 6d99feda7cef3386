package xmpp_test

import (
	"bytes"
	"os"
	"testing"
)

// TestNoDialers: the library's session imports its dialers, but nothing reaches
// them, its STARTTLS or its own SASL: the linker leaves them out of the program.
// (That nobody calls them is the walls' business.)
func TestNoDialers(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	// The names of all functions are in the program. These here are put together
	// at run time, so that they are not there because of this test.
	library := string([]byte("mellium.im/")) + os.Getenv("NOTHING")
	has := func(name string) bool { return bytes.Contains(code, append([]byte(library), name...)) }
	for _, bad := range []string{
		"xmpp/dial.(*Dialer)", "xmpp/dial.Client", "xmpp/internal/discover.", "xmpp/websocket.",
		"xmpp.DialClientSession", "xmpp.DialSession", "xmpp.StartTLS", "xmpp.SASL", "xmpp.NewClientSession",
	} {
		if has(bad) {
			t.Errorf("%s is in the program", bad)
		}
	}
	if !has("xmpp.negotiateSession") {
		t.Error("the names are not those of this program")
	}
}
