package walls

import (
	"fmt"
	"strings"
	"testing"
)

func tree(t *testing.T) []*File {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWallsStand(t *testing.T) {
	files := tree(t)
	used := map[int]bool{}
	for _, b := range check(files, used) {
		t.Error(b)
	}
	for i, e := range Exceptions {
		if !used[i] {
			t.Errorf("the exception for %s in the wall %q is not needed any more: take it away", e.File, e.Wall)
		}
	}
	// A wall round nothing would stand too.
	seen := map[string]bool{}
	for _, f := range files {
		seen[roomOf(f.Pkg())] = true
	}
	for name := range rooms {
		if !seen[name] {
			t.Errorf("no file of %s was read: has it moved? (internal/walls/floors.go)", name)
		}
	}
}

// TestPlan: what the table of floors allows goes downwards only.
func TestPlan(t *testing.T) {
	for name, r := range rooms {
		for _, m := range r.may {
			low, ok := rooms[m]
			switch {
			case !ok:
				t.Errorf("%s may import %s, which is not in the table", name, m)
			case m == "secret" && name != "secret":
				// The one room below its own floor: it imports nothing.
			case low.floor >= r.floor:
				t.Errorf("%s (floor %d) may import %s (floor %d)", name, r.floor, m, low.floor)
			}
		}
	}
	if len(rooms["secret"].may) > 0 {
		t.Error("secret is for everybody, so it may import nothing of ours")
	}
}

// breaches are planted one at a time into the real tree; the wall must find
// each, and no other wall may take it for its own.
var breaches = []struct{ wall, file, src string }{
	{"names", "client/planted.go", `import . "fmt"; var _ = Sprint`},
	{"floors", "tor/planted.go", `import _ "hushwing/client"`},
	{"floors", "xmpp/planted.go", `import _ "hushwing/config"`},
	{"floors", "xmpp/deeper/planted.go", `import _ "hushwing/config"`},
	{"floors", "gui/planted.go", `import _ "hushwing/client"`},
	{"floors", "gui/model/planted.go", `import _ "hushwing/tor"`},
	{"floors", "tls/planted_test.go", `import _ "hushwing/xmpp"`},
	{"floors", "xmpp/planted.go", `import "hushwing/otr"; var _ otr.Plain`},
	{"floors", "xmpp/planted.go", `import o "hushwing/otr"; var _ = o.NewPlain`},
	{"floors", "client/planted.go", `import _ "hushwing/internal/lab"`},
	{"floors", "client/planted.go", `import _ "hushwing/tor/tortest"`},
	{"floors", "tor/planted.go", `import _ "hushwing/tor/tortest"`},
	{"floors", "newroom/planted.go", ``},
	{"outside", "client/planted.go", `import _ "github.com/coyim/otr3"`},
	{"outside", "client/planted_test.go", `import _ "github.com/coyim/otr3"`},
	{"outside", "gui/model/planted.go", `import _ "github.com/gotk3/gotk3/gtk"`},
	{"outside", "client/planted.go", `import _ "mellium.im/xmpp"`},
	{"outside", "xmpp/planted.go", `import _ "github.com/gorilla/websocket"`},
	{"outside", "xmpp/planted_test.go", `import _ "github.com/gorilla/websocket"`},
	{"dialling", "client/planted.go", `import "net"; func f() { net.Dial("tcp", "a:1") }`},
	{"dialling", "client/planted.go", `import other "net"; var _ other.Dialer`},
	{"dialling", "gui/planted.go", `import "net"; func f() { net.DefaultResolver.LookupHost(nil, "") }`},
	{"dialling", "xmpp/planted.go", `import "net"; func f() { net.LookupSRV("", "", "") }`},
	{"dialling", "xmpp/planted.go", `import "net"; func f() { net.ResolveTCPAddr("tcp", "a:1") }`},
	{"dialling", "client/planted_windows.go", `import "net"; func f() { net.ListenPacket("udp", "") }`},
	{"dialling", "tls/planted.go", `import "crypto/tls"; func f() { tls.Dial("tcp", "a:1", nil) }`},
	{"dialling", "tls/planted.go", `import "crypto/tls"; var _ tls.Dialer`},
	{"dialling", "client/planted.go", `import _ "net/http"`},
	{"dialling", "config/planted.go", `import "syscall"; func f() { syscall.Connect(0, nil) }`},
	{"dialling", "config/planted.go", `import "golang.org/x/sys/unix"; func f() { unix.Socket(0, 0, 0) }`},
	{"dialling", "xmpp/planted.go", `import _ "syscall"`},
	{"dialling", "xmpp/xmpptest/planted.go", `import "net"; func f() { net.Dial("tcp", "a:1") }`},
	{"tls", "xmpp/planted.go", `import "crypto/tls"; func f() { tls.Client(nil, nil) }`},
	{"tls", "xmpp/planted.go", `import ct "crypto/tls"; var _ = ct.Config{}`},
	{"tls", "client/planted.go", `import "crypto/x509"; func f() { x509.SystemCertPool() }`},
	{"turns", "gui/planted.go", `import "github.com/gotk3/gotk3/glib"; var _ = glib.IdleAddPriority`},
	{"turns", "gui/planted_test.go", `import "github.com/gotk3/gotk3/glib"; var _ = glib.TimeoutAdd`},
	{"turns", "gui/planted.go", `import "github.com/gotk3/gotk3/gtk"; func f(w *gtk.Window) { w.AddTickCallback(nil) }`},
	{"mellium", "xmpp/planted.go", `import _ "mellium.im/xmpp/dial"`},
	{"mellium", "xmpp/planted_test.go", `import _ "mellium.im/xmpp/websocket"`},
	{"mellium", "xmpp/planted.go", `import "mellium.im/xmpp"; var _ = xmpp.StartTLS`},
	{"mellium", "xmpp/planted.go", `import "mellium.im/xmpp"; var _ = xmpp.DialClientSession`},
	{"mellium", "tor/planted.go", `import "golang.org/x/net/proxy"; var _ = proxy.FromEnvironment`},
	{"mellium", "tor/planted.go", `import "golang.org/x/net/proxy"; var _ = proxy.Dial`},
	{"cgo", "tor/planted.go", `import "C"`},
	{"cgo", "gui/model/planted.go", `import "C"`},
	{"cgo", "otr/planted.go", `import "unsafe"; var _ unsafe.Pointer`},
	{"cgo", "otr/planted.go", "\n//go:linkname dial net.dial\nfunc dial()"},
	{"files", "client/planted.go", `import "os"; func f() { os.WriteFile("x", nil, 0o600) }`},
	{"files", "gui/planted.go", `import "os"; func f() { os.CreateTemp("", "x") }`},
	{"files", "xmpp/planted.go", `import "os"; func f() { os.OpenRoot("x") }`},
	{"files", "client/planted.go", `import _ "io/ioutil"`},
	{"programs", "client/planted.go", `import _ "os/exec"`},
	{"programs", "config/planted.go", `import "os"; func f() { os.StartProcess("x", nil, nil) }`},
	{"prints", "otr/planted.go", `import _ "log"`},
	{"prints", "otr/planted.go", `import "fmt"; func f() { fmt.Println() }`},
	{"prints", "client/planted.go", `import "os"; import "fmt"; func f() { fmt.Fprintln(os.Stderr) }`},
	{"prints", "xmpp/planted.go", `import "log/slog"; func f() { slog.Info("x") }`},
	{"prints", "client/planted.go", `func f() { println("x") }`},
	{"random", "client/planted.go", `import _ "math/rand"`},
	{"random", "client/planted.go", `import _ "math/rand/v2"`},
}

func TestEachWallCanFail(t *testing.T) {
	files := tree(t)
	stood := map[string]bool{}
	for _, b := range Check(files) {
		stood[b.String()] = true
	}
	proven := map[string]bool{}
	for i, p := range breaches {
		t.Run(fmt.Sprintf("%02d_%s", i, p.wall), func(t *testing.T) {
			planted, err := Parse(p.file, []byte("package planted; "+p.src))
			if err != nil {
				t.Fatal(err)
			}
			var found []Breach
			for _, b := range Check(append(files[:len(files):len(files)], planted)) {
				if !stood[b.String()] {
					found = append(found, b)
				}
			}
			if len(found) == 0 {
				t.Fatalf("nothing found the breach %q in %s", p.src, p.file)
			}
			ok := false
			for _, b := range found {
				if !strings.HasPrefix(b.Where, p.file+":") {
					t.Errorf("the breach in %s was found in %s", p.file, b.Where)
				}
				ok = ok || b.Wall == p.wall
			}
			if !ok {
				t.Errorf("the wall %q let %q through; found was:\n%v", p.wall, p.src, found)
			}
			proven[p.wall] = true
		})
	}
	for _, w := range All {
		if !proven[w.Name] {
			t.Errorf("no breach is planted for the wall %q", w.Name)
		}
	}
}

// TestNoFalseAlarm: what is allowed passes.
func TestNoFalseAlarm(t *testing.T) {
	for _, p := range []struct{ file, src string }{
		{"tor/planted.go", `import "net"; func f() { net.Dial("tcp", "a:1") }`},
		{"tor/planted.go", `import "os/exec"; var _ = exec.Command`},
		{"tls/planted.go", `import "crypto/tls"; func f() { tls.Client(nil, nil) }`},
		{"xmpp/planted.go", `import "hushwing/otr"; var _ otr.Wire`},
		{"xmpp/planted.go", `import "net"; var _ net.Conn; var _ = net.JoinHostPort`},
		{"xmpp/planted_test.go", `import "net"; func f() { net.Listen("tcp", "127.0.0.1:0") }`},
		{"xmpp/xmpptest/planted.go", `import "net"; func f() { net.Listen("tcp", "127.0.0.1:0") }`},
		{"xmpp/xmpptest/planted.go", `import _ "hushwing/tls/tlstest"`},
		{"tor/tortest/planted.go", `import "net"; func f() { net.Dial("tcp", "a:1") }`},
		{"client/planted_test.go", `import _ "hushwing/internal/lab"`},
		{"client/planted_test.go", `import _ "hushwing/i18n"`},
		{"config/planted.go", `import "os"; func f() { os.WriteFile("x", nil, 0o600) }`},
		{"gui/planted.go", `import _ "unsafe"; import _ "github.com/gotk3/gotk3/gtk"`},
		{"cmd/hushwing/planted.go", `import "fmt"; import _ "hushwing/gui"; func f() { fmt.Println() }`},
		{"internal/lab/planted.go", `import _ "os/exec"; import _ "net/http"; import _ "hushwing/tor"`},
	} {
		f, err := Parse(p.file, []byte("package planted; "+p.src))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range Check([]*File{f}) {
			t.Errorf("%s: %q is allowed, but: %s", p.file, p.src, b)
		}
	}
}
