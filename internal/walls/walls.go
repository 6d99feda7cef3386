package walls

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Breach is one place where a wall has a hole.
type Breach struct {
	Wall, Where, What, Why string
}

func (b Breach) String() string {
	return fmt.Sprintf("%s: %s\n\twall %q: %s", b.Where, b.What, b.Wall, b.Why)
}

// Wall is one rule with its reason.
type Wall struct {
	Name, Why string
	check     func(f *File, found func(pos token.Pos, format string, args ...any))
}

// All holds every wall that looks at one Go file at a time.
var All = []Wall{
	{
		"names",
		"an import without its package's name (import . ...) hides from the reader, and from these walls, where a thing comes from",
		checkNames,
	},
	{
		"floors",
		"a package knows only what is below it, so that each can be read, tested and replaced without what stands on it (internal/walls/floors.go is the plan)",
		checkFloors,
	},
	{
		"outside",
		"every package from outside has its room, so that a library's faults and its ways to the network stay behind one door (internal/walls/floors.go; a new one also goes into docs/dependencies.md)",
		checkOutside,
	},
	{
		"dialling",
		"only tor opens connections and looks names up: any other way would show the person's address, or whom they talk to, to whoever watches the line",
		checkDialling,
	},
	{
		"tls",
		"only tls makes TLS clients: one made anywhere else would have other ideas of whose certificate to believe",
		checkTLS,
	},
	{
		"mellium",
		"mellium's dialers ask the system's resolver and its StartTLS makes a TLS client of its own: both go round tor and tls",
		checkMellium,
	},
	{
		"turns",
		"gotk3 hands numbers to C as pointers when a function is to be called later, and Go ends the program if it meets one while it moves a stack: gui/native_turns.go has the same without that",
		checkTurns,
	},
	{
		"cgo",
		"only gui touches C and unsafe memory: the rest builds for every system, and is tested for races",
		checkCgo,
	},
	{
		"files",
		"only config writes files (and tor its data folder): whatever else reached the disk would not be encrypted",
		checkFiles,
	},
	{
		"programs",
		"only tor and cmd start programs: another program does not keep to these walls",
		checkPrograms,
	},
	{
		"prints",
		"no package but cmd prints or logs: what a library prints ends in files that nobody encrypts",
		checkPrints,
	},
	{
		"random",
		"randomness comes from crypto/rand: what looks like a detail today (a name, a delay) is what an observer guesses tomorrow",
		checkRandom,
	},
}

// Check runs every wall over the files.
func Check(files []*File) []Breach { return check(files, nil) }

// check marks in used the exceptions that something needed.
func check(files []*File, used map[int]bool) []Breach {
	var out []Breach
	for _, w := range All {
		for _, f := range files {
			w.check(f, func(pos token.Pos, format string, args ...any) {
				what := fmt.Sprintf(format, args...)
				for i, e := range Exceptions {
					if e.Wall == w.Name && e.File == f.Path && slices.ContainsFunc(e.Names, func(n string) bool { return strings.HasSuffix(what, " "+n) }) {
						if used != nil {
							used[i] = true
						}
						return
					}
				}
				out = append(out, Breach{w.Name, f.at(pos), what, w.Why})
			})
		}
	}
	return out
}

type report = func(pos token.Pos, format string, args ...any)

// eachImport calls do for each import of the file.
func (f *File) eachImport(do func(pos token.Pos, path string)) {
	for _, im := range f.Syn.Imports {
		do(im.Pos(), strings.Trim(im.Path.Value, "\"`"))
	}
}

// ours reports whether p is a package of the module, and which.
func ours(p string) (string, bool) {
	if p == module {
		return ".", true
	}
	return strings.CutPrefix(p, module+"/")
}

// covers reports whether the path p is prefix or below it.
func covers(prefix, p string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }

func checkNames(f *File, found report) {
	for _, im := range f.Syn.Imports {
		if im.Name != nil && im.Name.Name == "." {
			found(im.Pos(), "%s imports all of %s by dot", f.Path, im.Path.Value)
		}
	}
}

func checkFloors(f *File, found report) {
	if outsider(f.Pkg()) {
		return
	}
	here := roomOf(f.Pkg())
	if here == "" {
		found(f.Syn.Name.Pos(), "package %s has no floor", f.Pkg())
		return
	}
	f.eachImport(func(pos token.Pos, p string) {
		pkg, ok := ours(p)
		if !ok {
			return
		}
		there := roomOf(pkg)
		switch {
		case there == here && !helper(pkg):
		case outsider(pkg), helper(pkg):
			if !f.Test() && !helper(f.Pkg()) {
				found(pos, "%s imports %s, which is for tests", f.Path, pkg)
			} else if there != "" && rooms[there].floor > rooms[here].floor {
				found(pos, "%s (floor %d) imports %s (floor %d)", f.Path, rooms[here].floor, pkg, rooms[there].floor)
			}
		case there == "":
			found(pos, "%s imports %s, which has no floor", f.Path, pkg)
		case !slices.Contains(rooms[here].may, there) && !(f.Test() && rooms[there].floor < rooms[here].floor):
			found(pos, "%s (floor %d) imports %s (floor %d), which %s may not know", f.Path, rooms[here].floor, pkg, rooms[there].floor, here)
		}
	})
	if f.free() {
		return
	}
	for _, u := range f.uses() {
		pkg, _ := ours(u.Path)
		if names, ok := only[[2]string{here, roomOf(pkg)}]; ok && !slices.Contains(names, u.Name) {
			found(u.Pos, "%s uses %s.%s; of %s it may know %s alone", here, pkg, u.Name, pkg, strings.Join(names, ", "))
		}
	}
}

func checkOutside(f *File, found report) {
	f.eachImport(func(pos token.Pos, p string) {
		if _, ok := ours(p); ok || p == "C" || !strings.Contains(strings.Split(p, "/")[0], ".") {
			return // ours, or Go's own
		}
		best := ""
		for prefix := range outside {
			if covers(prefix, p) && len(prefix) > len(best) {
				best = prefix
			}
		}
		who, known := outside[best]
		switch {
		case !known:
			found(pos, "%s imports %s, which is in no room's list", f.Path, p)
		case f.in(who...):
		case f.free() && !covers("github.com/coyim/otr3", p):
			// A test may use what it needs to play the other side; otr3's
			// faults stay in otr even there.
		default:
			found(pos, "%s imports %s; only %s may", f.Path, p, strings.Join(who, ", "))
		}
	})
}

// Of net, everybody may use what only describes: types, errors, parsing.
var netWords = words("Addr AddrError Buffers CIDRMask Conn ErrClosed Error FlagLoopback HardwareAddr IP IPMask IPNet IPv4 IPv4len IPv6len IPv4zero IPv6loopback IPv6zero InvalidAddrError JoinHostPort DNSError OpError ParseCIDR ParseError ParseIP Pipe SplitHostPort TCPAddr UnixAddr UnknownNetworkError")

// Helpers of tests may listen besides, on loopback.
var listenWords = words("Listen ListenConfig Listener TCPListener UnixListener TCPConn UnixConn ListenTCP ListenUnix")

// Go's own packages that dial by themselves.
var diallers = words("net/http net/http/httputil net/http/cookiejar net/http/httptest net/rpc net/rpc/jsonrpc net/smtp net/textproto log/syslog expvar net/http/pprof")

// The system's own calls.
var systemCalls = words("syscall golang.org/x/sys/unix golang.org/x/sys/windows")

func checkDialling(f *File, found report) {
	if f.in("tor") || f.Test() || outsider(f.Pkg()) {
		return
	}
	f.eachImport(func(pos token.Pos, p string) {
		if diallers[p] || covers("golang.org/x/net/proxy", p) || covers("golang.org/x/net/websocket", p) {
			found(pos, "%s imports %s, which opens connections", f.Path, p)
		}
		if p == "syscall" && !f.in("config", "cmd") {
			found(pos, "%s imports %s, which can open connections", f.Path, p)
		}
	})
	for _, u := range f.uses() {
		switch {
		case u.Path == "net" && !netWords[u.Name] && !(helper(f.Pkg()) && listenWords[u.Name]):
			found(u.Pos, "%s uses net.%s", f.Pkg(), u.Name)
		case u.Path == "crypto/tls" && strings.HasPrefix(u.Name, "Dial"):
			found(u.Pos, "%s uses crypto/tls.%s", f.Pkg(), u.Name)
		case systemCalls[u.Path] && socketCall(u.Name):
			found(u.Pos, "%s uses %s.%s", f.Pkg(), u.Path, u.Name)
		}
	}
}

// socketCall reports whether a name of syscall or x/sys reaches the network,
// or could be any call at all.
func socketCall(name string) bool {
	for _, p := range []string{"Socket", "Connect", "Send", "Recv", "Bind", "Listen", "Accept", "Syscall", "RawSyscall", "WSA", "IoUring", "NewLazy", "LoadDLL", "MustLoadDLL"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// Of crypto/tls, everybody may read what a connection is like.
var tlsWords = words("ConnectionState VersionName CipherSuiteName VersionTLS10 VersionTLS11 VersionTLS12 VersionTLS13 AlertError CertificateVerificationError RecordHeaderError CurveID")

func checkTLS(f *File, found report) {
	if f.in("tls") || f.free() {
		return
	}
	for _, u := range f.uses() {
		switch {
		case u.Path == "crypto/tls" && !tlsWords[u.Name]:
			found(u.Pos, "%s uses crypto/tls.%s", f.Pkg(), u.Name)
		case u.Path == "crypto/x509" && (u.Name == "SystemCertPool" || u.Name == "VerifyOptions"):
			found(u.Pos, "%s uses crypto/x509.%s", f.Pkg(), u.Name)
		}
	}
}

func checkMellium(f *File, found report) {
	f.eachImport(func(pos token.Pos, p string) {
		if covers("mellium.im/xmpp/dial", p) || covers("mellium.im/xmpp/websocket", p) {
			found(pos, "%s imports %s", f.Path, p)
		}
	})
	for _, u := range f.uses() {
		if u.Path == "mellium.im/xmpp" && (strings.HasPrefix(u.Name, "Dial") || u.Name == "StartTLS") ||
			u.Path == "golang.org/x/net/proxy" && (strings.HasPrefix(u.Name, "FromEnvironment") || u.Name == "Dial") {
			found(u.Pos, "%s uses %s.%s", f.Pkg(), u.Path, u.Name)
		}
	}
}

func checkTurns(f *File, found report) {
	for _, u := range f.uses() {
		if f.in("gui") && u.Path == "github.com/gotk3/gotk3/glib" && (strings.HasPrefix(u.Name, "IdleAdd") || strings.HasPrefix(u.Name, "Timeout")) {
			found(u.Pos, "%s uses glib.%s", f.Pkg(), u.Name)
		}
	}
	ast.Inspect(f.Syn, func(n ast.Node) bool { // a method: of whatever it is called, gotk3 alone has this name
		if s, ok := n.(*ast.SelectorExpr); ok && f.in("gui") && s.Sel.Name == "AddTickCallback" {
			found(s.Pos(), "%s uses AddTickCallback", f.Pkg())
		}
		return true
	})
}

func checkCgo(f *File, found report) {
	f.eachImport(func(pos token.Pos, p string) {
		if (p == "C" || p == "unsafe") && !f.in("gui") {
			found(pos, "%s imports %q", f.Path, p)
		}
	})
	for _, g := range f.Syn.Comments {
		for _, c := range g.List {
			if strings.HasPrefix(c.Text, "//go:linkname") {
				found(c.Pos(), "%s reaches into another package with go:linkname", f.Path)
			}
		}
	}
}

// Of os, everybody may use what reads, or says who and where we are.
var osWords = words("DirEntry DirFS Environ ErrClosed ErrDeadlineExceeded ErrExist ErrInvalid ErrNotExist ErrPermission ErrProcessDone Expand File FileInfo FileMode Getegid Getenv Geteuid Getgid Getpid Getppid Getuid Getwd Hostname Interrupt IsExist IsNotExist IsPathSeparator IsPermission IsTimeout Kill LinkError LookupEnv Lstat ModeDir ModePerm Open PathError PathSeparator ReadDir ReadFile Readlink SameFile Signal Stat SyscallError TempDir UserCacheDir UserConfigDir UserHomeDir")

// The terminal's own files belong to the wall "prints".
var terminal = words("Stdin Stdout Stderr")

func checkFiles(f *File, found report) {
	if f.in("config", "tor", "cmd") || f.free() {
		return
	}
	f.eachImport(func(pos token.Pos, p string) {
		if p == "io/ioutil" {
			found(pos, "%s imports %s, which writes files", f.Path, p)
		}
	})
	for _, u := range f.uses() {
		if u.Path == "os" && !osWords[u.Name] && !terminal[u.Name] {
			found(u.Pos, "%s uses os.%s", f.Pkg(), u.Name)
		}
	}
}

func checkPrograms(f *File, found report) {
	if f.in("tor", "cmd") || f.free() {
		return
	}
	f.eachImport(func(pos token.Pos, p string) {
		if p == "os/exec" || p == "plugin" {
			found(pos, "%s imports %s", f.Path, p)
		}
	})
	for _, u := range f.uses() {
		if u.Path == "os" && u.Name == "StartProcess" || systemCalls[u.Path] && (u.Name == "Exec" || strings.HasPrefix(u.Name, "ForkExec") || u.Name == "StartProcess") {
			found(u.Pos, "%s uses %s.%s", f.Pkg(), u.Path, u.Name)
		}
	}
}

// Of log/slog, everybody may use what keeps a value from being shown.
var slogWords = words("Value LogValuer StringValue Attr GroupValue String Group")

func checkPrints(f *File, found report) {
	if f.in("cmd") || f.free() {
		return
	}
	f.eachImport(func(pos token.Pos, p string) {
		if p == "log" {
			found(pos, "%s imports log", f.Path)
		}
	})
	for _, u := range f.uses() {
		if u.Path == "fmt" && strings.HasPrefix(u.Name, "Print") || u.Path == "os" && terminal[u.Name] || u.Path == "log/slog" && !slogWords[u.Name] {
			found(u.Pos, "%s uses %s.%s", f.Pkg(), u.Path, u.Name)
		}
	}
	ast.Inspect(f.Syn, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if id, ok := c.Fun.(*ast.Ident); ok && id.Obj == nil && (id.Name == "print" || id.Name == "println") {
				found(c.Pos(), "%s uses the built-in %s", f.Pkg(), id.Name)
			}
		}
		return true
	})
}

func checkRandom(f *File, found report) {
	if f.free() {
		return
	}
	f.eachImport(func(pos token.Pos, p string) {
		if covers("math/rand", p) {
			found(pos, "%s imports %s", f.Path, p)
		}
	})
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
