package walls

import (
	"slices"
	"strings"
)

// This file is the plan of the house, as the walls read it.

// room is one package of ours, with the floor it is on.
type room struct {
	floor int
	may   []string // the rooms that it imports; all of them on lower floors
}

// rooms: who may import whom. Packages below a room (tor/tortest, otr/smp)
// belong to it unless they have a line of their own.
var rooms = map[string]room{
	"cmd":       {6, []string{"gui", "gui/model", "client", "xmpp", "config", "tls", "tor", "cage", "otr", "i18n", "secret"}},
	"gui":       {5, []string{"gui/model", "i18n"}},
	"gui/model": {4, []string{"client", "i18n", "secret"}},
	"client":    {3, []string{"xmpp", "config", "otr", "tls", "tor", "secret"}},
	"xmpp":      {2, []string{"tls", "tor", "otr", "secret"}},
	"config":    {2, []string{"tls", "otr", "secret"}},
	"tls":       {1, []string{"tor"}},
	"tor":       {0, nil},
	"cage":      {0, nil},
	"otr":       {0, []string{"secret"}},
	"i18n":      {0, nil},
	"secret":    {0, nil}, // below the others of its floor: it imports nothing of ours
}

// only: of a room that may be imported, the names that may be used.
var only = map[[2]string][]string{
	// The stream carries sealed bodies; it must not be able to seal or open.
	{"xmpp", "otr"}: {"Wire"},
}

// outside: which rooms may import a package that is neither ours nor Go's
// own, by its longest matching prefix. Tests and internal/ may import what
// any room may, and what is named for "test".
var outside = map[string][]string{
	"github.com/coyim/otr3":               {"otr"},
	"filippo.io/age":                      {"config"},
	"filippo.io/bigmod":                   {"otr"},
	"mellium.im/xmpp":                     {"xmpp"},
	"mellium.im/xmpp/jid":                 {"xmpp", "client"},
	"mellium.im/sasl":                     {"xmpp"},
	"mellium.im/xmlstream":                {"xmpp"},
	"golang.org/x/net/proxy":              {"tor"},
	"golang.org/x/crypto":                 {"otr", "config", "xmpp", "tls"},
	"golang.org/x/crypto/x509roots":       {"tls"},
	"golang.org/x/net/idna":               {"tor", "xmpp", "gui/model"},
	"golang.org/x/text":                   {"i18n", "xmpp", "config", "client", "gui/model"},
	"golang.org/x/sys":                    {"tor", "cage", "config", "cmd"},
	"golang.org/x/net/bpf":                {"cage"},
	"github.com/leonelquinteros/gotext":   {"i18n"},
	"github.com/gotk3/gotk3":              {"gui"},
	"rsc.io/qr":                           {"gui", "gui/model"},
	"github.com/godbus/dbus":              {"gui", "cage", "test"},
	"github.com/google/go-cmp":            {"test"},
	"github.com/rogpeppe/go-internal":     {"test"},
	"go.uber.org/goleak":                  {"test"},
	"golang.org/x/tools":                  {"test"},
	"golang.org/x/net/dns/dnsmessage":     {"xmpp", "test"},
	"github.com/c2sp/wycheproof":          {"test"},
	"github.com/coyim/constbn":            {"otr"},
	"github.com/landlock-lsm/go-landlock": {"cage"},
}

// Exception is a hole that somebody decided on. It is for one file, and has to
// be needed: a test says so when it no longer is.
type Exception struct {
	Wall, File string
	Names      []string // how the breach's sentence ends
	Why        string
}

// Exceptions are all that there are.
var Exceptions = []Exception{
	{"files", "cage/buses_linux.go", []string{"os.MkdirAll", "os.MkdirTemp", "os.RemoveAll", "os.Pipe"}, "makes a folder for the sockets of the filtered buses; nothing is written"},
	{"programs", "cage/buses_linux.go", []string{"os/exec"}, "starts the filter of the buses, outside of the cage"},
	{"cgo", "cage/load_linux.go", []string{"\"unsafe\""}, "hands the filter of calls to the kernel"},
	{"dialling", "cage/load_linux.go", []string{"golang.org/x/sys/unix.Syscall"}, "hands the filter of calls to the kernel"},
	{"files", "otr/quiet.go", []string{"os.OpenFile", "os.O_WRONLY", "os.DevNull"}, "opens the null device"},
	{"prints", "otr/quiet.go", []string{"os.Stdout"}, "keeps what otr3 prints away from the terminal"},
}

// roomOf returns the room that a package of ours belongs to, or "" if the
// table has none.
func roomOf(pkg string) string {
	for p := pkg; ; {
		if _, ok := rooms[p]; ok {
			return p
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return ""
		}
		p = p[:i]
	}
}

// helper reports whether a package is a helper of tests that lives beside
// what it stands for: tor/tortest.
func helper(pkg string) bool {
	dir, base, ok := cutLast(pkg)
	return ok && base == lastOf(dir)+"test"
}

// outsiders are packages without a floor: the lab and the project's tools.
// They import what they like, and only tests and other outsiders import them.
func outsider(pkg string) bool {
	return pkg == "i18n/extract" || pkg == "internal" || strings.HasPrefix(pkg, "internal/") || strings.HasPrefix(pkg, "build")
}

func cutLast(p string) (dir, base string, ok bool) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return "", p, false
	}
	return p[:i], p[i+1:], true
}

func lastOf(p string) string {
	_, base, _ := cutLast(p)
	return base
}

// in reports whether the file belongs to one of the rooms.
func (f *File) in(names ...string) bool { return slices.Contains(names, roomOf(f.Pkg())) }

// free reports whether the file is never part of the program: a test, a
// helper of tests, the lab or a tool.
func (f *File) free() bool { return f.Test() || helper(f.Pkg()) || outsider(f.Pkg()) }
